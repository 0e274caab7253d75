"""Answers are repeated while the messenger stumbles: the outermost request middleware of the session.

A toast, an edit, a screen sent anew: to say it once more does no harm, and silence does. What the bot says on its
own is not repeated here: the outbox knows what may have arrived already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.pacer import Pacer

__all__ = ["PAUSES", "Repeats"]

PAUSES = (0.3, 2.0)
"""Seconds before the second and the third try."""
LONGEST_WISH = 5
"""Seconds of `retry_after` that are waited for: whoever tapped looks at the screen."""
TRANSIENT = (TelegramNetworkError, TelegramServerError, ClientDecodeError, TimeoutError)
ANSWERING = ("answer", "edit", "send", "getFile")
"""How the names of methods begin that answer somebody."""


class Repeats(BaseRequestMiddleware):
    """Stands before the pacer, so that every try takes its turn."""

    def __init__(self, pacer: Pacer, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._pacer = pacer
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if not method.__api_method__.startswith(ANSWERING) or not self._pacer.is_answer(method):
            return await make_request(bot, method)
        for pause in PAUSES:
            try:
                return await make_request(bot, method)
            except TelegramEntityTooLarge:
                raise
            except TelegramRetryAfter as refusal:
                # The pacer has sat out what it may.
                if refusal.retry_after > LONGEST_WISH:
                    raise
                await self._sleep(refusal.retry_after)
            except TRANSIENT:
                await self._sleep(pause)
        return await make_request(bot, method)

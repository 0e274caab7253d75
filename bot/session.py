"""The HTTP session: reads of the messenger's answers what somebody needs."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

__all__ = ["PATIENCE_SECONDS", "FrugalSession"]

PATIENCE_SECONDS = 30.0
"""How long an answer may take before it is given up; who has tapped has long tapped again."""
UNREAD = frozenset(
    {
        "answerCallbackQuery",
        "answerInlineQuery",
        "editMessageCaption",
        "editMessageReplyMarkup",
        "editMessageText",
    }
)
"""Methods of whose success nothing but itself is of interest. To make an edited message of its JSON costs a tap a sixth
of its time."""
_SUCCESS = '{"ok":true'
_LONGER_THAN_SUCCESS = 20


class FrugalSession(AiohttpSession):
    """aiogram's own, but for answers that nobody reads."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        if method.__api_method__ in UNREAD:
            begins: str = content[:_LONGER_THAN_SUCCESS].replace(" ", "")
            if begins.startswith(_SUCCESS):
                accepted: Any = Response[bool].model_construct(ok=True, result=True)
                return accepted  # type: ignore[no-any-return]
        return super().check_response(bot, method, status_code, content)

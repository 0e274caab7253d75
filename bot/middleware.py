"""What every handler finds in its arguments: who acts, the moment, and the view that screens are drawn with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import tzinfo
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from bot.actors import Actors
from bot.clock import Clock
from bot.dates import Dates
from bot.texts import Texts
from domain.people import Address
from domain.programme import Municipality
from handlers.view import View

TELEGRAM = "telegram"
PRIVATE = "private"


class Acquaintance(BaseMiddleware):
    """Outer middleware of updates. What comes from groups and channels, or from nobody, stays unanswered."""

    def __init__(
        self,
        actors: Actors,
        clock: Clock,
        texts: Texts,
        zone: tzinfo,
        bot_username: str,
        municipalities: tuple[Municipality, ...],
    ) -> None:
        self._actors = actors
        self._clock = clock
        self._texts = texts
        self._dates = Dates(texts, zone)
        self._zone = zone
        self._bot_username = bot_username
        self._municipalities = municipalities

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        user = data.get("event_from_user")
        if user is None or user.is_bot or not isinstance(event, Update) or not _is_private(event):
            return None
        now = self._clock.now()
        actor = await self._actors.actor(Address(TELEGRAM, str(user.id)), now)
        data.update(
            actor=actor,
            now=now,
            view=View(
                texts=self._texts,
                dates=self._dates,
                now=now,
                zone=self._zone,
                actor=actor,
                bot_username=self._bot_username,
                municipalities=self._municipalities,
            ),
        )
        return await handler(event, data)


def _is_private(update: Update) -> bool:
    if update.message is not None:
        return update.message.chat.type == PRIVATE
    if update.callback_query is not None:
        message = update.callback_query.message
        return message is None or message.chat.type == PRIVATE
    return True

"""What every handler finds in its arguments: who acts, the moment, and the view that screens are drawn with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Chat, TelegramObject, Update

from bot.actors import Actors
from bot.clock import Clock
from bot.dates import Dates
from bot.texts import Texts
from bot.writes import NotedWrites
from domain.consent import ConsentText
from domain.people import Actor, Address
from domain.programme import Municipality
from handlers.screen import Speaking, speaking
from handlers.view import View

TELEGRAM = "telegram"
PRIVATE = "private"
NOBODY = Actor(None)


class Acquaintance(BaseMiddleware):
    """Outer middleware of updates. What comes from channels and strange groups, or from nobody, stays unanswered.

    ``group``: the coordinators' own, if there is one. ``screens``: where what is shown goes.
    """

    def __init__(
        self,
        actors: Actors,
        clock: Clock,
        texts: Texts,
        zone: tzinfo,
        bot_username: str,
        municipalities: tuple[Municipality, ...],
        group: int | None = None,
        screens: Speaking | None = None,
        *,
        consent: ConsentText,
    ) -> None:
        self._actors = actors
        self._clock = clock
        self._texts = texts
        self._dates = Dates(texts, zone)
        self._zone = zone
        self._bot_username = bot_username
        self._municipalities = municipalities
        self._group = group
        self._consent = consent
        self._screens = screens

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        user = data.get("event_from_user")
        if user is None or not isinstance(event, Update):
            return None
        chat = _chat(event)
        in_group = chat is not None and chat.id == self._group
        if chat is not None and chat.type != PRIVATE and not in_group:
            return None
        nameless = in_group and _speaks_for_a_chat(event)
        if user.is_bot and not nameless:
            return None
        now = self._clock.now()
        speaking.set(self._screens)
        # Before anything can fail: whoever taps hears of it.
        writes = NotedWrites(data["db"])
        data.update(now=now, view=self.view(now), in_group=in_group, db=writes, writes=writes)
        if nameless or event.my_chat_member is not None:
            # Nobody knows which coordinator it is; and who blocks the bot does not become an acquaintance by it.
            actor = NOBODY
        else:
            actor = await self._actors.actor(Address(TELEGRAM, str(user.id)), now)
        data.update(actor=actor, view=self.view(now, actor))
        return await handler(event, data)

    def view(self, now: datetime, actor: Actor = NOBODY) -> View:
        """What screens are drawn with, for somebody or for nobody in particular."""
        return View(
            texts=self._texts,
            dates=self._dates,
            now=now,
            zone=self._zone,
            actor=actor,
            bot_username=self._bot_username,
            municipalities=self._municipalities,
            consent=self._consent,
        )


def _chat(update: Update) -> Chat | None:
    """Where it comes from; None: from nowhere in particular, such as an inline query."""
    query = update.callback_query
    event = update.message or update.edited_message or update.my_chat_member or (query and query.message)
    return event.chat if event else None


def _speaks_for_a_chat(update: Update) -> bool:
    """Written by an anonymous administrator, or in the name of a channel."""
    message = update.message or update.edited_message
    return message is not None and message.sender_chat is not None

"""Messages that show a broadcast keep themselves up to date: while it goes, and while an album comes in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError

from db.engine import Database
from handlers.broadcasts import screens
from handlers.screen import NOT_MODIFIED, Screen
from handlers.view import View
from services import broadcasts
from services.broadcasts import State

__all__ = ["LiveBroadcasts"]

REST = timedelta(seconds=3)
"""Between two edits of one message."""

Reading = Callable[[], Awaitable[State]]

log = structlog.get_logger(__name__)


class LiveBroadcasts:
    """``make_view(now)`` draws for nobody in particular; ``look`` is called by the clock."""

    def __init__(self, bot: Bot, database: Database, make_view: Callable[[datetime], View]) -> None:
        self._bot = bot
        self._database = database
        self._make_view = make_view
        self._shown: dict[int, tuple[Screen, datetime]] = {}
        self._drawing: set[int] = set()
        self._again: set[int] = set()

    def shown(self, broadcast_id: int, screen: Screen, now: datetime) -> None:
        """Somebody else has just drawn it."""
        self._shown[broadcast_id] = screen, now

    async def look(self, now: datetime) -> None:
        """Redraw what has changed, each message at most once in ``REST``."""
        found = await self._database.read(broadcasts.on_show, now)
        on_show = {state.broadcast.id for state in found}
        self._shown = {id_: shown for id_, shown in self._shown.items() if id_ in on_show}
        for state in found:
            drawn = screens.one(self._make_view(now), state)
            last = self._shown.get(state.broadcast.id)
            if last is not None and (last[0] == drawn or now - last[1] < REST):
                continue
            await self._edit(state, drawn, now)

    async def redraw(self, broadcast_id: int, view: View, read: Reading) -> None:
        """Draw it anew once, however many ask meanwhile: pictures of an album come as a dozen messages."""
        if broadcast_id in self._drawing:
            self._again.add(broadcast_id)
            return
        self._drawing.add(broadcast_id)
        try:
            while True:
                self._again.discard(broadcast_id)
                state = await read()
                drawn = screens.one(view, state)
                last = self._shown.get(broadcast_id)
                if last is None or last[0] != drawn:
                    await self._edit(state, drawn, view.now)
                if broadcast_id not in self._again:
                    return
        finally:
            self._drawing.discard(broadcast_id)

    async def _edit(self, state: State, drawn: Screen, now: datetime) -> None:
        if state.broadcast.progress is None:
            return
        chat, message_id = state.broadcast.progress
        self._shown[state.broadcast.id] = drawn, now
        try:
            await self._bot.edit_message_text(
                drawn.text, chat_id=int(chat), message_id=message_id, reply_markup=drawn.keyboard
            )
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            if NOT_MODIFIED not in error.message:
                # Deleted by the coordinator, or they left: nobody looks at it any more.
                await self._database.write(broadcasts.hide_progress, state.broadcast.id)
        except TelegramAPIError as error:
            # The messenger is away for a moment: the next look says it.
            log.warning("progress_not_shown", reason=type(error).__name__)
            self._shown.pop(state.broadcast.id, None)

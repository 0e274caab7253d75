"""Screens that answer people: a line for each chat, in the order of their taps.

    screens = ScreenQueue(bot, database, clock, instead)
    await screens.start()      # who is still owed a screen
    screens.show(shown)        # returns at once
    await screens.finished()   # at a stop

Requests are repeated by the session (`bot/repeats.py`). What does not arrive all the same is owed as a message, at
most one to a person: a newer screen takes its place, whichever way it goes. What waits is bounded for each chat: of
several screens for one message only the newest leaves, of new messages the newest few.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Collection, Coroutine
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramForbiddenError
from aiogram.types import CallbackQuery

from bot.clock import Clock
from bot.turnstile import TurnstileClosedError
from db.engine import Database
from domain.people import Address
from handlers.screen import AWAY, Screen, Shown, carried, place, toast
from services import screens

__all__ = ["MOST_REMEMBERED", "MOST_WAITING", "ScreenQueue"]

MOST_WAITING = 5
"""New messages of one chat that wait to be shown; what is older gives way, and the newest says how it is now."""
MOST_REMEMBERED = 1_000
"""Messages of which it is known what they show."""
TELEGRAM = "telegram"

log = structlog.get_logger(__name__)


class ScreenQueue:
    """``instead`` is shown where the messenger refuses a screen as such, by a mistake of ours.
    ``coordinators``: whom the settings make some."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        instead: Screen,
        coordinators: Collection[Address] = (),
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._instead = instead
        self._coordinators = frozenset(coordinators)
        self._lines: dict[int, deque[Shown]] = {}
        self._shown: OrderedDict[tuple[int, int], Screen] = OrderedDict()
        self._owing: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Learn to whom an earlier process owes a screen."""
        self._owing = {int(address.user_id) for address in await self._database.read(screens.owing)}

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    async def finished(self) -> None:
        """Wait until everything has arrived or is owed."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def show(self, shown: Shown) -> None:
        if shown.message is not None:
            self._remember(shown.chat, shown.message, shown.screen)
        line = self._lines.get(shown.chat)
        if line is None:
            self._lines[shown.chat] = line = deque([shown])
            self._begin(self._show_all(shown.chat, line))
            return
        same = [other for other in line if other.message == shown.message]
        if shown.message is not None or len(same) >= MOST_WAITING:
            for superseded in same[:1]:
                line.remove(superseded)
        line.append(shown)

    def toast(self, query: CallbackQuery, words: str | None) -> None:
        self._begin(self._toast(query, words))

    def last(self, chat: int, message: int) -> Screen | None:
        return self._shown.get((chat, message))

    async def _show_all(self, chat: int, line: deque[Shown]) -> None:
        try:
            while line:
                await self._show(line.popleft(), line)
        finally:
            del self._lines[chat]

    async def _show(self, shown: Shown, newer: deque[Shown]) -> None:
        try:
            await place(self._bot, shown)
        except (TurnstileClosedError, *AWAY) as error:
            log.warning("screen_not_shown", reason=type(error).__name__)
            self._forget(shown)
            if not newer:
                await self._owe(shown)
        except TelegramForbiddenError:
            # Blocked by the person: nobody is there to be told.
            self._forget(shown)
        except AiogramError as error:
            log.error("screen_refused", reason=str(error))
            self._forget(shown)
            if shown.screen is not self._instead:
                await self._show(Shown(shown.chat, self._instead), newer)
        else:
            await self._settle(shown.chat)

    async def _toast(self, query: CallbackQuery, words: str | None) -> None:
        try:
            await toast(query, words)
        except AiogramError as error:
            log.warning("toast_refused", reason=str(error))

    async def _owe(self, shown: Shown) -> None:
        """Nobody's but a person's: what a group was shown is kept in step by its own table."""
        if shown.chat <= 0:
            return
        address = _address(shown.chat)
        rows = [[(text, data) for text, data, _ in row if data] for row in carried(shown.screen.rows)]
        try:
            owed = await self._database.write(
                screens.owe_screen,
                address,
                shown.screen.text,
                rows,
                self._clock.now(),
                of_staff=address in self._coordinators,
            )
        except Exception:
            log.exception("screen_not_owed")
            return
        if owed:
            self._owing.add(shown.chat)

    async def _settle(self, chat: int) -> None:
        """What was owed before says no longer how it is."""
        if chat not in self._owing:
            return
        try:
            await self._database.write(screens.forget_screen, _address(chat))
        except Exception:
            log.exception("screen_still_owed")
        else:
            self._owing.discard(chat)

    def _remember(self, chat: int, message: int, screen: Screen) -> None:
        self._shown[chat, message] = screen
        self._shown.move_to_end((chat, message))
        if len(self._shown) > MOST_REMEMBERED:
            self._shown.popitem(last=False)

    def _forget(self, shown: Shown) -> None:
        if shown.message is not None:
            self._shown.pop((shown.chat, shown.message), None)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _address(chat: int) -> Address:
    return Address(TELEGRAM, str(chat))

"""Takes updates from the messenger: a batch is read raw, every update is read by itself.

aiogram's own polling reads a batch whole: one update that its models refuse stops it until that one is forgotten by
the messenger, a day later. Here it is read in part or passed by, and the offset goes on: past taps that are not
answered yet a few seconds later, so that a killed process finds them again (`bot/unconfirmed.py`).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import Update

from bot.decoding import UnreadableUpdateError, read_update, update_id_of
from bot.personal_queues import PersonalQueues
from bot.unconfirmed import Unconfirmed

__all__ = ["REFUSED", "Poller", "TokenRefusedError"]

LONG_POLL = 10
"""Seconds that the messenger waits for something to tell."""
BATCH = 100
PAUSES = (0.5, 1.0, 2.0, 5.0)
"""Seconds between tries while the messenger cannot be reached; the last one again and again."""
LONGEST_PAUSE = 60
"""Seconds of `retry_after` that are sat out in one go."""
MOST_REFUSALS = 3
"""Refusals of the token in a row: the messenger's own disorders are shorter."""
FAREWELL_SECONDS = 3
MOMENT = 0.03
"""Seconds that taps in hand may take before the messenger is asked, and tells them again."""
MAY_REPEAT = frozenset({"callback_query", "inline_query"})
REFUSED = (TelegramUnauthorizedError, TelegramNotFound)
"""How the messenger refuses a token: one that was revoked, one that cannot be any."""
_UPDATE_ID = re.compile(r'"update_id"\s*:\s*(\d+)')

log = structlog.get_logger(__name__)


class TokenRefusedError(Exception):
    """The messenger does not know the token any more: nothing can be done but to give another one."""


class GetRawUpdates(TelegramMethod[list[Any]]):
    """`getUpdates` whose updates are left as they came."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = BATCH
    timeout: int = LONG_POLL
    allowed_updates: list[str] | None = None


class Poller:
    """Puts what comes into the queues until it is stopped. One at a time for a token."""

    def __init__(self, bot: Bot, queues: PersonalQueues, kinds: Sequence[str]) -> None:
        self._bot = bot
        self._queues = queues
        self._kinds = list(kinds)
        self._unconfirmed = Unconfirmed()
        queues.on_finished = self._unconfirmed.finish
        self._limit = BATCH
        self._failures = 0
        self._refusals = 0
        self._said: str | None = None
        self._asking: asyncio.Task[list[Any]] | None = None
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Take updates until ``stop``.

        Raises:
            TokenRefusedError: the token was refused, and refused again.
        """
        while not self._stopped.is_set():
            await self._queues.room()
            await self._unconfirmed.settled(MOMENT)
            try:
                batch = await self._ask()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try may succeed
                await self._pause(self._judge(error))
                continue
            if self._said is not None:
                log.info("telegram_reached", attempts=self._failures)
            self._failures = self._refusals = 0
            self._said = None
            if not self._take(batch):
                log.warning("updates_without_number", count=len(batch))
                await self._pause(PAUSES[-1])

    async def stop(self) -> None:
        """Ask for nothing more. What was taken is in the queues."""
        self._stopped.set()
        if self._asking is not None:
            self._asking.cancel()

    async def confirm(self) -> None:
        """Tell the messenger what was taken, so that the next start does not get it once more."""
        self._unconfirmed.let_go()
        offset = self._unconfirmed.offset()
        if offset is None or self._failures:
            return
        method = GetRawUpdates(offset=offset, limit=1, timeout=0, allowed_updates=self._kinds)
        try:
            await self._bot(method, request_timeout=FAREWELL_SECONDS)
        except (AiogramError, OSError, TimeoutError) as error:
            log.warning("updates_unconfirmed", error=type(error).__name__)

    async def _ask(self) -> list[Any]:
        method = GetRawUpdates(
            offset=self._unconfirmed.offset(), limit=self._limit, allowed_updates=self._kinds
        )
        patience = int(self._bot.session.timeout + LONG_POLL)
        self._asking = asyncio.ensure_future(self._bot(method, request_timeout=patience))
        try:
            return await self._asking
        except asyncio.CancelledError:
            if self._stopped.is_set() and self._asking.cancelled():
                return []
            raise
        finally:
            self._asking = None

    def _take(self, batch: Sequence[Any]) -> bool:
        """Read and queue each that is new; whether one had a number, as in every batch but an empty one."""
        numbers = [update_id_of(raw) for raw in batch]
        for raw, number in zip(batch, numbers, strict=True):
            if number is None or not self._unconfirmed.knows(number):
                self._take_one(raw, number)
        self._limit = BATCH
        return not batch or any(number is not None for number in numbers)

    def _take_one(self, raw: Any, number: int | None) -> None:
        update: Update | None = None
        try:
            update = read_update(raw, self._bot)
        except UnreadableUpdateError as error:
            log.warning("update_unreadable", update_type=error.kind, problem=error.problem)
        except Exception:
            log.exception("update_not_taken")
        if number is not None:
            may_repeat = update is not None and update.event_type in MAY_REPEAT
            self._unconfirmed.take(number, may_repeat=may_repeat)
        if update is not None:
            self._queues.put(update)

    def _judge(self, error: Exception) -> float:
        """Seconds to wait after a request that failed; says once what is wrong, until something else is.

        Raises:
            TokenRefusedError: it was refused once too often.
        """
        self._failures += 1
        pause = PAUSES[min(self._failures, len(PAUSES)) - 1]
        if isinstance(error, REFUSED):
            self._refusals += 1
            if self._refusals >= MOST_REFUSALS:
                raise TokenRefusedError from error
            log.warning("token_refused", attempt=self._refusals)
            return pause
        self._refusals = 0
        if isinstance(error, TelegramConflictError):
            self._say("another_process_polls", reason=error.message)
        elif isinstance(error, TelegramRetryAfter):
            pause = min(error.retry_after, LONGEST_PAUSE)
            self._say("telegram_refused", method="getUpdates", retry_after=error.retry_after)
        elif isinstance(error, ClientDecodeError) and self._narrow_down(error):
            pause = 0
        elif isinstance(error, AiogramError | OSError | TimeoutError):
            self._say("telegram_unreachable", error=type(error).__name__)
        else:
            log.error("polling_failed", exc_info=error)
        return pause

    def _say(self, event: str, **values: object) -> None:
        if event != self._said:
            log.warning(event, **values)
        self._said = event

    def _narrow_down(self, error: ClientDecodeError) -> bool:
        """An answer that is no JSON: ask for one update at a time, and pass by the one that spoils it."""
        self._unconfirmed.let_go()
        if self._limit > 1:
            self._limit = 1
            return True
        found = _UPDATE_ID.search(error.data) if isinstance(error.data, str) else None
        if found is None:
            return False
        self._unconfirmed.take(int(found[1]), may_repeat=False)
        log.warning("update_unreadable", update_type="unknown", problem="no JSON")
        return True

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)

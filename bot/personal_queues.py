"""Updates of one person are handled one after another, those of different people at the same time.

    queues = PersonalQueues(handle, pass_by)
    queues.put(update)         # returns at once
    await queues.room()        # before more is asked of the messenger
    await queues.finished()    # at a stop: what was taken is handled

Whoever sends faster than we answer keeps the newest `MOST_WAITING`: what is older is passed by, and told so.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field

import structlog
from aiogram.exceptions import AiogramError
from aiogram.types import Chat, Update, User

__all__ = ["MOST_AT_WORK", "MOST_IN_HAND", "MOST_WAITING", "PersonalQueues", "step_aside"]

MOST_WAITING = 30
"""Updates of one person that wait: an album of ten and a few messages more."""
MOST_AT_WORK = 100
"""Updates handled at the same time: more would share the same processor, and all would be answered later."""
MOST_IN_HAND = 2_000
"""Updates taken and not handled; beyond that the messenger keeps them for us."""

Handle = Callable[[Update], Awaitable[None]]

log = structlog.get_logger(__name__)


class _Place:
    """A place among those at work, given back once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def give_back(self) -> None:
        if self._places is not None:
            self._places.release()
            self._places = None


_place: ContextVar[_Place | None] = ContextVar("place", default=None)


def step_aside() -> None:
    """Let another person's update be handled: this one is about to wait for the messenger's limits."""
    place = _place.get()
    if place is not None:
        place.give_back()


@dataclass(slots=True)
class _Queue:
    waiting: deque[Update] = field(default_factory=deque)
    passed_by: Update | None = None
    """The last message that was passed by and not yet spoken of."""


class PersonalQueues:
    """``handle`` does the work; ``pass_by`` tells a person that an update will not be handled."""

    def __init__(
        self,
        handle: Handle,
        pass_by: Handle,
        *,
        most_waiting: int = MOST_WAITING,
        most_at_work: int = MOST_AT_WORK,
        most_in_hand: int = MOST_IN_HAND,
    ) -> None:
        self._handle = handle
        self._pass_by = pass_by
        self._most_waiting = most_waiting
        self._most_in_hand = most_in_hand
        self._places = asyncio.Semaphore(most_at_work)
        self._queues: dict[Hashable, _Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._changed = asyncio.Event()
        self.on_finished: Callable[[int], None] | None = None
        """Hears the number of each update that is handled, or of which somebody was told that it will not be."""

    @property
    def busy(self) -> bool:
        return self._in_hand > 0

    @property
    def in_hand(self) -> int:
        """Updates taken and not handled yet."""
        return self._in_hand

    def put(self, update: Update) -> None:
        """Handle it after what the same person sent before."""
        key = _sender_of(update)
        queue = self._queues.get(key)
        begun = queue is not None
        if queue is None:
            queue = self._queues[key] = _Queue()
        self._in_hand += 1
        queue.waiting.append(update)
        if len(queue.waiting) > self._most_waiting:
            self._overtake(queue)
        if not begun:
            self._begin(self._work(key, queue))

    async def room(self) -> None:
        """Wait until there is room for more."""
        while self._in_hand >= self._most_in_hand:
            await self._change()

    async def finished(self) -> None:
        """Wait until everything taken is handled."""
        while self._in_hand:
            await self._change()

    def _overtake(self, queue: _Queue) -> None:
        oldest = queue.waiting.popleft()
        log.warning("update_passed_by", update_type=oldest.event_type)
        if oldest.callback_query is not None:
            self._begin(self._speak_of(oldest))
            return
        # One word for all messages of this rush, when it is over.
        self._done(oldest)
        queue.passed_by = oldest

    async def _work(self, key: Hashable, queue: _Queue) -> None:
        while queue.waiting or queue.passed_by is not None:
            if queue.waiting:
                await self._take(queue)
            else:
                passed_by, queue.passed_by = queue.passed_by, None
                assert passed_by is not None  # noqa: S101 - the loop says so
                self._in_hand += 1
                await self._speak_of(passed_by)
        del self._queues[key]

    async def _take(self, queue: _Queue) -> None:
        await self._places.acquire()
        place = _Place(self._places)
        _place.set(place)
        update = queue.waiting.popleft()
        try:
            await self._handle(update)
        except Exception:
            log.exception("update_failed", update_type=update.event_type)
        finally:
            place.give_back()
            self._done(update)

    async def _speak_of(self, update: Update) -> None:
        try:
            await self._pass_by(update)
        except (AiogramError, OSError, TimeoutError) as error:
            log.warning("passed_by_untold", update_type=update.event_type, error=type(error).__name__)
        finally:
            self._done(update)

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _done(self, update: Update) -> None:
        self._in_hand -= 1
        if self.on_finished is not None:
            self.on_finished(update.update_id)
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def _sender_of(update: Update) -> Hashable:
    """Whose queue it is: a person's, or a chat's for what comes in a chat's name. Inline queries hold up no tap."""
    event = update.event
    speaks_for: Chat | None = getattr(event, "sender_chat", None)
    if speaks_for is not None:
        return "chat", speaks_for.id
    user: User | None = getattr(event, "from_user", None)
    return update.event_type == "inline_query", None if user is None else user.id

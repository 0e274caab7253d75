"""Updates on their way to the bot: by long poll or by webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from sandbox.pulse import Pulse
from sandbox.refusal import Refusal
from sandbox.wire import dump

UPDATES_ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_ANOTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


class UpdateQueue:
    """Updates that the bot has not confirmed. Ids never start again: a polling bot keeps its offset."""

    def __init__(self, changed: Pulse) -> None:
        self._changed = changed
        self._pushed = Pulse()
        self._items: deque[tuple[int, bytes]] = deque()
        self._last = 0
        self._poll = 0
        self._closed = False
        self.allowed: frozenset[str] = frozenset()
        """Kinds the bot asked for; empty is all but those that must be asked for."""
        self.polls = 0
        """How many getUpdates came in so far."""

    @property
    def pending(self) -> int:
        return len(self._items)

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in UPDATES_ONLY_WHEN_ASKED

    def push(self, kind: str, payload: object) -> int:
        """Queues a copy of the payload as it is now; returns the update's id, 0 when the bot does not want it."""
        if not self.wants(kind):
            return 0
        self._last += 1
        head = b'{"update_id":%d,"%s":' % (self._last, kind.encode())
        self._items.append((self._last, head + dump(payload) + b"}"))
        self._pushed.fire()
        self._changed.fire()
        return self._last

    def confirm(self, offset: int) -> None:
        """Forgets updates below the offset; a negative one keeps only so many of the newest."""
        if offset < 0:
            while len(self._items) > -offset:
                self._items.popleft()
        else:
            while self._items and self._items[0][0] < offset:
                self._items.popleft()
        if not self._items:
            self._changed.fire()

    def first(self) -> tuple[int, bytes] | None:
        return self._items[0] if self._items else None

    async def wait(self, seconds: float) -> bool:
        """Waits for the next push (or the end of the server)."""
        return await self._pushed.wait(seconds)

    async def poll(self, offset: int, limit: int, seconds: float) -> bytes:
        """A JSON list of updates; waits for the first one. A newer poll ends this one with 409."""
        self._poll += 1
        self.polls += 1
        mine = self._poll
        self._pushed.fire()
        if offset:
            self.confirm(offset)
        self._changed.fire()
        if not self._items and seconds > 0 and not self._closed:
            await self._wait_for_items(mine, seconds)
        if mine != self._poll:
            raise Refusal(409, _ANOTHER_POLL)
        chosen = [item for _, item in list(self._items)[:limit]]
        return b"[" + b",".join(chosen) + b"]"

    async def _wait_for_items(self, mine: int, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self._items and mine == self._poll and not self._closed:
            if not await self._pushed.wait(end - loop.time()):
                return

    def close(self) -> None:
        self._closed = True
        self._pushed.fire()

    def open(self) -> None:
        self._closed = False

    def clear(self) -> None:
        self._items.clear()
        self._changed.fire()


def allowed_kinds(kinds: Sequence[str] | None, before: frozenset[str]) -> frozenset[str]:
    """What the bot wants from now on: a missing list leaves it as it was."""
    return before if kinds is None else frozenset(kinds)

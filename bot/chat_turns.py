"""Turns of one chat: who waits there, and when it may be spoken to again."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from heapq import heappop
from math import inf

from bot.limits import ChatKey, Cost
from bot.slots import Departure
from domain.delivery import Lane

__all__ = ["Chat", "Turn"]

FLIGHT = 1.0
"""Seconds that a chat waits for the answer to its last message before it takes the message as arrived."""

MINUTE = 61.0
"""A group's minute, with a second for the way there."""


@dataclass(eq=False, slots=True)
class Turn:
    """One request on its way through. It keeps its place (`order`) when it has to queue again."""

    lane: Lane
    cost: Cost
    order: int
    gate: asyncio.Future[None] | None = None
    queued: bool = False
    departure: Departure | None = None

    @property
    def waiting(self) -> bool:
        """In the queue, and nobody has cancelled it."""
        return self.queued and self.gate is not None and not self.gate.done()


_Queue = list[tuple[Lane, int, Turn]]


@dataclass(eq=False, slots=True)
class Chat:
    """What waits for a chat, and what keeps it silent; moments are monotonic seconds."""

    key: ChatKey
    queue: _Queue = field(default_factory=list)
    last: Departure | None = None
    flying: int = 0
    stopped_until: float = -inf
    minute: deque[float] | None = None
    alarm: float | None = None
    place: int | None = None
    """Among the chats whose turn it is; it keeps it until a message leaves."""

    def head(self) -> Turn | None:
        while self.queue and not self.queue[0][2].waiting:
            heappop(self.queue)
        return self.queue[0][2] if self.queue else None

    def free_at(self, spacing: float) -> float:
        at = self.stopped_until
        if self.last is not None:
            arrived = self.last.at + FLIGHT if self.last.answered is None else self.last.answered
            messages = self.last.messages
            at = max(at, self.last.at + messages * spacing, arrived + messages * min(spacing, 1.0))
        if self.minute is not None and len(self.minute) == self.minute.maxlen:
            at = max(at, self.minute[0] + MINUTE)
        return at

    def remembered_until(self) -> float:
        return self.minute[-1] + MINUTE if self.minute else -inf

"""The pace of the whole bot: even slots, and a ceiling over every second, wherever it begins.

Two fences, each enough for a strict server:

- even slots: one message every 1/28.5 s, never two at once, never a burst after a pause. Where a busy loop was late for
  slots that answers waited for, the next few come closer together, so that a crowd does not lose them;
- the ceiling: a message counts until a second after the moment by which it has surely arrived, as its answer
  tells, so that a stall on the way cannot push 31 of them into one second of the server.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf

from bot.limits import Limits

__all__ = ["DELAY", "TICK", "Departure", "Slots"]

DELAY = 0.3
"""Seconds by which a message may be late before the ceiling takes it as arrived all the same. At worst, with
every answer later than the quickest by this much, 30 messages leave in 1.3 s: 81 % of 28.5 a second."""

CATCH_UP = 0.25
"""A slot that comes late may bring the next one closer by this part of a slot."""

CATCH_UP_EAGERLY = 4
"""Slots that a crowd of answers may make up for: one that is refused once more is repeated, and delays few."""

CLOSEST = 0.25
"""Part of a slot between two messages meanwhile."""

TICK = 1e-6
"""Seconds that make no difference."""


@dataclass(eq=False, slots=True)
class Departure:
    """When so many messages left, and when they were answered; monotonic seconds."""

    at: float
    messages: int
    answered: float | None = None

    def counts_until(self, quickest: float) -> float:
        """A second after it has surely arrived: what its answer took longer than the quickest may be its delay."""
        delay = DELAY if self.answered is None else max(0.0, min(self.answered - self.at - quickest, DELAY))
        return self.at + delay + 1.0


class Slots:
    """When the next message of the bot may leave. All moments are monotonic seconds."""

    def __init__(self, limits: Limits) -> None:
        self._ceiling = limits.ceiling
        self._slot = 1.0 / limits.per_second
        self._recent: deque[Departure] = deque()
        self._messages = 0
        self._quickest = inf
        self._due = self._next = -inf

    def idle(self, now: float) -> None:
        """Until now nobody waited for a slot, or was to: those that passed are not made up for."""
        self._due = max(self._due, now)

    def departed(self, departure: Departure, *, eager: bool) -> None:
        """``eager``: slots that were missed are made up for."""
        self._recent.append(departure)
        now, messages = departure.at, departure.messages
        self._messages += messages
        late = CATCH_UP_EAGERLY if eager else CATCH_UP
        self._due = max(self._due, now - late * self._slot) + messages * self._slot
        self._next = max(self._due, now + messages * CLOSEST * self._slot)

    def answered(self, departure: Departure, now: float) -> None:
        departure.answered = now
        self._quickest = min(self._quickest, now - departure.at)

    def open_at(self, messages: int, now: float) -> float:
        """When so many may leave, as far as is known: to be asked again at that moment."""
        return self._next if self._next > now + TICK else self._below_the_ceiling_at(messages, now)

    def _below_the_ceiling_at(self, messages: int, now: float) -> float:
        while self._recent and self._recent[0].at + DELAY + 1.0 <= now:
            self._messages -= self._recent.popleft().messages
        if self._messages + messages <= self._ceiling:
            return now
        counts = ((each.counts_until(self._quickest), each.messages) for each in self._recent)
        counted = sorted((until, messages) for until, messages in counts if until > now)
        excess = sum(each for _, each in counted) + messages - self._ceiling
        at = now
        for until, each in counted:
            if excess <= 0:
                break
            at = until
            excess -= each
        return at

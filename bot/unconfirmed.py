"""Taps that were taken and are not answered yet: the messenger keeps them, in case this process is killed.

    if unconfirmed.take(number, may_repeat=True): ...    # False: it was told before
    unconfirmed.finish(number)
    offset = unconfirmed.offset()                         # what to ask for next; what is below is confirmed

Only what does no harm when it is handled twice is kept: a button carries its whole meaning, the second time of a
booking is the same booking. A message may be the next step of a form: one that is taken confirms all before it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

__all__ = ["KEPT_SECONDS", "MOST_KEPT", "Unconfirmed"]

MOST_KEPT = 50
"""Half of what one answer of the messenger holds: the other half is always new."""
KEPT_SECONDS = 5.0
"""Whoever is slower than that holds the others up no longer."""


class Unconfirmed:
    """Numbers of updates, in the order in which they came."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last: int | None = None
        self._taken: dict[int, float] = {}
        self._finished: set[int] = set()
        self._settled = asyncio.Event()

    def take(self, number: int, *, may_repeat: bool) -> None:
        """It is in our hands now; what may not repeat is confirmed with all before it."""
        self._last = number
        if may_repeat:
            self._taken[number] = self._monotonic()
            self._settled.clear()
        else:
            self.let_go()

    def knows(self, number: int) -> bool:
        """Whether it was taken and is told again because it, or one before it, is not finished."""
        return number in self._taken

    def finish(self, number: int) -> None:
        if number in self._taken:
            self._finished.add(number)
            if len(self._finished) == len(self._taken):
                self._settled.set()

    def let_go(self) -> None:
        """Keep nothing of what was taken."""
        self._taken.clear()
        self._finished.clear()
        self._settled.set()

    def offset(self) -> int | None:
        """The oldest that is not finished, or the one after the last; None before the first."""
        while self._taken and (oldest := next(iter(self._taken))) in self._finished:
            del self._taken[oldest]
            self._finished.remove(oldest)
        since = next(iter(self._taken.values()), None)
        if since is None or len(self._taken) > MOST_KEPT or self._monotonic() - since > KEPT_SECONDS:
            self.let_go()
        if self._last is None:
            return None
        return next(iter(self._taken), self._last + 1)

    async def settled(self, seconds: float) -> None:
        """Wait until all is finished, and not longer than so many seconds."""
        if self._taken:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settled.wait(), seconds)

"""The only place that reads the real clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "MovableClock", "SystemClock"]


class Clock(Protocol):
    """Tells the time that the whole bot goes by."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """Another clock and an offset: it goes on by itself and can be moved forward; only ``step`` sets it back."""

    def __init__(self, base: Clock | None = None) -> None:
        self._base = base or SystemClock()
        self._offset = timedelta()

    @property
    def offset(self) -> timedelta:
        """How far ahead of the other clock it is."""
        return self._offset

    def now(self) -> datetime:
        return self._base.now() + self._offset

    def advance(self, by: timedelta) -> None:
        """Move forward. Raises `ValueError` on a negative step: reminders rely on time that only goes on."""
        if by < timedelta():
            raise ValueError("a clock is moved forward only")
        self._offset += by

    def step(self, by: timedelta) -> None:
        """Be set, forward or back, as a machine's clock is when somebody corrects it."""
        self._offset += by

    def advance_to(self, moment: datetime) -> None:
        """Move forward to an aware moment; one that has passed already moves nothing."""
        self.advance(max(moment - self.now(), timedelta()))

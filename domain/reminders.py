"""When people are reminded of what they booked.

``due_at`` says when the reminder of a slot comes; ``start_ranges`` is its inverse: which slots' reminders
come due in a stretch of time. So a tick of the clock costs one look into the index of starts, however many
bookings there were or will be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import IntFlag

from domain.quiet import (
    LAST_CALL,
    NIGHT_BEGINS,
    ONE_DAY,
    REMINDERS_WAKE,
    at,
    before_night,
)


class Offset(IntFlag):
    """How long before. The greater of two values is the one nearer to the start."""

    WEEK = 1
    """Seven days before, at 18:00."""
    EVENING = 2
    """The day before, at 18:00."""
    MORNING = 4
    """The same day at 08:00; for a start before 10:00, when that leaves no time, the day before at 20:00."""
    TWO_HOURS = 8
    HALF_HOUR = 16


NONE = Offset(0)
DEFAULT = Offset.EVENING | Offset.TWO_HOURS
EVENING_CLOCK = time(18)
MORNING_CLOCK = time(8)
EARLY_START = time(10)
MIDNIGHT = time(0)
DAYS_BEFORE = {Offset.WEEK: timedelta(days=7), Offset.EVENING: ONE_DAY}
TIME_BEFORE = {Offset.TWO_HOURS: timedelta(hours=2), Offset.HALF_HOUR: timedelta(minutes=30)}
LONGEST = timedelta(days=8)
"""No reminder comes earlier before its start: after a longer downtime nothing older is worth a look."""

INSTANT = timedelta(microseconds=1)
"""The shortest time that a moment is told by."""


def due_at(offset: Offset, starts_at: datetime, zone: tzinfo) -> datetime:
    """When the reminder of one ``offset`` comes for a slot that starts at ``starts_at``. UTC."""
    if offset in TIME_BEFORE:
        return before_night(starts_at.astimezone(UTC) - TIME_BEFORE[offset], zone)
    local = starts_at.astimezone(zone)
    if offset in DAYS_BEFORE:
        return at(local.date() - DAYS_BEFORE[offset], EVENING_CLOCK, zone)
    if local.time() < EARLY_START:
        return at(local.date() - ONE_DAY, LAST_CALL, zone)
    return at(local.date(), MORNING_CLOCK, zone)


def start_ranges(
    offset: Offset, after: datetime, until: datetime, zone: tzinfo
) -> list[tuple[datetime, datetime]]:
    """Starts whose reminder comes due in (after, until]: half-open ranges [from, to), in UTC, in order."""
    ranges: list[tuple[datetime, datetime]] = []
    day, last = after.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        ranges.extend(
            part
            for piece in _due_on(offset, day, zone)
            if (part := piece.due_within(after, until)) is not None
        )
        day += ONE_DAY
    return sorted(ranges)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Starts in [first, end) whose reminders come all at ``due``, or each ``due`` before its start."""

    first: datetime
    end: datetime
    due: datetime | timedelta

    def due_within(self, after: datetime, until: datetime) -> tuple[datetime, datetime] | None:
        """The part of the starts that come due in (after, until], None for none."""
        if isinstance(self.due, datetime):
            return (self.first, self.end) if after < self.due <= until else None
        first = max(self.first, after + self.due + INSTANT)
        end = min(self.end, until + self.due + INSTANT)
        return (first, end) if first < end else None


def _due_on(offset: Offset, day: date, zone: tzinfo) -> Iterator[_Piece]:
    """All starts whose reminder comes due on ``day``."""

    def clock(days: int, of: time) -> datetime:
        return at(day + timedelta(days=days), of, zone)

    if offset in DAYS_BEFORE:
        days = DAYS_BEFORE[offset].days
        yield _Piece(clock(days, MIDNIGHT), clock(days + 1, MIDNIGHT), clock(0, EVENING_CLOCK))
    elif offset in TIME_BEFORE:
        before = TIME_BEFORE[offset]
        wake, night = clock(0, REMINDERS_WAKE), clock(0, NIGHT_BEGINS)
        yield _Piece(wake + before, night + before, before)
        yield _Piece(night + before, clock(1, REMINDERS_WAKE) + before, clock(0, LAST_CALL))
    else:
        yield _Piece(clock(0, EARLY_START), clock(1, MIDNIGHT), clock(0, MORNING_CLOCK))
        yield _Piece(clock(1, MIDNIGHT), clock(1, EARLY_START), clock(0, LAST_CALL))

"""Reminders are derived from bookings when their time comes, never planned ahead.

So a moved slot, a booking given back or a changed wish needs no replanning, and after downtime the next look
catches up. The dedup key (booking, offset, start) makes looking twice harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from db.contained import one_by_one
from db.engine import Session
from db.queries import reminders as queries
from domain.reminders import INSTANT, LONGEST, Offset, due_at, start_ranges

LOOKS_OVERLAP = timedelta(minutes=1)
"""A look that finds nothing leaves the mark where it is so long: a tick every second need not write to the disk."""


def derive(session: Session, now: datetime, zone: tzinfo) -> int:
    """Owe every reminder that came due since the last look. How many are new.

    The first look ever begins now. A clock that was set back looks again at what it has seen: nothing doubles.
    """
    reached = queries.watermark(session)
    created = 0
    if reached is not None and reached < now:
        after = max(reached, now - LONGEST)
        for offset in Offset:
            for first, end in start_ranges(offset, after, now, zone):
                # Whatever has begun needs no reminder.
                created += _derive_range(session, offset, max(first, now + INSTANT), end, zone)
    if reached is None or created or not timedelta() <= now - reached < LOOKS_OVERLAP:
        queries.advance(session, now)
    return created


def _derive_range(session: Session, offset: Offset, first: datetime, end: datetime, zone: tzinfo) -> int:
    """Slots of the same start cost one statement."""

    def derive_of(slot_ids: Sequence[int]) -> int:
        return sum(
            queries.insert_reminders(session, offset, starts_at, due_at(offset, starts_at, zone))
            for starts_at in queries.starts_of(session, slot_ids)
        )

    starting = {id_: id_ for id_ in queries.starting_between(session, first, end)}
    return sum(one_by_one(session, "slot", starting, derive_of, end))


def next_reminder(session: Session, now: datetime, zone: tzinfo) -> datetime | None:
    """When the next reminder of anybody comes, looking a little over a week ahead."""
    moments = (
        due
        for starts_at, wanted in queries.coming_wishes(session, now, now + LONGEST + timedelta(days=1))
        for offset in Offset
        if wanted & offset and (due := due_at(offset, starts_at, zone)) > now
    )
    return min(moments, default=None)

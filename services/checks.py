"""Does the database agree with itself?"""

from __future__ import annotations

from db.engine import Session
from db.queries import checks


def programme_size(session: Session) -> tuple[int, int]:
    """How many activities and slots there are."""
    return checks.counts(session)


def integrity_problems(session: Session) -> list[str]:
    """Codes of slots whose counters differ from their bookings."""
    return checks.miscounted_slots(session)

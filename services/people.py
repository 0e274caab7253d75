"""Meeting people."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.engine import Session
from db.queries import people
from domain.people import Address, Person
from domain.reminders import DEFAULT

SEEN_EVERY = timedelta(days=1)
"""How exactly we know when somebody was last here: enough to forget them in time, no more."""


def recall(session: Session, address: Address, now: datetime) -> Person | None:
    """Somebody met before and seen of late: the quick way in, which writes nothing."""
    found = people.by_address(session, address)
    if found is None:
        return None
    row, person = found
    if row.unreachable_at is not None or now - row.seen_at > SEEN_EVERY:
        return None
    return person


def meet(session: Session, address: Address, now: datetime) -> Person:
    """The person behind an address, new or not; who taps can be written to again."""
    people.insert_person(session, address, int(DEFAULT), now)
    found = people.by_address(session, address)
    assert found is not None  # noqa: S101 - inserted above
    row, person = found
    if row.unreachable_at is not None or row.seen_at < now:
        people.update_person(session, person.id, {"unreachable_at": None, "seen_at": now})
    return person

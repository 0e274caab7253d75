"""Meeting people."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.engine import Session
from db.queries import deliveries, people
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
    if row.unreachable_at is not None:
        _reach_again(session, person)
    if row.seen_at < now:
        people.update_person(session, person.id, {"seen_at": now})
    return person


def lose(session: Session, address: Address, now: datetime) -> None:
    """The person blocked the bot: what waits for them waits in vain. Strangers stay strangers."""
    found = people.by_address(session, address)
    if found is not None:
        deliveries.lose(session, [found[1].id], now)


def come_back(session: Session, address: Address) -> bool:
    """The person unblocked the bot: they can be written to from now on. Whether they were lost."""
    found = people.by_address(session, address)
    if found is None or found[0].unreachable_at is None:
        return False
    _reach_again(session, found[1])
    return True


def _reach_again(session: Session, person: Person) -> None:
    """Everybody who returns passes here, by whatever way."""
    people.update_person(session, person.id, {"unreachable_at": None})

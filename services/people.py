"""Meeting people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Session
from db.queries import deliveries, people
from domain.people import Address, Person
from domain.reminders import DEFAULT
from services.coming_back import tell_what_changed

SEEN_EVERY = timedelta(days=1)
"""How exactly we know when somebody was last here: enough to forget them in time, no more."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """People met before; of some it must be noted that they are here: they were lost, or away for long."""

    people: dict[Address, Person]
    long_unseen: frozenset[Address]


def recall_all(session: Session, addresses: Collection[Address], now: datetime) -> Recalled:
    """Those of them who were met before: the quick way in, which writes nothing."""
    found = people.by_addresses(session, addresses)
    return Recalled(
        {address: met.person for address, met in found.items()},
        frozenset(
            address for address, met in found.items() if not met.reachable or now - met.seen_at > SEEN_EVERY
        ),
    )


def recall(session: Session, address: Address, now: datetime) -> Person | None:
    """Somebody met before and seen of late."""
    recalled = recall_all(session, [address], now)
    return None if address in recalled.long_unseen else recalled.people.get(address)


def seen_lately(session: Session, now: datetime, limit: int) -> list[Person]:
    """Whose next tap has nothing to be noted, the last seen last."""
    return people.seen_since(session, now - SEEN_EVERY, limit)


def meet(session: Session, address: Address, now: datetime) -> Person:
    """The person behind an address, new or not; who taps can be written to again."""
    return meet_all(session, [address], now)[address]


def meet_all(session: Session, addresses: Collection[Address], now: datetime) -> dict[Address, Person]:
    """The people behind these addresses, new or not, by address."""
    people.insert_people(session, addresses, int(DEFAULT), now)
    note_seen(session, dict.fromkeys(addresses, now))
    return {address: met.person for address, met in people.by_addresses(session, addresses).items()}


def note_seen(session: Session, seen: Mapping[Address, datetime]) -> None:
    """They were here at these moments, and can be written to again."""
    for address, met in people.by_addresses(session, seen).items():
        if not met.reachable:
            _reach_again(session, met.person, seen[address])
        if met.seen_at < seen[address]:
            people.update_person(session, met.person.id, {"seen_at": seen[address]})


def lose(session: Session, address: Address, now: datetime) -> None:
    """The person blocked the bot: what waits for them waits in vain. Strangers stay strangers."""
    found = people.by_address(session, address)
    if found is not None:
        deliveries.lose(session, [found[1].id], now)


def come_back(session: Session, address: Address, now: datetime) -> bool:
    """The person unblocked the bot: they can be written to from now on. Whether they were lost."""
    found = people.by_address(session, address)
    if found is None or found[0].unreachable_at is None:
        return False
    _reach_again(session, found[1], now)
    return True


def _reach_again(session: Session, person: Person, now: datetime) -> None:
    """Everybody who returns passes here, by whatever way, and hears what they missed."""
    people.update_person(session, person.id, {"unreachable_at": None})
    tell_what_changed(session, person.id, now)

"""The people behind taps, kept at hand: one read for somebody new, none for somebody who taps on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from db.engine import Database
from domain.people import Actor, Address, Grant, Person, Role, actor_for
from services import people

MOST_REMEMBERED = 10_000
FRESH_FOR = timedelta(minutes=10)
"""After that a person is read anew: another process may have changed them."""


class Actors:
    """Finds or meets the person behind an address. ``coordinators`` are addresses from the settings."""

    def __init__(self, database: Database, coordinators: Collection[Address] = ()) -> None:
        self._database = database
        self._coordinators = frozenset(coordinators)
        self._known: OrderedDict[Address, tuple[datetime, Actor]] = OrderedDict()
        self._changes = 0

    async def actor(self, address: Address, now: datetime) -> Actor:
        """Everybody who taps is somebody: a stranger gets a row with their address and nothing else."""
        known = self._known.get(address)
        if known is not None and now - known[0] < FRESH_FOR:
            self._known.move_to_end(address)
            return known[1]
        changes = self._changes
        person = await self._database.read(people.recall, address, now)
        if person is None:
            person = await self._database.write(people.meet, address, now)
        actor = actor_for(self._with_settings_grants(person))
        if changes != self._changes:
            # Somebody changed while we read: it may have been this person.
            return actor
        self._known[address] = (now, actor)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return actor

    def forget(self, address: Address) -> None:
        """Read this person anew at their next tap: they have changed."""
        self._known.pop(address, None)
        self._changes += 1

    @property
    def appointed(self) -> frozenset[Address]:
        """Whom the settings make coordinators."""
        return self._coordinators

    def _with_settings_grants(self, person: Person) -> Person:
        if person.address not in self._coordinators:
            return person
        grant = Grant(Role.COORDINATOR, municipality=None)
        if person.name and person.consent_version is not None:
            return replace(person, grants=(*person.grants, grant))
        return replace(person, dormant=(*person.dormant, grant))

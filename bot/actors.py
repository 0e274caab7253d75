"""The people behind taps, kept at hand: those seen lately are there from the start, others are found many at once.

    actors = Actors(database, coordinators)
    await actors.load(now)
    actor = await actors.actor(address, now)
    await actors.finished()     # at a stop: that they were here is written down

A crowd costs one read and one write for as many as came while the last ones were looked up. When somebody was last
here is written down beside all that, at best effort: nobody's answer waits for it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from db.engine import Database
from domain.consent import ConsentText
from domain.people import Actor, Address, Grant, Person, Role, actor_for
from services import people

__all__ = ["FRESH_FOR", "MOST_LOADED", "MOST_REMEMBERED", "Actors"]

MOST_REMEMBERED = 10_000
MOST_LOADED = 5_000
"""People that a start brings along."""
FRESH_FOR = timedelta(minutes=10)
"""After that a person is read anew: another process may have changed them."""
MOST_AT_ONCE = 500
"""Addresses in one query."""

log = structlog.get_logger(__name__)


class Actors:
    """Finds or meets the person behind an address. ``coordinators`` are addresses from the settings."""

    def __init__(
        self, database: Database, coordinators: Collection[Address] = (), consent: ConsentText | None = None
    ) -> None:
        self._database = database
        self._coordinators = frozenset(coordinators)
        self._consent = consent
        self._known: OrderedDict[Address, tuple[datetime, Actor]] = OrderedDict()
        self._changes = 0
        self._asked: dict[Address, asyncio.Future[Person]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._seen: dict[Address, datetime] = {}
        self._noting: asyncio.Task[None] | None = None

    async def load(self, now: datetime) -> None:
        """Remember who was here lately, so that their first tap after a start is like any other."""
        for person in await self._database.read(people.seen_lately, now, MOST_LOADED):
            self._remember(person, now)

    async def actor(self, address: Address, now: datetime) -> Actor:
        """Everybody who taps is somebody: a stranger gets a row with their address and nothing else."""
        known = self._known.get(address)
        if known is not None and now - known[0] < FRESH_FOR:
            self._known.move_to_end(address)
            return known[1]
        changes = self._changes
        person = await self._find(address, now)
        if changes != self._changes:
            # Somebody changed while we read: it may have been this person.
            return self._actor_for(person)
        return self._remember(person, now)

    def forget(self, address: Address) -> None:
        """Read this person anew at their next tap: they have changed."""
        self._known.pop(address, None)
        self._changes += 1

    @property
    def appointed(self) -> frozenset[Address]:
        """Whom the settings make coordinators."""
        return self._coordinators

    @property
    def busy(self) -> bool:
        """Something is still to be written down."""
        return self._noting is not None and not self._noting.done()

    async def finished(self) -> None:
        if self._noting is not None:
            await asyncio.wait([self._noting])

    async def _find(self, address: Address, now: datetime) -> Person:
        """Together with all who are asked for meanwhile."""
        loop = asyncio.get_running_loop()
        found = self._asked.get(address)
        if found is None:
            found = self._asked[address] = loop.create_future()
            if self._looking is None or self._looking.done():
                self._looking = loop.create_task(self._look(now), name="actors")
        return await asyncio.shield(found)

    async def _look(self, now: datetime) -> None:
        while self._asked:
            asked = dict(list(self._asked.items())[:MOST_AT_ONCE])
            try:
                found = await self._recall_or_meet(tuple(asked), now)
            except Exception as error:  # noqa: BLE001 - whoever asked hears it
                for address, future in asked.items():
                    del self._asked[address]
                    future.set_exception(error)
                    future.exception()  # Those who asked may be gone.
                continue
            for address, future in asked.items():
                del self._asked[address]
                future.set_result(found[address])

    async def _recall_or_meet(self, addresses: Sequence[Address], now: datetime) -> dict[Address, Person]:
        recalled = await self._database.read(people.recall_all, addresses, now)
        strangers = [address for address in addresses if address not in recalled.people]
        met = await self._database.write(people.meet_all, strangers, now) if strangers else {}
        self._note(recalled.long_unseen, now)
        return recalled.people | met

    def _note(self, addresses: Collection[Address], now: datetime) -> None:
        if not addresses:
            return
        self._seen |= dict.fromkeys(addresses, now)
        if not self.busy:
            self._noting = asyncio.get_running_loop().create_task(self._write_down(), name="seen")

    async def _write_down(self) -> None:
        while self._seen:
            seen, self._seen = self._seen, {}
            try:
                await self._database.write(people.note_seen, seen)
            except Exception as error:  # noqa: BLE001 - the next read of these people finds that it is missing
                log.warning("seen_not_noted", count=len(seen), error=type(error).__name__)

    def _remember(self, person: Person, now: datetime) -> Actor:
        actor = self._actor_for(person)
        self._known[person.address] = (now, actor)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return actor

    def _actor_for(self, person: Person) -> Actor:
        known = self._known.get(person.address)
        return actor_for(
            self._with_settings_grants(person), self._consent, known[1].memory if known else None
        )

    def _with_settings_grants(self, person: Person) -> Person:
        if person.address not in self._coordinators:
            return person
        grant = Grant(Role.COORDINATOR, municipality=None)
        if person.name and person.consent_version is not None:
            return replace(person, grants=(*person.grants, grant))
        return replace(person, dormant=(*person.dormant, grant))

"""A desk at which people sign up: use cases as one call each, on a real database and a clock moved by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.engine import Database, Session
from db.models import BookingRow, DeliveryRow, SlotRow
from db.queries import people
from domain.booking import Planned
from domain.people import Actor, actor_for
from services import booking, waiting_list
from services.booking import Signed, SignUp, Waiting
from tests.town import MOSCOW, HandClock, add_activity, add_person, add_slot, change_slot, moscow

START = "14 15:00"


def actor_of(session: Session, person_id: int) -> Actor:
    person = people.by_id(session, person_id)
    assert person is not None
    return actor_for(person)


@dataclass
class Desk:
    database: Database
    clock: HandClock

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def pupil(self, **values: Any) -> int:
        return await self.database.write(add_person, **{"municipality_code": "sochi", **values})

    async def parent(self, **values: Any) -> int:
        known = {"role": "parent", "grade": None, "organisation": "Школа № 5"}
        return await self.pupil(**{**known, **values})

    async def slot(self, start: str = START, activity: int | None = None, **values: Any) -> int:
        """A slot of 90 minutes, of an activity at a venue of its own unless told."""
        if activity is None:
            activity = await self.database.write(add_activity)
        return await self.database.write(add_slot, activity, moscow(start), **values)

    async def change(self, slot: int, **values: Any) -> None:
        """An edit of the programme; those who wait move up when there is room now."""

        def edit(session: Session) -> None:
            change_slot(session, slot, **values)
            session.flush()
            waiting_list.places_changed(session, [slot], self.now, MOSCOW)

        await self.database.write(edit)

    async def actor(self, person: int) -> Actor:
        return await self.database.read(actor_of, person)

    async def sign_up(self, person: int, slot: int, places: int = 1, *, swap: bool = False) -> SignUp:
        actor = await self.actor(person)
        return await self.database.write(booking.sign_up, actor, slot, places, self.now, MOSCOW, swap=swap)

    async def signed(self, person: int, slot: int, places: int = 1) -> int:
        """The id of the booking of somebody who must get a place."""
        outcome = await self.sign_up(person, slot, places)
        assert isinstance(outcome, Signed), outcome
        return outcome.booking.id

    async def wait(self, person: int, slot: int, places: int = 1) -> SignUp:
        return await self.database.write(
            booking.wait, await self.actor(person), slot, places, self.now, MOSCOW
        )

    async def waiting(self, person: int, slot: int, places: int = 1) -> int:
        """The id of the booking of somebody who must wait; a minute passes, so that the order is plain."""
        outcome = await self.wait(person, slot, places)
        assert isinstance(outcome, Waiting), outcome
        self.clock.advance(minutes=1)
        return outcome.booking.id

    async def give_back(self, person: int, booking_id: int) -> Planned:
        return await self.database.write(
            booking.give_back, await self.actor(person), booking_id, self.now, MOSCOW
        )

    async def accept(self, person: int, booking_id: int) -> SignUp:
        return await self.database.write(
            booking.accept_offer, await self.actor(person), booking_id, self.now, MOSCOW
        )

    async def expire(self) -> int:
        return await self.database.write(waiting_list.expire_offers, self.now, MOSCOW)

    async def filled(self, slot: int, count: int) -> list[tuple[int, int]]:
        """People with a place each, as (person, booking)."""
        people = [await self.pupil() for _ in range(count)]
        return [(person, await self.signed(person, slot)) for person in people]

    async def statuses(self, *bookings: int) -> list[str]:
        def read(session: Session) -> list[str]:
            found = {row.id: row.status for row in session.scalars(select(BookingRow))}
            return [found[booking_id] for booking_id in bookings]

        return await self.database.read(read)

    async def counters(self, slot: int) -> tuple[int, int]:
        """Places taken, places waited for."""

        def read(session: Session) -> tuple[int, int]:
            row = session.get_one(SlotRow, slot)
            return row.taken, row.waiting

        return await self.database.read(read)

    async def owed(self) -> list[tuple[str, int | None]]:
        """Kind and booking of every message owed, in order of writing."""

        def read(session: Session) -> list[tuple[str, int | None]]:
            rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.id))
            return [(row.kind, row.booking_id) for row in rows]

        return await self.database.read(read)

    async def row(self, booking_id: int) -> BookingRow:
        return await self.database.read(lambda session: session.get_one(BookingRow, booking_id))

    async def delivery(self, number: int = 0) -> DeliveryRow:
        def read(session: Session) -> DeliveryRow:
            return session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)).all()[number]

        return await self.database.read(read)

"""Five hundred people at twenty places, all at once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, insert, select

from db.engine import Database, Session
from db.models import BookingRow, PersonRow, SlotRow
from db.queries import people
from demo.consents import agreed
from domain.people import Actor, actor_for
from handlers.booking.callbacks import TakeSlot
from services import booking
from services.checks import integrity_problems
from tests import town
from tests.e2e.stage import NOON, PATIENCE, Stage
from tests.town import MOSCOW, moscow

PEOPLE = 500
PLACES = 20
FIRST = 5001


def _crowd(session: Session) -> int:
    slot = town.add_slot(session, town.add_activity(session), moscow("13 10:00"), capacity=PLACES)
    consent = agreed(session, NOON)
    session.execute(
        insert(PersonRow),
        [
            {
                "messenger": "telegram",
                "messenger_user_id": str(FIRST + number),
                "role": "student",
                "name": f"Ученик {number}",
                "municipality_code": "labinskiy",
                "grade": 9,
                **consent,
                "reminders": 0,
                "filters": {},
                "created_at": NOON,
                "seen_at": NOON,
            }
            for number in range(PEOPLE)
        ],
    )
    return slot


def _booked(session: Session) -> tuple[int, int, int]:
    rows = session.scalar(select(func.count()).where(BookingRow.status == "booked")) or 0
    distinct = session.scalar(select(func.count(BookingRow.person_id.distinct()))) or 0
    return rows, distinct, session.scalars(select(SlotRow.taken)).one()


async def test_five_hundred_who_tap_twice_at_once_take_exactly_twenty_places(stage: Stage) -> None:
    slot = await stage.write(_crowd)
    crowd = [
        stage.sandbox.person(f"Ученик {number}", id=FIRST + number, known=True) for number in range(PEOPLE)
    ]
    tap = TakeSlot(slot=slot, seen=0).pack()
    toasts = await asyncio.gather(
        *(person.tap_raw(1, tap, timeout=PATIENCE * 4) for person in crowd for _ in range(2))
    )
    await stage.settle()
    assert [toast for toast in toasts if not toast.answered] == []
    assert await stage.read(_booked) == (PLACES, PLACES, PLACES)
    assert await stage.read(integrity_problems) == []
    lucky = [person for person in crowd if "записаны" in person.screen]
    others = [person for person in crowd if "Мест нет." in person.screen]
    assert (len(lucky), len(others)) == (PLACES, PEOPLE - PLACES)


async def test_without_the_write_lock_the_race_is_real(database: Database) -> None:
    """The twin: the same use case, the same crowd, a database that does not take its turn."""
    if database.url.get_backend_name() != "sqlite":
        pytest.skip("of SQLite alone")
    slot = await database.write(_crowd)
    actors = await database.read(_actors)
    unsafe = Database(database.url, unsafe_writes=True)
    try:
        results = await asyncio.gather(
            *(unsafe.write(booking.sign_up, actor, slot, 1, NOON, MOSCOW) for actor in actors),
            return_exceptions=True,
        )
    finally:
        await unsafe.close()
    lost = [result for result in results if isinstance(result, BaseException)]
    booked, _, taken = await database.read(_booked)
    assert lost or booked != PLACES or taken != booked


async def test_with_the_write_lock_the_same_crowd_takes_exactly_twenty(database: Database) -> None:
    slot = await database.write(_crowd)
    actors = await database.read(_actors)
    await asyncio.gather(*(database.write(booking.sign_up, actor, slot, 1, NOON, MOSCOW) for actor in actors))
    assert await database.read(_booked) == (PLACES, PLACES, PLACES)


def _actors(session: Session) -> list[Actor]:
    ids = session.scalars(select(PersonRow.id)).all()
    return [actor_for(person) for id_ in ids if (person := people.by_id(session, id_)) is not None]

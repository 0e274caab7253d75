"""An id is given once: what old buttons, caches and keys name never becomes somebody or something else."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from db.engine import Database, Session
from db.migrate import migration_engine
from db.models import Base, BookingRow, DeliveryRow, PersonRow, SlotRow
from db.models.base import Whole
from domain.delivery import DeliveryKind, Owed
from services.deliveries import owe
from tests.town import LONG_AGO, add_activity, add_booking, add_person, add_slot

ONLY_GROWS = {"log_entry"}
"""Tables of which the database lets nobody delete a row."""


def numbered() -> set[str]:
    """Tables whose rows are known by a number that the database gives."""
    return {
        table.name
        for table in Base.metadata.tables.values()
        if [column.name for column in table.primary_key] == ["id"] and isinstance(table.c.id.type, Whole)
    }


def test_every_table_that_gives_numbers_gives_each_once() -> None:
    given_once = {
        table.name
        for table in Base.metadata.tables.values()
        if table.dialect_options["sqlite"].get("autoincrement")
    }
    assert given_once == numbered() - ONLY_GROWS


def test_the_stored_tables_do_too(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL gives no number twice anyway")
    engine = migration_engine(database_url)
    with engine.connect() as connection:
        stored = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
        )
        assert set(stored.scalars()) == numbered() - ONLY_GROWS
        assert "sqlite_sequence" not in inspect(connection).get_table_names()
    engine.dispose()


def _forget(session: Session, row: PersonRow | SlotRow | BookingRow | DeliveryRow) -> None:
    session.delete(row)
    session.flush()


async def test_the_id_of_somebody_who_left_is_nobody_elses(database: Database) -> None:
    def leave_and_come(session: Session) -> tuple[int, int]:
        gone = add_person(session)
        _forget(session, session.get_one(PersonRow, gone))
        return gone, add_person(session)

    gone, came = await database.write(leave_and_come)
    assert came > gone


async def test_neither_are_those_of_their_bookings_and_messages(database: Database) -> None:
    def book(session: Session, slot: int) -> tuple[int, int, int]:
        person = add_person(session)
        booking = add_booking(session, slot, person)
        owe(session, [Owed(f"k{person}", DeliveryKind.PROMOTED, person, LONG_AGO, booking_id=booking)])
        delivery = session.query(DeliveryRow).filter_by(booking_id=booking).one().id
        return person, booking, delivery

    slot = await database.write(lambda session: add_slot(session, add_activity(session), LONG_AGO))
    gone = await database.write(book, slot)
    await database.write(lambda session: _forget(session, session.get_one(PersonRow, gone[0])))
    came = await database.write(book, slot)
    assert all(new > old for new, old in zip(came, gone, strict=True))
    assert await database.read(lambda session: session.get(BookingRow, gone[1])) is None


async def test_the_id_of_a_slot_taken_back_is_no_other_slots(database: Database) -> None:
    def add_and_remove(session: Session) -> tuple[int, int]:
        activity = add_activity(session)
        gone = add_slot(session, activity, LONG_AGO)
        _forget(session, session.get_one(SlotRow, gone))
        return gone, add_slot(session, activity, LONG_AGO)

    gone, came = await database.write(add_and_remove)
    assert came > gone

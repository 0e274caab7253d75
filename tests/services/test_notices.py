"""Slots that move, are cancelled and come back: told once, to those concerned, when all edits are done."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from db.engine import Database, Session
from domain.booking import BookingStatus
from domain.notices import SlotSnapshot
from services.notices import settle, slots_edited, snapshot
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_slot,
    changes,
    deliveries,
    moscow,
    owed,
)

NOON = moscow("12 12:00")


def edit(session: Session, /, slot_id: int, now: datetime, **values: Any) -> None:
    """What an import does with a slot that changed."""
    before = snapshot(session, [slot_id])
    change_slot(session, slot_id, **values)
    session.flush()
    slots_edited(session, list(before.values()), now)


async def settled(database: Database, now: datetime) -> list[tuple[str, int]]:
    await database.write(settle, now, MOSCOW)
    return [(kind, person) for kind, person, _ in await database.read(owed)]


@pytest.fixture
async def slot(database: Database) -> int:
    activity = await database.write(add_activity)
    return await database.write(add_slot, activity, moscow("20 15:00"))


@pytest.fixture
async def people(database: Database, slot: int) -> dict[str, int]:
    """One of each: booked, offered, waiting, cancelled; by status."""
    found = {}
    for status in ("booked", "offered", "waiting", "cancelled"):
        found[status] = await database.write(add_person)
        await database.write(add_booking, slot, found[status], status=BookingStatus(status))
    return found


async def test_a_snapshot_survives_json(database: Database, slot: int) -> None:
    taken = (await database.read(snapshot, [slot, 999]))[slot]
    assert SlotSnapshot.from_json(taken.to_json()) == taken
    assert (taken.room, taken.starts_at, taken.cancelled) == ("каб. 5", moscow("20 15:00"), False)


async def test_those_who_hold_a_place_hear_of_a_move_after_ten_minutes(
    database: Database, slot: int, people: dict[str, int]
) -> None:
    await database.write(edit, slot, NOON, room="каб. 7")
    assert await settled(database, NOON + timedelta(minutes=9, seconds=59)) == []
    told = [("moved", people["booked"]), ("moved", people["offered"])]
    assert await settled(database, NOON + timedelta(minutes=10)) == told
    assert await settled(database, NOON + timedelta(minutes=30)) == told


async def test_several_edits_within_ten_minutes_are_one_from_first_to_last(
    database: Database, slot: int, people: dict[str, int]
) -> None:
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(edit, slot, NOON + timedelta(minutes=5), room="каб. 8")
    await database.write(edit, slot, NOON + timedelta(minutes=9), starts_at=moscow("20 14:00"))
    await settled(database, NOON + timedelta(minutes=10))
    rows = await database.read(deliveries)
    assert [row.payload["before"]["room"] for row in rows] == ["каб. 5", "каб. 5"]
    assert len(await database.read(changes)) == 1


async def test_an_edit_taken_back_is_told_to_nobody(
    database: Database, slot: int, people: dict[str, int]
) -> None:
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(edit, slot, NOON + timedelta(minutes=3), room="каб. 5")
    assert await settled(database, NOON + timedelta(hours=1)) == []
    assert [row.told_at is not None for row in await database.read(changes)] == [True]


async def test_a_cancellation_reaches_everybody_who_asked_for_the_slot_once(
    database: Database, slot: int, people: dict[str, int]
) -> None:
    await database.write(edit, slot, NOON, cancelled_at=NOON)
    told = [("cancelled", people[status]) for status in ("booked", "offered", "waiting")]
    assert await settled(database, NOON + timedelta(minutes=10)) == told


async def test_a_slot_that_takes_place_after_all_says_so(
    database: Database, slot: int, people: dict[str, int]
) -> None:
    await database.write(edit, slot, NOON, cancelled_at=NOON)
    await settled(database, NOON + timedelta(minutes=10))
    await database.write(edit, slot, NOON + timedelta(hours=1), cancelled_at=None)
    told = await settled(database, NOON + timedelta(hours=2))
    assert told[3:] == [("moved", people[status]) for status in ("booked", "offered", "waiting")]


async def test_whoever_came_after_the_last_edit_has_read_it_already(database: Database, slot: int) -> None:
    between, after = await database.write(add_person), await database.write(add_person)
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(add_booking, slot, between, at=NOON + timedelta(minutes=1))
    await database.write(edit, slot, NOON + timedelta(minutes=2), room="каб. 8")
    await database.write(add_booking, slot, after, at=NOON + timedelta(minutes=3))
    assert await settled(database, NOON + timedelta(minutes=10)) == [("moved", between)]


@pytest.mark.parametrize(
    ("edited", "starts", "moves_to", "due"),
    [
        ("12 12:00", "20 15:00", "21 15:00", "12 12:10"),
        ("12 22:00", "20 15:00", "21 15:00", "13 08:00"),
        ("12 22:00", "13 09:00", "14 15:00", "12 22:10"),
        ("12 22:00", "14 15:00", "13 09:00", "12 22:10"),
        ("12 20:55", "14 15:00", "15 15:00", "13 08:00"),
    ],
)
async def test_at_night_only_what_begins_soon_is_told(
    database: Database, edited: str, starts: str, moves_to: str, due: str
) -> None:
    activity = await database.write(add_activity)
    slot = await database.write(add_slot, activity, moscow(starts))
    await database.write(add_booking, slot, await database.write(add_person))
    new_start = moscow(moves_to)
    await database.write(
        edit, slot, moscow(edited), starts_at=new_start, ends_at=new_start + timedelta(minutes=90)
    )
    await settled(database, moscow(edited) + timedelta(minutes=10))
    assert [row.due_at for row in await database.read(deliveries)] == [moscow(due)]


async def test_a_big_import_settles_in_portions(database: Database) -> None:
    activity = await database.write(add_activity)
    slots = [await database.write(add_slot, activity, moscow("20 15:00")) for _ in range(130)]
    person = await database.write(add_person)
    for slot in slots:
        await database.write(add_booking, slot, person)

    def move_all(session: Session) -> None:
        before = snapshot(session, slots)
        for slot in slots:
            change_slot(session, slot, room="каб. 9")
        session.flush()
        slots_edited(session, list(before.values()), NOON)

    await database.write(move_all)
    later = NOON + timedelta(minutes=10)
    assert [await database.write(settle, later, MOSCOW) for _ in range(3)] == [100, 30, 0]
    assert len(await database.read(owed)) == 130

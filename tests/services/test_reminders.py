"""Reminders come out of bookings when their time comes: once, late rather than never, and only while they help."""

from datetime import datetime, timedelta

import pytest

from db.engine import Database
from domain.booking import BookingStatus
from domain.reminders import Offset
from services.reminders import derive, next_reminder
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_booking,
    change_slot,
    deliveries,
    moscow,
)


async def look(database: Database, now: datetime) -> list[int]:
    """Derive up to now; the offsets that are new, in order."""
    before = {row.id for row in await database.read(deliveries)}
    created = await database.write(derive, now, MOSCOW)
    new = [row for row in await database.read(deliveries) if row.id not in before]
    assert len(new) == created
    return sorted(row.payload["offset"] for row in new)


@pytest.fixture
async def booked(database: Database) -> tuple[int, int]:
    """A slot on the twentieth at 15:00 and somebody booked for it; nothing was looked at later than the first."""
    activity = await database.write(add_activity)
    slot = await database.write(add_slot, activity, moscow("20 15:00"))
    person = await database.write(add_person)
    booking = await database.write(add_booking, slot, person)
    await database.write(derive, moscow("1 12:00"), MOSCOW)
    return slot, booking


async def test_the_evening_before_and_two_hours_before(database: Database, booked: tuple[int, int]) -> None:
    assert await look(database, moscow("19 17:59")) == []
    assert await look(database, moscow("19 18:00")) == [Offset.EVENING]
    assert await look(database, moscow("20 12:59")) == []
    assert await look(database, moscow("20 13:00")) == [Offset.TWO_HOURS]
    rows = await database.read(deliveries)
    assert [row.due_at for row in rows] == [moscow("19 18:00"), moscow("20 13:00")]
    assert [row.not_after for row in rows] == [moscow("20 15:00")] * 2


async def test_looking_twice_reminds_once(database: Database, booked: tuple[int, int]) -> None:
    assert await look(database, moscow("19 18:00")) == [Offset.EVENING]
    assert await look(database, moscow("19 18:00")) == []
    assert await look(database, moscow("19 12:00")) == []
    assert await look(database, moscow("19 18:30")) == []


async def test_after_downtime_the_look_catches_up(database: Database, booked: tuple[int, int]) -> None:
    assert await look(database, moscow("20 14:00")) == [Offset.EVENING, Offset.TWO_HOURS]


async def test_after_the_start_nothing_is_caught_up(database: Database, booked: tuple[int, int]) -> None:
    assert await look(database, moscow("20 15:00")) == []


async def test_the_first_look_ever_begins_now(database: Database) -> None:
    activity = await database.write(add_activity)
    slot = await database.write(add_slot, activity, moscow("20 15:00"))
    await database.write(add_booking, slot, await database.write(add_person))
    assert await look(database, moscow("20 14:00")) == []


@pytest.mark.parametrize(
    ("signed_up", "reminded"),
    [
        ("19 17:59", [Offset.EVENING, Offset.TWO_HOURS]),
        ("19 18:00", [Offset.TWO_HOURS]),
        ("20 14:30", []),
    ],
)
async def test_whoever_signs_up_late_gets_only_what_still_makes_sense(
    database: Database, booked: tuple[int, int], signed_up: str, reminded: list[int]
) -> None:
    _, booking = booked
    await database.write(change_booking, booking, held_since=moscow(signed_up))
    assert await look(database, moscow("20 14:59")) == reminded


@pytest.mark.parametrize(
    "status", [BookingStatus.WAITING, BookingStatus.OFFERED, BookingStatus.CANCELLED, BookingStatus.LAPSED]
)
async def test_only_places_that_are_held_for_sure_are_reminded_of(
    database: Database, booked: tuple[int, int], status: BookingStatus
) -> None:
    await database.write(change_booking, booked[1], status=status)
    assert await look(database, moscow("20 14:59")) == []


async def test_a_cancelled_slot_reminds_nobody(database: Database, booked: tuple[int, int]) -> None:
    await database.write(change_slot, booked[0], cancelled_at=moscow("18 12:00"))
    assert await look(database, moscow("20 14:59")) == []


async def test_a_moved_slot_reminds_anew_of_its_new_start(
    database: Database, booked: tuple[int, int]
) -> None:
    assert await look(database, moscow("19 18:00")) == [Offset.EVENING]
    await database.write(change_slot, booked[0], starts_at=moscow("22 11:00"), ends_at=moscow("22 12:30"))
    assert await look(database, moscow("20 13:00")) == []
    assert await look(database, moscow("21 18:00")) == [Offset.EVENING]
    assert await look(database, moscow("22 09:00")) == [Offset.TWO_HOURS]


async def test_everybody_is_reminded_as_they_wish(database: Database, booked: tuple[int, int]) -> None:
    slot, _ = booked
    wishes = {Offset.WEEK: moscow("13 18:00"), Offset.MORNING: moscow("20 08:00")}
    wishes[Offset.HALF_HOUR] = moscow("20 14:30")
    people = {}
    for offset in wishes:
        people[offset] = await database.write(add_person, reminders=int(offset))
        await database.write(add_booking, slot, people[offset])
    silent = await database.write(add_person, reminders=0)
    await database.write(add_booking, slot, silent)
    await database.write(derive, moscow("13 00:00"), MOSCOW)
    await database.write(derive, moscow("20 14:59"), MOSCOW)
    rows = await database.read(deliveries)
    due = {Offset(row.payload["offset"]): row.due_at for row in rows if row.person_id in people.values()}
    assert due == wishes
    assert silent not in {row.person_id for row in rows}


async def test_a_pause_and_an_unreachable_person_are_left_alone(
    database: Database, booked: tuple[int, int]
) -> None:
    slot, _ = booked
    paused = await database.write(add_person, paused_until=moscow("20 00:00"))
    gone = await database.write(add_person, unreachable_at=moscow("1 00:00"))
    for person in (paused, gone):
        await database.write(add_booking, slot, person)
    await database.write(derive, moscow("20 14:59"), MOSCOW)
    rows = await database.read(deliveries)
    reminded = {(row.person_id, row.payload["offset"]) for row in rows}
    assert (paused, Offset.TWO_HOURS) in reminded
    assert (paused, Offset.EVENING) not in reminded
    assert gone not in {person for person, _ in reminded}


async def test_the_next_reminder_of_anybody_is_known(database: Database, booked: tuple[int, int]) -> None:
    assert await database.read(next_reminder, moscow("1 12:00"), MOSCOW) is None
    assert await database.read(next_reminder, moscow("14 12:00"), MOSCOW) == moscow("19 18:00")
    assert await database.read(next_reminder, moscow("19 18:00"), MOSCOW) == moscow("20 13:00")
    assert await database.read(next_reminder, moscow("20 13:00") + timedelta(seconds=1), MOSCOW) is None

"""Slots that move, are cancelled and come back: told once, to those concerned, when all edits are done."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from db.engine import Database, Session
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, Lane, Owed, Refused, SendResult, Sent
from domain.letters import Letter
from domain.notices import SlotSnapshot
from domain.payloads import Reminder
from services.deliveries import claim, mark, owe
from services.notices import edit_undone, settle, slots_edited, snapshot
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_booking,
    change_person,
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
    change_slot(session, slot_id, sequence=before[slot_id].sequence + 1, **values)
    session.flush()
    slots_edited(session, list(before.values()), now)


def undo(session: Session, /, slot_id: int, now: datetime, **values: Any) -> None:
    """What «Отменить правку» does with a slot."""
    before = snapshot(session, [slot_id])
    change_slot(session, slot_id, sequence=before[slot_id].sequence + 1, **values)
    session.flush()
    edit_undone(session, list(before.values()), now)


async def settled(database: Database, now: datetime) -> list[tuple[str, int]]:
    await database.write(settle, now, MOSCOW)
    return [(kind, person) for kind, person, _ in await database.read(owed)]


def was(letter: Letter) -> SlotSnapshot:
    """As the one to whom it goes last read the slot."""
    before = letter.parts[0].before
    assert before is not None
    return before


async def sent(
    database: Database, now: datetime, result: SendResult | None = None
) -> list[tuple[int, str, str, str]]:
    """What goes out now: to whom, what, and the rooms before and now; all of it arrives unless told."""
    batch = await database.write(claim, now, MOSCOW, 100)
    results = [(letter, result or Sent(1)) for letter in batch.letters]
    await database.write(mark, results, now)
    return [
        (
            letter.reader.person_id,
            str(letter.parts[0].change or letter.kind),
            room_before(letter),
            room(letter),
        )
        for letter in batch.letters
    ]


def room_before(letter: Letter) -> str:
    before = letter.parts[0].before
    return before.room if before else ""


def room(letter: Letter) -> str:
    return letter.parts[0].visit[1].room


async def news(database: Database, now: datetime) -> list[tuple[int, str, str, str]]:
    """What is told when the changes settle."""
    await database.write(settle, now, MOSCOW)
    return await sent(database, now)


def remind(session: Session, /, slot_id: int, booking_id: int, person_id: int, now: datetime) -> None:
    """A reminder that is due now; it says when and where as everything is."""
    starts_at = snapshot(session, [slot_id])[slot_id].starts_at
    payload = Reminder(1, starts_at)
    kind = DeliveryKind.REMINDER
    owe(
        session,
        [Owed(f"reminder:{now}", kind, person_id, now, Lane.REMINDER, booking_id, payload=payload)],
    )


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
    batch = await database.write(claim, NOON + timedelta(minutes=10), MOSCOW, 10)
    assert [was(letter).room for letter in batch.letters] == ["каб. 5", "каб. 5"]
    assert len(await database.read(changes)) == 1


async def test_an_edit_taken_back_is_told_to_nobody(
    database: Database, slot: int, people: dict[str, int]
) -> None:
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(edit, slot, NOON + timedelta(minutes=3), room="каб. 5")
    assert await settled(database, NOON + timedelta(hours=1)) == []
    assert await database.read(changes) == []


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
    await news(database, NOON + timedelta(minutes=10))
    await database.write(edit, slot, NOON + timedelta(hours=1), cancelled_at=None)
    told = await news(database, NOON + timedelta(hours=2))
    asked = [people[status] for status in ("booked", "offered", "waiting")]
    assert [(person, what) for person, what, *_ in told] == [(person, "restored") for person in asked]


async def test_a_cancellation_that_nobody_has_read_and_that_is_taken_back_is_told_to_nobody(
    database: Database, slot: int, people: dict[str, int]
) -> None:
    night = moscow("12 22:00")
    await database.write(edit, slot, night, cancelled_at=night)
    await database.write(settle, night + timedelta(minutes=10), MOSCOW)
    await database.write(edit, slot, night + timedelta(hours=1), cancelled_at=None)
    assert await news(database, moscow("13 08:00")) == []


async def test_whoever_came_after_the_last_edit_has_read_it_already(database: Database, slot: int) -> None:
    between, after = await database.write(add_person), await database.write(add_person)
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(add_booking, slot, between, at=NOON + timedelta(minutes=1))
    await database.write(edit, slot, NOON + timedelta(minutes=2), room="каб. 8")
    await database.write(add_booking, slot, after, at=NOON + timedelta(minutes=3))
    assert await settled(database, NOON + timedelta(minutes=10)) == [("moved", between)]


async def test_whoever_came_between_two_edits_hears_what_became_of_what_they_read(
    database: Database, slot: int
) -> None:
    early, between = await database.write(add_person), await database.write(add_person)
    await database.write(add_booking, slot, early)
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(add_booking, slot, between, at=NOON + timedelta(minutes=1))
    await database.write(edit, slot, NOON + timedelta(minutes=2), room="каб. 8")
    assert await news(database, NOON + timedelta(minutes=10)) == [
        (early, "moved", "каб. 5", "каб. 8"),
        (between, "moved", "каб. 7", "каб. 8"),
    ]


async def test_what_went_back_is_news_to_those_alone_who_came_between(database: Database, slot: int) -> None:
    early, between = await database.write(add_person), await database.write(add_person)
    await database.write(add_booking, slot, early)
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(add_booking, slot, between, at=NOON + timedelta(minutes=1))
    await database.write(edit, slot, NOON + timedelta(minutes=2), room="каб. 5")
    assert await news(database, NOON + timedelta(minutes=10)) == [(between, "moved", "каб. 7", "каб. 5")]


async def test_whose_tap_waited_for_the_edit_is_judged_by_what_it_saw_not_by_the_clock(
    database: Database, slot: int
) -> None:
    """An import takes its time: what was booked meanwhile is younger than the import and saw the old slot."""
    person = await database.write(add_person)
    await database.write(add_booking, slot, person, at=NOON + timedelta(seconds=3))
    await database.write(edit, slot, NOON, room="каб. 7")
    assert await news(database, NOON + timedelta(minutes=10)) == [(person, "moved", "каб. 5", "каб. 7")]


async def test_a_reminder_between_two_edits_was_read(database: Database, slot: int) -> None:
    person = await database.write(add_person)
    booking = await database.write(add_booking, slot, person)
    await database.write(edit, slot, NOON, room="каб. 7")
    later = NOON + timedelta(minutes=3)
    await database.write(remind, slot, booking, person, later)
    assert await sent(database, later) == [(person, "moved", "каб. 5", "каб. 7")], "it says what was"
    await database.write(edit, slot, NOON + timedelta(minutes=5), room="каб. 5")
    assert await news(database, NOON + timedelta(minutes=10)) == [(person, "moved", "каб. 7", "каб. 5")]


async def test_a_reminder_that_did_not_arrive_was_not_read(database: Database, slot: int) -> None:
    person = await database.write(add_person)
    booking = await database.write(add_booking, slot, person)
    await database.write(edit, slot, NOON, room="каб. 7")
    later = NOON + timedelta(minutes=3)
    await database.write(remind, slot, booking, person, later)
    await sent(database, later, Refused("no"))
    await database.write(edit, slot, NOON + timedelta(minutes=5), room="каб. 8")
    assert await news(database, NOON + timedelta(minutes=10)) == [(person, "moved", "каб. 5", "каб. 8")]


async def test_a_change_waits_for_a_message_on_its_way(database: Database, slot: int) -> None:
    """It may yet be read: only then it is known what is news."""
    person = await database.write(add_person)
    booking = await database.write(add_booking, slot, person)
    await database.write(edit, slot, NOON, room="каб. 7")
    later = NOON + timedelta(minutes=9)
    await database.write(remind, slot, booking, person, later)
    batch = await database.write(claim, later, MOSCOW, 10)
    await database.write(edit, slot, later, room="каб. 5")
    assert await database.write(settle, NOON + timedelta(minutes=10), MOSCOW) == 0
    await database.write(mark, [(letter, Sent(1)) for letter in batch.letters], later)
    assert await news(database, NOON + timedelta(minutes=11)) == [(person, "moved", "каб. 7", "каб. 5")]


async def test_news_that_waited_for_the_morning_says_all_and_what_it_said_is_not_said_again(
    database: Database, slot: int
) -> None:
    person = await database.write(add_person)
    await database.write(add_booking, slot, person)
    night, dawn = moscow("12 22:00"), moscow("13 07:58")
    await database.write(edit, slot, night, room="каб. 7")
    await database.write(settle, night + timedelta(minutes=10), MOSCOW)
    await database.write(edit, slot, dawn, room="каб. 8")
    assert await news(database, moscow("13 08:00")) == [(person, "moved", "каб. 5", "каб. 8")]
    assert await news(database, moscow("13 08:10")) == []


async def test_news_that_a_cancellation_held_up_is_told_when_it_is_taken_back(
    database: Database, slot: int
) -> None:
    person = await database.write(add_person)
    await database.write(add_booking, slot, person)
    night, dawn = moscow("12 22:00"), moscow("13 07:58")
    await database.write(edit, slot, night, room="каб. 7")
    await database.write(settle, night + timedelta(minutes=10), MOSCOW)
    await database.write(edit, slot, dawn, cancelled_at=dawn)
    assert await news(database, moscow("13 08:00")) == []
    await database.write(edit, slot, moscow("13 08:01"), cancelled_at=None)
    assert await news(database, moscow("13 08:10")) == [(person, "moved", "каб. 5", "каб. 7")]


async def test_who_moves_up_after_a_change_has_read_it_in_that_message(database: Database, slot: int) -> None:
    """Those who wait are not told of a move; the news of their place tells when and where."""
    person = await database.write(add_person)
    booking = await database.write(add_booking, slot, person, status=BookingStatus.WAITING)
    await database.write(edit, slot, NOON, room="каб. 7")
    assert await news(database, NOON + timedelta(minutes=10)) == []
    later = NOON + timedelta(hours=1)

    def move_up(session: Session) -> None:
        change_booking(session, booking, status=BookingStatus.BOOKED)
        owe(
            session,
            [Owed("promoted", DeliveryKind.PROMOTED, person, later, Lane.URGENT, booking)],
        )

    await database.write(move_up)
    assert await sent(database, later) == [(person, "moved", "каб. 5", "каб. 7")], "it says what was"
    await database.write(edit, slot, later, room="каб. 8")
    assert await news(database, later + timedelta(minutes=10)) == [(person, "moved", "каб. 7", "каб. 8")]


async def test_who_could_not_be_told_of_one_change_hears_both_with_the_next(
    database: Database, slot: int
) -> None:
    person = await database.write(add_person, unreachable_at=NOON)
    await database.write(add_booking, slot, person)
    await database.write(edit, slot, NOON, room="каб. 7")
    assert await news(database, NOON + timedelta(minutes=10)) == []
    await database.write(change_person, person, unreachable_at=None)
    await database.write(edit, slot, NOON + timedelta(hours=1), room="каб. 8")
    assert await news(database, NOON + timedelta(hours=2)) == [(person, "moved", "каб. 5", "каб. 8")]


async def test_a_slot_edited_while_nobody_was_there_is_read_as_it_is(database: Database, slot: int) -> None:
    early, late = await database.write(add_person), await database.write(add_person)
    booking = await database.write(add_booking, slot, early)
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(change_booking, booking, status=BookingStatus.CANCELLED)
    await database.write(change_slot, slot, room="каб. 8", sequence=2)
    await database.write(add_booking, slot, late, at=NOON)
    assert await news(database, NOON + timedelta(minutes=10)) == []


async def test_an_undone_edit_is_news_to_those_who_read_it(database: Database, slot: int) -> None:
    early, between = await database.write(add_person), await database.write(add_person)
    await database.write(add_booking, slot, early)
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(add_booking, slot, between, at=NOON)
    await database.write(undo, slot, NOON + timedelta(minutes=2), room="каб. 5")
    assert await news(database, NOON + timedelta(minutes=10)) == [(between, "moved", "каб. 7", "каб. 5")]


async def test_an_undone_edit_that_nobody_read_is_forgotten_at_once(database: Database, slot: int) -> None:
    await database.write(add_booking, slot, await database.write(add_person))
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(undo, slot, NOON + timedelta(minutes=2), room="каб. 5")
    assert await database.read(changes) == []


async def test_an_edit_that_counts_nothing_up_is_refused(database: Database, slot: int) -> None:
    def silently(session: Session) -> None:
        before = snapshot(session, [slot])
        change_slot(session, slot, room="каб. 7")
        session.flush()
        slots_edited(session, list(before.values()), NOON)

    with pytest.raises(ValueError, match="same sequence"):
        await database.write(silently)


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


async def test_what_begins_within_the_hour_settles_in_a_minute(database: Database, slot: int) -> None:
    """Also what was edited before, when there was time."""
    person = await database.write(add_person)
    await database.write(add_booking, slot, person)
    start = moscow("20 15:00")
    await database.write(edit, slot, start - timedelta(minutes=61), room="каб. 7")
    soon = start - timedelta(minutes=58)
    await database.write(edit, slot, soon, room="каб. 8")
    assert await news(database, soon + timedelta(seconds=59)) == []
    assert await news(database, soon + timedelta(minutes=1)) == [(person, "moved", "каб. 5", "каб. 8")]


async def test_another_room_at_the_last_moment_is_told_although_it_has_begun(
    database: Database, slot: int
) -> None:
    person = await database.write(add_person)
    await database.write(add_booking, slot, person)
    start = moscow("20 15:00")
    await database.write(edit, slot, start - timedelta(seconds=20), room="каб. 7")
    told = await news(database, start + timedelta(seconds=40))
    assert told == [(person, "moved", "каб. 5", "каб. 7")]


async def test_a_big_import_settles_in_portions(database: Database) -> None:
    activity = await database.write(add_activity)
    slots = [await database.write(add_slot, activity, moscow("20 15:00")) for _ in range(130)]
    person = await database.write(add_person)
    for slot in slots:
        await database.write(add_booking, slot, person)

    def move_all(session: Session) -> None:
        before = snapshot(session, slots)
        for slot in slots:
            change_slot(session, slot, room="каб. 9", sequence=1)
        session.flush()
        slots_edited(session, list(before.values()), NOON)

    await database.write(move_all)
    later = NOON + timedelta(minutes=10)
    assert [await database.write(settle, later, MOSCOW) for _ in range(3)] == [100, 30, 0]
    assert len(await database.read(owed)) == 130

"""From what is owed to letters in hand: judged at the last moment, put together, marked, never lost."""

from datetime import timedelta
from typing import Any

import pytest

from db.engine import Database, Session
from domain.booking import BookingStatus
from domain.delivery import (
    DeliveryKind,
    DeliveryStatus,
    Lane,
    Owed,
    Refused,
    Retry,
    SendResult,
    Sent,
    Unreachable,
)
from domain.letters import Letter
from domain.notices import Change
from domain.payloads import Found, Reminder
from domain.reminders import Offset
from services.deliveries import Batch, claim, mark, next_due, owe, release, release_orphans
from services.notices import settle
from services.reminders import derive
from tests.services.test_notices import edit
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_booking,
    change_person,
    change_slot,
    deliveries,
    moscow,
    owed,
)

MORNING = moscow("20 09:00")
START = moscow("20 15:00")


async def take(database: Database, now: Any = MORNING, limit: int = 50) -> tuple[Letter, ...]:
    batch: Batch = await database.write(claim, now, MOSCOW, limit)
    return batch.letters


def remind(
    session: Session, /, booking: int, person: int, offset: Offset = Offset.EVENING, **values: Any
) -> None:
    starts_at = values.pop("starts_at", START)
    owe(
        session,
        [
            Owed(
                dedup_key=f"reminder:{booking}:{int(offset)}:{starts_at.timestamp()}",
                kind=DeliveryKind.REMINDER,
                person_id=person,
                booking_id=booking,
                due_at=values.pop("due_at", MORNING),
                not_after=starts_at,
                lane=Lane.REMINDER,
                payload=Reminder(int(offset), starts_at),
            )
        ],
    )


def tell(session: Session, /, kind: DeliveryKind, booking: int, person: int, **values: Any) -> None:
    owe(
        session,
        [
            Owed(
                dedup_key=f"{kind}:{booking}",
                kind=kind,
                person_id=person,
                booking_id=booking,
                due_at=MORNING,
                **values,
            )
        ],
    )


@pytest.fixture
async def slot(database: Database) -> int:
    return await database.write(add_slot, await database.write(add_activity), START)


@pytest.fixture
async def person(database: Database) -> int:
    return await database.write(add_person)


@pytest.fixture
async def booking(database: Database, slot: int, person: int) -> int:
    return await database.write(add_booking, slot, person)


async def test_owing_the_same_twice_is_owing_it_once(database: Database, person: int) -> None:
    item = Owed("k", DeliveryKind.BROADCAST, person, MORNING)
    other = Owed("other", DeliveryKind.BROADCAST, person, MORNING)
    assert await database.write(owe, [item, item]) == 1
    assert await database.write(owe, [item, other]) == 1
    assert await database.write(owe, []) == 0
    assert await database.read(next_due) == MORNING


async def test_thousands_are_owed_in_one_go(database: Database, person: int) -> None:
    many = [Owed(f"k{number}", DeliveryKind.BROADCAST, person, MORNING) for number in range(4_000)]
    assert await database.write(owe, many) == 4_000


async def test_a_letter_holds_all_that_is_needed_to_write_it(
    database: Database, booking: int, person: int
) -> None:
    await database.write(remind, booking, person)
    [letter] = await take(database)
    [part] = letter.parts
    found, slot, activity = part.visit
    assert (letter.reader.address.user_id, letter.lane) == ("1001", Lane.REMINDER)
    assert (found.id, slot.starts_at, activity.title, activity.venue.name) == (
        booking,
        START,
        "Сварка",
        "УПК № 1",
    )


async def test_what_is_in_hand_is_not_taken_twice(database: Database, booking: int, person: int) -> None:
    await database.write(remind, booking, person)
    assert len(await take(database)) == 1
    assert await take(database) == ()


async def test_what_is_not_due_yet_stays(database: Database, booking: int, person: int) -> None:
    await database.write(remind, booking, person, due_at=MORNING + timedelta(seconds=1))
    assert await take(database) == ()
    assert len(await take(database, MORNING + timedelta(seconds=1))) == 1


async def test_the_urgent_goes_first(database: Database, slot: int) -> None:
    people = [await database.write(add_person) for _ in range(4)]
    bookings = [await database.write(add_booking, slot, each) for each in people]
    for each, of in zip(bookings[:3], people[:3], strict=True):
        await database.write(remind, each, of, due_at=MORNING - timedelta(hours=1))
    await database.write(tell, DeliveryKind.PROMOTED, bookings[3], people[3])
    taken = await take(database, limit=2)
    assert [letter.reader.person_id for letter in taken] == [people[3], people[0]]


async def test_reminders_of_one_person_are_one_message_in_order_of_time(
    database: Database, person: int, booking: int
) -> None:
    activity = await database.write(add_activity, "Дроны")
    earlier = START - timedelta(hours=3)
    other = await database.write(add_booking, await database.write(add_slot, activity, earlier), person)
    await database.write(remind, booking, person)
    await database.write(remind, other, person, starts_at=earlier)
    [letter] = await take(database, limit=1)
    assert [part.visit[0].id for part in letter.parts] == [other, booking]
    await database.write(mark, [(letter, Sent(77))], MORNING)
    rows = await database.read(deliveries)
    assert [(row.status, row.message_id, row.sent_at) for row in rows] == [("sent", 77, MORNING)] * 2


async def test_more_reminders_than_fit_a_phone_come_in_a_second_message(
    database: Database, person: int
) -> None:
    activity = await database.write(add_activity)
    for hour in range(7):
        starts_at = START + timedelta(hours=hour)
        slot = await database.write(add_slot, activity, starts_at)
        await database.write(
            remind, await database.write(add_booking, slot, person), person, starts_at=starts_at
        )
    [first] = await take(database)
    [second] = await take(database)
    assert [len(first.parts), len(second.parts)] == [5, 2]


async def test_of_several_reminders_due_for_a_booking_only_the_nearest_goes(
    database: Database, booking: int, person: int
) -> None:
    for offset in (Offset.WEEK, Offset.TWO_HOURS, Offset.EVENING):
        await database.write(remind, booking, person, offset)
    [letter] = await take(database)
    assert [part.delivery.payload for part in letter.parts] == [Reminder(Offset.TWO_HOURS, START)]
    assert [row.status for row in await database.read(deliveries)] == ["obsolete", "sending", "obsolete"]


async def test_an_earlier_reminder_never_follows_a_nearer_one(
    database: Database, booking: int, person: int
) -> None:
    await database.write(remind, booking, person, Offset.TWO_HOURS)
    [letter] = await take(database)
    await database.write(mark, [(letter, Sent(1))], MORNING)
    await database.write(remind, booking, person, Offset.EVENING)
    assert await take(database) == ()
    await database.write(remind, booking, person, Offset.HALF_HOUR)
    assert len(await take(database)) == 1


@pytest.mark.parametrize(
    ("change", "values", "becomes"),
    [
        (change_booking, {"status": "cancelled"}, "obsolete"),
        (change_slot, {"cancelled_at": MORNING}, "obsolete"),
        (change_slot, {"starts_at": START + timedelta(minutes=5)}, "obsolete"),
        (change_slot, {"room": "каб. 9"}, "sending"),
        (change_person, {"paused_until": START}, "obsolete"),
        (change_person, {"paused_until": MORNING}, "sending"),
        (change_person, {"unreachable_at": MORNING}, "unreachable"),
    ],
)
async def test_a_reminder_is_judged_at_the_last_moment(
    database: Database, slot: int, booking: int, person: int, change: Any, values: Any, becomes: str
) -> None:
    await database.write(remind, booking, person)
    ids: dict[Any, int] = {change_booking: booking, change_slot: slot, change_person: person}
    await database.write(change, ids[change], **values)
    await take(database)
    assert [row.status for row in await database.read(deliveries)] == [becomes]


async def test_too_late_is_expired_and_counted(database: Database, booking: int, person: int) -> None:
    await database.write(remind, booking, person)
    batch = await database.write(claim, START, MOSCOW, 50)
    assert batch == Batch((), expired=1)
    assert [row.status for row in await database.read(deliveries)] == ["expired"]


async def test_nothing_obsolete_hides_what_comes_behind_it(database: Database, slot: int) -> None:
    people = [await database.write(add_person) for _ in range(4)]
    for each in people:
        await database.write(remind, await database.write(add_booking, slot, each), each)
    for each in people[:3]:
        await database.write(change_person, each, paused_until=START)
    assert [letter.reader.person_id for letter in await take(database, limit=1)] == [people[3]]


async def test_a_pause_silences_reminders_and_nothing_else(
    database: Database, slot: int, booking: int, person: int
) -> None:
    await database.write(change_person, person, paused_until=START)
    await database.write(edit, slot, MORNING, room="каб. 9")
    later = MORNING + timedelta(minutes=10)
    await database.write(settle, later, MOSCOW)
    assert [letter.kind for letter in await take(database, later)] == [DeliveryKind.MOVED]


async def test_reminders_late_at_night_wait_for_the_morning_unless_it_is_then_too_late(
    database: Database, person: int
) -> None:
    activity = await database.write(add_activity)
    early, late = moscow("21 07:30"), moscow("21 15:00")
    for starts_at in (early, late):
        slot = await database.write(add_slot, activity, starts_at)
        of = await database.write(add_booking, slot, person)
        await database.write(remind, of, person, starts_at=starts_at)
    [at_night] = await take(database, moscow("20 23:00"))
    [in_the_morning] = await take(database, moscow("21 07:00"))
    assert at_night.parts[0].visit[1].starts_at == early
    assert in_the_morning.parts[0].visit[1].starts_at == late


@pytest.mark.parametrize(
    ("kind", "status", "goes"),
    [
        (DeliveryKind.PROMOTED, BookingStatus.BOOKED, True),
        (DeliveryKind.PROMOTED, BookingStatus.CANCELLED, False),
        (DeliveryKind.OFFER, BookingStatus.OFFERED, True),
        (DeliveryKind.OFFER, BookingStatus.BOOKED, False),
        (DeliveryKind.OFFER_LAPSED, BookingStatus.LAPSED, True),
        (DeliveryKind.OFFER_LAPSED, BookingStatus.CANCELLED, False),
    ],
)
async def test_a_freed_place_is_told_while_it_is_true(
    database: Database, slot: int, person: int, kind: DeliveryKind, status: BookingStatus, goes: bool
) -> None:
    booking = await database.write(add_booking, slot, person, status=status)
    await database.write(tell, kind, booking, person)
    assert [letter.kind for letter in await take(database)] == [kind] * goes


async def test_an_offer_names_what_would_be_given_up(database: Database, slot: int, person: int) -> None:
    activity = await database.write(add_activity, "Дроны")
    for starts_at in (START - timedelta(minutes=30), START + timedelta(minutes=90)):
        await database.write(add_booking, await database.write(add_slot, activity, starts_at), person)
    other = await database.write(add_person)
    await database.write(add_booking, await database.write(add_slot, activity, START), other)
    offer = await database.write(add_booking, slot, person, status=BookingStatus.OFFERED)
    await database.write(tell, DeliveryKind.OFFER, offer, person)
    [letter] = await take(database)
    assert [(clash.title, clash.starts_at) for clash in letter.parts[0].clashes] == [
        ("Дроны", START - timedelta(minutes=30))
    ]


async def test_changes_that_wait_together_are_one_from_first_to_last(
    database: Database, slot: int, booking: int
) -> None:
    night = moscow("19 22:00") - timedelta(days=3)
    for number, room in enumerate(("каб. 7", "каб. 8")):
        now = night + timedelta(minutes=20 * number)
        await database.write(edit, slot, now, room=room)
        await database.write(settle, now + timedelta(minutes=10), MOSCOW)
    [letter] = await take(database, moscow("17 08:00"))
    [part] = letter.parts
    assert part.before is not None
    assert (part.change, part.before.room, part.visit[1].room) == (Change.MOVED, "каб. 5", "каб. 8")
    assert [row.status for row in await database.read(deliveries)] == ["obsolete", "sending"]


async def test_cancelled_and_restored_overnight_is_no_news(
    database: Database, slot: int, booking: int
) -> None:
    night = moscow("16 22:00")
    await database.write(edit, slot, night, cancelled_at=night)
    await database.write(settle, night + timedelta(minutes=10), MOSCOW)
    await database.write(edit, slot, night + timedelta(minutes=20), cancelled_at=None)
    await database.write(settle, night + timedelta(minutes=30), MOSCOW)
    assert await take(database, moscow("17 08:00")) == ()
    assert [row.status for row in await database.read(deliveries)] == ["obsolete"]


async def test_a_cancellation_says_where_there_are_places(
    database: Database, slot: int, booking: int
) -> None:
    same = await database.write(add_slot, 1, START + timedelta(days=2))
    nearby = await database.write(add_activity, "Пайка", venue_id=1)
    soon = await database.write(add_slot, nearby, START + timedelta(days=1))
    await database.write(add_slot, nearby, START + timedelta(days=1, hours=3))
    full_or_unfit: dict[str, dict[str, Any]] = {
        "Полно": {"venue_id": 1},
        "Другое направление": {"venue_id": 1, "track": "agro"},
        "Не для девятого": {"venue_id": 1, "grade_from": 10},
    }
    for title, values in full_or_unfit.items():
        activity = await database.write(add_activity, title, **values)
        full = {"capacity": 5, "taken": 5} if title == "Полно" else {}
        await database.write(add_slot, activity, START + timedelta(days=1), **full)
    await database.write(edit, slot, MORNING, cancelled_at=MORNING)
    later = MORNING + timedelta(minutes=10)
    await database.write(settle, later, MOSCOW)
    [letter] = await take(database, later)
    assert [other.id for other, _ in letter.parts[0].alternatives] == [same, soon]


async def test_results_are_written_down(database: Database, slot: int) -> None:
    people = [await database.write(add_person) for _ in range(4)]
    for each in people:
        await database.write(remind, await database.write(add_booking, slot, each), each)
    later = Owed("later", DeliveryKind.WATCH, people[1], START, lane=Lane.BROADCAST, payload=Found(1, 1))
    await database.write(owe, [later])
    letters = await take(database)
    results: list[SendResult] = [
        Sent(5),
        Unreachable("blocked"),
        Refused("can't parse " + "x" * 300),
        Retry("timeout"),
    ]
    await database.write(mark, list(zip(letters, results, strict=True)), MORNING)
    rows = await database.read(deliveries)
    assert [row.status for row in rows] == ["sent", "unreachable", "failed", "pending", "unreachable"]
    assert [row.attempts for row in rows] == [1, 1, 1, 1, 0]
    assert len(rows[2].error or "") == 200
    assert rows[3].due_at == MORNING + timedelta(seconds=5)


async def test_failures_are_repeated_with_longer_and_longer_pauses(
    database: Database, booking: int, person: int
) -> None:
    await database.write(remind, booking, person)
    now, pauses = MORNING, []
    for _ in range(9):
        [letter] = await take(database, now)
        await database.write(mark, [(letter, Retry("timeout"))], now)
        [row] = await database.read(deliveries)
        pauses.append(int((row.due_at - now).total_seconds()))
        now = row.due_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    [letter] = await take(database, now)
    await database.write(mark, [(letter, Retry("busy", timedelta(minutes=20)))], now)
    [row] = await database.read(deliveries)
    assert row.due_at == now + timedelta(minutes=20)


async def test_what_was_in_flight_at_a_crash_is_owed_again(
    database: Database, booking: int, person: int
) -> None:
    await database.write(remind, booking, person)
    await take(database)
    assert await database.write(release_orphans) == (1, 0)
    assert await database.write(release_orphans) == (0, 0)
    [letter] = await take(database)
    await database.write(release, letter.ids)
    assert [row.status for row in await database.read(deliveries)] == [DeliveryStatus.PENDING]
    assert [row.attempts for row in await database.read(deliveries)] == [0]


async def test_reminders_derived_late_lead_to_one_message(
    database: Database, booking: int, person: int
) -> None:
    await database.write(derive, moscow("19 12:00"), MOSCOW)
    await database.write(derive, moscow("20 14:00"), MOSCOW)
    [letter] = await take(database, moscow("20 14:00"))
    assert len(letter.parts) == 1
    assert sorted(status for _, _, status in await database.read(owed)) == ["obsolete", "sending"]

"""One row that nobody can read or deal with stops nobody else: of three rows the one in the middle is spoiled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from bot.form_storage import FormStorage
from db.contained import TRIED_AGAIN_AFTER
from db.engine import Database, Session
from db.models import (
    BookingRow,
    BroadcastRow,
    DeliveryRow,
    FormStateRow,
    QuestionMessageRow,
    QuestionRow,
    SlotVersionRow,
    WatchRow,
)
from db.queries import people as people_queries
from db.queries import programme
from db.queries import reminders as reminder_queries
from db.queries.notices import open_changes
from domain.broadcast import Audience, Group
from domain.finding import Filters
from domain.people import Address, Role
from domain.programme import Track
from domain.question import Reception
from services import broadcasts, finding, notices, people, questions, reminders, waiting_list, watches
from services.deliveries import claim
from services.search_documents import read_documents
from tests.services.desk import Desk
from tests.services.newsroom import add_coordinator
from tests.services.test_notices import edit
from tests.town import (
    LONG_AGO,
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    deliveries,
    moscow,
)

START = moscow("14 15:00")


@dataclass(frozen=True)
class Spoiled:
    """Three rows, and what to write into the middle one: ``table`` is where it is, ``named`` what the log names."""

    rows: Sequence[int]
    served: Sequence[Any]
    """What the job makes of each row when it is whole."""
    table: str
    column: str
    value: str
    id: int
    named: tuple[str, int]


Run = Callable[[Desk], Awaitable[Sequence[Any]]]


def pupil(session: Session) -> int:
    return add_person(session, municipality_code="sochi")


def slots(session: Session, **values: Any) -> list[int]:
    return [add_slot(session, add_activity(session), START, **values) for _ in range(3)]


async def booked_of(desk: Desk) -> list[int]:
    return await desk.database.read(
        lambda session: sorted(row.booking_id for row in deliveries(session) if row.booking_id)
    )


async def reminded(desk: Desk) -> Sequence[int]:
    await desk.database.write(reminders.derive, desk.now, MOSCOW)
    return await booked_of(desk)


def one_to_remind(session: Session) -> Spoiled:
    made = slots(session)
    bookings = [add_booking(session, slot, add_person(session)) for slot in made]
    reminder_queries.advance(session, START - timedelta(hours=3))
    return Spoiled(
        made,
        bookings,
        "slot",
        "starts_at",
        f"{START - timedelta(hours=3, minutes=1):%Y-%m-%d %H:%M}:0x.000000",
        made[1],
        ("slot", made[1]),
    )


async def told_of_changes(desk: Desk) -> Sequence[int]:
    await desk.database.write(notices.settle, desk.now, MOSCOW)
    return await booked_of(desk)


def one_to_tell(session: Session) -> Spoiled:
    made = slots(session)
    bookings = [add_booking(session, slot, add_person(session)) for slot in made]
    for slot in made:
        edit(session, slot, START - timedelta(hours=5), room="каб. 7")
    changes = [change.id for change in open_changes(session, made)]
    return Spoiled(
        made, bookings, "slot_version", "snapshot", "{}", made[1], ("slot_change", sorted(changes)[1])
    )


async def moved_lists(desk: Desk) -> Sequence[int]:
    await desk.database.write(waiting_list.expire_offers, desk.now, MOSCOW)
    return await desk.database.read(
        lambda session: sorted(
            session.scalars(select(BookingRow.id).where(BookingRow.status.in_(("booked", "lapsed"))))
        )
    )


def one_list_to_move(session: Session) -> Spoiled:
    made = slots(session)
    waiting = [add_booking(session, slot, pupil(session), status="waiting") for slot in made]
    activity = programme.slot_with_activity(session, made[1])
    assert activity is not None
    return Spoiled(made, waiting, "activity", "track", "of_tomorrow", activity[1].id, ("slot", made[1]))


def one_offer(session: Session, **values: Any) -> Spoiled:
    made = slots(session)
    offers = [add_booking(session, slot, add_person(session), status="offered", **values) for slot in made]
    activity = programme.slot_with_activity(session, made[1])
    assert activity is not None
    return Spoiled(made, offers, "activity", "track", "of_tomorrow", activity[1].id, ("booking", offers[1]))


def one_offer_to_lapse(session: Session) -> Spoiled:
    made = slots(session)
    people = [add_person(session) for _ in made]
    elsewhere = add_slot(session, add_activity(session), START)
    for person in people:
        add_booking(session, elsewhere, person, status="booked")
    values = {"status": "offered", "offer_expires_at": START - timedelta(hours=5)}
    offers = [add_booking(session, slot, person, **values) for slot, person in zip(made, people, strict=True)]
    return Spoiled(made, offers, "booking", "queued_at", "soon", offers[1], ("booking", offers[1]))


async def lapsed(desk: Desk) -> Sequence[int]:
    await desk.database.write(waiting_list.expire_offers, desk.now, MOSCOW)
    return await desk.database.read(
        lambda session: list(
            session.scalars(
                select(BookingRow.id).where(BookingRow.status == "lapsed").order_by(BookingRow.id)
            )
        )
    )


async def told_in_vain(desk: Desk) -> Sequence[int]:
    await desk.database.write(waiting_list.tell_in_vain, desk.now, MOSCOW)
    return await booked_of(desk)


def one_in_vain(session: Session) -> Spoiled:
    made = slots(session, capacity=0)
    waiting = [add_booking(session, slot, pupil(session), status="waiting") for slot in made]
    activity = programme.slot_with_activity(session, made[1])
    assert activity is not None
    return Spoiled(made, waiting, "activity", "kind", "of_tomorrow", activity[1].id, ("slot", made[1]))


async def begun(desk: Desk) -> Sequence[int]:
    await desk.database.write(broadcasts.advance, desk.now, MOSCOW)
    await desk.database.read(broadcasts.on_show, desk.now)
    return await desk.database.read(
        lambda session: list(
            session.scalars(
                select(BroadcastRow.id).where(BroadcastRow.started_at.is_not(None)).order_by(BroadcastRow.id)
            )
        )
    )


def _broadcasts(session: Session, **values: Any) -> list[int]:
    author = add_coordinator(session)
    add_person(session)
    rows = [
        BroadcastRow(
            author_id=author,
            text="Завтра семинар",
            audience=Audience((Group(roles=(Role.STUDENT,)),)).to_json(),
            created_at=LONG_AGO,
            **values,
        )
        for _ in range(3)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def one_broadcast(session: Session) -> Spoiled:
    made = _broadcasts(session, status="scheduled", send_at=START - timedelta(hours=5))
    return Spoiled(made, made, "broadcast", "audience", "[]", made[1], ("broadcast", made[1]))


async def ended(desk: Desk) -> Sequence[int]:
    await desk.database.write(broadcasts.advance, desk.now, MOSCOW)
    await desk.database.write(claim, desk.now, MOSCOW, 50)
    return await desk.database.read(
        lambda session: list(
            session.scalars(
                select(BroadcastRow.id).where(BroadcastRow.is_open.is_(False)).order_by(BroadcastRow.id)
            )
        )
    )


def one_open_broadcast(session: Session) -> Spoiled:
    made = _broadcasts(session, status="sending", started_at=LONG_AGO, is_open=True)
    return Spoiled(made, made, "broadcast", "status", "of_tomorrow", made[1], ("broadcast", made[1]))


def _nothing(_query: str, _among: set[int] | None) -> Sequence[int]:
    return []


async def fulfilled(desk: Desk) -> Sequence[int]:
    await desk.database.write(watches.fulfil, desk.now, MOSCOW, _nothing)
    return await desk.database.read(
        lambda session: sorted(row.person_id for row in deliveries(session) if row.kind == "watch")
    )


def one_wish(session: Session) -> Spoiled:
    slots(session)
    wishers = [add_person(session) for _ in range(3)]
    rows = [
        WatchRow(person_id=person, wish_key=f"{person}", wish=Filters().to_json(), created_at=LONG_AGO)
        for person in wishers
    ]
    session.add_all(rows)
    session.flush()
    return Spoiled(wishers, wishers, "watch", "wish", '{"query": 1}', rows[1].id, ("watch", rows[1].id))


async def reminded_of_questions(desk: Desk) -> Sequence[int]:
    await desk.database.write(questions.remind_of_urgent, desk.now, Reception(), MOSCOW)
    return await desk.database.read(
        lambda session: list(
            session.scalars(
                select(DeliveryRow.question_id).where(DeliveryRow.kind == "question").order_by(DeliveryRow.id)
            )
        )
    )


def one_question(session: Session) -> Spoiled:
    add_coordinator(session)
    rows = [
        QuestionRow(
            person_id=add_person(session),
            importance="urgent",
            status="open",
            about="",
            asked_at=START - timedelta(hours=6),
        )
        for _ in range(3)
    ]
    session.add_all(rows)
    session.flush()
    made = [row.id for row in rows]
    for id_ in made:
        session.add(QuestionMessageRow(question_id=id_, from_coordinator=False, text="Где?", at=LONG_AGO))
    return Spoiled(made, made, "question", "answered_at", "soon", made[1], ("question", made[1]))


async def indexed(desk: Desk) -> Sequence[int]:
    _, documents = await desk.database.read(read_documents, lambda _: ("технологии", ""))
    return sorted(document.id for document in documents)


async def listed(desk: Desk) -> Sequence[int]:
    page = await desk.database.read(programme.find_page, Filters(), 0, desk.now, MOSCOW)
    return sorted(line.activity.id for line in page.items)


def one_activity(session: Session) -> Spoiled:
    made = [add_activity(session) for _ in range(3)]
    for activity in made:
        add_slot(session, activity, START)
    return Spoiled(made, made, "activity", "track", "of_tomorrow", made[1], ("activity", made[1]))


async def remembered(desk: Desk) -> Sequence[int]:
    found = await desk.database.read(people.seen_lately, desk.now, 10)
    addresses = [person.address for person in found]
    recalled = await desk.database.read(people.recall_all, addresses, desk.now)
    assert len(recalled.people) == 3, "whose role is unknown is somebody all the same"
    return sorted(person.id for person in recalled.people.values() if person.role is Role.STUDENT)


def one_person(session: Session) -> Spoiled:
    made = [add_person(session, seen_at=START - timedelta(hours=6)) for _ in range(3)]
    return Spoiled(made, made, "person", "role", "of_tomorrow", made[1], ("person", made[1]))


async def coordinating(desk: Desk) -> Sequence[int]:
    found = await desk.database.read(people.seen_lately, desk.now, 10)
    known = await desk.database.read(people_queries.by_ids, [person.id for person in found])
    assert len(known) == 3
    return sorted(person.id for person in known.values() if person.grants)


def one_role(session: Session) -> Spoiled:
    made = [add_coordinator(session, seen_at=START - timedelta(hours=6)) for _ in range(3)]
    held = session.execute(text("SELECT id FROM role_grant ORDER BY id")).scalars().all()
    return Spoiled(made, made, "role_grant", "role", "of_tomorrow", held[1], ("role_grant", held[1]))


CASES: dict[str, tuple[Callable[[Session], Spoiled], Run]] = {
    "a start that is no moment": (one_to_remind, reminded),
    "what was read of a slot": (one_to_tell, told_of_changes),
    "a waiting list": (one_list_to_move, moved_lists),
    "an offer to fulfil": (one_offer, moved_lists),
    "an offer to pass on": (one_offer_to_lapse, lapsed),
    "those who wait in vain": (one_in_vain, told_in_vain),
    "a broadcast to begin": (one_broadcast, begun),
    "a broadcast that goes": (one_open_broadcast, ended),
    "a wish": (one_wish, fulfilled),
    "a question": (one_question, reminded_of_questions),
    "an activity to be found": (one_activity, indexed),
    "an activity in a list": (one_activity, listed),
    "a person": (one_person, remembered),
    "a role": (one_role, coordinating),
}
NO_MOMENT = {"starts_at", "queued_at", "answered_at"}


def _is_impossible(desk: Desk, spoiled: Spoiled) -> bool:
    return spoiled.column in NO_MOMENT and desk.database.url.get_backend_name() != "sqlite"


def _execute(session: Session, /, statement: str, **values: Any) -> None:
    session.execute(text(statement), values)


async def _set_up(desk: Desk, make: Callable[[Session], Spoiled]) -> Spoiled:
    desk.clock.moment = START - timedelta(hours=2)
    spoiled = await desk.database.write(make)
    if _is_impossible(desk, spoiled):
        pytest.skip("PostgreSQL takes no such value")
    key = "slot_id" if spoiled.table == "slot_version" else "id"
    statement = f"UPDATE {spoiled.table} SET {spoiled.column} = :value WHERE {key} = :id"
    await desk.database.write(_execute, statement, value=spoiled.value, id=spoiled.id)
    return spoiled


@pytest.mark.parametrize("case", CASES)
async def test_the_others_are_served_and_the_log_names_it_once(desk: Desk, case: str) -> None:
    make, run = CASES[case]
    spoiled = await _set_up(desk, make)
    with capture_logs() as lines:
        served = list(await run(desk))
        desk.clock.advance(seconds=1)
        await run(desk)
    assert served == [each for number, each in enumerate(spoiled.served) if number != 1]
    named = [line for line in lines if line["event"] == "row_passed_by"]
    assert [(line["table"], line["id"]) for line in named] == [spoiled.named]
    assert named[0].keys() == {"event", "table", "id", "error", "where", "log_level"}


@pytest.mark.parametrize("case", CASES)
async def test_without_a_bad_row_all_three_are_served(desk: Desk, case: str) -> None:
    make, run = CASES[case]
    desk.clock.moment = START - timedelta(hours=2)
    spoiled = await desk.database.write(make)
    with capture_logs() as lines:
        assert list(await run(desk)) == list(spoiled.served)
    assert [line for line in lines if line["event"] == "row_passed_by"] == []


async def test_a_row_that_somebody_mends_is_served_within_the_hour(desk: Desk) -> None:
    spoiled = await _set_up(desk, one_wish)
    assert await fulfilled(desk) == [spoiled.served[0], spoiled.served[2]]

    def mend(session: Session) -> None:
        session.get_one(WatchRow, spoiled.id).wish = Filters().to_json()

    await desk.database.write(mend)
    assert len(await fulfilled(desk)) == 2, "it is left alone meanwhile"
    desk.clock.advance(seconds=TRIED_AGAIN_AFTER.total_seconds())
    assert await fulfilled(desk) == list(spoiled.served)


async def test_in_one_waiting_list_the_others_move_up(desk: Desk) -> None:
    def make(session: Session) -> list[int]:
        slot = add_slot(session, add_activity(session), START)
        return [add_booking(session, slot, pupil(session), status="waiting") for _ in range(3)]

    desk.clock.moment = START - timedelta(hours=2)
    waiting = await desk.database.write(make)

    def spoil(session: Session) -> None:
        session.get_one(BookingRow, waiting[1]).passed_over = "of_tomorrow"

    await desk.database.write(spoil)
    await desk.expire()
    assert set(await desk.statuses(waiting[0], waiting[2])) == {"booked"}


async def test_whoever_gives_a_place_back_need_not_care_for_a_list_that_does_not_move(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, waits = await desk.pupil(), await desk.pupil()
    held = await desk.signed(person, slot)
    await desk.waiting(waits, slot)

    def spoil(session: Session) -> None:
        session.add(SlotVersionRow(slot_id=slot, sequence=0, snapshot={}))
        session.execute(text("UPDATE booking SET agreed_sequence = 7 WHERE status = 'waiting'"))

    await desk.database.write(spoil)
    await desk.give_back(person, held)
    assert await desk.statuses(held) == ["cancelled"]


async def test_filters_of_another_version_narrow_nothing_down(desk: Desk) -> None:
    person = await desk.pupil(filters={**Filters(track=Track.AGRO).to_json(), "track": "of_tomorrow"})
    await desk.slot()
    found = await desk.database.read(
        finding.open_list, await desk.actor(person), 0, desk.now, MOSCOW, _nothing
    )
    assert (found.filters, found.page.total) == (Filters(), 1)


async def test_forms_that_cannot_be_read_do_not_stop_the_start(desk: Desk, database: Database) -> None:
    def make(session: Session) -> None:
        for number, data in enumerate(({"a": 1}, 5, {"b": 2})):
            row = FormStateRow(key=f"telegram:{number}", state="A:b", typed=False, updated_at=desk.now)
            row.data = data  # type: ignore[assignment]
            session.add(row)

    await database.write(make)
    storage = FormStorage(database, desk.clock)
    with capture_logs() as lines:
        await storage.load()
    assert set(storage._forms) == {"telegram:0", "telegram:2"}
    assert [line["table"] for line in lines if line["event"] == "row_passed_by"] == ["form_state"]
    assert "telegram" not in str(lines)


@pytest.mark.parametrize("damaged", ["{", "", "\x00"])
async def test_json_that_is_none_spoils_its_own_row_alone(desk: Desk, damaged: str) -> None:
    if desk.database.url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL takes no such value")
    spoiled = await _set_up(desk, one_wish)
    statement = "UPDATE watch SET wish = :wish WHERE id = :id"
    await desk.database.write(_execute, statement, wish=damaged, id=spoiled.id)
    assert await fulfilled(desk) == [spoiled.served[0], spoiled.served[2]]


async def test_a_stranger_is_met_whatever_the_roles_of_others_are(desk: Desk) -> None:
    known = Address("telegram", "77")
    await desk.pupil(messenger_user_id="77", role="of_tomorrow")
    met = await desk.database.write(people.meet_all, [known, Address("telegram", "78")], desk.now)
    assert {address.user_id: person.role for address, person in met.items()} == {"77": None, "78": None}

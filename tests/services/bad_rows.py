"""Three rows of each kind that a job or a list reads, and which of them to spoil, and with what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from db.engine import Session
from db.models import (
    BookingRow,
    BroadcastRow,
    DeliveryRow,
    QuestionMessageRow,
    QuestionRow,
    WatchRow,
)
from db.queries import people as people_queries
from db.queries import programme
from db.queries import reminders as reminder_queries
from db.queries.notices import open_changes
from domain.broadcast import Audience, Group
from domain.finding import Filters
from domain.people import Role
from domain.question import Reception
from services import broadcasts, notices, people, questions, reminders, waiting_list, watches
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


def nothing_found(_query: str, _among: set[int] | None) -> Sequence[int]:
    return []


async def fulfilled(desk: Desk) -> Sequence[int]:
    await desk.database.write(watches.fulfil, desk.now, MOSCOW, nothing_found)
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

"""What is deleted by night: messages long done with, and what was known of slots long over; nothing that is needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.engine import Database, Session
from db.models import BroadcastRow, DeliveryRow, EditRow, QuestionRow, SlotVersionRow
from domain.delivery import DeliveryKind, DeliveryStatus, Sent
from domain.reminders import Offset, due_at
from services import deliveries, notices
from services.deliveries import claim, mark
from services.reminders import derive
from tests.services.test_notices import edit
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_slot,
    changes,
    moscow,
    owed,
)

NOW = moscow("12 12:00")
LATER = NOW + timedelta(days=91)


def add_delivery(session: Session, /, person: int, **values: Any) -> int:
    row = DeliveryRow(
        **{
            "dedup_key": f"k{len(owed(session))}",
            "kind": DeliveryKind.PROMOTED,
            "person_id": person,
            "payload": {},
            "priority": 1,
            "due_at": NOW,
            "status": DeliveryStatus.SENT,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row.id


@pytest.fixture
async def person(database: Database) -> int:
    return await database.write(add_person)


async def kept(database: Database, now: datetime = LATER) -> int:
    while await database.write(deliveries.forget_old, now, 2):
        pass
    return len(await database.read(owed))


@pytest.mark.parametrize("status", DeliveryStatus)
async def test_what_is_finished_goes_after_ninety_days(
    database: Database, person: int, status: DeliveryStatus
) -> None:
    await database.write(add_delivery, person, status=status)
    assert await kept(database, NOW + timedelta(days=90)) == 1
    finished = status not in (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
    assert await kept(database) == (0 if finished else 1)


async def test_it_goes_in_portions(database: Database, person: int) -> None:
    for _ in range(5):
        await database.write(add_delivery, person)
    assert [await database.write(deliveries.forget_old, LATER, 2) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_key_stays_while_the_same_could_be_owed_again(database: Database, person: int) -> None:
    """A mentor who cannot lead a slot of next year reported it once."""
    await database.write(add_delivery, person, not_after=LATER)
    assert await kept(database) == 1


@pytest.mark.parametrize(
    ("finished", "left"),
    [(None, 1), (LATER - timedelta(days=89), 1), (LATER - timedelta(days=91), 0)],
    ids=["not finished", "younger", "older"],
)
async def test_the_rows_of_a_report_stay_as_long_as_the_report(
    database: Database, person: int, finished: datetime | None, left: int
) -> None:
    def send(session: Session) -> None:
        broadcast = BroadcastRow(status="done", audience={}, created_at=NOW, finished_at=finished)
        session.add(broadcast)
        session.flush()
        add_delivery(session, person, kind=DeliveryKind.BROADCAST, broadcast_id=broadcast.id, priority=3)

    await database.write(send)
    assert await kept(database) == left


@pytest.mark.parametrize(("closed", "left"), [(None, 1), (NOW, 0)], ids=["open", "closed"])
async def test_an_open_question_is_not_reminded_of_anew(
    database: Database, person: int, closed: datetime | None, left: int
) -> None:
    def ask(session: Session) -> None:
        status = "closed" if closed else "open"
        question = QuestionRow(
            person_id=person, importance="urgent", status=status, asked_at=NOW, closed_at=closed
        )
        session.add(question)
        session.flush()
        add_delivery(session, person, kind=DeliveryKind.QUESTION, question_id=question.id)

    await database.write(ask)
    assert await kept(database) == left


@pytest.mark.parametrize("offset", Offset)
async def test_a_deleted_reminder_never_comes_again(database: Database, offset: Offset) -> None:
    """Whatever happens to the clock or the mark of the last look: what has begun is not looked at."""
    start = moscow("20 15:00")
    slot = await database.write(add_slot, await database.write(add_activity), start)
    await database.write(add_booking, slot, await database.write(add_person, reminders=int(offset)))
    due = due_at(offset, start, MOSCOW)
    for moment in (due - timedelta(hours=1), due):
        await database.write(derive, moment, MOSCOW)
    batch = await database.write(claim, start - timedelta(minutes=1), MOSCOW, 10)
    await database.write(mark, [(letter, Sent(1)) for letter in batch.letters], start)
    assert len(await database.read(owed)) == 1

    late = start + timedelta(days=91)
    assert await kept(database, late) == 0
    for back in (timedelta(), timedelta(days=8), timedelta(days=60), timedelta(minutes=-5)):
        assert await database.write(derive, late - back, MOSCOW) == 0


async def test_edits_and_versions_of_slots_long_over_go_those_of_others_stay(
    database: Database, person: int
) -> None:
    activity = await database.write(add_activity)
    over, coming = [await database.write(add_slot, activity, start) for start in (moscow("20 15:00"), LATER)]
    for slot in (over, coming):
        await database.write(add_booking, slot, person)
        await database.write(edit, slot, NOW, room="каб. 7")
    await database.write(notices.settle, NOW + timedelta(minutes=10), MOSCOW)

    def versions(session: Session) -> set[int]:
        return set(session.scalars(select(SlotVersionRow.slot_id)))

    late = moscow("20 15:00") + timedelta(days=92)
    await database.write(change_slot, coming, starts_at=late, ends_at=late + timedelta(hours=1))
    while await database.write(notices.forget_old, late, 1):
        pass
    assert await database.read(versions) == {coming}
    assert [change.slot_id for change in await database.read(changes)] == [coming]


async def test_an_edit_made_long_ago_goes(database: Database) -> None:
    activity = await database.write(add_activity)

    def make(session: Session, settles_at: datetime) -> None:
        session.add(
            EditRow(
                kind="title",
                activity_id=activity,
                before={},
                after={},
                told_slots=[],
                made_at=NOW,
                settles_at=settles_at,
            )
        )

    for settles_at in (NOW, LATER):
        await database.write(make, settles_at)
    await database.write(notices.forget_old, LATER)
    left = await database.read(lambda session: session.scalars(select(EditRow.settles_at)).all())
    assert left == [LATER]

"""One message that cannot be judged stops nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from db.engine import Database, Session
from db.models import DeliveryRow, SlotVersionRow
from domain.delivery import DeliveryKind, Lane, Owed
from domain.payloads import Reminder
from services.deliveries import claim, owe
from tests.town import MOSCOW, add_activity, add_booking, add_person, add_slot, moscow

START = moscow("14 10:00")
NOW = moscow("13 18:00")


def remind(session: Session, count: int) -> list[int]:
    """Reminders of the same slot to so many people; their ids."""
    slot = add_slot(session, add_activity(session), START, capacity=None)
    for number in range(count):
        person = add_person(session)
        booking = add_booking(session, slot, person)
        reminder = Reminder(2, START)
        owe(
            session,
            [
                Owed(
                    f"r{number}", DeliveryKind.REMINDER, person, NOW, Lane.REMINDER, booking, payload=reminder
                )
            ],
        )
    return list(session.scalars(select(DeliveryRow.id).order_by(DeliveryRow.id)))


def _write(id_: int, **values: Any) -> Callable[[Session], None]:
    def write(session: Session) -> None:
        for name, value in values.items():
            session.execute(
                text(f"UPDATE delivery SET {name} = :value WHERE id = :id"), {"value": value, "id": id_}
            )

    return write


def _unreadable_version(session: Session) -> None:
    """What one of them read of another slot is not what anybody could have read."""
    row = session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)).all()[1]
    slot = add_slot(session, add_activity(session), START)
    row.kind, row.payload, row.booking_id = "moved", {}, add_booking(session, slot, row.person_id)
    session.add(SlotVersionRow(slot_id=slot, sequence=0, snapshot={"room": 5}))


async def outcome(database: Database) -> tuple[list[int], dict[int, tuple[str, str | None]], dict[Any, int]]:
    batch = await database.write(claim, NOW, MOSCOW, 50)
    rows = await database.read(
        lambda session: {
            row.id: (row.status, row.error)
            for row in session.execute(
                select(DeliveryRow.id, DeliveryRow.status, DeliveryRow.error).order_by(DeliveryRow.id)
            )
        }
    )
    return [id_ for letter in batch.letters for id_ in letter.ids], rows, dict(batch.failed)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ({"payload": "{}"}, "BrokenPayload"),
        ({"payload": '{"offset": "soon", "starts_at": 7}'}, "BrokenPayload"),
        ({"payload": "[]"}, "BrokenPayload"),
        ({"kind": "of_tomorrow"}, "ValueError"),
    ],
)
async def test_a_row_that_nobody_can_read_fails_and_the_others_go(
    database: Database, broken: dict[str, Any], error: str
) -> None:
    first, second, third = await database.write(remind, 3)
    await database.write(_write(second, **broken))
    going, rows, failed = await outcome(database)
    assert going == [first, third]
    assert rows[second] == ("failed", f"not judged: {error}")
    assert failed == {(broken.get("kind", "reminder"), error): 1}
    assert (await outcome(database))[0] == [], "it is not looked at again"


async def test_a_payload_that_is_no_json_fails_alone(database: Database) -> None:
    first, second, third = await database.write(remind, 3)
    if database.url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL takes nothing else into such a column")
    await database.write(_write(second, payload="not json"))
    going, rows, _ = await outcome(database)
    assert (going, rows[second]) == ([first, third], ("failed", "not judged: JSONDecodeError"))


async def test_what_breaks_while_it_is_judged_is_found_and_fails_alone(database: Database) -> None:
    first, second, third = await database.write(remind, 3)
    await database.write(_unreadable_version)
    going, rows, failed = await outcome(database)
    assert rows[second] == ("failed", "not judged: KeyError")
    assert going == [first, third]
    assert failed == {("moved", "KeyError"): 1}

"""One row that nobody can read or deal with stops nobody else: of three rows the one in the middle is spoiled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.form_storage import FormStorage
from bot.logs import ALLOWED
from db.contained import TRIED_AGAIN_AFTER
from db.engine import Database, Session
from db.models import (
    BookingRow,
    FormStateRow,
    SlotVersionRow,
    WatchRow,
)
from domain.finding import Filters
from domain.people import Address
from domain.programme import Track
from services import finding, people
from tests.services.bad_rows import CASES, START, Spoiled, fulfilled, nothing_found, one_wish, pupil
from tests.services.desk import Desk
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_slot,
)

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
    assert [(line["table"], line["key"]) for line in named] == [spoiled.named]
    assert named[0].keys() - {"event", "log_level"} == {"table", "key", "error", "problem"} <= ALLOWED


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


async def test_filters_of_another_version_narrownothing_found_down(desk: Desk) -> None:
    person = await desk.pupil(filters={**Filters(track=Track.AGRO).to_json(), "track": "of_tomorrow"})
    await desk.slot()
    found = await desk.database.read(
        finding.open_list, await desk.actor(person), 0, desk.now, MOSCOW, nothing_found
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

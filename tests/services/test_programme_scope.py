"""A coordinator of a municipality changes what belongs to it, sees only that gone, and takes only that out."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.engine import Database, Session
from db.models import PersonRow
from domain.log import Action
from domain.people import OPERATOR, Actor, Address, Forbidden, Grant, Person, Role, actor_for
from domain.programme_import import Preview
from services import log, programme_export, programme_import
from services.programme_export import write_workbook
from tests.services.programme_desk import (
    NOW,
    SESSION,
    SLOT,
    VENUE,
    WORKSHOP,
    ZONE,
    Desk,
    Row,
    book,
    new_database,
    told,
)

OTHER_VENUE: Row = {**VENUE, "код": "V2", "муниципалитет": "Анапа"}
OTHER_WORKSHOP: Row = {**WORKSHOP, "код": "W2", "площадка": "V2"}
OTHER_SLOT: Row = {**SLOT, "код": "S2", "мастерская": "W2"}
BOTH: dict[str, list[Row]] = {
    "venues": [VENUE, OTHER_VENUE],
    "workshops": [WORKSHOP, OTHER_WORKSHOP],
    "slots": [SLOT, OTHER_SLOT],
    "forum": [SESSION],
    "about": [{"ключ": "место", "значение": "Краснодар"}],
}

NOBODY: dict[str, Any] = {
    "messenger": "telegram",
    "messenger_user_id": "1",
    "reminders": 0,
    "filters": {},
    "created_at": NOW,
    "seen_at": NOW,
}


def coordinator(*municipalities: str) -> Actor:
    grants = tuple(Grant(Role.COORDINATOR, municipality) for municipality in municipalities)
    return actor_for(Person(1, Address("telegram", "1"), grants=grants))


LABINSK = coordinator("labinskiy")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(new_database(tmp_path))
    desk = Desk(database)
    await desk.apply(book(**BOTH))
    yield desk
    await database.close()


async def preview(desk: Desk, file: io.BytesIO, actor: Actor = LABINSK) -> Preview:
    rows = await desk.rows(file)
    return await desk.database.read(programme_import.preview, actor, rows, NOW, ZONE)


async def test_what_is_not_theirs_may_stay_in_the_file_as_it_is(desk: Desk) -> None:
    found = await preview(desk, book(**{**BOTH, "slots": [{**SLOT, "мест": 5}, OTHER_SLOT]}))
    assert ([change.what.code for change in found.changed], found.problems) == (["S1"], ())


async def test_what_is_not_theirs_does_not_change(desk: Desk) -> None:
    file = book(
        venues=[VENUE, {**OTHER_VENUE, "название": "Чужое"}],
        workshops=[WORKSHOP, {**OTHER_WORKSHOP, "название": "Чужое"}],
        slots=[SLOT, {**OTHER_SLOT, "мест": 1}, {**SLOT, "код": "S3", "мастерская": "W2"}],
        forum=[{**SESSION, "название": "Чужое"}],
        about=[{"ключ": "место", "значение": "Чужое"}],
    )
    found = await preview(desk, file)
    assert found.is_empty
    assert told(found.problems) == [
        ("venues", 3, "code", "problem-not-yours"),
        ("workshops", 3, "code", "problem-not-yours"),
        ("slots", 3, "activity", "problem-not-yours"),
        ("slots", 4, "activity", "problem-not-yours"),
        ("forum", 2, "code", "problem-for-all"),
        ("about", 2, "key", "problem-for-all"),
    ]


async def test_nothing_is_pushed_to_others_or_taken_from_them(desk: Desk) -> None:
    pushed = {**VENUE, "муниципалитет": "Анапа"}
    taken = {**OTHER_VENUE, "муниципалитет": "Лабинский район"}
    found = await preview(desk, book(venues=[pushed, taken], workshops=[{**WORKSHOP, "площадка": "V2"}]))
    assert found.is_empty
    assert [problem.key for problem in found.problems] == ["import-problem-not-yours"] * 3


async def test_only_what_is_theirs_has_vanished(desk: Desk) -> None:
    file = book(venues=[{**VENUE, "код": "V9"}], forum=[{**SESSION, "код": "F9", "площадка": "V1"}])
    found = await preview(desk, file)
    assert [(gone.sheet, gone.code) for gone in found.vanished] == [("venues", "V1")]


async def test_a_coordinator_of_two_municipalities_moves_things_between_them(desk: Desk) -> None:
    found = await preview(
        desk, book(workshops=[{**WORKSHOP, "площадка": "V2"}]), coordinator("labinskiy", "anapa")
    )
    assert ([change.what.code for change in found.changed], found.problems) == (["W1"], ())


async def test_their_export_holds_what_they_may_change_and_comes_back(desk: Desk) -> None:
    stored = await desk.database.read(programme_export.own_programme, LABINSK)
    assert {sheet.value: [*rows] for sheet, rows in stored.rows.items()} == {
        "venues": ["V1"],
        "workshops": ["W1"],
        "slots": ["S1"],
        "forum": [],
        "about": [],
    }
    file = io.BytesIO()
    write_workbook(stored, ZONE, file)
    found = await preview(desk, file)
    assert (found.is_empty, found.vanished, found.problems) == (True, (), ())


async def test_an_import_is_logged_where_it_changes_something_with_the_rows_of_there(desk: Desk) -> None:
    """Never with what was sent: a sheet of children beside the programme is nobody's to keep."""
    await desk.database.write(lambda session: session.add(PersonRow(id=1, **NOBODY)))
    actor = coordinator("labinskiy", "anapa")
    sent = book(workshops=[{**WORKSHOP, "название": "Новое"}, {**OTHER_WORKSHOP, "название": "Другое"}])
    rows = await desk.rows(sent)
    prepared = await desk.database.read(programme_import.prepare, actor, rows, NOW, ZONE)
    file = programme_import.kept_file(prepared, "план.csv", sent.getvalue(), ZONE)
    await desk.database.write(programme_import.apply, actor, rows, NOW, ZONE, prepared=prepared, file=file)
    for place, code in (("labinskiy", "W1"), ("anapa", "W2")):
        local = coordinator(place)
        entry = (await desk.database.read(log.read_log, local, 0, 9))[0]
        assert (entry.subject, entry.details["changed"]) == ("план.csv", 1)
        file_of = await desk.database.read(log.read_file, local, entry.id)
        assert file_of is not None
        name, content = file_of
        kept = await desk.rows(io.BytesIO(content))
        codes = [row.entry.code for rows_of in kept.rows.values() for row in rows_of]
        assert (name, codes) == ("план.xlsx", [code])
        other = coordinator("anapa" if place == "labinskiy" else "labinskiy")
        with pytest.raises(Forbidden):
            await desk.database.read(log.read_file, other, entry.id)


async def test_files_of_the_log_go_after_ninety_days_and_its_lines_stay(desk: Desk) -> None:
    def write(session: Session) -> None:
        log.record(session, OPERATOR, Action.EXPORTED, NOW, municipality=None, file=("a.xlsx", b"x"))

    await desk.database.write(write)
    lines = len(await desk.database.read(log.read_log, OPERATOR, 0, 99))
    assert await desk.database.write(log.forget_files, NOW + timedelta(days=90)) == 0
    assert await desk.database.write(log.forget_files, NOW + timedelta(days=90, seconds=1)) == 1
    assert len(await desk.database.read(log.read_log, OPERATOR, 0, 99)) == lines

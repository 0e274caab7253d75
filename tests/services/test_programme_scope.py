"""A coordinator of a municipality changes what belongs to it, sees only that gone, and takes only that out."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine import Database
from domain.people import Actor, Address, Grant, Person, Role, actor_for
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


async def test_an_import_is_logged_with_its_file_where_the_coordinator_reads_it(desk: Desk) -> None:
    rows = await desk.rows(book(workshops=[{**WORKSHOP, "название": "Новое"}]))
    file = "план.xlsx", b"as it was"
    actor = Actor(None, LABINSK.rights)
    await desk.database.write(programme_import.apply, actor, rows, NOW, ZONE, file=file)
    entries = await desk.database.read(log.read_log, actor, 0, 1)
    assert [(entry.subject, entry.details["changed"]) for entry in entries] == [("план.xlsx", 1)]
    assert await desk.database.read(log.read_file, actor, entries[0].id) == file

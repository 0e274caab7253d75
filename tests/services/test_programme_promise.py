"""What a preview refuses is not written: every cell of every sheet, changed by coordinators of every scope."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.engine import Database, Session
from db.models import LogRow
from db.queries.programme_import import stored_programme
from domain.people import Actor, Address, Grant, Person, Role, actor_for
from domain.programme_import import Entry, Sheet
from services import programme_import
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
)

PLAIN_VENUE: Row = {**VENUE, "код": "V2"}
FACT: Row = {"ключ": "место", "значение": "Краснодар"}
SECOND_FACT: Row = {"ключ": "сайт", "значение": "пример.рф"}
STORED: dict[str, list[Row]] = {
    "venues": [VENUE, PLAIN_VENUE],
    "workshops": [{**WORKSHOP, "площадка": "V2"}],
    "slots": [SLOT],
    "forum": [SESSION],
    "about": [FACT, SECOND_FACT],
}
OTHERWISE = {
    "муниципалитет": "Анапа",
    "широта": 45.1,
    "долгота": 39.2,
    "доступная среда": "лифт",
    "направление": "технологии",
    "площадка": "V9",
    "классы": "5",
    "мастерская": "W9",
    "дата": "13.10.2026",
    "начало": "09:00",
    "конец": "13:30",
    "мест": 77,
    "отменено": "да",
    "формат": "круглый стол",
    "для кого": "педагоги",
    "код": "X1",
}
"""Another value of a cell that does not take any words."""
COORDINATORS = {
    "here": ("labinskiy",),
    "elsewhere": ("anapa",),
    "both": ("anapa", "labinskiy"),
    "everywhere": (None,),
}
CELLS = [(name, heading) for name, rows in STORED.items() for heading in rows[0]]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(new_database(tmp_path))
    desk = Desk(database)
    await desk.apply(book(**STORED))
    await desk.book_place("S1")
    yield desk
    await database.close()


def coordinator(*municipalities: str | None) -> Actor:
    grants = tuple(Grant(Role.COORDINATOR, municipality) for municipality in municipalities)
    return actor_for(Person(1, Address("telegram", "1"), grants=grants))


def state(session: Session) -> tuple[dict[tuple[Sheet, str], tuple[int, Entry]], int]:
    """Everything that an import writes, and how many lines the log has."""
    stored = stored_programme(session)
    rows = {(sheet, code): (row.id, row.entry) for sheet in Sheet for code, row in stored.rows[sheet].items()}
    return rows, session.scalar(select(func.count()).select_from(LogRow)) or 0


async def attempt(desk: Desk, file: dict[str, list[Row]], who: str) -> tuple[set[tuple[Sheet, str]], bool]:
    """What was written, which is just what the preview said; whether it refused anything."""
    rows, actor = await desk.rows(book(**file)), coordinator(*COORDINATORS[who])
    before, lines = await desk.database.read(state)
    seen = await desk.database.read(programme_import.preview, actor, rows, NOW, ZONE)
    await desk.database.write(programme_import.apply, actor, rows, NOW, ZONE)
    after, lines_after = await desk.database.read(state)
    written = {key for key in after if before.get(key) != after[key]}
    said = {(one.sheet, one.code) for one in seen.new}
    said |= {(one.what.sheet, one.what.code) for one in seen.changed}
    assert {key for key in written if key not in before or before[key][1] != after[key][1]} == said
    assert (lines_after > lines) == bool(written)
    return written, bool(seen.problems)


@pytest.mark.parametrize("who", COORDINATORS)
async def test_what_is_refused_is_not_written(desk: Desk, who: str) -> None:
    for name, heading in CELLS:
        row = STORED[name][0]
        row = {**row, heading: OTHERWISE.get(heading, "Другое")}
        written, refused = await attempt(desk, {name: [row]}, who)
        assert who == "everywhere" or not {sheet for sheet, _ in written} & {Sheet.FORUM, Sheet.ABOUT}
        assert who != "elsewhere" or not written
        assert refused or written, (name, heading)
        if written:
            await desk.apply(book(**STORED))


async def test_a_venue_of_the_forum_takes_a_coordinator_of_all(desk: Desk) -> None:
    for heading in VENUE:
        cell = OTHERWISE.get(heading, "пустырь за рынком")
        if heading != "код":
            assert await attempt(desk, {"venues": [{**VENUE, heading: cell}]}, "both") == (set(), True)
    own = {**PLAIN_VENUE, "адрес": "ул. Новая, 2"}
    assert await attempt(desk, {"venues": [own]}, "here") == ({(Sheet.VENUES, "V2")}, False)


async def test_facts_are_refused_alone_too(desk: Desk) -> None:
    evil = {**FACT, "значение": "отменён"}
    assert await attempt(desk, {"about": [evil, SECOND_FACT]}, "here") == (set(), True)
    assert await attempt(desk, {"about": [SECOND_FACT, FACT]}, "here") == (set(), False)
    assert await attempt(desk, {"about": [{**FACT, "ключ": "новое"}]}, "both") == (set(), True)
    written, refused = await attempt(desk, {"about": [SECOND_FACT, FACT]}, "everywhere")
    assert (len(written), refused) == (2, False)

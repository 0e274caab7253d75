"""The step to what people last read: rows stay, and changes that were not told yet are told to the right people."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from db.engine import Database
from db.migrate import downgrade, migration_engine, upgrade
from domain.delivery import Sent
from services.deliveries import claim, mark
from services.notices import settle
from tests.town import MOSCOW, moscow

NOON = moscow("12 12:00")
FIRST, SECOND = "2026-10-12T09:01:00+00:00", "2026-10-12T09:05:00+00:00"


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    upgrade(url, "0003")
    return url


def insert(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def town(connection: Connection, *, people: int) -> None:
    insert(connection, "municipality", code="sochi", name="", kind="", centre="", latitude=0, longitude=0)
    insert(
        connection,
        "venue",
        id=1,
        code="V1",
        name="УПК",
        municipality_code="sochi",
        address="",
        access="",
        directions="",
    )
    texts = dict.fromkeys(("description", "led_by", "enterprise", "bring", "safety"), "")
    insert(
        connection,
        "activity",
        id=1,
        code="W1",
        kind="workshop",
        title="Сварка",
        track="technology",
        venue_id=1,
        audience="all",
        **texts,
    )
    insert(
        connection,
        "slot",
        id=7,
        code="S7",
        activity_id=1,
        starts_at="2026-10-20 12:00:00.000000",
        ends_at="2026-10-20 13:30:00.000000",
        capacity=9,
        taken=people,
        waiting=0,
        room="каб. 8",
        sequence=5,
        cancel_reason="",
    )
    for number in range(1, people + 1):
        insert(
            connection,
            "person",
            id=number,
            messenger="telegram",
            messenger_user_id=str(number),
            name=f"Аня {number}",
            reminders=0,
            filters="{}",
            created_at="2026-10-01 00:00:00.000000",
            seen_at="2026-10-01 00:00:00.000000",
        )


def book(connection: Connection, person: int, asked: str) -> None:
    insert(
        connection,
        "booking",
        id=10 + person,
        slot_id=7,
        person_id=person,
        places=1,
        companions="[]",
        status="booked",
        queued_at=f"2026-10-12 {asked}.000000",
        sequence=0,
    )


def snapshot(room: str) -> dict[str, Any]:
    return {
        "slot_id": 7,
        "starts_at": "2026-10-20T12:00:00+00:00",
        "ends_at": "2026-10-20T13:30:00+00:00",
        "room": room,
        "venue_name": "УПК",
        "address": "",
        "cancelled": False,
    }


def edited_twice(connection: Connection) -> None:
    """каб. 5 → каб. 7 → каб. 8, not told yet; one person before, one between, one after."""
    town(connection, people=3)
    for person, asked in ((1, "09:00:00"), (2, "09:03:00"), (3, "09:06:00")):
        book(connection, person, asked)
    versions = [
        {"since": FIRST, "snapshot": snapshot("каб. 7")},
        {"since": SECOND, "snapshot": snapshot("каб. 8")},
    ]
    moments = dict.fromkeys(("first_edit_at", "last_edit_at", "settles_at"), "2026-10-12 09:11:00.000000")
    before = json.dumps(snapshot("каб. 5"))
    insert(
        connection, "slot_change", id=1, slot_id=7, before=before, versions=json.dumps(versions), **moments
    )


def fill(url: str, with_rows: Any) -> None:
    engine = migration_engine(url)
    with engine.begin() as connection:
        with_rows(connection)
    engine.dispose()


async def told(url: str) -> list[tuple[int, str, str]]:
    database = Database(url)
    later = NOON + timedelta(hours=1)
    await database.write(settle, later, MOSCOW)
    batch = await database.write(claim, later, MOSCOW, 10)
    await database.write(mark, [(letter, Sent(1)) for letter in batch.letters], later)
    await database.close()
    found = []
    for letter in batch.letters:
        [part] = letter.parts
        assert part.before is not None
        found.append((letter.reader.person_id, part.before.room, part.visit[1].room))
    return found


async def test_a_change_that_waits_is_told_to_each_from_what_they_read(url: str) -> None:
    fill(url, edited_twice)
    upgrade(url)
    assert await told(url) == [(1, "каб. 5", "каб. 8"), (2, "каб. 7", "каб. 8")]


async def test_news_that_waits_for_the_morning_still_says_what_was(url: str) -> None:
    def owed(connection: Connection) -> None:
        town(connection, people=2)
        for person in (1, 2):
            book(connection, person, "09:00:00")
            insert(
                connection,
                "delivery",
                id=person,
                dedup_key=f"change:1:{person}",
                kind="moved",
                person_id=person,
                booking_id=10 + person,
                payload=json.dumps({"before": snapshot("каб. 5")}),
                priority=1,
                due_at="2026-10-12 09:00:00.000000",
                status="pending",
                attempts=0,
            )

    fill(url, owed)
    upgrade(url)
    assert await told(url) == [(1, "каб. 5", "каб. 8"), (2, "каб. 5", "каб. 8")]


def rows(url: str, *tables: str) -> dict[str, list[dict[str, Any]]]:
    """By name of column: a rebuilt table may have them in another order."""
    engine = migration_engine(url)
    with engine.connect() as connection:
        found = {
            table: [
                dict(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).mappings()
            ]
            for table in tables
        }
    engine.dispose()
    return found


def test_every_row_is_there_after_it_and_after_the_way_back(url: str) -> None:
    tables = "person", "slot", "booking", "activity", "venue"
    fill(url, edited_twice)
    before = rows(url, *tables)
    upgrade(url, "0004")
    after = rows(url, *tables)
    for booking in after["booking"]:
        del booking["read_sequence"]
    assert after == before
    downgrade(url, "0003")
    assert rows(url, *tables) == before

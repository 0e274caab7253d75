"""Moments keep their meaning, and rows that are there already are skipped or overwritten as asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from db.dialect import insert_or_ignore, insert_or_update, insert_select_or_ignore
from db.engine import Database, Session
from db.models import FormStateRow, PersonRow, UtcDateTime, WatchRow
from tests.town import LONG_AGO, add_person, change_person, moscow

COLUMN = UtcDateTime()
FILE, SERVER = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        await database.write(add_person, seen_at=datetime(2026, 10, 12))


async def test_a_moment_comes_back_in_utc(database: Database) -> None:
    person = await database.write(add_person, seen_at=moscow("12 10:00"), paused_until=None)
    found = await database.read(lambda session: session.get_one(PersonRow, person))
    assert found.seen_at == datetime(2026, 10, 12, 7, tzinfo=UTC)
    assert found.seen_at.tzinfo is UTC
    assert found.paused_until is None


async def test_moments_compare_in_order_of_time_whatever_their_zones(database: Database) -> None:
    east = timezone(timedelta(hours=12))
    earlier = datetime(2026, 10, 12, 23, tzinfo=east)
    later = datetime(2026, 10, 12, 12, tzinfo=UTC)
    await database.write(add_person, seen_at=earlier)

    def before(session: Session, moment: datetime) -> int:
        return len(session.scalars(select(PersonRow.id).where(PersonRow.seen_at < moment)).all())

    assert await database.read(before, later) == 1
    assert await database.read(before, earlier) == 0


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))
def test_every_aware_moment_survives(moment: datetime) -> None:
    for dialect in (FILE, SERVER):
        stored = COLUMN.process_bind_param(moment, dialect)
        assert COLUMN.process_result_value(stored, dialect) == moment.astimezone(UTC)
    assert COLUMN.process_bind_param(None, FILE) is None


def wish(person: int, key: str) -> dict[str, object]:
    return {"person_id": person, "wish_key": key, "wish": {}, "created_at": LONG_AGO}


def keys(session: Session) -> list[str]:
    return list(session.scalars(select(WatchRow.wish_key).order_by(WatchRow.wish_key)))


async def test_rows_that_are_there_already_are_skipped(database: Database) -> None:
    person = await database.write(add_person)
    assert await database.write(insert_or_ignore, WatchRow, []) == 0
    assert await database.write(insert_or_ignore, WatchRow, [wish(person, "a"), wish(person, "b")]) == 2
    assert await database.write(insert_or_ignore, WatchRow, [wish(person, "b"), wish(person, "c")]) == 1
    assert await database.read(keys) == ["a", "b", "c"]


async def test_a_selection_skips_rows_that_are_there_already(database: Database) -> None:
    first = await database.write(add_person, name="a")
    await database.write(add_person, name="b")
    columns = ("person_id", "wish_key", "wish", "created_at")

    def copy(session: Session) -> int:
        query = select(PersonRow.id, PersonRow.name, PersonRow.filters, PersonRow.created_at)
        return insert_select_or_ignore(session, WatchRow, columns, query)

    await database.write(insert_or_ignore, WatchRow, [wish(first, "a")])
    assert await database.write(copy) == 1
    assert await database.write(copy) == 0
    assert await database.read(keys) == ["a", "b"]
    await database.write(change_person, first, name="c")
    assert await database.write(copy) == 1


async def test_rows_that_are_there_already_are_overwritten(database: Database) -> None:
    def form(state: str) -> dict[str, object]:
        return {"key": "k", "state": state, "data": {"a": [1]}, "updated_at": LONG_AGO}

    await database.write(insert_or_update, FormStateRow, [], key=("key",))
    await database.write(insert_or_update, FormStateRow, [form("old")], key=("key",))
    await database.write(insert_or_update, FormStateRow, [form("new")], key=("key",))
    rows = await database.read(lambda session: session.scalars(select(FormStateRow)).all())
    assert [(row.state, row.data) for row in rows] == [("new", {"a": [1]})]

"""The log only grows, whoever writes to the database; forgetting a person empties their name and nothing else.

The two tables refuse by triggers, so plain SQL is what is tried here.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from db.append_only import MESSAGE
from db.engine import Database, Session
from db.models import LogFileRow, LogRow
from domain.log import Action
from domain.people import OPERATOR
from services import log
from tests import town
from tests.town import LONG_AGO


def _run(session: Session, statement: str) -> None:
    session.execute(text(statement))


def _entry(session: Session, actor_id: int | None = None) -> int:
    session.add(
        row := LogRow(
            at=LONG_AGO, actor_id=actor_id, action=Action.EXPORTED, municipality_code=None, subject="a.xlsx"
        )
    )
    session.flush()
    session.add(LogFileRow(log_id=row.id, name="a.xlsx", content=b"x", at=LONG_AGO))
    session.flush()
    return row.id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET subject = 'b.xlsx'",
        "UPDATE log_entry SET actor_id = NULL, subject = 'b.xlsx'",
        "UPDATE log_entry SET municipality_code = 'sochi'",
        "DELETE FROM log_entry",
    ],
)
async def test_what_was_written_is_not_rewritten(database: Database, statement: str) -> None:
    await database.write(_entry)
    with pytest.raises(DBAPIError, match=MESSAGE):
        await database.write(_run, statement)
    kept = await database.read(lambda session: session.scalars(select(LogRow.subject)).all())
    assert kept == ["a.xlsx"]


async def test_an_author_is_not_exchanged_for_another(database: Database) -> None:
    def two(session: Session) -> tuple[int, int]:
        author, other = town.add_person(session), town.add_person(session)
        return _entry(session, author), other

    entry, other = await database.write(two)
    with pytest.raises(DBAPIError, match=MESSAGE):
        await database.write(_run, f"UPDATE log_entry SET actor_id = {other} WHERE id = {entry}")


async def test_replacing_a_row_is_refused_too(database: Database) -> None:
    entry = await database.write(_entry)
    if database.url.get_backend_name() != "sqlite":
        pytest.skip("only SQLite can replace a row while inserting")
    with pytest.raises(DBAPIError, match=MESSAGE):
        await database.write(
            _run,
            "INSERT OR REPLACE INTO log_entry (id, at, action, subject, details) "
            f"VALUES ({entry}, '2026-01-01', 'exported', 'b', '{{}}')",
        )


async def test_who_is_forgotten_stays_in_the_log_without_a_name(database: Database) -> None:
    def author(session: Session) -> tuple[int, int]:
        person = town.add_person(session)
        return _entry(session, person), person

    entry, person = await database.write(author)
    await database.write(_run, f"DELETE FROM person WHERE id = {person}")
    kept = await database.read(lambda session: session.get_one(LogRow, entry))
    assert (kept.actor_id, kept.subject) == (None, "a.xlsx")


async def test_the_log_grows(database: Database) -> None:
    def write(session: Session, subject: str) -> int:
        file = ("list.xlsx", b"1")
        return log.record(
            session, OPERATOR, Action.EXPORTED, LONG_AGO, municipality=None, subject=subject, file=file
        )

    for subject in ("a", "b"):
        await database.write(write, subject)
    assert await database.read(lambda session: session.scalars(select(LogRow.subject)).all()) == ["a", "b"]


@pytest.mark.parametrize("statement", ["UPDATE log_file SET content = ''", "DELETE FROM log_file"])
async def test_a_file_can_be_deleted(database: Database, statement: str) -> None:
    """A court, a mother or the ninetieth day may ask for it; the line stays."""
    await database.write(_entry)
    await database.write(_run, statement)

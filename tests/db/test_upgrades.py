"""Databases recorded in the past come to the schema of today with all their rows.

Each file of ``tests/data/databases`` is one, written by ``scripts.record_database``; the number it begins with is its
newest migration.
"""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.orm import Session

from db.migrate import downgrade, migration_engine, upgrade
from db.models import Base

RECORDED = sorted((Path(__file__).parent.parent / "data" / "databases").glob("*.sql.gz"))


LET_GO = {"form_state": 0}
"""Rows that a migration drops on purpose: open forms wait for minutes only."""


@dataclass(frozen=True)
class Upgraded:
    """A recorded database after the upgrade, and how many rows its tables had before."""

    path: Path
    before: dict[str, int]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"


@pytest.fixture(scope="module", params=RECORDED, ids=lambda path: path.name.partition(".")[0])
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    path = tmp_path_factory.mktemp("recorded") / "old.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(gzip.decompress(request.param.read_bytes()).decode())
        connection.commit()
    found = Upgraded(path, counted(path))
    upgrade(found.url)
    return found


def counted(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in names
            if not name.startswith("sqlite_")
        }


def schema(connection: Connection) -> dict[str, Any]:
    """All that a table is, whatever the order in which it came about."""
    stored = inspect(connection)
    written = text(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    )
    once = text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
    return {
        "triggers and indexes": {row.name: row.sql for row in connection.execute(written)},
        "ids given once": set(connection.scalars(once)),
        **{
            name: {
                "columns": {
                    column["name"]: (str(column["type"]), column["nullable"], column["default"])
                    for column in stored.get_columns(name)
                },
                "key": stored.get_pk_constraint(name),
                "references": sorted(map(str, stored.get_foreign_keys(name))),
                "unique": sorted(map(str, stored.get_unique_constraints(name))),
                "checks": sorted(map(str, stored.get_check_constraints(name))),
            }
            for name in stored.get_table_names()
        },
    }


def test_an_old_database_becomes_one_of_today(recorded: Upgraded, template: Path) -> None:
    old, new = migration_engine(recorded.url), migration_engine(f"sqlite:///{template}")
    with old.connect() as connection, new.connect() as other:
        assert schema(connection) == schema(other)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    old.dispose()
    new.dispose()
    after = counted(recorded.path)
    expected = {**recorded.before, **LET_GO}
    assert {name: after[name] for name in recorded.before} == {
        name: expected[name] for name in recorded.before
    }


def test_every_row_of_an_old_database_can_be_read(recorded: Upgraded) -> None:
    engine = migration_engine(recorded.url)
    with Session(engine) as session:
        read = {
            mapper.local_table.name: len(session.scalars(select(mapper.class_)).all())  # type: ignore[attr-defined]
            for mapper in Base.registry.mappers
        }
    engine.dispose()
    stored = counted(recorded.path)
    assert read == {name: stored[name] for name in read}


def test_an_old_database_can_go_back_and_come_again(recorded: Upgraded, tmp_path: Path) -> None:
    path = shutil.copyfile(recorded.path, tmp_path / "again.sqlite3")
    downgrade(f"sqlite:///{path}", "0003")
    upgrade(f"sqlite:///{path}")
    assert counted(path).keys() == counted(recorded.path).keys()

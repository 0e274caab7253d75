"""Record a small database as it is today, so that the upgrade from it is tested for ever.

``python -m scripts.record_database FILE NAME`` takes a filled SQLite file (of ``python -m demo.fill sqlite:///FILE``),
keeps a handful of rows of each table with all that they refer to, and writes ``tests/data/databases/NAME.sql.gz``. FILE
is left as it is. A table in which nothing is gets a made-up row, so that no step of a migration goes untried. To be
done for each release, and before a migration that rewrites rows.
"""

from __future__ import annotations

import argparse
import gzip
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "databases"
KEPT = 8
"""Rows of a table that are kept for its own sake."""
WHOLE = {"alembic_version", "municipality"}
"""Tables that are the same in every database."""
PLAIN = {"INT": 1, "BOOL": 1, "JSON": "{}", "BLOB": b"x"}
"""Values by what a column's type says."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.record_database", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("name", help="such as 0007-announcements: the newest migration first")
    parsed = parser.parse_args()
    target = FOLDER / f"{parsed.name}.sql.gz"
    target.write_bytes(gzip.compress("\n".join(recorded(parsed.file)).encode(), mtime=0))


def recorded(file: Path) -> list[str]:
    """Statements that make a small copy of the database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.sqlite3"
        with closing(sqlite3.connect(file)) as whole, closing(sqlite3.connect(path)) as small:
            whole.backup(small)
            names = parents_first(small)
            kept: dict[str, set[int]] = {name: set() for name in names}
            for name in reversed(names):
                keep(small, name, kept)
            for name in names:
                cut(small, name, kept[name])
                add_one(small, name)
            small.commit()
            return list(small.iterdump())


def parents_first(database: sqlite3.Connection) -> list[str]:
    """Tables, each after those that it refers to."""
    found = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name in ordered:
            return
        for _, parent, _ in references(database, name):
            visit(parent)
        ordered.append(name)

    for name in sorted(found):
        if not name.startswith("sqlite_"):
            visit(name)
    return ordered


def references(database: sqlite3.Connection, table: str) -> list[tuple[str, str, str]]:
    """Column, table and column there, of each reference to another table."""
    found = database.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    return [(row[3], row[2], row[4]) for row in found if row[2] != table]


def keep(database: sqlite3.Connection, table: str, kept: dict[str, set[int]]) -> None:
    """Note the first rows of a table, and what they and the rows noted already refer to."""
    limit = -1 if table in WHOLE else KEPT
    kept[table] |= {
        row for (row,) in database.execute(f"SELECT rowid FROM {table} ORDER BY rowid LIMIT {limit}")
    }
    for column, parent, there in references(database, table):
        rows = ", ".join(map(str, kept[table])) or "NULL"
        query = f"SELECT rowid FROM {parent} WHERE {there} IN (SELECT {column} FROM {table} WHERE rowid IN ({rows}))"
        kept[parent] |= {row for (row,) in database.execute(query)}


def cut(database: sqlite3.Connection, table: str, kept: set[int]) -> None:
    """Delete the rest; a table that only grows has few rows and stays whole."""
    guards = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [table])
    if guards.fetchone() is None:
        rows = ", ".join(map(str, kept)) or "NULL"
        database.execute(f"DELETE FROM {table} WHERE rowid NOT IN ({rows})")


def add_one(database: sqlite3.Connection, table: str) -> None:
    """A row of plain values where there is none."""
    if database.execute(f"SELECT 1 FROM {table}").fetchone() is None:
        row = dict(values(database, table))
        marks = ", ".join("?" * len(row))
        database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def values(database: sqlite3.Connection, table: str) -> Iterator[tuple[str, object]]:
    """What a row must have, and what it refers to."""
    parents = {column: (parent, there) for column, parent, there in references(database, table)}
    columns = database.execute(f"PRAGMA table_info({table})").fetchall()
    numbers_itself = sum(bool(column[5]) for column in columns) == 1
    for number, name, kind, required, default, key in columns:
        if name in parents:
            parent, there = parents[name]
            yield name, database.execute(f"SELECT {there} FROM {parent} ORDER BY 1").fetchone()[0]
        elif required and default is None and not (key and kind == "INTEGER" and numbers_itself):
            # Later columns hold later moments: what ends comes after what starts.
            moment = f"2026-10-12 09:{number:02}:00.000000"
            yield name, next((value for part, value in PLAIN.items() if part in kind), moment)


if __name__ == "__main__":
    main()

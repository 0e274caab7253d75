"""Copies of a database in use: SQLite's online backup, beside the loop."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import aiosqlite
from sqlalchemy.engine import make_url

ALL_PAGES = -1
"""In one step: in steps, each commit in between begins the copy anew, and a busy bot would never see it end.

With a write-ahead log the step keeps no writer waiting.
"""


class NotSqlite(Exception):
    """The database is not a file; its own tools make the copies."""


class DamagedCopy(Exception):
    """A copy that SQLite finds faults with; its words for them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0])
        self.problems = problems


def damage(path: Path, *, still: bool = False) -> list[str]:
    """What SQLite finds wrong with a file, at most a hundred lines; nothing when it is whole.

    ``still``: a finished copy. Nobody writes to it, so that no log is looked for beside it, nor made; and a handful of
    bytes, which SQLite takes for an empty database, is none.
    """
    mode = "immutable=1" if still else "mode=ro"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as connection:
            if still:
                connection.execute("SELECT version_num FROM alembic_version")
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check")]
            found += [
                f"{table} {row}: {parent} is missing"
                for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.Error as error:
        return [str(error)]
    return [line for line in found if line != "ok"]


async def back_up(database_url: str, target: Path) -> int:
    """Write a consistent copy to ``target``, whole or not at all, while the bot goes on. Its size in bytes.

    The copy is read through before it takes its name: a damaged one replaces nothing.

    Raises:
        NotSqlite
        DamagedCopy: the database is damaged, and so was its copy.
        OSError: there is no database, or the file cannot be written.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise NotSqlite
    part = await asyncio.to_thread(_beside, target, Path(url.database))
    try:
        async with aiosqlite.connect(url.database) as source, aiosqlite.connect(part) as copy:
            await source.backup(copy, pages=ALL_PAGES)
        if problems := await asyncio.to_thread(damage, part, still=True):
            await asyncio.to_thread(part.unlink, missing_ok=True)
            raise DamagedCopy(problems)
        return await asyncio.to_thread(_put, part, target)
    except aiosqlite.Error as error:
        await asyncio.to_thread(part.unlink, missing_ok=True)
        raise OSError(str(error)) from error


def _beside(target: Path, source: Path) -> Path:
    """A file that is not there yet, in the folder of the target: renaming it is all or nothing."""
    if not source.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(source))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    # Nobody else may read what is in it; SQLite keeps the rights of a file that is there.
    part.touch(0o600)
    return part


def _put(part: Path, target: Path) -> int:
    part.replace(target)
    return target.stat().st_size

"""Copies of a database in use: SQLite's online backup, beside the loop."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import aiosqlite
from sqlalchemy.engine import make_url

ALL_PAGES = -1
"""In one step: in steps, each commit in between begins the copy anew, and a busy bot would never see it end.

With a write-ahead log the step keeps no writer waiting.
"""


class NotSqlite(Exception):
    """The database is not a file; its own tools make the copies."""


async def back_up(database_url: str, target: Path) -> int:
    """Write a consistent copy to ``target``, whole or not at all, while the bot goes on. Its size in bytes.

    Raises:
        NotSqlite
        OSError: there is no database, or the file cannot be written.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise NotSqlite
    part = await asyncio.to_thread(_beside, target, Path(url.database))
    try:
        async with aiosqlite.connect(url.database) as source, aiosqlite.connect(part) as copy:
            await source.backup(copy, pages=ALL_PAGES)
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
    return part


def _put(part: Path, target: Path) -> int:
    part.replace(target)
    return target.stat().st_size

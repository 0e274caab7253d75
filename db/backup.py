"""Copies of a database in use: SQLite's online backup, a few pages at a time, beside the loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiosqlite
from sqlalchemy.engine import make_url

PAGES_AT_ONCE = 256


class NotSqlite(Exception):
    """The database is not a file; its own tools make the copies."""


async def back_up(database_url: str, target: Path) -> int:
    """Write a consistent copy to ``target``, whole or not at all, while the bot goes on. Its size in bytes.

    Raises:
        NotSqlite
        OSError: the file cannot be written.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise NotSqlite
    part = await asyncio.to_thread(_beside, target)
    try:
        async with aiosqlite.connect(url.database) as source, aiosqlite.connect(part) as copy:
            await source.backup(copy, pages=PAGES_AT_ONCE)
        return await asyncio.to_thread(_put, part, target)
    except aiosqlite.Error as error:
        await asyncio.to_thread(part.unlink, missing_ok=True)
        raise OSError(str(error)) from error


def _beside(target: Path) -> Path:
    """A file that is not there yet, in the folder of the target: renaming it is all or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    return part


def _put(part: Path, target: Path) -> int:
    part.replace(target)
    return target.stat().st_size

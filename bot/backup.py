"""Copies of a running database: SQLite's online backup, page by page, beside the loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite
import structlog
from sqlalchemy.engine import make_url

from bot.clock import Clock

PAGES_AT_ONCE = 256
KEPT = 14
"""Nightly copies that are kept: two weeks, so that deleted people do not live on in old copies."""

log = structlog.get_logger(__name__)


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
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        async with aiosqlite.connect(url.database) as source, aiosqlite.connect(part) as copy:
            await source.backup(copy, pages=PAGES_AT_ONCE)
        part.replace(target)
    except aiosqlite.Error as error:
        part.unlink(missing_ok=True)
        raise OSError(str(error)) from error
    return target.stat().st_size


def nightly_backup(database_url: str, folder: Path, clock: Clock) -> Callable[[], Awaitable[None]]:
    """A job that writes ``bot-<day>.sqlite3`` and deletes copies beyond the last ``KEPT``."""

    async def job() -> None:
        name = f"bot-{clock.now():%Y-%m-%d}.sqlite3"
        try:
            size = await back_up(database_url, folder / name)
        except NotSqlite:
            return
        log.info("backed_up", count=size, file=name)
        for old in sorted(folder.glob("bot-*.sqlite3"))[:-KEPT]:
            old.unlink()

    return job

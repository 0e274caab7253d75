"""A copy of the database every night, and the end of copies that are too old."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog

from bot.clock import Clock, SystemClock
from db.backup import DamagedCopy, NotSqlite, back_up, damage
from db.erasing import Departures
from db.failures import sqlite_file

BACKUPS = Path("var/backups")
KEPT = 14
"""Days that a copy is kept, so that deleted people do not live on in old ones."""
DEPARTURES_KEPT = timedelta(days=2 * KEPT)
"""Who left is remembered, as a hash, a little longer than any copy that could bring them back."""
PATTERNS = ("bot-*.sqlite3", "before-*.sqlite3")
"""Nightly copies, and those that are made by hand before an update."""

_DAY = re.compile(r"bot-(\d{4}-\d{2}-\d{2})\.sqlite3")

log = structlog.get_logger(__name__)


def nightly_backup(database_url: str, folder: Path, clock: Clock) -> Callable[[], Awaitable[None]]:
    """A job that writes ``bot-<day>.sqlite3`` and deletes copies older than ``KEPT`` days.

    A copy that is damaged is thrown away and said; then the last good one stays, however old it is.
    """

    async def job() -> None:
        now = clock.now()
        name = f"bot-{now:%Y-%m-%d}.sqlite3"
        try:
            size = await back_up(database_url, folder / name)
        except NotSqlite:
            return
        except (DamagedCopy, OSError) as error:
            log.error("backup_failed", file=name, error=error)
        else:
            log.info("backed_up", count=size, file=name)
        file = sqlite_file(database_url)
        folders = [folder] if file is None else [folder, file.parent]
        await asyncio.to_thread(_forget_old, folder, now.date(), folders)
        if file is not None:
            await asyncio.to_thread(Departures(file).forget, now - DEPARTURES_KEPT)

    return job


def last_good(folder: Path) -> Path | None:
    """The newest copy that is whole."""
    newest_first = sorted(folder.absolute().glob(PATTERNS[0]), reverse=True)
    return next((copy for copy in newest_first if not damage(copy, still=True)), None)


def _forget_old(folder: Path, today: date | None = None, folders: list[Path] | None = None) -> None:
    """Delete copies older than ``KEPT`` days, in whatever folder they are, but for the last good one of ``folder``."""
    today = today or SystemClock().now().date()
    good = last_good(folder)
    for copy in _copies(folders or [folder]):
        if copy != good and _made(copy) <= today - timedelta(days=KEPT):
            copy.unlink()


def _copies(folders: list[Path]) -> Iterator[Path]:
    for folder in dict.fromkeys(path.absolute() for path in folders):
        for pattern in PATTERNS:
            yield from folder.glob(pattern)


def _made(copy: Path) -> date:
    """A nightly copy says it in its name; of another one the file system knows."""
    named = _DAY.fullmatch(copy.name)
    return date.fromisoformat(named[1]) if named else datetime.fromtimestamp(copy.stat().st_mtime, UTC).date()

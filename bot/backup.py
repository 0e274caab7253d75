"""A copy of the database every night."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from bot.clock import Clock
from db.backup import NotSqlite, back_up

KEPT = 14
"""Nightly copies that are kept: two weeks, so that deleted people do not live on in old copies."""

log = structlog.get_logger(__name__)


def nightly_backup(database_url: str, folder: Path, clock: Clock) -> Callable[[], Awaitable[None]]:
    """A job that writes ``bot-<day>.sqlite3`` and deletes copies beyond the last ``KEPT``."""

    async def job() -> None:
        name = f"bot-{clock.now():%Y-%m-%d}.sqlite3"
        try:
            size = await back_up(database_url, folder / name)
        except NotSqlite:
            return
        log.info("backed_up", count=size, file=name)
        await asyncio.to_thread(_forget_old, folder)

    return job


def _forget_old(folder: Path) -> None:
    for old in sorted(folder.glob("bot-*.sqlite3"))[:-KEPT]:
        old.unlink()

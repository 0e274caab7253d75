"""What ``python -m bot check`` says of the database and its copies, a sentence for each thing that is wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from bot.backup import last_good
from bot.clock import SystemClock
from bot.database_failures import sentence
from bot.restored import forget_departed
from bot.settings import Settings
from bot.texts import Texts
from db.backup import damage
from db.engine import Database
from db.failures import failure_of, sqlite_file
from db.migrate import upgrade
from services.checks import integrity_problems, programme_size

__all__ = ["check_database"]


class Say(Protocol):
    def __call__(self, line: str, *, fine: bool = True) -> None: ...


async def check_database(settings: Settings, texts: Texts, say: Say, copies: Path) -> None:
    """Look for damage, bring up to date, count; nothing is brought up to date when the file is damaged."""
    for copy in await asyncio.to_thread(_damaged, copies):
        say(texts.plain("command-check-copy-damaged", file=copy), fine=False)
    file = sqlite_file(settings.database_url)
    if file is not None and file.exists() and (faults := await asyncio.to_thread(damage, file)):
        for fault in faults:
            say(texts.plain("command-check-damaged", problem=fault), fine=False)
        good = await asyncio.to_thread(last_good, copies)
        key = "command-check-no-good-copy" if good is None else "command-check-good-copy"
        say(texts.plain(key, **({} if good is None else {"file": good.name})), fine=False)
        return
    try:
        await _count(settings, texts, say)
    except Exception as error:
        failure = failure_of(error)
        if failure is None:
            raise
        say(sentence(failure, settings.database_url, texts), fine=False)


def _damaged(copies: Path) -> list[str]:
    return [copy.name for copy in sorted(copies.glob("*.sqlite3")) if damage(copy, still=True)]


async def _count(settings: Settings, texts: Texts, say: Say) -> None:
    await asyncio.to_thread(upgrade, settings.database_url)
    database = Database(settings.database_url)
    try:
        again = await forget_departed(database, SystemClock().now(), settings.timezone)
        if again:
            say(texts.plain("command-check-departed", count=again))
        activities, slots = await database.read(programme_size)
        say(texts.plain("command-check-database", activities=activities, slots=slots))
        for slot in await database.read(integrity_problems):
            say(texts.plain("command-check-integrity", problem=slot), fine=False)
    finally:
        await database.close()

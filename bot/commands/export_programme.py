"""``python -m bot export FILE``: the programme as a workbook that ``import`` reads back without a change.

A name that ends with .json gets the forum as a conference's schedule. Exit status: 0 saved, 2 the file could not be
written or there is no forum.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import tzinfo
from pathlib import Path
from typing import TextIO

from bot.commands import Commands
from bot.texts import Texts
from db.engine import Database
from domain.people import OPERATOR
from domain.programme_import import Sheet, StoredProgramme
from services import programme_export
from services.programme_source import SCHEDULE_SUFFIXES
from services.schedule.writing import NoSessions, write_schedule

FINE, NOT_WRITTEN = 0, 2


def add_parser(commands: Commands, texts: Texts) -> None:
    """``file`` on a parser of its own."""
    parser = commands.add_parser("export", help=texts.plain("export-command-help"))
    parser.add_argument("file", type=Path, help=texts.plain("export-command-file"))


def run(
    database_url: str,
    zone: tzinfo,
    texts: Texts,
    file: Path,
    *,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Write the programme of a database that is up to date to ``file``, all of it or nothing."""
    out, err = out or sys.stdout, err or sys.stderr
    stored = asyncio.run(_stored(database_url))
    is_schedule = file.suffix.lower() in SCHEDULE_SUFFIXES
    # Written beside and renamed: a full disk leaves an earlier export whole.
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("wb") as target:
            if is_schedule:
                target.write(write_schedule(stored, zone, texts.plain("exchange-schedule-title")))
            else:
                programme_export.write_workbook(stored, zone, target)
        beside.replace(file)
    except NoSessions:
        beside.unlink(missing_ok=True)
        err.write(texts.plain("exchange-no-sessions") + "\n")
        return NOT_WRITTEN
    except OSError:
        beside.unlink(missing_ok=True)
        err.write(texts.plain("export-command-cannot-write", file=str(file)) + "\n")
        return NOT_WRITTEN
    exported = (Sheet.FORUM,) if is_schedule else Sheet
    count = sum(len(stored.rows[sheet]) for sheet in exported)
    out.write(texts.plain("export-command-done", file=str(file), count=count) + "\n")
    return FINE


async def _stored(database_url: str) -> StoredProgramme:
    database = Database(database_url)
    try:
        return await database.read(programme_export.programme, OPERATOR)
    finally:
        await database.close()

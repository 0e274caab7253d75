"""``python -m bot export FILE``: the programme as a workbook that ``import`` reads back without a change.

Exit status: 0 saved, 2 the file could not be written.
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
from domain.programme_import import StoredProgramme
from services import programme_export

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
    # Written beside and renamed: a full disk leaves an earlier export whole.
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("wb") as target:
            programme_export.write_workbook(stored, zone, target)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        err.write(texts.plain("export-command-cannot-write", file=str(file)) + "\n")
        return NOT_WRITTEN
    count = sum(len(rows) for rows in stored.rows.values())
    out.write(texts.plain("export-command-done", file=str(file), count=count) + "\n")
    return FINE


async def _stored(database_url: str) -> StoredProgramme:
    database = Database(database_url)
    try:
        return await database.read(programme_export.programme, OPERATOR)
    finally:
        await database.close()

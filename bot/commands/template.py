"""``python -m bot template FILE``: the empty workbook to fill in.

Exit status: 0 saved, 2 the file could not be written.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TextIO

from bot.commands import Commands
from bot.texts import Texts
from db.engine import Database
from domain.people import OPERATOR
from domain.programme import Municipality
from services import programme_import
from services.programme_template import write_template

FINE, NOT_WRITTEN = 0, 2


def add_parser(commands: Commands, texts: Texts) -> None:
    """``file`` on a parser of its own."""
    parser = commands.add_parser("template", help=texts.plain("export-template-help"))
    parser.add_argument("file", type=Path, help=texts.plain("export-command-file"))


def run(
    database_url: str, texts: Texts, file: Path, *, out: TextIO = sys.stdout, err: TextIO = sys.stderr
) -> int:
    """Write the template to ``file``; the municipalities come from a database that is up to date."""
    names = sorted(place.name for place in asyncio.run(_municipalities(database_url)))
    try:
        with file.open("wb") as target:
            write_template(names, target)
    except OSError:
        err.write(texts.plain("export-command-cannot-write", file=str(file)) + "\n")
        return NOT_WRITTEN
    out.write(texts.plain("export-template-done", file=str(file)) + "\n")
    return FINE


async def _municipalities(database_url: str) -> list[Municipality]:
    database = Database(database_url)
    try:
        return await database.read(programme_import.municipalities, OPERATOR)
    finally:
        await database.close()

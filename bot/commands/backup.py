"""``python -m bot backup FILE``: a consistent copy of the database while the bot goes on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TextIO

from bot.commands import Commands
from bot.database_failures import sentence
from bot.texts import Texts
from db.backup import DamagedCopy, NotSqlite, back_up
from db.failures import Failure

FINE, NOT_WRITTEN = 0, 2


def add_parser(commands: Commands, texts: Texts) -> None:
    parser = commands.add_parser("backup", help=texts.plain("command-backup-help"))
    parser.add_argument("file", type=Path, help=texts.plain("command-backup-file"))


def run(
    database_url: str,
    texts: Texts,
    file: Path,
    *,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Exit status: 0 written, 2 not."""
    out, err = out or sys.stdout, err or sys.stderr
    try:
        size = asyncio.run(back_up(database_url, file))
    except NotSqlite:
        err.write(texts.plain("command-backup-not-sqlite") + "\n")
        return NOT_WRITTEN
    except DamagedCopy:
        err.write(sentence(Failure.DAMAGED, database_url, texts) + "\n")
        return NOT_WRITTEN
    except OSError:
        err.write(texts.plain("command-backup-cannot-write", file=str(file)) + "\n")
        return NOT_WRITTEN
    out.write(texts.plain("command-backup-done", file=str(file), size=max(1, size // 1024)) + "\n")
    return FINE

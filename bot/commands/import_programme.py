"""``python -m bot import [--dry-run] FILE``: the programme from a file into the database.

A workbook, one sheet of it as .csv, or a conference's schedule.json: the ending of the name says which.

Exit status: 0 all is well, 1 some rows had errors (the others went in), 2 the file is unusable or nothing
could go in.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TextIO

from bot.commands import Commands
from bot.import_report import ImportReport
from bot.texts import Texts
from db.engine import Database
from domain.people import OPERATOR
from domain.programme_import import Preview, UnusableFile
from services import programme_import, programme_source
from services.programme_source import Source, read_source

FINE, SOME_ERRORS, NOTHING_DONE = 0, 1, 2
LARGE = 1_000
"""Rows from which the work takes long enough to say what is going on."""


def add_parser(commands: Commands, texts: Texts) -> None:
    """``file`` and ``dry_run`` on a parser of its own."""
    parser = commands.add_parser("import", help=texts.plain("import-command-help"))
    parser.add_argument("file", type=Path, help=texts.plain("import-command-file"))
    parser.add_argument("--dry-run", action="store_true", help=texts.plain("import-command-dry-run"))


def run(
    database_url: str,
    zone: tzinfo,
    texts: Texts,
    file: Path,
    *,
    dry_run: bool,
    now: datetime,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Show what ``file`` changes in a database that is up to date, and apply it unless ``dry_run``.

    ``now`` decides which slots are over. The report goes to ``out`` (standard output), progress
    and refusals to ``err``. Returns
    the exit status.
    """
    out, err = out or sys.stdout, err or sys.stderr
    report = ImportReport(texts)

    def progress(sheet: str, count: int) -> None:
        err.write(texts.plain("import-command-reading", sheet=sheet, count=count) + "\n")

    try:
        source = read_source(file.name, file, progress)
        content = file.read_bytes()
        preview = asyncio.run(
            _import(
                database_url, zone, texts, (file.name, content), source, dry_run=dry_run, now=now, err=err
            )
        )
    except UnusableFile as unusable:
        err.write(report.problem(unusable.problem) + "\n")
        return NOTHING_DONE
    out.writelines(f"{line}\n" for line in report.lines(preview))
    status = _status(preview)
    out.write(texts.plain(_ending(status, dry_run=dry_run)) + "\n")
    return status


async def _import(
    database_url: str,
    zone: tzinfo,
    texts: Texts,
    file: tuple[str, bytes],
    source: Source,
    *,
    dry_run: bool,
    now: datetime,
    err: TextIO,
) -> Preview:
    large = isinstance(source, tuple) and sum(len(sheet.rows) for sheet in source) >= LARGE

    def tell(message: str) -> None:
        if large:
            err.write(message + "\n")

    database = Database(database_url)
    try:
        behind = await database.read(programme_source.background, OPERATOR, source)
        tell(texts.plain("import-command-checking"))
        rows = programme_source.understand(source, behind, zone)
        if dry_run:
            return await database.read(programme_import.preview, OPERATOR, rows, now, zone)
        tell(texts.plain("import-command-applying"))
        prepared = await database.read(programme_import.prepare, OPERATOR, rows, now, zone)
        kept = programme_import.kept_file(prepared, *file, zone)
        applied = await database.write(
            programme_import.apply, OPERATOR, rows, now, zone, prepared=prepared, file=kept
        )
        return applied.preview
    finally:
        await database.close()


def _status(preview: Preview) -> int:
    if not preview.problems:
        return FINE
    return NOTHING_DONE if preview.is_empty and not preview.unchanged else SOME_ERRORS


def _ending(status: int, *, dry_run: bool) -> str:
    if dry_run:
        return "import-command-previewed"
    if status == NOTHING_DONE:
        return "import-command-nothing-applied"
    return "import-command-applied" if status == FINE else "import-command-applied-partly"

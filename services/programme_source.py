"""A file with the programme, whatever it is: a workbook, one sheet of it as .csv, a conference's ``schedule.json``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path, PurePath
from typing import BinaryIO

from domain.people import Scope
from domain.programme import Municipality
from domain.programme_import import Problem, ProgrammeRows, Sheet, StoredProgramme, UnusableFile
from services.programme_csv import read_csv
from services.programme_file import FILE_BYTES, Progress, RawSheet, read_workbook
from services.programme_rows import read_rows
from services.schedule.reading import Schedule, read_schedule, schedule_sheets

CSV_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
SCHEDULE_SUFFIXES = frozenset({".json"})

Source = tuple[RawSheet, ...] | Schedule


def read_source(name: str, source: Path | BinaryIO, progress: Progress | None = None) -> Source:
    """Read a file by the ending of its name, a workbook unless it says otherwise. Takes seconds of a processor.

    Raises:
        UnusableFile: the problem says why and what to do.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in CSV_SUFFIXES:
        return (read_csv(_content(source), progress),)
    if suffix in SCHEDULE_SUFFIXES:
        return read_schedule(_content(source))
    return read_workbook(source, progress)


def _content(source: Path | BinaryIO) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return file.read(FILE_BYTES + 1)
        return source.read(FILE_BYTES + 1)
    except FileNotFoundError:
        raise UnusableFile(Problem("import-file-missing")) from None
    except OSError:
        raise UnusableFile(Problem("import-file-forbidden")) from None


def understand(
    source: Source,
    *,
    municipalities: Iterable[Municipality],
    stored: StoredProgramme,
    zone: tzinfo,
    scope: Scope,
) -> ProgrammeRows:
    """What the file says, each row right in itself; ``stored`` and ``scope`` complete what a schedule leaves out.

    Raises:
        UnusableFile: no sheet of the programme is in it.
    """
    if not isinstance(source, Schedule):
        return read_rows(source, municipalities=municipalities, zone=zone)
    sheets, warnings = schedule_sheets(source, stored, zone, scope)
    rows = read_rows(sheets, municipalities=municipalities, zone=zone)
    return replace(rows, warnings=(*warnings, *rows.warnings), partial=frozenset({Sheet.VENUES}))

"""A file with the programme, understood: what takes a processor, and no database. It runs in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Background:
    """What it takes to understand a file; ``stored`` completes what a schedule leaves out."""

    municipalities: tuple[Municipality, ...]
    stored: StoredProgramme | None
    scope: Scope


def is_schedule(name: str) -> bool:
    """Whether a file of this name is a conference's schedule."""
    return PurePath(name).suffix.lower() in SCHEDULE_SUFFIXES


def read_source(name: str, source: Path | BinaryIO, progress: Progress | None = None) -> Source:
    """Read a file by the ending of its name, a workbook unless it says otherwise. Takes seconds of a processor.

    Raises:
        UnusableFile: the problem says why and what to do.
    """
    if PurePath(name).suffix.lower() in CSV_SUFFIXES:
        return (read_csv(_content(source), progress),)
    if is_schedule(name):
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


def understand(source: Source, behind: Background, zone: tzinfo) -> ProgrammeRows:
    """What the file says, each row right in itself, with times on the clocks of ``zone``.

    Raises:
        UnusableFile: no sheet of the programme is in it.
    """
    if not isinstance(source, Schedule):
        return read_rows(source, municipalities=behind.municipalities, zone=zone)
    assert behind.stored is not None  # noqa: S101 - read for a schedule
    sheets, warnings = schedule_sheets(source, behind.stored, zone, behind.scope)
    rows = read_rows(sheets, municipalities=behind.municipalities, zone=zone)
    return replace(rows, warnings=(*warnings, *rows.warnings), partial=frozenset({Sheet.VENUES}))

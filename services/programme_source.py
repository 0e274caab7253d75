"""A file with the programme, whatever it is: a workbook, one sheet of it as .csv, a conference's ``schedule.json``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path, PurePath
from typing import BinaryIO

from db.engine import Session
from db.queries.programme import municipalities
from db.queries.programme_import import stored_programme
from domain.people import Actor, Right, Scope
from domain.programme import Municipality
from domain.programme_import import Problem, ProgrammeRows, Sheet, StoredProgramme, UnusableFile
from services.programme_csv import read_csv
from services.programme_file import FILE_BYTES, Progress, RawSheet, read_workbook
from services.programme_rows import read_rows
from services.rights import needs
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


@dataclass(frozen=True, slots=True)
class Background:
    """What it takes to understand a file; ``stored`` completes what a schedule leaves out."""

    municipalities: tuple[Municipality, ...]
    stored: StoredProgramme | None
    scope: Scope


@needs(Right.RUN_PROGRAMME)
def background(session: Session, actor: Actor, source: Source) -> Background:
    stored = stored_programme(session) if isinstance(source, Schedule) else None
    return Background(tuple(municipalities(session)), stored, actor.scope)


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

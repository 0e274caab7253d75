"""The programme out: the same workbook that goes in. Importing it again changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Any, BinaryIO

from db.engine import Session
from db.queries import programme_import as queries
from domain.log import Action
from domain.people import Actor, Right
from domain.programme_import import (
    Column,
    Sheet,
    SlotEntry,
    StoredProgramme,
    VenueEntry,
    WorkshopEntry,
)
from services import log
from services.rights import needs
from services.spreadsheet import CellWriter, Value, Words, load_words

Page = Any
"""A write-only worksheet of openpyxl, whose type information lacks most of it."""

DATE_FORMAT = "DD.MM.YYYY"
TIME_FORMAT = "HH:MM"
TEXT_FORMAT = "@"
"""Keeps spreadsheets from turning "7-11" into the 7th of November."""
WIDE = frozenset({Column.NAME, Column.ADDRESS, Column.DESCRIPTION, Column.DIRECTIONS, Column.VALUE})
WIDTHS = {True: 44, False: 18}
"""Of wide and other columns, in characters."""
NOTE_HEIGHT, NOTE_WIDTH = 90, 260
"""Of a note on a heading, in points."""

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@needs(Right.RUN_PROGRAMME)
def programme(session: Session, actor: Actor) -> StoredProgramme:  # noqa: ARG001 - the right is checked
    return queries.stored_programme(session)


@needs(Right.RUN_PROGRAMME)
def own_programme(session: Session, actor: Actor) -> StoredProgramme:
    """What the actor may change: everything, or the venues, workshops and slots of their municipalities."""
    stored = queries.stored_programme(session)
    scope = actor.scope
    if scope.everywhere:
        return stored
    venues = {
        code: row
        for code, row in stored.rows[Sheet.VENUES].items()
        if isinstance(row.entry, VenueEntry) and scope.covers(row.entry.municipality)
    }
    workshops = {
        code: row
        for code, row in stored.rows[Sheet.WORKSHOPS].items()
        if isinstance(row.entry, WorkshopEntry) and row.entry.venue in venues
    }
    slots = {
        code: row
        for code, row in stored.rows[Sheet.SLOTS].items()
        if isinstance(row.entry, SlotEntry) and row.entry.activity in workshops
    }
    own = {Sheet.VENUES: venues, Sheet.WORKSHOPS: workshops, Sheet.SLOTS: slots}
    return replace(stored, rows={sheet: own.get(sheet, {}) for sheet in Sheet})


@needs(Right.RUN_PROGRAMME)
def note_export(session: Session, actor: Actor, file_name: str, now: datetime) -> None:
    """Remember that the programme left the bot as a file."""
    for place in log.places_of(actor):
        log.record(session, actor, Action.EXPORTED, now, municipality=place, subject=file_name)


def write_workbook(stored: StoredProgramme, zone: tzinfo, target: BinaryIO) -> None:
    """Write the programme with dates and times on the clocks of ``zone``; takes a second for 5,000 rows."""
    from openpyxl import Workbook

    words = load_words()
    writer = CellWriter(words, zone, stored.municipality_names)
    book = Workbook(write_only=True)
    for sheet in Sheet:
        page = open_sheet(book, words, sheet)
        for row in stored.rows[sheet].values():
            page.append(typed_cells(page, writer.values(row.entry).values()))
    book.save(target)


def open_sheet(book: Any, words: Words, sheet: Sheet, notes: Mapping[Column, str] | None = None) -> Page:
    """A sheet with its headings, which stay in view; ``notes`` hang on them."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    page: Page = book.create_sheet(words.titles[sheet])
    page.freeze_panes = "A2"
    headings = []
    for number, (column, heading) in enumerate(words.headings[sheet].items(), start=1):
        page.column_dimensions[get_column_letter(number)].width = WIDTHS[column in WIDE]
        cell = WriteOnlyCell(page, heading)
        cell.font = Font(bold=True)
        if notes and column in notes:
            cell.comment = Comment(notes[column], words.titles[sheet], height=NOTE_HEIGHT, width=NOTE_WIDTH)
        headings.append(cell)
    page.append(headings)
    return page


def typed_cells(page: Page, values: Iterable[Value]) -> list[Any]:
    """Dates and times as such, every text as text: a title that begins with "=" is no formula."""
    return [_typed_cell(page, value) for value in values]


def _typed_cell(page: Page, value: Value) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None or value == "":
        return None
    if isinstance(value, int | float):
        return value
    cell: Any = WriteOnlyCell(page)
    if isinstance(value, str):
        cell.value = _FORBIDDEN.sub("", _LOOKS_ESCAPED.sub("_x005F_", value))
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT
    else:
        cell.value = value
        cell.number_format = DATE_FORMAT if isinstance(value, date) else TIME_FORMAT
    return cell

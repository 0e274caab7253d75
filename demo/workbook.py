"""The demonstration as a spreadsheet: ``python -m demo.workbook FILE.xlsx [YYYY-MM-DD]``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import _WorkbookChild

from bot.clock import SystemClock
from demo.programme import ZONE, centres, programme
from services.spreadsheet import CellWriter, Value, load_words

LONGEST_COLUMN = 60
"""Characters; longer texts wrap."""


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet as coordinators see it."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def demo_workbook(today: date) -> list[SheetRows]:
    """Every sheet of the programme's workbook, filled; dates and times as such, on Moscow's clocks."""
    words = load_words()
    cells = CellWriter(words, ZONE, {code: centre.name for code, centre in centres().items()})
    sheets = []
    for sheet, entries in programme(today).sheets().items():
        headings = words.headings[sheet]
        rows = tuple(tuple(values[column] for column in headings) for values in map(cells.values, entries))
        sheets.append(SheetRows(words.titles[sheet], tuple(headings.values()), rows))
    return sheets


def write_workbook(target: Path | BinaryIO, today: date) -> None:
    """Write the workbook as .xlsx."""
    book = Workbook(write_only=True)
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for sheet in demo_workbook(today):
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        for number, width in enumerate(_widths(sheet), start=1):
            page.column_dimensions[get_column_letter(number)].width = width
        header = []
        for heading in sheet.header:
            cell = WriteOnlyCell(page, heading)
            cell.font = bold
            header.append(cell)
        page.append(header)
        for row in sheet.rows:
            page.append([_cell(page, value, wrapped) for value in row])
    book.save(target)


def _cell(page: _WorkbookChild, value: Value, wrapped: Alignment) -> object:
    """Long texts and clocks need a style of their own; anything else goes in as it is."""
    if isinstance(value, str) and len(value) > LONGEST_COLUMN:
        cell = WriteOnlyCell(page, value)
        cell.alignment = wrapped
        return cell
    if isinstance(value, time | date):
        cell = WriteOnlyCell(page)
        cell.value = value
        cell.number_format = "HH:MM" if isinstance(value, time) else "DD.MM.YYYY"
        return cell
    return value or None


def _widths(sheet: SheetRows) -> Sequence[int]:
    columns = zip(sheet.header, *sheet.rows, strict=True)
    return [min(LONGEST_COLUMN, 2 + max(len(str(value)) for value in column)) for column in columns]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.workbook", description=__doc__)
    parser.add_argument("file", type=Path)
    today = SystemClock().now().astimezone(ZONE).date()
    parser.add_argument("today", type=date.fromisoformat, nargs="?", default=today, help="YYYY-MM-DD")
    arguments = parser.parse_args()
    write_workbook(arguments.file, arguments.today)


if __name__ == "__main__":
    main()

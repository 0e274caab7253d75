"""A table as a workbook to print and to work on: wide columns, a heading on every page, texts that stay texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from services.programme_export import Page, typed_cells
from services.spreadsheet import Value

TITLE_LENGTH = 31
"""Characters of a sheet's name that spreadsheets allow..."""
FORBIDDEN_IN_TITLES = r"[]:*?/\'"
"""...and what they do not."""
LANDSCAPE, A4 = "landscape", 9


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    width: int
    """In characters."""


def write_table(
    title: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Value]],
    page_words: str,
    target: BinaryIO,
) -> None:
    """Write one sheet. ``title`` stands on top of every page, ``page_words`` with the page's number below
    (``&P`` and ``&N`` are the page and how many there are)."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    title = "".join(filter(str.isprintable, title))
    book = Workbook(write_only=True)
    page: Page = book.create_sheet(_sheet_title(title))
    page.freeze_panes = "A2"
    page.page_setup.orientation = LANDSCAPE
    page.page_setup.paperSize = A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    # An ampersand begins a code there.
    page.oddHeader.center.text = title.replace("&", "&&")
    page.oddFooter.right.text = page_words
    thin = Side(style="thin", color="FF999999")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    wrapped = Alignment(wrap_text=True, vertical="top")
    top = []
    for number, heading in enumerate(headings, start=1):
        page.column_dimensions[get_column_letter(number)].width = heading.width
        cell = WriteOnlyCell(page, heading.text)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFEEEEEE")
        cell.alignment, cell.border = wrapped, border
        top.append(cell)
    page.append(top)
    count = 1
    for row in rows:
        cells = _cells(page, row)
        for cell in cells:
            cell.alignment, cell.border = wrapped, border
        page.append(cells)
        count += 1
    page.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{count}"
    book.save(target)


def _cells(page: Page, row: Sequence[Value]) -> list[Any]:
    from openpyxl.cell import WriteOnlyCell

    """Every cell as an object, so that empty ones have a border, too."""
    made = typed_cells(page, row)
    return [
        WriteOnlyCell(page, cell) if cell is None or isinstance(cell, int | float) else cell for cell in made
    ]


def _sheet_title(title: str) -> str:
    kept = "".join(character for character in title if character not in FORBIDDEN_IN_TITLES)
    return kept[:TITLE_LENGTH].strip() or "1"

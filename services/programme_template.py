"""The empty workbook: headings with notes, drop-downs, and examples on a sheet that an import skips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from domain.programme import Audience, Format, Track
from domain.programme_import import Column, Sheet
from services.programme_export import Page, open_sheet, typed_cells
from services.spreadsheet import Words, load_words

ROWS = 1_000
"""Rows that the drop-downs reach."""
HINT_COLUMNS = 14
HINT_WIDTH = 22


def write_template(municipality_names: Sequence[str], target: BinaryIO) -> None:
    """Write the workbook that coordinators fill in; names in the order of the drop-down."""
    from openpyxl import Workbook

    words = load_words()
    book = Workbook(write_only=True)
    names_from = _names_row()
    for sheet in Sheet:
        page = open_sheet(book, words, sheet, words.template["notes"])
        _add_choices(page, words, sheet, f"$A${names_from}:$A${names_from + len(municipality_names) - 1}")
    _write_hints(book.create_sheet(words.template["sheet"]), words, municipality_names)
    book.save(target)


def _names_row() -> int:
    """Where the municipalities begin on the sheet of hints: below a line on top and four for each sheet."""
    return 1 + 4 * len(Sheet) + 2


def _write_hints(page: Page, words: Words, municipality_names: Sequence[str]) -> None:
    from openpyxl.utils import get_column_letter

    for number in range(1, HINT_COLUMNS + 1):
        page.column_dimensions[get_column_letter(number)].width = HINT_WIDTH
    page.append([words.template["examples"]])
    for sheet in Sheet:
        example = words.template["rows"][sheet]
        page.append([])
        page.append([words.template["about"][sheet]])
        page.append(list(words.headings[sheet].values()))
        page.append(typed_cells(page, [example.get(column) for column in words.headings[sheet]]))
    page.append([words.template["municipalities"]])
    for name in municipality_names:
        page.append([name])


def _add_choices(page: Page, words: Words, sheet: Sheet, names: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = {
        Column.TRACK: _listed(words.all_words(Track)),
        Column.FORMAT: _listed(words.all_words(Format)),
        Column.AUDIENCE: _listed(words.all_words(Audience)),
        Column.CANCELLED: _listed((words.cancelled,)),
        Column.MUNICIPALITY: f"'{words.template['sheet']}'!{names}",
    }
    for number, column in enumerate(words.headings[sheet], start=1):
        if column in choices:
            # Other words stay possible: an import understands more than the list shows.
            validation = DataValidation(type="list", formula1=choices[column], showErrorMessage=False)
            letters = get_column_letter(number)
            validation.add(f"{letters}2:{letters}{ROWS}")
            page.data_validations.append(validation)


def _listed(items: Sequence[str]) -> str:
    return f'"{",".join(items)}"'

"""The empty workbook: what coordinators get to fill in is what an import understands."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from services.programme_file import read_workbook
from services.programme_rows import read_rows
from services.programme_template import write_template
from tests.services.programme_desk import ZONE, sheets_book
from tests.services.test_programme_rows import municipalities

NAMES = [place.name for place in municipalities()]


@pytest.fixture(scope="module")
def template() -> io.BytesIO:
    file = io.BytesIO()
    write_template(NAMES, file)
    return file


def test_an_empty_template_says_nothing(template: io.BytesIO) -> None:
    rows = read_rows(read_workbook(template), municipalities=municipalities(), zone=ZONE)
    assert (rows.problems, rows.warnings) == ((), ())
    assert all(not sheet for sheet in rows.rows.values())
    assert len(rows.rows) == 5


def test_drop_downs_offer_what_an_import_understands(template: io.BytesIO) -> None:
    book = openpyxl.load_workbook(template)
    lists = {
        (page.title, str(validation.sqref)): validation.formula1
        for page in book
        for validation in page.data_validations.dataValidation
    }
    assert lists["Мастерские", "C2:C1000"] == '"технологии,инженерия,агро,предпринимательство"'
    assert lists["Форум", "L2:L1000"] == '"все,ученики,педагоги,наставники"'
    page, _, cells = lists["Площадки", "C2:C1000"].partition("!")
    assert page == "'Подсказки'"
    assert [cell.value for (cell,) in book["Подсказки"][cells.replace("$", "")]] == NAMES


def test_the_examples_are_rows_that_go_in(template: io.BytesIO) -> None:
    hints: list[list[Any]] = [list(row) for row in openpyxl.load_workbook(template)["Подсказки"].values]
    titles = ["Площадки", "Мастерские", "Занятия", "Форум", "О форуме"]
    tables = {title: hints[start : start + 2] for title, start in zip(titles, range(3, 23, 4), strict=True)}
    rows = read_rows(read_workbook(sheets_book(tables)), municipalities=municipalities(), zone=ZONE)
    assert (rows.problems, rows.warnings) == ((), ())
    assert [len(sheet) for sheet in rows.rows.values()] == [1, 1, 1, 1, 1]

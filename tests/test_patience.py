"""No input holds the interpreter for long: every pattern, every cell, every date that people type."""

from __future__ import annotations

import importlib
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from domain.editing import WhenProblem, read_when
from domain.people import Scope
from domain.programme import Municipality
from domain.programme_import import TEXT_LENGTHS, Column, ProgrammeRows, Sheet, StoredProgramme
from services.programme_file import TEXT_LENGTH, RawRow, RawSheet
from services.programme_reading import Background, read_source, understand
from services.spreadsheet import load_words
from tests.source_tree import PRODUCT_PACKAGES, name_of, python_files
from tests.town import MOSCOW, moscow

PATIENCE = 0.2
"""Seconds of a processor."""
LONGEST_MESSAGE = 4096
"""Characters that a messenger hands to a bot."""
ATOMS = (
    *("-", " ", "a", "1", "\u0430", ".", "\n", "<", '"', "(", "[", "{", "=", "@", "\u00ab"),
    *("- ", "a-", "a ", "1 ", "1.", "<a ", "1:", "://"),
)


def compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    for path in python_files(*PRODUCT_PACKAGES):
        if "migrations" in path.parts or path.stem == "chart_drawing":
            # Nobody's input comes there, and its library is loaded in a process of its own.
            continue
        name = name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for key, value in vars(importlib.import_module(name)).items():
            values = value if isinstance(value, tuple) else (value,)
            for each in values:
                if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                    yield f"{name}.{key}", each


def takes(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def test_no_pattern_is_slow_on_a_message() -> None:
    slow = {}
    for name, pattern in compiled():
        for atom in ATOMS:
            text = (atom * LONGEST_MESSAGE)[: LONGEST_MESSAGE - 1] + "\0"
            for use in (pattern.fullmatch, pattern.findall):
                took = takes(partial(use, text))
                if took > PATIENCE:
                    slow[name, atom] = took
    assert slow == {}


def understood(sheet: Sheet, cells: dict[Column, str]) -> ProgrammeRows:
    words = load_words()
    headings = words.headings[sheet]
    rows = (
        RawRow(1, dict(enumerate(headings.values(), start=1))),
        RawRow(2, {number: cells.get(column, "x") for number, column in enumerate(headings, start=1)}),
    )
    behind = Background(
        (Municipality("labinskiy", "\u041b", "district", "\u041b", 44.6, 40.7),), None, Scope()
    )
    return understand((RawSheet(words.titles[sheet], rows, ()),), behind, MOSCOW)


@pytest.mark.parametrize("sheet", Sheet)
def test_no_cell_is_slow(sheet: Sheet) -> None:
    for column in load_words().headings[sheet]:
        for atom in ATOMS:
            cell = (atom * TEXT_LENGTH)[: TEXT_LENGTH - 2] + " x"
            took = takes(partial(understood, sheet, {column: cell}))
            assert took < PATIENCE, (column, atom)


def test_no_heading_is_slow() -> None:
    for atom in ATOMS:
        row = RawRow(1, dict.fromkeys(range(1, 15), (atom * TEXT_LENGTH)[:TEXT_LENGTH]))
        sheet = RawSheet(load_words().titles[Sheet.VENUES], (row,), ())
        took = takes(partial(understand, (sheet,), Background((), None, Scope()), MOSCOW))
        assert took < PATIENCE, atom


def test_a_word_longer_than_any_is_told_as_wrong() -> None:
    found = understood(Sheet.WORKSHOPS, {Column.GRADES: "-" * 32_000 + " x"})
    assert "import-problem-grades" in {problem.key for problem in found.problems}
    assert (Sheet.WORKSHOPS, Column.GRADES) not in TEXT_LENGTHS


DATES = (
    "01.01.0001 00:00",
    "31.12.9999 23:59",
    "31.12.0000 10:00",
    "01.01.0001",
    "31.12.9999",
    "29.02.2027 10:00",
)


@pytest.mark.parametrize("typed", DATES)
def test_a_date_at_the_end_of_the_calendar_is_told_as_wrong(typed: str) -> None:
    like = moscow("13 10:00"), moscow("13 11:00")
    for known in (like, None):
        assert isinstance(read_when(typed, known, moscow("12 12:00"), MOSCOW), WhenProblem)


STRANGE_ZONES = (
    "Moscow Standard Time",
    "MSK",
    "UTC+3",
    "Europe/moscow",
    "Europe",
    "../..",
    "\0",
    "x" * 5000,
    "\ud800",
)


@pytest.mark.parametrize("zone", STRANGE_ZONES)
@pytest.mark.parametrize(
    "date", ["2026-10-20T10:00:00", "2026-10-20T10:00:00+03:00", "0001-01-01", "9999-12-31"]
)
def test_a_strange_zone_is_warned_of(zone: str, date: str) -> None:
    event: dict[str, Any] = {"id": 1, "date": date, "duration": "01:00", "title": "T", "track": "x"}
    schedule = {
        "conference": {
            "acronym": "f",
            "title": "F",
            "time_zone_name": zone,
            "days": [{"rooms": {"1": [event]}}],
        }
    }
    content = json.dumps({"schedule": schedule}).encode()
    stored = StoredProgramme({sheet: {} for sheet in Sheet}, frozenset(), frozenset(), {})
    source = read_source("schedule.json", io.BytesIO(content))
    rows = understand(source, Background((), stored, Scope(everywhere=True)), MOSCOW)
    warned = "import-warning-zone" in {problem.key for problem in rows.warnings}
    assert warned == (date == "2026-10-20T10:00:00")


def test_years_that_a_programme_may_have_are_read() -> None:
    now = datetime(2026, 10, 12, 12, tzinfo=MOSCOW)
    assert not isinstance(read_when("13.10.2026 10:00", None, now, MOSCOW), WhenProblem)
    assert read_when("13.10.2025 10:00", None, now, MOSCOW) is WhenProblem.PAST
    assert read_when(f"{now + timedelta(days=9000):%d.%m.%Y} 10:00", None, now, MOSCOW) is WhenProblem.FAR

"""One cell at a time: what a person typed into a column, as a value, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TypeVar

from domain.people import GRADE_UNIVERSITY
from domain.programme import CODE, Access
from domain.programme_import import (
    FIRST_YEAR,
    LAST_YEAR,
    MAXIMUM_CAPACITY,
    MULTILINE,
    SLOT_CODE_LENGTH,
    TEXT_LENGTHS,
    Column,
    Sheet,
)
from services.programme_file import Cell, Faulty, Serial
from services.spreadsheet import Municipalities, Words, folded

Choice = TypeVar("Choice", bound=StrEnum)

WORD_LENGTH = 200
"""Characters of a cell that is no text: more is nothing that a person typed there, and rules see no more."""
SHOWN_LENGTH = 60
"""Characters of a wrong value that a report repeats."""
SERIAL_EPOCH = date(1899, 12, 30)
LAST_SERIAL = 73_050
"""2099-12-31."""
MINUTES_A_DAY = 24 * 60
LONGEST_CODE = 40
COORDINATE_DIGITS = 6
"""After the point: a tenth of a metre. More digits get lost between spreadsheets."""

_SLOT_CODE = re.compile(rf"[A-Za-z0-9_-]{{1,{SLOT_CODE_LENGTH}}}\Z")
_CYRILLIC = re.compile("[\N{CYRILLIC CAPITAL LETTER IO}-\N{CYRILLIC SMALL LETTER IO}]")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ].*)?")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]00)?")
_ISO_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?")
_GRADE_RANGE = re.compile(r"([^\s-]{1,20})\s*-\s*([^\s-]{1,20})")


class Refused(Exception):
    """A cell that cannot be taken; ``key`` and ``args`` say why and what is expected."""

    def __init__(self, key: str, **args: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.args_of_text: Mapping[str, str | int] = args


class CellReader:
    """Cells to values. Every method takes a cell that is there and raises ``Refused`` when it makes no sense."""

    def __init__(self, words: Words, municipalities: Municipalities) -> None:
        self._words = words
        self._municipalities = municipalities

    def text(self, cell: Cell, sheet: Sheet, column: Column) -> str:
        text = plain_text(cell, multiline=column in MULTILINE)
        limit = TEXT_LENGTHS[sheet, column]
        if len(text) > limit:
            raise Refused("import-problem-too-long", length=len(text), limit=limit)
        return text

    def code(self, cell: Cell) -> str:
        """A code of a venue or an activity. A code in Cyrillic letters that look Latin is told apart."""
        return _code(cell, CODE, LONGEST_CODE)

    def slot_code(self, cell: Cell) -> str:
        return _code(cell, _SLOT_CODE, SLOT_CODE_LENGTH)

    def municipality(self, cell: Cell) -> str:
        text = plain_text(cell)
        code = self._municipalities.code(text)
        if code is None:
            raise Refused(
                "import-problem-municipality",
                value=shown(text),
                suggestion=self._municipalities.similar(text),
            )
        return code

    def coordinate(self, cell: Cell, limit: int) -> float:
        """Degrees, ``limit`` 90 for latitudes and 180 for longitudes; a decimal comma is fine."""
        number = _number(cell)
        if number is None or not -limit <= number <= limit:
            raise Refused("import-problem-coordinate", value=shown(cell), limit=limit)
        return round(number, COORDINATE_DIGITS)

    def access(self, cell: Cell) -> frozenset[Access]:
        text = plain_text(cell)
        if folded(text) in self._words.no:
            return frozenset()
        items = [item.strip() for item in re.split("[,;\n]", text)]
        return frozenset(self.choice(item, Access) for item in items if item)

    def choice(self, cell: Cell, choice: type[Choice]) -> Choice:
        text = plain_text(cell)
        found = self._words.choice(choice, text)
        if found is None:
            raise Refused("import-problem-choice", value=shown(text), words=self._words.all_of(choice))
        return found

    def cancelled(self, cell: Cell) -> bool:
        if isinstance(cell, bool):
            return cell
        word = folded(plain_text(cell))
        if word not in self._words.yes | self._words.no:
            raise Refused("import-problem-cancelled", value=shown(cell))
        return word in self._words.yes

    def capacity(self, cell: Cell) -> int | None:
        """Places from 1; None when the cell says in words that there is no limit."""
        if isinstance(cell, str) and folded(cell) in self._words.unlimited:
            return None
        number = _number(cell)
        if number is None or number != int(number) or not 1 <= number <= MAXIMUM_CAPACITY:
            raise Refused("import-problem-capacity", value=shown(cell), limit=MAXIMUM_CAPACITY)
        return int(number)

    def date(self, cell: Cell) -> date:
        day = _date(cell)
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Refused("import-problem-date", value=shown(cell))
        return day

    def time(self, cell: Cell) -> time:
        clock = _time(cell)
        if clock is None:
            raise Refused("import-problem-time", value=shown(cell))
        return clock

    def grades(self, cell: Cell) -> tuple[int | None, int | None]:
        """First and last grade, None for an open end. A college is grade 12, a university 13."""
        grades = self._grades(cell)
        if grades is None:
            raise Refused("import-problem-grades", value=shown(cell))
        return grades

    def _grades(self, cell: Cell) -> tuple[int | None, int | None] | None:
        if isinstance(cell, Serial):
            # Spreadsheets turn "7-11" into the 7th of November (or July 11th): the two numbers are still there.
            day = _from_serial(cell.days)
            return (
                (min(day.day, day.month), max(day.day, day.month))
                if day and day.day <= 11 >= day.month
                else None
            )
        grade_words = self._words.grades
        text = folded(plain_text(cell)).replace(".", " ")
        parts = [word for word in text.split() if word not in grade_words.noise]
        text = " ".join(parts)
        if not text or text in grade_words.everybody:
            return None, None
        if text.endswith("+"):
            first = self._grade(text[:-1].strip())
            return (first, None) if first else None
        if len(parts) == 2 and parts[0] in grade_words.above | grade_words.below:
            grade = self._grade(parts[1])
            if grade is None:
                return None
            return (grade, None) if parts[0] in grade_words.above else (None, grade)
        if between := _GRADE_RANGE.fullmatch(text):
            return _ordered(self._grade(between[1]), self._grade(between[2]))
        return self._listed_grades(text)

    def _listed_grades(self, text: str) -> tuple[int, int] | None:
        """Grades that follow each other: a card knows only from which to which."""
        grades = [self._grade(item.strip()) for item in text.split(",")]
        known = [grade for grade in grades if grade is not None]
        if len(known) < len(grades) or known != list(range(known[0], known[0] + len(known))):
            return None
        return known[0], known[-1]

    def _grade(self, word: str) -> int | None:
        if word.isdecimal() and word.isascii():
            return int(word) if len(word) <= 2 and 1 <= int(word) <= 11 else None
        return self._words.grades.named.get(word)


def plain_text(cell: Cell, *, multiline: bool = False) -> str:
    """What a person sees in the cell, without characters that nobody sees.

    Raises:
        Refused: for an error value, a formula without a result, and a date where words belong.
    """
    match cell:
        case bool():
            return "1" if cell else "0"
        case str():
            return _clean(cell, multiline=multiline)
        case float():
            return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
        case Serial():
            raise Refused("import-problem-date-for-text", value=shown(cell))
        case Faulty(shown=None):
            raise Refused("import-problem-formula")
        case Faulty():
            raise Refused("import-problem-cell-error", value=shown(cell))


def _clean(text: str, *, multiline: bool) -> str:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(character for character in text if _is_visible(character))
    lines = [
        " ".join(line.split()) for line in re.split("[\n\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]", text)
    ]
    if not multiline:
        return " ".join(line for line in lines if line)
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


_JOINER = "\N{ZERO WIDTH JOINER}"


def _is_visible(character: str) -> bool:
    """Neither a control nor a formatting character (such as one that turns the direction of writing).

    The joiner stays: it makes one emoji of several.
    """
    return character in "\n\t" or character == _JOINER or unicodedata.category(character) not in _INVISIBLE


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})


def shown(cell: Cell) -> str:
    """A wrong value as a report repeats it: short, on one line."""
    match cell:
        case Serial():
            day = _from_serial(cell.days)
            clock = _from_fraction(cell.days)
            text = f"{day:%d.%m.%Y}" if day and cell.days >= 1 else f"{clock:%H:%M}"
        case Faulty():
            text = cell.shown or ""
        case str():
            text = _clean(cell, multiline=False)
        case _:
            text = plain_text(cell)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def _code(cell: Cell, pattern: re.Pattern[str], limit: int) -> str:
    text = plain_text(cell)
    if pattern.fullmatch(text):
        return text
    if letters := "".join(dict.fromkeys(_CYRILLIC.findall(text))):
        raise Refused("import-problem-code-cyrillic", value=shown(text), letters=shown(letters))
    raise Refused("import-problem-code", value=shown(text), limit=limit)


def _number(cell: Cell) -> float | None:
    if isinstance(cell, float):
        return cell
    if isinstance(cell, Faulty | Serial | bool):
        plain_text(cell)
        return None
    text = plain_text(cell).replace(" ", "").replace(",", ".")
    try:
        return float(text) if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,20})?", text, re.ASCII) else None
    except ValueError:
        return None


def _date(cell: Cell) -> date | None:
    match cell:
        case Serial(days=days):
            return _from_serial(days)
        case bool():
            return None
        case float():
            return _from_serial(cell)
        case _:
            return _date_of_text(plain_text(cell))


def _date_of_text(text: str) -> date | None:
    text = folded(text).rstrip(".")
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        return _existing(year + 2000 if year < 100 else year, month, day)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return _existing(year, month, day)
    return None


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_serial(days: float) -> date | None:
    return SERIAL_EPOCH + timedelta(days=int(days)) if 0 <= days <= LAST_SERIAL else None


def _time(cell: Cell) -> time | None:
    match cell:
        case Serial(days=days):
            return _from_fraction(days) if 0 <= days <= LAST_SERIAL else None
        case bool():
            return None
        case float():
            return _from_fraction(cell) if 0 <= cell < 1 else None
        case _:
            return _time_of_text(folded(plain_text(cell)))


def _time_of_text(text: str) -> time | None:
    found = _CLOCK.fullmatch(text) or _ISO_CLOCK.fullmatch(text.upper())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _from_fraction(days: float) -> time:
    """To the nearest minute: spreadsheets keep 10:00 as 0.416666…"""
    minutes = round((days - int(days)) * MINUTES_A_DAY) % MINUTES_A_DAY
    return time(*divmod(minutes, 60))


def _ordered(first: int | None, last: int | None) -> tuple[int, int] | None:
    if first is None or last is None or first > last or last > GRADE_UNIVERSITY:
        return None
    return first, last

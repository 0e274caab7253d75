"""The words of the programme's workbook, both ways: what a cell means and how a value is written.

The words are data (``locales/ru/spreadsheet.toml``), so that coordinators' language stays out of the code.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from domain.people import GRADE_COLLEGE, GRADE_UNIVERSITY
from domain.programme import Access, Audience, Format, Municipality, Track
from domain.programme_import import (
    Column,
    Entry,
    FactEntry,
    FieldChange,
    ForumEntry,
    Named,
    Sheet,
    SlotEntry,
    VenueEntry,
    WorkshopEntry,
)

WORDS = Path(__file__).resolve().parent.parent / "locales" / "ru" / "spreadsheet.toml"
CHANGE_LENGTH = 80
"""Characters of an old or new value that a preview shows."""

NOTHING_NEAR = "none"
"""In place of a suggestion: texts choose other words by it."""

Value = str | int | float | date | time | None
"""What a cell of the export holds."""
Choice = TypeVar("Choice", bound=StrEnum)

_IN_PARENTHESES = re.compile(r"\([^()]*\)?")
_SPACES = re.compile(r"\s+")
_DASHES = re.compile("[\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]")


def folded(text: str) -> str:
    """Text as it is compared: case, the two Cyrillic letters e, kinds of dashes and blanks do not count."""
    text = unicodedata.normalize("NFC", text).lower().replace("\N{CYRILLIC SMALL LETTER IO}", _IE)
    return _SPACES.sub(" ", _DASHES.sub("-", text)).strip()


_IE = "\N{CYRILLIC SMALL LETTER IE}"


def folded_heading(text: str) -> str:
    """A heading without its hint in parentheses and without marks around it."""
    return folded(_IN_PARENTHESES.sub(" ", text)).strip(" :*.")


@dataclass(frozen=True, slots=True)
class GradeWords:
    everybody: frozenset[str]
    noise: frozenset[str]
    above: frozenset[str]
    below: frozenset[str]
    below_written: str
    named: Mapping[str, int]
    college: str
    university: str


class Words:
    """All words of the workbook. Immutable; one for the whole process."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        sheets = words["sheets"]
        cells = words["words"]
        self.titles = {sheet: str(sheets[sheet]["title"]) for sheet in Sheet}
        self.headings = {
            sheet: {Column(column): str(names[0]) for column, names in sheets[sheet]["columns"].items()}
            for sheet in Sheet
        }
        """The columns of each sheet in order, with their headings."""
        self._ignored = frozenset(folded(title) for title in words["ignored_sheets"])
        self._sheets = {folded(title): sheet for sheet, title in self.titles.items()}
        self._columns = {
            sheet: {
                folded(name): Column(column)
                for column, names in sheets[sheet]["columns"].items()
                for name in names
            }
            for sheet in Sheet
        }
        self._choices: dict[type[StrEnum], dict[str, str]] = {}
        self._written: dict[StrEnum, str] = {}
        for name, choice in (
            ("track", Track),
            ("format", Format),
            ("audience", Audience),
            ("access", Access),
        ):
            self._add_choice(choice, cells[name])
        self.yes = _folded_set(cells["cancelled"]["yes"])
        self.no = _folded_set(cells["cancelled"]["no"])
        self.cancelled = str(cells["cancelled"]["yes"][0])
        self.unlimited = _folded_set(cells["capacity"]["unlimited"])
        self._unlimited = str(cells["capacity"]["unlimited"][0])
        self.grades = _grade_words(cells["grades"])
        self._schedule_formats = {
            folded(kind): value for value, kinds in words["schedule"]["format"].items() for kind in kinds
        }
        self.forum_title = folded(words["schedule"]["title_key"])
        """The key under which the forum says its name, as it is compared."""
        self.capital = str(words["schedule"]["capital"])
        """Code of the municipality for a venue of which nothing else is known."""
        self.template: Mapping[str, Any] = words["template"]
        """Texts of the empty workbook, by the names in the file."""
        self.municipality_kinds: tuple[str, ...] = tuple(
            folded(kind) for kind in cells["municipality"]["kinds"]
        )

    def _add_choice(self, choice: type[StrEnum], names: Mapping[str, Sequence[str]]) -> None:
        self._choices[choice] = {
            folded(name): value for value, all_names in names.items() for name in all_names
        }
        self._written |= {choice(value): str(all_names[0]) for value, all_names in names.items()}

    def sheet(self, title: str) -> Sheet | None:
        return self._sheets.get(folded(title))

    def is_ignored(self, title: str) -> bool:
        """A sheet of our own template that holds no programme."""
        return folded(title) in self._ignored

    def column(self, sheet: Sheet, heading: str) -> Column | None:
        return self._columns[sheet].get(folded_heading(heading))

    def choice(self, choice: type[Choice], text: str) -> Choice | None:
        """The member that a cell names, or None when it names none."""
        value = self._choices[choice].get(folded(text))
        return choice(value) if value is not None else None

    def schedule_format(self, kind: str) -> Format | None:
        """What other programs call a kind of session."""
        value = self._schedule_formats.get(folded(kind))
        return Format(value) if value is not None else None

    def written(self, member: StrEnum) -> str:
        return self._written[member]

    def all_words(self, choice: type[StrEnum]) -> tuple[str, ...]:
        """The word of every member."""
        return tuple(self._written[member] for member in choice)

    def all_of(self, choice: type[StrEnum]) -> str:
        """Every word that a column takes, for telling what is expected."""
        return ", ".join(self.all_words(choice))

    def grades_written(self, first: int | None, last: int | None) -> str:
        """ "7–11", "5", "7+" for seven and above, empty for all; the college and university by their words."""
        if first is None and last is None:
            return ""
        if last is None:
            return f"{self._grade(first)}+"
        if first is None:
            return f"{self.grades.below_written} {self._grade(last)}"
        return self._grade(first) if first == last else f"{self._grade(first)}\N{EN DASH}{self._grade(last)}"

    def _grade(self, grade: int | None) -> str:
        names = {GRADE_COLLEGE: self.grades.college, GRADE_UNIVERSITY: self.grades.university}
        return names.get(grade or 0, str(grade))

    def capacity_written(self, sheet: Sheet, capacity: int | None) -> int | str | None:
        """A forum session without a limit has an empty cell; for a slot that must be said in words."""
        return self._unlimited if capacity is None and sheet is Sheet.SLOTS else capacity


def _folded_set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(word) for word in words)


def _grade_words(words: Mapping[str, Sequence[str]]) -> GradeWords:
    named = {folded(word): GRADE_COLLEGE for word in words["college"]}
    named |= {folded(word): GRADE_UNIVERSITY for word in words["university"]}
    return GradeWords(
        everybody=_folded_set(words["all"]),
        noise=_folded_set(words["class"]),
        above=_folded_set(words["and_above"]),
        below=_folded_set(words["and_below"]),
        below_written=words["and_below"][0],
        named=named,
        college=words["college"][0],
        university=words["university"][0],
    )


@cache
def load_words() -> Words:
    return Words(tomllib.loads(WORDS.read_text(encoding="utf-8")))


class Municipalities:
    """The municipalities by every name that coordinators write."""

    def __init__(self, municipalities: Iterable[Municipality], words: Words) -> None:
        kinds = "|".join(re.escape(kind) for kind in sorted(words.municipality_kinds, key=len, reverse=True))
        self._kinds = re.compile(rf"(?<![\w-])(?:{kinds})(?![\w-])\.?")
        self.names: dict[str, str] = {}
        """Code -> full name as people write it."""
        self._by_name: dict[str, str] = {}
        centres: dict[str, str] = {}
        for municipality in municipalities:
            self.names[municipality.code] = municipality.name
            self._by_name[folded(municipality.name)] = municipality.code
            centres[folded(municipality.centre)] = municipality.code
        self._by_name = centres | self._by_name

    def code(self, text: str) -> str | None:
        plain = folded(text)
        return self._by_name.get(plain) or self._by_name.get(self._without_kind(plain))

    def similar(self, text: str) -> str:
        """The name that the text may have meant, or ``NOTHING_NEAR``."""
        found = nearest(self._without_kind(folded(text)), self._by_name)
        return self.names[self._by_name[found]] if found != NOTHING_NEAR else found

    def _without_kind(self, text: str) -> str:
        return folded(self._kinds.sub(" ", text)).strip(" .,")


def nearest(text: str, candidates: Iterable[str]) -> str:
    """The most similar candidate, or ``NOTHING_NEAR`` when none is worth a question."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(text, list(candidates), scorer=fuzz.ratio, score_cutoff=75)
    return found[0] if found else NOTHING_NEAR


class CellWriter:
    """Entries as the cells of their rows."""

    def __init__(self, words: Words, zone: tzinfo, municipality_names: Mapping[str, str]) -> None:
        self._words = words
        self._zone = zone
        self._municipality_names = municipality_names

    def values(self, entry: Entry) -> dict[Column, Value]:
        """Every cell of the row; dates, times and numbers as such."""
        match entry:
            case VenueEntry():
                return self._venue(entry)
            case WorkshopEntry():
                return self._workshop(entry)
            case SlotEntry():
                return self._slot(entry)
            case ForumEntry():
                return self._forum(entry)
            case FactEntry():
                return {Column.KEY: entry.code, Column.VALUE: entry.value}

    def _venue(self, venue: VenueEntry) -> dict[Column, Value]:
        return {
            Column.CODE: venue.code,
            Column.NAME: venue.name,
            Column.MUNICIPALITY: self._municipality_names.get(venue.municipality, venue.municipality),
            Column.ADDRESS: venue.address,
            Column.LATITUDE: venue.latitude,
            Column.LONGITUDE: venue.longitude,
            Column.ACCESS: ", ".join(self._words.written(item) for item in Access if item in venue.access),
            Column.DIRECTIONS: venue.directions,
        }

    def _workshop(self, workshop: WorkshopEntry) -> dict[Column, Value]:
        return {
            Column.CODE: workshop.code,
            Column.NAME: workshop.name,
            Column.TRACK: self._words.written(workshop.track),
            Column.VENUE: workshop.venue,
            Column.DESCRIPTION: workshop.description,
            Column.LED_BY: workshop.led_by,
            Column.ENTERPRISE: workshop.enterprise,
            Column.GRADES: self._words.grades_written(workshop.grade_from, workshop.grade_to),
            Column.BRING: workshop.bring,
            Column.SAFETY: workshop.safety,
        }

    def _slot(self, slot: SlotEntry) -> dict[Column, Value]:
        return {
            Column.CODE: slot.code,
            Column.ACTIVITY: slot.activity,
            **self._when(slot.starts_at, slot.ends_at),
            Column.CAPACITY: self._words.capacity_written(Sheet.SLOTS, slot.capacity),
            Column.ROOM: slot.room,
            Column.CANCELLED: self._words.cancelled if slot.cancelled else "",
        }

    def _forum(self, session: ForumEntry) -> dict[Column, Value]:
        return {
            Column.CODE: session.code,
            Column.NAME: session.name,
            Column.TRACK: self._words.written(session.track),
            Column.FORMAT: self._words.written(session.format) if session.format else "",
            Column.VENUE: session.venue,
            Column.ROOM: session.room,
            **self._when(session.starts_at, session.ends_at),
            Column.CAPACITY: self._words.capacity_written(Sheet.FORUM, session.capacity),
            Column.LED_BY: session.led_by,
            Column.AUDIENCE: self._words.written(session.audience),
            Column.DESCRIPTION: session.description,
            Column.CANCELLED: self._words.cancelled if session.cancelled else "",
        }

    def _when(self, starts_at: datetime, ends_at: datetime) -> dict[Column, Value]:
        start, end = starts_at.astimezone(self._zone), ends_at.astimezone(self._zone)
        return {Column.DATE: start.date(), Column.START: _clock(start), Column.END: _clock(end)}

    def changes(self, before: Entry, after: Entry) -> tuple[FieldChange, ...]:
        """The cells that differ, in the order of columns, as short texts."""
        old, new = self.values(before), self.values(after)
        return tuple(
            FieldChange(column, *_short_pair(_shown(old[column]), _shown(new[column])))
            for column in new
            if old[column] != new[column]
        )

    def named(self, entry: Entry) -> Named:
        """How a preview calls the row: a slot by when it is, everything else by its name."""
        match entry:
            case SlotEntry():
                start = entry.starts_at.astimezone(self._zone)
                return Named(entry.sheet, entry.code, f"{entry.activity}, {start:%d.%m.%Y %H:%M}")
            case FactEntry():
                return Named(entry.sheet, entry.code, entry.code)
            case _:
                return Named(entry.sheet, entry.code, entry.name)


def _clock(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)


def _shown(value: Value) -> str:
    match value:
        case None:
            return ""
        case date():
            return f"{value:%d.%m.%Y}"
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def _short_pair(old: str, new: str) -> tuple[str, str]:
    """Two texts cut to a readable length, around the place where they begin to differ."""
    same = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )
    start = max(0, same - CHANGE_LENGTH // 2) if max(len(old), len(new)) > CHANGE_LENGTH else 0
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    cut = _SPACES.sub(" ", text[start : start + CHANGE_LENGTH])
    before = "…" if start and text else ""
    after = "…" if start + CHANGE_LENGTH < len(text) else ""
    return f"{before}{cut}{after}"

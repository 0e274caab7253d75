"""A workbook's raw rows as entries of the programme, each right in itself, and what is wrong with the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from domain.programme import Access, Audience, Format, Municipality, Track
from domain.programme_import import (
    REQUIRED,
    TEXT_LENGTHS,
    Column,
    Entry,
    FactEntry,
    ForumEntry,
    Problem,
    ProgrammeRows,
    ReadRow,
    Sheet,
    SlotEntry,
    UnusableFile,
    VenueEntry,
    WorkshopEntry,
)
from services.programme_cells import WORD_LENGTH, CellReader, Refused, plain_text, shown
from services.programme_file import Cell, RawRow, RawSheet, column_letters
from services.spreadsheet import Municipalities, Words, load_words

T = TypeVar("T")

HEADING_ROWS = 10
"""Headings may stand below a title, but not far."""
LATITUDES = (42.0, 48.0)
LONGITUDES = (35.0, 43.0)
"""Degrees around Krasnodar Krai, generously: what lies outside is probably a slip."""


def read_rows(
    sheets: Iterable[RawSheet],
    *,
    municipalities: Iterable[Municipality],
    zone: tzinfo,
    words: Words | None = None,
) -> ProgrammeRows:
    """Understand a workbook whose dates and times are on the clocks of ``zone``.

    Raises:
        UnusableFile: when no sheet of it is one of the programme's.
    """
    words = words or load_words()
    reading = _Reading(words, CellReader(words, Municipalities(municipalities, words)), zone)
    for sheet in sheets:
        reading.sheet(sheet)
    return reading.result()


@dataclass(frozen=True, slots=True)
class _Headings:
    row: int
    columns: Mapping[Column, int]


class _Reading:
    def __init__(self, words: Words, cells: CellReader, zone: tzinfo) -> None:
        self._words = words
        self._cells = cells
        self._zone = zone
        self._rows: dict[Sheet, list[ReadRow]] = {}
        self._columns: dict[Sheet, frozenset[Column]] = {}
        self._broken: dict[Sheet, set[str]] = defaultdict(set)
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []
        self._seen: set[Sheet] = set()

    def sheet(self, raw: RawSheet) -> None:
        sheet = self._words.sheet(raw.name)
        if sheet is None or sheet in self._seen:
            if not self._words.is_ignored(raw.name):
                self._warnings.append(Problem("import-warning-sheet", args={"name": shown(raw.name)}))
            return
        self._seen.add(sheet)
        headings = self._headings(sheet, raw)
        if headings is None:
            return
        self._columns[sheet] = frozenset(headings.columns)
        rows = self._rows.setdefault(sheet, [])
        merged = _merged_cells(raw, headings)
        known = frozenset(headings.columns.values())
        for row in raw.rows:
            if row.number > headings.row and not known.isdisjoint(row.cells):
                entry = self._entry(sheet, row, headings, merged.get(row.number, {}))
                if entry is not None:
                    rows.append(ReadRow(row.number, entry))

    def result(self) -> ProgrammeRows:
        if not self._seen:
            titles = ", ".join(self._words.titles.values())
            raise UnusableFile(Problem("import-file-no-sheets", args={"sheets": titles}))
        self._refuse_duplicates()
        self._problems.sort(key=lambda problem: problem.place)
        return ProgrammeRows(
            rows={sheet: tuple(self._rows[sheet]) for sheet in Sheet if sheet in self._rows},
            columns=self._columns,
            broken={sheet: frozenset(codes) for sheet, codes in self._broken.items()},
            problems=tuple(self._problems),
            warnings=tuple(self._warnings),
        )

    def _headings(self, sheet: Sheet, raw: RawSheet) -> _Headings | None:
        """The row that knows most headings; None, with a problem told, when required ones are missing."""
        candidates = raw.rows[:HEADING_ROWS]
        if not candidates:
            # An empty sheet says nothing, not that everything is gone.
            return None
        row = max(candidates, key=lambda row: len(self._known_columns(sheet, row)))
        columns = self._known_columns(sheet, row)
        missing = [column for column in REQUIRED[sheet] if column not in columns]
        if missing:
            names = ", ".join(self._words.headings[sheet][column] for column in missing)
            self._problems.append(Problem("import-problem-headings", sheet, args={"columns": names}))
            return None
        for number, cell in row.cells.items():
            if number not in columns.values() and (text := shown(cell)):
                self._warn_of_heading(sheet, number, text)
        return _Headings(row.number, columns)

    def _known_columns(self, sheet: Sheet, row: RawRow) -> dict[Column, int]:
        columns: dict[Column, int] = {}
        for number in sorted(row.cells):
            cell = row.cells[number]
            column = self._words.column(sheet, cell) if isinstance(cell, str) else None
            if column is not None:
                columns.setdefault(column, number)
        return columns

    def _warn_of_heading(self, sheet: Sheet, number: int, text: str) -> None:
        known = self._words.column(sheet, text)
        key = "import-warning-column-twice" if known else "import-warning-column"
        args = {"name": text, "letters": column_letters(number)}
        self._warnings.append(Problem(key, sheet, args=args))

    def _entry(
        self, sheet: Sheet, raw: RawRow, headings: _Headings, merged: Mapping[Column, str]
    ) -> Entry | None:
        row = _Row(sheet, raw, headings.columns, self._cells)
        for column, reference in merged.items():
            row.refuse(column, Refused("import-problem-merged", cells=reference))
        entry = _BUILDERS[sheet](row, self._zone)
        self._warnings += row.warnings
        if entry is not None and not row.problems:
            return entry
        self._problems += row.problems
        if code := row.readable_code():
            self._broken[sheet].add(code)
        return None

    def _refuse_duplicates(self) -> None:
        """The same code twice: nobody knows which row was meant, so neither goes in."""
        sessions = (Sheet.WORKSHOPS, Sheet.FORUM), (Sheet.SLOTS, Sheet.FORUM)
        for sheets in ((Sheet.VENUES,), *sessions, (Sheet.ABOUT,)):
            self._refuse_duplicates_among(sheets)

    def _refuse_duplicates_among(self, sheets: tuple[Sheet, ...]) -> None:
        by_code: dict[str, list[tuple[Sheet, ReadRow]]] = defaultdict(list)
        for sheet in sheets:
            for row in self._rows.get(sheet, ()):
                by_code[row.entry.code].append((sheet, row))
        twice = {code: places for code, places in by_code.items() if len(places) > 1}
        for code, places in twice.items():
            for place, (sheet, row) in enumerate(places):
                other_sheet, other = places[0] if place else places[1]
                self._problems.append(
                    Problem(
                        "import-problem-duplicate",
                        sheet,
                        row.number,
                        Column.KEY if sheet is Sheet.ABOUT else Column.CODE,
                        {"code": code, "sheet": self._words.titles[other_sheet], "row": str(other.number)},
                    )
                )
        for sheet in sheets:
            if sheet in self._rows and twice:
                self._broken[sheet] |= {
                    row.entry.code for row in self._rows[sheet] if row.entry.code in twice
                }
                self._rows[sheet] = [row for row in self._rows[sheet] if row.entry.code not in twice]


def _merged_cells(raw: RawSheet, headings: _Headings) -> dict[int, dict[Column, str]]:
    """Row -> its cells that a merged range swallows: they look filled and hold nothing."""
    numbers = [row.number for row in raw.rows if row.number > headings.row]
    swallowed: dict[int, dict[Column, str]] = defaultdict(dict)
    for area in raw.merged:
        columns = [
            column
            for column, number in headings.columns.items()
            if area.first_column <= number <= area.last_column
        ]
        corners = f"{_place(area.first_row, area.first_column)}:{_place(area.last_row, area.last_column)}"
        for number in numbers if columns else ():
            if area.first_row <= number <= area.last_row:
                for column in columns:
                    if (number, headings.columns[column]) != (area.first_row, area.first_column):
                        swallowed[number][column] = corners
    return swallowed


def _place(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


class _Row:
    """One row being read: collects what is wrong, so that all of it is told at once."""

    def __init__(self, sheet: Sheet, raw: RawRow, columns: Mapping[Column, int], cells: CellReader) -> None:
        self.sheet = sheet
        self.cells = cells
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._raw = raw
        self._columns = columns

    def cell(self, column: Column) -> Cell | None:
        number = self._columns.get(column)
        cell = self._raw.cells.get(number) if number is not None else None
        if isinstance(cell, str) and (self.sheet, column) not in TEXT_LENGTHS:
            cell = cell[:WORD_LENGTH]
        if isinstance(cell, str) and not plain_text(cell):
            return None
        return cell

    def take(self, column: Column, read: Callable[[Cell], T], default: T) -> T:
        """The value of a cell; ``default`` when it is empty or, with a problem told, wrong."""
        cell = self.cell(column)
        try:
            if cell is not None:
                return read(cell)
            if column in REQUIRED[self.sheet] and not self._has_problem(column):
                self.refuse(column, Refused("import-problem-empty"))
        except Refused as refused:
            self.refuse(column, refused)
        return default

    def need(self, column: Column, read: Callable[[Cell], T]) -> T | None:
        return self.take(column, read, None)

    def text(self, column: Column) -> str:
        return self.take(column, lambda cell: self.cells.text(cell, self.sheet, column), "")

    def refuse(self, column: Column, refused: Refused) -> None:
        self.problems.append(Problem(refused.key, self.sheet, self._raw.number, column, refused.args_of_text))

    def warn(self, column: Column, key: str, **args: str | int) -> None:
        self.warnings.append(Problem(key, self.sheet, self._raw.number, column, args))

    def readable_code(self) -> str:
        """The code of a row that was refused, where it can be made out: such a row has not vanished."""
        cell = self.cell(Column.KEY if self.sheet is Sheet.ABOUT else Column.CODE)
        try:
            return self.made_code() if cell is None else plain_text(cell)
        except Refused:
            return ""

    def made_code(self) -> str:
        """A slot without a code of its own is called after its workshop and start."""
        parts = [self.cell(column) for column in (Column.ACTIVITY, Column.DATE, Column.START)]
        if parts[0] is None or parts[1] is None or parts[2] is None:
            return ""
        day, start = self.cells.date(parts[1]), self.cells.time(parts[2])
        return f"{self.cells.code(parts[0])}-{day:%Y%m%d}-{start:%H%M}"

    def _has_problem(self, column: Column) -> bool:
        return any(problem.column is column for problem in self.problems)


def _venue(row: _Row, _zone: tzinfo) -> Entry | None:
    latitude = row.need(Column.LATITUDE, lambda cell: row.cells.coordinate(cell, 90))
    longitude = row.need(Column.LONGITUDE, lambda cell: row.cells.coordinate(cell, 180))
    if not row.problems and (latitude is None) != (longitude is None):
        missing = Column.LATITUDE if latitude is None else Column.LONGITUDE
        row.refuse(missing, Refused("import-problem-half-a-point"))
    if latitude is not None and longitude is not None and not _is_near(latitude, longitude):
        row.warn(Column.LATITUDE, "import-warning-far-point", point=_point(latitude, longitude))
    code = row.need(Column.CODE, row.cells.code)
    municipality = row.need(Column.MUNICIPALITY, row.cells.municipality)
    entry = VenueEntry(
        code=code or "",
        name=row.text(Column.NAME),
        municipality=municipality or "",
        address=row.text(Column.ADDRESS),
        latitude=latitude,
        longitude=longitude,
        access=row.take(Column.ACCESS, row.cells.access, frozenset[Access]()),
        directions=row.text(Column.DIRECTIONS),
    )
    return None if row.problems else entry


def _is_near(latitude: float, longitude: float) -> bool:
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]


def _point(latitude: float, longitude: float) -> str:
    """A point as maps write it."""
    return f"{latitude:.5g}, {longitude:.5g}"


def _workshop(row: _Row, _zone: tzinfo) -> Entry | None:
    code = row.need(Column.CODE, row.cells.code)
    track = row.need(Column.TRACK, lambda cell: row.cells.choice(cell, Track))
    venue = row.need(Column.VENUE, row.cells.code)
    no_grades: tuple[int | None, int | None] = (None, None)
    grade_from, grade_to = row.take(Column.GRADES, row.cells.grades, no_grades)
    texts: dict[str, Any] = {
        "name": row.text(Column.NAME),
        "description": row.text(Column.DESCRIPTION),
        "led_by": row.text(Column.LED_BY),
        "enterprise": row.text(Column.ENTERPRISE),
        "bring": row.text(Column.BRING),
        "safety": row.text(Column.SAFETY),
    }
    if code is None or track is None or venue is None or row.problems:
        return None
    return WorkshopEntry(
        code=code, track=track, venue=venue, grade_from=grade_from, grade_to=grade_to, **texts
    )


def _slot(row: _Row, zone: tzinfo) -> Entry | None:
    activity = row.need(Column.ACTIVITY, row.cells.code)
    when = _when(row, zone)
    code = row.need(Column.CODE, row.cells.slot_code)
    capacity = row.need(Column.CAPACITY, row.cells.capacity)
    room = row.text(Column.ROOM)
    cancelled = row.take(Column.CANCELLED, row.cells.cancelled, False)
    if activity is None or when is None or row.problems:
        return None
    starts_at, ends_at = when
    return SlotEntry(code or row.made_code(), activity, starts_at, ends_at, capacity, room, cancelled)


def _forum(row: _Row, zone: tzinfo) -> Entry | None:
    code = row.need(Column.CODE, row.cells.code)
    track = row.need(Column.TRACK, lambda cell: row.cells.choice(cell, Track))
    venue = row.need(Column.VENUE, row.cells.code)
    when = _when(row, zone)
    optional: dict[str, Any] = {
        "name": row.text(Column.NAME),
        "format": row.need(Column.FORMAT, lambda cell: row.cells.choice(cell, Format)),
        "room": row.text(Column.ROOM),
        "capacity": row.need(Column.CAPACITY, row.cells.capacity),
        "led_by": row.text(Column.LED_BY),
        "audience": row.take(Column.AUDIENCE, lambda cell: row.cells.choice(cell, Audience), Audience.ALL),
        "description": row.text(Column.DESCRIPTION),
        "cancelled": row.take(Column.CANCELLED, row.cells.cancelled, False),
    }
    if code is None or track is None or venue is None or when is None or row.problems:
        return None
    starts_at, ends_at = when
    return ForumEntry(code=code, track=track, venue=venue, starts_at=starts_at, ends_at=ends_at, **optional)


def _fact(row: _Row, _zone: tzinfo) -> Entry | None:
    entry = FactEntry(row.text(Column.KEY), row.text(Column.VALUE))
    return None if row.problems else entry


def _when(row: _Row, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Start and end as moments; None, with a problem told, when they make no hours of one day."""
    day = row.need(Column.DATE, row.cells.date)
    start = row.need(Column.START, row.cells.time)
    end = row.need(Column.END, row.cells.time)
    if day is None or start is None or end is None:
        return None
    if end <= start:
        row.refuse(
            Column.END, Refused("import-problem-ends-first", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        )
        return None
    return (
        datetime.combine(day, start, zone).astimezone(UTC),
        datetime.combine(day, end, zone).astimezone(UTC),
    )


_BUILDERS: Mapping[Sheet, Callable[[_Row, tzinfo], Entry | None]] = {
    Sheet.VENUES: _venue,
    Sheet.WORKSHOPS: _workshop,
    Sheet.SLOTS: _slot,
    Sheet.FORUM: _forum,
    Sheet.ABOUT: _fact,
}

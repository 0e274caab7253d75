"""What a workbook's rows would change in the stored programme. Pure: from two states to a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from domain.notices import Change
from domain.people import Scope
from domain.programme_import import (
    REQUIRED,
    Column,
    Entry,
    ForumEntry,
    Problem,
    ProgrammeRows,
    ReadRow,
    Sheet,
    SlotEntry,
    Stored,
    StoredProgramme,
    VenueEntry,
    WorkshopEntry,
)
from services.spreadsheet import Words, nearest

Dated = SlotEntry | ForumEntry
EVERYWHERE = Scope(everywhere=True)

FOR_ALL = frozenset({Sheet.FORUM, Sheet.ABOUT})
"""Sheets that belong to no municipality: they take a coordinator of all."""

COLUMN_OF_FIELD: Mapping[str, Column] = {
    "grade_from": Column.GRADES,
    "grade_to": Column.GRADES,
    "starts_at": Column.START,
    "ends_at": Column.END,
}
"""Fields whose names are not their column's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row to write: ``before`` None when it is new."""

    after: Entry
    before: Stored | None = None
    position: int = 0
    """Among the facts about the forum, from 0; nothing else has an order of its own."""
    places: frozenset[str | None] = frozenset()
    """Municipalities that it concerns, before and after; None: all of them."""


@dataclass(slots=True)
class Plan:
    """All that an import writes: what is in no step is not written."""

    new: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    vanished: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    told: dict[int, Change] = field(default_factory=dict)
    """Slots whose people must hear of it, and what: never those that are over and stay so, or where there is nobody."""
    edited: dict[int, int] = field(default_factory=dict)
    """Slot -> its new calendar sequence, for every slot that moved, changed rooms or was cancelled."""
    waiting: list[int] = field(default_factory=list)
    """Slots with a waiting list that may now move."""

    @property
    def writes_nothing(self) -> bool:
        return not self.new and not self.changed

    @property
    def places(self) -> frozenset[str | None]:
        """Municipalities that it concerns; None: all of them."""
        return frozenset[str | None]().union(*(step.places for step in (*self.new, *self.changed)))

    def steps(self, sheet: Sheet) -> Iterator[Step]:
        for step in (*self.new, *self.changed):
            if step.after.sheet is sheet:
                yield step


def plan(
    stored: StoredProgramme, rows: ProgrammeRows, words: Words, now: datetime, scope: Scope = EVERYWHERE
) -> Plan:
    """Check every row beside the database and sort it into new, changed and unchanged.

    What lies outside ``scope`` is refused when it would change, and is never said to have vanished: venues belong
    to their municipality, workshops and slots to that of their venue, the forum to all. A venue that hosts what
    lies outside of the scope is changed by those alone who may change what it hosts.
    """
    return _Planning(stored, rows, words, now, scope).plan()


class _Planning:
    def __init__(
        self, stored: StoredProgramme, rows: ProgrammeRows, words: Words, now: datetime, scope: Scope
    ) -> None:
        self._stored = stored
        self._rows = rows
        self._words = words
        self._now = now
        self._scope = scope
        self._municipalities = {
            code: row.entry.municipality
            for code, row in stored.rows[Sheet.VENUES].items()
            if isinstance(row.entry, VenueEntry)
        }
        """Of venues as they will be, by code."""
        self._venues = {
            code: row.entry.venue
            for code, row in stored.rows[Sheet.WORKSHOPS].items()
            if isinstance(row.entry, WorkshopEntry)
        }
        """Of workshops as they will be, by code."""
        self._hosts = frozenset() if scope.everywhere else self._hosts_of_others()
        """Venues whose name and address are read by people of what lies outside of the scope."""
        self._plan = Plan(problems=list(rows.problems), warnings=list(rows.warnings))
        self._known = {sheet: set(stored.rows[sheet]) for sheet in Sheet}
        self._refused = {sheet: set(rows.broken.get(sheet, ())) for sheet in Sheet}

    def plan(self) -> Plan:
        for sheet, rows in self._rows.rows.items():
            for position, row in enumerate(rows):
                self._take(sheet, row, position)
            self._find_vanished(sheet)
        self._find_edited_slots()
        self._plan.problems.sort(key=lambda problem: problem.place)
        self._plan.warnings.sort(key=lambda problem: problem.place)
        return self._plan

    def _take(self, sheet: Sheet, row: ReadRow, position: int) -> None:
        before = self._stored.rows[sheet].get(row.entry.code)
        after = self._completed(row.entry, before) if before else row.entry
        problem = self._problem(row, before)
        if problem is None and (before is None or before.entry != after):
            problem = self._not_yours(row.number, after, before)
        if problem is not None:
            self._plan.problems.append(problem)
            self._refused[sheet].add(after.code)
            return
        self._known[sheet].add(after.code)
        places = {self._home(before.entry)} if before else set()
        self._place(after)
        step = Step(after, before, position, frozenset({*places, self._home(after)}))
        self._warn(row.number, after, before)
        if before is None:
            self._plan.new.append(step)
        elif before.entry != after or self._is_elsewhere_in_order(before, position):
            self._plan.changed.append(step)
        else:
            self._plan.unchanged += 1

    def _is_elsewhere_in_order(self, before: Stored, position: int) -> bool:
        """Facts are read in the order of their sheet; whoever may not write them does not put them in order."""
        return before.entry.sheet is Sheet.ABOUT and before.id != position and self._scope.everywhere

    def _completed(self, entry: Entry, before: Stored) -> Entry:
        """Columns that the sheet lacks keep what is stored."""
        columns = self._rows.columns[entry.sheet]
        if entry.sheet is Sheet.ABOUT or len(columns) == len(self._words.headings[entry.sheet]):
            return entry
        kept = {
            one.name: getattr(before.entry, one.name)
            for one in fields(entry)
            if (COLUMN_OF_FIELD.get(one.name) or Column(one.name)) not in columns and one.name != "code"
        }
        return replace(entry, **kept)

    def _problem(self, row: ReadRow, before: Stored | None) -> Problem | None:
        entry = row.entry
        match entry:
            case WorkshopEntry() | ForumEntry():
                return self._taken_code(row, before) or self._reference(
                    row, Column.VENUE, entry.venue, Sheet.VENUES
                )
            case SlotEntry():
                return self._slot_problem(row, entry, before)
            case _:
                return None

    def _slot_problem(self, row: ReadRow, entry: SlotEntry, before: Stored | None) -> Problem | None:
        if before and isinstance(before.entry, SlotEntry) and before.entry.activity != entry.activity:
            args = {"code": entry.code, "stored": before.entry.activity}
            return Problem("import-problem-other-workshop", Sheet.SLOTS, row.number, Column.ACTIVITY, args)
        if entry.activity in self._known[Sheet.FORUM]:
            args = {"code": entry.activity}
            return Problem("import-problem-slot-of-forum", Sheet.SLOTS, row.number, Column.ACTIVITY, args)
        return self._taken_code(row, before) or self._reference(
            row, Column.ACTIVITY, entry.activity, Sheet.WORKSHOPS
        )

    def _taken_code(self, row: ReadRow, before: Stored | None) -> Problem | None:
        """Workshops and forum sessions share their codes, and so do their slots."""
        if before is not None:
            return None
        entry = row.entry
        taken = (entry.sheet is not Sheet.SLOTS and entry.code in self._stored.activity_codes) or (
            entry.sheet is not Sheet.WORKSHOPS and entry.code in self._stored.slot_codes
        )
        if not taken:
            return None
        return Problem(
            "import-problem-code-taken", entry.sheet, row.number, Column.CODE, {"code": entry.code}
        )

    def _reference(self, row: ReadRow, column: Column, code: str, target: Sheet) -> Problem | None:
        if code in self._known[target]:
            return None
        sheet = row.entry.sheet
        if code in self._refused[target]:
            args = {"code": code, "sheet": self._words.titles[target]}
            return Problem("import-problem-depends", sheet, row.number, column, args)
        args = {
            "code": code,
            "sheet": self._words.titles[target],
            "suggestion": nearest(code, self._known[target]),
        }
        return Problem("import-problem-reference", sheet, row.number, column, args)

    def _not_yours(self, number: int, after: Entry, before: Stored | None) -> Problem | None:
        """Both what is there and what comes in its place must lie in the scope, and all that takes place there."""
        if self._covers(after) and (before is None or self._covers(before.entry)):
            if after.code in self._hosts and after.sheet is Sheet.VENUES:
                return Problem("import-problem-hosts-others", after.sheet, number, Column.CODE)
            return None
        key = "import-problem-not-yours"
        if after.sheet in FOR_ALL:
            key = "import-problem-for-all"
        return Problem(key, after.sheet, number, REQUIRED[after.sheet][0])

    def _covers(self, entry: Entry) -> bool:
        return self._scope.covers(self._home(entry))

    def _home(self, entry: Entry) -> str | None:
        """The municipality that it belongs to; None: to all of them."""
        match entry:
            case VenueEntry():
                return entry.municipality
            case WorkshopEntry():
                return self._municipalities.get(entry.venue)
            case SlotEntry():
                return self._municipalities.get(self._venues.get(entry.activity, ""))
            case _:
                return None

    def _hosts_of_others(self) -> frozenset[str]:
        return frozenset(
            row.entry.venue
            for sheet in (Sheet.WORKSHOPS, Sheet.FORUM)
            for row in self._stored.rows[sheet].values()
            if isinstance(row.entry, WorkshopEntry | ForumEntry) and not self._covers(row.entry)
        )

    def _place(self, entry: Entry) -> None:
        if isinstance(entry, VenueEntry):
            self._municipalities[entry.code] = entry.municipality
        elif isinstance(entry, WorkshopEntry):
            self._venues[entry.code] = entry.venue

    def _warn(self, number: int, after: Entry, before: Stored | None) -> None:
        if not isinstance(after, Dated):
            return
        moved = (
            before is None or not isinstance(before.entry, Dated) or before.entry.starts_at != after.starts_at
        )
        if moved and after.starts_at <= self._now and not after.cancelled:
            self._plan.warnings.append(Problem("import-warning-past", after.sheet, number, Column.DATE))
        if before and before.slot and after.capacity is not None and after.capacity < before.slot.taken:
            args = {"taken": before.slot.taken, "capacity": after.capacity}
            self._plan.warnings.append(
                Problem("import-warning-overbooked", after.sheet, number, Column.CAPACITY, args)
            )

    def _find_vanished(self, sheet: Sheet) -> None:
        """What a sheet no longer lists. Slots that are over or cancelled are nobody's concern any more."""
        if sheet in self._rows.partial:
            return
        here = {row.entry.code for row in self._rows.rows[sheet]} | self._refused[sheet]
        if not here:
            # A sheet that nobody filled in says nothing, not that everything is gone.
            return
        for code, stored in self._stored.rows[sheet].items():
            entry = stored.entry
            gone = isinstance(entry, Dated) and (entry.cancelled or entry.ends_at <= self._now)
            if code not in here and not gone and self._covers(entry):
                self._plan.vanished.append(entry)

    def _find_edited_slots(self) -> None:
        after = {step.after.code: step.after for step in self._plan.changed if isinstance(step.after, Dated)}
        moved_venues = set(self._renamed_venues())
        moved_workshops = set(self._moved_workshops(moved_venues))
        for sheet in (Sheet.SLOTS, Sheet.FORUM):
            for code, stored in self._stored.rows[sheet].items():
                before = stored.entry
                assert isinstance(before, Dated) and stored.slot  # noqa: S101, PT018 - these sheets hold slots
                now_is = after.get(code, before)
                if before.sheet is not now_is.sheet:
                    now_is = before
                elsewhere = (
                    before.activity in moved_workshops
                    if isinstance(before, SlotEntry)
                    else before.venue in moved_venues
                )
                self._note_edit(stored, before, now_is, elsewhere=elsewhere)

    def _renamed_venues(self) -> Iterator[str]:
        for step in self._plan.changed:
            if isinstance(step.after, VenueEntry) and step.before:
                before = step.before.entry
                assert isinstance(before, VenueEntry)  # noqa: S101 - a step stays on its sheet
                if (before.name, before.address) != (step.after.name, step.after.address):
                    yield step.after.code

    def _moved_workshops(self, moved_venues: set[str]) -> Iterator[str]:
        new_venue = {
            step.after.code: step.after.venue
            for step in self._plan.changed
            if isinstance(step.after, WorkshopEntry)
        }
        for code, stored in self._stored.rows[Sheet.WORKSHOPS].items():
            assert isinstance(stored.entry, WorkshopEntry)  # noqa: S101 - so says the sheet
            venue = stored.entry.venue
            if venue in moved_venues or new_venue.get(code, venue) != venue:
                yield code

    def _note_edit(self, stored: Stored, before: Dated, after: Dated, *, elsewhere: bool) -> None:
        slot = stored.slot
        assert slot is not None  # noqa: S101 - checked by the caller
        if before is not after or elsewhere:
            change = _change(before, after, elsewhere=elsewhere and before.ends_at > self._now)
            if change is not None:
                self._plan.edited[slot.id] = slot.sequence + 1
                last = before.ends_at if change is Change.CANCELLED else max(before.ends_at, after.ends_at)
                if last > self._now and (slot.taken or slot.waiting):
                    self._plan.told[slot.id] = change
        if slot.waiting and after.starts_at > self._now and before is not after and not after.cancelled:
            # Fewer places can move it, too: who does not fit any more holds nobody up.
            self._plan.waiting.append(slot.id)


def _change(before: Dated, after: Dated, *, elsewhere: bool) -> Change | None:
    if before.cancelled or after.cancelled:
        if before.cancelled == after.cancelled:
            return None
        return Change.CANCELLED if after.cancelled else Change.RESTORED
    if isinstance(before, ForumEntry) and isinstance(after, ForumEntry):
        elsewhere = elsewhere or before.venue != after.venue
    same = (before.starts_at, before.ends_at, before.room) == (after.starts_at, after.ends_at, after.room)
    return None if same and not elsewhere else Change.MOVED

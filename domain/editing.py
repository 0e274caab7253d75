"""Edits of the programme made in the chat: what may be edited, what typed words mean, what an edit would do."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from domain.letters import Letter
from domain.notices import Change
from domain.people import Scope
from domain.programme import Activity, Kind, Slot
from domain.programme_import import FIRST_YEAR, LAST_YEAR, SLOT_CODE_LENGTH, TEXT_LENGTHS, Column, Sheet
from domain.quiet import at

LONGEST_REASON = 240
LONGEST_SLOT = timedelta(days=1)
USUAL_LENGTH = timedelta(minutes=90)
"""Of a slot added without an end, where no other slot says how long they are."""
FAR_AHEAD = timedelta(days=3 * 366)


class EditKind(StrEnum):
    TIME = "time"
    ROOM = "room"
    CAPACITY = "capacity"
    CANCEL = "cancel"
    RESTORE = "restore"
    ADD = "add"
    PLACE = "place"
    LED_BY = "led_by"
    TITLE = "title"
    DESCRIPTION = "description"
    BRING = "bring"
    SAFETY = "safety"

    @property
    def is_of_slot(self) -> bool:
        """The others change an activity with all its slots."""
        return self in (self.TIME, self.ROOM, self.CAPACITY, self.CANCEL, self.RESTORE)


TEXTS: Mapping[EditKind, Column] = {
    EditKind.TITLE: Column.NAME,
    EditKind.DESCRIPTION: Column.DESCRIPTION,
    EditKind.LED_BY: Column.LED_BY,
    EditKind.BRING: Column.BRING,
    EditKind.SAFETY: Column.SAFETY,
}
"""Texts of an activity; the value of the kind names the field."""


def texts_of(kind: Kind) -> list[EditKind]:
    """The texts that an activity of this kind has in the workbook, too."""
    sheet = Sheet.FORUM if kind is Kind.FORUM else Sheet.WORKSHOPS
    return [text for text, column in TEXTS.items() if (sheet, column) in TEXT_LENGTHS]


def longest(kind: EditKind) -> int:
    """Characters that a typed text may have."""
    if kind is EditKind.ROOM:
        return TEXT_LENGTHS[Sheet.SLOTS, Column.ROOM]
    if kind is EditKind.CANCEL:
        return LONGEST_REASON
    return TEXT_LENGTHS[Sheet.WORKSHOPS, TEXTS[kind]]


def belongs_to(activity: Activity) -> str | None:
    """The municipality whose coordinators may edit it; None: only coordinators of all."""
    return None if activity.kind is Kind.FORUM else activity.venue.municipality


def municipalities_of(scope: Scope) -> frozenset[str] | None:
    """None: everywhere, the forum too."""
    return None if scope.everywhere else scope.municipalities


class Span(StrEnum):
    """Days whose slots are listed."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"


def between(span: Span, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """What is listed ends after the first moment and begins before the second. A week is seven days from today."""
    today = now.astimezone(zone).date()
    tomorrow = at(today + timedelta(days=1), time(), zone)
    match span:
        case Span.TODAY:
            return now, tomorrow
        case Span.TOMORROW:
            return tomorrow, tomorrow + timedelta(days=1)
        case Span.WEEK:
            return now, tomorrow + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit somebody has in mind. ``values`` by column, as JSON: moments in ISO, a venue by its id."""

    kind: EditKind
    activity_id: int
    slot_id: int | None
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "activity_id": self.activity_id,
            "slot_id": self.slot_id,
            "values": dict(self.values),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Edit:
        return cls(EditKind(value["kind"]), value["activity_id"], value["slot_id"], value["values"])


MOMENTS = ("starts_at", "ends_at", "cancelled_at")


def jsonable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values as JSON keeps them."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def column_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The way back from ``jsonable``."""
    return {
        name: datetime.fromisoformat(value) if name in MOMENTS and value is not None else value
        for name, value in values.items()
    }


def mark_of(edit: Edit, before: Mapping[str, Any]) -> str:
    """Twelve characters that differ when the edit, or what it would replace, is another one."""
    content = json.dumps([edit.to_json(), dict(before)], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def mark_for_two(edit: Edit, before: Mapping[str, Any]) -> str:
    """The same when two people make the same edit, each with a reason of their own."""
    values = {name: value for name, value in edit.values.items() if name != "cancel_reason"}
    return mark_of(replace(edit, values=values), before)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would do. ``slot`` and ``activity`` are as they would be afterwards."""

    edit: Edit
    before: Mapping[str, Any]
    """The columns that it replaces, as JSON."""
    slot: Slot | None
    activity: Activity
    old_slot: Slot | None
    old_activity: Activity
    mark: str
    change: Change | None = None
    """What people will read that happened; None: nobody is written to."""
    letter: Letter | None = None
    """What they will read, for one of them."""
    people: int = 0
    """Who are written to."""
    unreachable: int = 0
    """Who hold a place but cannot be written to."""
    slots: int = 0
    """Slots whose people are written to."""
    minutes: int = 0
    """Until they are written to; till then it can be taken back."""
    clashing: int = 0
    """People who hold something else at the new time."""
    over: int = 0
    """Places taken beyond the new capacity."""
    promoted: int = 0
    """People of the waiting list who get a place, or are offered one, at once."""


@dataclass(frozen=True, slots=True)
class Made:
    """An edit that was applied and can still be taken back."""

    id: int
    kind: EditKind
    activity: Activity
    slot: Slot | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    told_slots: tuple[int, ...]
    author_id: int | None
    author_name: str | None
    made_at: datetime
    settles_at: datetime


class WhenProblem(StrEnum):
    """Why typed words are no time for a slot."""

    UNREADABLE = "unreadable"
    NO_SUCH_DAY = "no-such-day"
    BACKWARDS = "backwards"
    PAST = "past"
    FAR = "far"


When = tuple[datetime, datetime]
"""Begin and end, aware UTC."""

_DASHES = re.compile("[\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]")
_DATE = r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})(?:[./](?P<year>\d{4}|\d{2}))?"
_HOURS = r"(?P<h1>\d{1,2})[:.](?P<m1>\d{2})(?:\s*-\s*(?P<h2>\d{1,2})[:.](?P<m2>\d{2}))?"
_WHEN = (
    re.compile(rf"{_DATE}[,\s]+{_HOURS}"),
    re.compile(r"(?P<h1>\d{1,2}):(?P<m1>\d{2})(?:\s*-\s*(?P<h2>\d{1,2}):(?P<m2>\d{2}))?"),
    re.compile(_DATE),
)


def read_when(text: str, like: When | None, now: datetime, zone: tzinfo) -> When | WhenProblem:
    """«12.10 15:00–16:30», «15:00–16:30» or «12.10»: what is left out is as in ``like``.

    A day without a year is the next one. An end before the begin is after midnight only when the slot was so.
    """
    words = _DASHES.sub("-", " ".join(text.split()))
    found = next((match for pattern in _WHEN if (match := pattern.fullmatch(words))), None)
    if found is None:
        return WhenProblem.UNREADABLE
    parts = found.groupdict()
    day = like[0].astimezone(zone).date() if like else None
    if parts.get("day"):
        day = _day(parts, now.astimezone(zone).date())
        if day is None:
            return WhenProblem.NO_SUCH_DAY
    if day is None or (like is None and not parts.get("h1")):
        return WhenProblem.UNREADABLE
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        # Clocks of other zones leave the calendar at its ends.
        return WhenProblem.PAST if day.year < FIRST_YEAR else WhenProblem.FAR
    length = like[1] - like[0] if like else USUAL_LENGTH
    begin = (
        _clock(parts, "h1", "m1") if parts.get("h1") else like[0].astimezone(zone).time() if like else None
    )
    end = _clock(parts, "h2", "m2") if parts.get("h2") else None
    if begin is None or (parts.get("h2") and end is None):
        return WhenProblem.UNREADABLE
    starts_at = datetime.combine(day, begin, zone).astimezone(UTC)
    ends_at = starts_at + length if end is None else datetime.combine(day, end, zone).astimezone(UTC)
    return checked_when((starts_at, ends_at), now)


def checked_when(when: When, now: datetime) -> When | WhenProblem:
    starts_at, ends_at = when
    if not starts_at < ends_at <= starts_at + LONGEST_SLOT:
        return WhenProblem.BACKWARDS
    if starts_at <= now:
        return WhenProblem.PAST
    return WhenProblem.FAR if starts_at > now + FAR_AHEAD else when


def _day(parts: Mapping[str, str | None], today: date) -> date | None:
    year = parts.get("year")
    full = int(year or today.year)
    if year and len(year) == 2:
        full += 2000
    try:
        day = date(full, int(parts["month"] or 0), int(parts["day"] or 0))
        return day if year or day >= today else day.replace(year=full + 1)
    except ValueError:
        return None


def _clock(parts: Mapping[str, str | None], hours: str, minutes: str) -> time | None:
    try:
        return time(int(parts[hours] or 0), int(parts[minutes] or 0))
    except ValueError:
        return None


def slot_code(activity_code: str, starts_at: datetime, zone: tzinfo, taken: frozenset[str]) -> str:
    """The code that an import would make, ``W1-20261012-1000``, with a number behind it when it is taken."""
    local = starts_at.astimezone(zone)
    for number in range(1, len(taken) + 2):
        tail = f"-{local:%Y%m%d-%H%M}" + (f"-{number}" if number > 1 else "")
        code = activity_code[: SLOT_CODE_LENGTH - len(tail)] + tail
        if code not in taken:
            return code
    raise AssertionError("more codes were tried than are taken")

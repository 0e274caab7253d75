"""What a mentor does for their own activities: when each act is open, and who comes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.booking import Answer
from domain.people import Role
from domain.programme import Activity, Slot

MARKING_OPENS = timedelta(minutes=30)
"""Before the start: people come in by then."""
MARKING_CLOSES = timedelta(days=2)
"""After the end."""
LATE_OPENS = timedelta(hours=3)
"""Before the start: earlier nobody is late, the slot should be moved."""
LATE_MINUTES = (10, 20, 30)
LONGEST_REASON = 300

_NO_LETTERS = re.compile(r"[\W\d_]+")
_FEWEST_WORDS = 2
"""Of a name that is looked for in "led by": a first name alone is too many people's."""


class Turn(StrEnum):
    """Where a slot stands in a mentor's list."""

    COMING = "coming"
    NOW = "now"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Led:
    """A slot of an own activity. Numbers are places, except ``marked`` and ``bookings``, which are bookings."""

    slot: Slot
    activity: Activity
    booked: int
    coming: int
    """Of those booked: answered that they come."""
    bookings: int
    marked: int


@dataclass(frozen=True, slots=True)
class Guest:
    """Who holds a place, as far as their consent lets a mentor know. ``name`` None: it was taken back."""

    booking_id: int
    name: str | None
    role: Role | None
    grade: int | None
    places: int
    companions: tuple[str, ...]
    answer: Answer | None
    came: bool | None


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many bookings are marked how."""

    came: int
    absent: int
    unmarked: int


class NotLed(Exception):
    """The slot is of an activity that somebody else leads, or is gone."""


class NotNow(Exception):
    """The slot is there, but the act is not open now."""

    def __init__(self, led: Led) -> None:
        super().__init__()
        self.led = led


def turn(slot: Slot, now: datetime) -> Turn:
    if slot.ends_at <= now:
        return Turn.OVER
    return Turn.NOW if slot.starts_at <= now else Turn.COMING


def may_mark(slot: Slot, now: datetime) -> bool:
    """From half an hour before the start until two days after the end."""
    if slot.cancelled_at is not None:
        return False
    return slot.starts_at - MARKING_OPENS <= now < slot.ends_at + MARKING_CLOSES


def shows_names(slot: Slot, now: datetime) -> bool:
    """A mentor reads who comes until two days after the end; after that numbers are enough."""
    return now < slot.ends_at + MARKING_CLOSES


def may_be_late(slot: Slot, now: datetime) -> bool:
    """From three hours before the start until the end."""
    return slot.cancelled_at is None and slot.starts_at - LATE_OPENS <= now < slot.ends_at


def may_decline(slot: Slot, now: datetime) -> bool:
    """Until the start: then it is too late to decide anything but to come late."""
    return slot.cancelled_at is None and now < slot.starts_at


def later_than(told: int) -> tuple[int, ...]:
    """What is left to say for somebody who said to be ``told`` minutes late already (0: nothing said)."""
    return tuple(minutes for minutes in LATE_MINUTES if minutes > told)


def attendance(guests: Sequence[Guest]) -> Attendance:
    counts = Counter(guest.came for guest in guests)
    return Attendance(came=counts[True], absent=counts[False], unmarked=counts[None])


def grades(guests: Sequence[Guest]) -> list[tuple[int, int]]:
    """Grade and how many pupils of it, the youngest first."""
    return sorted(Counter(guest.grade for guest in guests if guest.grade is not None).items())


def is_named(name: str, led_by: str) -> bool:
    """Whether "led by", as coordinators wrote it, names this person: all words of the name in their order.

    Letter case and «ё» do not matter. Never enough to act on: two people may share a name, so a coordinator decides.
    """
    words = _fold(name)
    return words.count(" ") + 1 >= _FEWEST_WORDS and f" {words} " in f" {_fold(led_by)} "


def _fold(text: str) -> str:
    yo, ye = "\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}"
    return _NO_LETTERS.sub(" ", text.casefold().replace(yo, ye)).strip()

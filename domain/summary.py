"""«Сводка»: how the programme stands, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.people import Role
from domain.programme import Activity, Slot, Track

NO_SHOWS_OVER = timedelta(days=30)
"""How far back absences are counted."""
DAYS_SHOWN = 14
"""Days of sign-ups, today included."""
ROWS_SHOWN = 10
"""Rows of a list that is cut at the most important: more would not fit a phone."""


@dataclass(frozen=True, slots=True)
class Fill:
    """Places of slots to come that have a limit, and how many of them are taken."""

    taken: int
    places: int

    @property
    def percent(self) -> int:
        """Rounded, but 100 only when nothing is left."""
        if not self.places:
            return 0
        return 100 if self.taken >= self.places else min(99, round(100 * self.taken / self.places))


@dataclass(frozen=True, slots=True)
class Absences:
    """Of bookings that were marked."""

    absent: int
    marked: int

    @property
    def percent(self) -> int:
        return round(100 * self.absent / self.marked) if self.marked else 0


@dataclass(frozen=True, slots=True)
class Programme:
    """``slots`` to come that were not cancelled; ``unlimited``: places taken where there is no limit."""

    workshops: int
    forum: int
    slots: int
    fill: Fill
    unlimited: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Questions:
    """``waiting`` for an answer now; ``answered`` since Monday; ``first_answer``: how long people usually waited."""

    waiting: int = 0
    answered: int = 0
    first_answer: timedelta | None = None
    """The median of those asked in ``NO_SHOWS_OVER``; None: none was answered."""


@dataclass(frozen=True, slots=True)
class Bookings:
    """Sign-ups, whatever became of them; answers for slots of the rest of today and of tomorrow."""

    today: int
    this_week: int
    coming: int
    not_coming: int
    silent: int
    absences: Absences


@dataclass(frozen=True, slots=True)
class Summary:
    """``people``: registered, by role; ``unreachable``: of them, those to whom the bot cannot write."""

    programme: Programme
    people: Mapping[Role, int]
    unreachable: int
    bookings: Bookings
    questions: Questions = Questions()


@dataclass(frozen=True, slots=True)
class FillBy:
    """By track, and by name of the municipality with the most places first."""

    tracks: Mapping[Track, Fill]
    municipalities: Mapping[str, Fill]


@dataclass(frozen=True, slots=True)
class SignUps:
    """How many signed up on each day, in order; the last day is not over."""

    days: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class WaitingLists:
    """The longest; ``total`` places are asked for in all of them."""

    slots: tuple[tuple[Slot, Activity], ...]
    total: int


@dataclass(frozen=True, slots=True)
class NoShows:
    """Activities with the most absences: title, town, how many; and all of them together."""

    activities: tuple[tuple[str, str, Absences], ...]
    total: Absences

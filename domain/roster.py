"""Lists of participants: of a day, of a municipality, of one activity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.booking import Answer, BookingStatus
from domain.people import Role


class RosterOf(StrEnum):
    """What a list is of; the value travels inside buttons."""

    DAY = "d"
    """The key is the date: ``20261012``."""
    MUNICIPALITY = "m"
    """The key is the municipality's code; from today on."""
    ACTIVITY = "a"
    """The key is the activity's id; from today on."""


@dataclass(frozen=True, slots=True)
class Guest:
    """One booking as a list shows it. ``name`` is empty for who has given no consent, or has taken it back."""

    starts_at: datetime
    ends_at: datetime
    title: str
    venue: str
    address: str
    room: str
    name: str
    role: Role | None
    grade: int | None
    organisation: str
    places: int
    companions: tuple[str, ...]
    status: BookingStatus
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A list with what it is of: the activity's or the municipality's name, or the day."""

    title: str
    guests: tuple[Guest, ...]

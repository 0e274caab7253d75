"""What can be visited: venues, activities and their slots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CODE = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
"""Codes travel in deep links, whose alphabet and 64 characters Telegram fixes; ``act_`` goes before."""


class Kind(StrEnum):
    WORKSHOP = "workshop"
    FORUM = "forum"


class Track(StrEnum):
    TECHNOLOGY = "technology"
    ENGINEERING = "engineering"
    AGRO = "agro"
    ENTREPRENEURSHIP = "entrepreneurship"


class Format(StrEnum):
    """Of a forum session."""

    LECTURE = "lecture"
    MASTERCLASS = "masterclass"
    ROUND_TABLE = "round_table"
    DEFENCE = "defence"
    CASE = "case"
    PRESENTATION = "presentation"


class Audience(StrEnum):
    """Whom a forum session is for."""

    ALL = "all"
    STUDENTS = "students"
    TEACHERS = "teachers"
    MENTORS = "mentors"


class Access(StrEnum):
    """What a venue offers to people with special needs."""

    STEP_FREE = "step_free"
    LIFT = "lift"
    TOILET = "toilet"
    SIGN_LANGUAGE = "sign_language"
    QUIET_ROOM = "quiet_room"


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the 44. Coordinates of its centre in degrees, from GeoNames (CC BY 4.0)."""

    code: str
    name: str
    kind: str
    centre: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Venue:
    id: int
    code: str
    name: str
    municipality: str
    town: str
    address: str
    latitude: float | None
    longitude: float | None
    access: frozenset[Access]
    directions: str


@dataclass(frozen=True, slots=True)
class Activity:
    """A workshop (many slots) or a forum session (usually one)."""

    id: int
    code: str
    kind: Kind
    title: str
    track: Track
    format: Format | None
    venue: Venue
    description: str
    led_by: str
    """The mentor of a workshop, the speakers of a forum session; as coordinators wrote it."""
    enterprise: str
    grade_from: int | None
    grade_to: int | None
    audience: Audience
    bring: str
    safety: str

    def admits_grade(self, grade: int | None) -> bool:
        """Whether a student of ``grade`` may come; unknown grades and open ranges admit."""
        if grade is None:
            return True
        return (self.grade_from is None or grade >= self.grade_from) and (
            self.grade_to is None or grade <= self.grade_to
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """When, in which room and for how many. ``capacity`` None: no limit. Times are aware UTC."""

    id: int
    code: str
    activity_id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    taken: int
    room: str
    cancelled_at: datetime | None
    sequence: int
    """Grows with every change of time, place or state: SEQUENCE of the calendar entry (RFC 5545, 3.8.7.4)."""
    waiting: int = 0
    """Places asked for by people in the waiting list."""
    cancel_reason: str = ""
    """Of a cancelled slot, in a coordinator's words."""

    @property
    def free(self) -> int | None:
        """Places left for somebody who comes now, None for no limit; never below zero."""
        if self.capacity is None:
            return None
        return max(0, self.capacity - self.taken)

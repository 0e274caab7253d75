"""The parts of ``domain.finding.Filters`` as buttons name them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from enum import StrEnum

from domain.finding import Filters
from domain.people import GRADES
from domain.programme import Access, Kind, Municipality, Track
from handlers.fields import CALENDAR

BETWEEN = "."


class Part(StrEnum):
    """One letter each: callback data is short."""

    MUNICIPALITY = "m"
    TRACK = "t"
    GRADE = "g"
    DAY = "d"
    ONLY_FREE = "f"
    ACCESS = "a"
    NEAR = "n"
    QUERY = "q"
    EVERYTHING = "x"


def setting(part: Part, value: str, municipalities: tuple[Municipality, ...]) -> Callable[[Filters], Filters]:
    """The change that makes ``part`` of the filters ``value``; a value that never was means none."""

    def change(filters: Filters) -> Filters:
        match part:
            case Part.MUNICIPALITY:
                known = any(found.code == value for found in municipalities)
                return replace(filters, municipality=value if known else None)
            case Part.TRACK:
                return replace(filters, track=Track(value) if value in set(Track) else None)
            case Part.GRADE:
                grade = int(value) if value.isdecimal() else None
                return replace(filters, grade=grade if grade in GRADES else None)
            case Part.DAY:
                return replace(filters, day=_day(value))
            case Part.ONLY_FREE:
                return replace(filters, only_free=value == "1")
            case Part.ACCESS:
                wanted = value.split(BETWEEN)
                return replace(filters, access=frozenset(a for a in Access if _short(a) in wanted))
            case Part.NEAR:
                return replace(filters, near=None)
            case Part.QUERY:
                return replace(filters, query="", kind=Kind.WORKSHOP)
            case Part.EVERYTHING:
                return Filters(query=filters.query, kind=filters.kind) if value else Filters()

    return change


def access_value(access: frozenset[Access]) -> str:
    return BETWEEN.join(_short(value) for value in Access if value in access)


def _short(access: Access) -> str:
    return access[:3]


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year in CALENDAR else None

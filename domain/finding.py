"""How people narrow the list of workshops down, and how far things are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.programme import Access, Activity, Kind, Track

PAGE_SIZE = 5
"""Activities on one page of a list: what fits on a phone without scrolling."""
EARTH_RADIUS_KM = 6371.0
LONGEST_QUERY = 100
"""Characters of a search that are remembered and shown again."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float

    def coarse(self) -> Point:
        """To about a kilometre: enough to sort by distance, too little to find somebody's home."""
        return Point(round(self.latitude, 2), round(self.longitude, 2))


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance (haversine)."""
    lat1, lat2 = math.radians(a.latitude), math.radians(b.latitude)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(b.longitude - a.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed down to; every part may be absent, all of them combine."""

    query: str = ""
    municipality: str | None = None
    track: Track | None = None
    grade: int | None = None
    day: date | None = None
    only_free: bool = False
    access: frozenset[Access] = frozenset()
    near: Point | None = None
    kind: Kind | None = Kind.WORKSHOP

    @property
    def narrowed(self) -> bool:
        """Whether anything could be loosened (sorting by distance narrows nothing)."""
        return bool(
            self.municipality or self.track or self.grade or self.day or self.only_free or self.access
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "municipality": self.municipality,
            "track": self.track,
            "grade": self.grade,
            "day": self.day.isoformat() if self.day else None,
            "only_free": self.only_free,
            "access": sorted(self.access),
            "near": [self.near.latitude, self.near.longitude] if self.near else None,
            "kind": self.kind,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Filters:
        """Raises ValueError or KeyError only on data that ``to_json`` never wrote."""
        if not data:
            return cls()
        return cls(
            query=data["query"],
            municipality=data["municipality"],
            track=Track(data["track"]) if data["track"] else None,
            grade=data["grade"],
            day=date.fromisoformat(data["day"]) if data["day"] else None,
            only_free=data["only_free"],
            access=frozenset(Access(value) for value in data["access"]),
            near=Point(*data["near"]) if data["near"] else None,
            kind=Kind(data["kind"]) if data["kind"] else None,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: the activity with the slot to name first (one with places before a full one)."""

    activity: Activity
    starts_at: datetime | None
    ends_at: datetime | None
    free: int | None
    """Places left in that slot; None for no limit."""
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. ``number`` counts from 0; ``total`` is of all pages."""

    items: tuple[Listed, ...]
    number: int
    total: int

    @property
    def last(self) -> int:
        return max(0, (self.total - 1) // PAGE_SIZE)

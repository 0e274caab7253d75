"""What is stored about a person, row by row, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.broadcast import Audience


@dataclass(frozen=True, slots=True)
class Record:
    """One row. Values by column: moments, numbers, words, JSON; ids of people, activities and slots."""

    part: str
    table: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in records mean."""

    people: Mapping[int, str]
    activities: Mapping[int, str]
    slots: Mapping[int, tuple[datetime, datetime, str]]
    """Start, end and title."""


def audience_of(record: Record) -> Audience | None:
    """Whom a broadcast or a saved audience means; None: it is no such row, or one that this version cannot read."""
    kept = record.values.get("definition", record.values.get("audience"))
    try:
        return None if kept is None else Audience.from_json(kept)
    except (ValueError, TypeError, AttributeError):
        return None

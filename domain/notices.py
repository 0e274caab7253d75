"""What people last read about a slot, so that an edit of it can be told as old → new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from domain.quiet import next_waking

SETTLING_TIME = timedelta(minutes=10)
"""Edits of a slot within this time of the first one are told as one."""
URGENT_BEFORE_START = timedelta(hours=12)
"""A change of a slot that begins this soon is told at night too."""


@dataclass(frozen=True, slots=True)
class SlotSnapshot:
    """When and where a slot is, as people read it. Times are aware UTC."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    room: str
    venue_name: str
    address: str
    cancelled: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "slot_id": self.slot_id,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "room": self.room,
            "venue_name": self.venue_name,
            "address": self.address,
            "cancelled": self.cancelled,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SlotSnapshot:
        return cls(
            slot_id=value["slot_id"],
            starts_at=datetime.fromisoformat(value["starts_at"]),
            ends_at=datetime.fromisoformat(value["ends_at"]),
            room=value["room"],
            venue_name=value["venue_name"],
            address=value["address"],
            cancelled=value["cancelled"],
        )


class Change(StrEnum):
    """What became of a slot, for those who read it before."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    """Cancelled before, it takes place after all; perhaps at another time."""


def change_between(before: SlotSnapshot, after: SlotSnapshot) -> Change | None:
    """What people must hear of; None when all is as they read it."""
    if after.cancelled:
        return None if before.cancelled else Change.CANCELLED
    if before.cancelled:
        return Change.RESTORED
    return None if before == after else Change.MOVED


def told_at(before: SlotSnapshot, after: SlotSnapshot, now: datetime, zone: tzinfo) -> datetime:
    """When a change is told: not at night, unless the slot, old or new, begins within twelve hours."""
    coming = [start for start in (before.starts_at, after.starts_at) if start > now]
    if coming and min(coming) - now <= URGENT_BEFORE_START:
        return now
    return next_waking(now, zone)


def useful_until(change: Change, before: SlotSnapshot, after: SlotSnapshot) -> datetime:
    """After this moment the news helps nobody: a cancelled slot would be over, a moved one has begun."""
    if change is Change.CANCELLED:
        return before.ends_at
    return max(before.starts_at, after.starts_at)

"""What people last read about a slot, so that an edit of it can be told as old → new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SETTLING_TIME = timedelta(minutes=10)
"""Edits of a slot within this time of the first one are told as one."""


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

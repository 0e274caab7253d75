"""What the bot owes to people on its own account, and the port through which it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class Lane(IntEnum):
    """Who goes first when everything must share the messenger's limit."""

    ANSWER = 0
    URGENT = 1
    REMINDER = 2
    BROADCAST = 3


class DeliveryKind(StrEnum):
    REMINDER = "reminder"
    PROMOTED = "promoted"
    """A place became free and is theirs."""
    OFFER = "offer"
    """A place became free but overlaps another booking of theirs: swap or let it go."""
    OFFER_LAPSED = "offer_lapsed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    WATCH = "watch"
    """Something appeared that they asked to be told of."""
    BROADCAST = "broadcast"


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    OBSOLETE = "obsolete"
    """It made no sense any more when its turn came."""
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Owed:
    """A message owed to one person; the same ``dedup_key`` twice is one message."""

    dedup_key: str
    kind: DeliveryKind
    person_id: int
    due_at: datetime
    lane: Lane = Lane.URGENT
    booking_id: int | None = None
    not_after: datetime | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

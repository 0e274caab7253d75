"""What people last read about a slot, so that an edit of it can be told as old → new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from domain.quiet import next_waking

SETTLING_TIME = timedelta(minutes=10)
"""Edits of a slot within this time of the first one are told as one."""
SOON = timedelta(hours=1)
SETTLING_SOON = timedelta(minutes=1)
"""The same for a slot that begins within the hour: people are on their way."""
URGENT_BEFORE_START = timedelta(hours=12)
"""A change of a slot that begins this soon is told at night too."""
MORNING_NOTICE = timedelta(hours=4)
"""And of one that leaves less than this between 08:00 and its start: plans of the morning are made by then."""


@dataclass(frozen=True, slots=True)
class SlotSnapshot:
    """When and where a slot is, as people read it. Times are aware UTC.

    ``sequence`` of the slot orders what people read; two snapshots are equal whatever theirs are.
    """

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    room: str
    venue_name: str
    address: str
    cancelled: bool
    sequence: int = field(default=0, compare=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "slot_id": self.slot_id,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "room": self.room,
            "venue_name": self.venue_name,
            "address": self.address,
            "cancelled": self.cancelled,
            "sequence": self.sequence,
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
            sequence=value["sequence"],
        )


@dataclass(frozen=True, slots=True)
class Version:
    """A slot as those read it whose booking last read a sequence in [since, until); None: open at that end."""

    snapshot: SlotSnapshot
    since: int | None
    until: int | None


def versions_of(snapshots: Sequence[SlotSnapshot]) -> tuple[Version, ...]:
    """All that could be read of one slot, given in order of its sequence; the last is how it is now."""
    later = [snapshot.sequence for snapshot in snapshots[1:]]
    return tuple(
        Version(snapshot, since, until)
        for snapshot, since, until in zip(snapshots, [None, *later], [*later, None], strict=True)
    )


def read_in(versions: Sequence[Version], sequence: int) -> SlotSnapshot:
    """What somebody read who last read the slot at this sequence."""
    return next(v.snapshot for v in versions if v.until is None or sequence < v.until)


def has_moved(versions: Sequence[Version], sequence: int) -> bool:
    """Whether time or place are others than what somebody agreed to at this sequence.

    A cancellation in between that was taken back is no move.
    """
    return bool(versions) and replace(read_in(versions, sequence), cancelled=False) != replace(
        versions[-1].snapshot, cancelled=False
    )


class Change(StrEnum):
    """What became of a slot, for those who read it before."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    """Cancelled before, it takes place after all; perhaps at another time."""


ANSWERED_ANEW = frozenset({Change.MOVED, Change.RESTORED})
"""«Приду» to what was before says nothing of these: they ask again."""


def change_between(before: SlotSnapshot, after: SlotSnapshot) -> Change | None:
    """What people must hear of; None when all is as they read it."""
    if after.cancelled:
        return None if before.cancelled else Change.CANCELLED
    if before.cancelled:
        return Change.RESTORED
    return None if before == after else Change.MOVED


def settles_at(before: SlotSnapshot, after: SlotSnapshot, now: datetime) -> datetime:
    """When an edit made now is told at the latest."""
    soon = min(before.starts_at, after.starts_at) - now <= SOON
    return now + (SETTLING_SOON if soon else SETTLING_TIME)


def told_at(before: SlotSnapshot, after: SlotSnapshot, now: datetime, zone: tzinfo) -> datetime:
    """When a change is told: not at night, unless the morning is too late for the slot, old or new."""
    if morning_is_too_late(min(before.starts_at, after.starts_at), now, zone):
        return now
    return next_waking(now, zone)


def morning_is_too_late(starts_at: datetime, now: datetime, zone: tzinfo) -> bool:
    """Whether news of a slot may ring at night: it begins within twelve hours, or soon after people wake up."""
    soon = starts_at - now <= URGENT_BEFORE_START
    return soon or starts_at - next_waking(now, zone) <= MORNING_NOTICE


def useful_until(change: Change, before: SlotSnapshot, after: SlotSnapshot) -> datetime:
    """After this moment the news helps nobody: the slot is over, as they read it or as it is."""
    return before.ends_at if change is Change.CANCELLED else max(before.ends_at, after.ends_at)

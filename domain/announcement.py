"""A broadcast as the people know it who get it: what they read, and what they want to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.booking import BookingStatus, Planned
from domain.broadcast import Broadcast, Content
from domain.programme import Track


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was said, by whom and when. ``recalled``: it does not hold any more."""

    id: int
    content: Content
    author: str
    at: datetime
    recalled: bool = False
    revision: int = 0
    """Which of its texts this is."""
    concerns: frozenset[int] = frozenset()
    """Activities it is about: those that its audience is booked on, and the one that it links to."""
    waited_for: frozenset[int] = frozenset()
    """Activities that its audience waits for."""


def announcement_of(broadcast: Broadcast, author: str, *, recalled: bool) -> Announcement:
    groups = broadcast.audience.groups
    concerns = {activity for group in groups for activity in (*group.booked, *group.silent)}
    if broadcast.content.activity_id is not None:
        concerns.add(broadcast.content.activity_id)
    return Announcement(
        id=broadcast.id,
        content=broadcast.content,
        author=author,
        at=broadcast.started_at or broadcast.created_at,
        recalled=recalled,
        revision=broadcast.revision,
        concerns=frozenset(concerns),
        waited_for=frozenset(activity for group in groups for activity in group.waiting),
    )


def visit_meant(announcement: Announcement, coming: Sequence[Planned]) -> Planned | None:
    """Which of a person's bookings, the nearest first, an announcement speaks of.

    The nearest on what the announcement is about; else the nearest place they hold at all. A place that they only
    wait for counts where the announcement is for those who wait.
    """
    held = [planned for planned in coming if planned[0].status is BookingStatus.BOOKED]
    about = [
        planned
        for planned in coming
        if planned[2].id in announcement.waited_for
        or (planned[2].id in announcement.concerns and planned[0].status is BookingStatus.BOOKED)
    ]
    return next(iter([*about, *held]), None)


class Pace(StrEnum):
    """How announcements come."""

    AT_ONCE = "now"
    DAILY = "daily"
    """In the evening, those of the day as one message."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to be told, and what holds it up."""

    pace: Pace = Pace.AT_ONCE
    tracks: tuple[Track, ...] = ()
    """Empty: of everything."""
    paused_until: datetime | None = None
    consents: bool = True
    """Announcements come only to those who gave their consent."""


@dataclass(frozen=True, slots=True)
class Received:
    """An announcement that reached a person."""

    announcement: Announcement
    at: datetime
    read_at: datetime | None


class Receipt(StrEnum):
    """What became of a tap that confirms it."""

    TAKEN = "taken"
    NOT_YOURS = "not_yours"
    RECALLED = "recalled"

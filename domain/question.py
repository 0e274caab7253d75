"""Questions to coordinators: how important, in which state, and what counts as waiting for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_TEXT = 2000
"""Characters of a question or an answer: with what stands around it, it fits into one message."""
MOST_AT_ONCE = 3
"""New questions of one person within ``CALM``; the next is kindly asked to wait."""
CALM = timedelta(minutes=10)
URGENT_WAITS = timedelta(minutes=30)
"""An urgent question is reminded of after this time."""


class Importance(StrEnum):
    USUAL = "usual"
    IMPORTANT = "important"
    URGENT = "urgent"


class Status(StrEnum):
    OPEN = "open"
    """Waits for a coordinator."""
    TAKEN = "taken"
    """A coordinator is on it."""
    ANSWERED = "answered"
    """Waits for the person, who may ask on."""
    CLOSED = "closed"

    @property
    def waits_for_coordinator(self) -> bool:
        return self in (Status.OPEN, Status.TAKEN)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation. ``file``: kind and the messenger's id of it."""

    from_coordinator: bool
    text: str
    file: tuple[str, str] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    id: int
    person_id: int
    asker: str
    """Their name, empty when they have not said it."""
    municipality: str | None
    importance: Importance
    status: Status
    about: str
    taken_by: int | None
    taken_by_name: str
    asked_at: datetime
    answered_at: datetime | None
    turns: tuple[Turn, ...] = ()

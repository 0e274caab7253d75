"""How much of each thing one person may have: one table, so that nobody can fill the bot or starve the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Kept(StrEnum):
    """What is counted; each has a sentence for whoever has reached the limit."""

    BOOKINGS = "bookings"
    """Coming slots in which a person holds a place."""
    WAITS = "waits"
    """Coming slots for which a person waits."""
    WISHES = "wishes"
    """«Сообщить, когда появится»."""
    QUESTIONS = "questions"
    """Questions that wait for a coordinator."""
    QUESTIONS_A_DAY = "daily-questions"
    """Questions begun, answered or not."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` at once, or, with ``within``, in any such time."""

    most: int
    within: timedelta | None = None


LIMITS: Mapping[Kept, Limit] = {
    Kept.BOOKINGS: Limit(20),
    Kept.WAITS: Limit(5),
    Kept.WISHES: Limit(20),
    Kept.QUESTIONS: Limit(3),
    Kept.QUESTIONS_A_DAY: Limit(10, timedelta(days=1)),
}


class LimitReached(Exception):
    """A person asks for more than they may have."""

    def __init__(self, kept: Kept) -> None:
        super().__init__(kept.value)
        self.kept = kept
        self.most = LIMITS[kept].most


def is_reached(kept: Kept, count: int) -> bool:
    return count >= LIMITS[kept].most


def require_room(kept: Kept, count: int) -> None:
    """Let one more be added to ``count`` of them.

    Raises:
        LimitReached
    """
    if is_reached(kept, count):
        raise LimitReached(kept)

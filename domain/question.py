"""Questions to coordinators: how important, in which state, what counts as waiting, and how a topic shows it all."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.people import Address

LONGEST_TEXT = 2000
"""Characters of a question or an answer: with what stands around it, it fits into one message."""
EXCERPT = 700
"""What a coordinator reads of it at once; the rest stands behind «Открыть»."""
LONGEST_CAPTION = 900
"""The same, of a text that goes under a photo or a file."""
MOST_TURNS = 10
"""Messages of one person within ``CALM``, in all their questions."""
MOST_FILES = 10
"""Files of a question that are shown at once, the latest."""
CALM = timedelta(minutes=10)
URGENT_WAITS = timedelta(minutes=30)
"""An urgent question is reminded of after this time."""


_PHONE = re.compile(r"(?<!\d)\+?\d(?:[\s().-]{0,3}\d){9,12}(?!\d)")
PHONE_BLANKED = "***"


def without_phones(text: str) -> str:
    """The text with every telephone number blanked: of whom has not agreed that anything about them is kept."""
    return _PHONE.sub(PHONE_BLANKED, text)


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
class Reception:
    """Where questions arrive: with each coordinator, or in their group when there is one.

    ``coordinators`` are those of the settings, beside those who were given the role.
    """

    coordinators: Collection[Address] = ()
    group: Address | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation. ``file``: kind and the messenger's id of it."""

    from_coordinator: bool
    text: str
    file: tuple[str, str] | None
    at: datetime
    id: int = 0
    author: str = ""
    in_group: bool = False
    """The coordinators' group has it, from us or from the coordinator who wrote it there."""


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
    waits_since: datetime | None = None
    """When it came to wait for an answer."""
    turns: tuple[Turn, ...] = ()
    text: str = ""
    """How it began."""
    reachable: bool = True
    """The person can be written to, as far as we know."""
    refused: bool = False
    """No more questions are taken from this person."""


class Note(StrEnum):
    """What is said in a topic once, beside the conversation."""

    AGAIN = "again"
    """An urgent question has waited for half an hour."""
    FREE = "free"
    """Whoever was on it gave it back."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The place of one question in the coordinators' group, and what stands there already."""

    id: int
    group: Address
    question: Question | None
    """None: the person is gone, and their question with them."""
    thread: int | None = None
    """The messenger's id of the topic. None: not made yet; 0: there are no topics, it stands in the group itself."""
    card: int | None = None
    """The message with the buttons."""
    shown: str = ""
    """The state that the card shows."""
    closed: bool = False
    note: Note | None = None
    attempts: int = 0


class Step(StrEnum):
    """What is to be done next for a topic."""

    OPEN = "open"
    REOPEN = "reopen"
    CARD = "card"
    TURN = "turn"
    """The oldest turn that is not there."""
    NOTE = "note"
    SHOW = "show"
    """The card says a state that is over."""
    CLOSE = "close"
    REMOVE = "remove"
    """Nothing of a person who is gone stays."""


def shown_state(question: Question) -> str:
    """All that the card's words and buttons depend on."""
    return f"{question.status}:{question.taken_by or 0}"


def missing_turn(question: Question) -> Turn | None:
    """The oldest turn that the group has not got."""
    return next((turn for turn in question.turns if not turn.in_group), None)


def next_step(topic: Topic) -> Step | None:
    """What the group lacks, one thing at a time: after a crash it simply goes on. None: all is there."""
    question = topic.question
    if question is None:
        return Step.REMOVE
    if topic.thread is None:
        return Step.OPEN
    wanted: Step | None = None
    if topic.card is None:
        wanted = Step.CARD
    elif missing_turn(question) is not None:
        wanted = Step.TURN
    elif topic.note is not None:
        wanted = Step.NOTE
    if wanted is not None:
        return Step.REOPEN if topic.closed and topic.thread else wanted
    if topic.shown != shown_state(question):
        return Step.SHOW
    over = question.status is Status.CLOSED
    if topic.thread and over != topic.closed:
        return Step.CLOSE if over else Step.REOPEN
    return None


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote: text, a file, or both."""

    text: str = ""
    file: tuple[str, str] | None = None
    album: str | None = None
    """The mark of the photos that were sent together with it."""

"""What the bot owes to people on its own account, and the port through which it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Protocol

from domain.payloads import Nothing, Payload
from domain.people import Address


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
    PASSED_OVER = "passed_over"
    """Why somebody who waits gets no place, or should not count on one."""
    MOVED = "moved"
    CANCELLED = "cancelled"
    LATE = "late"
    """The mentor is late: it begins some minutes after its time."""
    CANNOT_LEAD = "cannot_lead"
    """To coordinators: a mentor cannot lead a slot."""
    WATCH = "watch"
    """Something appeared that they asked to be told of."""
    BROADCAST = "broadcast"
    CORRECTION = "correction"
    """A broadcast that was sent is to read otherwise."""
    RECALL = "recall"
    """A broadcast that was sent is to vanish."""
    SHOWN = "shown"
    """A message that showed announcements once more, for a digest or a tap: kept so that a reply finds it."""
    TO_CONFIRM = "to_confirm"
    """To coordinators: a large broadcast waits for a second one."""
    CONFIRMED = "confirmed"
    """To the author of a large broadcast: a colleague confirmed it."""
    SENT_BACK = "sent_back"
    """To the author of a broadcast: a colleague gave it back unsent."""
    HANDED_OVER = "handed_over"
    """To coordinators: a colleague's broadcast stands still, because its author coordinates there no more."""
    ROLE_ASKED = "role_asked"
    """To who invited a coordinator: somebody came and waits for a yes."""
    ROLE_ANSWERED = "role_answered"
    """To who came: yes or no."""
    NEW_COORDINATOR = "new_coordinator"
    """To coordinators of all: there is one more coordinator."""
    GREW = "grew"
    """To the author of a scheduled broadcast: at its hour it means too many for one coordinator."""
    QUESTION = "question"
    """To coordinators: somebody asks, or asks on."""
    ANSWER = "answer"
    """To the one who asked."""
    LOST_ANSWER = "lost_answer"
    """To the coordinator who answered: it did not arrive."""
    GROUP_TO_TIDY = "group_to_tidy"
    """To coordinators: something in their group is theirs to do, because the messenger lets us not."""
    OPEN_QUESTIONS = "open_questions"
    """To coordinators, daily: what still waits for an answer."""
    CHILD_LET_GO = "child_let_go"
    """To the chat of a pupil who was stored though an adult signs them up: what was erased, and what to do now."""
    SCREEN = "screen"
    """The answer to a tap or a text, which did not arrive at the time."""


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    OBSOLETE = "obsolete"
    """It made no sense any more when its turn came."""
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """Part of a broadcast that was on its way when the process was killed or the line broke: named in the report,
    not sent again."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A message owed to one person; the same ``dedup_key`` twice is one message."""

    dedup_key: str
    kind: DeliveryKind
    person_id: int
    due_at: datetime
    lane: Lane = Lane.URGENT
    booking_id: int | None = None
    question_id: int | None = None
    broadcast_id: int | None = None
    not_after: datetime | None = None
    payload: Payload = field(default_factory=Nothing)


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a file that the messenger holds already."""

    kind: str
    """``photo`` or ``document``."""
    file_id: str
    order: int = 0
    """Its place in an album, whose parts may come in any order."""


class Act(StrEnum):
    """What is to be done with a message."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as any messenger can show it.

    ``text`` is in the small HTML that messengers share (b, i, u, s, a, code), unless ``entities`` says how it is
    formatted; ``rows`` are rows of buttons, each a label and the payload that comes back when it is tapped.
    ``message_id`` is of the message to edit or delete, ``more_ids`` of those to delete with it: an album's.
    ``broadcast_id``: what it can be withheld together with, as long as it waits for its turn.
    """

    text: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    entities: tuple[Mapping[str, Any], ...] | None = None
    media: tuple[Media, ...] = ()
    act: Act = Act.SEND
    message_id: int | None = None
    more_ids: tuple[int, ...] = ()
    broadcast_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int
    more_ids: tuple[int, ...] = ()
    """Of an album: its messages after the first."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The person blocked the bot or is gone: nothing more can be sent until they come back."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The messenger will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not arrive, but may later; ``after`` is the messenger's own wish for a pause."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It left, and no answer came: whether it arrived nobody knows."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """It was called back before it left."""


SendResult = Sent | Unreachable | Refused | Retry | Unknown | Withheld


class Sender(Protocol):
    """A messenger that can be written to. It raises nothing of its own: what went wrong is a result."""

    async def send(self, to: Address, message: Outgoing, lane: Lane) -> SendResult: ...

    def withhold(self, broadcast_id: int) -> int:
        """Call back the messages of a broadcast that wait for their turn; what has left arrives. How many."""


MOST_ATTEMPTS = 160
"""A day of them, with the longest pauses: then it is given up, with its reason."""
TOO_MANY = "too many requests"
"""The reason of a `Retry` that names its own pause."""
IN_DOUBT = "in doubt"
"""How the error of a message begins that may have arrived though nobody said so."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


def pause_after(attempts: int) -> timedelta:
    """How long to leave a message alone after so many attempts that failed: 5 s, 10 s, 20 s … 10 min."""
    doubled: int = 2 ** min(max(attempts - 1, 0), 20)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)

"""What letters that are about no booking say: read from the rows at the moment they are written."""

from __future__ import annotations

from dataclasses import dataclass

from domain.broadcast import Broadcast
from domain.mentoring import Led
from domain.programme import Activity
from domain.question import Question, Turn
from domain.roles import Holder, Invitation


@dataclass(frozen=True, slots=True)
class OfQuestion:
    question: Question
    turn: Turn | None
    """The message of the conversation that it tells; None: only that it was closed or got lost."""


@dataclass(frozen=True, slots=True)
class OfBroadcast:
    broadcast: Broadcast
    author: str = ""
    """Their name, empty without a standing consent."""


@dataclass(frozen=True, slots=True)
class OfReport:
    """A mentor cannot lead ``led``; ``mentor`` is their name, empty without a standing consent."""

    led: Led
    mentor: str = ""


@dataclass(frozen=True, slots=True)
class OfActivity:
    activity: Activity


@dataclass(frozen=True, slots=True)
class OfWaiting:
    """How many questions wait for this coordinator."""

    count: int


@dataclass(frozen=True, slots=True)
class OfInvite:
    """By whose invitation somebody came."""

    invitation: Invitation


@dataclass(frozen=True, slots=True)
class OfHolder:
    """Who holds a role since a moment ago."""

    holder: Holder


@dataclass(frozen=True, slots=True)
class OfGroup:
    former: str = ""
    """The name of whoever coordinates no more, empty without a standing consent."""
    is_former: bool = False


Facts = OfGroup | OfQuestion | OfBroadcast | OfReport | OfActivity | OfWaiting | OfInvite | OfHolder

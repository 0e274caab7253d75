"""How each kind of message is treated: one table, so that a new kind decides all of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from domain.delivery import DeliveryKind
from domain.facts import (
    Facts,
    OfActivity,
    OfBroadcast,
    OfGroup,
    OfHolder,
    OfInvite,
    OfQuestion,
    OfReport,
    OfWaiting,
)
from domain.payloads import (
    Answered,
    CannotLead,
    Found,
    GroupToTidy,
    Late,
    LateScreen,
    LetGo,
    Lost,
    Nothing,
    OfGrant,
    OfInvitation,
    OfMessage,
    OfTurn,
    Payload,
    Promoted,
    Reminder,
    ToConfirm,
    ToRecipient,
)


class Night(StrEnum):
    """What the hours from 21:00 to 08:00 do to a message whose time has come."""

    HOLDS = "holds"
    """It waits for the morning."""
    HOLDS_UNLESS_SOON = "unless_soon"
    """It goes when the morning would be too late for its slot."""
    HOLDS_UNLESS_URGENT = "unless_urgent"
    """It goes when what it is about was called urgent."""
    REMINDER = "reminder"
    """It waits for 07:00, unless it would be useless by then."""
    BROADCAST = "broadcast"
    """The broadcast itself says so."""
    PASSES = "passes"
    """It makes no sound, or the person has just been here."""


class Reader(StrEnum):
    """Whose right to read is asked when the message leaves."""

    SELF = "self"
    COORDINATOR = "coordinator"


LONG = timedelta(days=90)
SHORT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rule:
    """How messages of one kind are treated."""

    payload: type[Payload] = Nothing
    about_booking: bool = False
    """It is about a booking and judged by what became of it."""
    tells_place: bool = False
    """Its letter says when and where the slot is, and what that was where it has changed: it was read so."""
    paused: bool = False
    """«Пауза» keeps it from going out."""
    night: Night = Night.HOLDS
    reader: Reader = Reader.SELF
    kept: timedelta = LONG
    """How long a finished one stays, with its result."""
    facts: type[Facts] | None = None
    """What its letter reads when it is written; without them it makes no sense any more."""
    sent: bool = True
    """There is a letter for it; otherwise the row only remembers."""


_NEWS = Rule(about_booking=True, tells_place=True, night=Night.HOLDS_UNLESS_SOON)
_STAFF = Rule(reader=Reader.COORDINATOR, night=Night.HOLDS_UNLESS_URGENT, facts=OfBroadcast)

RULES: Mapping[DeliveryKind, Rule] = {
    DeliveryKind.REMINDER: Rule(
        Reminder, about_booking=True, tells_place=True, paused=True, night=Night.REMINDER
    ),
    DeliveryKind.PROMOTED: replace(_NEWS, payload=Promoted),
    DeliveryKind.OFFER: _NEWS,
    DeliveryKind.OFFER_LAPSED: Rule(about_booking=True),
    DeliveryKind.PASSED_OVER: replace(_NEWS, tells_place=False),
    DeliveryKind.MOVED: _NEWS,
    DeliveryKind.CANCELLED: _NEWS,
    DeliveryKind.LATE: Rule(Late, about_booking=True, night=Night.HOLDS_UNLESS_SOON),
    DeliveryKind.CANNOT_LEAD: Rule(
        CannotLead, reader=Reader.COORDINATOR, night=Night.HOLDS_UNLESS_SOON, facts=OfReport
    ),
    DeliveryKind.WATCH: Rule(Found, paused=True, kept=SHORT, facts=OfActivity),
    DeliveryKind.BROADCAST: Rule(ToRecipient, paused=True, night=Night.BROADCAST),
    DeliveryKind.CORRECTION: Rule(OfMessage, night=Night.PASSES),
    DeliveryKind.RECALL: Rule(OfMessage, night=Night.PASSES),
    DeliveryKind.CHILD_LET_GO: Rule(LetGo, kept=SHORT),
    DeliveryKind.SCREEN: Rule(LateScreen, night=Night.PASSES, kept=SHORT),
    DeliveryKind.SHOWN: Rule(night=Night.PASSES, sent=False),
    DeliveryKind.TO_CONFIRM: replace(_STAFF, payload=ToConfirm),
    DeliveryKind.CONFIRMED: _STAFF,
    DeliveryKind.SENT_BACK: _STAFF,
    DeliveryKind.GREW: _STAFF,
    DeliveryKind.HANDED_OVER: _STAFF,
    DeliveryKind.ROLE_ASKED: Rule(OfInvitation, reader=Reader.COORDINATOR, facts=OfInvite),
    DeliveryKind.ROLE_ANSWERED: Rule(Answered),
    DeliveryKind.NEW_COORDINATOR: Rule(OfGrant, reader=Reader.COORDINATOR, facts=OfHolder),
    DeliveryKind.QUESTION: replace(_STAFF, payload=OfTurn, facts=OfQuestion),
    DeliveryKind.ANSWER: Rule(OfTurn, night=Night.HOLDS_UNLESS_URGENT, facts=OfQuestion),
    DeliveryKind.LOST_ANSWER: Rule(Lost, reader=Reader.COORDINATOR, kept=SHORT, facts=OfQuestion),
    DeliveryKind.GROUP_TO_TIDY: Rule(GroupToTidy, reader=Reader.COORDINATOR, kept=SHORT, facts=OfGroup),
    DeliveryKind.OPEN_QUESTIONS: Rule(reader=Reader.COORDINATOR, kept=SHORT, facts=OfWaiting),
}
"""Every kind. What a new one forgets is found by the tests that walk over all of them."""


def payload_of(kind: DeliveryKind, value: object) -> Payload:
    """What a row of this kind says. Raises BrokenPayload."""
    return RULES[kind].payload.from_json(value)

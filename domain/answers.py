"""«Приду» and «Не приду»: counted for each slot since it last changed, and who must be called by phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.booking import Answer, BookingStatus
from domain.delivery import DeliveryStatus

LOST = frozenset({DeliveryStatus.UNREACHABLE, DeliveryStatus.FAILED, DeliveryStatus.EXPIRED})


class Reason(StrEnum):
    """Why somebody must be called."""

    BLOCKED = "blocked"
    """They blocked the bot or are gone from the messenger."""
    UNDELIVERED = "undelivered"
    """The last news of the slot did not arrive."""
    SILENT = "silent"
    """They have not answered, so they may never have read it."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a booking of the slot, whatever became of it."""

    booking_id: int
    person_id: int
    name: str
    municipality: str
    """Its name."""
    organisation: str
    grade: int | None
    places: int
    status: BookingStatus
    answer: Answer | None
    ended_at: datetime | None
    unreachable: bool
    news: DeliveryStatus | None
    """What became of the last message about a change of the slot; None: there was none."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Places, not people: a parent answers for the children they bring."""

    booked: int = 0
    coming: int = 0
    silent: int = 0
    declined: int = 0
    """Given back since the slot last changed."""
    waiting: int = 0
    offered: int = 0


def counted(guests: Sequence[Guest], changed_at: datetime | None) -> Answers:
    """``changed_at``: when people were last told of a change; answers to what was before it do not count."""
    here = {guest.person_id for guest in guests if guest.status.is_active}
    booked = [guest for guest in guests if guest.status is BookingStatus.BOOKED]
    declined = [
        guest
        for guest in guests
        if guest.status is BookingStatus.CANCELLED
        and guest.person_id not in here
        and guest.ended_at is not None
        and (changed_at is None or guest.ended_at >= changed_at)
    ]
    return Answers(
        booked=_places(booked),
        coming=_places([guest for guest in booked if guest.answer is Answer.COMING]),
        silent=_places([guest for guest in booked if guest.answer is None]),
        declined=_places(declined),
        waiting=_places([guest for guest in guests if guest.status is BookingStatus.WAITING]),
        offered=_places([guest for guest in guests if guest.status is BookingStatus.OFFERED]),
    )


def _places(guests: Sequence[Guest]) -> int:
    return sum(guest.places for guest in guests)


def silent(guests: Sequence[Guest]) -> list[Guest]:
    """Who holds a place and has not answered, in the order given."""
    return [guest for guest in guests if guest.status is BookingStatus.BOOKED and guest.answer is None]


def reason_to_call(guest: Guest, *, cancelled: bool) -> Reason | None:
    """Why the guest must be called; None: they know, or hold nothing. A cancelled slot asks for no answer."""
    concerned = guest.status.is_active if cancelled else guest.status.holds_place
    if not concerned or (not cancelled and guest.answer is Answer.COMING):
        return None
    if guest.unreachable:
        return Reason.BLOCKED
    if guest.news in LOST:
        return Reason.UNDELIVERED
    return None if cancelled or guest.status is not BookingStatus.BOOKED else Reason.SILENT


def to_call(guests: Sequence[Guest], *, cancelled: bool) -> list[tuple[Guest, Reason]]:
    """Those who were not reached, the surest first."""
    found = [
        (guest, reason)
        for guest in guests
        if (reason := reason_to_call(guest, cancelled=cancelled)) is not None
    ]
    order = list(Reason)
    return sorted(found, key=lambda pair: order.index(pair[1]))

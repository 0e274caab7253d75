"""Taking a place: every rule in one function from the state, read under the write lock, to a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from domain.limits import Kept, is_reached
from domain.people import Person, Role
from domain.programme import Activity, Audience, Slot
from domain.quiet import add_waking_time, before_night

MAXIMUM_PLACES = 5
"""Places an adult may take in one slot, for themselves and the children with them."""
TRAVEL_TIME = timedelta(minutes=30)
"""With less between two slots at different venues the person is warned."""
OFFER_TIME = timedelta(hours=2)
"""Waking time that an offered place waits for its answer."""


class BookingStatus(StrEnum):
    BOOKED = "booked"
    WAITING = "waiting"
    OFFERED = "offered"
    """A place is held until ``offer_expires_at`` for somebody who must first give up another one."""
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """An offer that nobody answered in time."""

    @property
    def holds_place(self) -> bool:
        return self in (BookingStatus.BOOKED, BookingStatus.OFFERED)

    @property
    def is_active(self) -> bool:
        return self.holds_place or self is BookingStatus.WAITING


class PassedOver(StrEnum):
    """Why somebody who waits gets no place, as they were told; each has a sentence."""

    LARGER = "larger"
    """They wait for more places than the slot has by now."""
    GRADE = "grade"
    AUDIENCE = "audience"
    CONSENT = "consent"
    """Answers or the consent that a booking needs are missing."""
    BOOKINGS = "bookings"
    """They hold as many places as anybody may."""
    LATE = "late"
    """The slot is near: a place may still become free, but they should not count on it."""


class Answer(StrEnum):
    COMING = "coming"
    NOT_COMING = "not_coming"


class Refusal(StrEnum):
    """Why a person may not have a place; each has a sentence that says what to do instead."""

    STARTED = "started"
    CANCELLED = "cancelled"
    GRADE = "grade"
    AUDIENCE = "audience"
    TOO_MANY_PLACES = "too_many_places"
    ONE_PLACE_ONLY = "one_place_only"
    LARGER_THAN_SLOT = "larger_than_slot"
    TOO_MANY_BOOKINGS = "too_many_bookings"
    TOO_MANY_WAITS = "too_many_waits"


@dataclass(frozen=True, slots=True)
class Booking:
    id: int
    slot_id: int
    person_id: int
    places: int
    companions: tuple[str, ...]
    status: BookingStatus
    queued_at: datetime
    held_since: datetime | None
    offer_expires_at: datetime | None
    answer: Answer | None
    ended_at: datetime | None
    sequence: int
    passed_over: PassedOver | None = None
    brings_only: bool = False


Planned = tuple[Booking, Slot, Activity]
"""A booking with what it is for."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """Another slot in which the person holds a place, near in time to the one they ask for."""

    booking_id: int
    slot_id: int
    starts_at: datetime
    ends_at: datetime
    venue_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Request:
    """What the decision is made from.

    ``queue_ahead``: somebody waits already, so a newcomer must wait too. ``engagements`` and ``held``, in how many
    coming slots the person has a place, are asked only while a place is there.
    """

    person: Person
    activity: Activity
    slot: Slot
    places: int
    queue_ahead: bool
    now: datetime
    engagements: Sequence[Engagement] = ()
    held: int = 0
    brings_only: bool = False


@dataclass(frozen=True, slots=True)
class Accept:
    """The place is theirs. ``tight`` is an engagement elsewhere with too little time to travel."""

    tight: Engagement | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """They hold a place elsewhere at that time; it may be replaced, all of ``clashes`` at once."""

    clashes: tuple[Engagement, ...]


@dataclass(frozen=True, slots=True)
class Full:
    free: int


@dataclass(frozen=True, slots=True)
class Refuse:
    reason: Refusal


Decision = Accept | Clash | Full | Refuse


def overlaps(starts_at: datetime, ends_at: datetime, other: Engagement) -> bool:
    """Half-open: 10:00–11:00 and 11:00–12:00 do not clash."""
    return starts_at < other.ends_at and other.starts_at < ends_at


def is_tight(starts_at: datetime, ends_at: datetime, venue_id: int, other: Engagement) -> bool:
    """Another venue, no overlap, and under ``TRAVEL_TIME`` to get there."""
    if venue_id == other.venue_id or overlaps(starts_at, ends_at, other):
        return False
    return starts_at < other.ends_at + TRAVEL_TIME and other.starts_at < ends_at + TRAVEL_TIME


def admits(person: Person, activity: Activity) -> Refusal | None:
    """Whether the activity is for this person's grade and role."""
    if person.role is Role.STUDENT and not activity.admits_grade(person.grade):
        return Refusal.GRADE
    wanted = {
        Audience.STUDENTS: {Role.STUDENT, Role.PARENT},
        Audience.TEACHERS: {Role.TEACHER},
        Audience.MENTORS: {Role.MENTOR},
    }.get(activity.audience)
    if wanted is None or Role.COORDINATOR in person.acting_roles or wanted & person.acting_roles:
        return None
    return Refusal.AUDIENCE


def refusal(request: Request) -> Refusal | None:
    """Everything that no waiting and no swapping can mend."""
    slot, places = request.slot, request.places
    if slot.cancelled_at is not None:
        return Refusal.CANCELLED
    if slot.starts_at <= request.now:
        return Refusal.STARTED
    if (reason := admits(request.person, request.activity)) is not None:
        return reason
    if places > 1 and not request.person.is_adult:
        return Refusal.ONE_PLACE_ONLY
    if not 1 <= places <= MAXIMUM_PLACES:
        return Refusal.TOO_MANY_PLACES
    if slot.capacity is not None and places > slot.capacity:
        return Refusal.LARGER_THAN_SLOT
    return None


def is_full(request: Request) -> bool:
    """Whether there is no room for as many as are asked for, or others come first."""
    free = request.slot.free
    return free is not None and (request.queue_ahead or free < request.places)


def decide(request: Request) -> Decision:
    """The one decision of a sign-up: refused, full, clashing or accepted, in this order.

    Full comes before the clash, so that nobody is asked to give up a place for one that is not there.
    """
    slot = request.slot
    if (reason := refusal(request)) is not None:
        return Refuse(reason)
    if is_full(request):
        return Full(0 if request.queue_ahead else slot.free or 0)
    clashes = tuple(e for e in request.engagements if overlaps(slot.starts_at, slot.ends_at, e))
    if clashes:
        return Clash(clashes)
    if is_reached(Kept.BOOKINGS, request.held):
        return Refuse(Refusal.TOO_MANY_BOOKINGS)
    venue = request.activity.venue.id
    tight = (e for e in request.engagements if is_tight(slot.starts_at, slot.ends_at, venue, e))
    return Accept(next(tight, None))


GATHERS_UNTIL = timedelta(hours=72)
"""Before the start: until then freed places gather for the first in line who needs several."""
OFFER_TIMES = (OFFER_TIME, timedelta(hours=1), timedelta(minutes=30), timedelta(minutes=10))
"""Waking times of an offer, the longest first: near the start, and somebody else could come, it is short."""
IN_VAIN_BEFORE_START = timedelta(hours=3)
"""When those who still wait are told not to count on a place."""
IN_VAIN_AT_LAST = timedelta(minutes=30)
"""The same for those who came to the list later than that."""


def gathers(starts_at: datetime, now: datetime) -> bool:
    return starts_at - now > GATHERS_UNTIL


def in_vain_from(starts_at: datetime, zone: tzinfo) -> datetime:
    """When those who wait are told not to count on a place: not at night."""
    return before_night(starts_at - IN_VAIN_BEFORE_START, zone)


def offer_until(told_at: datetime, starts_at: datetime, zone: tzinfo, *, others_could_come: bool) -> datetime:
    """When an offer passes on: after two waking hours, never after the start.

    Where somebody behind could come at once, it takes at most a quarter of the waking time that is left.
    """
    lasts = OFFER_TIME
    if others_could_come:
        fits = (time for time in OFFER_TIMES if add_waking_time(told_at, 4 * time, zone) <= starts_at)
        lasts = next(fits, OFFER_TIMES[-1])
    return min(add_waking_time(told_at, lasts, zone), starts_at)


def unservable(person: Person | None, activity: Activity) -> PassedOver | None:
    """Why somebody who waits may not have the place as things are now."""
    if person is None or not person.is_registered:
        return PassedOver.CONSENT
    match admits(person, activity):
        case Refusal.GRADE:
            return PassedOver.GRADE
        case Refusal.AUDIENCE:
            return PassedOver.AUDIENCE
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody in a waiting list, as promotion sees them."""

    booking_id: int
    person_id: int
    places: int
    has_clash: bool
    queued_at: datetime
    sequence: int = 0
    """Of the booking: it grows with each change, and tells one stay in the list from the next."""
    agreed_sequence: int = 0
    """Of the slot, when they asked for it."""
    passed_over: PassedOver | None = None
    """What they were told."""
    unservable: PassedOver | None = None
    """What is so now."""
    has_moved: bool = False
    """The slot is at another time or place than they asked for."""


@dataclass(frozen=True, slots=True)
class Promotion:
    waiter: Waiter
    as_offer: bool


def promotions(free: int | None, queue: Sequence[Waiter], *, gathers: bool) -> list[Promotion]:
    """Who gets places now, in order; who may not come is passed over.

    While places gather, the first who does not fit keeps everybody behind them waiting; later whoever fits gets one.
    """
    promoted: list[Promotion] = []
    for waiter in queue:
        if waiter.unservable is not None:
            continue
        if free is not None:
            if waiter.places > free:
                if gathers:
                    break
                continue
            free -= waiter.places
        promoted.append(Promotion(waiter, as_offer=waiter.has_clash or waiter.has_moved))
    return promoted

"""Signing up, waiting, swapping and giving back: the use cases around ``domain.booking``.

Every function that writes runs under the write lock of its unit of work, so what it reads is what it decides on.
``slot.taken`` and ``slot.waiting`` change here alone, together with the bookings they count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from db.engine import Session
from db.queries import booking as bookings
from db.queries import programme
from db.queries import waiting as waiting_queries
from domain.booking import (
    Accept,
    Answer,
    Booking,
    BookingStatus,
    Clash,
    Engagement,
    Full,
    Planned,
    Refusal,
    Refuse,
    Request,
    decide,
    gathers,
    is_full,
    overlaps,
    refusal,
)
from domain.limits import Kept, is_reached
from domain.names import LONGEST_FIRST_NAME, UnfitName, first_name
from domain.people import Actor, Person, Right
from domain.programme import Activity, Slot
from domain.seen import Seen, mark_of
from services.rights import needs
from services.seen import require_seen
from services.waiting_list import promote, release


class BookingError(Exception):
    """A use case cannot be done; subclasses carry what the sentence to the person needs."""


class NotRegistered(BookingError):
    """The person has not yet said who they are."""


class SlotGone(BookingError):
    """There is no such slot."""


class NotYours(BookingError):
    """There is no such booking, or it is another person's: the answer is the same."""


class BookingOver(BookingError):
    """The booking was ended before; ``planned`` says of what."""

    def __init__(self, planned: Planned) -> None:
        super().__init__(planned[0].id)
        self.planned = planned


class OtherClashes(BookingError):
    """A swap would give up something else than the message named; ``clashes`` is what it would be now."""

    def __init__(self, planned: Planned, clashes: tuple[Engagement, ...]) -> None:
        super().__init__(planned[0].id)
        self.planned = planned
        self.clashes = clashes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sign-up came to, with the slot as it is now."""

    slot: Slot
    activity: Activity


@dataclass(frozen=True, slots=True)
class Signed(Outcome):
    """The place is theirs; ``fresh`` is False when it was already."""

    booking: Booking
    fresh: bool
    tight: Engagement | None = None
    more: int = 0
    """Places of the same slot that they wait for besides."""


@dataclass(frozen=True, slots=True)
class Waiting(Outcome):
    booking: Booking
    position: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Clashing(Outcome):
    clashes: tuple[Engagement, ...]
    places: int


@dataclass(frozen=True, slots=True)
class NoPlaces(Outcome):
    places: int
    free: int


@dataclass(frozen=True, slots=True)
class Refused(Outcome):
    reason: Refusal


SignUp = Signed | Waiting | Clashing | NoPlaces | Refused


def registered(actor: Actor) -> Person:
    if actor.person is None or not actor.is_registered:
        raise NotRegistered
    return actor.person


def _slot(session: Session, slot_id: int) -> tuple[Slot, Activity]:
    found = programme.slot_with_activity(session, slot_id)
    if found is None:
        raise SlotGone
    return found


@needs(Right.SELF)
def slot_as_seen(
    session: Session, _actor: Actor, slot_id: int, seen: Seen | None, now: datetime
) -> tuple[Slot, Activity]:
    """A slot of which places are about to be asked for, as the person saw it.

    Raises:
        SlotGone, NotAsSeen
    """
    slot, activity = _slot(session, slot_id)
    if slot.cancelled_at is None and slot.starts_at > now:
        require_seen(session, seen, slot, activity)
    return slot, activity


def _existing(session: Session, slot: Slot, activity: Activity, person_id: int) -> Signed | Waiting | None:
    """The person's active booking of this slot as an outcome; an offered place is theirs to accept elsewhere."""
    booking = bookings.active(session, slot.id, person_id)
    if booking is None:
        return None
    if booking.status is BookingStatus.WAITING:
        return Waiting(slot, activity, booking, waiting_queries.position(session, booking), fresh=False)
    return Signed(slot, activity, booking, fresh=False)


def slot_as_it_is(session: Session, slot: Slot, now: datetime, zone: tzinfo) -> Slot:
    """The slot after those who wait and may have what is free were given it: they come before a newcomer."""
    if slot.waiting <= 0 or slot.free == 0:
        return slot
    promote(session, slot.id, now, zone)
    return _slot(session, slot.id)[0]


def request_of(
    session: Session,
    person: Person,
    slot: Slot,
    activity: Activity,
    places: int,
    now: datetime,
    *,
    brings_only: bool = False,
) -> Request:
    """What every answer needs; the person's other plans are asked for where a place is there to be taken."""
    return Request(
        person=person,
        activity=activity,
        slot=slot,
        places=places,
        queue_ahead=waiting_queries.somebody_waits(session, slot, fitting=not gathers(slot.starts_at, now)),
        now=now,
        brings_only=brings_only and person.is_adult,
    )


def waits_for_most(session: Session, person: Person, now: datetime) -> bool:
    """Whether the person waits for as many slots as one may."""
    return is_reached(Kept.WAITS, bookings.coming(session, person.id, now).waits)


def _with_plans(session: Session, request: Request) -> Request:
    person, slot = request.person, request.slot
    return replace(
        request,
        engagements=() if request.brings_only else bookings.engagements(session, person.id, slot),
        held=bookings.coming(session, person.id, request.now).held,
    )


@needs(Right.SELF)
def sign_up(
    session: Session,
    actor: Actor,
    slot_id: int,
    places: int,
    now: datetime,
    zone: tzinfo,
    *,
    swap: bool = False,
    gives: str | None = None,
    brings_only: bool = False,
    seen: Seen | None = None,
) -> SignUp:
    """Take ``places`` of a slot; with ``swap`` give up what clashes in the same transaction.

    Signing up twice gives the same booking. Nothing is given up unless the new place is held, and nothing that
    the person was not shown: ``gives`` is the mark of what was, None when no button was tapped. ``brings_only``: an
    adult takes no place themselves, so nothing of theirs clashes.

    Raises:
        NotRegistered, SlotGone, NotAsSeen
    """
    person = registered(actor)
    slot, activity = _slot(session, slot_id)
    existing = _existing(session, slot, activity, person.id)
    if existing is not None:
        if existing.booking.status is BookingStatus.OFFERED:
            offered = (existing.booking, slot, activity)
            brings_only = brings_only and person.is_adult
            return _accept(
                session,
                person,
                offered,
                now,
                zone,
                swap=swap,
                gives=gives,
                brings_only=brings_only,
                seen=seen,
            )
        return existing
    slot = slot_as_it_is(session, slot, now, zone)
    request = request_of(session, person, slot, activity, places, now, brings_only=brings_only)
    if (reason := refusal(request)) is not None:
        return Refused(slot, activity, reason)
    require_seen(session, seen, slot, activity)
    if not is_full(request):
        request = _with_plans(session, request)
    match decide(request):
        case Refuse(reason):
            return Refused(slot, activity, reason)
        case Full(free):
            return NoPlaces(slot, activity, places, free)
        case Clash(clashes) if not _agreed(clashes, swap=swap, gives=gives):
            return Clashing(slot, activity, clashes, places)
        case Clash(clashes):
            signed = _hold(session, request)
            for clash in clashes:
                release(session, clash.booking_id, now, zone)
            return signed
        case Accept(tight):
            return _hold(session, request, tight)


def _agreed_now(slot: Slot) -> dict[str, int]:
    """The person has read how the slot is now, and said yes to it."""
    return {"read_sequence": slot.sequence, "agreed_sequence": slot.sequence}


def _agreed(clashes: Sequence[Engagement], *, swap: bool, gives: str | None) -> bool:
    """Whether the person said that just these bookings may go."""
    return swap and (gives is None or gives == mark_of(clashes))


def _hold(session: Session, request: Request, tight: Engagement | None = None) -> Signed:
    slot, places = request.slot, request.places
    booking = bookings.put_booking(
        session,
        slot_id=slot.id,
        person_id=request.person.id,
        places=places,
        status=BookingStatus.BOOKED,
        queued_at=request.now,
        read_sequence=slot.sequence,
        held_since=request.now,
        brings_only=request.brings_only,
    )
    bookings.add_to_counters(session, slot.id, taken=places)
    return Signed(
        replace(slot, taken=slot.taken + places), request.activity, booking, fresh=True, tight=tight
    )


def _signed(session: Session, booking_id: int, slot_id: int, *, tight: Engagement | None) -> Signed:
    found = bookings.planned(session, booking_id)
    assert found is not None and found[1].id == slot_id  # noqa: S101, PT018 - written a moment ago, same unit
    booking, slot, activity = found
    return Signed(slot, activity, booking, fresh=True, tight=tight)


@needs(Right.SELF)
def wait(
    session: Session,
    actor: Actor,
    slot_id: int,
    places: int,
    now: datetime,
    zone: tzinfo,
    *,
    seen: Seen | None = None,
) -> SignUp:
    """Join the waiting list; when there is room by now, the answer is that of a sign-up.

    Waiting is allowed although something else clashes: the freed place will be offered as a swap.

    Raises:
        NotRegistered, SlotGone, NotAsSeen
    """
    person = registered(actor)
    slot, activity = _slot(session, slot_id)
    existing = _existing(session, slot, activity, person.id)
    if existing is not None:
        return existing
    slot = slot_as_it_is(session, slot, now, zone)
    request = request_of(session, person, slot, activity, places, now)
    if (reason := refusal(request)) is not None:
        return Refused(slot, activity, reason)
    require_seen(session, seen, slot, activity)
    if not is_full(request):
        return sign_up(session, actor, slot_id, places, now, zone)
    if waits_for_most(session, person, now):
        return Refused(slot, activity, Refusal.TOO_MANY_WAITS)
    booking = bookings.put_booking(
        session,
        slot_id=slot.id,
        person_id=person.id,
        places=places,
        status=BookingStatus.WAITING,
        queued_at=now,
        read_sequence=slot.sequence,
    )
    bookings.add_to_counters(session, slot.id, waiting=places)
    return Waiting(slot, activity, booking, waiting_queries.position(session, booking), fresh=True)


@needs(Right.SELF)
def own(session: Session, actor: Actor, booking_id: int) -> Planned:
    """A booking of the actor's own, in whatever state.

    Raises:
        NotYours
    """
    found = bookings.planned(session, booking_id)
    if found is None or found[0].person_id != actor.person_id:
        raise NotYours
    return found


@needs(Right.SELF)
def own_with_position(session: Session, actor: Actor, booking_id: int) -> tuple[Planned, int]:
    """A booking of the actor's own with its place in the waiting list, 0 when it is not in one.

    Raises:
        NotYours
    """
    found = own(session, actor, booking_id)
    waits = found[0].status is BookingStatus.WAITING
    return found, waiting_queries.position(session, found[0]) if waits else 0


def own_active(session: Session, actor: Actor, booking_id: int) -> Planned:
    found = own(session, actor, booking_id)
    if not found[0].status.is_active:
        raise BookingOver(found)
    return found


@needs(Right.SELF)
def give_back(
    session: Session,
    actor: Actor,
    booking_id: int,
    now: datetime,
    zone: tzinfo,
    *,
    seen: Seen | None = None,
) -> Planned:
    """Cancel a booking, leave a waiting list or decline an offer; those who wait move up at once.

    Returns the booking as it is afterwards.

    Raises:
        NotYours, NotAsSeen
        BookingOver: it had been given back before, or its slot has ended.
    """
    found = own_active(session, actor, booking_id)
    if found[1].ends_at <= now:
        raise BookingOver(found)
    require_seen(session, seen, found[1], found[2])
    release(session, booking_id, now, zone)
    return own(session, actor, booking_id)


decline_offer = give_back


@needs(Right.SELF)
def answer_coming(
    session: Session, actor: Actor, booking_id: int, now: datetime, *, seen: Seen | None = None
) -> Planned:
    """«Приду»: noted once, harmless twice.

    Raises:
        NotYours, NotAsSeen
        BookingOver: the place is not theirs any more, or the slot has ended.
    """
    found = own_active(session, actor, booking_id)
    booking, slot, _ = found
    if booking.status is not BookingStatus.BOOKED or slot.ends_at <= now:
        raise BookingOver(found)
    require_seen(session, seen, slot, found[2])
    if booking.answer is not Answer.COMING:
        bookings.update_booking(session, booking_id, answer=Answer.COMING, **_agreed_now(slot))
    return own(session, actor, booking_id)


@needs(Right.SELF)
def accept_offer(
    session: Session,
    actor: Actor,
    booking_id: int,
    now: datetime,
    zone: tzinfo,
    *,
    gives: str | None = None,
    seen: Seen | None = None,
) -> SignUp:
    """«Заменить запись» under an offer: what clashes is given up, the offered place becomes theirs.

    ``gives`` is the mark of what the message named; where something else clashes by now, it is asked about.

    Raises:
        NotRegistered, NotYours, NotAsSeen
        BookingOver: the offer has passed on.
    """
    booking, slot, activity = own_active(session, actor, booking_id)
    person = registered(actor)
    if booking.status is BookingStatus.BOOKED:
        return Signed(slot, activity, booking, fresh=False)
    if booking.status is not BookingStatus.OFFERED:
        return Waiting(slot, activity, booking, waiting_queries.position(session, booking), fresh=False)
    return _accept(session, person, (booking, slot, activity), now, zone, swap=True, gives=gives, seen=seen)


def _accept(
    session: Session,
    person: Person,
    offered: Planned,
    now: datetime,
    zone: tzinfo,
    *,
    swap: bool,
    gives: str | None,
    seen: Seen | None,
    brings_only: bool = False,
) -> SignUp:
    booking, slot, activity = offered
    brings_only = brings_only or booking.brings_only
    request = request_of(session, person, slot, activity, booking.places, now, brings_only=brings_only)
    if (reason := refusal(request)) is not None:
        return Refused(slot, activity, reason)
    require_seen(session, seen, slot, activity)
    engaged = _with_plans(session, request).engagements
    clashes = tuple(other for other in engaged if overlaps(slot.starts_at, slot.ends_at, other))
    if clashes and not _agreed(clashes, swap=swap, gives=gives):
        return Clashing(slot, activity, clashes, booking.places)
    bookings.update_booking(
        session,
        booking.id,
        status=BookingStatus.BOOKED,
        held_since=now,
        offer_expires_at=None,
        brings_only=brings_only,
        **_agreed_now(slot),
    )
    for clash in clashes:
        release(session, clash.booking_id, now, zone)
    return _signed(session, booking.id, slot.id, tight=None)


@needs(Right.SELF)
def keep_moved(
    session: Session,
    actor: Actor,
    booking_id: int,
    now: datetime,
    zone: tzinfo,
    *,
    gives: str | None = None,
    seen: Seen | None = None,
) -> Planned:
    """«Заменить запись» under the news of a move: what the slot overlaps now is given back, its place is kept.

    Raises:
        NotYours, NotAsSeen
        OtherClashes: ``gives`` is not the mark of what the slot overlaps now.
        BookingOver: the place is not theirs any more, or the slot is cancelled or has ended.
    """
    found = own_active(session, actor, booking_id)
    booking, slot, activity = found
    if booking.status is not BookingStatus.BOOKED or slot.cancelled_at is not None or slot.ends_at <= now:
        raise BookingOver(found)
    require_seen(session, seen, slot, activity)
    engaged = [] if booking.brings_only else bookings.engagements(session, booking.person_id, slot)
    clashes = tuple(other for other in engaged if overlaps(slot.starts_at, slot.ends_at, other))
    if clashes and not _agreed(clashes, swap=True, gives=gives):
        raise OtherClashes(found, clashes)
    for clash in clashes:
        release(session, clash.booking_id, now, zone)
    bookings.update_booking(session, booking_id, answer=Answer.COMING, **_agreed_now(slot))
    return own(session, actor, booking_id)


@needs(Right.AGREED)
def name_companions(session: Session, actor: Actor, booking_id: int, names: Sequence[str]) -> Planned:
    """First names of those who come with an adult; at most as many as there are places, and nothing but names.

    Raises:
        NotYours, BookingOver
    """
    found = own_active(session, actor, booking_id)
    known = [name for one in names if not isinstance(name := first_name(one, LONGEST_FIRST_NAME), UnfitName)]
    bookings.update_booking(session, booking_id, companions=known[: found[0].places])
    return own(session, actor, booking_id)


@dataclass(frozen=True, slots=True)
class Plan:
    """«Мои записи»: what is to come, in order of time, with places in waiting lists by booking id."""

    coming: tuple[Planned, ...]
    positions: dict[int, int]
    has_past: bool


@needs(Right.SELF)
def my_plan(session: Session, actor: Actor, now: datetime) -> Plan:
    coming = bookings.plan(session, actor.person_id, coming_from=now)
    return Plan(
        coming=tuple(coming),
        positions=bookings.positions(session, [booking for booking, _, _ in coming]),
        has_past=bool(bookings.plan(session, actor.person_id, past_before=now, limit=1)),
    )


@needs(Right.SELF)
def my_past(session: Session, actor: Actor, now: datetime, offset: int, limit: int) -> Sequence[Planned]:
    """What the person held a place in and is over, latest first."""
    return bookings.plan(session, actor.person_id, past_before=now, offset=offset, limit=limit)

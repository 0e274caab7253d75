"""«Изменить число»: some places given back, or more asked for, without touching the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from db.engine import Session
from db.queries import booking as bookings
from db.queries import waiting as waiting_queries
from domain.booking import Booking, BookingStatus, Planned, Refusal, gathers, refusal
from domain.people import Actor, Right
from domain.seen import Seen
from services.booking import (
    BookingOver,
    Outcome,
    Refused,
    Signed,
    SignUp,
    own_active,
    registered,
    request_of,
    sign_up,
    slot_as_it_is,
    slot_as_seen,
    waits_for_most,
)
from services.rights import needs
from services.seen import require_seen
from services.waiting_list import promote


@dataclass(frozen=True, slots=True)
class Resized(Outcome):
    """The booking has this many places now; with ``position``, in the waiting list."""

    booking: Booking
    position: int


@dataclass(frozen=True, slots=True)
class NotSoMany(Outcome):
    """Nothing has changed: ``more`` places were asked for besides those of the booking, and ``free`` can be had."""

    booking: Booking
    more: int
    free: int


Size = Resized | NotSoMany | Refused


@needs(Right.SELF)
def change_places(
    session: Session,
    actor: Actor,
    booking_id: int,
    places: int,
    now: datetime,
    zone: tzinfo,
    *,
    seen: Seen | None = None,
) -> Size:
    """Give some places back, which move the list at once, or take more: all of them or none.

    Who waits for fewer keeps their turn, who waits for more goes to the end of the list.

    Raises:
        NotYours, NotRegistered, NotAsSeen
        BookingOver: it is neither held nor waited for any more, or the slot has begun.
    """
    planned = _own_before_start(session, actor, booking_id, now)
    booking, slot, activity = planned
    require_seen(session, seen, slot, activity)
    other = _other_places(session, booking)
    request = replace(
        request_of(session, registered(actor), slot, activity, places + other, now), places=places + other
    )
    if (reason := refusal(request)) is not None and (places > booking.places or places < 1):
        return Refused(slot, activity, reason)
    if booking.status is BookingStatus.WAITING:
        return _wait_for(session, planned, places, now, zone)
    more = places - booking.places
    if more > 0:
        slot = slot_as_it_is(session, slot, now, zone)
        gathering = gathers(slot.starts_at, now)
        ahead = waiting_queries.somebody_waits(session, slot, fitting=not gathering)
        if slot.free is not None and (ahead or slot.free < more):
            return NotSoMany(slot, activity, booking, more, 0 if ahead else slot.free)
    names = booking.companions if len(booking.companions) <= places else ()
    bookings.update_booking(session, booking.id, places=places, companions=list(names))
    bookings.add_to_counters(session, slot.id, taken=more)
    if more < 0:
        promote(session, slot.id, now, zone)
    return _resized(session, booking.id)


def _own_before_start(session: Session, actor: Actor, booking_id: int, now: datetime) -> Planned:
    planned = own_active(session, actor, booking_id)
    if planned[0].status is BookingStatus.OFFERED or planned[1].starts_at <= now:
        raise BookingOver(planned)
    return planned


def _other_places(session: Session, booking: Booking) -> int:
    """Of the same slot: somebody may hold places and wait for more."""
    found = bookings.all_active(session, booking.slot_id, booking.person_id)
    return sum(other.places for other in found if other.id != booking.id)


def _wait_for(session: Session, planned: Planned, places: int, now: datetime, zone: tzinfo) -> Resized:
    booking, slot, _ = planned
    values: dict[str, object] = {"places": places, "passed_over": None}
    if places > booking.places:
        values["queued_at"] = now
    bookings.update_booking(session, booking.id, **values)
    bookings.add_to_counters(session, slot.id, waiting=places - booking.places)
    promote(session, slot.id, now, zone)
    return _resized(session, booking.id)


def _resized(session: Session, booking_id: int) -> Resized:
    found = bookings.planned(session, booking_id)
    assert found is not None  # noqa: S101 - written a moment ago, same unit
    booking, slot, activity = found
    waits = booking.status is BookingStatus.WAITING
    return Resized(slot, activity, booking, waiting_queries.position(session, booking) if waits else 0)


@needs(Right.SELF)
def wait_for_more(
    session: Session,
    actor: Actor,
    booking_id: int,
    more: int,
    now: datetime,
    zone: tzinfo,
    *,
    seen: Seen | None = None,
) -> Size:
    """Keep what is held and wait for ``more`` places of the same slot; those that come are added to it.

    Raises:
        NotYours, NotRegistered, NotAsSeen
        BookingOver: the places are not held any more, or the slot has begun.
    """
    planned = _own_before_start(session, actor, booking_id, now)
    booking, slot, activity = planned
    require_seen(session, seen, slot, activity)
    found = bookings.all_active(session, slot.id, booking.person_id)
    waits = next((each for each in found if each.status is BookingStatus.WAITING), None)
    if waits is not None:
        return _resized(session, waits.id)
    request = request_of(session, registered(actor), slot, activity, booking.places + more, now)
    if (reason := refusal(request)) is not None:
        return Refused(slot, activity, reason)
    if waits_for_most(session, request.person, now):
        return Refused(slot, activity, Refusal.TOO_MANY_WAITS)
    put = bookings.put_booking(
        session,
        slot_id=slot.id,
        person_id=booking.person_id,
        places=more,
        status=BookingStatus.WAITING,
        queued_at=now,
        read_sequence=slot.sequence,
        brings_only=booking.brings_only,
    )
    bookings.add_to_counters(session, slot.id, waiting=more)
    promote(session, slot.id, now, zone)
    after = bookings.by_id(session, put.id)
    return _resized(session, put.id if after is not None and after.status.is_active else booking.id)


@needs(Right.SELF)
def sign_up_in_part(
    session: Session,
    actor: Actor,
    slot_id: int,
    places: int,
    at_once: int,
    now: datetime,
    zone: tzinfo,
    *,
    seen: Seen | None = None,
) -> SignUp:
    """Take ``at_once`` of ``places`` and wait for the rest, both or neither.

    Raises:
        NotRegistered, SlotGone, NotAsSeen
    """
    slot, activity = slot_as_seen(session, actor, slot_id, seen, now)
    request = request_of(session, registered(actor), slot, activity, places, now)
    if (reason := refusal(request)) is not None:
        return Refused(slot, activity, reason)
    if waits_for_most(session, request.person, now):
        return Refused(slot, activity, Refusal.TOO_MANY_WAITS)
    result = sign_up(session, actor, slot_id, at_once, now, zone, seen=seen)
    if not isinstance(result, Signed) or not result.fresh or places <= at_once:
        return result
    rest = wait_for_more(session, actor, result.booking.id, places - at_once, now, zone)
    return replace(result, more=places - at_once) if isinstance(rest, Resized) else result

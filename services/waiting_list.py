"""Places given back and passed on: who waits moves up, is offered a swap, or is told why there is no place.

Every function runs under the write lock of its unit of work. ``slot.taken`` and ``slot.waiting`` change here and in
``services.booking`` alone, together with the bookings they count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from db.contained import one_by_one, set_aside
from db.engine import Session
from db.queries import booking as bookings
from db.queries import notices, people, programme
from db.queries import waiting as queries
from domain.booking import (
    GATHERS_UNTIL,
    IN_VAIN_AT_LAST,
    Answer,
    Booking,
    BookingStatus,
    PassedOver,
    Promotion,
    Waiter,
    gathers,
    in_vain_from,
    offer_until,
    promotions,
    unservable,
)
from domain.delivery import DeliveryKind, Lane, Owed
from domain.limits import Kept, is_reached
from domain.notices import has_moved
from domain.payloads import Nothing, Payload, Promoted
from domain.programme import Activity, Slot
from domain.quiet import next_waking
from services.deliveries import owe

NOTHING = Nothing()
QUEUE_STEP = 50
"""People of a waiting list looked at in one go."""
URGENT_BEFORE_START = timedelta(hours=12)
"""What matters this near to a slot is told at night too."""
NEAR = timedelta(hours=16)
"""Slots further away than this have nobody who waits in vain: an evening, a night and three hours."""


def release(
    session: Session,
    booking_id: int,
    now: datetime,
    zone: tzinfo,
    *,
    status: BookingStatus = BookingStatus.CANCELLED,
) -> None:
    """End a booking, and with held places the wait for more of them; those who wait move up at once."""
    booking = bookings.by_id(session, booking_id)
    if booking is None or not booking.status.is_active:
        return
    bookings.update_booking(
        session, booking.id, status=status, ended_at=now, offer_expires_at=None, answer=Answer.NOT_COMING
    )
    if booking.status is BookingStatus.WAITING:
        bookings.add_to_counters(session, booking.slot_id, waiting=-booking.places)
    else:
        bookings.add_to_counters(session, booking.slot_id, taken=-booking.places)
        more = bookings.active(session, booking.slot_id, booking.person_id)
        if more is not None:
            release(session, more.id, now, zone)
        fulfil_offers(session, now, zone, booking.person_id)
    promote(session, booking.slot_id, now, zone)


def release_everything(session: Session, person_id: int, now: datetime, zone: tzinfo) -> None:
    """Give back all that a person who leaves still holds or waits for."""
    for booking, _, _ in bookings.plan(session, person_id, coming_from=now):
        release(session, booking.id, now, zone)


def places_changed(session: Session, slot_ids: Iterable[int], now: datetime, zone: tzinfo) -> None:
    """Slots were edited: their lists move, and whoever was offered a place has the whole time anew."""
    for slot_id in slot_ids:
        found = programme.slot_with_activity(session, slot_id)
        if found is None or found[0].cancelled_at is not None:
            continue
        slot = found[0]
        if now < in_vain_from(slot.starts_at, zone):
            queries.forget_told(session, slot.id)
        for offer in queries.offers_of(session, slot.id):
            until = offer_until(next_waking(now, zone), slot.starts_at, zone, others_could_come=False)
            bookings.update_booking(session, offer.id, offer_expires_at=until)
        promote(session, slot.id, now, zone)


def promote(session: Session, slot_id: int, now: datetime, zone: tzinfo) -> None:
    """Give the free places of a slot to those who wait, and tell those who can have none why.

    A slot whose list cannot be moved is left to the next look: nobody's tap fails because of it.
    """

    def promote_these(slot_ids: Sequence[int]) -> None:
        for id_ in slot_ids:
            _promote(session, id_, now, zone)

    one_by_one(session, "slot", {slot_id: slot_id}, promote_these, now)


def _promote(session: Session, slot_id: int, now: datetime, zone: tzinfo) -> None:
    found = programme.slot_with_activity(session, slot_id)
    if found is None:
        return
    slot, activity = found
    if slot.waiting <= 0 or slot.cancelled_at is not None or slot.starts_at <= now:
        return
    for booking in queries.larger_than_slot(session, slot):
        _pass_over(session, booking, slot, PassedOver.LARGER, now, zone)
    free, last, gathering = slot.free, None, gathers(slot.starts_at, now)
    while free is None or free > 0:
        line = waiting_line(
            session, slot, activity, now, QUEUE_STEP, after=last, fitting=None if gathering else free
        )
        promoted = _settle_line(session, slot, line, free, now, zone)
        if free is not None:
            free -= sum(promotion.waiter.places for promotion in promoted)
        blocked = gathering and len(promoted) < sum(waiter.unservable is None for waiter in line)
        if blocked or len(line) < QUEUE_STEP:
            return
        last = line[-1]


def waiting_line(
    session: Session,
    slot: Slot,
    activity: Activity,
    now: datetime,
    limit: int,
    *,
    after: Waiter | None = None,
    fitting: int | None = None,
) -> list[Waiter]:
    """The waiting list in order, each judged as things are now: whom the slot admits, and what they asked for."""
    line = queries.queue(session, slot, limit, after=after, fitting=fitting)
    known = people.by_ids(session, {waiter.person_id for waiter in line})
    earlier = any(waiter.agreed_sequence != slot.sequence for waiter in line)
    versions = notices.versions(session, [slot.id])[slot.id] if earlier else ()

    def judged(waiter: Waiter) -> Waiter:
        reason = unservable(known.get(waiter.person_id), activity)
        if reason is None and is_reached(
            Kept.BOOKINGS, bookings.coming(session, waiter.person_id, now).held - waiter.has_clash
        ):
            reason = PassedOver.BOOKINGS
        moved = has_moved(versions, waiter.agreed_sequence)
        return replace(waiter, unservable=reason, has_moved=moved)

    return [judged(waiter) for waiter in line]


def _settle_line(
    session: Session, slot: Slot, line: Sequence[Waiter], free: int | None, now: datetime, zone: tzinfo
) -> list[Promotion]:
    for waiter in line:
        if waiter.unservable is waiter.passed_over:
            continue
        if waiter.unservable is not None:
            booking = bookings.by_id(session, waiter.booking_id)
            assert booking is not None  # noqa: S101 - read a moment ago, same unit
            _pass_over(session, booking, slot, waiter.unservable, now, zone)
        elif waiter.passed_over is not PassedOver.LATE:
            bookings.update_booking(session, waiter.booking_id, passed_over=None)
    promoted = promotions(free, line, gathers=gathers(slot.starts_at, now))
    chosen = {promotion.waiter.booking_id for promotion in promoted}
    for promotion in promoted:
        others = any(
            other.booking_id not in chosen
            and other.unservable is None
            and not other.has_clash
            and other.places <= promotion.waiter.places
            for other in line
        )
        _move_up(session, slot, promotion, now, zone, others_could_come=others)
    return promoted


def _pass_over(
    session: Session, booking: Booking, slot: Slot, reason: PassedOver, now: datetime, zone: tzinfo
) -> None:
    """Tell somebody who waits, once, why there is no place; they stay in the list, in case it changes."""
    bookings.update_booking(session, booking.id, passed_over=reason)
    urgent = reason is PassedOver.LATE or slot.starts_at - now < URGENT_BEFORE_START
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.PASSED_OVER}:{booking.id}:{booking.sequence}",
                kind=DeliveryKind.PASSED_OVER,
                person_id=booking.person_id,
                booking_id=booking.id,
                due_at=now if urgent else next_waking(now, zone),
                not_after=slot.starts_at,
                lane=Lane.REMINDER,
            )
        ],
    )


def _move_up(
    session: Session,
    slot: Slot,
    promotion: Promotion,
    now: datetime,
    zone: tzinfo,
    *,
    others_could_come: bool,
) -> None:
    waiter = promotion.waiter
    bookings.add_to_counters(session, slot.id, taken=waiter.places, waiting=-waiter.places)
    held = bookings.active(session, slot.id, waiter.person_id)
    if held is not None and held.status.holds_place:
        bookings.update_booking(session, held.id, places=held.places + waiter.places)
        bookings.update_booking(
            session, waiter.booking_id, status=BookingStatus.CANCELLED, ended_at=now, passed_over=None
        )
        more = Promoted(waiter.places)
        held = replace(held, sequence=held.sequence + 1)
        _tell(session, DeliveryKind.PROMOTED, held, slot, now, zone, payload=more)
        return
    expires_at = None
    if promotion.as_offer:
        told_at = _told_at(slot, now, zone)
        expires_at = offer_until(told_at, slot.starts_at, zone, others_could_come=others_could_come)
    bookings.update_booking(
        session,
        waiter.booking_id,
        status=BookingStatus.OFFERED if promotion.as_offer else BookingStatus.BOOKED,
        held_since=now,
        offer_expires_at=expires_at,
        passed_over=None,
    )
    booking = bookings.by_id(session, waiter.booking_id)
    assert booking is not None  # noqa: S101 - written a moment ago, same unit
    kind = DeliveryKind.OFFER if promotion.as_offer else DeliveryKind.PROMOTED
    _tell(session, kind, booking, slot, now, zone)


def _told_at(slot: Slot, now: datetime, zone: tzinfo) -> datetime:
    return now if slot.starts_at - now < URGENT_BEFORE_START else next_waking(now, zone)


def _tell(
    session: Session,
    kind: DeliveryKind,
    booking: Booking,
    slot: Slot,
    now: datetime,
    zone: tzinfo,
    *,
    payload: Payload = NOTHING,
) -> None:
    owe(
        session,
        [
            Owed(
                dedup_key=f"{kind}:{booking.id}:{booking.sequence}",
                kind=kind,
                person_id=booking.person_id,
                booking_id=booking.id,
                due_at=_told_at(slot, now, zone),
                not_after=booking.offer_expires_at or slot.starts_at,
                lane=Lane.URGENT,
                payload=payload,
            )
        ],
    )


def fulfil_offers(session: Session, now: datetime, zone: tzinfo, person_id: int | None = None) -> int:
    """Where an offered place clashes with nothing any more it is theirs, and they are told. How many there were.

    Who asked for another time or place is still asked.
    """
    without = set_aside(session, "booking", now)
    offers = {id_: id_ for id_ in queries.offers_without_clash(session, now, person_id) if id_ not in without}

    def fulfil_these(booking_ids: Sequence[int]) -> int:
        return sum(_fulfil(session, id_, now, zone) for id_ in booking_ids)

    return sum(one_by_one(session, "booking", offers, fulfil_these, now))


def _fulfil(session: Session, booking_id: int, now: datetime, zone: tzinfo) -> bool:
    found = bookings.planned(session, booking_id)
    assert found is not None  # noqa: S101 - read a moment ago, same unit
    slot = found[1]
    if not _agreed_to(session, booking_id, slot):
        return False
    bookings.update_booking(
        session, booking_id, status=BookingStatus.BOOKED, held_since=now, offer_expires_at=None
    )
    booking = bookings.by_id(session, booking_id)
    assert booking is not None  # noqa: S101 - written a moment ago, same unit
    _tell(session, DeliveryKind.PROMOTED, booking, slot, now, zone)
    return True


def _agreed_to(session: Session, booking_id: int, slot: Slot) -> bool:
    agreed = bookings.agreed_sequence(session, booking_id)
    if agreed == slot.sequence:
        return True
    versions = notices.versions(session, [slot.id])[slot.id]
    return not has_moved(versions, agreed)


def expire_offers(session: Session, now: datetime, zone: tzinfo, limit: int = 100) -> int:
    """Pass on the offers that nobody answered in time. How many there were."""
    fulfil_offers(session, now, zone)
    expired = queries.expired_offers(session, now, limit, set_aside(session, "booking", now))

    def lapse_these(booking_ids: Sequence[int]) -> None:
        for id_ in booking_ids:
            _lapse(session, id_, now, zone)

    one_by_one(session, "booking", {id_: id_ for id_ in expired}, lapse_these, now)
    move_lists(session, now, zone)
    tell_in_vain(session, now, zone)
    return len(expired)


def _lapse(session: Session, booking_id: int, now: datetime, zone: tzinfo) -> None:
    booking = bookings.by_id(session, booking_id)
    assert booking is not None  # noqa: S101 - read a moment ago, same unit
    release(session, booking.id, now, zone, status=BookingStatus.LAPSED)
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.OFFER_LAPSED}:{booking.id}:{booking.sequence}",
                kind=DeliveryKind.OFFER_LAPSED,
                person_id=booking.person_id,
                booking_id=booking.id,
                due_at=next_waking(now, zone),
                lane=Lane.REMINDER,
            )
        ],
    )


def move_lists(session: Session, now: datetime, zone: tzinfo) -> None:
    """From 72 hours before the start on places do not gather any more: whoever fits moves up."""
    without = set_aside(session, "slot", now)
    for slot_id in queries.lists_to_move(session, now, now + GATHERS_UNTIL):
        if slot_id not in without:
            promote(session, slot_id, now, zone)


def tell_in_vain(session: Session, now: datetime, zone: tzinfo) -> None:
    """Some hours before the start those who still wait are told not to count on a place, and where there are some."""
    without = set_aside(session, "slot", now)
    lists = {
        slot_id: (slot_id, starts_at)
        for slot_id, starts_at in queries.lists_not_told(session, now, now + NEAR)
        if slot_id not in without and now >= in_vain_from(starts_at, zone)
    }

    def tell_these(some: Sequence[tuple[int, datetime]]) -> None:
        for slot_id, starts_at in some:
            _tell_in_vain(session, slot_id, starts_at, now, zone)

    one_by_one(session, "slot", lists, tell_these, now)


def _tell_in_vain(session: Session, slot_id: int, starts_at: datetime, now: datetime, zone: tzinfo) -> None:
    at_last = starts_at - IN_VAIN_AT_LAST
    queued_before = at_last if now >= at_last else in_vain_from(starts_at, zone)
    found = programme.slot_with_activity(session, slot_id)
    assert found is not None  # noqa: S101 - read a moment ago, same unit
    for booking in queries.not_told(session, slot_id, queued_before):
        _pass_over(session, booking, found[0], PassedOver.LATE, now, zone)

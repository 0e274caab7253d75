"""Bookings: reading the state of a decision and writing what it decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from db.models import ActivityRow, BookingRow, MunicipalityRow, SlotRow, VenueRow
from db.queries.programme import activity_from, slot_from
from domain.booking import TRAVEL_TIME, Answer, Booking, BookingStatus, Engagement, Planned, Waiter
from domain.programme import Slot

HOLDING = (BookingStatus.BOOKED, BookingStatus.OFFERED)
ACTIVE = (*HOLDING, BookingStatus.WAITING)


def booking_from(row: BookingRow) -> Booking:
    return Booking(
        id=row.id,
        slot_id=row.slot_id,
        person_id=row.person_id,
        places=row.places,
        companions=tuple(row.companions),
        status=BookingStatus(row.status),
        queued_at=row.queued_at,
        held_since=row.held_since,
        offer_expires_at=row.offer_expires_at,
        answer=Answer(row.answer) if row.answer else None,
        ended_at=row.ended_at,
        sequence=row.sequence,
    )


def by_id(session: Session, booking_id: int) -> Booking | None:
    row = session.get(BookingRow, booking_id, populate_existing=True)
    return booking_from(row) if row else None


def active(session: Session, slot_id: int, person_id: int) -> Booking | None:
    row = session.scalars(
        select(BookingRow)
        .where(
            BookingRow.slot_id == slot_id, BookingRow.person_id == person_id, BookingRow.status.in_(ACTIVE)
        )
        .execution_options(populate_existing=True)
    ).first()
    return booking_from(row) if row else None


def active_on_slots(session: Session, slot_ids: Sequence[int], person_id: int) -> dict[int, Booking]:
    """The person's active bookings by slot."""
    rows = session.scalars(
        select(BookingRow).where(
            BookingRow.slot_id.in_(slot_ids),
            BookingRow.person_id == person_id,
            BookingRow.status.in_(ACTIVE),
        )
    )
    return {row.slot_id: booking_from(row) for row in rows}


def engagements(session: Session, person_id: int, slot: Slot) -> list[Engagement]:
    """Other slots in which the person holds a place, near enough to clash or to be tight."""
    rows = session.execute(
        select(
            BookingRow.id,
            SlotRow.id,
            SlotRow.starts_at,
            SlotRow.ends_at,
            ActivityRow.venue_id,
            ActivityRow.title,
        )
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .where(
            BookingRow.person_id == person_id,
            BookingRow.status.in_(HOLDING),
            SlotRow.id != slot.id,
            SlotRow.cancelled_at.is_(None),
            SlotRow.starts_at < slot.ends_at + TRAVEL_TIME,
            SlotRow.ends_at > slot.starts_at - TRAVEL_TIME,
        )
        .order_by(SlotRow.starts_at)
    )
    return [Engagement(*row) for row in rows]


def insert_booking(session: Session, values: Mapping[str, Any]) -> int:
    result = session.execute(insert(BookingRow).values(companions=[], sequence=0).values(**values))
    key = result.inserted_primary_key  # type: ignore[attr-defined]
    return int(key[0])


def update_booking(session: Session, booking_id: int, **values: Any) -> None:
    session.execute(
        update(BookingRow)
        .where(BookingRow.id == booking_id)
        .values(sequence=BookingRow.sequence + 1, **values)
        .execution_options(synchronize_session=False)
    )


def add_to_counters(session: Session, slot_id: int, *, taken: int = 0, waiting: int = 0) -> None:
    session.execute(
        update(SlotRow)
        .where(SlotRow.id == slot_id)
        .values(taken=SlotRow.taken + taken, waiting=SlotRow.waiting + waiting)
        .execution_options(synchronize_session=False)
    )


def queue(session: Session, slot: Slot, limit: int) -> list[Waiter]:
    """The head of the waiting list in strict order, each with whether they are engaged at that time."""
    other, other_slot = aliased(BookingRow), aliased(SlotRow)
    clash = exists(
        select(other.id)
        .join(other_slot, other_slot.id == other.slot_id)
        .where(
            other.person_id == BookingRow.person_id,
            other.status.in_(HOLDING),
            other_slot.cancelled_at.is_(None),
            other_slot.starts_at < slot.ends_at,
            other_slot.ends_at > slot.starts_at,
            other_slot.id != slot.id,
        )
    )
    rows = session.execute(
        select(BookingRow.id, BookingRow.person_id, BookingRow.places, clash)
        .where(BookingRow.slot_id == slot.id, BookingRow.status == BookingStatus.WAITING)
        .order_by(BookingRow.queued_at, BookingRow.id)
        .limit(limit)
    )
    return [Waiter(id_, person, places, bool(clashes)) for id_, person, places, clashes in rows]


def position(session: Session, booking: Booking) -> int:
    """1 for the first in the waiting list."""
    return 1 + (
        session.scalar(
            select(func.count()).where(
                BookingRow.slot_id == booking.slot_id,
                BookingRow.status == BookingStatus.WAITING,
                or_(
                    BookingRow.queued_at < booking.queued_at,
                    and_(BookingRow.queued_at == booking.queued_at, BookingRow.id < booking.id),
                ),
            )
        )
        or 0
    )


def expired_offers(session: Session, now: datetime, limit: int) -> list[Booking]:
    rows = session.scalars(
        select(BookingRow)
        .where(BookingRow.status == BookingStatus.OFFERED, BookingRow.offer_expires_at <= now)
        .order_by(BookingRow.offer_expires_at, BookingRow.id)
        .limit(limit)
    )
    return [booking_from(row) for row in rows]


def _planned() -> Select[BookingRow, SlotRow, ActivityRow, VenueRow, str]:
    return (
        select(BookingRow, SlotRow, ActivityRow, VenueRow, MunicipalityRow.centre)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .join(MunicipalityRow, MunicipalityRow.code == VenueRow.municipality_code)
    )


def plan(
    session: Session,
    person_id: int,
    *,
    coming_from: datetime | None = None,
    past_before: datetime | None = None,
    offset: int = 0,
    limit: int = 200,
) -> list[Planned]:
    """A person's active bookings with what they are for.

    ``coming_from``: those that end after it, soonest first; ``past_before``: those booked that ended by then,
    latest first.
    """
    statement = _planned().where(BookingRow.person_id == person_id)
    if coming_from is not None:
        statement = statement.where(BookingRow.status.in_(ACTIVE), SlotRow.ends_at > coming_from)
        statement = statement.order_by(SlotRow.starts_at, SlotRow.id)
    if past_before is not None:
        statement = statement.where(
            BookingRow.status == BookingStatus.BOOKED,
            SlotRow.ends_at <= past_before,
            SlotRow.cancelled_at.is_(None),
        )
        statement = statement.order_by(SlotRow.starts_at.desc(), SlotRow.id)
    rows = session.execute(statement.offset(offset).limit(limit))
    return [
        (booking_from(booking), slot_from(slot), activity_from(activity, venue, town))
        for booking, slot, activity, venue, town in rows
    ]


def between(session: Session, person_id: int, after: datetime, until: datetime) -> list[Planned]:
    """The person's active bookings of slots that start in [after, until), in order of time."""
    rows = session.execute(
        _planned()
        .where(
            BookingRow.person_id == person_id,
            BookingRow.status.in_(ACTIVE),
            SlotRow.starts_at >= after,
            SlotRow.starts_at < until,
        )
        .order_by(SlotRow.starts_at, SlotRow.id)
    )
    return [
        (booking_from(booking), slot_from(slot), activity_from(activity, venue, town))
        for booking, slot, activity, venue, town in rows
    ]


def all_of(session: Session, person_id: int) -> list[Planned]:
    """Every booking ever made and still stored, in whatever state, in order of time."""
    rows = session.execute(_planned().where(BookingRow.person_id == person_id).order_by(SlotRow.starts_at))
    return [
        (booking_from(booking), slot_from(slot), activity_from(activity, venue, town))
        for booking, slot, activity, venue, town in rows
    ]


def planned(session: Session, booking_id: int) -> Planned | None:
    """One booking, in whatever state, with what it is for."""
    row = session.execute(
        _planned().where(BookingRow.id == booking_id).execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    booking, slot, activity, venue, town = row
    return booking_from(booking), slot_from(slot), activity_from(activity, venue, town)


def positions(session: Session, bookings: Iterable[Booking]) -> dict[int, int]:
    """Places in their waiting lists, by booking id: one statement for all of them."""
    ids = [booking.id for booking in bookings if booking.status is BookingStatus.WAITING]
    if not ids:
        return {}
    ahead = aliased(BookingRow)
    rows = session.execute(
        select(BookingRow.id, func.count(ahead.id))
        .outerjoin(
            ahead,
            and_(
                ahead.slot_id == BookingRow.slot_id,
                ahead.status == BookingStatus.WAITING,
                tuple_(ahead.queued_at, ahead.id) < tuple_(BookingRow.queued_at, BookingRow.id),
            ),
        )
        .where(BookingRow.id.in_(ids))
        .group_by(BookingRow.id)
    )
    return {booking_id: count + 1 for booking_id, count in rows}

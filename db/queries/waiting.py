"""Waiting lists: who is next, whose offers are open, and which lists can move."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, true, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from db.contained import known, readable
from db.models import BookingRow, SlotRow
from db.queries.booking import HOLDING
from db.queries.reading import BOOKING, booking_of, booking_table, slot_table
from domain.booking import Booking, BookingStatus, PassedOver, Waiter
from domain.programme import Slot

Moment = InstrumentedAttribute[datetime] | datetime

_WAITS = BookingRow.status == BookingStatus.WAITING
_IN_LINE = and_(_WAITS, or_(BookingRow.passed_over.is_(None), BookingRow.passed_over == PassedOver.LATE))
"""Those who could have a place as far as is known."""


def _could_fit(slot: Slot) -> ColumnElement[bool]:
    """Who waits for more places than the slot has by now holds nobody up."""
    return true() if slot.capacity is None else BookingRow.places <= slot.capacity


def somebody_waits(session: Session, slot: Slot, *, fitting: bool) -> bool:
    """Whether a newcomer would overtake somebody; ``fitting``: only those whom the free places are enough for."""
    if slot.waiting <= 0:
        return False
    fits = BookingRow.places <= slot.free if fitting and slot.free is not None else _could_fit(slot)
    return bool(session.scalar(select(exists().where(BookingRow.slot_id == slot.id, _IN_LINE, fits))))


def _clashes(
    starts_at: Moment, ends_at: Moment, slot_id: InstrumentedAttribute[int] | int
) -> ColumnElement[bool]:
    """Whether the person of ``BookingRow`` takes part in something else at that time."""
    other, other_slot = aliased(BookingRow), aliased(SlotRow)
    return exists(
        select(other.id)
        .join(other_slot, other_slot.id == other.slot_id)
        .where(
            other.person_id == BookingRow.person_id,
            other.status.in_(HOLDING),
            other.brings_only.is_(False),
            other_slot.cancelled_at.is_(None),
            other_slot.starts_at < ends_at,
            other_slot.ends_at > starts_at,
            other_slot.id != slot_id,
        )
    )


def queue(
    session: Session, slot: Slot, limit: int, *, after: Waiter | None = None, fitting: int | None = None
) -> list[Waiter]:
    """The waiting list in strict order from behind ``after`` on, each with whether they are engaged at that time.

    ``fitting``: only those who wait for at most so many places.
    """
    clash = and_(BookingRow.brings_only.is_(False), _clashes(slot.starts_at, slot.ends_at, slot.id))
    query = select(
        BookingRow.id,
        BookingRow.person_id,
        BookingRow.places,
        clash,
        BookingRow.sequence,
        BookingRow.queued_at,
        BookingRow.agreed_sequence,
        BookingRow.passed_over,
    ).where(BookingRow.slot_id == slot.id, _WAITS, _could_fit(slot))
    if after is not None:
        query = query.where(tuple_(BookingRow.queued_at, BookingRow.id) > (after.queued_at, after.booking_id))
    if fitting is not None:
        query = query.where(BookingRow.places <= fitting)
    rows = session.execute(query.order_by(BookingRow.queued_at, BookingRow.id).limit(limit))
    return [
        Waiter(
            booking_id=row[0],
            person_id=row[1],
            places=row[2],
            has_clash=bool(row[3]),
            sequence=row[4],
            queued_at=row[5],
            agreed_sequence=row[6],
            passed_over=known(session, PassedOver, row[7], "booking", row[0]),
        )
        for row in rows
    ]


def larger_than_slot(session: Session, slot: Slot) -> list[Booking]:
    """Those who wait for more places than the slot has by now, and have not been told."""
    if slot.capacity is None:
        return []
    told = booking_table.c.passed_over.is_not_distinct_from(PassedOver.LARGER)
    rows = session.execute(
        select(*BOOKING).where(
            booking_table.c.slot_id == slot.id,
            booking_table.c.status == BookingStatus.WAITING,
            booking_table.c.places > slot.capacity,
            ~told,
        )
    )
    return readable(session, "booking", rows, booking_of)


def expired_offers(
    session: Session, now: datetime, limit: int, without: Collection[int | str]
) -> Sequence[int]:
    """Offers whose time is over; while its slot is cancelled an offer stands still. ``without``: bookings left out."""
    return session.scalars(
        select(booking_table.c.id)
        .join_from(booking_table, slot_table, slot_table.c.id == booking_table.c.slot_id)
        .where(
            booking_table.c.status == BookingStatus.OFFERED,
            booking_table.c.offer_expires_at <= now,
            slot_table.c.cancelled_at.is_(None),
            booking_table.c.id.not_in(without),
        )
        .order_by(booking_table.c.offer_expires_at, booking_table.c.id)
        .limit(limit)
    ).all()


def offers_without_clash(session: Session, now: datetime, person_id: int | None = None) -> Sequence[int]:
    """Open offers, of one person or of all, of people who take part in nothing else at that time."""
    query = (
        select(BookingRow.id)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .where(
            BookingRow.status == BookingStatus.OFFERED,
            SlotRow.cancelled_at.is_(None),
            SlotRow.starts_at > now,
            or_(BookingRow.brings_only, ~_clashes(SlotRow.starts_at, SlotRow.ends_at, SlotRow.id)),
        )
    )
    if person_id is not None:
        query = query.where(BookingRow.person_id == person_id)
    return session.scalars(query.order_by(BookingRow.queued_at, BookingRow.id)).all()


def offers_of(session: Session, slot_id: int) -> list[Booking]:
    rows = session.execute(
        select(*BOOKING).where(
            booking_table.c.slot_id == slot_id, booking_table.c.status == BookingStatus.OFFERED
        )
    )
    return readable(session, "booking", rows, booking_of)


def lists_to_move(session: Session, after: datetime, until: datetime) -> Sequence[int]:
    """Slots that start in (after, until] and have places for somebody who waits there."""
    free = SlotRow.capacity - SlotRow.taken
    return session.scalars(
        select(SlotRow.id)
        .where(
            SlotRow.waiting > 0,
            SlotRow.cancelled_at.is_(None),
            SlotRow.starts_at > after,
            SlotRow.starts_at <= until,
            exists().where(
                BookingRow.slot_id == SlotRow.id,
                _IN_LINE,
                or_(SlotRow.capacity.is_(None), BookingRow.places <= free),
            ),
        )
        .order_by(SlotRow.starts_at)
    ).all()


def lists_not_told(session: Session, after: datetime, until: datetime) -> list[tuple[int, datetime]]:
    """Slots that start in (after, until] where people wait who have not been told that it may be in vain."""
    rows = session.execute(
        select(SlotRow.id, SlotRow.starts_at)
        .where(
            SlotRow.waiting > 0,
            SlotRow.cancelled_at.is_(None),
            SlotRow.starts_at > after,
            SlotRow.starts_at <= until,
            exists().where(BookingRow.slot_id == SlotRow.id, _WAITS, BookingRow.passed_over.is_(None)),
        )
        .order_by(SlotRow.starts_at)
    )
    return [(slot_id, starts_at) for slot_id, starts_at in rows]


def not_told(session: Session, slot_id: int, queued_before: datetime) -> list[Booking]:
    """Those who wait there since before a moment and have not been told that it may be in vain."""
    rows = session.execute(
        select(*BOOKING).where(
            booking_table.c.slot_id == slot_id,
            booking_table.c.status == BookingStatus.WAITING,
            booking_table.c.passed_over.is_(None),
            booking_table.c.queued_at < queued_before,
        )
    )
    return readable(session, "booking", rows, booking_of)


def forget_told(session: Session, slot_id: int) -> None:
    """The slot is far again: those who were told that they wait in vain wait as before."""
    session.execute(
        update(BookingRow)
        .where(BookingRow.slot_id == slot_id, BookingRow.passed_over == PassedOver.LATE)
        .values(passed_over=None)
    )


def position(session: Session, booking: Booking) -> int:
    """1 for the first in the waiting list."""
    ahead = tuple_(BookingRow.queued_at, BookingRow.id) < (booking.queued_at, booking.id)
    query = select(func.count()).where(BookingRow.slot_id == booking.slot_id, _IN_LINE, ahead)
    return 1 + (session.scalar(query) or 0)

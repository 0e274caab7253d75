"""Reminders out of bookings: one statement for all that start at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.orm import Session

from db.dialect import insert_or_update
from db.models import BookingRow, PersonRow, SlotRow, WatermarkRow
from db.queries.deliveries import insert_for_bookings
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, Lane
from domain.payloads import Reminder
from domain.reminders import Offset

WATERMARK = "reminders"


def watermark(session: Session) -> datetime | None:
    return session.scalar(select(WatermarkRow.reached).where(WatermarkRow.name == WATERMARK))


def advance(session: Session, now: datetime) -> None:
    insert_or_update(session, WatermarkRow, [{"name": WATERMARK, "reached": now}], key=("name",))


def starting_between(session: Session, first: datetime, end: datetime) -> Sequence[int]:
    """Slots that start in [first, end) and were not cancelled."""
    return session.scalars(
        select(SlotRow.id).where(
            SlotRow.starts_at >= first, SlotRow.starts_at < end, SlotRow.cancelled_at.is_(None)
        )
    ).all()


def starts_of(session: Session, slot_ids: Sequence[int]) -> Sequence[datetime]:
    """Different starts of these slots, soonest first."""
    return session.scalars(
        select(SlotRow.starts_at).where(SlotRow.id.in_(slot_ids)).distinct().order_by(SlotRow.starts_at)
    ).all()


def insert_reminders(session: Session, offset: Offset, starts_at: datetime, due: datetime) -> int:
    """Owe one reminder to everybody booked for that start who wants it. How many were new."""
    moment = int(starts_at.timestamp())
    return insert_for_bookings(
        session,
        SlotRow.starts_at == starts_at,
        SlotRow.cancelled_at.is_(None),
        BookingRow.status == BookingStatus.BOOKED,
        BookingRow.held_since < due,
        PersonRow.reminders.bitwise_and(int(offset)) != 0,
        PersonRow.paused_until.is_(None) | (PersonRow.paused_until <= due),
        key=literal("reminder:") + cast(BookingRow.id, String) + literal(f":{int(offset)}:{moment}"),
        kind=DeliveryKind.REMINDER,
        lane=Lane.REMINDER,
        payload=Reminder(int(offset), starts_at),
        due_at=due,
        not_after=starts_at,
    )


def coming_wishes(session: Session, after: datetime, until: datetime) -> Iterable[tuple[datetime, int]]:
    """Starts in (after, until] with the reminders wanted by somebody booked for them, soonest first."""
    rows = session.execute(
        select(SlotRow.starts_at, PersonRow.reminders)
        .join(BookingRow, BookingRow.slot_id == SlotRow.id)
        .join(PersonRow, PersonRow.id == BookingRow.person_id)
        .where(
            SlotRow.starts_at > after,
            SlotRow.starts_at <= until,
            SlotRow.cancelled_at.is_(None),
            BookingRow.status == BookingStatus.BOOKED,
            PersonRow.unreachable_at.is_(None),
            PersonRow.reminders != 0,
        )
        .distinct()
    )
    return [(row.starts_at, row.reminders) for row in rows]


def wishes(session: Session, person_id: int) -> tuple[int, datetime | None]:
    """Bits of the reminders a person wants, and until when they are paused."""
    row = session.execute(
        select(PersonRow.reminders, PersonRow.paused_until).where(PersonRow.id == person_id)
    ).one()
    return row.reminders, row.paused_until


def set_wishes(session: Session, person_id: int, wanted: int) -> None:
    _update_person(session, person_id, reminders=int(wanted))


def set_pause(session: Session, person_id: int, until: datetime | None) -> None:
    _update_person(session, person_id, paused_until=until)


def _update_person(session: Session, person_id: int, **values: int | datetime | None) -> None:
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == person_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

"""Own activities of a mentor: their slots, who comes to them, and marks of attendance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session

from db.contained import known, readable
from db.models import (
    ActivityMentorRow,
    ActivityRow,
    BookingRow,
    DeliveryRow,
    PersonRow,
    RoleGrantRow,
)
from db.queries.deliveries import insert_for_bookings
from db.queries.reading import WITH_SLOT, booking_table, companions_of, slot_table, with_slot_of
from domain.booking import Answer, BookingStatus
from domain.delivery import DeliveryKind, Lane
from domain.mentoring import Guest, Led
from domain.payloads import Late
from domain.people import Address, Role
from domain.programme import Slot

_BOOKED = booking_table.c.status == BookingStatus.BOOKED
_COUNTS = (
    func.coalesce(func.sum(booking_table.c.places), 0),
    func.coalesce(
        func.sum(case((booking_table.c.answer == Answer.COMING, booking_table.c.places), else_=0)), 0
    ),
    func.count(booking_table.c.id),
    func.count(booking_table.c.came),
)


def leads(session: Session, person_id: int) -> list[int]:
    """Ids of the activities that the person leads."""
    return list(
        session.scalars(select(ActivityMentorRow.activity_id).where(ActivityMentorRow.person_id == person_id))
    )


def coming(
    session: Session, activity_ids: Collection[int], now: datetime, offset: int, limit: int
) -> list[Led]:
    """Slots of these activities that are not over, cancelled ones too, in order of time."""
    return _led(
        session,
        WITH_SLOT.where(slot_table.c.activity_id.in_(activity_ids), slot_table.c.ends_at > now)
        .order_by(slot_table.c.starts_at, slot_table.c.id)
        .offset(offset)
        .limit(limit),
    )


def over(
    session: Session, activity_ids: Collection[int], since: datetime, now: datetime, limit: int
) -> list[Led]:
    """Slots that ended since a moment and were not cancelled, the latest first."""
    return _led(
        session,
        WITH_SLOT.where(
            slot_table.c.activity_id.in_(activity_ids),
            slot_table.c.ends_at > since,
            slot_table.c.ends_at <= now,
            slot_table.c.cancelled_at.is_(None),
        )
        .order_by(slot_table.c.starts_at.desc(), slot_table.c.id)
        .limit(limit),
    )


def _led(session: Session, query: Select[*tuple[Any, ...]]) -> list[Led]:
    """Slots with their activities, and the counts of all of them in one more statement."""
    found = session.execute(query).all()
    planned = readable(session, "slot", found, with_slot_of)
    counts = {
        row[0]: tuple(row[1:])
        for row in session.execute(
            select(booking_table.c.slot_id, *_COUNTS)
            .where(booking_table.c.slot_id.in_([slot.id for slot, _ in planned]), _BOOKED)
            .group_by(booking_table.c.slot_id)
        )
    }
    return [Led(slot, activity, *counts.get(slot.id, (0, 0, 0, 0))) for slot, activity in planned]


def led_slot(session: Session, slot_id: int, person_id: int) -> Led | None:
    """A slot of an activity that the person leads."""
    row = session.execute(
        WITH_SLOT.where(
            slot_table.c.id == slot_id,
            slot_table.c.activity_id.in_(
                select(ActivityMentorRow.activity_id).where(ActivityMentorRow.person_id == person_id)
            ),
        )
    ).first()
    if row is None:
        return None
    slot, activity = with_slot_of(row)
    counts = session.execute(select(*_COUNTS).where(booking_table.c.slot_id == slot_id, _BOOKED)).one()
    return Led(slot, activity, *counts)


def guests(session: Session, slot_id: int) -> list[Guest]:
    """Everybody booked, in the order of the alphabet; a name only of those whose consent stands."""
    consented = PersonRow.consent_version.is_not(None)
    rows = session.execute(
        select(
            BookingRow.id,
            case((consented, PersonRow.name)),
            PersonRow.role,
            PersonRow.grade,
            BookingRow.places,
            BookingRow.companions,
            BookingRow.answer,
            BookingRow.came,
        )
        .join(PersonRow, PersonRow.id == BookingRow.person_id)
        .where(BookingRow.slot_id == slot_id, BookingRow.status == BookingStatus.BOOKED)
        .order_by(PersonRow.name, BookingRow.id)
    )
    return [
        Guest(
            booking_id=id_,
            name=name,
            role=known(session, Role, role, "booking", id_),
            grade=grade,
            places=places,
            companions=companions_of(companions),
            answer=known(session, Answer, answer, "booking", id_),
            came=came,
        )
        for id_, name, role, grade, places, companions, answer, came in rows
    ]


def mark(session: Session, slot_id: int, booking_id: int, *, came: bool) -> int:
    """How many bookings changed: none when it was marked so before."""
    return _mark(session, slot_id, came, BookingRow.id == booking_id)


def mark_unmarked(session: Session, slot_id: int) -> int:
    """Everybody not marked yet came. How many that were."""
    return _mark(session, slot_id, True, BookingRow.came.is_(None))


def _mark(session: Session, slot_id: int, came: bool, which: ColumnElement[bool]) -> int:
    result = session.execute(
        update(BookingRow)
        .where(
            BookingRow.slot_id == slot_id,
            BookingRow.status == BookingStatus.BOOKED,
            which,
            or_(BookingRow.came.is_(None), BookingRow.came != came),
        )
        .values(came=came)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def owe_late(session: Session, slot: Slot, minutes: int, now: datetime) -> int:
    """Everybody booked is told how late it begins. How many are."""
    start = slot.starts_at.isoformat()
    return insert_for_bookings(
        session,
        BookingRow.slot_id == slot.id,
        BookingRow.status == BookingStatus.BOOKED,
        key=literal(f"late:{slot.id}:{start}:{minutes}:") + cast(BookingRow.id, String),
        kind=DeliveryKind.LATE,
        lane=Lane.URGENT,
        payload=Late(minutes, slot.starts_at),
        due_at=now,
        not_after=slot.ends_at,
    )


def told_late(session: Session, slot: Slot) -> int:
    """The most minutes that anybody booked was told of for the slot's present start; 0: nobody was."""
    payloads = session.scalars(
        select(DeliveryRow.payload)
        .join(BookingRow, BookingRow.id == DeliveryRow.booking_id)
        .where(BookingRow.slot_id == slot.id, DeliveryRow.kind == DeliveryKind.LATE)
    )
    told = [Late.from_json(payload) for payload in payloads]
    return max((late.minutes for late in told if late.starts_at == slot.starts_at), default=0)


def coordinators(session: Session, municipality: str, appointed: Collection[Address]) -> list[int]:
    """Ids of the people who coordinate the municipality or all of them, with those whom settings appoint."""
    granted = select(RoleGrantRow.person_id).where(
        RoleGrantRow.role == Role.COORDINATOR,
        RoleGrantRow.revoked_at.is_(None),
        or_(RoleGrantRow.municipality_code.is_(None), RoleGrantRow.municipality_code == municipality),
    )
    among: ColumnElement[bool] = PersonRow.id.in_(granted)
    if appointed:
        among = or_(
            among,
            tuple_(PersonRow.messenger, PersonRow.messenger_user_id).in_([tuple(one) for one in appointed]),
        )
    return list(
        session.scalars(
            select(PersonRow.id).where(among, PersonRow.unreachable_at.is_(None)).order_by(PersonRow.id)
        )
    )


def was_declined(session: Session, prefix: str) -> bool:
    """Whether a message with such a beginning of its key is owed or was sent."""
    return (
        session.scalar(
            select(DeliveryRow.id).where(DeliveryRow.dedup_key.startswith(prefix, autoescape=True))
        )
        is not None
    )


def leaders(session: Session) -> Sequence[tuple[str, str]]:
    """Title and "led by" of every activity that says who leads it."""
    rows = session.execute(
        select(ActivityRow.title, ActivityRow.led_by)
        .where(ActivityRow.led_by != "")
        .order_by(ActivityRow.title, ActivityRow.id)
    )
    return [(title, led_by) for title, led_by in rows]

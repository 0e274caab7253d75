"""Bookings: reading the state of a decision and writing what it decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    case,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from db.contained import readable
from db.erasing import erase_traces
from db.models import Base, BookingRow, DeliveryRow
from db.queries.reading import (
    BOOKING,
    PLANNED,
    activity_table,
    booking_of,
    booking_table,
    one_of,
    placed,
    planned_of,
    slot_table,
)
from domain.booking import TRAVEL_TIME, Booking, BookingStatus, Engagement, PassedOver, Planned
from domain.delivery import DeliveryStatus
from domain.programme import Slot

delivery_table = Base.metadata.tables[DeliveryRow.__tablename__]
HOLDING = (BookingStatus.BOOKED, BookingStatus.OFFERED)
ACTIVE = (*HOLDING, BookingStatus.WAITING)

_BY_ID = select(*BOOKING).where(booking_table.c.id == bindparam("booking"))
_ACTIVE_OF_PERSON = select(*BOOKING).where(
    booking_table.c.person_id == bindparam("person"), one_of(booking_table.c.status, ACTIVE)
)
_HOLDING_FIRST = case((booking_table.c.status == BookingStatus.WAITING, 1), else_=0)
"""Somebody may hold places and wait for more of them."""
_ACTIVE = _ACTIVE_OF_PERSON.where(booking_table.c.slot_id == bindparam("slot")).order_by(_HOLDING_FIRST)
_ACTIVE_ON_SLOTS = _ACTIVE_OF_PERSON.where(
    booking_table.c.slot_id.in_(bindparam("slots", expanding=True))
).order_by(_HOLDING_FIRST.desc())


def by_id(session: Session, booking_id: int) -> Booking | None:
    row = session.execute(_BY_ID, {"booking": booking_id}).first()
    return booking_of(row) if row else None


def agreed_sequence(session: Session, booking_id: int) -> int:
    """Of the slot, when the person last said yes to its time and place."""
    query = select(BookingRow.agreed_sequence).where(BookingRow.id == booking_id)
    return session.execute(query).scalar_one()


def active(session: Session, slot_id: int, person_id: int) -> Booking | None:
    row = session.execute(_ACTIVE, {"slot": slot_id, "person": person_id}).first()
    return booking_of(row) if row else None


def all_active(session: Session, slot_id: int, person_id: int) -> list[Booking]:
    """What is held of a slot, and what is waited for besides."""
    return [booking_of(row) for row in session.execute(_ACTIVE, {"slot": slot_id, "person": person_id})]


def active_on_slots(session: Session, slot_ids: Sequence[int], person_id: int) -> dict[int, Booking]:
    """The person's active bookings by slot."""
    if not slot_ids:
        return {}
    rows = session.execute(_ACTIVE_ON_SLOTS, {"slots": list(slot_ids), "person": person_id})
    return {found.slot_id: found for found in readable(session, "booking", rows, booking_of)}


_ENGAGEMENTS = (
    select(
        booking_table.c.id,
        slot_table.c.id,
        slot_table.c.starts_at,
        slot_table.c.ends_at,
        activity_table.c.venue_id,
        activity_table.c.title,
    )
    .select_from(
        booking_table.join(slot_table, slot_table.c.id == booking_table.c.slot_id).join(
            activity_table, activity_table.c.id == slot_table.c.activity_id
        )
    )
    .where(
        booking_table.c.person_id == bindparam("person"),
        one_of(booking_table.c.status, HOLDING),
        booking_table.c.brings_only.is_(False),
        slot_table.c.id != bindparam("slot"),
        slot_table.c.cancelled_at.is_(None),
        slot_table.c.starts_at < bindparam("until"),
        slot_table.c.ends_at > bindparam("after"),
    )
    .order_by(slot_table.c.starts_at)
)


def engagements(session: Session, person_id: int, slot: Slot) -> list[Engagement]:
    """Other slots in which the person takes part, near enough to clash or to be tight."""
    rows = session.execute(
        _ENGAGEMENTS,
        {
            "person": person_id,
            "slot": slot.id,
            "after": slot.starts_at - TRAVEL_TIME,
            "until": slot.ends_at + TRAVEL_TIME,
        },
    )
    return [Engagement(*row) for row in rows]


_INSERT = insert(booking_table)
_UPDATE = (
    update(booking_table)
    .where(booking_table.c.id == bindparam("booking"))
    .values(sequence=booking_table.c.sequence + 1)
)
_COUNT = (
    update(slot_table)
    .where(slot_table.c.id == bindparam("slot"))
    .values(
        taken=slot_table.c.taken + bindparam("more_taken"),
        waiting=slot_table.c.waiting + bindparam("more_waiting"),
    )
)


_ENDED = (
    select(booking_table.c.id, booking_table.c.sequence)
    .where(
        booking_table.c.person_id == bindparam("person"),
        booking_table.c.slot_id == bindparam("slot"),
        not_(one_of(booking_table.c.status, ACTIVE)),
    )
    .order_by(booking_table.c.id.desc())
    .limit(1)
)
_STILL_OWED = (
    update(delivery_table)
    .where(
        delivery_table.c.booking_id == bindparam("booking"),
        delivery_table.c.status == DeliveryStatus.PENDING,
    )
    .values(status=DeliveryStatus.OBSOLETE)
)


def put_booking(
    session: Session,
    *,
    slot_id: int,
    person_id: int,
    places: int,
    status: BookingStatus,
    queued_at: datetime,
    read_sequence: int,
    held_since: datetime | None = None,
    brings_only: bool = False,
) -> Booking:
    """A booking as it is stored; the slot's counters are the caller's: ``add_to_counters``.

    The row of an earlier booking of this person and slot is used again, so that nobody fills the table by taking
    and giving back. What was still owed about that one is not sent.
    """
    values: dict[str, Any] = {
        "slot_id": slot_id,
        "person_id": person_id,
        "places": places,
        "companions": [],
        "status": status,
        "queued_at": queued_at,
        "held_since": held_since,
        "offer_expires_at": None,
        "answer": None,
        "ended_at": None,
        "passed_over": None,
        "brings_only": brings_only,
    }
    others = {"read_sequence": read_sequence, "agreed_sequence": read_sequence, "came": None}
    ended = session.execute(_ENDED, {"person": person_id, "slot": slot_id}).first()
    if ended is None:
        result = session.execute(_INSERT, {**values, **others, "sequence": 0})
        key, sequence = int(result.inserted_primary_key[0]), 0  # type: ignore[attr-defined]
    else:
        key, sequence = ended.id, ended.sequence + 1
        session.execute(_STILL_OWED, {"booking": key})
        update_booking(session, key, **values, **others)
    return Booking(**{**values, "id": key, "companions": (), "sequence": sequence})


@dataclass(frozen=True, slots=True)
class Coming:
    """In how many coming slots a person holds a place, and for how many they wait."""

    held: int
    waits: int


_COMING_COUNT = (
    select(
        func.count().filter(one_of(booking_table.c.status, HOLDING)),
        func.count().filter(booking_table.c.status == BookingStatus.WAITING),
    )
    .select_from(booking_table.join(slot_table, slot_table.c.id == booking_table.c.slot_id))
    .where(
        booking_table.c.person_id == bindparam("person"),
        one_of(booking_table.c.status, ACTIVE),
        slot_table.c.ends_at > bindparam("now"),
        slot_table.c.cancelled_at.is_(None),
    )
)


def coming(session: Session, person_id: int, now: datetime) -> Coming:
    return Coming(*session.execute(_COMING_COUNT, {"person": person_id, "now": now}).one())


def update_booking(session: Session, booking_id: int, **values: Any) -> None:
    if "companions" in values:
        # The names before these were children's.
        erase_traces(session)
    session.execute(_UPDATE, {"booking": booking_id, **values})


def add_to_counters(session: Session, slot_id: int, *, taken: int = 0, waiting: int = 0) -> None:
    session.execute(_COUNT, {"slot": slot_id, "more_taken": taken, "more_waiting": waiting})


def uncount(session: Session, person_id: int) -> None:
    """Take every booking of a person out of the counters of its slot: they are about to be deleted."""
    rows = session.execute(
        select(BookingRow.slot_id, BookingRow.status, BookingRow.places).where(
            BookingRow.person_id == person_id, BookingRow.status.in_(ACTIVE)
        )
    )
    for slot_id, status, places in rows.all():
        waits = status == BookingStatus.WAITING
        add_to_counters(session, slot_id, taken=0 if waits else -places, waiting=-places if waits else 0)


_PLANNED = select(*PLANNED).select_from(
    placed(
        booking_table.join(slot_table, slot_table.c.id == booking_table.c.slot_id).join(
            activity_table, activity_table.c.id == slot_table.c.activity_id
        )
    )
)
_PLANNED_BY_ID = _PLANNED.where(booking_table.c.id == bindparam("booking"))
_PLANNED_BY_IDS = _PLANNED.where(booking_table.c.id.in_(bindparam("bookings", expanding=True)))
_OF_PERSON = _PLANNED.where(booking_table.c.person_id == bindparam("person"))
_COMING = (
    _OF_PERSON.where(one_of(booking_table.c.status, ACTIVE), slot_table.c.ends_at > bindparam("now"))
    .order_by(slot_table.c.starts_at, slot_table.c.id)
    .offset(bindparam("skipped", type_=Integer))
    .limit(bindparam("most", type_=Integer))
)
_PAST = (
    _OF_PERSON.where(
        booking_table.c.status == BookingStatus.BOOKED,
        slot_table.c.ends_at <= bindparam("now"),
        slot_table.c.cancelled_at.is_(None),
    )
    .order_by(slot_table.c.starts_at.desc(), slot_table.c.id)
    .offset(bindparam("skipped", type_=Integer))
    .limit(bindparam("most", type_=Integer))
)
_BETWEEN = _OF_PERSON.where(
    one_of(booking_table.c.status, ACTIVE),
    slot_table.c.starts_at >= bindparam("after"),
    slot_table.c.starts_at < bindparam("until"),
).order_by(slot_table.c.starts_at, slot_table.c.id)
_ALL_OF_PERSON = _OF_PERSON.order_by(slot_table.c.starts_at)


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
    latest first. One of the two.
    """
    statement = _COMING if past_before is None else _PAST
    rows = session.execute(
        statement,
        {"person": person_id, "now": past_before or coming_from, "skipped": offset, "most": limit},
    )
    return readable(session, "booking", rows, planned_of)


def between(session: Session, person_id: int, after: datetime, until: datetime) -> list[Planned]:
    """The person's active bookings of slots that start in [after, until), in order of time."""
    rows = session.execute(_BETWEEN, {"person": person_id, "after": after, "until": until})
    return readable(session, "booking", rows, planned_of)


def all_of(session: Session, person_id: int) -> list[Planned]:
    """Every booking ever made and still stored, in whatever state, in order of time."""
    rows = session.execute(_ALL_OF_PERSON, {"person": person_id})
    return readable(session, "booking", rows, planned_of)


def planned(session: Session, booking_id: int) -> Planned | None:
    """One booking, in whatever state, with what it is for."""
    row = session.execute(_PLANNED_BY_ID, {"booking": booking_id}).first()
    return planned_of(row) if row else None


def planned_by_ids(session: Session, booking_ids: Collection[int]) -> dict[int, Planned]:
    """Bookings in whatever state, with what they are for, by id."""
    if not booking_ids:
        return {}
    rows = session.execute(_PLANNED_BY_IDS, {"bookings": list(booking_ids)})
    return {found[0].id: found for found in readable(session, "booking", rows, planned_of)}


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
                or_(ahead.passed_over.is_(None), ahead.passed_over == PassedOver.LATE),
                tuple_(ahead.queued_at, ahead.id) < tuple_(BookingRow.queued_at, BookingRow.id),
            ),
        )
        .where(BookingRow.id.in_(ids))
        .group_by(BookingRow.id)
    )
    return {booking_id: count + 1 for booking_id, count in rows}

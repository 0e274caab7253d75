"""Numbers for coordinators: a few statements that count, whatever the size of the tables.

``municipalities`` None: all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, select, true
from sqlalchemy.orm import Session

from db.contained import readable
from db.queries.reading import (
    WITH_SLOT,
    activity_table,
    booking_table,
    municipality_table,
    person_table,
    placed,
    slot_table,
    venue_table,
    with_slot_of,
)
from domain.booking import Answer, BookingStatus
from domain.people import Role
from domain.programme import Activity, Kind, Slot, Track
from domain.summary import Absences, Bookings, Fill, Programme

Municipalities = Collection[str] | None

_SLOTS = slot_table.join(activity_table, activity_table.c.id == slot_table.c.activity_id).join(
    venue_table, venue_table.c.id == activity_table.c.venue_id
)


def _where(municipalities: Municipalities) -> ColumnElement[bool]:
    return true() if municipalities is None else venue_table.c.municipality_code.in_(municipalities)


def _to_come(now: datetime) -> ColumnElement[bool]:
    return and_(slot_table.c.starts_at > now, slot_table.c.cancelled_at.is_(None))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows fulfil it; zero of none."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


_LIMITED = slot_table.c.capacity.is_not(None)
_TAKEN = _sum(case((_LIMITED, slot_table.c.taken), else_=0))
_PLACES = _sum(slot_table.c.capacity)


def programme(session: Session, municipalities: Municipalities, now: datetime) -> Programme:
    kinds = session.execute(
        select(activity_table.c.kind, func.count())
        .select_from(activity_table.join(venue_table, venue_table.c.id == activity_table.c.venue_id))
        .where(_where(municipalities))
        .group_by(activity_table.c.kind)
    )
    activities = {str(kind): count for kind, count in kinds}
    unlimited = _sum(case((_LIMITED, 0), else_=slot_table.c.taken))
    slots, taken, places, without_limit, waiting = session.execute(
        select(func.count(), _TAKEN, _PLACES, unlimited, _sum(slot_table.c.waiting))
        .select_from(_SLOTS)
        .where(_where(municipalities), _to_come(now))
    ).one()
    return Programme(
        workshops=activities.get(Kind.WORKSHOP, 0),
        forum=activities.get(Kind.FORUM, 0),
        slots=slots,
        fill=Fill(taken, places),
        unlimited=without_limit,
        waiting=waiting,
    )


def people(session: Session, municipalities: Municipalities) -> tuple[dict[Role, int], int]:
    """Registered people by role, and how many of them cannot be written to."""
    among = true() if municipalities is None else person_table.c.municipality_code.in_(municipalities)
    rows = session.execute(
        select(person_table.c.role, func.count(), _count(person_table.c.unreachable_at.is_not(None)))
        .where(person_table.c.consent_version.is_not(None), person_table.c.role.is_not(None), among)
        .group_by(person_table.c.role)
    ).all()
    counted = {role: count for role, count, _ in rows}
    return {role: counted[role] for role in Role if role in counted}, sum(lost for _, _, lost in rows)


def _bookings(municipalities: Municipalities) -> FromClause:
    """Bookings with their slots; joined further only where a municipality must be known."""
    source = booking_table.join(slot_table, slot_table.c.id == booking_table.c.slot_id)
    if municipalities is None:
        return source
    return source.join(activity_table, activity_table.c.id == slot_table.c.activity_id).join(
        venue_table, venue_table.c.id == activity_table.c.venue_id
    )


def bookings(
    session: Session,
    municipalities: Municipalities,
    *,
    now: datetime,
    today: datetime,
    monday: datetime,
    day_after_tomorrow: datetime,
    absent_since: datetime,
) -> Bookings:
    """``today`` and ``monday`` are when they begin.

    Of all bookings only those asked for this week, and those of slots near today, are ever looked up with their slots.
    """
    asked = session.execute(
        select(_count(booking_table.c.queued_at >= today), func.count())
        .select_from(_bookings(municipalities))
        .where(_where(municipalities), booking_table.c.queued_at >= monday)
    ).one()
    soon = and_(_to_come(now), slot_table.c.starts_at < day_after_tomorrow)
    booked = and_(soon, booking_table.c.status == BookingStatus.BOOKED)
    said_no = and_(soon, booking_table.c.answer == Answer.NOT_COMING)
    near = session.execute(
        select(
            _count(and_(booked, booking_table.c.answer == Answer.COMING)),
            _count(and_(said_no, booking_table.c.status == BookingStatus.CANCELLED)),
            _count(and_(booked, booking_table.c.answer.is_(None))),
            _count(booking_table.c.came.is_(False)),
            _count(booking_table.c.came.is_not(None)),
        )
        .select_from(_bookings(municipalities))
        .where(
            _where(municipalities),
            slot_table.c.starts_at >= absent_since,
            slot_table.c.starts_at < day_after_tomorrow,
        )
    ).one()
    return Bookings(*asked, *near[:3], absences=Absences(*near[3:]))


def fill_by_track(session: Session, municipalities: Municipalities, now: datetime) -> dict[Track, Fill]:
    rows = session.execute(_fill(activity_table.c.track, municipalities, now)).all()
    found = {track: Fill(taken, places) for track, taken, places in rows}
    return {track: found[track] for track in Track if track in found}


def fill_by_municipality(session: Session, municipalities: Municipalities, now: datetime) -> dict[str, Fill]:
    """By name, those with the most places first."""
    rows = session.execute(
        _fill(municipality_table.c.name, municipalities, now).order_by(
            _PLACES.desc(), municipality_table.c.name
        )
    )
    return {name: Fill(taken, places) for name, taken, places in rows}


def _fill(by: ColumnElement[str], municipalities: Municipalities, now: datetime) -> Select[str, int, int]:
    return (
        select(by, _TAKEN, _PLACES)
        .select_from(placed(slot_table.join(activity_table, activity_table.c.id == slot_table.c.activity_id)))
        .where(_where(municipalities), _to_come(now), _LIMITED)
        .group_by(by)
    )


def sign_ups(
    session: Session, municipalities: Municipalities, days: Sequence[tuple[datetime, datetime]]
) -> list[int]:
    """Bookings made in each of the half-open intervals, whatever became of them; one pass."""
    row = session.execute(
        select(
            *(
                _count(and_(booking_table.c.queued_at >= start, booking_table.c.queued_at < end))
                for start, end in days
            )
        )
        .select_from(booking_table if municipalities is None else _bookings(municipalities))
        .where(_where(municipalities), booking_table.c.queued_at >= days[0][0])
    ).one()
    return list(row)


def waiting_lists(
    session: Session, municipalities: Municipalities, now: datetime, limit: int
) -> list[tuple[Slot, Activity]]:
    """Slots to come with the longest waiting lists."""
    rows = session.execute(
        WITH_SLOT.where(_where(municipalities), _to_come(now), slot_table.c.waiting > 0)
        .order_by(slot_table.c.waiting.desc(), slot_table.c.starts_at, slot_table.c.id)
        .limit(limit)
    )
    return readable(session, "slot", rows, with_slot_of)


def waiting(session: Session, municipalities: Municipalities, now: datetime) -> int:
    """Places asked for in all waiting lists of slots to come."""
    return session.execute(
        select(_sum(slot_table.c.waiting)).select_from(_SLOTS).where(_where(municipalities), _to_come(now))
    ).scalar_one()


def no_shows(
    session: Session, municipalities: Municipalities, since: datetime
) -> list[tuple[str, str, Absences]]:
    """Title, town and absences of every activity where attendance was marked; the most absent first."""
    absent = _count(booking_table.c.came.is_(False))
    rows = session.execute(
        select(activity_table.c.title, municipality_table.c.centre, absent, func.count())
        .select_from(
            placed(
                booking_table.join(slot_table, slot_table.c.id == booking_table.c.slot_id).join(
                    activity_table, activity_table.c.id == slot_table.c.activity_id
                )
            )
        )
        .where(_where(municipalities), slot_table.c.starts_at >= since, booking_table.c.came.is_not(None))
        .group_by(activity_table.c.id, activity_table.c.title, municipality_table.c.centre)
        .order_by(absent.desc(), activity_table.c.title, activity_table.c.id)
    )
    return [(title, town, Absences(missing, marked)) for title, town, missing, marked in rows]

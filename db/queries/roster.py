"""Who comes: bookings with the people and slots they belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from db.contained import known
from db.models import ActivityRow, BookingRow, MunicipalityRow, PersonRow, SlotRow, VenueRow
from db.queries.reading import companions_of
from domain.booking import Answer, BookingStatus
from domain.people import Role, Scope
from domain.programme import Kind
from domain.roster import Guest

HOLDING = (BookingStatus.BOOKED.value, BookingStatus.OFFERED.value)


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """Slots that a coordinator of this scope may see the people of: the forum belongs to all municipalities."""
    if scope.everywhere:
        return []
    return [
        VenueRow.municipality_code.in_(sorted(scope.municipalities)),
        ActivityRow.kind == Kind.WORKSHOP.value,
    ]


def guests(
    session: Session,
    scope: Scope,
    since: datetime,
    until: datetime | None = None,
    *,
    municipality: str | None = None,
    activity_id: int | None = None,
) -> list[Guest]:
    """Everybody who holds places of slots that start from ``since`` on and before ``until``, in the order of a list."""
    statement = (
        select(
            BookingRow.id,
            SlotRow.starts_at,
            SlotRow.ends_at,
            ActivityRow.title,
            VenueRow.name.label("venue"),
            VenueRow.address,
            SlotRow.room,
            PersonRow.name,
            PersonRow.role,
            PersonRow.grade,
            PersonRow.organisation,
            PersonRow.consent_version,
            BookingRow.places,
            BookingRow.companions,
            BookingRow.status,
            BookingRow.answer,
        )
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .join(PersonRow, PersonRow.id == BookingRow.person_id)
        .where(BookingRow.status.in_(HOLDING), *_slots(scope, since, until, municipality, activity_id))
        .order_by(SlotRow.starts_at, ActivityRow.title, SlotRow.id, PersonRow.name, BookingRow.id)
    )
    return [_guest(session, row) for row in session.execute(statement)]


def _slots(
    scope: Scope,
    since: datetime,
    until: datetime | None,
    municipality: str | None,
    activity_id: int | None,
) -> list[ColumnElement[bool]]:
    conditions = [SlotRow.cancelled_at.is_(None), SlotRow.starts_at >= since, *within(scope)]
    if until is not None:
        conditions.append(SlotRow.starts_at < until)
    if municipality is not None:
        conditions.append(VenueRow.municipality_code == municipality)
    if activity_id is not None:
        conditions.append(ActivityRow.id == activity_id)
    return conditions


def _guest(session: Session, row: Any) -> Guest:
    consented = row.consent_version is not None
    return Guest(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=row.title,
        venue=row.venue,
        address=row.address,
        room=row.room,
        name=(row.name or "") if consented else "",
        role=known(session, Role, row.role, "booking", row.id) if consented else None,
        grade=row.grade if consented else None,
        organisation=(row.organisation or "") if consented else "",
        places=row.places,
        companions=companions_of(row.companions) if consented else (),
        status=BookingStatus(row.status),
        answer=known(session, Answer, row.answer, "booking", row.id),
    )


def slot_starts(session: Session, scope: Scope, since: datetime) -> list[tuple[datetime, int]]:
    """When slots with people start, with the places held, from ``since`` on."""
    statement = (
        select(SlotRow.starts_at, SlotRow.taken)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .where(SlotRow.taken > 0, *_slots(scope, since, None, None, None))
        .order_by(SlotRow.starts_at)
    )
    return [(row.starts_at, row.taken) for row in session.execute(statement)]


def municipalities(session: Session, scope: Scope, since: datetime) -> list[tuple[str, str, int]]:
    """Code, name and places held of municipalities with coming people, by name."""
    statement = (
        _counted(MunicipalityRow.code, MunicipalityRow.name)
        .join(MunicipalityRow, MunicipalityRow.code == VenueRow.municipality_code)
        .where(SlotRow.taken > 0, *_slots(scope, since, None, None, None))
        .group_by(MunicipalityRow.code, MunicipalityRow.name)
        .order_by(MunicipalityRow.name)
    )
    return [(row.code, row.name, row.held) for row in session.execute(statement)]


def activities(
    session: Session, scope: Scope, since: datetime, municipality: str, offset: int, limit: int
) -> list[tuple[int, str, int]]:
    """Id, title and places held of a municipality's activities with coming people, by title."""
    statement = (
        _counted(ActivityRow.id, ActivityRow.title)
        .where(SlotRow.taken > 0, *_slots(scope, since, None, municipality, None))
        .group_by(ActivityRow.id, ActivityRow.title)
        .order_by(ActivityRow.title, ActivityRow.id)
        .offset(offset)
        .limit(limit)
    )
    return [(row.id, row.title, row.held) for row in session.execute(statement)]


def _counted(*columns: Any) -> Select[Any]:
    return (
        select(*columns, func.sum(SlotRow.taken).label("held"))
        .select_from(SlotRow)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
    )


def municipality_name(session: Session, code: str) -> str | None:
    return session.scalar(select(MunicipalityRow.name).where(MunicipalityRow.code == code))


def activity_place(session: Session, scope: Scope, activity_id: int) -> tuple[str, str] | None:
    """Title and municipality of an activity within the scope."""
    row = session.execute(
        select(ActivityRow.title, VenueRow.municipality_code)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .where(and_(ActivityRow.id == activity_id, *within(scope)))
    ).first()
    return (row.title, row.municipality_code) if row else None

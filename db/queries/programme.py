"""Reading the programme: activities, slots, lists and counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from db.models import ActivityRow, ForumFactRow, MunicipalityRow, SlotRow, VenueRow
from domain.finding import PAGE_SIZE, Filters, Listed, Page, Point, distance_km
from domain.programme import Access, Activity, Audience, Format, Kind, Municipality, Slot, Track, Venue


def local_day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The half-open interval of moments that are ``day`` in ``zone``."""
    start = datetime.combine(day, time(), zone)
    return start, datetime.combine(day + timedelta(days=1), time(), zone)


def venue_from(row: VenueRow, town: str) -> Venue:
    return Venue(
        id=row.id,
        code=row.code,
        name=row.name,
        municipality=row.municipality_code,
        town=town,
        address=row.address,
        latitude=row.latitude,
        longitude=row.longitude,
        access=frozenset(Access(value) for value in row.access.split(",") if value),
        directions=row.directions,
    )


def activity_from(row: ActivityRow, venue: VenueRow, town: str) -> Activity:
    return Activity(
        id=row.id,
        code=row.code,
        kind=Kind(row.kind),
        title=row.title,
        track=Track(row.track),
        format=Format(row.format) if row.format else None,
        venue=venue_from(venue, town),
        description=row.description,
        led_by=row.led_by,
        enterprise=row.enterprise,
        grade_from=row.grade_from,
        grade_to=row.grade_to,
        audience=Audience(row.audience),
        bring=row.bring,
        safety=row.safety,
    )


def slot_from(row: SlotRow) -> Slot:
    return Slot(
        id=row.id,
        code=row.code,
        activity_id=row.activity_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        taken=row.taken,
        room=row.room,
        cancelled_at=row.cancelled_at,
        sequence=row.sequence,
        waiting=row.waiting,
    )


def _activities() -> Select[ActivityRow, VenueRow, str]:
    return (
        select(ActivityRow, VenueRow, MunicipalityRow.centre)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .join(MunicipalityRow, MunicipalityRow.code == VenueRow.municipality_code)
    )


def activity_by_code(session: Session, code: str) -> Activity | None:
    row = session.execute(_activities().where(ActivityRow.code == code)).first()
    return activity_from(row[0], row[1], row[2]) if row else None


def activity_by_id(session: Session, activity_id: int) -> Activity | None:
    row = session.execute(_activities().where(ActivityRow.id == activity_id)).first()
    return activity_from(row[0], row[1], row[2]) if row else None


def slot_with_activity(session: Session, slot_id: int) -> tuple[Slot, Activity] | None:
    row = session.execute(
        _activities()
        .add_columns(SlotRow)
        .join(SlotRow, SlotRow.activity_id == ActivityRow.id)
        .where(SlotRow.id == slot_id)
    ).first()
    if row is None:
        return None
    activity, venue, town, slot = row
    return slot_from(slot), activity_from(activity, venue, town)


def coming_slots(session: Session, activity_id: int, now: datetime, limit: int) -> list[Slot]:
    """Slots not yet started, cancelled ones too, in order of time."""
    rows = session.scalars(
        select(SlotRow)
        .where(SlotRow.activity_id == activity_id, SlotRow.starts_at > now)
        .order_by(SlotRow.starts_at, SlotRow.id)
        .limit(limit)
    )
    return [slot_from(row) for row in rows]


def municipalities(session: Session) -> list[Municipality]:
    """All 44 in the order of the Russian alphabet as people read it («е» and «ё» together)."""
    rows = session.scalars(select(MunicipalityRow))
    found = [Municipality(r.code, r.name, r.kind, r.centre, r.latitude, r.longitude) for r in rows]
    return sorted(found, key=lambda m: m.name.casefold().replace("\N{CYRILLIC SMALL LETTER IO}", "\u0435"))


def forum_facts(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(ForumFactRow.key, ForumFactRow.value).order_by(ForumFactRow.position))
    return [(key, value) for key, value in rows]


def _free() -> ColumnElement[Any]:
    """Places left, NULL for no limit."""
    return case((SlotRow.capacity.is_(None), None), else_=SlotRow.capacity - SlotRow.taken)


def _has_place() -> ColumnElement[bool]:
    return or_(SlotRow.capacity.is_(None), and_(SlotRow.capacity > SlotRow.taken, SlotRow.waiting == 0))


def _slot_conditions(filters: Filters, now: datetime, zone: tzinfo) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [SlotRow.starts_at > now, SlotRow.cancelled_at.is_(None)]
    if filters.day is not None:
        start, end = local_day(filters.day, zone)
        conditions += [SlotRow.starts_at >= start, SlotRow.starts_at < end]
    if filters.only_free:
        conditions.append(_has_place())
    return conditions


def _activity_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.kind is not None:
        conditions.append(ActivityRow.kind == filters.kind)
    if filters.municipality is not None:
        conditions.append(VenueRow.municipality_code == filters.municipality)
    if filters.track is not None:
        conditions.append(ActivityRow.track == filters.track)
    if filters.grade is not None:
        conditions.append(or_(ActivityRow.grade_from.is_(None), ActivityRow.grade_from <= filters.grade))
        conditions.append(or_(ActivityRow.grade_to.is_(None), ActivityRow.grade_to >= filters.grade))
    conditions += [VenueRow.access.contains(f",{value},", autoescape=True) for value in filters.access]
    return conditions


def _first_slots(filters: Filters, now: datetime, zone: tzinfo) -> Subquery:
    """One slot an activity: with places before without, then the nearest."""
    order = func.row_number().over(
        partition_by=SlotRow.activity_id,
        order_by=(case((_has_place(), 0), else_=1), SlotRow.starts_at, SlotRow.id),
    )
    return (
        select(
            SlotRow.activity_id,
            SlotRow.starts_at,
            SlotRow.ends_at,
            case((SlotRow.waiting > 0, 0), else_=_free()).label("free"),
            order.label("place"),
        )
        .where(*_slot_conditions(filters, now, zone))
        .subquery()
    )


def _listed(row: Any, near: Point | None) -> Listed:
    activity, venue, town, starts_at, ends_at, free = row[:6]
    distance = None
    if near is not None and venue.latitude is not None and venue.longitude is not None:
        distance = distance_km(near, Point(venue.latitude, venue.longitude))
    return Listed(
        activity=activity_from(activity, venue, town),
        starts_at=starts_at,
        ends_at=ends_at,
        free=None if free is None else max(0, free),
        distance_km=distance,
    )


def find_page(session: Session, filters: Filters, number: int, now: datetime, zone: tzinfo) -> Page:
    """A page of activities that have a coming slot within the filters: nearest first, else soonest first.

    Two statements whatever the size. A page past the end is the last one.
    """
    first = _first_slots(filters, now, zone)
    found = (
        _activities()
        .add_columns(first.c.starts_at, first.c.ends_at, first.c.free)
        .join(first, and_(first.c.activity_id == ActivityRow.id, first.c.place == 1))
        .where(*_activity_conditions(filters))
    )
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = max(0, min(number, (total - 1) // PAGE_SIZE if total else 0))
    order: list[Any] = [first.c.starts_at, ActivityRow.id]
    if filters.near is not None:
        # Flat-earth distance is exact enough for an order; its square needs no function SQLite may lack.
        shrink = math.cos(math.radians(filters.near.latitude))
        north = VenueRow.latitude - filters.near.latitude
        east = (VenueRow.longitude - filters.near.longitude) * shrink
        order = [case((VenueRow.latitude.is_(None), 1), else_=0), north * north + east * east, *order]
    rows = session.execute(found.order_by(*order).limit(PAGE_SIZE).offset(number * PAGE_SIZE))
    return Page(tuple(_listed(row, filters.near) for row in rows), number, total)


def allowed_ids(session: Session, filters: Filters, now: datetime, zone: tzinfo) -> set[int]:
    """Ids of the activities that the filters leave, for a search to rank."""
    slots = select(SlotRow.activity_id).where(*_slot_conditions(filters, now, zone))
    statement = (
        select(ActivityRow.id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .where(ActivityRow.id.in_(slots), *_activity_conditions(filters))
    )
    return set(session.scalars(statement))


def listed_by_ids(
    session: Session, ids: Sequence[int], filters: Filters, now: datetime, zone: tzinfo
) -> list[Listed]:
    """Lines for ids in the order given; those without a coming slot keep empty times."""
    first = _first_slots(filters, now, zone)
    rows = session.execute(
        _activities()
        .add_columns(first.c.starts_at, first.c.ends_at, first.c.free)
        .outerjoin(first, and_(first.c.activity_id == ActivityRow.id, first.c.place == 1))
        .where(ActivityRow.id.in_(ids))
    )
    found = {row[0].id: _listed(row, filters.near) for row in rows}
    return [found[activity_id] for activity_id in ids if activity_id in found]


def counts_by_municipality(session: Session, filters: Filters, now: datetime, zone: tzinfo) -> dict[str, int]:
    """How many activities within the filters each municipality has; those with none are left out."""
    slots = select(SlotRow.activity_id).where(*_slot_conditions(filters, now, zone))
    statement = (
        select(VenueRow.municipality_code, func.count())
        .join(ActivityRow, ActivityRow.venue_id == VenueRow.id)
        .where(ActivityRow.id.in_(slots), *_activity_conditions(filters))
        .group_by(VenueRow.municipality_code)
    )
    return dict(session.execute(statement).tuples().all())


def coming_days(session: Session, filters: Filters, now: datetime, zone: tzinfo, limit: int) -> list[date]:
    """The next days on which something within the filters happens."""
    statement = (
        select(SlotRow.starts_at)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .where(*_slot_conditions(filters, now, zone), *_activity_conditions(filters))
        .order_by(SlotRow.starts_at)
    )
    days: dict[date, None] = {}
    for moment in session.scalars(statement.execution_options(yield_per=200)):
        days[moment.astimezone(zone).date()] = None
        if len(days) >= limit:
            break
    return list(days)


def forum_days(session: Session, zone: tzinfo) -> list[date]:
    """Every day of the forum, past ones too."""
    statement = (
        select(SlotRow.starts_at)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .where(ActivityRow.kind == Kind.FORUM)
        .distinct()
    )
    return sorted({moment.astimezone(zone).date() for moment in session.scalars(statement)})


def forum_between(
    session: Session,
    after: datetime,
    until: datetime,
    *,
    track: Track | None,
    offset: int,
    limit: int,
    running_at: datetime | None = None,
) -> tuple[list[tuple[Slot, Activity]], int]:
    """Forum slots that start in [after, until), or run at ``running_at``; a page of them and how many in all."""
    within = and_(SlotRow.starts_at >= after, SlotRow.starts_at < until)
    if running_at is not None:
        within = or_(within, and_(SlotRow.starts_at <= running_at, SlotRow.ends_at > running_at))
    statement = (
        _activities()
        .add_columns(SlotRow)
        .join(SlotRow, SlotRow.activity_id == ActivityRow.id)
        .where(ActivityRow.kind == Kind.FORUM, within)
    )
    if track is not None:
        statement = statement.where(ActivityRow.track == track)
    total = session.scalar(
        select(func.count()).select_from(statement.with_only_columns(SlotRow.id).subquery())
    )
    rows = session.execute(
        statement.order_by(SlotRow.starts_at, ActivityRow.track, SlotRow.id).offset(offset).limit(limit)
    )
    return [(slot_from(slot), activity_from(a, v, town)) for a, v, town, slot in rows], total or 0

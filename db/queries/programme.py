"""Reading the programme: activities, slots, lists and counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any

from sqlalchemy import Float, FromClause, Integer, Select, String, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from db.contained import readable
from db.models import ForumFactRow, MunicipalityRow
from db.queries.reading import (
    ACTIVITY,
    SLOT,
    WITH_SLOT,
    Values,
    activity_of,
    activity_table,
    placed,
    slot_of,
    slot_table,
    venue_table,
    with_slot_of,
)
from domain.finding import PAGE_SIZE, Filters, Listed, Page, Point, distance_km
from domain.programme import Access, Activity, Kind, Municipality, Slot, Track


def local_day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The half-open interval of moments that are ``day`` in ``zone``."""
    start = datetime.combine(day, time(), zone)
    return start, datetime.combine(day + timedelta(days=1), time(), zone)


_ACTIVITY = select(*ACTIVITY).select_from(placed(activity_table))
_BY_CODE = _ACTIVITY.where(activity_table.c.code == bindparam("code", type_=String))
_BY_ID = _ACTIVITY.where(activity_table.c.id == bindparam("activity"))
_BY_SLOT = WITH_SLOT.where(slot_table.c.id == bindparam("slot"))
_COMING_SLOTS = (
    select(*SLOT)
    .where(slot_table.c.activity_id == bindparam("activity"), slot_table.c.starts_at > bindparam("now"))
    .order_by(slot_table.c.starts_at, slot_table.c.id)
    .limit(bindparam("most"))
)


def activity_by_code(session: Session, code: str) -> Activity | None:
    row = session.execute(_BY_CODE, {"code": code}).first()
    return activity_of(row) if row else None


def activity_by_id(session: Session, activity_id: int) -> Activity | None:
    row = session.execute(_BY_ID, {"activity": activity_id}).first()
    return activity_of(row) if row else None


def slot_with_activity(session: Session, slot_id: int) -> tuple[Slot, Activity] | None:
    row = session.execute(_BY_SLOT, {"slot": slot_id}).first()
    return with_slot_of(row) if row else None


def coming_slots(session: Session, activity_id: int, now: datetime, limit: int) -> list[Slot]:
    """Slots not yet started, cancelled ones too, in order of time."""
    rows = session.execute(_COMING_SLOTS, {"activity": activity_id, "now": now, "most": limit})
    return [slot_of(row) for row in rows]


def municipalities(session: Session) -> list[Municipality]:
    """All 44 in the order of the Russian alphabet as people read it («е» and «ё» together)."""
    rows = session.scalars(select(MunicipalityRow))
    found = [Municipality(r.code, r.name, r.kind, r.centre, r.latitude, r.longitude) for r in rows]
    return sorted(found, key=lambda m: m.name.casefold().replace("\N{CYRILLIC SMALL LETTER IO}", "\u0435"))


def forum_facts(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(ForumFactRow.key, ForumFactRow.value).order_by(ForumFactRow.position))
    return [(key, value) for key, value in rows]


def _has_place(of: FromClause) -> ColumnElement[bool]:
    return or_(of.c.capacity.is_(None), and_(of.c.capacity > of.c.taken, of.c.waiting == 0))


_FREE = case(
    (slot_table.c.waiting > 0, 0),
    (slot_table.c.capacity.is_(None), None),
    else_=slot_table.c.capacity - slot_table.c.taken,
)
"""Places left for somebody who comes now, NULL for no limit."""

_LINE = (*ACTIVITY, slot_table.c.starts_at, slot_table.c.ends_at, _FREE)

_ACTIVITY_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "kind": activity_table.c.kind == bindparam("kind", type_=String),
    "municipality": venue_table.c.municipality_code == bindparam("municipality", type_=String),
    "track": activity_table.c.track == bindparam("track", type_=String),
    "grade": and_(
        or_(activity_table.c.grade_from.is_(None), activity_table.c.grade_from <= bindparam("grade")),
        or_(activity_table.c.grade_to.is_(None), activity_table.c.grade_to >= bindparam("grade")),
    ),
    **{value: venue_table.c.access.contains(f",{value},", autoescape=True) for value in Access},
}

OF_VENUE = frozenset({"municipality", "near", *Access})
"""Filters that look at the venue."""

Parts = frozenset[str]
"""Which filters are set: what a statement looks like. Their values are its parameters."""


def _parts(filters: Filters) -> Parts:
    named = ("kind", "municipality", "track", "grade", "day", "only_free", "near")
    return frozenset({name for name in named if getattr(filters, name)} | filters.access)


def _parameters(filters: Filters, now: datetime, zone: tzinfo) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(filters, name) for name in _ACTIVITY_CONDITIONS if getattr(filters, name, None)
    }
    values["now"] = now
    if filters.day is not None:
        values["day_from"], values["day_until"] = local_day(filters.day, zone)
    if filters.near is not None:
        # Flat-earth distance is exact enough for an order; its square needs no function SQLite may lack.
        values["latitude"], values["longitude"] = filters.near.latitude, filters.near.longitude
        values["shrink"] = math.cos(math.radians(filters.near.latitude))
    return values


def _slot_conditions(parts: Parts, of: FromClause) -> list[ColumnElement[bool]]:
    conditions = [of.c.starts_at > bindparam("now"), of.c.cancelled_at.is_(None)]
    if "day" in parts:
        conditions += [of.c.starts_at >= bindparam("day_from"), of.c.starts_at < bindparam("day_until")]
    if "only_free" in parts:
        conditions.append(_has_place(of))
    return conditions


def _activity_conditions(parts: Parts) -> list[ColumnElement[bool]]:
    return [condition for name, condition in _ACTIVITY_CONDITIONS.items() if name in parts]


def _first_slot(parts: Parts) -> ColumnElement[int]:
    """The id of one slot of the activity: with places before without, then the nearest. NULL: there is none."""
    coming = slot_table.alias("coming")
    nearest = (
        select(coming.c.id)
        .where(coming.c.activity_id == activity_table.c.id, *_slot_conditions(parts, coming))
        .order_by(coming.c.starts_at, coming.c.id)
        .limit(1)
        .correlate(activity_table)
    )
    with_place = nearest.where(_has_place(coming)).scalar_subquery()
    return with_place if "only_free" in parts else func.coalesce(with_place, nearest.scalar_subquery())


@cache
def _page(parts: Parts) -> Select[Any]:
    """Lines of a page with their ``total`` before them; past the end it is the last page."""
    chosen = select(activity_table.c.id.label("activity_id"), _first_slot(parts).label("slot_id"))
    if parts & OF_VENUE:
        chosen = chosen.add_columns(venue_table.c.latitude, venue_table.c.longitude)
        chosen = chosen.join_from(activity_table, venue_table, venue_table.c.id == activity_table.c.venue_id)
    found = (
        chosen.where(*_activity_conditions(parts))
        .cte("found")
        .prefix_with("MATERIALIZED")  # Or SQLite looks for the first slot of each activity twice.
    )
    counted = select(func.count(found.c.slot_id).label("total")).cte("counted").prefix_with("MATERIALIZED")
    total = select(counted.c.total).scalar_subquery()
    last = (total - 1) // PAGE_SIZE * PAGE_SIZE
    offset = bindparam("offset", type_=Integer)
    order: list[Any] = [slot_table.c.starts_at, found.c.activity_id]
    if "near" in parts:
        north = found.c.latitude - bindparam("latitude", type_=Float)
        east = (found.c.longitude - bindparam("longitude", type_=Float)) * bindparam("shrink", type_=Float)
        order = [case((found.c.latitude.is_(None), 1), else_=0), north * north + east * east, *order]
    ordered = [column.label(f"order_{number}") for number, column in enumerate(order)]
    page = (
        select(found.c.activity_id, found.c.slot_id, total.label("total"), *ordered)
        .join_from(found, slot_table, slot_table.c.id == found.c.slot_id)
        .order_by(*order)
        .limit(PAGE_SIZE)
        .offset(case((offset > last, last), else_=offset))
        .cte("page")
        .prefix_with("MATERIALIZED")  # Or SQLite sorts all the texts.
    )
    return (
        select(page.c.total, *_LINE)
        .select_from(
            placed(
                page.join(activity_table, activity_table.c.id == page.c.activity_id).join(
                    slot_table, slot_table.c.id == page.c.slot_id
                )
            )
        )
        .order_by(*(page.c[column.name] for column in ordered))
    )


def _listed(row: Values, near: Point | None, start: int = 0) -> Listed:
    found = activity_of(row, start)
    starts_at, ends_at, free = row[start + len(ACTIVITY) : start + len(_LINE)]
    distance = None
    if near is not None and found.venue.latitude is not None and found.venue.longitude is not None:
        distance = distance_km(near, Point(found.venue.latitude, found.venue.longitude))
    return Listed(
        activity=found,
        starts_at=starts_at,
        ends_at=ends_at,
        free=None if free is None else max(0, free),
        distance_km=distance,
    )


def find_page(session: Session, filters: Filters, number: int, now: datetime, zone: tzinfo) -> Page:
    """A page of activities that have a coming slot within the filters: nearest first, else soonest first.

    One statement whatever the size. A page past the end is the last one.
    """
    parameters = {**_parameters(filters, now, zone), "offset": max(0, number) * PAGE_SIZE}
    rows = session.execute(_page(_parts(filters)), parameters).all()
    if not rows:
        return Page((), 0, 0)
    total = rows[0][0]
    number = max(0, min(number, (total - 1) // PAGE_SIZE))
    lines = readable(session, "activity", rows, lambda row: _listed(row, filters.near, 1), lambda row: row[1])
    return Page(tuple(lines), number, total)


@cache
def _allowed(parts: Parts) -> Select[Any]:
    slots = select(slot_table.c.activity_id).where(*_slot_conditions(parts, slot_table))
    return (
        select(activity_table.c.id)
        .join_from(activity_table, venue_table, venue_table.c.id == activity_table.c.venue_id)
        .where(activity_table.c.id.in_(slots), *_activity_conditions(parts))
    )


def allowed_ids(session: Session, filters: Filters, now: datetime, zone: tzinfo) -> set[int]:
    """Ids of the activities that the filters leave, for a search to rank."""
    return set(session.scalars(_allowed(_parts(filters) - {"near"}), _parameters(filters, now, zone)))


@cache
def _lines(parts: Parts) -> Select[Any]:
    return (
        select(*_LINE)
        .select_from(placed(activity_table).outerjoin(slot_table, slot_table.c.id == _first_slot(parts)))
        .where(activity_table.c.id.in_(bindparam("ids", expanding=True)))
    )


def listed_by_ids(
    session: Session, ids: Sequence[int], filters: Filters, now: datetime, zone: tzinfo
) -> list[Listed]:
    """Lines for ids in the order given; those without a coming slot keep empty times."""
    parts = _parts(filters) & {"day", "only_free"}
    rows = session.execute(_lines(parts), {**_parameters(filters, now, zone), "ids": list(ids)})
    lines = readable(session, "activity", rows, lambda row: _listed(row, filters.near))
    found = {line.activity.id: line for line in lines}
    return [found[activity_id] for activity_id in ids if activity_id in found]


def counts_by_municipality(session: Session, filters: Filters, now: datetime, zone: tzinfo) -> dict[str, int]:
    """How many activities within the filters each municipality has; those with none are left out."""
    parts = _parts(filters)
    slots = select(slot_table.c.activity_id).where(*_slot_conditions(parts, slot_table))
    statement = (
        select(venue_table.c.municipality_code, func.count())
        .join_from(activity_table, venue_table, venue_table.c.id == activity_table.c.venue_id)
        .where(activity_table.c.id.in_(slots), *_activity_conditions(parts))
        .group_by(venue_table.c.municipality_code)
    )
    rows = session.execute(statement, _parameters(filters, now, zone))
    return {row[0]: row[1] for row in rows}


def coming_days(session: Session, filters: Filters, now: datetime, zone: tzinfo, limit: int) -> list[date]:
    """The next days on which something within the filters happens."""
    parts = _parts(filters)
    statement = (
        select(slot_table.c.starts_at)
        .join_from(slot_table, activity_table, activity_table.c.id == slot_table.c.activity_id)
        .join(venue_table, venue_table.c.id == activity_table.c.venue_id)
        .where(*_slot_conditions(parts, slot_table), *_activity_conditions(parts))
        .order_by(slot_table.c.starts_at)
    )
    days: dict[date, None] = {}
    rows = session.scalars(statement, _parameters(filters, now, zone), execution_options={"yield_per": 200})
    for moment in rows:
        days[moment.astimezone(zone).date()] = None
        if len(days) >= limit:
            break
    return list(days)


def forum_days(session: Session, zone: tzinfo) -> list[date]:
    """Every day of the forum, past ones too."""
    statement = (
        select(slot_table.c.starts_at)
        .join_from(slot_table, activity_table, activity_table.c.id == slot_table.c.activity_id)
        .where(activity_table.c.kind == Kind.FORUM)
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
    within = and_(slot_table.c.starts_at >= after, slot_table.c.starts_at < until)
    if running_at is not None:
        within = or_(within, and_(slot_table.c.starts_at <= running_at, slot_table.c.ends_at > running_at))
    statement = WITH_SLOT.where(activity_table.c.kind == Kind.FORUM, within)
    if track is not None:
        statement = statement.where(activity_table.c.track == track)
    total = session.scalar(
        select(func.count()).select_from(statement.with_only_columns(slot_table.c.id).subquery())
    )
    rows = session.execute(
        statement.order_by(slot_table.c.starts_at, activity_table.c.track, slot_table.c.id)
        .offset(offset)
        .limit(limit)
    )
    return readable(session, "slot", rows, with_slot_of), total or 0

"""Columns to read, and the domain values made of them: plain rows by position, no entities.

Statements on hot paths are built once, with parameters: making a statement and its cache key costs ten times what
SQLite needs to answer it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, literal_column, select

from db.models import ActivityRow, Base, BookingRow, MunicipalityRow, PersonRow, SlotRow, VenueRow
from domain.booking import Answer, Booking, BookingStatus, PassedOver, Planned
from domain.programme import Access, Activity, Audience, Format, Kind, Slot, Track, Venue

Values = Sequence[Any]

MOST_ACTIVITIES = 1_000
"""Activities that are kept: with their texts, three megabytes."""


_ANSWERS = frozenset(map(str, Answer))
_REASONS = frozenset(map(str, PassedOver))


def table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


activity_table = table(ActivityRow)
booking_table = table(BookingRow)
municipality_table = table(MunicipalityRow)
person_table = table(PersonRow)
slot_table = table(SlotRow)
venue_table = table(VenueRow)

_OF_ACTIVITY = (
    activity_table.c.id,
    activity_table.c.code,
    activity_table.c.kind,
    activity_table.c.title,
    activity_table.c.track,
    activity_table.c.format,
    activity_table.c.description,
    activity_table.c.led_by,
    activity_table.c.enterprise,
    activity_table.c.grade_from,
    activity_table.c.grade_to,
    activity_table.c.audience,
    activity_table.c.bring,
    activity_table.c.safety,
)
_OF_VENUE = (
    venue_table.c.id,
    venue_table.c.code,
    venue_table.c.name,
    venue_table.c.municipality_code,
    municipality_table.c.centre,
    venue_table.c.address,
    venue_table.c.latitude,
    venue_table.c.longitude,
    venue_table.c.access,
    venue_table.c.directions,
)

SLOT = tuple(slot_table.c[field.name] for field in fields(Slot))
_BOOKING_FIELDS = tuple(field.name for field in fields(Booking))
BOOKING = tuple(booking_table.c[name] for name in _BOOKING_FIELDS)
ACTIVITY = (*_OF_ACTIVITY, *_OF_VENUE)
"""Needs a join with the venue and its municipality: ``placed``."""
PLANNED = (*BOOKING, *SLOT, *ACTIVITY)


def one_of(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """``column IN (...)`` with the constants of the code written out.

    Parameters would have to be spread anew each time, and partial indexes be missed.
    """
    return column.in_([literal_column(f"'{value}'") for value in values])


def placed(source: FromClause) -> FromClause:
    """``source``, which has the activity, joined with its venue and municipality."""
    return source.join(venue_table, venue_table.c.id == activity_table.c.venue_id).join(
        municipality_table, municipality_table.c.code == venue_table.c.municipality_code
    )


def slot_of(row: Values, start: int = 0) -> Slot:
    """The ``SLOT`` columns of a row, from ``start`` on."""
    return Slot(*row[start : start + len(SLOT)])


def booking_of(row: Values, start: int = 0) -> Booking:
    """The ``BOOKING`` columns of a row, from ``start`` on."""
    values = dict(zip(_BOOKING_FIELDS, row[start : start + len(BOOKING)], strict=True))
    answer, passed_over = values["answer"], values["passed_over"]
    values["companions"] = companions_of(values["companions"])
    values["status"] = BookingStatus(values["status"])
    # A booking counts with or without these, so that what a newer version wrote in them is nothing.
    values["answer"] = Answer(answer) if answer in _ANSWERS else None
    values["passed_over"] = PassedOver(passed_over) if passed_over in _REASONS else None
    return Booking(**values)


def companions_of(written: object) -> tuple[str, ...]:
    """Nobody where the names cannot be read: the places are taken all the same."""
    return tuple(str(name) for name in written) if isinstance(written, list) else ()


def activity_of(row: Values, start: int = 0) -> Activity:
    """The ``ACTIVITY`` columns of a row, from ``start`` on."""
    return _activity_of(tuple(row[start : start + len(ACTIVITY)]))


@lru_cache(MOST_ACTIVITIES)
def _activity_of(columns: tuple[Any, ...]) -> Activity:
    """The same columns make the same value, which nobody can change: each list shows much of the one before."""
    (
        id_,
        code,
        kind,
        title,
        track,
        format_,
        description,
        led_by,
        enterprise,
        low,
        high,
        audience,
        bring,
        safety,
    ) = columns[: len(_OF_ACTIVITY)]
    return Activity(
        id=id_,
        code=code,
        kind=Kind(kind),
        title=title,
        track=Track(track),
        format=Format(format_) if format_ else None,
        venue=_venue_of(columns[len(_OF_ACTIVITY) :]),
        description=description,
        led_by=led_by,
        enterprise=enterprise,
        grade_from=low,
        grade_to=high,
        audience=Audience(audience),
        bring=bring,
        safety=safety,
    )


def _venue_of(columns: Values) -> Venue:
    id_, code, name, municipality_code, town, address, latitude, longitude, access, directions = columns
    return Venue(
        id=id_,
        code=code,
        name=name,
        municipality=municipality_code,
        town=town,
        address=address,
        latitude=latitude,
        longitude=longitude,
        access=frozenset(Access(value) for value in access.split(",") if value),
        directions=directions,
    )


def planned_of(row: Values) -> Planned:
    """A row of the ``PLANNED`` columns."""
    return booking_of(row), slot_of(row, len(BOOKING)), activity_of(row, len(BOOKING) + len(SLOT))


WITH_SLOT = select(*SLOT, *ACTIVITY).select_from(
    placed(slot_table.join(activity_table, activity_table.c.id == slot_table.c.activity_id))
)
"""Slots with their activities: rows for ``with_slot_of``."""


def with_slot_of(row: Values) -> tuple[Slot, Activity]:
    return slot_of(row), activity_of(row, len(SLOT))

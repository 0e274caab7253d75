"""The demonstration: people and bookings put in by the thousand, beside the use cases that know them one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from db.models import (
    ActivityMentorRow,
    ActivityRow,
    BookingRow,
    PersonRow,
    RoleGrantRow,
    SlotRow,
    VenueRow,
    WatermarkRow,
)
from db.queries.reading import WITH_SLOT, with_slot_of
from domain.finding import Point
from domain.programme import Activity, Slot

WATERMARK = "demo"

Rows = Sequence[Mapping[str, Any]]


def filled_at(session: Session) -> datetime | None:
    """When the demonstration was put into this database."""
    return session.scalar(select(WatermarkRow.reached).where(WatermarkRow.name == WATERMARK))


def mark_filled(session: Session, now: datetime) -> None:
    session.execute(insert(WatermarkRow).values(name=WATERMARK, reached=now))


def insert_people(session: Session, rows: Rows, messenger: str) -> dict[str, int]:
    """Ids of everybody in the messenger by what it calls them."""
    session.execute(insert(PersonRow), rows)
    found = session.execute(
        select(PersonRow.messenger_user_id, PersonRow.id).where(PersonRow.messenger == messenger)
    )
    return {row.messenger_user_id: row.id for row in found}


def insert_grants(session: Session, rows: Rows) -> None:
    session.execute(insert(RoleGrantRow), rows)


def link_mentors(session: Session, leads: Mapping[int, Sequence[str]]) -> None:
    """Codes of the activities that people lead, by id of the person."""
    ids = {row.code: row.id for row in session.execute(select(ActivityRow.code, ActivityRow.id))}
    rows = [{"activity_id": ids[code], "person_id": person} for person in leads for code in leads[person]]
    if rows:
        session.execute(insert(ActivityMentorRow), rows)


def insert_bookings(session: Session, rows: Rows) -> None:
    """The counters of their slots are set by ``set_counters``."""
    session.execute(insert(BookingRow), rows)


def set_counters(session: Session, counters: Mapping[int, tuple[int, int]]) -> None:
    """``taken`` and ``waiting`` by id of the slot."""
    session.connection().execute(
        update(SlotRow)
        .where(SlotRow.id == bindparam("slot"))
        .values(taken=bindparam("places"), waiting=bindparam("asked")),
        [{"slot": slot, "places": taken, "asked": waiting} for slot, (taken, waiting) in counters.items()],
    )


def slots_with_activities(session: Session) -> list[tuple[Slot, Activity]]:
    """All of them."""
    return [with_slot_of(row) for row in session.execute(WITH_SLOT)]


def venue_points(session: Session) -> dict[int, Point]:
    """Where venues are, by id; without those that nobody has located."""
    rows = session.execute(select(VenueRow.id, VenueRow.latitude, VenueRow.longitude))
    return {
        row.id: Point(row.latitude, row.longitude)
        for row in rows
        if row.latitude is not None and row.longitude is not None
    }

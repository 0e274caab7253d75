"""What the search index is built from, and when it is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.dialect import insert_or_update
from db.models import ActivityRow, MunicipalityRow, VenueRow, WatermarkRow
from db.queries.programme import activity_from
from domain.programme import Activity

PROGRAMME = "programme"


def documents(session: Session) -> Iterator[tuple[Activity, str]]:
    """Every activity with the name of its municipality."""
    rows = session.execute(
        select(ActivityRow, VenueRow, MunicipalityRow.centre, MunicipalityRow.name)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .join(MunicipalityRow, MunicipalityRow.code == VenueRow.municipality_code)
    )
    for activity, venue, town, municipality in rows:
        yield activity_from(activity, venue, town), municipality


def programme_changed_at(session: Session) -> datetime | None:
    return session.scalar(select(WatermarkRow.reached).where(WatermarkRow.name == PROGRAMME))


def touch_programme(session: Session, now: datetime) -> None:
    """Say in the same transaction that the programme changed: indexes elsewhere are rebuilt."""
    insert_or_update(session, WatermarkRow, [{"name": PROGRAMME, "reached": now}], key=("name",))

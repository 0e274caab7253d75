"""What the search index is built from, and when it is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries import watermarks
from db.queries.reading import ACTIVITY, activity_of, activity_table, municipality_table, placed
from domain.programme import Activity

PROGRAMME = "programme"


def documents(session: Session) -> Iterator[tuple[Activity, str]]:
    """Every activity with the name of its municipality."""
    rows = session.execute(select(municipality_table.c.name, *ACTIVITY).select_from(placed(activity_table)))
    for row in rows:
        yield activity_of(row, 1), row[0]


def programme_changed_at(session: Session) -> datetime | None:
    return watermarks.reached(session, PROGRAMME)


def touch_programme(session: Session, now: datetime) -> None:
    """Say in the same transaction that the programme changed: indexes elsewhere are rebuilt."""
    watermarks.reach(session, PROGRAMME, now)

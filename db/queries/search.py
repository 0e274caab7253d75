"""What the search index is built from, and when it is out of date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.contained import readable
from db.queries import watermarks
from db.queries.reading import ACTIVITY, activity_of, activity_table, municipality_table, placed
from domain.programme import Activity

PROGRAMME = "programme"


def documents(session: Session) -> list[tuple[Activity, str]]:
    """Every activity that can be read, with the name of its municipality."""
    rows = session.execute(select(*ACTIVITY, municipality_table.c.name).select_from(placed(activity_table)))
    return readable(session, "activity", rows, lambda row: (activity_of(row), row[-1]))


def programme_changed_at(session: Session) -> datetime | None:
    return watermarks.reached(session, PROGRAMME)


def touch_programme(session: Session, now: datetime) -> None:
    """Say in the same transaction that the programme changed: indexes elsewhere are rebuilt."""
    watermarks.reach(session, PROGRAMME, now)

"""A file with the programme, whatever it is: a workbook, one sheet of it as .csv, a conference's ``schedule.json``."""

from __future__ import annotations

from db.engine import Session
from db.queries.programme import municipalities
from db.queries.programme_import import stored_programme
from domain.people import Actor, Right
from services.programme_reading import (
    SCHEDULE_SUFFIXES,
    Background,
    Source,
    is_schedule,
    read_source,
    understand,
)
from services.rights import needs
from services.schedule.reading import Schedule

__all__ = ["SCHEDULE_SUFFIXES", "Background", "Source", "background", "read_source", "understand"]


@needs(Right.RUN_PROGRAMME)
def background(session: Session, actor: Actor, source: Source | str) -> Background:
    """What it takes to understand a source, or a file of this name."""
    schedule = is_schedule(source) if isinstance(source, str) else isinstance(source, Schedule)
    stored = stored_programme(session) if schedule else None
    return Background(tuple(municipalities(session)), stored, actor.scope)

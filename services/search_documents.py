"""The programme as the search index reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from db.engine import Session
from db.queries import search as queries
from domain.programme import Activity
from services.search import SearchDocument

Words = Callable[[Activity], tuple[str, str]]
"""The names of an activity's track and format in the language of the people."""


def read_documents(session: Session, words: Words) -> tuple[datetime | None, list[SearchDocument]]:
    """Every activity as a document, with the moment of the programme's last change."""
    found = []
    for activity, municipality in queries.documents(session):
        track, format_name = words(activity)
        found.append(
            SearchDocument(
                id=activity.id,
                title=activity.title,
                description=activity.description,
                track=track,
                format=format_name,
                mentor=activity.led_by,
                enterprise=activity.enterprise,
                venue=f"{activity.venue.name} {activity.venue.address}",
                town=activity.venue.town,
                municipality=municipality,
            )
        )
    return queries.programme_changed_at(session), found


def changed_at(session: Session) -> datetime | None:
    """When the programme last changed."""
    return queries.programme_changed_at(session)

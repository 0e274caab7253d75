"""The programme as the search index reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from db.contained import readable
from db.engine import Session
from db.queries import search as queries
from domain.programme import Activity
from services.search import SearchDocument

Words = Callable[[Activity], tuple[str, str]]
"""The names of an activity's track and format in the language of the people."""


def read_documents(session: Session, words: Words) -> tuple[datetime | None, list[SearchDocument]]:
    """Every activity that can be read as a document, with the moment of the programme's last change."""

    def document(placed: tuple[Activity, str]) -> SearchDocument:
        activity, municipality = placed
        track, format_name = words(activity)
        return SearchDocument(
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

    activities = queries.documents(session)
    found = readable(session, "activity", activities, document, lambda placed: placed[0].id)
    return queries.programme_changed_at(session), found


def changed_at(session: Session) -> datetime | None:
    """When the programme last changed."""
    return queries.programme_changed_at(session)

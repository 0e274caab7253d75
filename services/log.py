"""Writing to the log in the transaction that does the thing, and reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from db.engine import Session
from db.queries import log as queries
from domain.log import Action, Entry
from domain.people import Actor, Right
from services.rights import needs

FILES_KEPT = timedelta(days=90)
"""So long the file of an entry can be had."""
PERSON = "person_id"
"""The key in ``details`` of whom something was done to: an id, so that the log forgets with the database."""


def record(
    session: Session,
    actor: Actor,
    action: Action,
    now: datetime,
    *,
    municipality: str | None,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
    file: tuple[str, bytes] | None = None,
) -> int:
    """Append one entry, with a file if there is one; its id. No personal data in ``subject`` or ``details``:
    the log outlives the people."""
    log_id = queries.insert_entry(
        session,
        at=now,
        actor_id=actor.person.id if actor.person else None,
        action=action,
        municipality=municipality,
        subject=subject,
        details=details or {},
    )
    if file is not None:
        queries.insert_file(session, log_id, *file, now)
    return log_id


def places_of(actor: Actor) -> frozenset[str | None]:
    """Where the log keeps what a coordinator did to all that they may act on; None: to all municipalities."""
    scope = actor.scope
    return frozenset({None}) if scope.everywhere else frozenset(scope.municipalities)


def forget_files(session: Session, now: datetime) -> int:
    """Delete files that have been kept long enough; what was done stays in the log. How many."""
    return queries.delete_files(session, now - FILES_KEPT)


@needs(Right.RUN_PROGRAMME)
def read_log(session: Session, actor: Actor, offset: int, limit: int) -> list[Entry]:
    """The latest entries that belong to the coordinator's municipalities; all of them for a coordinator of all."""
    scope = actor.scope
    found = queries.entries(session, None if scope.everywhere else scope.municipalities, offset, limit)
    about = {entry.id: entry.details.get(PERSON) for entry in found}
    names = queries.names(session, {person for person in about.values() if person is not None})
    return [replace(entry, about_name=names.get(about[entry.id] or 0)) for entry in found]


@needs(Right.RUN_PROGRAMME)
def read_file(session: Session, actor: Actor, log_id: int) -> tuple[str, bytes] | None:
    """The file of an entry, if there is one.

    Raises:
        Forbidden: it belongs to another municipality.
    """
    found = queries.file_of(session, log_id)
    if found is None:
        return None
    name, content, municipality = found
    actor.require(municipality)
    return name, content

"""Who may be the second coordinator, asked of the roles as they are at this moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from db.engine import Session
from db.queries import roles
from domain.four_eyes import Objection, Standing, objection, standings
from domain.people import Address


def all_standings(session: Session, coordinators: Collection[Address]) -> dict[int, Standing]:
    """Everybody who coordinates now, by id. ``coordinators``: whom the settings name."""
    return standings(roles.appointments(session), roles.named_among(session, coordinators))


def seconds(session: Session, author_id: int, now: datetime, coordinators: Collection[Address]) -> list[int]:
    """Ids of those who can let go what this author wrote; nobody when the author coordinates nothing any more."""
    found = all_standings(session, coordinators)
    author = found.get(author_id)
    if author is None:
        return []
    return sorted(each.person_id for each in found.values() if objection(author, each, now) is None)


def objection_to(
    session: Session, author_id: int, second_id: int, now: datetime, coordinators: Collection[Address]
) -> Objection | None:
    """Why this person cannot let it go, None when they can."""
    if second_id == author_id:
        return Objection.OWN
    found = all_standings(session, coordinators)
    author, second = found.get(author_id), found.get(second_id)
    if author is None or second is None:
        return Objection.PLACE
    return objection(author, second, now)

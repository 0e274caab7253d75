"""A broadcast belongs to its author's rights at the hour it goes: when they end, it stands still for colleagues."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from db.engine import Session
from db.queries import broadcasts as queries
from db.queries import people
from db.queries.questions import all_coordinators
from domain.broadcast import Broadcast, Status
from domain.delivery import DeliveryKind, Owed
from domain.people import Actor, Address, Grant, Right, Role, actor_for
from services.deliveries import owe

NOT_OVER = (Status.UNCONFIRMED, Status.SCHEDULED, Status.SENDING, Status.PAUSED)
"""Of these something may still go out."""


def covers(actor: Actor, found: Broadcast) -> bool:
    """Whether the actor may write to everybody to whom this broadcast goes."""
    if not actor.may(Right.BROADCAST):
        return False
    if found.within is None:
        return actor.scope.everywhere
    return all(actor.scope.covers(place) for place in found.within)


def is_authors(session: Session, found: Broadcast, coordinators: Collection[Address]) -> bool:
    """Whether the author may still write to everybody to whom it goes. ``coordinators``: whom the settings name."""
    author = people.by_id(session, found.author_id) if found.author_id is not None else None
    if author is None:
        return False
    if author.address in coordinators and author.name and author.consent_version is not None:
        author = replace(author, grants=(*author.grants, Grant(Role.COORDINATOR, municipality=None)))
    return covers(actor_for(author), found)


def hand_over(session: Session, author_id: int, now: datetime, coordinators: Collection[Address]) -> None:
    """Somebody coordinates no more, or less: what they have scheduled or send stands still."""
    for found in queries.of_author(session, author_id, NOT_OVER):
        if not is_authors(session, found, coordinators):
            hold(session, found, now, coordinators)


def hold(session: Session, found: Broadcast, now: datetime, coordinators: Collection[Address]) -> None:
    """Nothing more of it goes out; the other coordinators to whom it concerns decide. Its author sees it no more."""
    revision = found.revision + 1
    queries.drop(session, found.id, DeliveryKind.TO_CONFIRM)
    queries.update_broadcast(
        session,
        found.id,
        status=Status.HELD,
        progress_chat=None,
        progress_message_id=None,
        **({} if found.begun else {"confirmed_by": None, "revision": revision}),
    )
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.HANDED_OVER}:{found.id}:{revision}:{person_id}",
                kind=DeliveryKind.HANDED_OVER,
                person_id=person_id,
                broadcast_id=found.id,
                due_at=now,
            )
            for person_id, places in all_coordinators(session, coordinators).items()
            if person_id != found.author_id and _covered(found, places)
        ],
    )


def _covered(found: Broadcast, places: Collection[str] | None) -> bool:
    """``places``: where somebody coordinates; None: everywhere."""
    return places is None or (found.within is not None and set(found.within) <= set(places))

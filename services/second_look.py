"""What many people would hear of takes two coordinators: one asks for it, another of all does the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from db.engine import Session
from db.queries import log as queries
from domain.four_eyes import MANY, WINDOW, takes_two
from domain.log import Action
from domain.people import Actor, Address
from services import log
from services.four_eyes import objection_to


class NeedsSecond(Exception):
    """Nothing was written: ``people`` are too many for one coordinator. ``mark`` stands for what was to be done."""

    def __init__(self, people: int, mark: str) -> None:
        super().__init__(mark)
        self.people = people
        self.mark = mark


def require(
    session: Session,
    actor: Actor,
    people: int,
    mark: str,
    now: datetime,
    coordinators: Collection[Address],
) -> None:
    """Let few be told by anybody, many by a second coordinator when another asked for the very same within a day.

    Who may be the second is the rule of broadcasts; ``coordinators`` are those of the settings. The operator
    needs nobody.

    Raises:
        NeedsSecond
    """
    if actor.person is None or not takes_two(people, MANY):
        return
    asked = queries.askers(session, Action.SECOND_ASKED, mark, now - WINDOW)
    if any(objection_to(session, asker, actor.person_id, now, coordinators) is None for asker in asked):
        return
    raise NeedsSecond(people, mark)


def ask(
    session: Session,
    actor: Actor,
    needed: NeedsSecond,
    subject: str,
    places: Iterable[str | None],
    now: datetime,
) -> None:
    """Remember that the actor asks for it, in the log of every municipality that it concerns."""
    details = {"mark": needed.mark, "people": needed.people}
    for place in places:
        log.record(
            session, actor, Action.SECOND_ASKED, now, municipality=place, subject=subject, details=details
        )

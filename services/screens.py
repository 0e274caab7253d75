"""Answers that did not arrive: kept for their person until the messenger is back, the newest only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.engine import Session
from db.queries import deliveries as queries
from db.queries import people
from domain.delivery import DeliveryKind, Lane, Owed
from domain.payloads import LateScreen
from domain.people import Address

WORTH_SAYING = timedelta(hours=12)
"""After that nobody remembers what they tapped."""


def owe_screen(
    session: Session,
    address: Address,
    text: str,
    rows: Sequence[Sequence[tuple[str, str]]],
    now: datetime,
    *,
    of_staff: bool = False,
) -> bool:
    """Owe an answer in place of an older one. False: the person is not known (any more).

    What somebody with a role was shown may name others, and the role may end before it arrives: they are told that an
    answer was lost, and not what it said.
    """
    found = people.by_address(session, address)
    if found is None:
        return False
    person_id = found[1].id
    if of_staff or found[1].grants:
        text, rows = "", ()
    queries.forget_screen(session, person_id)
    queries.insert_owed(
        session,
        [
            Owed(
                f"{DeliveryKind.SCREEN}:{person_id}",
                DeliveryKind.SCREEN,
                person_id,
                now,
                lane=Lane.ANSWER,
                not_after=now + WORTH_SAYING,
                payload=LateScreen(text, tuple(tuple(row) for row in rows)),
            )
        ],
    )
    return True


def forget_screen(session: Session, address: Address) -> None:
    """A newer answer has arrived."""
    found = people.by_address(session, address)
    if found is not None:
        queries.forget_screen(session, found[1].id)


def owing(session: Session) -> list[Address]:
    """To whom an answer is owed."""
    return queries.owed_screens(session)

"""After a notice: who comes, who has not answered, and whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.engine import Session
from db.queries import answers as queries
from domain.answers import Answers, Guest, Reason, counted, silent, to_call
from domain.editing import belongs_to
from domain.log import Action
from domain.people import Actor, Right
from domain.programme import Activity, Slot
from services import log
from services.editing import find_slot
from services.rights import needs


@dataclass(frozen=True, slots=True)
class SlotAnswers:
    slot: Slot
    activity: Activity
    answers: Answers
    silent: tuple[Guest, ...]
    """Who holds a place and has not answered, by name."""
    to_call: tuple[tuple[Guest, Reason], ...]


def read(session: Session, slot: Slot, activity: Activity) -> SlotAnswers:
    """For use cases that have checked who asks: the coordinator's and the mentor's."""
    guests = queries.guests(session, slot.id)
    return SlotAnswers(
        slot=slot,
        activity=activity,
        answers=counted(guests, queries.changed_at(session, slot.id)),
        silent=tuple(silent(guests)),
        to_call=tuple(to_call(guests, cancelled=slot.cancelled_at is not None)),
    )


@needs(Right.RUN_PROGRAMME)
def of_slot(session: Session, actor: Actor, slot_id: int) -> SlotAnswers:
    """Raises NotThere, Forbidden."""
    return read(session, *find_slot(session, actor, slot_id))


@needs(Right.RUN_PROGRAMME)
def call_sheet(session: Session, actor: Actor, slot_id: int, now: datetime) -> SlotAnswers:
    """The same for the file of those not reached; that it left the bot is logged.

    Raises:
        NotThere, Forbidden
    """
    found = of_slot(session, actor, slot_id)
    log.record(
        session,
        actor,
        Action.EXPORTED,
        now,
        municipality=belongs_to(found.activity),
        subject=found.activity.title,
        details={"what": "call_sheet", "count": len(found.to_call)},
    )
    return found

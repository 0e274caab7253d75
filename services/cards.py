"""Reading one activity with what a person needs to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.engine import Session
from db.queries import booking as bookings
from db.queries import programme
from domain.booking import Booking
from domain.people import Actor, Right
from domain.programme import Activity, Slot
from services.rights import needs

SLOTS = 8


@dataclass(frozen=True, slots=True)
class CardData:
    """Coming slots in order of time; the actor's active bookings by slot id."""

    activity: Activity
    slots: list[Slot]
    own: dict[int, Booking]


@needs(Right.PUBLIC)
def open_card(
    session: Session, actor: Actor, now: datetime, *, activity_id: int | None = None, code: str | None = None
) -> CardData | None:
    """A card by id or by the code of a deep link (an activity's; a forum slot's is the same). Three statements."""
    if activity_id is not None:
        activity = programme.activity_by_id(session, activity_id)
    else:
        activity = programme.activity_by_code(session, code or "")
    if activity is None:
        return None
    slots = programme.coming_slots(session, activity.id, now, SLOTS)
    own = {}
    if actor.person is not None:
        own = bookings.active_on_slots(session, [slot.id for slot in slots], actor.person.id)
    return CardData(activity, slots, own)


@needs(Right.PUBLIC)
def open_slot(session: Session, _actor: Actor, slot_id: int) -> tuple[Slot, Activity] | None:
    """A slot with its activity, as it is now."""
    return programme.slot_with_activity(session, slot_id)

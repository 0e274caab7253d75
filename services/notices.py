"""Telling those booked that a slot moved, was cancelled or takes place after all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo

from db.engine import Session
from db.queries import notices as queries
from db.queries.booking import planned_by_ids
from domain.booking import BookingStatus, Planned
from domain.delivery import DeliveryKind
from domain.notices import Change, SlotSnapshot, change_between, told_at, useful_until
from domain.people import Actor, Right
from services.rights import needs

HOLDING = (BookingStatus.BOOKED, BookingStatus.OFFERED)
ASKING = (*HOLDING, BookingStatus.WAITING)
ANSWERED_ANEW = frozenset({Change.MOVED, Change.RESTORED})
"""«Приду» to what was before says nothing of these: they ask again."""
CHANGES_AT_ONCE = 100
"""Changes settled in one transaction, so that a big import keeps no tap waiting."""


def snapshot(session: Session, slot_ids: Collection[int]) -> dict[int, SlotSnapshot]:
    """How people read these slots now, by slot id; take it before an edit."""
    return queries.snapshots(session, slot_ids)


def readers_of(change: Change) -> tuple[BookingStatus, ...]:
    """Those who wait hear only whether the slot takes place."""
    return HOLDING if change is Change.MOVED else ASKING


def slots_edited(session: Session, befores: Sequence[SlotSnapshot], now: datetime) -> None:
    """Remember edits made in this transaction, given what the slots looked like before.

    Nobody is told at once: a change settles ten minutes after its first edit, and what came in between is
    one message. An edit that was taken back in that time is none.
    """
    queries.record_edits(session, befores, now)


def settle(session: Session, now: datetime, zone: tzinfo) -> int:
    """Owe the news of changes whose ten minutes are over. How many changes: call again until there are none.

    What is as people read it, after all, is told to nobody. Those in the waiting list hear only whether the slot
    takes place.
    """
    changes = queries.settled(session, now, CHANGES_AT_ONCE)
    if not changes:
        return 0
    current = queries.snapshots(session, {change.before.slot_id for change in changes})
    answered_anew: list[int] = []
    for change in changes:
        after = current[change.before.slot_id]
        what = change_between(change.before, after)
        if what is None:
            continue
        if what in ANSWERED_ANEW:
            answered_anew.append(after.slot_id)
        queries.owe_change(
            session,
            change,
            DeliveryKind.CANCELLED if what is Change.CANCELLED else DeliveryKind.MOVED,
            readers_of(what),
            due=told_at(change.before, after, now, zone),
            not_after=useful_until(what, change.before, after),
        )
    queries.clear_answers(session, answered_anew)
    queries.close_changes(session, [change.id for change in changes], now)
    return len(changes)


@needs(Right.SELF)
def visits(session: Session, actor: Actor, booking_ids: Sequence[int]) -> list[Planned]:
    """The actor's own among these bookings, in whatever state and in the order given."""
    found = planned_by_ids(session, booking_ids)
    own = (found[booking_id] for booking_id in booking_ids if booking_id in found)
    return [visit for visit in own if visit[0].person_id == actor.person_id]

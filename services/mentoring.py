"""«Мои занятия»: a mentor sees who comes, marks who came, is late, or cannot lead."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from db.engine import Session
from db.queries import mentoring as queries
from domain.delivery import DeliveryKind, Owed
from domain.log import Action
from domain.mentoring import (
    LATE_MINUTES,
    LONGEST_REASON,
    MARKING_CLOSES,
    Guest,
    Led,
    NotLed,
    NotNow,
    attendance,
    is_named,
    may_be_late,
    may_decline,
    may_mark,
    shows_names,
)
from domain.notices import URGENT_BEFORE_START
from domain.payloads import CannotLead
from domain.people import Actor, Address, Right
from domain.programme import Slot
from domain.quiet import next_waking
from services.deliveries import owe
from services.log import record
from services.rights import needs

MOST_OVER = 4
"""Slots shown that are over: more would hide what is coming."""


@dataclass(frozen=True, slots=True)
class OwnSlots:
    """One page of what a mentor leads. ``over``: on the first page, what ended of late, the latest first.

    ``named_in``: where nothing is theirs yet, titles that seem to name them.
    """

    page: tuple[Led, ...]
    has_more: bool
    leads: bool
    over: tuple[Led, ...] = ()
    named_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnSlot:
    """A slot with everybody who comes. ``told_late``: minutes already announced; ``declined``: already reported.

    ``named``: names are still shown; later only numbers are.
    """

    led: Led
    guests: tuple[Guest, ...]
    told_late: int
    declined: bool
    named: bool = True


@needs(Right.LEAD_OWN_ACTIVITIES)
def own_slots(session: Session, actor: Actor, now: datetime, offset: int, limit: int) -> OwnSlots:
    """What is coming in order of time, and what ended so lately that attendance may still be marked."""
    activities = queries.leads(session, actor.person_id)
    if not activities:
        name = (actor.person.name if actor.person else None) or ""
        named = tuple(title for title, led_by in queries.leaders(session) if is_named(name, led_by))
        return OwnSlots((), has_more=False, leads=False, named_in=named)
    found = queries.coming(session, activities, now, offset, limit + 1)
    over = [] if offset else queries.over(session, activities, now - MARKING_CLOSES, now, MOST_OVER)
    return OwnSlots(tuple(found[:limit]), has_more=len(found) > limit, leads=True, over=tuple(over))


@needs(Right.LEAD_OWN_ACTIVITIES)
def own_slot(session: Session, actor: Actor, slot_id: int, now: datetime | None = None) -> OwnSlot:
    """With names until two days after the end, with numbers alone later, and without a moment.

    Raises:
        NotLed: it is not the actor's.
    """
    return _own_slot(session, actor, slot_id, now)


@needs(Right.LEAD_OWN_ACTIVITIES)
def mark(
    session: Session, actor: Actor, slot_id: int, booking_id: int, now: datetime, *, came: bool
) -> OwnSlot:
    """Somebody came or did not. Marked so before, nothing changes.

    Raises:
        NotLed: it is not the actor's slot.
        NotNow: attendance is not open.
    """
    return _marked(
        session, actor, slot_id, now, lambda: queries.mark(session, slot_id, booking_id, came=came)
    )


@needs(Right.LEAD_OWN_ACTIVITIES)
def mark_all_came(session: Session, actor: Actor, slot_id: int, now: datetime) -> OwnSlot:
    """Everybody who is not marked yet came: those marked absent stay absent, however often it is tapped.

    Raises:
        NotLed: it is not the actor's slot.
        NotNow: attendance is not open.
    """
    return _marked(session, actor, slot_id, now, lambda: queries.mark_unmarked(session, slot_id))


def _marked(
    session: Session, actor: Actor, slot_id: int, now: datetime, change: Callable[[], int]
) -> OwnSlot:
    led = _led(session, actor, slot_id)
    if not may_mark(led.slot, now):
        raise NotNow(led)
    changed = change()
    own = _own_slot(session, actor, slot_id, now)
    if changed:
        counts = attendance(own.guests)
        _record(
            session,
            actor,
            Action.ATTENDANCE,
            now,
            led,
            came=counts.came,
            absent=counts.absent,
            unmarked=counts.unmarked,
        )
    return own


@needs(Right.LEAD_OWN_ACTIVITIES)
def be_late(session: Session, actor: Actor, slot_id: int, minutes: int, now: datetime) -> int | None:
    """Tell everybody booked that the slot begins ``minutes`` later. How many are told; None when they know.

    Those who blocked the bot cannot be told.

    Raises:
        NotLed: it is not the actor's slot.
        NotNow: it is too early or too late for that.
        ValueError: no button offers these minutes.
    """
    if minutes not in LATE_MINUTES:
        raise ValueError(minutes)
    led = _led(session, actor, slot_id)
    if not may_be_late(led.slot, now):
        raise NotNow(led)
    if minutes <= queries.told_late(session, led.slot):
        return None
    told = queries.owe_late(session, led.slot, minutes, now)
    if told:
        _record(session, actor, Action.LATE, now, led, minutes=minutes, told=told)
    return told


@needs(Right.LEAD_OWN_ACTIVITIES)
def cannot_lead(
    session: Session,
    actor: Actor,
    slot_id: int,
    reason: str,
    now: datetime,
    zone: tzinfo,
    appointed: Collection[Address] = (),
) -> int | None:
    """Report to the coordinators of the municipality that the actor cannot lead; they decide, nothing changes yet.

    ``appointed``: whom the settings name. How many are told; None when it was reported before.

    Raises:
        NotLed: it is not the actor's slot.
        NotNow: it has begun or was cancelled.
    """
    led = _led(session, actor, slot_id)
    if not may_decline(led.slot, now):
        raise NotNow(led)
    key = _declined(actor, led.slot)
    if queries.was_declined(session, key):
        return None
    slot, activity = led.slot, led.activity
    soon = slot.starts_at - now <= URGENT_BEFORE_START
    payload = CannotLead(slot.id, slot.starts_at, actor.person_id, reason.strip()[:LONGEST_REASON])
    told = owe(
        session,
        [
            Owed(
                dedup_key=f"{key}{coordinator}",
                kind=DeliveryKind.CANNOT_LEAD,
                person_id=coordinator,
                due_at=now if soon else next_waking(now, zone),
                not_after=slot.ends_at,
                payload=payload,
            )
            for coordinator in queries.coordinators(session, activity.venue.municipality, appointed)
        ],
    )
    _record(session, actor, Action.CANNOT_LEAD, now, led, told=told)
    return told


def _declined(actor: Actor, slot: Slot) -> str:
    """How keys of the report begin: one for each mentor and start. Forgetting a person goes by it, too."""
    return f"{DeliveryKind.CANNOT_LEAD}:{actor.person_id}:{slot.id}:{slot.starts_at.isoformat()}:"


def _led(session: Session, actor: Actor, slot_id: int) -> Led:
    led = queries.led_slot(session, slot_id, actor.person_id)
    if led is None:
        raise NotLed
    return led


def _own_slot(session: Session, actor: Actor, slot_id: int, now: datetime | None) -> OwnSlot:
    led = _led(session, actor, slot_id)
    guests = queries.guests(session, slot_id)
    named = now is not None and shows_names(led.slot, now)
    if not named:
        guests = [replace(guest, name=None, companions=()) for guest in guests]
    return OwnSlot(
        led,
        tuple(guests),
        queries.told_late(session, led.slot),
        queries.was_declined(session, _declined(actor, led.slot)),
        named,
    )


def _record(session: Session, actor: Actor, action: Action, now: datetime, led: Led, **counts: int) -> None:
    """Numbers only: the log outlives the people."""
    record(
        session,
        actor,
        action,
        now,
        municipality=led.activity.venue.municipality,
        subject=led.activity.title,
        details={"slot": led.slot.code, "starts_at": led.slot.starts_at.isoformat(), **counts},
    )

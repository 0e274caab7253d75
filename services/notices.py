"""Telling those booked that a slot moved, was cancelled or takes place after all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from db.contained import one_by_one, set_aside
from db.engine import Session
from db.queries import notices as queries
from db.queries.booking import planned_by_ids
from db.queries.notices import OpenChange
from domain.booking import BookingStatus, Planned
from domain.delivery import DeliveryKind
from domain.letters import snapshot_of
from domain.notices import (
    ANSWERED_ANEW,
    Change,
    SlotSnapshot,
    Version,
    change_between,
    read_in,
    told_at,
    useful_until,
)
from domain.people import Actor, Right
from services.rights import needs

HOLDING = (BookingStatus.BOOKED, BookingStatus.OFFERED)
ASKING = (*HOLDING, BookingStatus.WAITING)
KEPT = timedelta(days=90)
"""How long an edit, and what people read of a slot, are known after the slot is over."""
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


def edited_unread(session: Session, befores: Sequence[SlotSnapshot]) -> None:
    """Remember how slots were that nobody is booked on: old cards still show them so."""
    queries.keep_versions(session, befores)


def edit_undone(
    session: Session, befores: Sequence[SlotSnapshot], now: datetime, *, still_edited: Collection[int] = ()
) -> None:
    """An edit was taken back in this transaction, given what the slots looked like before that.

    A change that is news to nobody any more is forgotten at once, unless other edits of it can be taken back.
    """
    queries.record_edits(session, befores, now)
    slot_ids = {before.slot_id for before in befores}.difference(still_edited)
    known = queries.versions(session, slot_ids)
    queries.forget_changes(
        session,
        [
            change.id
            for change in queries.open_changes(session, slot_ids)
            if not any(_is_news(session, change.slot_id, *news) for news in _news(known[change.slot_id]))
        ],
    )


def settle(session: Session, now: datetime, zone: tzinfo) -> int:
    """Owe the news of changes whose ten minutes are over. How many changes: call again until there are none.

    Everybody hears what became of the slot as they read it themselves, when they booked or in the last message
    about it. What is so after all is told to nobody. Those in the waiting list hear only whether the slot takes
    place.
    """
    without = set_aside(session, "slot_change", now)
    changes = queries.settled(session, now, CHANGES_AT_ONCE, without)

    def settle_these(some: Sequence[OpenChange]) -> None:
        _settle(session, some, now, zone)

    one_by_one(session, "slot_change", {change.id: change for change in changes}, settle_these, now)
    return len(changes)


def _settle(session: Session, changes: Sequence[OpenChange], now: datetime, zone: tzinfo) -> None:
    known = queries.versions(session, {change.slot_id for change in changes})
    told: list[int] = []
    untold: list[int] = []
    for change in changes:
        heard = [_tell(session, change, *news, now, zone) for news in _news(known[change.slot_id])]
        (told if any(heard) else untold).append(change.id)
    queries.close_changes(session, told, now)
    queries.forget_changes(session, untold)


News = tuple[Version, Change, SlotSnapshot]
"""What became of a version: the version, what happened, and how the slot is now."""


def _news(versions: Sequence[Version]) -> list[News]:
    current = versions[-1].snapshot
    return [
        (version, what, current)
        for version in versions
        if (what := change_between(version.snapshot, current)) is not None
    ]


def _is_news(session: Session, slot_id: int, version: Version, what: Change, _current: SlotSnapshot) -> bool:
    return queries.anybody_read(session, slot_id, version, readers_of(what))


def _tell(
    session: Session,
    change: OpenChange,
    version: Version,
    what: Change,
    current: SlotSnapshot,
    now: datetime,
    zone: tzinfo,
) -> bool:
    """Owe the news to those who read this version. Whether there is anybody, reachable or not."""
    if not _is_news(session, change.slot_id, version, what, current):
        return False
    if what in ANSWERED_ANEW:
        queries.clear_answers(session, change.slot_id, version)
    queries.owe_change(
        session,
        change,
        version,
        DeliveryKind.CANCELLED if what is Change.CANCELLED else DeliveryKind.MOVED,
        readers_of(what),
        due=told_at(version.snapshot, current, now, zone),
        not_after=useful_until(what, version.snapshot, current),
    )
    return True


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody to whom an edit would be news."""

    person_id: int
    reachable: bool
    before: SlotSnapshot
    """As they last read the slot."""
    change: Change


def concerned(session: Session, afters: Collection[SlotSnapshot]) -> list[Concerned]:
    """Who would hear of it if these slots came to look like this, and what they last read."""
    after = {snapshot.slot_id: snapshot for snapshot in afters}
    known = queries.versions(session, after)
    found = []
    for one in queries.asking(session, after):
        before = read_in(known[one.slot_id], one.read_sequence)
        change = change_between(before, after[one.slot_id])
        if change is not None and one.status in readers_of(change):
            found.append(Concerned(one.person_id, one.reachable, before, change))
    return found


def forget_old(session: Session, now: datetime, limit: int = 5_000) -> int:
    """Delete what is known of edits of slots long over. How many rows: call again until there are none."""
    return queries.delete_of_past(session, now - KEPT, limit)


@needs(Right.SELF)
def visits(
    session: Session, actor: Actor, booking_ids: Sequence[int]
) -> tuple[list[Planned], dict[int, SlotSnapshot]]:
    """The actor's own among these bookings, in whatever state and in the order given; and how those were read
    whose slot is at another time or place by now, by booking."""
    found = planned_by_ids(session, booking_ids)
    own = [found[id_] for id_ in booking_ids if id_ in found and found[id_][0].person_id == actor.person_id]
    read = queries.last_read(session, [booking.id for booking, _, _ in own if booking.status.is_active])
    return own, {
        booking.id: read[booking.id]
        for booking, slot, activity in own
        if booking.id in read
        and change_between(read[booking.id], snapshot_of(slot, activity)) in ANSWERED_ANEW
    }

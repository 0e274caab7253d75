"""What somebody hears who closed the bot and is back: what became of their bookings meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from db.contained import one_by_one
from db.engine import Session
from db.queries import deliveries
from db.queries import notices as queries
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, Owed
from domain.notices import Change, Version, change_between, read_in, useful_until
from services.deliveries import owe
from services.notices import HOLDING, readers_of

SAYING_WHERE = frozenset({DeliveryKind.PROMOTED, DeliveryKind.OFFER})
"""Their letters also say what changed."""
HEARD_LATE = SAYING_WHERE | {DeliveryKind.OFFER_LAPSED, DeliveryKind.PASSED_OVER}


def tell_what_changed(session: Session, person_id: int, now: datetime) -> None:
    """Owe what became of their bookings while they could not be written to: one message for each booking.

    Edits of slots were owed to nobody who was away: they follow from what the person last read. The rest waits in
    rows that reached nobody. All of it is judged when it leaves, like everything owed. A booking whose slot cannot be
    read is passed by: it keeps neither the others nor the person's own tap back.
    """
    revived = deliveries.revive(session, person_id, HEARD_LATE, now)
    unheard = queries.unheard(session, person_id)
    held = {one.slot_id for one in unheard if one.status in HOLDING}
    edited = {
        one.booking_id: one
        for one in unheard
        if one.status is not BookingStatus.WAITING or one.slot_id not in held
    }

    def tell_of_these(bookings: Sequence[queries.Unheard]) -> None:
        versions = queries.versions(session, {one.slot_id for one in bookings})
        news = (_news(one, versions[one.slot_id], revived, person_id, now) for one in bookings)
        owe(session, [owed for owed in news if owed is not None])

    one_by_one(session, "booking", edited, tell_of_these, now)


def _news(
    one: queries.Unheard,
    versions: Sequence[Version],
    revived: Mapping[int, DeliveryKind],
    person_id: int,
    now: datetime,
) -> Owed | None:
    before, after = read_in(versions, one.read_sequence), versions[-1].snapshot
    change = change_between(before, after)
    if change is None or one.status not in readers_of(change):
        return None
    if change is not Change.CANCELLED and revived.get(one.booking_id) in SAYING_WHERE:
        return None
    return Owed(
        # Who goes away again before it is sent, and returns, is told then.
        dedup_key=f"back:{one.booking_id}:{now.timestamp()}",
        kind=DeliveryKind.CANCELLED if change is Change.CANCELLED else DeliveryKind.MOVED,
        person_id=person_id,
        due_at=now,
        booking_id=one.booking_id,
        not_after=useful_until(change, before, after),
    )

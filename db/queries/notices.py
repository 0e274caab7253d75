"""Slots as people read them, and edits of slots that were not told yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, insert, literal, select, update
from sqlalchemy.orm import Session

from db.models import ActivityRow, BookingRow, SlotChangeRow, SlotRow, VenueRow
from db.queries.deliveries import insert_for_bookings
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, Lane
from domain.notices import SETTLING_TIME, SlotSnapshot

CHUNK = 5_000
"""Values in one IN list: SQLite takes 32,766 parameters a statement."""


def snapshots(session: Session, slot_ids: Collection[int]) -> dict[int, SlotSnapshot]:
    query = (
        select(
            SlotRow.id,
            SlotRow.starts_at,
            SlotRow.ends_at,
            SlotRow.room,
            SlotRow.cancelled_at,
            VenueRow.name,
            VenueRow.address,
        )
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
    )
    return {
        row.id: SlotSnapshot(
            slot_id=row.id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            room=row.room,
            venue_name=row.name,
            address=row.address,
            cancelled=row.cancelled_at is not None,
        )
        for chunk in _chunks(sorted(slot_ids))
        for row in session.execute(query.where(SlotRow.id.in_(chunk)))
    }


def record_edits(session: Session, befores: Sequence[SlotSnapshot], now: datetime) -> None:
    """Open a change for each slot, or extend the one that is open; the first ``before`` stays."""
    by_slot = {before.slot_id: before for before in befores}
    open_changes: set[int] = set()
    for chunk in _chunks(sorted(by_slot)):
        still_open = (SlotChangeRow.slot_id.in_(chunk), SlotChangeRow.told_at.is_(None))
        open_changes.update(session.scalars(select(SlotChangeRow.slot_id).where(*still_open)))
        session.execute(update(SlotChangeRow).where(*still_open).values(last_edit_at=now))
    opened = [
        {
            "slot_id": slot_id,
            "before": before.to_json(),
            "first_edit_at": now,
            "last_edit_at": now,
            "settles_at": now + SETTLING_TIME,
            "told_at": None,
        }
        for slot_id, before in by_slot.items()
        if slot_id not in open_changes
    ]
    if opened:
        session.execute(insert(SlotChangeRow), opened)


@dataclass(frozen=True, slots=True)
class OpenChange:
    id: int
    before: SlotSnapshot
    last_edit_at: datetime


def settled(session: Session, now: datetime, limit: int) -> list[OpenChange]:
    """Changes whose ten minutes are over and that nobody was told of yet."""
    rows = session.execute(
        select(SlotChangeRow.id, SlotChangeRow.before, SlotChangeRow.last_edit_at)
        .where(SlotChangeRow.told_at.is_(None), SlotChangeRow.settles_at <= now)
        .order_by(SlotChangeRow.settles_at, SlotChangeRow.id)
        .limit(limit)
    )
    return [OpenChange(row.id, SlotSnapshot.from_json(row.before), row.last_edit_at) for row in rows]


def close_changes(session: Session, ids: Sequence[int], now: datetime) -> None:
    session.execute(
        update(SlotChangeRow)
        .where(SlotChangeRow.id.in_(ids))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )


def clear_answers(session: Session, slot_ids: Collection[int]) -> None:
    """Those who hold a place are asked anew whether they come."""
    if slot_ids:
        session.execute(
            update(BookingRow)
            .where(
                BookingRow.slot_id.in_(slot_ids),
                BookingRow.status.in_((BookingStatus.BOOKED, BookingStatus.OFFERED)),
                BookingRow.answer.is_not(None),
            )
            .values(answer=None)
            .execution_options(synchronize_session=False)
        )


def owe_change(
    session: Session,
    change: OpenChange,
    kind: DeliveryKind,
    statuses: Sequence[BookingStatus],
    due: datetime,
    not_after: datetime,
) -> int:
    """Owe the news to everybody who asked for the slot before its last edit. How many."""
    return insert_for_bookings(
        session,
        BookingRow.slot_id == change.before.slot_id,
        BookingRow.status.in_(statuses),
        BookingRow.queued_at < change.last_edit_at,
        key=literal(f"change:{change.id}:") + cast(BookingRow.id, String),
        kind=kind,
        lane=Lane.URGENT,
        payload={"before": change.before.to_json()},
        due_at=due,
        not_after=not_after,
    )


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]

"""Slots as people read them, and edits of slots that were not told yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.models import ActivityRow, SlotChangeRow, SlotRow, VenueRow
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


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]

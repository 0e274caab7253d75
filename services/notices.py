"""Telling those booked that a slot moved, was cancelled or takes place after all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from db.engine import Session
from db.queries import notices as queries
from domain.notices import SlotSnapshot


def snapshot(session: Session, slot_ids: Collection[int]) -> dict[int, SlotSnapshot]:
    """How people read these slots now, by slot id; take it before an edit."""
    return queries.snapshots(session, slot_ids)


def slots_edited(session: Session, befores: Sequence[SlotSnapshot], now: datetime) -> None:
    """Remember edits made in this transaction, given what the slots looked like before.

    Nobody is told at once: a change settles ten minutes after its first edit, and what came in between is
    one message. An edit that was taken back in that time is none.
    """
    queries.record_edits(session, befores, now)

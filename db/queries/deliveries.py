"""The table of messages owed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from db.dialect import insert_or_ignore
from db.models import DeliveryRow
from domain.delivery import DeliveryStatus, Owed

CHUNK = 500
"""Rows in one INSERT: fourteen parameters each, and SQLite takes 32,766."""


def insert_owed(session: Session, owed: Sequence[Owed]) -> int:
    rows = [
        {
            "dedup_key": item.dedup_key,
            "kind": item.kind.value,
            "person_id": item.person_id,
            "booking_id": item.booking_id,
            "payload": dict(item.payload),
            "priority": int(item.lane),
            "due_at": item.due_at,
            "not_after": item.not_after,
            "status": DeliveryStatus.PENDING.value,
            "attempts": 0,
        }
        for item in owed
    ]
    return sum(
        insert_or_ignore(session, DeliveryRow, rows[start : start + CHUNK])
        for start in range(0, len(rows), CHUNK)
    )

"""What reached people, what it says of each of them, and what they chose to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from db.contained import readable
from db.dialect import insert_or_ignore
from db.models import AnnouncementChoiceRow, DeliveryRow
from db.queries.booking import ACTIVE
from db.queries.broadcasts import announcements, catch_up
from db.queries.reading import (
    PLANNED,
    activity_table,
    booking_table,
    one_of,
    placed,
    planned_of,
    slot_table,
)
from domain.announcement import Received
from domain.booking import Planned
from domain.delivery import DeliveryKind, DeliveryStatus, Lane

ARRIVED = (DeliveryStatus.SENT, DeliveryStatus.SENDING, DeliveryStatus.DOUBTFUL)
"""It is there, or nobody knows: a digest can be tapped before it is marked as sent."""


def coming(session: Session, person_ids: Collection[int], now: datetime) -> dict[int, list[Planned]]:
    """What each of these people is booked on, offered or waits for, the nearest first."""
    source = placed(
        booking_table.join(slot_table, slot_table.c.id == booking_table.c.slot_id).join(
            activity_table, activity_table.c.id == slot_table.c.activity_id
        )
    )
    rows = session.execute(
        select(*PLANNED)
        .select_from(source)
        .where(
            booking_table.c.person_id.in_(person_ids),
            one_of(booking_table.c.status, ACTIVE),
            slot_table.c.cancelled_at.is_(None),
            slot_table.c.ends_at > now,
        )
        .order_by(slot_table.c.starts_at, slot_table.c.id)
    )
    found: dict[int, list[Planned]] = {}
    for planned in readable(session, "booking", rows, planned_of):
        found.setdefault(planned[0].person_id, []).append(planned)
    return found


def confirmed(session: Session, asked: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of pairs of a broadcast and a person, those that were confirmed."""
    rows = session.execute(
        select(DeliveryRow.broadcast_id, DeliveryRow.person_id).where(
            tuple_(DeliveryRow.broadcast_id, DeliveryRow.person_id).in_(list(asked)),
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            DeliveryRow.read_at.is_not(None),
        )
    )
    return {(broadcast_id, person_id) for broadcast_id, person_id in rows if broadcast_id is not None}


def received(session: Session, person_id: int, offset: int, limit: int | None) -> list[Received]:
    """What reached a person, the latest first."""
    rows = session.execute(
        select(DeliveryRow.broadcast_id, DeliveryRow.sent_at, DeliveryRow.due_at, DeliveryRow.read_at)
        .where(
            DeliveryRow.person_id == person_id,
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            DeliveryRow.status.in_(ARRIVED),
        )
        .order_by(func.coalesce(DeliveryRow.sent_at, DeliveryRow.due_at).desc(), DeliveryRow.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()
    known = announcements(session, {row.broadcast_id for row in rows})
    return [
        Received(known[row.broadcast_id], row.sent_at or row.due_at, row.read_at)
        for row in rows
        if row.broadcast_id in known
    ]


def one_received(session: Session, person_id: int, broadcast_id: int) -> Received | None:
    """One of them, None when it did not reach this person."""
    row = session.execute(
        select(DeliveryRow.sent_at, DeliveryRow.due_at, DeliveryRow.read_at).where(
            DeliveryRow.broadcast_id == broadcast_id,
            DeliveryRow.person_id == person_id,
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            DeliveryRow.status.in_(ARRIVED),
        )
    ).first()
    if row is None:
        return None
    announcement = announcements(session, [broadcast_id])[broadcast_id]
    return Received(announcement, row.sent_at or row.due_at, row.read_at)


def settle_in(
    session: Session,
    person_id: int,
    broadcast_id: int,
    revision: int,
    message_ids: Sequence[int],
    now: datetime,
) -> bool:
    """The message that somebody opened from a digest is theirs now: corrected and recalled like any other.

    ``revision``: of the text that it shows; what came after it is owed at once. ``message_ids``: of an album, all.
    False: they had one already.
    """
    found = session.scalar(
        select(DeliveryRow.id).where(
            DeliveryRow.broadcast_id == broadcast_id,
            DeliveryRow.person_id == person_id,
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            DeliveryRow.message_id.is_(None),
        )
    )
    if found is None:
        return False
    first, *others = message_ids
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == found)
        .values(message_id=first, more_message_ids=others or None, revision=revision)
        .execution_options(synchronize_session=False)
    )
    catch_up(session, [found], now)
    return True


def insert_shown(
    session: Session, person_id: int, broadcast_id: int | None, message_id: int, now: datetime
) -> None:
    """A message that showed announcements once more."""
    row = {
        "dedup_key": f"{DeliveryKind.SHOWN}:{person_id}:{message_id}",
        "kind": DeliveryKind.SHOWN.value,
        "person_id": person_id,
        "broadcast_id": broadcast_id,
        "payload": {},
        "priority": int(Lane.BROADCAST),
        "due_at": now,
        "status": DeliveryStatus.SENT.value,
        "attempts": 1,
        "sent_at": now,
        "message_id": message_id,
    }
    insert_or_ignore(session, DeliveryRow, [row])


def delete_choice(session: Session, person_id: int) -> None:
    session.execute(delete(AnnouncementChoiceRow).where(AnnouncementChoiceRow.person_id == person_id))

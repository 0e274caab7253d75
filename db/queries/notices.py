"""Slots as people read them, and edits of slots that were not told yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Delete,
    String,
    bindparam,
    cast,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from db.dialect import insert_missing
from db.models import (
    ActivityRow,
    Base,
    BookingRow,
    DeliveryRow,
    EditRow,
    PersonRow,
    SlotChangeRow,
    SlotRow,
    SlotVersionRow,
    VenueRow,
)
from db.queries.booking import ACTIVE
from db.queries.deliveries import insert_for_bookings
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, DeliveryStatus, Lane
from domain.notices import SlotSnapshot, Version, read_in, settles_at, versions_of
from domain.payloads import Nothing

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
            SlotRow.sequence,
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
            sequence=row.sequence,
        )
        for chunk in _chunks(sorted(slot_ids))
        for row in session.execute(query.where(SlotRow.id.in_(chunk)))
    }


def keep_versions(session: Session, befores: Sequence[SlotSnapshot]) -> dict[int, SlotSnapshot]:
    """Keep what could be read of each edited slot, before and now; how they are now, by slot.

    Raises:
        ValueError: a slot was edited without counting up its sequence.
    """
    by_slot = {before.slot_id: before for before in befores}
    made = snapshots(session, by_slot)
    if stuck := [id_ for id_, before in by_slot.items() if made[id_].sequence <= before.sequence]:
        raise ValueError(f"edited under the same sequence: slots {stuck}")
    insert_missing(
        session,
        SlotVersionRow,
        [
            {"slot_id": one.slot_id, "sequence": one.sequence, "snapshot": one.to_json()}
            for one in (*by_slot.values(), *made.values())
        ],
    )
    return made


def record_edits(session: Session, befores: Sequence[SlotSnapshot], now: datetime) -> None:
    """Keep what could be read of each slot, before and now, and open a change where none is open.

    Raises:
        ValueError: a slot was edited without counting up its sequence.
    """
    by_slot = {before.slot_id: before for before in befores}
    made = keep_versions(session, befores)
    settling = {slot_id: settles_at(before, made[slot_id], now) for slot_id, before in by_slot.items()}
    extended: list[dict[str, object]] = []
    for chunk in _chunks(sorted(by_slot)):
        rows = session.execute(
            select(SlotChangeRow.id, SlotChangeRow.slot_id, SlotChangeRow.settles_at).where(
                SlotChangeRow.slot_id.in_(chunk), SlotChangeRow.told_at.is_(None)
            )
        )
        for change_id, slot_id, settles in rows:
            earlier = min(settles, settling.pop(slot_id))
            extended.append({"change": change_id, "edited": now, "settles": earlier})
    if extended:
        session.connection().execute(_EXTEND, extended)
    opened = [
        {
            "slot_id": slot_id,
            "first_edit_at": now,
            "last_edit_at": now,
            "settles_at": settles,
            "told_at": None,
        }
        for slot_id, settles in settling.items()
    ]
    if opened:
        session.execute(insert(SlotChangeRow), opened)


_CHANGES = Base.metadata.tables[SlotChangeRow.__tablename__]
_EXTEND = (
    update(_CHANGES)
    .where(_CHANGES.c.id == bindparam("change"))
    .values(last_edit_at=bindparam("edited"), settles_at=bindparam("settles"))
)


def versions(session: Session, slot_ids: Collection[int]) -> dict[int, tuple[Version, ...]]:
    """All that could be read of these slots, by slot; the last is how it is now."""
    found: dict[int, dict[int, SlotSnapshot]] = {slot_id: {} for slot_id in slot_ids}
    for chunk in _chunks(sorted(slot_ids)):
        rows = session.execute(
            select(SlotVersionRow.slot_id, SlotVersionRow.sequence, SlotVersionRow.snapshot).where(
                SlotVersionRow.slot_id.in_(chunk)
            )
        )
        for slot_id, sequence, snapshot in rows:
            found[slot_id][sequence] = SlotSnapshot.from_json(snapshot)
    for slot_id, current in snapshots(session, slot_ids).items():
        found[slot_id][current.sequence] = current
    return {
        slot_id: versions_of([read[sequence] for sequence in sorted(read)])
        for slot_id, read in found.items()
        if read
    }


def last_read(session: Session, booking_ids: Collection[int]) -> dict[int, SlotSnapshot]:
    """The slots of these bookings as their people last read them, by booking."""
    rows = session.execute(
        select(BookingRow.id, BookingRow.slot_id, BookingRow.read_sequence).where(
            BookingRow.id.in_(booking_ids)
        )
    ).all()
    known = versions(session, {row.slot_id for row in rows})
    return {row.id: read_in(known[row.slot_id], row.read_sequence) for row in rows}


def note_read(session: Session, read: Mapping[int, int]) -> None:
    """By booking: the sequence of its slot that its person has read just now."""
    if read:
        rows = [{"read_booking": booking_id, "read_now": sequence} for booking_id, sequence in read.items()]
        session.connection().execute(_NOTE_READ, rows)


_BOOKINGS = Base.metadata.tables[BookingRow.__tablename__]
_NOTE_READ = (
    update(_BOOKINGS)
    .where(_BOOKINGS.c.id == bindparam("read_booking"), _BOOKINGS.c.read_sequence != bindparam("read_now"))
    .values(read_sequence=bindparam("read_now"))
)


@dataclass(frozen=True, slots=True)
class OpenChange:
    id: int
    slot_id: int


def _on_the_way() -> ColumnElement[bool]:
    """A message about a booking of the slot is on its way: what its person has read is known in a moment."""
    return exists(
        select(DeliveryRow.id)
        .join(BookingRow, BookingRow.id == DeliveryRow.booking_id)
        .where(DeliveryRow.status == DeliveryStatus.SENDING, BookingRow.slot_id == SlotChangeRow.slot_id)
    )


def open_changes(session: Session, slot_ids: Collection[int]) -> list[OpenChange]:
    """Those of which no message is on its way."""
    rows = session.execute(
        select(SlotChangeRow.id, SlotChangeRow.slot_id).where(
            SlotChangeRow.slot_id.in_(slot_ids), SlotChangeRow.told_at.is_(None), ~_on_the_way()
        )
    )
    return [OpenChange(*row) for row in rows]


def settled(session: Session, now: datetime, limit: int, without: Collection[int | str]) -> list[OpenChange]:
    """Changes whose ten minutes are over and that nobody was told of yet. ``without``: ids left out."""
    rows = session.execute(
        select(SlotChangeRow.id, SlotChangeRow.slot_id)
        .where(
            SlotChangeRow.told_at.is_(None),
            SlotChangeRow.settles_at <= now,
            SlotChangeRow.id.not_in(without),
            ~_on_the_way(),
        )
        .order_by(SlotChangeRow.settles_at, SlotChangeRow.id)
        .limit(limit)
    )
    return [OpenChange(*row) for row in rows]


def close_changes(session: Session, ids: Sequence[int], now: datetime) -> None:
    session.execute(
        update(SlotChangeRow)
        .where(SlotChangeRow.id.in_(ids))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )


def forget_changes(session: Session, ids: Sequence[int]) -> None:
    """All is as people read it: there is nothing to tell."""
    session.execute(
        delete(SlotChangeRow).where(SlotChangeRow.id.in_(ids)).execution_options(synchronize_session=False)
    )


def delete_of_past(session: Session, before: datetime, limit: int) -> int:
    """Delete versions and changes of slots that were over by then, and edits made before. How many."""
    over = select(SlotRow.id).where(SlotRow.ends_at < before)
    deleted = 0
    for key, condition in (
        (SlotChangeRow.id, SlotChangeRow.slot_id.in_(over)),
        (EditRow.id, EditRow.settles_at < before),
    ):
        old = select(key).where(condition).limit(limit)
        deleted += _deleted(session, delete(key.class_).where(key.in_(old)))
    gone = select(SlotVersionRow.slot_id).where(SlotVersionRow.slot_id.in_(over)).limit(limit)
    return deleted + _deleted(session, delete(SlotVersionRow).where(SlotVersionRow.slot_id.in_(gone)))


def _deleted(session: Session, statement: Delete) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False, preserve_rowcount=True))
    return int(result.rowcount)  # type: ignore[attr-defined]


def clear_answers(session: Session, slot_id: int, version: Version) -> None:
    """Those who read this version and hold a place are asked anew whether they come."""
    session.execute(
        update(BookingRow)
        .where(
            *_readers(slot_id, version),
            BookingRow.status.in_((BookingStatus.BOOKED, BookingStatus.OFFERED)),
            BookingRow.answer.is_not(None),
        )
        .values(answer=None)
        .execution_options(synchronize_session=False)
    )


def clear_answers_of(session: Session, booking_ids: Collection[int]) -> None:
    """These people are asked anew whether they come."""
    session.execute(
        update(BookingRow)
        .where(BookingRow.id.in_(booking_ids))
        .values(answer=None)
        .execution_options(synchronize_session=False)
    )


def _readers(slot_id: int, version: Version) -> list[ColumnElement[bool]]:
    held = aliased(BookingRow)
    holds_too = exists().where(
        held.slot_id == slot_id,
        held.person_id == BookingRow.person_id,
        held.status.in_((BookingStatus.BOOKED, BookingStatus.OFFERED)),
    )
    # Who holds places and waits for more of them hears it once.
    once = or_(BookingRow.status != BookingStatus.WAITING, ~holds_too)
    where: list[ColumnElement[bool]] = [BookingRow.slot_id == slot_id, once]
    if version.since is not None:
        where.append(BookingRow.read_sequence >= version.since)
    if version.until is not None:
        where.append(BookingRow.read_sequence < version.until)
    return where


def anybody_read(session: Session, slot_id: int, version: Version, statuses: Sequence[BookingStatus]) -> bool:
    """Whether this version is what somebody with such a booking last read, reachable or not."""
    found = session.scalars(
        select(BookingRow.id).where(*_readers(slot_id, version), BookingRow.status.in_(statuses)).limit(1)
    )
    return found.first() is not None


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody with a booking of a slot, and what of it they last read."""

    slot_id: int
    person_id: int
    status: BookingStatus
    read_sequence: int
    reachable: bool


def asking(session: Session, slot_ids: Collection[int]) -> list[Asking]:
    """Everybody who holds a place of these slots or waits for one."""
    query = select(
        BookingRow.slot_id,
        BookingRow.person_id,
        BookingRow.status,
        BookingRow.read_sequence,
        PersonRow.unreachable_at.is_(None),
    ).join(PersonRow, PersonRow.id == BookingRow.person_id)
    return [
        Asking(slot_id, person_id, BookingStatus(status), read, bool(reachable))
        for chunk in _chunks(sorted(slot_ids))
        for slot_id, person_id, status, read, reachable in session.execute(
            query.where(BookingRow.slot_id.in_(chunk), BookingRow.status.in_(ACTIVE)).order_by(BookingRow.id)
        )
    ]


@dataclass(frozen=True, slots=True)
class Unheard:
    """A booking of somebody who was away, and what of its slot they last read."""

    booking_id: int
    slot_id: int
    status: BookingStatus
    read_sequence: int


def unheard(session: Session, person_id: int) -> list[Unheard]:
    """Bookings of this person whose slot was edited since they read it, and is not about to be told of."""
    about_to = exists().where(SlotChangeRow.slot_id == BookingRow.slot_id, SlotChangeRow.told_at.is_(None))
    rows = session.execute(
        select(BookingRow.id, BookingRow.slot_id, BookingRow.status, BookingRow.read_sequence)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .where(
            BookingRow.person_id == person_id,
            BookingRow.status.in_(ACTIVE),
            BookingRow.read_sequence < SlotRow.sequence,
            ~about_to,
        )
        .order_by(BookingRow.id)
    )
    return [Unheard(id_, slot_id, BookingStatus(status), read) for id_, slot_id, status, read in rows]


def owe_change(
    session: Session,
    change: OpenChange,
    version: Version,
    kind: DeliveryKind,
    statuses: Sequence[BookingStatus],
    due: datetime,
    not_after: datetime,
) -> int:
    """Owe the news to everybody who read this version. How many."""
    return insert_for_bookings(
        session,
        *_readers(change.slot_id, version),
        BookingRow.status.in_(statuses),
        key=literal(f"change:{change.id}:") + cast(BookingRow.id, String),
        kind=kind,
        lane=Lane.URGENT,
        payload=Nothing(),
        due_at=due,
        not_after=not_after,
    )


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]

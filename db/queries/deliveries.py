"""The table of messages owed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Text,
    bindparam,
    cast,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from db.contained import readable
from db.dialect import insert_or_ignore, insert_select_or_ignore
from db.models import (
    ActivityRow,
    AnnouncementChoiceRow,
    BookingRow,
    BroadcastRow,
    DeliveryRow,
    PersonRow,
    QuestionRow,
    SlotRow,
    UtcDateTime,
    VenueRow,
)
from db.models.delivery import NOT_OF_A_BROADCAST
from db.queries import broadcasts
from db.queries.booking import HOLDING, planned_by_ids
from db.queries.reading import WITH_SLOT, with_slot_of
from domain.booking import Engagement
from domain.broadcast import Status
from domain.delivery import IN_DOUBT, DeliveryKind, DeliveryStatus, Lane, Owed
from domain.delivery_rules import RULES, payload_of
from domain.letters import CHANGES, Delivery, Reader, Unreadable
from domain.payloads import Payload, Reminder
from domain.people import Address
from domain.programme import Activity, Slot

CHUNK = 500
"""Rows in one INSERT: ten parameters each, and SQLite takes 32,766."""
TOGETHER = (DeliveryKind.REMINDER, *CHANGES)
"""Kinds of which several due at once may become one message."""
AFTERTHOUGHTS = (DeliveryKind.CORRECTION, DeliveryKind.RECALL)
"""They make no sound: the night does not hold them up."""
ALTERNATIVES_READ = 30
LONGEST_ERROR = 200

_ROW = (
    DeliveryRow.id,
    DeliveryRow.kind,
    DeliveryRow.person_id,
    DeliveryRow.booking_id,
    DeliveryRow.question_id,
    DeliveryRow.broadcast_id,
    cast(DeliveryRow.payload, Text).label("payload"),
    DeliveryRow.dedup_key,
    DeliveryRow.priority,
    DeliveryRow.due_at,
    DeliveryRow.not_after,
    DeliveryRow.attempts,
    DeliveryRow.error,
)


def insert_owed(session: Session, owed: Sequence[Owed]) -> int:
    rows = [
        {
            "dedup_key": item.dedup_key,
            "kind": item.kind.value,
            "person_id": item.person_id,
            "booking_id": item.booking_id,
            "question_id": item.question_id,
            "broadcast_id": item.broadcast_id,
            "payload": item.payload.to_json(),
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


def owed_screens(session: Session) -> list[Address]:
    """To whom an answer is owed that did not arrive at its time."""
    rows = session.execute(
        select(PersonRow.messenger, PersonRow.messenger_user_id)
        .join(DeliveryRow, DeliveryRow.person_id == PersonRow.id)
        .where(
            DeliveryRow.kind == DeliveryKind.SCREEN,
            DeliveryRow.status.in_((DeliveryStatus.PENDING, DeliveryStatus.SENDING)),
            # With the status it leads to the index.
            DeliveryRow.priority == int(Lane.ANSWER),
            literal_column(NOT_OF_A_BROADCAST, Boolean),
        )
    )
    return [Address(*row) for row in rows]


def forget_screen(session: Session, person_id: int) -> None:
    """What this person was shown late, or is still owed: a newer answer takes its place."""
    session.execute(
        delete(DeliveryRow)
        .where(DeliveryRow.person_id == person_id, DeliveryRow.kind == DeliveryKind.SCREEN)
        .execution_options(synchronize_session=False)
    )


def forget_finished_screens(session: Session) -> None:
    """The words of answers that have arrived late, or never will, are nobody's any more."""
    session.execute(
        delete(DeliveryRow)
        .where(
            DeliveryRow.kind == DeliveryKind.SCREEN,
            DeliveryRow.status.in_(_FINISHED),
            DeliveryRow.priority == int(Lane.ANSWER),
            literal_column(NOT_OF_A_BROADCAST, Boolean),
        )
        .execution_options(synchronize_session=False)
    )


def insert_for_bookings(
    session: Session,
    *where: ColumnElement[bool],
    key: ColumnElement[str],
    kind: DeliveryKind,
    lane: Lane,
    payload: Payload,
    due_at: datetime,
    not_after: datetime,
) -> int:
    """Owe the same to everybody whose booking, slot and person fulfil ``where``: one INSERT … SELECT."""
    values: dict[str, ColumnElement[Any]] = {
        "dedup_key": key,
        "kind": literal(kind.value),
        "person_id": BookingRow.person_id.expression,
        "booking_id": BookingRow.id.expression,
        "payload": literal(payload.to_json(), JSON),
        "priority": literal(int(lane)),
        "due_at": literal(due_at, UtcDateTime()),
        "not_after": literal(not_after, UtcDateTime()),
        "status": literal(DeliveryStatus.PENDING.value),
        "attempts": literal(0),
    }
    query = (
        select(*values.values())
        .select_from(BookingRow)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(PersonRow, PersonRow.id == BookingRow.person_id)
        .where(*where, PersonRow.unreachable_at.is_(None))
    )
    return insert_select_or_ignore(session, DeliveryRow, list(values), query)


def due(
    session: Session, now: datetime, limit: int, *, reminders_until: datetime | None
) -> list[Delivery | Unreadable]:
    """Pending rows whose time has come, the urgent ones first, with all that may go out together with them.

    ``reminders_until``: at night only reminders that would be useless by then, and nothing that can wait.
    Messages of broadcasts are not among them (``due_to_many``).
    """
    ready: list[ColumnElement[bool]] = [
        DeliveryRow.status == DeliveryStatus.PENDING,
        DeliveryRow.due_at <= now,
        literal_column(NOT_OF_A_BROADCAST, Boolean),
    ]
    if reminders_until is not None:
        asleep = DeliveryRow.kind == DeliveryKind.REMINDER, DeliveryRow.not_after > reminders_until
        ready.append(or_(*(~condition for condition in asleep)))
        ready.append(or_(DeliveryRow.priority < int(Lane.BROADCAST), DeliveryRow.kind.in_(AFTERTHOUGHTS)))
    order = (DeliveryRow.priority, DeliveryRow.due_at, DeliveryRow.id)
    rows = session.execute(select(*_ROW).where(*ready).order_by(*order).limit(limit)).all()
    people = {row.person_id for row in rows if row.kind in TOGETHER}
    if people:
        seen = {row.id for row in rows}
        together = select(*_ROW).where(
            *ready, DeliveryRow.person_id.in_(people), DeliveryRow.kind.in_(TOGETHER)
        )
        rows = [*rows, *(row for row in session.execute(together.order_by(*order)) if row.id not in seen)]
    return [_delivery_from(row) for row in rows]


def due_to_many(
    session: Session, now: datetime, limit: int, *, urgent_only: bool
) -> list[Delivery | Unreadable]:
    """Messages of the broadcasts that go out now, of each in its turn: a small one does not wait for a large one.

    What is paused or stopped is not looked at, however much of it waits.
    """
    if limit <= 0:
        return []
    each = [
        session.execute(
            select(*_ROW)
            .where(
                DeliveryRow.broadcast_id == broadcast_id,
                DeliveryRow.kind == DeliveryKind.BROADCAST,
                DeliveryRow.status == DeliveryStatus.PENDING,
                DeliveryRow.due_at <= now,
            )
            .order_by(DeliveryRow.due_at)
            .limit(limit)
        ).all()
        for broadcast_id in broadcasts.sending(session, urgent_only=urgent_only)
    ]
    in_turn = [row for row in chain.from_iterable(zip_longest(*each)) if row is not None]
    in_turn.sort(key=lambda row: row.priority)
    return [_delivery_from(row) for row in in_turn[:limit]]


def rest_of_digests(session: Session, due: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """What else is due to the people of whose digest a part is due: it goes out together with it."""
    people = {delivery.person_id for delivery in due if delivery.is_for_digest}
    if not people:
        return []
    seen = {delivery.id for delivery in due}
    rows = session.execute(
        select(*_ROW)
        .join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
        .where(
            DeliveryRow.person_id.in_(people),
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            DeliveryRow.status == DeliveryStatus.PENDING,
            DeliveryRow.due_at <= now,
            BroadcastRow.status == Status.SENDING,
        )
        .order_by(DeliveryRow.id)
    )
    found = [_delivery_from(row) for row in rows if row.id not in seen]
    return [each for each in found if isinstance(each, Delivery) and each.is_for_digest]


def untold_promotions(session: Session, due: Sequence[Delivery]) -> list[Delivery]:
    """Word of places that reminders are due of and whose people have not been told of them: it goes first."""
    reminded_of = {each.booking_id for each in due if each.kind is DeliveryKind.REMINDER}
    if not reminded_of:
        return []
    seen = {each.id for each in due}
    rows = session.execute(
        select(*_ROW).where(
            DeliveryRow.booking_id.in_(reminded_of),
            DeliveryRow.kind == DeliveryKind.PROMOTED,
            DeliveryRow.status == DeliveryStatus.PENDING,
        )
    )
    found = [_delivery_from(row) for row in rows if row.id not in seen]
    return [each for each in found if isinstance(each, Delivery)]


def _delivery_from(row: Any) -> Delivery | Unreadable:
    """What nobody can read stops nobody: it is named, and the rest goes on."""
    try:
        kind = DeliveryKind(row.kind)
        payload = payload_of(kind, json.loads(row.payload))
    except ValueError as error:
        return Unreadable(row.id, row.kind, type(error).__name__)
    return Delivery(
        id=row.id,
        kind=kind,
        person_id=row.person_id,
        booking_id=row.booking_id,
        question_id=row.question_id,
        broadcast_id=row.broadcast_id,
        payload=payload,
        dedup_key=row.dedup_key,
        lane=Lane(row.priority),
        due_at=row.due_at,
        not_after=row.not_after,
        attempts=row.attempts,
        in_doubt=(row.error or "").startswith(IN_DOUBT),
    )


def readers(session: Session, person_ids: Collection[int]) -> dict[int, Reader]:
    rows = session.execute(
        select(
            PersonRow.id,
            PersonRow.messenger,
            PersonRow.messenger_user_id,
            PersonRow.grade,
            PersonRow.unreachable_at,
            PersonRow.paused_until,
            PersonRow.name,
            PersonRow.consent_version,
            AnnouncementChoiceRow.off,
        )
        .outerjoin(AnnouncementChoiceRow, AnnouncementChoiceRow.person_id == PersonRow.id)
        .where(PersonRow.id.in_(person_ids))
    )
    return {
        row.id: Reader(
            person_id=row.id,
            address=Address(row.messenger, row.messenger_user_id),
            grade=row.grade,
            reachable=row.unreachable_at is None,
            paused_until=row.paused_until,
            name=row.name or "",
            wants_announcements=row.consent_version is not None and not row.off,
        )
        for row in rows
    }


def reminded(session: Session, booking_ids: Collection[int]) -> list[tuple[int, Reminder]]:
    """Reminders sent before: booking and payload."""
    rows = session.execute(
        select(*_ROW).where(
            DeliveryRow.booking_id.in_(booking_ids),
            DeliveryRow.kind == DeliveryKind.REMINDER,
            DeliveryRow.status == DeliveryStatus.SENT,
        )
    )
    return [
        (read.booking_id, read.payload)
        for row in rows
        if isinstance(read := _delivery_from(row), Delivery)
        and isinstance(read.payload, Reminder)
        and read.booking_id is not None
    ]


def clashes(session: Session, booking_ids: Collection[int]) -> dict[int, tuple[Engagement, ...]]:
    """What the people of these bookings hold at the same time, by booking."""
    wanted = planned_by_ids(session, booking_ids)
    people = {booking.person_id for booking, _, _ in wanted.values()}
    rows = session.execute(
        select(
            BookingRow.person_id,
            BookingRow.id,
            SlotRow.id,
            SlotRow.starts_at,
            SlotRow.ends_at,
            ActivityRow.venue_id,
            ActivityRow.title,
        )
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .where(
            BookingRow.person_id.in_(people),
            BookingRow.status.in_(HOLDING),
            BookingRow.brings_only.is_(False),
            SlotRow.cancelled_at.is_(None),
        )
        .order_by(SlotRow.starts_at)
    ).all()
    held = [(row[0], Engagement(*row[1:])) for row in rows]
    return {
        booking.id: tuple(
            other
            for person_id, other in held
            if person_id == booking.person_id
            and not booking.brings_only
            and other.booking_id != booking.id
            and slot.starts_at < other.ends_at
            and other.starts_at < slot.ends_at
        )
        for booking, slot, _ in wanted.values()
    }


def alternatives(
    session: Session, slot: Slot, activity: Activity, now: datetime
) -> list[tuple[Slot, Activity]]:
    """Slots with a place: of the same activity first, then of its track and municipality, soonest first."""
    same = ActivityRow.id == activity.id
    nearby = (ActivityRow.track == activity.track) & (
        VenueRow.municipality_code == activity.venue.municipality
    )
    has_places = (SlotRow.capacity > SlotRow.taken) & (SlotRow.waiting == 0)
    rows = session.execute(
        WITH_SLOT.where(
            SlotRow.starts_at > now,
            SlotRow.cancelled_at.is_(None),
            SlotRow.id != slot.id,
            or_(SlotRow.capacity.is_(None), has_places),
            or_(same, nearby),
        )
        .order_by(same.desc(), SlotRow.starts_at, SlotRow.id)
        .limit(ALTERNATIVES_READ)
    )
    return readable(session, "slot", rows, with_slot_of)


def claim(session: Session, ids: Collection[int], now: datetime) -> None:
    """In hand from now on; of a broadcast, with the text that it has now."""
    text_now = (
        select(BroadcastRow.revision).where(BroadcastRow.id == DeliveryRow.broadcast_id).scalar_subquery()
    )
    _set(session, ids, status=DeliveryStatus.SENDING, claimed_at=now, revision=text_now)


def drop(session: Session, ids: Collection[int], status: DeliveryStatus) -> None:
    _set(session, ids, status=status)


def fail(session: Session, ids: Collection[int], error: str) -> None:
    """They could not be judged: nobody sends them, and why is written down."""
    _set(session, ids, status=DeliveryStatus.FAILED, error=error[:LONGEST_ERROR])


def hold(session: Session, ids: Collection[int], until: datetime) -> None:
    """Their time comes again then."""
    _set(session, ids, due_at=until)


def release(session: Session, ids: Collection[int]) -> None:
    _set(session, ids, status=DeliveryStatus.PENDING, claimed_at=None)


def release_all(
    session: Session, claimed_before: datetime | None = None, in_hand: Collection[int] = ()
) -> tuple[int, int]:
    """Rows left in flight by a process that died are owed again and named: they may arrive a second time.
    Messages of broadcasts stay in doubt.

    Of a process that lives: those claimed before a moment that it does not have ``in_hand``.
    How many are owed again, and how many are in doubt.
    """
    left = [DeliveryRow.status == DeliveryStatus.SENDING, DeliveryRow.id.not_in(in_hand)]
    if claimed_before is not None:
        left.append(or_(DeliveryRow.claimed_at.is_(None), DeliveryRow.claimed_at < claimed_before))
    open_ones = broadcasts.opened(session)
    doubtful = session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.broadcast_id.in_(open_ones),
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            *left,
        )
        .values(status=DeliveryStatus.DOUBTFUL)
        .execution_options(synchronize_session=False)
    )
    owed = session.execute(
        update(DeliveryRow)
        .where(*left, literal_column(NOT_OF_A_BROADCAST, Boolean))
        .values(status=DeliveryStatus.PENDING, claimed_at=None, error=IN_DOUBT)
        .execution_options(synchronize_session=False)
    )
    return int(owed.rowcount), int(doubtful.rowcount)  # type: ignore[attr-defined]


def hurry(session: Session, now: datetime, but: str) -> int:
    """What waits after a try that failed is due now; ``but`` is a reason that asks for its own pause. How many."""
    result = session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.status == DeliveryStatus.PENDING,
            DeliveryRow.attempts > 0,
            DeliveryRow.due_at > now,
            DeliveryRow.error.is_not(None),
            DeliveryRow.error != but,
        )
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def mark(session: Session, marks: Iterable[dict[str, Any]]) -> None:
    """Write results. Each mark: row, status, due_at, attempts, sent_at, message_id, more_message_ids, error."""
    if not (parameters := [{f"new_{name}": value for name, value in mark.items()} for mark in marks]):
        return
    table = DeliveryRow.__table__
    columns = ("status", "due_at", "attempts", "sent_at", "message_id", "more_message_ids", "error")
    session.connection().execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("new_id"))
        .values({name: bindparam(f"new_{name}") for name in columns}),
        parameters,
    )


def lose(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """The messenger says that these people cannot be written to: what waits for them waits in vain."""
    session.execute(
        update(PersonRow)
        .where(PersonRow.id.in_(person_ids), PersonRow.unreachable_at.is_(None))
        .values(unreachable_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.person_id.in_(person_ids), DeliveryRow.status == DeliveryStatus.PENDING)
        .values(status=DeliveryStatus.UNREACHABLE)
        .execution_options(synchronize_session=False)
    )


def revive(
    session: Session, person_id: int, kinds: Collection[DeliveryKind], now: datetime
) -> dict[int, DeliveryKind]:
    """Owe anew what waited in vain for somebody: of each booking the last of these kinds. The kinds, by booking.

    What makes no sense any more is found when its turn comes.
    """
    lost = (
        DeliveryRow.person_id == person_id,
        DeliveryRow.status == DeliveryStatus.UNREACHABLE,
        DeliveryRow.kind.in_(kinds),
        DeliveryRow.booking_id.is_not(None),
    )
    last = select(func.max(DeliveryRow.id)).where(*lost).group_by(DeliveryRow.booking_id)
    rows = session.execute(
        select(DeliveryRow.id, DeliveryRow.booking_id, DeliveryRow.kind).where(DeliveryRow.id.in_(last))
    ).all()
    _set(session, [row.id for row in rows], status=DeliveryStatus.PENDING, due_at=now, attempts=0, error=None)
    return {row.booking_id: DeliveryKind(row.kind) for row in rows}


_FINISHED = tuple(
    status for status in DeliveryStatus if status not in (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
)


def delete_finished(session: Session, now: datetime, limit: int) -> int:
    """Delete messages that are finished, older than their kind is kept and needed by nothing younger. How many.

    The report of a broadcast is made of its rows, and an open question must not be reminded of anew: both keep theirs.
    """
    before = now - max(rule.kept for rule in RULES.values())
    short = {kind: rule.kept for kind, rule in RULES.items() if now - rule.kept > before}
    over_soon = [
        (DeliveryRow.kind == kind) & (DeliveryRow.due_at < now - kept) for kind, kept in short.items()
    ]
    latest = max((now - kept for kept in short.values()), default=before)
    old = (
        select(DeliveryRow.id)
        .outerjoin(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
        .outerjoin(QuestionRow, QuestionRow.id == DeliveryRow.question_id)
        .where(
            DeliveryRow.status.in_(_FINISHED),
            # All of them: with the status they lead to the index.
            DeliveryRow.priority.in_([int(lane) for lane in Lane]),
            DeliveryRow.due_at < latest,
            or_(DeliveryRow.due_at < before, *over_soon),
            # Until then its key keeps the same from being owed again.
            or_(DeliveryRow.not_after.is_(None), DeliveryRow.not_after < before),
            or_(DeliveryRow.broadcast_id.is_(None), BroadcastRow.finished_at < before),
            or_(DeliveryRow.question_id.is_(None), QuestionRow.closed_at < before),
        )
        .limit(limit)
    )
    result = session.execute(
        delete(DeliveryRow)
        .where(DeliveryRow.id.in_(old))
        .execution_options(synchronize_session=False, preserve_rowcount=True)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def next_due(session: Session) -> datetime | None:
    return session.scalar(
        select(func.min(DeliveryRow.due_at)).where(DeliveryRow.status == DeliveryStatus.PENDING)
    )


def _set(session: Session, ids: Collection[int], **values: Any) -> None:
    if ids:
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id.in_(ids))
            .values(**values)
            .execution_options(synchronize_session=False)
        )

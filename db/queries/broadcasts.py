"""Broadcasts: who is meant, who is owed what, and how it goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    String,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from db.dialect import insert_select_or_ignore
from db.models import (
    ActivityRow,
    AnnouncementChoiceRow,
    AudienceRow,
    BookingRow,
    BroadcastRow,
    DeliveryRow,
    PersonRow,
    SlotRow,
    UtcDateTime,
)
from domain.booking import BookingStatus
from domain.broadcast import Audience, Broadcast, Content, Count, Group, Recipient, Status
from domain.delivery import DeliveryKind, DeliveryStatus, Lane, Media
from domain.people import Role

Condition = ColumnElement[bool]


def insert_broadcast(session: Session, author_id: int | None, now: datetime) -> int:
    result = session.execute(
        insert(BroadcastRow).values(
            author_id=author_id,
            status=Status.DRAFT,
            text="",
            entities=[],
            media=[],
            audience={},
            urgent_reason="",
            wants_receipt=False,
            created_at=now,
            revision=0,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def update_broadcast(session: Session, broadcast_id: int, **values: Any) -> None:
    session.execute(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def save_content(session: Session, broadcast_id: int, content: Content) -> None:
    update_broadcast(
        session,
        broadcast_id,
        text=content.text,
        entities=[dict(entity) for entity in content.entities],
        media=[{"kind": media.kind, "file_id": media.file_id} for media in content.media],
        activity_id=content.activity_id,
        wants_receipt=content.wants_receipt,
    )


def broadcast(session: Session, broadcast_id: int) -> Broadcast | None:
    row = session.get(BroadcastRow, broadcast_id, populate_existing=True)
    return _broadcast_from(row) if row else None


def _broadcast_from(row: BroadcastRow) -> Broadcast:
    progress = None
    if row.progress_chat is not None and row.progress_message_id is not None:
        progress = (row.progress_chat, row.progress_message_id)
    return Broadcast(
        id=row.id,
        author_id=row.author_id,
        status=Status(row.status),
        content=_content_from(row),
        audience=Audience.from_json(row.audience),
        within=None if row.within is None else tuple(row.within),
        urgent_reason=row.urgent_reason,
        created_at=row.created_at,
        send_at=row.send_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        confirmed_by=row.confirmed_by,
        progress=progress,
        revision=row.revision,
    )


def _content_from(row: BroadcastRow) -> Content:
    return Content(
        text=row.text,
        entities=tuple(row.entities),
        media=tuple(Media(each["kind"], each["file_id"]) for each in row.media),
        activity_id=row.activity_id,
        wants_receipt=row.wants_receipt,
    )


def contents(session: Session, broadcast_ids: Collection[int]) -> dict[int, Content]:
    rows = session.scalars(select(BroadcastRow).where(BroadcastRow.id.in_(broadcast_ids)))
    return {row.id: _content_from(row) for row in rows}


def with_status(session: Session, *statuses: Status) -> list[Broadcast]:
    rows = session.scalars(select(BroadcastRow).where(BroadcastRow.status.in_(statuses)))
    return [_broadcast_from(row) for row in rows]


def latest(session: Session, author_id: int | None, offset: int, limit: int) -> list[Broadcast]:
    """The latest first; ``author_id`` None: everybody's."""
    statement = select(BroadcastRow).order_by(BroadcastRow.id.desc()).offset(offset).limit(limit)
    if author_id is not None:
        statement = statement.where(BroadcastRow.author_id == author_id)
    return [_broadcast_from(row) for row in session.scalars(statement)]


def _booked(activity_ids: Collection[int], *conditions: Condition) -> Condition:
    return exists(
        select(BookingRow.id)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .where(BookingRow.person_id == PersonRow.id, SlotRow.activity_id.in_(activity_ids), *conditions)
    )


def _group(group: Group, now: datetime) -> Condition:
    conditions: list[Condition] = []
    if group.roles:
        conditions.append(PersonRow.role.in_([role.value for role in group.roles]))
    if group.municipalities:
        conditions.append(PersonRow.municipality_code.in_(group.municipalities))
    if group.grades:
        conditions.append(and_(PersonRow.role == Role.STUDENT, PersonRow.grade.in_(group.grades)))
    if group.tracks:
        tracks = [track.value for track in group.tracks]
        conditions.append(
            exists(
                select(BookingRow.id)
                .join(SlotRow, SlotRow.id == BookingRow.slot_id)
                .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
                .where(
                    BookingRow.person_id == PersonRow.id,
                    BookingRow.status.in_((BookingStatus.BOOKED, BookingStatus.WAITING)),
                    ActivityRow.track.in_(tracks),
                )
            )
        )
    held = BookingRow.status == BookingStatus.BOOKED
    if group.booked:
        conditions.append(_booked(group.booked, held, SlotRow.ends_at > now))
    if group.waiting:
        conditions.append(_booked(group.waiting, BookingRow.status == BookingStatus.WAITING))
    if group.came:
        conditions.append(_booked(group.came, BookingRow.came.is_(True)))
    if group.silent:
        conditions.append(_booked(group.silent, held, BookingRow.answer.is_(None), SlotRow.starts_at > now))
    if group.unread:
        conditions.append(
            exists(
                select(DeliveryRow.id).where(
                    DeliveryRow.person_id == PersonRow.id,
                    DeliveryRow.broadcast_id.in_(group.unread),
                    DeliveryRow.kind == DeliveryKind.BROADCAST,
                    DeliveryRow.status == DeliveryStatus.SENT,
                    DeliveryRow.read_at.is_(None),
                )
            )
        )
    return and_(*conditions)


def _meant(audience: Audience, within: Collection[str] | None, now: datetime) -> list[Condition]:
    """Conditions on people: meant, reachable, not pausing, willing, and where the author may write."""
    groups = [_group(group, now) for group in audience.groups if not group.is_empty]
    if not groups:
        return [PersonRow.id.is_(None)]
    conditions: list[Condition] = [
        or_(*groups),
        PersonRow.consent_version.is_not(None),
        PersonRow.unreachable_at.is_(None),
        or_(PersonRow.paused_until.is_(None), PersonRow.paused_until <= now),
        ~exists(
            select(AnnouncementChoiceRow.person_id).where(
                AnnouncementChoiceRow.person_id == PersonRow.id, AnnouncementChoiceRow.off.is_(True)
            )
        ),
    ]
    conditions += [~_group(group, now) for group in audience.except_groups if not group.is_empty]
    if within is not None:
        conditions.append(PersonRow.municipality_code.in_(within))
    return conditions


def count_meant(session: Session, audience: Audience, within: Collection[str] | None, now: datetime) -> int:
    """How many people a broadcast would reach; each once, in however many groups."""
    return session.scalar(select(func.count()).where(*_meant(audience, within, now))) or 0


def owe_to_meant(
    session: Session,
    broadcast_id: int,
    audience: Audience,
    within: Collection[str] | None,
    lane: Lane,
    now: datetime,
    due_at: datetime,
    digest_at: datetime,
) -> int:
    """Owe a broadcast to everybody who is meant: one INSERT … SELECT, whatever their number."""
    in_digest = exists(
        select(AnnouncementChoiceRow.person_id).where(
            AnnouncementChoiceRow.person_id == PersonRow.id, AnnouncementChoiceRow.digest.is_(True)
        )
    )
    values: dict[str, ColumnElement[Any]] = {
        "dedup_key": literal(f"{DeliveryKind.BROADCAST}:{broadcast_id}:") + func.cast(PersonRow.id, String),
        "kind": literal(DeliveryKind.BROADCAST.value),
        "person_id": PersonRow.id.expression,
        "broadcast_id": literal(broadcast_id),
        "payload": literal({}, JSON),
        "priority": literal(int(lane)),
        "due_at": case((in_digest, literal(digest_at, UtcDateTime())), else_=literal(due_at, UtcDateTime())),
        "status": literal(DeliveryStatus.PENDING.value),
        "attempts": literal(0),
    }
    return insert_select_or_ignore(
        session, DeliveryRow, list(values), select(*values.values()).where(*_meant(audience, within, now))
    )


def owe_after(
    session: Session, broadcast_id: int, kind: DeliveryKind, revision: int, due_at: datetime
) -> int:
    """Owe a correction or a recall to everybody whom the broadcast has reached."""
    values: dict[str, ColumnElement[Any]] = {
        "dedup_key": literal(f"{kind}:{broadcast_id}:{revision}:") + func.cast(DeliveryRow.person_id, String),
        "kind": literal(kind.value),
        "person_id": DeliveryRow.person_id.expression,
        "broadcast_id": literal(broadcast_id),
        "payload": func.json_object("message_id", DeliveryRow.message_id)
        if session.get_bind().dialect.name == "sqlite"
        else func.json_build_object("message_id", DeliveryRow.message_id),
        "priority": literal(int(Lane.BROADCAST)),
        "due_at": literal(due_at, UtcDateTime()),
        "status": literal(DeliveryStatus.PENDING.value),
        "attempts": literal(0),
    }
    reached = select(*values.values()).where(
        DeliveryRow.broadcast_id == broadcast_id,
        DeliveryRow.kind == DeliveryKind.BROADCAST,
        DeliveryRow.status == DeliveryStatus.SENT,
        DeliveryRow.message_id.is_not(None),
    )
    return insert_select_or_ignore(session, DeliveryRow, list(values), reached)


def drop_pending(session: Session, broadcast_id: int) -> int:
    """What has not gone out of a stopped broadcast never will. How many."""
    result = session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.broadcast_id == broadcast_id,
            DeliveryRow.status == DeliveryStatus.PENDING,
            DeliveryRow.kind == DeliveryKind.BROADCAST,
        )
        .values(status=DeliveryStatus.OBSOLETE)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


_COUNTED: Mapping[str, str] = {
    DeliveryStatus.SENT: "sent",
    DeliveryStatus.PENDING: "left",
    DeliveryStatus.SENDING: "left",
    DeliveryStatus.FAILED: "failed",
    DeliveryStatus.UNREACHABLE: "unreachable",
    DeliveryStatus.DOUBTFUL: "doubtful",
    DeliveryStatus.OBSOLETE: "dropped",
    DeliveryStatus.EXPIRED: "dropped",
}


def count(session: Session, broadcast_id: int, kind: DeliveryKind = DeliveryKind.BROADCAST) -> Count:
    """How a broadcast, its correction or its recall goes."""
    rows = session.execute(
        select(DeliveryRow.status, func.count(), func.count(DeliveryRow.read_at))
        .where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.kind == kind)
        .group_by(DeliveryRow.status)
    )
    numbers: dict[str, int] = {"read": 0}
    for status, number, read in rows:
        name = _COUNTED[status]
        numbers[name] = numbers.get(name, 0) + number
        numbers["read"] += read
    return Count(**numbers)


def mark_read(session: Session, broadcast_id: int, person_id: int, now: datetime) -> bool:
    """Whether the broadcast was theirs to confirm; the first confirmation counts."""
    mine = and_(
        DeliveryRow.broadcast_id == broadcast_id,
        DeliveryRow.person_id == person_id,
        DeliveryRow.kind == DeliveryKind.BROADCAST,
    )
    session.execute(
        update(DeliveryRow)
        .where(mine, DeliveryRow.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(select(func.count()).where(mine)) == 1


def recipients(session: Session, broadcast_id: int) -> list[Recipient]:
    """Everybody it was owed to, by name: the report."""
    rows = session.execute(
        select(
            PersonRow.name,
            PersonRow.role,
            PersonRow.municipality_code,
            PersonRow.organisation,
            DeliveryRow.status,
            DeliveryRow.sent_at,
            DeliveryRow.read_at,
            DeliveryRow.error,
        )
        .join(PersonRow, PersonRow.id == DeliveryRow.person_id)
        .where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.kind == DeliveryKind.BROADCAST)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return [
        Recipient(
            name=name or "",
            role=Role(role) if role else None,
            municipality=municipality,
            organisation=organisation or "",
            status=status,
            sent_at=sent_at,
            read_at=read_at,
            error=error or "",
        )
        for name, role, municipality, organisation, status, sent_at, read_at, error in rows
    ]


def saved_audiences(session: Session, owner_id: int) -> list[tuple[int, str, Audience]]:
    rows = session.execute(
        select(AudienceRow.id, AudienceRow.name, AudienceRow.definition)
        .where(AudienceRow.owner_id == owner_id)
        .order_by(AudienceRow.name)
    )
    return [(id_, name, Audience.from_json(definition)) for id_, name, definition in rows]


def save_audience(session: Session, owner_id: int, name: str, audience: Audience, now: datetime) -> None:
    session.execute(
        insert(AudienceRow).values(
            owner_id=owner_id, name=name, definition=audience.to_json(), created_at=now
        )
    )


def rename_or_replace(session: Session, owner_id: int, name: str, audience: Audience, now: datetime) -> None:
    """A saved audience of that name says what it says now."""
    changed = session.execute(
        update(AudienceRow)
        .where(AudienceRow.owner_id == owner_id, AudienceRow.name == name)
        .values(definition=audience.to_json())
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        save_audience(session, owner_id, name, audience, now)


def halted(session: Session) -> Sequence[int]:
    """Broadcasts of which nothing may go out now."""
    return list(
        session.scalars(
            select(BroadcastRow.id).where(BroadcastRow.status.in_((Status.PAUSED, Status.STOPPED)))
        )
    )

"""Broadcasts: who is meant, who is owed what, and how it goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from db.contained import known, readable
from db.dialect import insert_or_update, insert_select_or_ignore
from db.models import (
    ActivityRow,
    AnnouncementChoiceRow,
    AudienceRow,
    BookingRow,
    BroadcastRow,
    DeliveryRow,
    PersonRow,
    RoleGrantRow,
    SlotRow,
    UtcDateTime,
    WatchRow,
)
from domain.announcement import Announcement, announcement_of
from domain.booking import BookingStatus
from domain.broadcast import (
    RECALLABLE,
    Audience,
    Broadcast,
    Content,
    Count,
    Group,
    Recipient,
    Status,
)
from domain.delivery import DeliveryKind, DeliveryStatus, Lane, Media
from domain.payloads import ToRecipient
from domain.people import Role
from domain.programme import Track

Condition = ColumnElement[bool]

UNFINISHED = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
TOO_OLD = "sent too long ago"
"""The error of a message that a recall or a correction comes too late for."""


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
            is_open=False,
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


def delete_broadcast(session: Session, broadcast_id: int) -> None:
    """With all that is owed because of it."""
    session.execute(
        delete(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id)
        .execution_options(synchronize_session=False)
    )


def delete_drafts_of(session: Session, person_id: int) -> None:
    """Drafts that nobody else has ever seen."""
    session.execute(
        delete(BroadcastRow)
        .where(BroadcastRow.author_id == person_id, BroadcastRow.status == Status.DRAFT)
        .execution_options(synchronize_session=False)
    )


def save_content(session: Session, broadcast_id: int, content: Content) -> None:
    update_broadcast(
        session,
        broadcast_id,
        text=content.text,
        entities=[dict(entity) for entity in content.entities],
        media=[asdict(media) for media in content.media],
        activity_id=content.activity_id,
        wants_receipt=content.wants_receipt,
    )


def broadcast(session: Session, broadcast_id: int) -> Broadcast | None:
    row = session.get(BroadcastRow, broadcast_id, populate_existing=True)
    return _broadcast_from(row) if row else None


def _id_of(row: BroadcastRow) -> int:
    return row.id


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
        topic=Track(row.topic) if row.topic else None,
        album=row.album,
        reminds_id=row.reminds_id,
        corrects_id=row.corrects_id,
    )


def _content_from(row: BroadcastRow) -> Content:
    return Content(
        text=row.text,
        entities=tuple(row.entities),
        media=tuple(Media(**each) for each in row.media),
        activity_id=row.activity_id,
        wants_receipt=row.wants_receipt,
        activity_title=row.activity_title or "",
    )


def announcements(session: Session, broadcast_ids: Collection[int]) -> dict[int, Announcement]:
    """As their recipients know them, by id."""
    rows = session.execute(
        select(BroadcastRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == BroadcastRow.author_id)
        .where(BroadcastRow.id.in_(broadcast_ids))
    )
    return {
        row.id: announcement_of(_broadcast_from(row), name or "", recalled=row.status == Status.RECALLED)
        for row, name in rows
    }


def draft_of_album(session: Session, author_id: int | None, album: str) -> int | None:
    """The draft that other parts of this album began."""
    return session.scalar(
        select(BroadcastRow.id).where(
            BroadcastRow.author_id == author_id,
            BroadcastRow.status == Status.DRAFT,
            BroadcastRow.album == album,
        )
    )


def asked_to_confirm(session: Session, found: Broadcast) -> int:
    """How many coordinators know that it waits for one of them, as it is now."""
    keys = f"{DeliveryKind.TO_CONFIRM}:{found.id}:{found.revision}:"
    return (
        session.scalar(
            select(func.count()).where(
                DeliveryRow.broadcast_id == found.id,
                DeliveryRow.kind == DeliveryKind.TO_CONFIRM,
                DeliveryRow.dedup_key.startswith(keys, autoescape=True),
            )
        )
        or 0
    )


def on_show(session: Session, ended_after: datetime) -> list[Broadcast]:
    """Begun and with a message that shows them: what is open, and what ended since."""
    rows = session.scalars(
        select(BroadcastRow).where(
            BroadcastRow.progress_message_id.is_not(None),
            BroadcastRow.started_at.is_not(None),
            or_(BroadcastRow.is_open.is_(True), BroadcastRow.finished_at > ended_after),
        )
    )
    return readable(session, "broadcast", rows, _broadcast_from, _id_of)


def contents(session: Session, broadcast_ids: Collection[int]) -> dict[int, Content]:
    rows = session.scalars(select(BroadcastRow).where(BroadcastRow.id.in_(broadcast_ids)))
    return {row.id: _content_from(row) for row in rows}


def with_status(session: Session, status: Status) -> list[Broadcast]:
    rows = session.scalars(select(BroadcastRow).where(BroadcastRow.status == status))
    return readable(session, "broadcast", rows, _broadcast_from, _id_of)


def ids_with_status(session: Session, status: Status, *, until: datetime | None = None) -> Sequence[int]:
    """``until``: only those whose hour has come by then."""
    query = select(BroadcastRow.id).where(BroadcastRow.status == status)
    return session.scalars(query if until is None else query.where(BroadcastRow.send_at <= until)).all()


def opened(session: Session) -> Sequence[int]:
    """Those of which something may still go out, or is on its way."""
    return session.scalars(select(BroadcastRow.id).where(BroadcastRow.is_open)).all()


def by_ids(session: Session, broadcast_ids: Collection[int]) -> list[Broadcast]:
    rows = session.scalars(
        select(BroadcastRow).where(BroadcastRow.id.in_(broadcast_ids)).order_by(BroadcastRow.id)
    )
    return readable(session, "broadcast", rows, _broadcast_from, _id_of)


def of_author(session: Session, author_id: int, statuses: Collection[Status]) -> list[Broadcast]:
    rows = session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.author_id == author_id, BroadcastRow.status.in_(statuses))
        .order_by(BroadcastRow.id)
        .execution_options(populate_existing=True)
    )
    return readable(session, "broadcast", rows, _broadcast_from, _id_of)


def correction_of(session: Session, author_id: int, broadcast_id: int) -> int | None:
    """The draft of another text for it that this author has begun."""
    return session.scalar(
        select(BroadcastRow.id).where(
            BroadcastRow.author_id == author_id,
            BroadcastRow.corrects_id == broadcast_id,
            BroadcastRow.status == Status.DRAFT,
        )
    )


def sending(session: Session, *, urgent_only: bool = False) -> list[int]:
    """Broadcasts of which messages may go out now, the eldest first."""
    going = select(BroadcastRow.id).where(BroadcastRow.status == Status.SENDING).order_by(BroadcastRow.id)
    if urgent_only:
        going = going.where(BroadcastRow.urgent_reason != "")
    return list(session.scalars(going))


def latest(
    session: Session,
    viewer_id: int,
    offset: int,
    limit: int,
    *,
    everybodys: bool,
    also: Collection[int] = (),
) -> list[Broadcast]:
    """The latest first: one's own, with ``everybodys`` also those of others that are more than drafts.

    ``also``: ids of some of others.
    """
    visible: Condition = or_(BroadcastRow.author_id == viewer_id, BroadcastRow.id.in_(also))
    if everybodys:
        visible = or_(visible, BroadcastRow.status != Status.DRAFT)
    statement = select(BroadcastRow).where(visible).order_by(BroadcastRow.id.desc())
    return [_broadcast_from(row) for row in session.scalars(statement.offset(offset).limit(limit))]


def _one_of(column: Any, values: Collection[Any]) -> Condition:
    """False, and not NULL, for who has not said it: an exception that is NULL would leave them out."""
    return and_(column.is_not(None), column.in_(values))


def _with_booking(*conditions: Condition) -> Condition:
    """People of such a booking, collected once instead of looked for with each person."""
    return PersonRow.id.in_(
        select(BookingRow.person_id)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .where(*conditions)
    )


def _acting_as(roles: Collection[Role]) -> Condition:
    """``Person.acting_roles`` as a condition."""
    if set(roles) == set(Role):
        return true()
    granted = select(RoleGrantRow.person_id).where(RoleGrantRow.revoked_at.is_(None))
    said_is_enough = [Role.STUDENT, Role.PARENT]
    acting = [
        _one_of(PersonRow.role, [role for role in said_is_enough if role in roles]),
        PersonRow.id.in_(granted.where(RoleGrantRow.role.in_(roles))),
    ]
    if Role.STUDENT in roles:
        acting.append(and_(~_one_of(PersonRow.role, said_is_enough), PersonRow.id.not_in(granted)))
    return or_(*acting)


def _interested_in(tracks: Collection[Track]) -> Condition:
    """Topics are few words of a fixed set, so their JSON is searched as text, which every database can."""
    topics = cast(AnnouncementChoiceRow.tracks, String)
    chose = select(AnnouncementChoiceRow.person_id).where(or_(*(topics.contains(f'"{t}"') for t in tracks)))
    wished = select(WatchRow.person_id).where(WatchRow.wish["track"].as_string().in_(tracks))
    return PersonRow.id.in_(union_all(chose, wished))


def _group(group: Group, now: datetime) -> Condition:
    conditions: list[Condition] = []
    if group.roles:
        conditions.append(_acting_as(group.roles))
    if group.municipalities:
        conditions.append(_one_of(PersonRow.municipality_code, group.municipalities))
    if group.grades:
        conditions += [_one_of(PersonRow.role, [Role.STUDENT]), _one_of(PersonRow.grade, group.grades)]
    if group.tracks:
        active = (BookingStatus.BOOKED, BookingStatus.WAITING, BookingStatus.OFFERED)
        conditions.append(_with_booking(BookingRow.status.in_(active), ActivityRow.track.in_(group.tracks)))
    if group.interests:
        conditions.append(_interested_in(group.interests))
    held = BookingRow.status == BookingStatus.BOOKED
    on, to_begin = SlotRow.cancelled_at.is_(None), SlotRow.starts_at > now
    if group.booked:
        conditions.append(_with_booking(ActivityRow.id.in_(group.booked), held, on, SlotRow.ends_at > now))
    if group.waiting:
        waits = BookingRow.status.in_((BookingStatus.WAITING, BookingStatus.OFFERED))
        conditions.append(_with_booking(ActivityRow.id.in_(group.waiting), waits, on, to_begin))
    if group.came:
        conditions.append(_with_booking(ActivityRow.id.in_(group.came), BookingRow.came.is_(True)))
    if group.silent:
        unanswered = BookingRow.answer.is_(None)
        conditions.append(_with_booking(ActivityRow.id.in_(group.silent), held, unanswered, on, to_begin))
    if group.unread:
        conditions.append(
            PersonRow.id.in_(
                select(DeliveryRow.person_id).where(
                    DeliveryRow.broadcast_id.in_(group.unread),
                    DeliveryRow.kind == DeliveryKind.BROADCAST,
                    DeliveryRow.status == DeliveryStatus.SENT,
                    DeliveryRow.read_at.is_(None),
                )
            )
        )
    return and_(*conditions) if conditions else false()


def _chose(track: Track) -> Condition:
    """A row of choices names this topic."""
    return cast(AnnouncementChoiceRow.tracks, String).contains(f'"{track.value}"')


def _unwilling(topic: Track | None) -> Condition:
    """The person wants no announcements, or chose topics and this is about another."""
    refuses: Condition = AnnouncementChoiceRow.off.is_(True)
    if topic is not None:
        chooses = cast(AnnouncementChoiceRow.tracks, String) != "[]"
        refuses = or_(refuses, and_(chooses, ~_chose(topic)))
    return exists(
        select(AnnouncementChoiceRow.person_id).where(
            AnnouncementChoiceRow.person_id == PersonRow.id, refuses
        )
    )


def _meant(
    audience: Audience, within: Collection[str] | None, topic: Track | None, now: datetime
) -> list[Condition]:
    """Conditions on people: meant, reachable, not pausing, willing, and where the author may write."""
    groups = [_group(group, now) for group in audience.groups if not group.is_empty]
    if not groups:
        return [PersonRow.id.is_(None)]
    conditions: list[Condition] = [
        or_(*groups),
        PersonRow.consent_version.is_not(None),
        PersonRow.unreachable_at.is_(None),
        or_(PersonRow.paused_until.is_(None), PersonRow.paused_until <= now),
        ~_unwilling(topic),
    ]
    # IS NOT TRUE: of whom something is not known, it is not true that they are in the group.
    excluded = [_group(group, now) for group in audience.except_groups if not group.is_empty]
    conditions += [group.is_not(true()) for group in excluded]
    if within is not None:
        conditions.append(PersonRow.municipality_code.in_(within))
    return conditions


def count_meant(
    session: Session,
    audience: Audience,
    within: Collection[str] | None,
    now: datetime,
    topic: Track | None = None,
) -> int:
    """How many people a broadcast would reach; each once, in however many groups."""
    return session.scalar(select(func.count()).where(*_meant(audience, within, topic, now))) or 0


_REACHED = (
    DeliveryStatus.PENDING,
    DeliveryStatus.SENDING,
    DeliveryStatus.SENT,
    DeliveryStatus.DOUBTFUL,
)


def count_together(
    session: Session, found: Broadcast, within: Collection[str] | None, since: datetime, now: datetime
) -> int:
    """How many people a broadcast would reach, with those whom its author reached alone ``since`` a moment.

    Each person once. What a second coordinator let go does not count: two people answer for it already.
    """
    reached = (
        select(DeliveryRow.person_id)
        .join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
        .where(
            BroadcastRow.author_id == found.author_id,
            BroadcastRow.confirmed_by.is_(None),
            BroadcastRow.started_at > since,
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            DeliveryRow.status.in_(_REACHED),
        )
    )
    meant: Condition
    if found.corrects_id is not None:
        meant = PersonRow.id.in_(_readers(found.corrects_id))
    else:
        meant = and_(*_meant(found.audience, within, found.topic, now))
    return session.scalar(select(func.count()).where(or_(meant, PersonRow.id.in_(reached)))) or 0


def _readers(broadcast_id: int) -> Select[int]:
    """Ids of the people who got a broadcast or are about to."""
    return select(DeliveryRow.person_id).where(
        DeliveryRow.broadcast_id == broadcast_id,
        DeliveryRow.kind == DeliveryKind.BROADCAST,
        DeliveryRow.status.in_(_REACHED),
    )


def count_readers(session: Session, broadcast_id: int) -> int:
    """How many got a broadcast or are about to."""
    return session.scalar(select(func.count()).select_from(_readers(broadcast_id).subquery())) or 0


def meant_by_municipality(
    session: Session,
    audience: Audience,
    within: Collection[str] | None,
    now: datetime,
    topic: Track | None = None,
) -> dict[str, int]:
    """The same by the municipality in which they live, where it is known."""
    code = PersonRow.municipality_code
    rows = session.execute(
        select(code, func.count())
        .where(*_meant(audience, within, topic, now), code.is_not(None))
        .group_by(code)
    )
    return {place: number for place, number in rows if place is not None}


def owe_to_meant(
    session: Session,
    broadcast_id: int,
    audience: Audience,
    within: Collection[str] | None,
    lane: Lane,
    now: datetime,
    due_at: datetime,
    digest_at: datetime,
    topic: Track | None = None,
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
        # What is urgent comes at once to everybody.
        "payload": case((in_digest, _to_recipient(digest=True)), else_=_to_recipient(digest=False))
        if lane is Lane.BROADCAST
        else _to_recipient(digest=False),
        "priority": literal(int(lane)),
        "due_at": case((in_digest, literal(digest_at, UtcDateTime())), else_=literal(due_at, UtcDateTime())),
        "status": literal(DeliveryStatus.PENDING.value),
        "attempts": literal(0),
    }
    return insert_select_or_ignore(
        session,
        DeliveryRow,
        list(values),
        select(*values.values()).where(*_meant(audience, within, topic, now)),
    )


def _to_recipient(*, digest: bool) -> ColumnElement[Any]:
    return literal(ToRecipient(digest=digest).to_json(), JSON)


def owe_after(
    session: Session,
    found: Broadcast,
    kind: DeliveryKind,
    now: datetime,
    *,
    only: Collection[int] | None = None,
) -> int:
    """Owe a correction or a recall to everybody whom the broadcast has reached, or to ``only`` these deliveries.

    What is too old to be deleted or changed is written down as failed at once.
    """
    columns = (
        literal("message_id"),
        DeliveryRow.message_id,
        literal("more"),
        DeliveryRow.more_message_ids.expression,
    )
    if session.get_bind().dialect.name == "sqlite":
        payload = func.json_object(*columns[:3], func.json(columns[3]))
    else:
        payload = func.json_build_object(*columns)
    too_old = DeliveryRow.sent_at <= now - RECALLABLE
    status = case(
        (too_old, literal(DeliveryStatus.FAILED.value)), else_=literal(DeliveryStatus.PENDING.value)
    )
    error = case((too_old, literal(TOO_OLD)))
    values: dict[str, ColumnElement[Any]] = {
        "dedup_key": literal(f"{kind}:{found.id}:") + func.cast(DeliveryRow.person_id, String),
        "kind": literal(kind.value),
        "person_id": DeliveryRow.person_id.expression,
        "broadcast_id": literal(found.id),
        "payload": payload,
        "priority": literal(int(Lane.BROADCAST)),
        "due_at": literal(now, UtcDateTime()),
        "status": status,
        "error": error,
        "attempts": literal(0),
    }
    reached = select(*values.values()).where(
        DeliveryRow.broadcast_id == found.id,
        DeliveryRow.kind == DeliveryKind.BROADCAST,
        DeliveryRow.status == DeliveryStatus.SENT,
        DeliveryRow.message_id.is_not(None),
    )
    if only is not None:
        reached = reached.where(DeliveryRow.id.in_(only))
    if kind is DeliveryKind.CORRECTION:
        reached = reached.where(func.coalesce(DeliveryRow.revision, 0) < found.revision)
        _correct_again(session, found, now, only)
    return insert_select_or_ignore(session, DeliveryRow, list(values), reached)


def _correct_again(session: Session, found: Broadcast, now: datetime, only: Collection[int] | None) -> None:
    """Corrections that went out with a text before this one; what is on its way says so when it is marked."""
    earlier = update(DeliveryRow).where(
        DeliveryRow.broadcast_id == found.id,
        DeliveryRow.kind == DeliveryKind.CORRECTION,
        DeliveryRow.status.not_in(UNFINISHED),
        DeliveryRow.revision < found.revision,
    )
    if only is not None:
        earlier = earlier.where(DeliveryRow.id.in_(only))
    session.execute(
        earlier.values(status=DeliveryStatus.PENDING, due_at=now, attempts=0, error=None).execution_options(
            synchronize_session=False
        )
    )


def catch_up(session: Session, delivered: Collection[int], now: datetime) -> None:
    """Of deliveries that have just arrived: a recall or a correction that came while they were on their way."""
    overtaken = session.scalars(
        select(BroadcastRow).where(
            BroadcastRow.id.in_(select(DeliveryRow.broadcast_id).where(DeliveryRow.id.in_(delivered))),
            or_(BroadcastRow.status == Status.RECALLED, BroadcastRow.revision > 0),
        )
    )
    for found in [_broadcast_from(row) for row in overtaken]:
        recalled = found.status is Status.RECALLED
        kind = DeliveryKind.RECALL if recalled else DeliveryKind.CORRECTION
        owe_after(session, found, kind, now, only=delivered)


def drop(session: Session, broadcast_id: int, kind: DeliveryKind) -> int:
    """What has not gone out never will. How many."""
    result = session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.broadcast_id == broadcast_id,
            DeliveryRow.kind == kind,
            DeliveryRow.status == DeliveryStatus.PENDING,
        )
        .values(status=DeliveryStatus.OBSOLETE)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def take_up(session: Session, broadcast_id: int) -> int:
    """What was dropped is owed again: each is judged anew when its turn comes. How many."""
    result = session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.broadcast_id == broadcast_id,
            DeliveryRow.kind == DeliveryKind.BROADCAST,
            DeliveryRow.status == DeliveryStatus.OBSOLETE,
        )
        .values(status=DeliveryStatus.PENDING)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def unfinished(session: Session, broadcast_id: int, *kinds: DeliveryKind) -> bool:
    """Whether anything of these kinds waits or is on its way; looks at one row, however many there are."""
    return any(
        session.scalar(
            select(DeliveryRow.id)
            .where(
                DeliveryRow.broadcast_id == broadcast_id,
                DeliveryRow.kind == kind,
                DeliveryRow.status == status,
            )
            .limit(1)
        )
        is not None
        for kind in kinds
        for status in UNFINISHED
    )


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


def count_later(session: Session, broadcast_id: int, now: datetime) -> int:
    """Of those left: whose time has not come."""
    return (
        session.scalar(
            select(func.count()).where(
                DeliveryRow.broadcast_id == broadcast_id,
                DeliveryRow.kind == DeliveryKind.BROADCAST,
                DeliveryRow.status == DeliveryStatus.PENDING,
                DeliveryRow.due_at > now,
            )
        )
        or 0
    )


def mark_read(session: Session, broadcast_id: int, person_id: int, now: datetime) -> bool:
    """Whether the broadcast was theirs to confirm; the first confirmation counts, and ends any doubt.

    Whoever confirms a reminder has confirmed what it reminds of.
    """
    arrived_there = and_(
        DeliveryRow.person_id == person_id,
        DeliveryRow.kind == DeliveryKind.BROADCAST,
        DeliveryRow.status.in_((DeliveryStatus.SENT, DeliveryStatus.SENDING, DeliveryStatus.DOUBTFUL)),
    )
    mine = and_(arrived_there, DeliveryRow.broadcast_id == broadcast_id)
    reminded = select(BroadcastRow.reminds_id).where(BroadcastRow.id == broadcast_id).scalar_subquery()
    confirmed = or_(mine, and_(arrived_there, DeliveryRow.broadcast_id == reminded))
    arrived = case(
        (DeliveryRow.status == DeliveryStatus.DOUBTFUL, DeliveryStatus.SENT.value), else_=DeliveryRow.status
    )
    session.execute(
        update(DeliveryRow)
        .where(confirmed, DeliveryRow.read_at.is_(None))
        .values(read_at=now, status=arrived)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(select(func.count()).where(mine)) == 1


def recipients(session: Session, broadcast_id: int, within: Collection[str] | None = None) -> list[Recipient]:
    """Everybody it was owed to, by name: the report. ``within``: those of these municipalities."""
    here: Condition = true() if within is None else PersonRow.municipality_code.in_(within)
    rows = session.execute(
        select(
            PersonRow.id,
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
        .where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.kind == DeliveryKind.BROADCAST, here)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return [
        Recipient(
            name=name or "",
            role=known(session, Role, role, "person", person_id),
            municipality=municipality,
            organisation=organisation or "",
            status=status,
            sent_at=sent_at,
            read_at=read_at,
            error=error or "",
        )
        for person_id, name, role, municipality, organisation, status, sent_at, read_at, error in rows
    ]


def saved_audiences(session: Session, owner_id: int) -> list[tuple[int, str, Audience]]:
    rows = session.execute(
        select(AudienceRow.id, AudienceRow.name, AudienceRow.definition)
        .where(AudienceRow.owner_id == owner_id)
        .order_by(AudienceRow.name)
    )
    return readable(session, "audience", rows, lambda row: (row[0], row[1], Audience.from_json(row[2])))


def save_audience(session: Session, owner_id: int, name: str, audience: Audience, now: datetime) -> None:
    session.execute(
        insert(AudienceRow).values(
            owner_id=owner_id, name=name, definition=audience.to_json(), created_at=now
        )
    )


def redefine_audience(session: Session, owner_id: int, audience_id: int, audience: Audience) -> None:
    session.execute(
        update(AudienceRow)
        .where(AudienceRow.id == audience_id, AudienceRow.owner_id == owner_id)
        .values(definition=audience.to_json())
        .execution_options(synchronize_session=False)
    )


def delete_audience(session: Session, owner_id: int, audience_id: int) -> None:
    session.execute(
        delete(AudienceRow).where(AudienceRow.id == audience_id, AudienceRow.owner_id == owner_id)
    )


def halted_among(session: Session, broadcast_ids: Collection[int]) -> list[int]:
    """Those of which nothing may go out now."""
    halted = BroadcastRow.status.in_((Status.PAUSED, Status.HELD, Status.STOPPED, Status.RECALLED))
    return list(session.scalars(select(BroadcastRow.id).where(BroadcastRow.id.in_(broadcast_ids), halted)))


def titles(session: Session, activity_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(ActivityRow.id, ActivityRow.title).where(ActivityRow.id.in_(activity_ids)))
    return {row.id: row.title for row in rows}


def wishes(session: Session, person_id: int) -> tuple[bool, bool, list[str]]:
    """Digest, off, tracks; the defaults for somebody who never chose."""
    row = session.get(AnnouncementChoiceRow, person_id, populate_existing=True)
    return (row.digest, row.off, list(row.tracks)) if row else (False, False, [])


def save_wishes(session: Session, person_id: int, *, digest: bool, off: bool, tracks: list[str]) -> None:
    row = {"person_id": person_id, "digest": digest, "off": off, "tracks": tracks}
    insert_or_update(session, AnnouncementChoiceRow, [row], key=("person_id",))

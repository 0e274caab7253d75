"""Everything stored about a person, table by table; each table and column is shown or has its reason here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from db.engine import Session
from db.models import (
    ActivityMentorRow,
    ActivityRow,
    AudienceRow,
    Base,
    BookingRow,
    BroadcastRow,
    ConsentTextRow,
    DeliveryRow,
    EditRow,
    FormStateRow,
    InviteRow,
    LogFileRow,
    LogRow,
    PersonRow,
    QuestionMessageRow,
    QuestionRow,
    RoleGrantRow,
    SlotRow,
    WatchRow,
)
from db.queries import people
from domain.dossier import Names, Record
from domain.people import Address

Columns = tuple[InstrumentedAttribute[Any], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to a person by ``link``, the column that names them, and the columns they read."""

    name: str
    link: InstrumentedAttribute[Any]
    columns: Columns


PARTS: tuple[Part, ...] = (
    Part(
        "person",
        PersonRow.id,
        (
            PersonRow.created_at,
            PersonRow.seen_at,
            PersonRow.consent_at,
            PersonRow.reminders,
            PersonRow.paused_until,
            PersonRow.young_at,
            PersonRow.unreachable_at,
            PersonRow.questions_refused_at,
            PersonRow.filters,
        ),
    ),
    Part(
        "consent",
        PersonRow.consent_digest,
        (ConsentTextRow.version, ConsentTextRow.digest, ConsentTextRow.text),
    ),
    Part(
        "role",
        RoleGrantRow.person_id,
        (
            RoleGrantRow.role,
            RoleGrantRow.municipality_code,
            RoleGrantRow.granted_at,
            RoleGrantRow.granted_by,
            RoleGrantRow.revoked_at,
        ),
    ),
    Part(
        "given",
        RoleGrantRow.granted_by,
        (RoleGrantRow.role, RoleGrantRow.municipality_code, RoleGrantRow.granted_at, RoleGrantRow.revoked_at),
    ),
    Part(
        "invite",
        InviteRow.created_by,
        (
            InviteRow.code,
            InviteRow.role,
            InviteRow.municipality_code,
            InviteRow.uses_left,
            InviteRow.created_at,
            InviteRow.expires_at,
            InviteRow.revoked_at,
            InviteRow.settled_at,
        ),
    ),
    Part(
        "taken",
        InviteRow.taken_by,
        (InviteRow.role, InviteRow.municipality_code, InviteRow.taken_at, InviteRow.settled_at),
    ),
    Part(
        "booking",
        BookingRow.person_id,
        (
            BookingRow.slot_id,
            BookingRow.places,
            BookingRow.companions,
            BookingRow.status,
            BookingRow.queued_at,
            BookingRow.held_since,
            BookingRow.offer_expires_at,
            BookingRow.answer,
            BookingRow.passed_over,
            BookingRow.brings_only,
            BookingRow.came,
            BookingRow.ended_at,
        ),
    ),
    Part("leads", ActivityMentorRow.person_id, (ActivityMentorRow.activity_id,)),
    Part("wish", WatchRow.person_id, (WatchRow.wish, WatchRow.created_at)),
    Part(
        "question",
        QuestionRow.person_id,
        (
            QuestionRow.asked_at,
            QuestionRow.about,
            QuestionRow.importance,
            QuestionRow.status,
            QuestionRow.municipality_code,
            QuestionRow.answered_at,
            QuestionRow.closed_at,
        ),
    ),
    Part(
        "turn",
        QuestionMessageRow.question_id,
        (
            QuestionMessageRow.at,
            QuestionMessageRow.from_coordinator,
            QuestionMessageRow.text,
            QuestionMessageRow.file_kind,
            QuestionMessageRow.file_id,
        ),
    ),
    Part(
        "answer",
        QuestionMessageRow.author_id,
        (
            QuestionMessageRow.at,
            QuestionMessageRow.text,
            QuestionMessageRow.file_kind,
            QuestionMessageRow.file_id,
        ),
    ),
    Part("helped", QuestionRow.taken_by, (QuestionRow.asked_at, QuestionRow.status)),
    Part(
        "broadcast",
        BroadcastRow.author_id,
        (
            BroadcastRow.created_at,
            BroadcastRow.status,
            BroadcastRow.text,
            BroadcastRow.media,
            BroadcastRow.audience,
            BroadcastRow.within,
            BroadcastRow.activity_id,
            BroadcastRow.topic,
            BroadcastRow.urgent_reason,
            BroadcastRow.send_at,
            BroadcastRow.finished_at,
            BroadcastRow.confirmed_by,
        ),
    ),
    Part("confirmed", BroadcastRow.confirmed_by, (BroadcastRow.created_at, BroadcastRow.status)),
    Part(
        "audience", AudienceRow.owner_id, (AudienceRow.name, AudienceRow.definition, AudienceRow.created_at)
    ),
    Part(
        "edit",
        EditRow.author_id,
        (
            EditRow.made_at,
            EditRow.kind,
            EditRow.activity_id,
            EditRow.slot_id,
            EditRow.before,
            EditRow.after,
            EditRow.undone_at,
        ),
    ),
    Part(
        "log",
        LogRow.actor_id,
        (LogRow.at, LogRow.action, LogRow.municipality_code, LogRow.subject, LogRow.details),
    ),
    Part("about", LogRow.details, (LogRow.at, LogRow.action, LogRow.municipality_code)),
    Part("file", LogFileRow.log_id, (LogFileRow.at, LogFileRow.name)),
    Part(
        "message",
        DeliveryRow.person_id,
        (
            DeliveryRow.kind,
            DeliveryRow.due_at,
            DeliveryRow.status,
            DeliveryRow.sent_at,
            DeliveryRow.read_at,
            DeliveryRow.payload,
            DeliveryRow.error,
        ),
    ),
    Part("form", FormStateRow.key, (FormStateRow.updated_at, FormStateRow.data)),
)
"""In the order in which they are read."""

_HEAD = "said in the first lines"
_BOOKKEEPING = "numbers of the bot's own, which say nothing more of the person"
_GROUP = "where a question stands in the coordinators' group; its words are shown with the question"
_PROGRAMME = "of the programme: nothing of a person"

COLUMNS_NOT_SHOWN: Mapping[str, tuple[str, frozenset[str]]] = {
    "consent_text": ("the first one who agreed to it may be somebody else", frozenset({"agreed_first_at"})),
    "form_state": ("of the screen that is open", frozenset({"key", "state", "typed"})),
    "person": (
        _HEAD,
        frozenset(
            {
                "id",
                "messenger",
                "messenger_user_id",
                "role",
                "name",
                "municipality_code",
                "grade",
                "organisation",
                "consent_version",
                "consent_digest",
            }
        ),
    ),
    "announcement_choice": (
        "said above the announcements that came",
        frozenset({"person_id", "tracks", "digest", "off"}),
    ),
    "audience": (_BOOKKEEPING, frozenset({"id", "owner_id"})),
    "invite": (_BOOKKEEPING, frozenset({"id", "created_by", "taken_by"})),
    "log_entry": (_BOOKKEEPING, frozenset({"id", "actor_id"})),
    "question": (
        "when coordinators are reminded of it",
        frozenset({"id", "person_id", "taken_by", "reminded_at", "waits_since"}),
    ),
    "role_grant": (_BOOKKEEPING, frozenset({"id", "person_id"})),
    "watch": ("a digest of the wish that is shown", frozenset({"id", "person_id", "wish_key"})),
    "activity_mentor": (_BOOKKEEPING, frozenset({"person_id"})),
    "broadcast": (
        "how and with which letters it goes out; the words, files and audience are shown",
        frozenset(
            {
                "id",
                "author_id",
                "entities",
                "wants_receipt",
                "started_at",
                "progress_chat",
                "progress_message_id",
                "album",
                "reminds_id",
                "corrects_id",
                "revision",
                "is_open",
            }
        ),
    ),
    "log_file": ("names other people; coordinators read it in the log", frozenset({"log_id", "content"})),
    "question_message": (
        "where it stands in the coordinators' group",
        frozenset({"id", "question_id", "author_id", "group_message_id", "album"}),
    ),
    "booking": (_BOOKKEEPING, frozenset({"id", "person_id", "read_sequence", "agreed_sequence", "sequence"})),
    "edit": (_BOOKKEEPING, frozenset({"id", "author_id", "told_slots", "settles_at"})),
    "delivery": (
        _BOOKKEEPING,
        frozenset(
            {
                "id",
                "dedup_key",
                "person_id",
                "booking_id",
                "broadcast_id",
                "question_id",
                "priority",
                "not_after",
                "attempts",
                "claimed_at",
                "message_id",
                "more_message_ids",
                "revision",
            }
        ),
    ),
}
"""Why other columns of a table are not in the parts."""
TABLES_NOT_SHOWN: Mapping[str, str] = {
    "forum_fact": _PROGRAMME,
    "municipality": _PROGRAMME,
    "watermark": "how far the bot's clock has come",
    "venue": _PROGRAMME,
    "activity": "of the programme, the name of who leads it included: organisers write and correct it",
    "question_topic": _GROUP,
    "saved_answer": "a coordinator's words, shown with the question that they answered",
    "slot": _PROGRAMME,
    "question_topic_message": _GROUP,
    "slot_change": _PROGRAMME,
    "slot_version": _PROGRAMME,
}
"""Tables of which no part reads anything, and why."""


def records(session: Session, person_id: int, address: Address) -> list[Record]:
    """Everything of a person, part after part, the oldest first."""
    found = []
    for part in PARTS:
        table = part.columns[0].class_.__table__
        rows = session.execute(
            select(*part.columns).where(*_belongs(part, person_id, address)).order_by(*table.primary_key)
        )
        keys = [column.key for column in part.columns]
        found += [Record(part.name, table.name, dict(zip(keys, row, strict=True))) for row in rows]
    return found


def _belongs(part: Part, person_id: int, address: Address) -> list[ColumnElement[bool]]:
    """Most parts name the person; some belong to a row that does."""
    match part.name:
        case "consent":
            own = select(PersonRow.consent_digest).where(PersonRow.id == person_id)
            return [ConsentTextRow.digest.in_(own)]
        case "turn":
            return [QuestionMessageRow.question_id.in_(_questions_of(person_id))]
        case "answer":
            return [part.link == person_id, QuestionMessageRow.question_id.not_in(_questions_of(person_id))]
        case "file":
            return [LogFileRow.log_id.in_(select(LogRow.id).where(LogRow.actor_id == person_id))]
        case "about":
            return [LogRow.details["person_id"].as_integer() == person_id]
        case "form":
            key = f"{address.messenger}:{address.user_id}"
            return [or_(FormStateRow.key == key, FormStateRow.key.startswith(f"{key}:", autoescape=True))]
    return [part.link == person_id]


def _questions_of(person_id: int) -> Any:
    return select(QuestionRow.id).where(QuestionRow.person_id == person_id)


def names(session: Session, found: Iterable[Record], activities: Collection[int]) -> Names:
    """``activities``: more of them than the records name."""
    found = list(found)
    titles = _ids(found, "activity_id") | set(activities)
    known = select(ActivityRow.id, ActivityRow.title).where(ActivityRow.id.in_(titles))
    slots = _ids(found, "slot_id")
    return Names(
        people.consented_names(session, _ids(found, "granted_by", "confirmed_by")),
        dict(session.execute(known).all()),
        {
            id_: (start, end, title)
            for id_, start, end, title in session.execute(
                select(SlotRow.id, SlotRow.starts_at, SlotRow.ends_at, ActivityRow.title)
                .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
                .where(SlotRow.id.in_(slots))
            )
        },
    )


def _ids(found: Iterable[Record], *columns: str) -> set[int]:
    return {record.values[name] for record in found for name in columns if record.values.get(name)}


def shown(table: Table) -> set[str]:
    """Columns of a table that some part shows."""
    return {each.key for part in PARTS for each in part.columns if each.class_.__table__ is table}


def links() -> set[str]:
    """«table.column» of everything that names a person and that a part follows."""
    return {f"{part.link.class_.__table__.name}.{part.link.key}" for part in PARTS}


def tables() -> list[Table]:
    return list(Base.metadata.sorted_tables)

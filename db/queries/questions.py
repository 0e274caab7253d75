"""Questions, their turns, and the coordinators who hear of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.contained import readable
from db.models import (
    ActivityRow,
    BookingRow,
    DeliveryRow,
    PersonRow,
    QuestionMessageRow,
    QuestionRow,
    RoleGrantRow,
    SavedAnswerRow,
    SlotRow,
    UtcDateTime,
)
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.people import Address, Role
from domain.question import Importance, Question, Status, Turn

MOST_SAVED = 8
"""Saved answers that are offered: what fits under a question."""
WAITING = (Status.OPEN.value, Status.TAKEN.value)
_urgency = case(
    (QuestionRow.importance == Importance.URGENT, 0),
    (QuestionRow.importance == Importance.IMPORTANT, 1),
    else_=2,
)


def insert_question(session: Session, values: dict[str, Any]) -> int:
    result = session.execute(insert(QuestionRow).values(about="").values(**values))
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def insert_turn(
    session: Session,
    question_id: int,
    author_id: int | None,
    *,
    from_coordinator: bool,
    text: str,
    file: tuple[str, str] | None,
    at: datetime,
    album: str | None = None,
    group_message_id: int | None = None,
) -> int:
    kind, file_id = file or (None, None)
    result = session.execute(
        insert(QuestionMessageRow).values(
            question_id=question_id,
            author_id=author_id,
            from_coordinator=from_coordinator,
            text=text,
            file_kind=kind,
            file_id=file_id,
            at=at,
            album=album,
            group_message_id=group_message_id,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def update_question(session: Session, question_id: int, **values: Any) -> None:
    session.execute(
        update(QuestionRow)
        .where(QuestionRow.id == question_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def count_open(session: Session, person_id: int) -> int:
    """How many questions of the person wait for a coordinator."""
    counted = select(func.count()).where(QuestionRow.person_id == person_id, QuestionRow.status.in_(WAITING))
    return session.scalar(counted) or 0


def urgent_turns_between(session: Session, person_id: int, since: datetime, before: datetime) -> int:
    """How many messages the person wrote in urgent questions in that time."""
    counted = (
        select(func.count())
        .select_from(QuestionMessageRow)
        .join(QuestionRow, QuestionRow.id == QuestionMessageRow.question_id)
        .where(
            QuestionRow.person_id == person_id,
            QuestionRow.importance == Importance.URGENT,
            QuestionMessageRow.from_coordinator.is_(False),
            QuestionMessageRow.at >= since,
            QuestionMessageRow.at < before,
        )
    )
    return session.scalar(counted) or 0


def refused_since(session: Session, person_id: int) -> datetime | None:
    """Since when no questions are taken from this person."""
    return session.scalar(select(PersonRow.questions_refused_at).where(PersonRow.id == person_id))


def refuse(session: Session, person_id: int, since: datetime | None) -> None:
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == person_id)
        .values(questions_refused_at=since)
        .execution_options(synchronize_session=False)
    )


def asked_since(session: Session, person_id: int, since: datetime) -> int:
    """How many questions the person began since then."""
    counted = select(func.count()).where(QuestionRow.person_id == person_id, QuestionRow.asked_at > since)
    return session.scalar(counted) or 0


def turns_since(session: Session, person_id: int, since: datetime) -> int:
    """How many messages the person wrote as the one who asks, in all their questions."""
    counted = (
        select(func.count())
        .select_from(QuestionMessageRow)
        .join(QuestionRow, QuestionRow.id == QuestionMessageRow.question_id)
        .where(
            QuestionRow.person_id == person_id,
            QuestionMessageRow.from_coordinator.is_(False),
            QuestionMessageRow.at > since,
        )
    )
    return session.scalar(counted) or 0


def of_album(session: Session, author_id: int | None, album: str) -> int | None:
    """The question that holds the other photos of an album."""
    return session.scalar(
        select(QuestionMessageRow.question_id).where(
            QuestionMessageRow.author_id == author_id, QuestionMessageRow.album == album
        )
    )


def written_in_group(session: Session, question_id: int, group_message_id: int) -> bool:
    """Whether a message of the group is a turn already."""
    found = select(QuestionMessageRow.id).where(
        QuestionMessageRow.question_id == question_id,
        QuestionMessageRow.group_message_id == group_message_id,
    )
    return session.scalar(found) is not None


def question(session: Session, question_id: int) -> Question | None:
    """A question with its whole conversation."""
    found = _select(session, [QuestionRow.id == question_id], 0, 1)
    if not found:
        return None
    rows = session.execute(
        select(
            QuestionMessageRow.from_coordinator,
            QuestionMessageRow.text,
            QuestionMessageRow.file_kind,
            QuestionMessageRow.file_id,
            QuestionMessageRow.at,
            QuestionMessageRow.id,
            PersonRow.name,
            QuestionMessageRow.group_message_id,
        )
        .outerjoin(PersonRow, PersonRow.id == QuestionMessageRow.author_id)
        .where(QuestionMessageRow.question_id == question_id)
        .order_by(QuestionMessageRow.id)
    )
    turns = tuple(
        Turn(
            bool(ours),
            text,
            (kind, file_id) if kind and file_id else None,
            at,
            id=id_,
            author=author or "",
            in_group=group_message_id is not None,
        )
        for ours, text, kind, file_id, at, id_, author, group_message_id in rows
    )
    one = found[0]
    return Question(**{name: getattr(one, name) for name in one.__slots__ if name != "turns"}, turns=turns)


def of_person(session: Session, person_id: int, offset: int, limit: int) -> list[Question]:
    """The latest first, without their conversations."""
    return _select(session, [QuestionRow.person_id == person_id], offset, limit, latest_first=True)


def waiting(
    session: Session, municipalities: Collection[str] | None, offset: int, limit: int
) -> list[Question]:
    """Those that wait for a coordinator: the urgent first, then the oldest. None: of all municipalities."""
    return _select(session, _waiting_in(municipalities), offset, limit)


def count_waiting(session: Session, municipalities: Collection[str] | None) -> int:
    return session.scalar(select(func.count()).where(*_waiting_in(municipalities))) or 0


def _waiting_in(municipalities: Collection[str] | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [QuestionRow.status.in_(WAITING)]
    if municipalities is not None:
        conditions.append(QuestionRow.municipality_code.in_(municipalities))
    return conditions


def neglected(session: Session, waiting_before: datetime, without: Collection[int | str]) -> Sequence[int]:
    """Urgent ones that nobody has answered since, and that nobody was reminded of. ``without``: ids left out."""
    return session.scalars(
        select(QuestionRow.id)
        .where(
            QuestionRow.status.in_(WAITING),
            QuestionRow.importance == Importance.URGENT,
            func.coalesce(QuestionRow.waits_since, QuestionRow.asked_at) <= waiting_before,
            QuestionRow.reminded_at.is_(None),
            QuestionRow.id.not_in(without),
        )
        .order_by(QuestionRow.asked_at, QuestionRow.id)
        .limit(100)
    ).all()


def _select(
    session: Session,
    conditions: list[ColumnElement[bool]],
    offset: int,
    limit: int,
    *,
    latest_first: bool = False,
) -> list[Question]:
    taker = aliased(PersonRow)
    first = (
        select(QuestionMessageRow.text)
        .where(QuestionMessageRow.question_id == QuestionRow.id)
        .order_by(QuestionMessageRow.id)
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(QuestionRow, PersonRow.name, taker.name, first, PersonRow)
        .join(PersonRow, PersonRow.id == QuestionRow.person_id)
        .outerjoin(taker, taker.id == QuestionRow.taken_by)
        .where(*conditions)
    )
    if latest_first:
        statement = statement.order_by(QuestionRow.asked_at.desc(), QuestionRow.id.desc())
    else:
        statement = statement.order_by(_urgency, QuestionRow.asked_at, QuestionRow.id)
    rows = session.execute(statement.offset(offset).limit(limit))
    return readable(session, "question", rows, _question_of, lambda row: row[0].id)


def _question_of(columns: Any) -> Question:
    row, name, taken_by, text, asker = columns
    return Question(
        id=row.id,
        person_id=row.person_id,
        asker=name or "",
        municipality=row.municipality_code,
        importance=Importance(row.importance),
        status=Status(row.status),
        about=row.about,
        taken_by=row.taken_by,
        taken_by_name=taken_by or "",
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        waits_since=row.waits_since or row.asked_at,
        text=text or "",
        reachable=asker.unreachable_at is None,
        refused=asker.questions_refused_at is not None,
    )


def coordinators_of(session: Session, municipality: str | None, extra: Collection[Address]) -> list[int]:
    """Ids of the coordinators who answer for a municipality: its own, those of all, those of the settings."""
    own: list[ColumnElement[bool]] = [RoleGrantRow.municipality_code.is_(None)]
    if municipality is not None:
        own.append(RoleGrantRow.municipality_code == municipality)
    granted = set(
        session.scalars(
            select(RoleGrantRow.person_id).where(
                RoleGrantRow.role == Role.COORDINATOR, RoleGrantRow.revoked_at.is_(None), or_(*own)
            )
        )
    )
    for address in extra:
        granted.update(
            session.scalars(
                select(PersonRow.id).where(
                    PersonRow.messenger == address.messenger, PersonRow.messenger_user_id == address.user_id
                )
            )
        )
    return sorted(granted)


def all_coordinators(session: Session, extra: Collection[Address]) -> dict[int, frozenset[str] | None]:
    """Everybody who coordinates, with their municipalities (None: all of them)."""
    found: dict[int, frozenset[str] | None] = {}
    rows = session.execute(
        select(RoleGrantRow.person_id, RoleGrantRow.municipality_code).where(
            RoleGrantRow.role == Role.COORDINATOR, RoleGrantRow.revoked_at.is_(None)
        )
    )
    for person_id, municipality in rows:
        known = found.get(person_id, frozenset())
        found[person_id] = None if municipality is None or known is None else known | {municipality}
    for person_id in coordinators_of(session, None, extra):
        found[person_id] = None
    return found


def replied_to(
    session: Session, person_id: int, message_id: int
) -> tuple[str, int | None, DeliveryKind] | None:
    """What a message of ours was about, in a few words, the question it belonged to, and of which kind it was."""
    row = session.execute(
        select(DeliveryRow.payload, DeliveryRow.question_id, ActivityRow.title, DeliveryRow.kind)
        .outerjoin(BookingRow, BookingRow.id == DeliveryRow.booking_id)
        .outerjoin(SlotRow, SlotRow.id == BookingRow.slot_id)
        .outerjoin(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .where(DeliveryRow.person_id == person_id, DeliveryRow.message_id == message_id)
        .order_by(DeliveryRow.id.desc())
    ).first()
    if row is None:
        return None
    about = row.title or str(row.payload.get("title", ""))
    return about, row.question_id, DeliveryKind(row.kind)


def taken_from(session: Session, person_id: int) -> list[tuple[int, int]]:
    """Questions of a person that a coordinator is on: question and coordinator."""
    rows = session.execute(
        select(QuestionRow.id, QuestionRow.taken_by).where(
            QuestionRow.person_id == person_id,
            QuestionRow.status == Status.TAKEN,
            QuestionRow.taken_by != person_id,
        )
    )
    return [(id_, coordinator) for id_, coordinator in rows if coordinator is not None]


def taken_by(session: Session, person_id: int) -> list[int]:
    """Questions that wait for this coordinator."""
    mine = select(QuestionRow.id).where(QuestionRow.taken_by == person_id, QuestionRow.status == Status.TAKEN)
    return list(session.scalars(mine))


def count_answered(session: Session, municipalities: Collection[str] | None, since: datetime) -> int:
    """How many were answered, the last time since then."""
    conditions: list[ColumnElement[bool]] = [QuestionRow.answered_at >= since]
    if municipalities is not None:
        conditions.append(QuestionRow.municipality_code.in_(municipalities))
    return session.scalar(select(func.count()).where(*conditions)) or 0


def first_answers(
    session: Session, municipalities: Collection[str] | None, since: datetime
) -> list[tuple[datetime, datetime]]:
    """When each question since then was asked and first answered; those without an answer are left out."""
    first = func.min(QuestionMessageRow.at, type_=UtcDateTime())
    statement = (
        select(QuestionRow.asked_at, first)
        .join(QuestionMessageRow, QuestionMessageRow.question_id == QuestionRow.id)
        .where(QuestionMessageRow.from_coordinator.is_(True), QuestionRow.asked_at >= since)
        .group_by(QuestionRow.id, QuestionRow.asked_at)
    )
    if municipalities is not None:
        statement = statement.where(QuestionRow.municipality_code.in_(municipalities))
    return [(asked, answered) for asked, answered in session.execute(statement)]


def undelivered_answers(session: Session, since: datetime) -> list[tuple[int, int, int, bool]]:
    """Answers that did not arrive: delivery, question, who answered last, whether the person has closed the bot."""
    author = (
        select(QuestionMessageRow.author_id)
        .where(
            QuestionMessageRow.question_id == DeliveryRow.question_id,
            QuestionMessageRow.from_coordinator.is_(True),
        )
        .order_by(QuestionMessageRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(DeliveryRow.id, DeliveryRow.question_id, author, DeliveryRow.status).where(
            DeliveryRow.kind == DeliveryKind.ANSWER,
            DeliveryRow.status.in_((DeliveryStatus.UNREACHABLE, DeliveryStatus.FAILED)),
            DeliveryRow.due_at >= since,
        )
    )
    return [
        (id_, question_id, author_id, status == DeliveryStatus.UNREACHABLE)
        for id_, question_id, author_id, status in rows
        if question_id is not None and author_id is not None
    ]


def saved_answers(session: Session) -> list[tuple[int, str, str]]:
    rows = session.execute(
        select(SavedAnswerRow.id, SavedAnswerRow.title, SavedAnswerRow.text)
        .order_by(SavedAnswerRow.used.desc(), SavedAnswerRow.id.desc())
        .limit(MOST_SAVED)
    )
    return [(id_, title, text) for id_, title, text in rows]


def saved_answer(session: Session, saved_id: int) -> tuple[int, str, str] | None:
    row = session.execute(
        select(SavedAnswerRow.id, SavedAnswerRow.title, SavedAnswerRow.text).where(
            SavedAnswerRow.id == saved_id
        )
    ).first()
    return None if row is None else (row.id, row.title, row.text)


def is_saved(session: Session, text: str) -> bool:
    return session.scalar(select(SavedAnswerRow.id).where(SavedAnswerRow.text == text)) is not None


def insert_saved_answer(session: Session, title: str, text: str, question_id: int, now: datetime) -> None:
    values = {"title": title, "text": text, "used": 0, "created_at": now, "question_id": question_id}
    session.execute(insert(SavedAnswerRow).values(values))


def delete_saved_answer(session: Session, saved_id: int) -> None:
    session.execute(
        delete(SavedAnswerRow)
        .where(SavedAnswerRow.id == saved_id)
        .execution_options(synchronize_session=False)
    )


def count_use(session: Session, saved_id: int) -> None:
    session.execute(
        update(SavedAnswerRow)
        .where(SavedAnswerRow.id == saved_id)
        .values(used=SavedAnswerRow.used + 1)
        .execution_options(synchronize_session=False)
    )

"""The places of questions in the coordinators' group."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from db.dialect import insert_or_ignore
from db.models import QuestionMessageRow, QuestionRow, QuestionTopicRow, TopicMessageRow, UtcDateTime
from db.queries.questions import question
from domain.people import Address
from domain.question import Importance, Note, Topic

_urgent_first = case((QuestionRow.importance == Importance.URGENT, 0), else_=1)


def wanted(session: Session, question_id: int, group: Address, due_at: datetime) -> None:
    """The question is to stand in this group, up to date from then on."""
    row = session.execute(
        select(QuestionTopicRow.id, QuestionTopicRow.messenger, QuestionTopicRow.group_id).where(
            QuestionTopicRow.question_id == question_id
        )
    ).first()
    if row is not None and Address(row.messenger, row.group_id) == group:
        wake(session, question_id, due_at)
        return
    if row is not None:
        # The operator has named another group.
        drop(session, row.id)
        forget_messages(session, question_id)
    session.execute(
        insert(QuestionTopicRow).values(
            question_id=question_id,
            messenger=group.messenger,
            group_id=group.user_id,
            shown="",
            closed=False,
            due_at=due_at,
            attempts=0,
        )
    )


def wake(session: Session, question_id: int, due_at: datetime, note: Note | None = None) -> None:
    """What stands in the group is to be looked at; a question that stands nowhere stays where it is."""
    values: dict[str, Any] = {} if note is None else {"note": note}
    sooner = case(
        (QuestionTopicRow.due_at < due_at, QuestionTopicRow.due_at),
        else_=literal(due_at, UtcDateTime()),
    )
    session.execute(
        update(QuestionTopicRow)
        .where(QuestionTopicRow.question_id == question_id)
        .values(due_at=sooner, **values)
        .execution_options(synchronize_session=False)
    )


def wake_if_there(session: Session, question_id: int, now: datetime, note: Note | None = None) -> None:
    """The same at once, but one that has no topic yet keeps its time: at night it waits for the morning."""
    there = select(QuestionTopicRow.id).where(
        QuestionTopicRow.question_id == question_id, QuestionTopicRow.thread_id.is_not(None)
    )
    if session.scalar(there) is not None:
        wake(session, question_id, now, note)


def wake_of_person(session: Session, person_id: int, now: datetime) -> None:
    """All topics of a person's questions."""
    theirs = select(QuestionRow.id).where(QuestionRow.person_id == person_id)
    session.execute(
        update(QuestionTopicRow)
        .where(QuestionTopicRow.question_id.in_(theirs))
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def next_due(session: Session, now: datetime) -> Topic | None:
    """The urgent first, then the eldest."""
    row = session.scalars(
        select(QuestionTopicRow)
        .outerjoin(QuestionRow, QuestionRow.id == QuestionTopicRow.question_id)
        .where(QuestionTopicRow.due_at <= now)
        .order_by(_urgent_first, QuestionTopicRow.due_at, QuestionTopicRow.id)
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else _topic_from(session, row)


def by_id(session: Session, topic_id: int) -> Topic | None:
    row = session.get(QuestionTopicRow, topic_id, populate_existing=True)
    return None if row is None else _topic_from(session, row)


def _topic_from(session: Session, row: QuestionTopicRow) -> Topic:
    return Topic(
        id=row.id,
        group=Address(row.messenger, row.group_id),
        question=None if row.question_id is None else question(session, row.question_id),
        thread=row.thread_id,
        card=row.card_id,
        shown=row.shown,
        closed=row.closed,
        note=None if row.note is None else Note(row.note),
        attempts=row.attempts,
    )


def question_at(session: Session, group: Address, thread: int | None, replied_to: int | None) -> int | None:
    """The question of a topic; where there are no topics, the one whose card or message is replied to."""
    here = [QuestionTopicRow.messenger == group.messenger, QuestionTopicRow.group_id == group.user_id]
    if thread:
        found = session.scalar(
            select(QuestionTopicRow.question_id).where(*here, QuestionTopicRow.thread_id == thread)
        )
        if found is not None:
            return found
    if replied_to is None:
        return None
    without_topics = [*here, QuestionTopicRow.thread_id == 0]
    by_card = select(QuestionTopicRow.question_id).where(
        *without_topics, QuestionTopicRow.card_id == replied_to
    )
    by_turn = (
        select(QuestionTopicRow.question_id)
        .join(QuestionMessageRow, QuestionMessageRow.question_id == QuestionTopicRow.question_id)
        .where(*without_topics, QuestionMessageRow.group_message_id == replied_to)
    )
    return session.scalar(by_card) or session.scalar(by_turn)


def change(session: Session, topic_id: int, **values: Any) -> None:
    session.execute(
        update(QuestionTopicRow)
        .where(QuestionTopicRow.id == topic_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def drop(session: Session, topic_id: int) -> None:
    session.execute(
        delete(QuestionTopicRow)
        .where(QuestionTopicRow.id == topic_id)
        .execution_options(synchronize_session=False)
    )


def put_in_group(session: Session, turn_id: int, message_id: int) -> None:
    session.execute(
        update(QuestionMessageRow)
        .where(QuestionMessageRow.id == turn_id)
        .values(group_message_id=message_id)
        .execution_options(synchronize_session=False)
    )


def forget_messages(session: Session, question_id: int) -> None:
    """The group has nothing of it any more."""
    session.execute(
        update(QuestionMessageRow)
        .where(QuestionMessageRow.question_id == question_id)
        .values(group_message_id=None)
        .execution_options(synchronize_session=False)
    )


def remember(session: Session, topic_id: int, messages: Collection[int]) -> None:
    """These messages stand in the group for it."""
    rows = [{"topic_id": topic_id, "message_id": message} for message in messages]
    insert_or_ignore(session, TopicMessageRow, rows)


def remember_answer(session: Session, question_id: int, message: int) -> None:
    """A coordinator's own message in the group."""
    topic = session.scalar(select(QuestionTopicRow.id).where(QuestionTopicRow.question_id == question_id))
    if topic is not None:
        remember(session, topic, [message])


def messages_of(session: Session, topic_id: int) -> list[int]:
    rows = select(TopicMessageRow.message_id).where(TopicMessageRow.topic_id == topic_id)
    return list(session.scalars(rows.order_by(TopicMessageRow.message_id)))


def are_used(session: Session) -> bool:
    """Whether questions stand in a group at all."""
    return session.scalar(select(QuestionTopicRow.id).limit(1)) is not None


def refused_at(session: Session, topic_id: int) -> datetime | None:
    """When the messenger last refused to delete what stands there."""
    return session.scalar(select(QuestionTopicRow.refused_at).where(QuestionTopicRow.id == topic_id))

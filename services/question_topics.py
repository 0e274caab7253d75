"""What the coordinators' group still lacks of each question, one step at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo
from typing import Any

from db.engine import Session
from db.queries import question_topics as queries
from db.queries.questions import all_coordinators, coordinators_of
from domain.delivery import pause_after
from domain.payloads import GroupToTidy
from domain.people import Address
from domain.question import Question, Topic, next_step
from services.question_limits import due
from services.questions import tell_each, tell_to_tidy

TRY_DAILY = timedelta(days=1)


def next_due(session: Session, now: datetime) -> Topic | None:
    """The topic in which something is to be done, the urgent first."""
    return queries.next_due(session, now)


def question_at(session: Session, group: Address, thread: int | None, replied_to: int | None) -> int | None:
    """Which question a message of the group belongs to."""
    return queries.question_at(session, group, thread, replied_to)


def done(
    session: Session,
    /,
    topic_id: int,
    turn: tuple[int, int] | None = None,
    messages: Collection[int] = (),
    **values: Any,
) -> None:
    """One step is there. ``turn``: the id of a turn and of the message that shows it; ``messages``: what was sent."""
    queries.remember(session, topic_id, messages)
    if turn is not None:
        queries.put_in_group(session, *turn)
    queries.change(session, topic_id, attempts=0, **values)


def settle(session: Session, topic_id: int) -> None:
    """Nothing is to be done any more, unless something came meanwhile."""
    topic = queries.by_id(session, topic_id)
    if topic is not None and next_step(topic) is None:
        queries.change(session, topic_id, due_at=None, attempts=0)


def try_later(session: Session, topic: Topic, now: datetime) -> None:
    """The messenger is out of order."""
    attempts = topic.attempts + 1
    queries.change(session, topic.id, attempts=attempts, due_at=now + pause_after(attempts))


def begin_again(session: Session, topic: Topic) -> None:
    """Somebody deleted the topic: it is made anew with all that was said."""
    queries.change(session, topic.id, thread_id=None, card_id=None, shown="", closed=False)
    if topic.question is not None:
        queries.forget_messages(session, topic.question.id)


def drop(session: Session, topic_id: int) -> None:
    queries.drop(session, topic_id)


def messages_of(session: Session, topic_id: int) -> list[int]:
    """What stands in the group for a question, the oldest first."""
    return queries.messages_of(session, topic_id)


def not_deleted(session: Session, topic: Topic, now: datetime, coordinators: Collection[Address]) -> bool:
    """What is there of somebody who is gone cannot be deleted: tried again in a day, told once. Whether it was told."""
    told = queries.refused_at(session, topic.id) is None
    queries.change(session, topic.id, due_at=now + TRY_DAILY, refused_at=now)
    if told:
        everywhere = [id_ for id_, where in all_coordinators(session, coordinators).items() if where is None]
        tell_to_tidy(session, everywhere, GroupToTidy(), f"{topic.id}", now)
    return told


def give_up(
    session: Session, topic: Topic, now: datetime, zone: tzinfo, coordinators: Collection[Address]
) -> int:
    """The group cannot be written to: each coordinator hears of the question. How many."""
    queries.drop(session, topic.id)
    question: Question | None = topic.question
    if question is not None:
        queries.forget_messages(session, question.id)
    if question is None or not question.status.waits_for_coordinator:
        return 0
    hearers = coordinators_of(session, question.municipality, coordinators)
    tell_each(session, question, hearers, due(session, question, now, zone), f"each:{len(question.turns)}")
    return len(hearers)

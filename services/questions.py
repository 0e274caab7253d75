"""«Вопрос координатору»: asking, taking, answering, closing, and not letting a question lie."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from db.engine import Session
from db.queries import questions as queries
from domain.delivery import DeliveryKind, Lane, Owed
from domain.people import Actor, Address, Forbidden, Right
from domain.question import (
    CALM,
    LONGEST_TEXT,
    MOST_AT_ONCE,
    URGENT_WAITS,
    Importance,
    Question,
    Status,
)
from domain.quiet import next_waking
from services.deliveries import owe
from services.rights import needs

LONGEST_TITLE = 40
EXCERPT = 700
"""Characters of a question that coordinators read in the message that tells them of it."""


class TooManyQuestions(Exception):
    """The person asked several times in a few minutes."""


class QuestionGone(Exception):
    """There is no such question, or it is not the actor's to see: the answer is the same."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote: text, a file, or both."""

    text: str = ""
    file: tuple[str, str] | None = None


@needs(Right.SELF)
def ask(
    session: Session,
    actor: Actor,
    importance: Importance,
    said: Said,
    now: datetime,
    zone: tzinfo,
    coordinators: Collection[Address],
    *,
    about: str = "",
) -> Question:
    """Ask the coordinators of the person's municipality (of all, when they have not said where they live).

    Raises:
        TooManyQuestions
    """
    person = actor.person
    if person is None:
        raise Forbidden(Right.SELF)
    if queries.asked_since(session, person.id, now - CALM) >= MOST_AT_ONCE:
        raise TooManyQuestions
    question_id = queries.insert_question(
        session,
        {
            "person_id": person.id,
            "municipality_code": person.municipality,
            "importance": importance,
            "status": Status.OPEN,
            "about": about[:160],
            "asked_at": now,
        },
    )
    _turn(session, actor, question_id, said, now, from_coordinator=False)
    return _told(session, question_id, now, zone, coordinators)


@needs(Right.SELF)
def ask_on(
    session: Session,
    actor: Actor,
    question_id: int,
    said: Said,
    now: datetime,
    zone: tzinfo,
    coordinators: Collection[Address],
) -> Question:
    """Write on in one's own question; it waits for an answer again, closed or not.

    Raises:
        QuestionGone
    """
    question = _own(session, actor, question_id)
    if (
        len(question.turns)
        and queries.asked_since(session, question.person_id, now - CALM) > MOST_AT_ONCE * 3
    ):
        raise TooManyQuestions
    _turn(session, actor, question_id, said, now, from_coordinator=False)
    status = Status.TAKEN if question.taken_by else Status.OPEN
    queries.update_question(session, question_id, status=status, closed_at=None, reminded_at=None)
    return _told(session, question_id, now, zone, coordinators)


def _own(session: Session, actor: Actor, question_id: int) -> Question:
    question = queries.question(session, question_id)
    if question is None or question.person_id != actor.person_id:
        raise QuestionGone
    return question


def _turn(
    session: Session, actor: Actor, question_id: int, said: Said, now: datetime, *, from_coordinator: bool
) -> int:
    return queries.insert_turn(
        session,
        question_id,
        actor.person_id,
        from_coordinator=from_coordinator,
        text=said.text[:LONGEST_TEXT],
        file=said.file,
        at=now,
    )


def _told(
    session: Session, question_id: int, now: datetime, zone: tzinfo, coordinators: Collection[Address]
) -> Question:
    """Owe word of the latest turn to those who answer for it; at night only of what is urgent."""
    question = queries.question(session, question_id)
    assert question is not None  # noqa: S101 - written in this unit
    due_at = now if question.importance is Importance.URGENT else next_waking(now, zone)
    hearers = queries.coordinators_of(session, question.municipality, coordinators)
    if question.taken_by:
        hearers = [question.taken_by]
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.QUESTION}:{question.id}:{len(question.turns)}:{person_id}",
                kind=DeliveryKind.QUESTION,
                person_id=person_id,
                question_id=question.id,
                due_at=due_at,
                lane=Lane.URGENT,
                payload=_payload(question),
            )
            for person_id in hearers
        ],
    )
    return question


def _payload(question: Question) -> dict[str, object]:
    last = question.turns[-1]
    return {
        "asker": question.asker,
        "municipality": question.municipality,
        "importance": question.importance.value,
        "about": question.about,
        "text": last.text[:EXCERPT],
        "has_file": last.file is not None,
    }


@needs(Right.SELF)
def my_questions(session: Session, actor: Actor, offset: int, limit: int) -> list[Question]:
    return queries.of_person(session, actor.person_id, offset, limit)


@needs(Right.SELF)
def my_question(session: Session, actor: Actor, question_id: int) -> Question:
    """Raises QuestionGone."""
    return _own(session, actor, question_id)


@needs(Right.SELF)
def close_own(session: Session, actor: Actor, question_id: int, now: datetime) -> Question:
    """«Вопрос решён». Raises QuestionGone."""
    _own(session, actor, question_id)
    queries.update_question(session, question_id, status=Status.CLOSED, closed_at=now)
    return _own(session, actor, question_id)


def _in_scope(session: Session, actor: Actor, question_id: int) -> Question:
    question = queries.question(session, question_id)
    if question is None:
        raise QuestionGone
    scope = actor.scope
    if not scope.everywhere and not scope.covers(question.municipality):
        raise QuestionGone
    return question


@needs(Right.RUN_PROGRAMME)
def open_question(session: Session, actor: Actor, question_id: int) -> Question:
    """A question as a coordinator reads it. Raises QuestionGone."""
    return _in_scope(session, actor, question_id)


@needs(Right.RUN_PROGRAMME)
def waiting_questions(session: Session, actor: Actor, offset: int, limit: int) -> tuple[list[Question], int]:
    """Those that wait for an answer in the coordinator's scope, and how many there are."""
    scope = actor.scope
    where = None if scope.everywhere else scope.municipalities
    return queries.waiting(session, where, offset, limit), queries.count_waiting(session, where)


@needs(Right.RUN_PROGRAMME)
def take(session: Session, actor: Actor, question_id: int) -> tuple[Question, bool]:
    """Say that one is on it. False when a colleague was first; taking one's own again is fine.

    Raises:
        QuestionGone
    """
    question = _in_scope(session, actor, question_id)
    if question.taken_by not in (None, actor.person_id):
        return question, False
    if question.status.waits_for_coordinator:
        queries.update_question(session, question_id, status=Status.TAKEN, taken_by=actor.person_id)
    return _in_scope(session, actor, question_id), True


@needs(Right.RUN_PROGRAMME)
def hand_on(
    session: Session,
    actor: Actor,
    question_id: int,
    now: datetime,
    zone: tzinfo,
    coordinators: Collection[Address],
) -> Question:
    """Give it back to all who answer for it; the colleagues hear of it anew.

    Raises:
        QuestionGone
    """
    question = _in_scope(session, actor, question_id)
    queries.update_question(session, question_id, status=Status.OPEN, taken_by=None)
    hearers = queries.coordinators_of(session, question.municipality, coordinators)
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.QUESTION}:{question.id}:on:{int(now.timestamp())}:{person_id}",
                kind=DeliveryKind.QUESTION,
                person_id=person_id,
                question_id=question.id,
                due_at=next_waking(now, zone),
                payload=_payload(question),
            )
            for person_id in hearers
            if person_id != actor.person_id
        ],
    )
    return _in_scope(session, actor, question_id)


@needs(Right.RUN_PROGRAMME)
def answer(
    session: Session, actor: Actor, question_id: int, said: Said, now: datetime, zone: tzinfo
) -> Question:
    """Answer; the person reads it at once by day, in the morning by night unless it was urgent.

    Raises:
        QuestionGone
    """
    question = _in_scope(session, actor, question_id)
    turn = _turn(session, actor, question_id, said, now, from_coordinator=True)
    queries.update_question(
        session, question_id, status=Status.ANSWERED, answered_at=now, taken_by=actor.person_id
    )
    due_at = now if question.importance is Importance.URGENT else next_waking(now, zone)
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.ANSWER}:{turn}",
                kind=DeliveryKind.ANSWER,
                person_id=question.person_id,
                question_id=question_id,
                due_at=due_at,
                payload={"text": said.text[:LONGEST_TEXT], "has_file": said.file is not None},
            )
        ],
    )
    return _in_scope(session, actor, question_id)


@needs(Right.RUN_PROGRAMME)
def close(session: Session, actor: Actor, question_id: int, now: datetime) -> Question:
    """Nothing more is to be said. Raises QuestionGone."""
    _in_scope(session, actor, question_id)
    queries.update_question(session, question_id, status=Status.CLOSED, closed_at=now)
    return _in_scope(session, actor, question_id)


def remind_of_urgent(session: Session, now: datetime, coordinators: Collection[Address]) -> int:
    """Urgent questions that lie for half an hour are told of once more, to everybody who could answer."""
    neglected = queries.neglected(session, now - URGENT_WAITS)
    for found in neglected:
        question = queries.question(session, found.id)
        if question is None:
            continue
        owe(
            session,
            [
                Owed(
                    dedup_key=f"{DeliveryKind.QUESTION}:{question.id}:again:{person_id}",
                    kind=DeliveryKind.QUESTION,
                    person_id=person_id,
                    question_id=question.id,
                    due_at=now,
                    payload={**_payload(question), "again": True},
                )
                for person_id in queries.coordinators_of(session, question.municipality, coordinators)
            ],
        )
        queries.update_question(session, question.id, reminded_at=now)
    return len(neglected)


def remind_daily(session: Session, now: datetime, zone: tzinfo, coordinators: Collection[Address]) -> int:
    """At 09:00 each coordinator with open questions reads how many there are. How many were told."""
    day = now.astimezone(zone).date().isoformat()
    owed = []
    for person_id, municipalities in queries.all_coordinators(session, coordinators).items():
        count = queries.count_waiting(session, municipalities)
        if count:
            owed.append(
                Owed(
                    dedup_key=f"{DeliveryKind.OPEN_QUESTIONS}:{day}:{person_id}",
                    kind=DeliveryKind.OPEN_QUESTIONS,
                    person_id=person_id,
                    due_at=now,
                    lane=Lane.REMINDER,
                    payload={"count": count},
                )
            )
    return owe(session, owed)


@needs(Right.SELF)
def replied_to(session: Session, actor: Actor, message_id: int) -> tuple[str, int | None] | None:
    """What a person replies to when it was a message we owed them: about what, and which question it was of."""
    return queries.replied_to(session, actor.person_id, message_id)


@needs(Right.RUN_PROGRAMME)
def saved_answers(session: Session, _actor: Actor) -> list[tuple[int, str, str]]:
    """Frequent answers, the most used first: id, title, text."""
    return queries.saved_answers(session)


@needs(Right.RUN_PROGRAMME)
def save_answer(session: Session, actor: Actor, question_id: int, now: datetime) -> str | None:
    """Keep the latest answer of a question for others like it. Its title, or None when there is no text.

    Raises:
        QuestionGone
    """
    question = _in_scope(session, actor, question_id)
    answers = [turn.text for turn in question.turns if turn.from_coordinator and turn.text]
    if not answers:
        return None
    title = answers[-1][:LONGEST_TITLE].rsplit(" ", 1)[0] if len(answers[-1]) > LONGEST_TITLE else answers[-1]
    queries.insert_saved_answer(session, title, answers[-1], now)
    return title


@needs(Right.RUN_PROGRAMME)
def answer_as_saved(
    session: Session, actor: Actor, question_id: int, saved_id: int, now: datetime, zone: tzinfo
) -> Question:
    """Answer with a saved text. Raises QuestionGone when either is not there."""
    text = queries.use_saved_answer(session, saved_id)
    if text is None:
        raise QuestionGone
    return answer(session, actor, question_id, Said(text), now, zone)

"""«Вопрос координатору»: asking, taking, answering, closing, and not letting a question lie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo

from db.contained import one_by_one, set_aside
from db.engine import Session
from db.queries import question_topics as topics
from db.queries import questions as queries
from domain.delivery import DeliveryKind, Lane, Owed
from domain.payloads import GroupToTidy, Lost, OfTurn
from domain.people import Actor, Address, Forbidden, Right
from domain.question import (
    CALM,
    LONGEST_TEXT,
    MOST_TURNS,
    URGENT_WAITS,
    Importance,
    Note,
    Question,
    Reception,
    Said,
    Status,
)
from domain.quiet import next_waking
from services import question_limits as limits
from services.deliveries import owe
from services.rights import needs

LONGEST_TITLE = 40
SHORTEST_NAME = 3
"""Letters of a name that a saved answer is searched for."""
LOST_FOR = timedelta(days=2)
"""So long after an answer was due, its coordinator may still hear that it did not arrive."""


class TooManyQuestions(Exception):
    """The person asked several times in a few minutes."""


class QuestionGone(Exception):
    """There is no such question, or it is not the actor's to see: the answer is the same."""


@needs(Right.SELF)
def ask(
    session: Session,
    actor: Actor,
    importance: Importance,
    said: Said,
    now: datetime,
    zone: tzinfo,
    reception: Reception,
    *,
    about: str = "",
) -> tuple[Question, bool]:
    """Ask the coordinators of the person's municipality (those of all, when it is not known).

    False for the other photos of an album: they belong to the question that the first of them began.

    Before consent it is never urgent, and telephone numbers are blanked.

    Raises:
        TooManyQuestions, LimitReached, QuestionsRefused, FileBeforeConsent
    """
    person = actor.person
    if person is None:
        raise Forbidden(Right.SELF)
    said = limits.admitted(session, person, said)
    if not limits.has_agreed(person):
        importance = Importance.USUAL
    if said.album is not None and (begun := queries.of_album(session, person.id, said.album)) is not None:
        more: tuple[Question, bool] = ask_on(session, actor, begun, said, now, zone, reception)
        return more
    limits.require_room_for_one(session, person.id, now)
    _keep_calm(session, person.id, now)
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
    return _told(session, question_id, now, zone, reception), True


@needs(Right.SELF)
def ask_on(
    session: Session,
    actor: Actor,
    question_id: int,
    said: Said,
    now: datetime,
    zone: tzinfo,
    reception: Reception,
) -> tuple[Question, bool]:
    """Write on in one's own question; it waits for an answer again, closed or not.

    False for the other photos of an album: one word of all of them is enough.

    Raises:
        QuestionGone
        TooManyQuestions: they have written a lot in a few minutes.
        QuestionsRefused, FileBeforeConsent
    """
    question = _own(session, actor, question_id)
    if actor.person is not None:
        said = limits.admitted(session, actor.person, said)
    one_more = (
        said.album is not None and queries.of_album(session, actor.person_id, said.album) == question_id
    )
    if not one_more:
        _keep_calm(session, question.person_id, now)
    _turn(session, actor, question_id, said, now, from_coordinator=False)
    if not question.status.waits_for_coordinator:
        status = Status.TAKEN if question.taken_by else Status.OPEN
        queries.update_question(
            session, question_id, status=status, closed_at=None, reminded_at=None, waits_since=now
        )
    if one_more and reception.group is None:
        return _own(session, actor, question_id), False
    return _told(session, question_id, now, zone, reception), not one_more


def _keep_calm(session: Session, person_id: int, now: datetime) -> None:
    if queries.turns_since(session, person_id, now - CALM) >= MOST_TURNS:
        raise TooManyQuestions


def _own(session: Session, actor: Actor, question_id: int) -> Question:
    question = queries.question(session, question_id)
    if question is None or question.person_id != actor.person_id:
        raise QuestionGone
    return question


def _turn(
    session: Session,
    actor: Actor,
    question_id: int,
    said: Said,
    now: datetime,
    *,
    from_coordinator: bool,
    group_message_id: int | None = None,
) -> int:
    return queries.insert_turn(
        session,
        question_id,
        actor.person_id,
        from_coordinator=from_coordinator,
        text=said.text[:LONGEST_TEXT],
        file=said.file,
        at=now,
        album=said.album,
        group_message_id=group_message_id,
    )


def _told(session: Session, question_id: int, now: datetime, zone: tzinfo, reception: Reception) -> Question:
    """Owe word of the latest turn to those who answer for it, or to their group; at night only of what is urgent."""
    question = _question(session, question_id)
    hearers = queries.coordinators_of(session, question.municipality, reception.coordinators)
    if question.taken_by is not None and question.taken_by not in hearers:
        # Whoever was on it answers for it no more.
        queries.update_question(session, question_id, status=Status.OPEN, taken_by=None)
        question = _question(session, question_id)
    if reception.group is not None:
        topics.wanted(session, question_id, reception.group, limits.due(session, question, now, zone))
        return question
    if question.taken_by is not None:
        hearers = [question.taken_by]
    tell_each(session, question, hearers, limits.due(session, question, now, zone), f"{len(question.turns)}")
    return question


def _question(session: Session, question_id: int) -> Question:
    """One that is surely there. Raises QuestionGone."""
    question = queries.question(session, question_id)
    if question is None:
        raise QuestionGone
    return question


def answer_due(question: Question, now: datetime, zone: tzinfo) -> datetime:
    """When an answer may go out: one to what was not urgent waits for the morning."""
    return now if question.importance is Importance.URGENT else next_waking(now, zone)


def tell_each(
    session: Session,
    question: Question,
    hearers: Collection[int],
    due_at: datetime,
    occasion: str,
    *,
    again: bool = False,
) -> None:
    """Owe coordinators word of a question; ``occasion`` tells one word of it from another."""
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.QUESTION}:{question.id}:{occasion}:{person_id}",
                kind=DeliveryKind.QUESTION,
                person_id=person_id,
                question_id=question.id,
                due_at=due_at,
                lane=Lane.URGENT,
                payload=OfTurn(question.turns[-1].id, again=again),
            )
            for person_id in hearers
        ],
    )


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
    topics.wake_if_there(session, question_id, now)
    return _own(session, actor, question_id)


def _in_scope(session: Session, actor: Actor, question_id: int) -> Question:
    question = _question(session, question_id)
    if not actor.scope.covers(question.municipality):
        raise QuestionGone
    return question


@needs(Right.RUN_PROGRAMME)
def open_question(session: Session, actor: Actor, question_id: int) -> Question:
    """A question as a coordinator reads it. Raises QuestionGone."""
    return _in_scope(session, actor, question_id)


@needs(Right.RUN_PROGRAMME)
def waiting_questions(
    session: Session, actor: Actor, page: int, size: int
) -> tuple[list[Question], int, int]:
    """Those that wait for an answer in the coordinator's scope, which page it is, and how many there are.

    The last page in place of one that is not there any more.
    """
    scope = actor.scope
    where = None if scope.everywhere else scope.municipalities
    total = queries.count_waiting(session, where)
    page = max(0, min(page, (total - 1) // size))
    return queries.waiting(session, where, page * size, size), page, total


@needs(Right.RUN_PROGRAMME)
def take(session: Session, actor: Actor, question_id: int, now: datetime) -> tuple[Question, bool]:
    """Say that one is on it. False when a colleague was first; taking one's own again is fine.

    Raises:
        QuestionGone
    """
    question = _in_scope(session, actor, question_id)
    if question.taken_by not in (None, actor.person_id):
        return question, False
    if question.status.waits_for_coordinator:
        queries.update_question(session, question_id, status=Status.TAKEN, taken_by=actor.person_id)
        topics.wake_if_there(session, question_id, now)
    return _in_scope(session, actor, question_id), True


@needs(Right.RUN_PROGRAMME)
def hand_on(
    session: Session,
    actor: Actor,
    question_id: int,
    now: datetime,
    zone: tzinfo,
    reception: Reception,
) -> tuple[Question, bool]:
    """Give it back to all who answer for it; the colleagues hear of it anew.

    False when there is nothing to give: a colleague has it, nobody has, or it waits for no coordinator.

    Raises:
        QuestionGone
    """
    question = _in_scope(session, actor, question_id)
    if question.taken_by != actor.person_id or not question.status.waits_for_coordinator:
        return question, False
    queries.update_question(session, question_id, status=Status.OPEN, taken_by=None)
    due_at = limits.due(session, question, now, zone)
    if reception.group is not None:
        topics.wanted(session, question_id, reception.group, due_at)
        topics.wake(session, question_id, due_at, Note.FREE)
    else:
        hearers = queries.coordinators_of(session, question.municipality, reception.coordinators)
        others = [person_id for person_id in hearers if person_id != actor.person_id]
        tell_each(session, question, others, due_at, f"on:{int(now.timestamp())}")
    return _in_scope(session, actor, question_id), True


@needs(Right.RUN_PROGRAMME)
def answer(
    session: Session,
    actor: Actor,
    question_id: int,
    said: Said,
    now: datetime,
    zone: tzinfo,
    *,
    group_message_id: int | None = None,
) -> Question:
    """Answer; the person reads it at once by day, in the morning by night unless it was urgent.

    ``group_message_id``: it was written in the coordinators' group, as this message; twice is once.

    Raises:
        QuestionGone
    """
    question = _in_scope(session, actor, question_id)
    if group_message_id is not None and queries.written_in_group(session, question_id, group_message_id):
        return question
    turn = _turn(
        session, actor, question_id, said, now, from_coordinator=True, group_message_id=group_message_id
    )
    queries.update_question(
        session, question_id, status=Status.ANSWERED, answered_at=now, taken_by=actor.person_id
    )
    if group_message_id is not None:
        topics.remember_answer(session, question_id, group_message_id)
    topics.wake_if_there(session, question_id, now)
    _owe_answer(session, question, f"{turn}", OfTurn(turn), answer_due(question, now, zone))
    return _in_scope(session, actor, question_id)


def _owe_answer(session: Session, question: Question, key: str, payload: OfTurn, due_at: datetime) -> None:
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.ANSWER}:{key}",
                kind=DeliveryKind.ANSWER,
                person_id=question.person_id,
                question_id=question.id,
                due_at=due_at,
                payload=payload,
            )
        ],
    )


@needs(Right.RUN_PROGRAMME)
def close(session: Session, actor: Actor, question_id: int, now: datetime, zone: tzinfo) -> Question:
    """Nothing more is to be said; who still waits for an answer is told so. Raises QuestionGone."""
    question = _in_scope(session, actor, question_id)
    if question.status is Status.CLOSED:
        return question
    queries.update_question(session, question_id, status=Status.CLOSED, closed_at=now)
    topics.wake_if_there(session, question_id, now)
    if question.status.waits_for_coordinator:
        key = f"closed:{question.id}:{len(question.turns)}"
        _owe_answer(session, question, key, OfTurn(closed=True), answer_due(question, now, zone))
    return _in_scope(session, actor, question_id)


def remind_of_urgent(session: Session, now: datetime, reception: Reception, zone: tzinfo) -> int:
    """Urgent questions that lie for half an hour are told of once more, to everybody who could answer.

    At night only those of which somebody was told at once.
    """
    neglected = queries.neglected(session, now - URGENT_WAITS, set_aside(session, "question", now))

    def remind_of_these(question_ids: Sequence[int]) -> int:
        return sum(_remind_again(session, id_, now, reception, zone) for id_ in question_ids)

    return sum(one_by_one(session, "question", {id_: id_ for id_ in neglected}, remind_of_these, now))


def _remind_again(
    session: Session, question_id: int, now: datetime, reception: Reception, zone: tzinfo
) -> bool:
    question = _question(session, question_id)
    if limits.due(session, question, now, zone) > now:
        return False
    hearers = queries.coordinators_of(session, question.municipality, reception.coordinators)
    tell_each(session, question, hearers, now, f"again:{len(question.turns)}", again=True)
    if reception.group is not None:
        topics.wake_if_there(session, question.id, now, Note.AGAIN)
    queries.update_question(session, question.id, reminded_at=now)
    return True


def tell_lost_answers(session: Session, now: datetime) -> int:
    """Whoever answered hears once that it did not arrive. How many were told."""
    told = 0
    for delivery_id, question_id, author_id, blocked in queries.undelivered_answers(session, now - LOST_FOR):
        told += owe(
            session,
            [
                Owed(
                    dedup_key=f"{DeliveryKind.LOST_ANSWER}:{delivery_id}",
                    kind=DeliveryKind.LOST_ANSWER,
                    person_id=author_id,
                    question_id=question_id,
                    due_at=now,
                    payload=Lost(blocked=blocked),
                )
            ],
        )
    return told


def leave(session: Session, person_id: int, now: datetime) -> None:
    """A person is about to be deleted, their questions with them: whoever is on one hears it, topics go."""
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.LOST_ANSWER}:gone:{question_id}",
                kind=DeliveryKind.LOST_ANSWER,
                person_id=coordinator,
                due_at=now,
                payload=Lost(gone=True),
            )
            for question_id, coordinator in queries.taken_from(session, person_id)
        ],
    )
    topics.wake_of_person(session, person_id, now)


def let_go(session: Session, person_id: int, now: datetime, coordinators: Collection[Address] = ()) -> None:
    """Somebody coordinates no more, or less: what they were on is free for their colleagues.

    Whoever coordinates nothing any more may still read along in the group: the others take them out.
    """
    others = queries.all_coordinators(session, coordinators)
    if person_id not in others and topics.are_used(session):
        tell_to_tidy(session, others, GroupToTidy(person_id), f"{person_id}:{int(now.timestamp())}", now)
    for question_id in queries.taken_by(session, person_id):
        queries.update_question(session, question_id, status=Status.OPEN, taken_by=None)
        topics.wake_if_there(session, question_id, now, Note.FREE)


def tell_to_tidy(
    session: Session, hearers: Collection[int], payload: GroupToTidy, occasion: str, now: datetime
) -> None:
    """Owe coordinators word of what only they can do in their group."""
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.GROUP_TO_TIDY}:{occasion}:{person_id}",
                kind=DeliveryKind.GROUP_TO_TIDY,
                person_id=person_id,
                due_at=now,
                payload=payload,
            )
            for person_id in hearers
        ],
    )


def remind_daily(session: Session, now: datetime, zone: tzinfo, reception: Reception) -> int:
    """At 09:00 each coordinator with open questions reads how many there are. How many were told."""
    day = now.astimezone(zone).date().isoformat()
    owed = []
    for person_id, municipalities in queries.all_coordinators(session, reception.coordinators).items():
        count = queries.count_waiting(session, municipalities)
        if count:
            owed.append(
                Owed(
                    dedup_key=f"{DeliveryKind.OPEN_QUESTIONS}:{day}:{person_id}",
                    kind=DeliveryKind.OPEN_QUESTIONS,
                    person_id=person_id,
                    due_at=now,
                    lane=Lane.REMINDER,
                )
            )
    return owe(session, owed)


@needs(Right.SELF)
def replied_to(
    session: Session, actor: Actor, message_id: int
) -> tuple[str, int | None, DeliveryKind] | None:
    """What a person replies to when it was a message we owed them: about what, of which question, of what kind."""
    return queries.replied_to(session, actor.person_id, message_id)


@needs(Right.SELF)
def of_album(session: Session, actor: Actor, album: str) -> int | None:
    """The actor's own question that holds the other photos of an album."""
    found = queries.of_album(session, actor.person_id, album)
    question = None if found is None else queries.question(session, found)
    return None if question is None or question.person_id != actor.person_id else question.id


@needs(Right.RUN_PROGRAMME)
def saved_answers(session: Session, _actor: Actor) -> list[tuple[int, str, str]]:
    """Frequent answers, the most used first: id, title, text."""
    return queries.saved_answers(session)


@needs(Right.RUN_PROGRAMME)
def to_be_saved(session: Session, actor: Actor, question_id: int) -> Question:
    """A question whose answer is to be written anew for others like it.

    Raises:
        QuestionGone
        Forbidden: everybody reads saved answers, so a coordinator of all writes them.
    """
    actor.require(None)
    return _in_scope(session, actor, question_id)


@needs(Right.RUN_PROGRAMME)
def save_answer(session: Session, actor: Actor, question_id: int, text: str, now: datetime) -> bool:
    """Keep ``text``, written anew after an answer, for other questions. False when it names whoever asked.

    It goes with the question when its person leaves.

    Raises:
        QuestionGone, Forbidden
    """
    question = to_be_saved(session, actor, question_id)
    text = text.strip()[:LONGEST_TEXT]
    names = [name for name in question.asker.lower().split() if len(name) >= SHORTEST_NAME]
    if any(name in text.lower() for name in names):
        return False
    title = text[:LONGEST_TITLE].rsplit(" ", 1)[0] if len(text) > LONGEST_TITLE else text
    if not queries.is_saved(session, text):
        queries.insert_saved_answer(session, title, text, question_id, now)
    return True


@needs(Right.RUN_PROGRAMME)
def refuse_questions(
    session: Session, actor: Actor, question_id: int, now: datetime, *, refused: bool
) -> Question:
    """«Не принимать вопросы от этого человека», or the way back. Raises QuestionGone."""
    question = _in_scope(session, actor, question_id)
    if question.refused != refused:
        (limits.refuse if refused else limits.accept_again)(session, actor, question, now)
    return _in_scope(session, actor, question_id)


@needs(Right.RUN_PROGRAMME)
def answer_as_saved(
    session: Session, actor: Actor, question_id: int, saved_id: int, now: datetime, zone: tzinfo
) -> Question:
    """Answer with a saved text; said just now, it is not said twice. Raises QuestionGone when either is not there."""
    question, found = _in_scope(session, actor, question_id), queries.saved_answer(session, saved_id)
    if found is None:
        raise QuestionGone
    last = question.turns[-1]
    if last.from_coordinator and last.text == found[2]:
        return question
    queries.count_use(session, saved_id)
    return answer(session, actor, question_id, Said(found[2]), now, zone)


@needs(Right.RUN_PROGRAMME)
def forget_saved_answer(session: Session, actor: Actor, saved_id: int) -> None:
    """It is offered no more. Twice is once.

    Raises:
        Forbidden: saved answers are everybody's, so a coordinator of all clears them up.
    """
    if not actor.scope.everywhere:
        raise Forbidden(Right.RUN_PROGRAMME)
    queries.delete_saved_answer(session, saved_id)

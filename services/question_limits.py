"""What somebody may ask, and how: before consent, how much, and who is not listened to any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from db.engine import Session
from db.queries import questions as queries
from domain.limits import LIMITS, Kept, require_room
from domain.log import Action
from domain.people import Actor, Person, Right
from domain.question import Importance, Question, Said, without_phones
from domain.quiet import is_night, next_waking
from services import log
from services.rights import needs

NIGHT = timedelta(hours=11)
"""From 21:00 to 08:00."""


class QuestionsRefused(Exception):
    """A coordinator takes no questions from this person."""


class FileBeforeConsent(Exception):
    """Somebody who has not agreed that anything is kept sent a photo or a file."""


def has_agreed(person: Person) -> bool:
    """Whether something about the person may be kept."""
    return person.consent_version is not None


def admitted(session: Session, person: Person, said: Said) -> Said:
    """What was said, as it may be kept.

    Raises:
        QuestionsRefused, FileBeforeConsent
    """
    if queries.refused_since(session, person.id) is not None:
        raise QuestionsRefused
    if has_agreed(person):
        return said
    if said.file is not None:
        raise FileBeforeConsent
    return replace(said, text=without_phones(said.text))


def require_room_for_one(session: Session, person_id: int, now: datetime) -> None:
    """Raises LimitReached."""
    require_room(Kept.QUESTIONS, queries.count_open(session, person_id))
    day = LIMITS[Kept.QUESTIONS_A_DAY].within or timedelta()
    require_room(Kept.QUESTIONS_A_DAY, queries.asked_since(session, person_id, now - day))


def due(session: Session, question: Question, now: datetime, zone: tzinfo) -> datetime:
    """When word of what was just said may go out: at night only of the first urgent thing of each person."""
    if question.importance is Importance.URGENT and is_night(now, zone):
        nightfall = next_waking(now, zone) - NIGHT
        latest = question.turns[-1].at if question.turns else now
        if queries.urgent_turns_between(session, question.person_id, nightfall, latest) == 0:
            return now
    elif question.importance is Importance.URGENT:
        return now
    return next_waking(now, zone)


@needs(Right.RUN_PROGRAMME)
def refuse(session: Session, actor: Actor, question: Question, now: datetime) -> None:
    """«Не принимать вопросы»: nothing more comes from whoever asked this."""
    queries.refuse(session, question.person_id, now)
    _record(session, actor, Action.QUESTIONS_REFUSED, question, now)


@needs(Right.RUN_PROGRAMME)
def accept_again(session: Session, actor: Actor, question: Question, now: datetime) -> None:
    """The way back."""
    queries.refuse(session, question.person_id, None)
    _record(session, actor, Action.QUESTIONS_ACCEPTED, question, now)


def _record(session: Session, actor: Actor, action: Action, question: Question, now: datetime) -> None:
    details = {log.PERSON: question.person_id}
    log.record(session, actor, action, now, municipality=question.municipality, details=details)

"""What a person wants to be reminded of, when, and when not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from db.engine import Session
from db.queries import reminders as queries
from domain.people import Actor, Right
from domain.quiet import at
from domain.reminders import NONE, Offset
from services.rights import needs


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """``paused_until``: the moment reminders come again, None when they are not paused."""

    wanted: Offset
    paused_until: datetime | None


class DayPassed(Exception):
    """A pause until a day that has begun already: a button of an old message."""


@needs(Right.SELF)
def settings(session: Session, actor: Actor, now: datetime) -> ReminderSettings:
    wanted, paused_until = queries.wishes(session, actor.person_id)
    return ReminderSettings(Offset(wanted), paused_until if paused_until and paused_until > now else None)


@needs(Right.SELF)
def set_reminder(
    session: Session, actor: Actor, offset: Offset, now: datetime, *, on: bool
) -> ReminderSettings:
    """Want one reminder or not; asking twice for the same changes nothing."""
    wanted = Offset(queries.wishes(session, actor.person_id)[0])
    queries.set_wishes(session, actor.person_id, wanted | offset if on else wanted & ~offset)
    return settings(session, actor, now)


@needs(Right.SELF)
def silence_all(session: Session, actor: Actor, now: datetime) -> ReminderSettings:
    queries.set_wishes(session, actor.person_id, NONE)
    return settings(session, actor, now)


@needs(Right.SELF)
def pause(
    session: Session, actor: Actor, until: date | None, now: datetime, zone: tzinfo
) -> ReminderSettings:
    """No reminders before ``until`` begins; None ends a pause.

    Raises:
        DayPassed
    """
    moment = at(until, time(), zone) if until is not None else None
    if moment is not None and moment <= now:
        raise DayPassed
    queries.set_pause(session, actor.person_id, moment)
    return settings(session, actor, now)

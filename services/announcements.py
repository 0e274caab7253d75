"""What people do with announcements: choose how they come, confirm, read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.engine import Session
from db.queries import announcements as queries
from domain.announcement import Choice, Pace, Receipt, Received, announcement_of, visit_meant
from domain.booking import Planned
from domain.broadcast import Broadcast
from domain.people import Actor, Right
from domain.programme import Track
from services import broadcasts
from services.broadcasts import Wishes
from services.reminder_settings import settings
from services.rights import needs


class NotReceived(Exception):
    """No such announcement has reached this person."""


class Recalled(Exception):
    """It does not hold any more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An announcement as one person reads it; ``visit``: the booking that it speaks of."""

    received: Received
    visit: Planned | None


@needs(Right.SELF)
def chosen(session: Session, actor: Actor) -> Choice:
    """What the person chose, whatever holds it up."""
    wishes = broadcasts.my_wishes(session, actor)
    consents = actor.person is not None and actor.person.consent_version is not None
    return Choice(_pace(wishes), wishes.tracks, consents=consents)


@needs(Right.SELF)
def choice(session: Session, actor: Actor, now: datetime) -> Choice:
    return replace(chosen(session, actor), paused_until=settings(session, actor, now).paused_until)


def _pace(wishes: Wishes) -> Pace:
    if wishes.off:
        return Pace.NEVER
    return Pace.DAILY if wishes.digest else Pace.AT_ONCE


@needs(Right.SELF)
def choose_pace(session: Session, actor: Actor, pace: Pace, now: datetime) -> Choice:
    """How they come from now on; what is on its way already comes as it was owed. Twice is once."""
    wishes = broadcasts.my_wishes(session, actor)
    broadcasts.wish(session, actor, replace(wishes, digest=pace is Pace.DAILY, off=pace is Pace.NEVER))
    return choice(session, actor, now)


@needs(Right.SELF)
def choose_topic(session: Session, actor: Actor, track: Track | None, now: datetime, *, on: bool) -> Choice:
    """Want to hear of a track or not; None, or the last one put off: of everything. Twice is once."""
    wishes = broadcasts.my_wishes(session, actor)
    chosen = set(wishes.tracks)
    if track is None:
        chosen.clear()
    elif on:
        chosen.add(track)
    else:
        chosen.discard(track)
    broadcasts.wish(session, actor, replace(wishes, tracks=tuple(each for each in Track if each in chosen)))
    return choice(session, actor, now)


@needs(Right.SELF)
def acknowledge(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> Receipt:
    """«Ознакомлен(а)». Twice is once."""
    found = queries.one_received(session, actor.person_id, broadcast_id)
    if found is None:
        return Receipt.NOT_YOURS
    if found.announcement.recalled:
        return Receipt.RECALLED
    broadcasts.confirm_read(session, actor, broadcast_id, now)
    return Receipt.TAKEN


@needs(Right.SELF)
def received(session: Session, actor: Actor, offset: int, limit: int) -> list[Received]:
    """What reached the person, the latest first."""
    return queries.received(session, actor.person_id, offset, limit)


@needs(Right.SELF)
def open_announcement(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> Opened:
    """One of them in full, as it reads now.

    Raises:
        NotReceived
        Recalled
    """
    found = queries.one_received(session, actor.person_id, broadcast_id)
    if found is None:
        raise NotReceived
    if found.announcement.recalled:
        raise Recalled
    coming = queries.coming(session, [actor.person_id], now).get(actor.person_id, [])
    return Opened(found, visit_meant(found.announcement, coming))


@needs(Right.SELF)
def own_visit(session: Session, actor: Actor, broadcast: Broadcast, now: datetime) -> Planned | None:
    """Which of the actor's own bookings a broadcast would speak of: its preview shows it."""
    coming = queries.coming(session, [actor.person_id], now).get(actor.person_id, [])
    return visit_meant(announcement_of(broadcast, "", recalled=False), coming)


@needs(Right.SELF)
def was_shown(
    session: Session,
    actor: Actor,
    broadcast_id: int,
    revision: int,
    message_id: int,
    more_ids: Sequence[int],
    now: datetime,
) -> None:
    """Messages show one of its texts to the person: replies to the first are about the announcement.

    Whoever had it in a digest only has it there from now on: it is corrected and recalled like any other.
    """
    shown = (message_id, *more_ids)
    if not queries.settle_in(session, actor.person_id, broadcast_id, revision, shown, now):
        queries.insert_shown(session, actor.person_id, broadcast_id, message_id, now)

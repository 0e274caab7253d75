"""Announcements: written, aimed, previewed, confirmed, sent, paused, stopped, corrected, recalled, reported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

from db.engine import Session
from db.queries import broadcasts as queries
from db.queries.questions import coordinators_of
from domain.broadcast import LARGE, Audience, Broadcast, Content, Count, Flaw, Recipient, Status, flaw
from domain.delivery import DeliveryKind, Lane, Owed
from domain.log import Action
from domain.people import Actor, Address, Forbidden, Right
from domain.quiet import next_waking
from services.deliveries import owe
from services.log import record
from services.rights import needs

DIGEST_AT = time(18)
"""When those who chose «Раз в день» read the announcements of the day."""


class BroadcastGone(Exception):
    """There is no such broadcast, or it is not the actor's to see."""


class BroadcastBegun(Exception):
    """It goes out or went out already: what is asked is not possible any more."""


class Unsendable(Exception):
    """The content or the audience has a flaw."""

    def __init__(self, reason: Flaw) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class State:
    """A broadcast with how many people it means, or how it goes."""

    broadcast: Broadcast
    meant: int
    count: Count
    recall: Count
    correction: Count


def _within(actor: Actor) -> Collection[str] | None:
    scope = actor.scope
    return None if scope.everywhere else scope.municipalities


def _visible(session: Session, actor: Actor, broadcast_id: int) -> Broadcast:
    """One's own; those of others too for a coordinator of all."""
    found = queries.broadcast(session, broadcast_id)
    if found is None or not (actor.scope.everywhere or found.author_id == actor.person_id):
        raise BroadcastGone
    return found


def _draft(session: Session, actor: Actor, broadcast_id: int) -> Broadcast:
    found = _visible(session, actor, broadcast_id)
    if found.status is not Status.DRAFT:
        raise BroadcastBegun
    return found


def _state(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    found = _visible(session, actor, broadcast_id)
    began = found.started_at is not None
    return State(
        found,
        0 if began else queries.count_meant(session, found.audience, _within(actor), now),
        queries.count(session, broadcast_id) if began else Count(),
        queries.count(session, broadcast_id, DeliveryKind.RECALL) if began else Count(),
        queries.count(session, broadcast_id, DeliveryKind.CORRECTION) if began else Count(),
    )


@needs(Right.BROADCAST)
def begin(session: Session, actor: Actor, content: Content, now: datetime) -> State:
    """A draft with a first content. Raises Unsendable."""
    if (reason := flaw(content)) is not None:
        raise Unsendable(reason)
    broadcast_id = queries.insert_broadcast(session, actor.person_id, now)
    queries.save_content(session, broadcast_id, content)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def state(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """Raises BroadcastGone."""
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def write(session: Session, actor: Actor, broadcast_id: int, content: Content, now: datetime) -> State:
    """Another content for a draft. Raises BroadcastGone, BroadcastBegun, Unsendable."""
    found = _draft(session, actor, broadcast_id)
    if (reason := flaw(content)) is not None:
        raise Unsendable(reason)
    kept = replace(content, activity_id=found.content.activity_id, wants_receipt=found.content.wants_receipt)
    queries.save_content(session, broadcast_id, kept)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def add_media(session: Session, actor: Actor, broadcast_id: int, content: Content, now: datetime) -> State:
    """One more picture or file of an album. Raises BroadcastGone, BroadcastBegun, Unsendable."""
    found = _draft(session, actor, broadcast_id)
    text, entities = (
        (content.text, content.entities) if content.text else (found.content.text, found.content.entities)
    )
    grown = replace(found.content, text=text, entities=entities, media=(*found.content.media, *content.media))
    if (reason := flaw(grown)) is not None:
        raise Unsendable(reason)
    queries.save_content(session, broadcast_id, grown)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def aim(session: Session, actor: Actor, broadcast_id: int, audience: Audience, now: datetime) -> State:
    """Whom it is for. Raises BroadcastGone, BroadcastBegun."""
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, audience=audience.to_json())
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def link_activity(
    session: Session, actor: Actor, broadcast_id: int, activity_id: int | None, now: datetime
) -> State:
    """A button that opens an activity. Raises BroadcastGone, BroadcastBegun."""
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, activity_id=activity_id)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def ask_receipt(session: Session, actor: Actor, broadcast_id: int, now: datetime, *, wanted: bool) -> State:
    """Whether it has «Ознакомлен(а)». Raises BroadcastGone, BroadcastBegun."""
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, wants_receipt=wanted)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def call_urgent(session: Session, actor: Actor, broadcast_id: int, reason: str, now: datetime) -> State:
    """Quiet hours do not count, for a reason that goes into the log; "" takes it back."""
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, urgent_reason=reason[:240])
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def throw_away(session: Session, actor: Actor, broadcast_id: int) -> None:
    """A draft that is not wanted. Raises BroadcastGone, BroadcastBegun."""
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, status=Status.STOPPED)


@needs(Right.BROADCAST)
def send(
    session: Session,
    actor: Actor,
    broadcast_id: int,
    send_at: datetime | None,
    now: datetime,
    zone: tzinfo,
    coordinators: Collection[Address],
) -> State:
    """Send now or at ``send_at``; a large one waits for a second coordinator first. Twice is once.

    Raises:
        BroadcastGone, Unsendable
    """
    found = _visible(session, actor, broadcast_id)
    if found.status is not Status.DRAFT:
        return _state(session, actor, broadcast_id, now)
    if (reason := flaw(found.content)) is not None:
        raise Unsendable(reason)
    meant = queries.count_meant(session, found.audience, _within(actor), now)
    if not meant:
        raise Unsendable(Flaw.NOBODY)
    within = _within(actor)
    kept = None if within is None else sorted(within)
    queries.update_broadcast(session, broadcast_id, send_at=send_at, within=kept)
    if meant > LARGE:
        queries.update_broadcast(session, broadcast_id, status=Status.UNCONFIRMED)
        _ask_second(session, actor, broadcast_id, meant, now, coordinators)
        return _state(session, actor, broadcast_id, now)
    _release(session, actor, _visible(session, actor, broadcast_id), now, zone)
    return _state(session, actor, broadcast_id, now)


def _ask_second(
    session: Session,
    actor: Actor,
    broadcast_id: int,
    meant: int,
    now: datetime,
    coordinators: Collection[Address],
) -> None:
    others = [each for each in coordinators_of(session, None, coordinators) if each != actor.person_id]
    author = actor.person.name if actor.person and actor.person.name else ""
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.TO_CONFIRM}:{broadcast_id}:{person_id}",
                kind=DeliveryKind.TO_CONFIRM,
                person_id=person_id,
                broadcast_id=broadcast_id,
                due_at=now,
                payload={"count": meant, "author": author},
            )
            for person_id in others
        ],
    )


@needs(Right.BROADCAST)
def confirm(session: Session, actor: Actor, broadcast_id: int, now: datetime, zone: tzinfo) -> State:
    """The second coordinator says yes. Twice is once.

    Raises:
        BroadcastGone
        Forbidden: for its author, and for a coordinator of some municipalities only.
    """
    found = queries.broadcast(session, broadcast_id)
    if found is None:
        raise BroadcastGone
    if found.author_id == actor.person_id or not actor.scope.everywhere:
        raise Forbidden(Right.BROADCAST)
    if found.status is Status.UNCONFIRMED:
        queries.update_broadcast(session, broadcast_id, confirmed_by=actor.person_id)
        _release(session, actor, found, now, zone)
    return _state(session, actor, broadcast_id, now)


def _release(
    session: Session,
    actor: Actor,
    found: Broadcast,
    now: datetime,
    zone: tzinfo,
) -> None:
    """Schedule it, or owe it to everybody who is meant at this moment."""
    record(
        session,
        actor,
        Action.BROADCAST,
        now,
        municipality=found.within[0] if found.within is not None and len(found.within) == 1 else None,
        subject=found.content.text[:80],
        details={
            "broadcast": found.id,
            "text": found.content.text,
            "audience": found.audience.to_json(),
            "urgent_reason": found.urgent_reason,
        },
    )
    if found.send_at is not None and found.send_at > now:
        queries.update_broadcast(session, found.id, status=Status.SCHEDULED)
        return
    _start(session, found, now, zone)


def _start(session: Session, found: Broadcast, now: datetime, zone: tzinfo) -> None:
    urgent = bool(found.urgent_reason)
    due_at = now if urgent else next_waking(now, zone)
    queries.update_broadcast(session, found.id, status=Status.SENDING, started_at=now)
    queries.owe_to_meant(
        session,
        found.id,
        found.audience,
        found.within,
        Lane.REMINDER if urgent else Lane.BROADCAST,
        now,
        due_at,
        due_at if urgent else _digest(now, zone),
    )


def _digest(now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), DIGEST_AT, zone)
    return today if today >= local else today + timedelta(days=1)


def advance(session: Session, now: datetime, zone: tzinfo) -> int:
    """Start what is scheduled for now, finish what has nothing left. How many began."""
    began = 0
    for found in queries.with_status(session, Status.SCHEDULED):
        if found.send_at is not None and found.send_at <= now:
            _start(session, found, now, zone)
            began += 1
    for found in queries.with_status(session, Status.SENDING):
        if not queries.count(session, found.id).left:
            queries.update_broadcast(session, found.id, status=Status.DONE, finished_at=now)
    return began


@needs(Right.BROADCAST)
def pause(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """Nothing more goes out until it is resumed. Twice is once."""
    if _visible(session, actor, broadcast_id).status is Status.SENDING:
        queries.update_broadcast(session, broadcast_id, status=Status.PAUSED)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def resume(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    if _visible(session, actor, broadcast_id).status is Status.PAUSED:
        queries.update_broadcast(session, broadcast_id, status=Status.SENDING)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def stop(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """Nothing more goes out, ever. What is in flight arrives."""
    found = _visible(session, actor, broadcast_id)
    if found.status.is_going or found.status in (Status.SCHEDULED, Status.UNCONFIRMED):
        queries.update_broadcast(session, broadcast_id, status=Status.STOPPED, finished_at=now)
        queries.drop_pending(session, broadcast_id)
        record(
            session,
            actor,
            Action.BROADCAST_STOPPED,
            now,
            municipality=None,
            subject=found.content.text[:80],
            details={"broadcast": broadcast_id},
        )
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def correct(session: Session, actor: Actor, broadcast_id: int, content: Content, now: datetime) -> State:
    """Another text for what was sent and for what is still to be sent; pictures stay.

    Raises:
        BroadcastGone, Unsendable
    """
    found = _visible(session, actor, broadcast_id)
    corrected = replace(found.content, text=content.text, entities=content.entities)
    if (reason := flaw(corrected)) is not None:
        raise Unsendable(reason)
    queries.save_content(session, broadcast_id, corrected)
    queries.update_broadcast(session, broadcast_id, revision=found.revision + 1)
    if found.started_at is not None:
        queries.owe_after(session, broadcast_id, DeliveryKind.CORRECTION, found.revision + 1, now)
        record(
            session,
            actor,
            Action.BROADCAST_CORRECTED,
            now,
            municipality=None,
            subject=found.content.text[:80],
            details={"broadcast": broadcast_id, "text": content.text},
        )
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def recall(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """Stop it, and delete what was sent where the messenger still allows it."""
    stop(session, actor, broadcast_id, now)
    found = _visible(session, actor, broadcast_id)
    queries.owe_after(session, broadcast_id, DeliveryKind.RECALL, 0, now)
    record(
        session,
        actor,
        Action.BROADCAST_RECALLED,
        now,
        municipality=None,
        subject=found.content.text[:80],
        details={"broadcast": broadcast_id},
    )
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def show_progress_in(session: Session, actor: Actor, broadcast_id: int, chat: str, message_id: int) -> None:
    """The message that says how it goes from now on."""
    _visible(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, progress_chat=chat, progress_message_id=message_id)


def going(session: Session) -> list[tuple[Broadcast, Count]]:
    """What goes out or ended a moment ago, with how it goes."""
    found = queries.with_status(session, Status.SENDING, Status.PAUSED)
    return [(each, queries.count(session, each.id)) for each in found]


@needs(Right.BROADCAST)
def latest(session: Session, actor: Actor, offset: int, limit: int) -> list[Broadcast]:
    """One's own broadcasts; everybody's for a coordinator of all."""
    author = None if actor.scope.everywhere else actor.person_id
    return queries.latest(session, author, offset, limit)


@needs(Right.BROADCAST)
def report(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> list[Recipient]:
    """Person by person: sent, confirmed, not reached and why. Leaving the bot as a file, it is logged."""
    found = _visible(session, actor, broadcast_id)
    record(
        session,
        actor,
        Action.EXPORTED,
        now,
        municipality=None,
        subject=found.content.text[:80],
        details={"broadcast": broadcast_id},
    )
    return queries.recipients(session, broadcast_id)


@needs(Right.SELF)
def confirm_read(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> bool:
    """«Ознакомлен(а)». False when it was not sent to this person."""
    return queries.mark_read(session, broadcast_id, actor.person_id, now)


@needs(Right.BROADCAST)
def my_audiences(session: Session, actor: Actor) -> list[tuple[int, str, Audience]]:
    return queries.saved_audiences(session, actor.person_id)


@needs(Right.BROADCAST)
def keep_audience(session: Session, actor: Actor, name: str, audience: Audience, now: datetime) -> None:
    """Save it under a name; an older one of that name is replaced."""
    queries.rename_or_replace(session, actor.person_id, name[:80], audience, now)

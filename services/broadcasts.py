"""Announcements: written, aimed, previewed, confirmed, sent, paused, stopped, corrected, recalled, reported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from db.contained import one_by_one, set_aside
from db.engine import Session
from db.queries import broadcasts as queries
from db.queries import editing as programme
from domain.broadcast import (
    LARGE,
    TRANSITIONS,
    Audience,
    Broadcast,
    Content,
    Count,
    Flaw,
    Group,
    Recipient,
    Status,
    Step,
    Verdict,
    flaw,
    utf16_length,
    verdict,
)
from domain.delivery import DeliveryKind, DeliveryStatus, Lane, Owed
from domain.four_eyes import WINDOW, Objection, takes_two
from domain.log import Action
from domain.payloads import ToConfirm
from domain.people import Actor, Address, Right
from domain.programme import Activity, Track
from domain.quiet import next_waking
from services.deliveries import owe
from services.finding import Rank
from services.four_eyes import objection_to, seconds
from services.handing_over import covers, hold, is_authors
from services.log import record
from services.rights import needs

AFTERTHOUGHTS = (DeliveryKind.CORRECTION, DeliveryKind.RECALL)
DIGEST_AT = time(18)
"""When those who chose «Раз в день» read the announcements of the day."""
DIGEST_OPEN = timedelta(minutes=1)
"""What is scheduled for that very time begins a moment later, and is still of the day."""
LATELY = timedelta(minutes=10)
"""So long after its end a broadcast's message is still looked after."""
LONGEST_QUOTE = 80
LINKS = 6


class BroadcastGone(Exception):
    """There is no such broadcast, or it is not the actor's to see."""


class BroadcastBegun(Exception):
    """What is asked is not possible now (``domain.broadcast.TRANSITIONS``): most often it goes or went out."""


class BroadcastPast(Exception):
    """It ended too long ago to be touched (``domain.broadcast.STEERABLE``): a new one is written instead."""


class NotSecond(Exception):
    """This coordinator cannot be the second one for this broadcast."""

    def __init__(self, reason: Objection) -> None:
        super().__init__(reason.value)
        self.reason = reason


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
    """``sent``: deleted; ``failed``: it cannot be deleted any more."""
    correction: Count
    """Of the newest text: ``sent`` have it, ``failed`` will not get it."""
    others: int = 0
    """Of one that waits for a second coordinator: how many were asked."""
    together: int = 0
    """Of one that has not begun: ``meant`` with the people whom its author reached alone within a day."""
    titles: Mapping[int, str] = field(default_factory=dict)
    """Of the activities that it names."""


def _within(actor: Actor) -> Collection[str] | None:
    scope = actor.scope
    return None if scope.everywhere else scope.municipalities


def _visible(session: Session, actor: Actor, broadcast_id: int) -> Broadcast:
    """One's own; for a coordinator of all those of others too, once they are more than drafts.

    What lost its author is everybody's who may write to all of it, and its author's no more.
    """
    found = queries.broadcast(session, broadcast_id)
    if found is None:
        raise BroadcastGone
    if found.status is Status.HELD:
        seen = covers(actor, found)
    elif found.author_id == actor.person_id:
        seen = True
    else:
        seen = actor.scope.everywhere and found.status is not Status.DRAFT
    if not seen:
        raise BroadcastGone
    return found


def _step(session: Session, actor: Actor, broadcast_id: int, step: Step) -> tuple[Broadcast, bool]:
    """The broadcast, and whether the step is still to be taken. Raises BroadcastGone, BroadcastBegun."""
    found = _visible(session, actor, broadcast_id)
    if found.status is not Status.DRAFT and not covers(actor, found):
        # Its author writes to other places now, or to fewer: a right of yesterday steers nothing.
        raise BroadcastGone
    answer = verdict(step, found.status, begun=found.begun)
    if answer is Verdict.REFUSED:
        raise BroadcastBegun
    return found, answer is Verdict.GO


def _draft(session: Session, actor: Actor, broadcast_id: int, *, aims: bool = True) -> Broadcast:
    """``aims``: the change is to whom or how; a correction goes to whom its broadcast went, as it went."""
    found, _ = _step(session, actor, broadcast_id, Step.EDIT)
    if aims and found.corrects_id is not None:
        raise BroadcastBegun
    return found


def _written_to(found: Broadcast) -> str | None:
    """Where the log keeps it: the one municipality it went to, otherwise all."""
    return found.within[0] if found.within is not None and len(found.within) == 1 else None


def _log(
    session: Session, actor: Actor, action: Action, found: Broadcast, now: datetime, **details: Any
) -> None:
    record(
        session,
        actor,
        action,
        now,
        municipality=_written_to(found),
        subject=found.content.text[:LONGEST_QUOTE],
        details={"broadcast": found.id, **details},
    )


def _state(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    found = _visible(session, actor, broadcast_id)
    if found.begun:
        return _progress(session, found, now)
    within = _within(actor) if found.status is Status.DRAFT else found.within
    meant = _meant(session, found, within, now)
    asked = queries.asked_to_confirm(session, found) if found.status is Status.UNCONFIRMED else 0
    together = queries.count_together(session, found, within, now - WINDOW, now)
    return State(found, meant, Count(), Count(), Count(), asked, together, _titles(session, found))


def _meant(session: Session, found: Broadcast, within: Collection[str] | None, now: datetime) -> int:
    """How many people it would reach now."""
    if found.corrects_id is not None:
        return queries.count_readers(session, found.corrects_id)
    return queries.count_meant(session, found.audience, within, now, found.topic)


def _progress(session: Session, found: Broadcast, now: datetime) -> State:
    later = queries.count_later(session, found.id, now)
    return State(
        found,
        0,
        replace(queries.count(session, found.id), later=later),
        queries.count(session, found.id, DeliveryKind.RECALL),
        queries.count(session, found.id, DeliveryKind.CORRECTION),
    )


def _titles(session: Session, broadcast: Broadcast) -> dict[int, str]:
    named = set(broadcast.audience.activities)
    if broadcast.content.activity_id is not None:
        named.add(broadcast.content.activity_id)
    return queries.titles(session, named) if named else {}


def unsendable(value: State) -> Flaw | None:
    """Why a draft cannot be sent as it is, None when it can."""
    return flaw(value.broadcast.content) or (None if value.meant else Flaw.NOBODY)


@needs(Right.BROADCAST)
def take_content(
    session: Session,
    actor: Actor,
    broadcast_id: int | None,
    content: Content,
    album: str | None,
    now: datetime,
) -> tuple[State, bool]:
    """What a coordinator wrote: a new draft, another content of a draft, or one more part of its ``album``.

    Parts of an album come as messages of their own, in any order and at once. False: it was not the first part.

    Raises:
        BroadcastGone, BroadcastBegun, Unsendable
    """
    if broadcast_id is None and album is not None:
        broadcast_id = queries.draft_of_album(session, actor.person_id, album)
    if broadcast_id is None:
        value = begin(session, actor, content, now)
        queries.update_broadcast(session, value.broadcast.id, album=album)
        return value, True
    if album is not None and _draft(session, actor, broadcast_id).album == album:
        return add_media(session, actor, broadcast_id, content, now), False
    value = write(session, actor, broadcast_id, content, now)
    queries.update_broadcast(session, broadcast_id, album=album)
    return value, True


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
    found = _draft(session, actor, broadcast_id, aims=False)
    if found.corrects_id is not None:
        return correct(session, actor, found.corrects_id, content, now)
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
    media = sorted((*found.content.media, *content.media), key=lambda each: each.order)
    grown = replace(found.content, text=text, entities=entities, media=tuple(media))
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
def draft(session: Session, actor: Actor, broadcast_id: int) -> Broadcast:
    """What is written so far. Raises BroadcastGone, BroadcastBegun."""
    return _draft(session, actor, broadcast_id)


@needs(Right.BROADCAST)
def aim_anew(
    session: Session, actor: Actor, broadcast_id: int, change: Callable[[Audience], Audience]
) -> None:
    """Whom it is for, made of whom it was for: taps that come together lose nothing.

    Raises:
        BroadcastGone, BroadcastBegun
        Exception: what ``change`` raises; then nothing changes.
    """
    audience = change(_draft(session, actor, broadcast_id).audience)
    queries.update_broadcast(session, broadcast_id, audience=audience.to_json())


@needs(Right.BROADCAST)
def link_activity(
    session: Session, actor: Actor, broadcast_id: int, activity_id: int | None, now: datetime
) -> State:
    """A button that opens an activity; one that is not there any more is no button.

    Raises:
        BroadcastGone, BroadcastBegun
    """
    _draft(session, actor, broadcast_id)
    if activity_id is not None and not queries.titles(session, [activity_id]):
        activity_id = None
    queries.update_broadcast(session, broadcast_id, activity_id=activity_id)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def ask_receipt(session: Session, actor: Actor, broadcast_id: int, now: datetime, *, wanted: bool) -> State:
    """Whether it has «Ознакомлен(а)». Raises BroadcastGone, BroadcastBegun."""
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, wants_receipt=wanted)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def set_topic(session: Session, actor: Actor, broadcast_id: int, topic: Track | None, now: datetime) -> State:
    """What it is about, for people who chose topics; None: it concerns everybody.

    Raises:
        BroadcastGone, BroadcastBegun
    """
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, topic=topic)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def call_urgent(session: Session, actor: Actor, broadcast_id: int, reason: str, now: datetime) -> State:
    """Quiet hours do not count, for a reason that goes into the log; "" takes it back."""
    _draft(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, urgent_reason=reason[:240])
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def throw_away(session: Session, actor: Actor, broadcast_id: int) -> None:
    """A draft that is not wanted is deleted. Raises BroadcastGone, BroadcastBegun."""
    _step(session, actor, broadcast_id, Step.THROW_AWAY)
    queries.delete_broadcast(session, broadcast_id)


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

    Those whom the author reached alone within a day count together. One that is scheduled is counted at its hour again.

    Raises:
        BroadcastGone, BroadcastBegun, Unsendable
    """
    found, to_do = _step(session, actor, broadcast_id, Step.SEND)
    if not to_do:
        return _state(session, actor, broadcast_id, now)
    if (reason := flaw(found.content)) is not None:
        raise Unsendable(reason)
    within = _within(actor)
    if found.corrects_id is not None:
        within = _corrected(session, actor, found, now).within
        send_at = None
    meant = _meant(session, found, within, now)
    if not meant:
        raise Unsendable(Flaw.NOBODY)
    kept = None if within is None else sorted(within)
    queries.update_broadcast(session, broadcast_id, send_at=send_at, within=kept, confirmed_by=None)
    found = _visible(session, actor, broadcast_id)
    if not takes_two(queries.count_together(session, found, within, now - WINDOW, now), LARGE):
        found = _release(session, actor, found, now, zone)
    elif not _ask_second(session, found, meant, now, coordinators):
        raise Unsendable(Flaw.NO_SECOND)
    return _state(session, actor, found.id, now)


def _ask_second(
    session: Session, found: Broadcast, meant: int, now: datetime, coordinators: Collection[Address]
) -> bool:
    """Ask everybody who can let it go; False: there is nobody."""
    others = [] if found.author_id is None else seconds(session, found.author_id, now, coordinators)
    owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.TO_CONFIRM}:{found.id}:{found.revision}:{person_id}",
                kind=DeliveryKind.TO_CONFIRM,
                person_id=person_id,
                broadcast_id=found.id,
                due_at=now,
                payload=ToConfirm(meant, found.revision),
            )
            for person_id in others
        ],
    )
    if others:
        queries.update_broadcast(session, found.id, status=Status.UNCONFIRMED)
    return bool(others)


@needs(Right.BROADCAST)
def confirm(
    session: Session,
    actor: Actor,
    broadcast_id: int,
    now: datetime,
    zone: tzinfo,
    revision: int | None = None,
    coordinators: Collection[Address] = (),
) -> State:
    """The second coordinator says yes, to the ``revision`` they saw if that is known. Twice is once.

    Raises:
        BroadcastGone
        BroadcastBegun: it was stopped or taken back, or reads otherwise by now.
        NotSecond: this coordinator cannot let it go (``domain.four_eyes``).
    """
    found = queries.broadcast(session, broadcast_id)
    if found is None:
        raise BroadcastGone
    author_id = found.author_id or 0
    if (reason := objection_to(session, author_id, actor.person_id, now, coordinators)) is not None:
        raise NotSecond(reason)
    if not is_authors(session, found, coordinators):
        raise BroadcastBegun
    found, to_do = _step(session, actor, broadcast_id, Step.CONFIRM)
    if revision is not None and revision != found.revision:
        raise BroadcastBegun
    if to_do:
        queries.update_broadcast(session, broadcast_id, confirmed_by=actor.person_id)
        found = _release(session, actor, found, now, zone)
        _tell_author(session, found, now, DeliveryKind.CONFIRMED)
    return _state(session, actor, found.id, now)


@needs(Right.BROADCAST)
def take_back(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State | None:
    """What waits for its hour or for a second coordinator is a draft of its author again, and must be sent anew.

    None: somebody else gave it back to its author, who is told.

    Raises:
        BroadcastGone, BroadcastBegun
    """
    found, to_do = _step(session, actor, broadcast_id, Step.TAKE_BACK)
    if found.status is Status.HELD:
        return _adopt(session, actor, found, now)
    is_own = found.author_id == actor.person_id
    if to_do:
        queries.drop(session, broadcast_id, DeliveryKind.TO_CONFIRM)
        queries.update_broadcast(
            session,
            broadcast_id,
            status=TRANSITIONS[Step.TAKE_BACK].after,
            confirmed_by=None,
            send_at=None,
            revision=found.revision + 1,
        )
        if found.status is Status.SCHEDULED:
            _log(session, actor, Action.BROADCAST_STOPPED, found, now)
        if not is_own:
            _tell_author(session, found, now, DeliveryKind.SENT_BACK)
    return _state(session, actor, broadcast_id, now) if is_own else None


def _adopt(session: Session, actor: Actor, found: Broadcast, now: datetime) -> State:
    """What stands still without its author is this coordinator's draft from now on, and is sent anew.

    Raises:
        BroadcastBegun: some have it already.
    """
    if found.begun:
        raise BroadcastBegun
    queries.update_broadcast(
        session, found.id, status=Status.DRAFT, author_id=actor.person_id, send_at=None, confirmed_by=None
    )
    return _state(session, actor, found.id, now)


def _tell_author(session: Session, found: Broadcast, now: datetime, kind: DeliveryKind) -> None:
    if found.author_id is None:
        return
    owe(
        session,
        [
            Owed(
                dedup_key=f"{kind}:{found.id}:{found.revision}",
                kind=kind,
                person_id=found.author_id,
                broadcast_id=found.id,
                due_at=now,
            )
        ],
    )


def _release(session: Session, actor: Actor, found: Broadcast, now: datetime, zone: tzinfo) -> Broadcast:
    """Schedule it, or owe it to everybody who is meant at this moment. What says from now on how it goes."""
    if found.corrects_id is not None:
        return _put_right(session, actor, found, now)
    _log(session, actor, Action.BROADCAST, found, now, **_said(found))
    queries.drop(session, found.id, DeliveryKind.TO_CONFIRM)
    if found.send_at is not None and found.send_at > now:
        queries.update_broadcast(session, found.id, status=Status.SCHEDULED)
        return found
    _start(session, found, now, zone)
    return found


def _corrected(session: Session, actor: Actor, found: Broadcast, now: datetime) -> Broadcast:
    """What a correction corrects, as long as its author may. Raises BroadcastGone, BroadcastBegun, Unsendable."""
    original = queries.broadcast(session, found.corrects_id or 0)
    if original is None:
        raise BroadcastGone
    if not covers(actor, original):
        raise Unsendable(Flaw.ELSEWHERE)
    if original.is_past(now):
        raise Unsendable(Flaw.PAST)
    if verdict(Step.CORRECT, original.status, begun=original.begun) is not Verdict.GO:
        raise BroadcastBegun
    return original


def _put_right(session: Session, actor: Actor, found: Broadcast, now: datetime) -> Broadcast:
    """The text of a correction takes the place of what it corrects, also where that has been read."""
    original = _corrected(session, actor, found, now)
    mended = replace(original.content, text=found.content.text, entities=found.content.entities)
    queries.delete_broadcast(session, found.id)
    if mended == original.content:
        return original
    original = replace(original, content=mended, revision=original.revision + 1)
    queries.save_content(session, original.id, mended)
    queries.update_broadcast(session, original.id, revision=original.revision, is_open=True)
    queries.owe_after(session, original, DeliveryKind.CORRECTION, now)
    _log(session, actor, Action.BROADCAST_CORRECTED, original, now, text=mended.text)
    return original


def _said(found: Broadcast) -> dict[str, Any]:
    """What the log says of a broadcast that goes out."""
    return {
        "text": found.content.text,
        "audience": found.audience.to_json(),
        "urgent_reason": found.urgent_reason,
    }


def _start(session: Session, found: Broadcast, now: datetime, zone: tzinfo) -> None:
    urgent = bool(found.urgent_reason)
    due_at = now if urgent else next_waking(now, zone)
    queries.update_broadcast(session, found.id, status=Status.SENDING, started_at=now, is_open=True)
    queries.owe_to_meant(
        session,
        found.id,
        found.audience,
        found.within,
        Lane.REMINDER if urgent else Lane.BROADCAST,
        now,
        due_at,
        due_at if urgent else _digest(now, zone),
        found.topic,
    )


def _digest(now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), DIGEST_AT, zone)
    return today if local - today < DIGEST_OPEN else today + timedelta(days=1)


def _start_on_time(
    session: Session, found: Broadcast, now: datetime, zone: tzinfo, coordinators: Collection[Address]
) -> None:
    """Its hour has come. What has grown large since it was written waits for a second coordinator."""
    people_reached = queries.count_together(session, found, found.within, now - WINDOW, now)
    if found.confirmed_by is not None or not takes_two(people_reached, LARGE):
        _start(session, found, now, zone)
        return
    found = replace(found, revision=found.revision + 1)
    queries.update_broadcast(session, found.id, revision=found.revision)
    meant = queries.count_meant(session, found.audience, found.within, now, found.topic)
    if _ask_second(session, found, meant, now, coordinators):
        _tell_author(session, found, now, DeliveryKind.GREW)
    else:
        queries.update_broadcast(session, found.id, status=Status.DRAFT, send_at=None)
        _tell_author(session, found, now, DeliveryKind.SENT_BACK)


def advance(session: Session, now: datetime, zone: tzinfo, coordinators: Collection[Address] = ()) -> int:
    """Start what is scheduled for now, finish what has nothing left. How many came due.

    ``coordinators``: whom the settings name.

    Runs every second: what it looks at does not grow with the audience.
    """
    due = queries.ids_with_status(session, Status.SCHEDULED, until=now)
    without = set_aside(session, "broadcast", now)

    def each(step: Callable[[int], None], broadcast_ids: Sequence[int]) -> None:
        def take(some: Sequence[int]) -> None:
            for id_ in some:
                step(id_)

        items = {id_: id_ for id_ in broadcast_ids if id_ not in without}
        one_by_one(session, "broadcast", items, take, now)

    def start(broadcast_id: int) -> None:
        found = _found(session, broadcast_id)
        if is_authors(session, found, coordinators):
            _start_on_time(session, found, now, zone, coordinators)
        else:
            hold(session, found, now, coordinators)

    def judge(broadcast_id: int) -> None:
        found = _found(session, broadcast_id)
        if not is_authors(session, found, coordinators):
            hold(session, found, now, coordinators)

    def finish(broadcast_id: int) -> None:
        _finish(session, broadcast_id, now)

    each(start, due)
    each(judge, queries.ids_with_status(session, Status.SENDING))
    each(finish, queries.opened(session))
    return sum(id_ not in without for id_ in due)


def _found(session: Session, broadcast_id: int) -> Broadcast:
    found = queries.broadcast(session, broadcast_id)
    assert found is not None  # noqa: S101 - read a moment ago, same unit
    return found


def _finish(session: Session, broadcast_id: int, now: datetime) -> None:
    """What has nothing left is finished."""
    status = _found(session, broadcast_id).status
    if status in (Status.STOPPED, Status.RECALLED):
        # What was on its way when it was stopped and did not arrive.
        queries.drop(session, broadcast_id, DeliveryKind.BROADCAST)
    going = queries.unfinished(session, broadcast_id, DeliveryKind.BROADCAST)
    if not going and status in TRANSITIONS[Step.FINISH].before:
        queries.update_broadcast(
            session, broadcast_id, status=TRANSITIONS[Step.FINISH].after, finished_at=now
        )
    if not going and not queries.unfinished(session, broadcast_id, *AFTERTHOUGHTS):
        queries.update_broadcast(session, broadcast_id, is_open=False)


@needs(Right.BROADCAST)
def pause(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """Nothing more goes out until it is resumed; tell the outbox (``halt``). Twice is once.

    Raises:
        BroadcastGone, BroadcastBegun
    """
    _, to_do = _step(session, actor, broadcast_id, Step.PAUSE)
    if to_do:
        queries.update_broadcast(session, broadcast_id, status=Status.PAUSED)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def resume(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """It goes on after a pause, and after a stop: those who were left out are owed it again. Twice is once.

    What stands still without its author is from now on this coordinator's.

    Raises:
        BroadcastGone, BroadcastBegun
    """
    found, to_do = _step(session, actor, broadcast_id, Step.RESUME)
    if to_do:
        if found.status is Status.STOPPED:
            queries.take_up(session, broadcast_id)
        if found.status is Status.HELD:
            queries.update_broadcast(session, broadcast_id, author_id=actor.person_id)
        if found.status in (Status.STOPPED, Status.HELD):
            _log(session, actor, Action.BROADCAST, found, now, **_said(found))
        queries.update_broadcast(session, broadcast_id, status=Status.SENDING, finished_at=None, is_open=True)
    return _state(session, actor, broadcast_id, now)


@needs(Right.BROADCAST)
def stop(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """Nothing more goes out; tell the outbox (``halt``). What has left arrives. Twice is once.

    Raises:
        BroadcastGone, BroadcastBegun
    """
    found, to_do = _step(session, actor, broadcast_id, Step.STOP)
    if to_do:
        _stop(session, found, Status.STOPPED, now)
        _log(session, actor, Action.BROADCAST_STOPPED, found, now)
    return _state(session, actor, broadcast_id, now)


def _stop(session: Session, found: Broadcast, status: Status, now: datetime) -> None:
    queries.update_broadcast(
        session, found.id, status=status, finished_at=found.finished_at or now, is_open=found.begun
    )
    queries.drop(session, found.id, DeliveryKind.BROADCAST)
    queries.drop(session, found.id, DeliveryKind.TO_CONFIRM)


@needs(Right.BROADCAST)
def correct(session: Session, actor: Actor, broadcast_id: int, content: Content, now: datetime) -> State:
    """A draft of another text for what was sent and for what is still to be sent; pictures stay.

    Nobody reads it yet: it is looked at and sent like a new one (``send``), and only then is asked whether it may.

    Raises:
        BroadcastGone, BroadcastBegun, Unsendable
    """
    found = _visible(session, actor, broadcast_id)
    if verdict(Step.CORRECT, found.status, begun=found.begun) is not Verdict.GO:
        raise BroadcastBegun
    corrected = replace(found.content, text=content.text, entities=content.entities)
    if (reason := flaw(corrected)) is not None:
        raise Unsendable(reason)
    draft_id = queries.correction_of(session, actor.person_id, broadcast_id)
    if draft_id is None:
        draft_id = queries.insert_broadcast(session, actor.person_id, now)
        queries.update_broadcast(session, draft_id, corrects_id=broadcast_id)
    queries.save_content(session, draft_id, corrected)
    return _state(session, actor, draft_id, now)


@needs(Right.BROADCAST)
def recall(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> State:
    """Stop it for good (tell the outbox: ``halt``), and delete what was sent where the messenger still allows it.

    Twice is once.

    Raises:
        BroadcastGone, BroadcastBegun, BroadcastPast
    """
    found, to_do = _step(session, actor, broadcast_id, Step.RECALL)
    if to_do and found.is_past(now):
        raise BroadcastPast
    if to_do:
        _stop(session, found, Status.RECALLED, now)
        queries.drop(session, broadcast_id, DeliveryKind.CORRECTION)
        queries.owe_after(session, found, DeliveryKind.RECALL, now)
        _log(session, actor, Action.BROADCAST_RECALLED, found, now)
    return _state(session, actor, broadcast_id, now)


def halted_among(session: Session, broadcast_ids: Collection[int]) -> list[int]:
    """Broadcasts of which nothing may go out now, for the outbox."""
    return queries.halted_among(session, broadcast_ids)


@needs(Right.BROADCAST)
def show_progress_in(session: Session, actor: Actor, broadcast_id: int, chat: str, message_id: int) -> None:
    """The message that says how it goes from now on."""
    _visible(session, actor, broadcast_id)
    queries.update_broadcast(session, broadcast_id, progress_chat=chat, progress_message_id=message_id)


def hide_progress(session: Session, broadcast_id: int) -> None:
    """Nobody looks at the message any more that showed how it goes."""
    queries.update_broadcast(session, broadcast_id, progress_chat=None, progress_message_id=None)


def on_show(session: Session, now: datetime) -> list[State]:
    """What a message shows while it changes: going, being corrected or recalled, or ended a moment ago."""
    return [_progress(session, each, now) for each in queries.on_show(session, now - LATELY)]


@needs(Right.BROADCAST)
def latest(session: Session, actor: Actor, offset: int, limit: int) -> list[Broadcast]:
    """One's own broadcasts; for a coordinator of all also those of others, but for their drafts."""
    held = [each.id for each in queries.with_status(session, Status.HELD) if covers(actor, each)]
    everywhere = actor.scope.everywhere
    return queries.latest(session, actor.person_id, offset, limit, everybodys=everywhere, also=held)


@needs(Right.BROADCAST)
def report(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> list[Recipient]:
    """Person by person: sent, confirmed, not reached and why. Leaving the bot as a file, it is logged.

    Whoever lost a municipality since they wrote to it sees nobody of it.
    """
    found = _visible(session, actor, broadcast_id)
    _log(session, actor, Action.EXPORTED, found, now)
    scope = _within(actor)
    allowed = scope is None or (found.within is not None and set(found.within) <= set(scope))
    return queries.recipients(session, broadcast_id, None if allowed else scope)


@needs(Right.BROADCAST)
def call_sheet(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> list[Recipient]:
    """Whom it did not reach for sure: those to call. Leaving the bot as a file, it is logged."""
    lost = (DeliveryStatus.UNREACHABLE, DeliveryStatus.FAILED, DeliveryStatus.DOUBTFUL)
    return [each for each in report(session, actor, broadcast_id, now) if each.status in lost]


@needs(Right.BROADCAST)
def remind_unread(
    session: Session, actor: Actor, broadcast_id: int, heading: str, now: datetime
) -> State | None:
    """A draft for those who have not confirmed: the same once more under a heading. None: all have.

    A confirmation of it is one of the first, too.

    Raises:
        BroadcastGone, BroadcastPast
    """
    found = _visible(session, actor, broadcast_id)
    if not covers(actor, found):
        raise BroadcastGone
    if found.is_past(now):
        raise BroadcastPast
    count = queries.count(session, broadcast_id)
    if not found.content.wants_receipt or count.read >= count.sent:
        return None
    before = f"{heading}\n\n"
    moved = utf16_length(before)
    content = replace(
        found.content,
        text=before + found.content.text,
        entities=tuple({**entity, "offset": entity["offset"] + moved} for entity in found.content.entities),
    )
    if flaw(content) is not None:
        content = replace(found.content, text=heading, entities=())
    draft = begin(session, actor, content, now).broadcast
    queries.update_broadcast(
        session,
        draft.id,
        reminds_id=found.reminds_id or broadcast_id,
        audience=Audience((Group(unread=(broadcast_id,)),)).to_json(),
    )
    return _state(session, actor, draft.id, now)


@needs(Right.BROADCAST)
def linkable(session: Session, _actor: Actor, query: str, rank: Rank) -> list[Activity]:
    """Activities that a button may open, the best for a query first."""
    exact = programme.ids_by_code(session, None, query.strip())
    return programme.activities(session, list(dict.fromkeys([*exact, *rank(query, None)]))[:LINKS])


@needs(Right.SELF)
def confirm_read(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> bool:
    """«Ознакомлен(а)». False when it was not sent to this person."""
    return queries.mark_read(session, broadcast_id, actor.person_id, now)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants to hear: ``tracks`` empty means of everything."""

    digest: bool = False
    off: bool = False
    tracks: tuple[Track, ...] = ()


@needs(Right.SELF)
def my_wishes(session: Session, actor: Actor) -> Wishes:
    digest, off, tracks = queries.wishes(session, actor.person_id)
    return Wishes(digest, off, tuple(track for track in Track if track in tracks))


@needs(Right.SELF)
def wish(session: Session, actor: Actor, wishes: Wishes) -> Wishes:
    """Remember how and about what the person wants to be told."""
    queries.save_wishes(
        session,
        actor.person_id,
        digest=wishes.digest,
        off=wishes.off,
        tracks=[track.value for track in wishes.tracks],
    )
    return my_wishes(session, actor)

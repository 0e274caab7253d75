"""Messages owed to people: written down in the transaction that causes them, sent by the outbox.

After a crash, what was in flight is owed again: nothing is lost, and at most those messages that the messenger
had taken but we had not yet marked arrive twice. Messengers offer no way to know. Messages of broadcasts are the
exception: those in flight are named as doubtful, and nobody gets one twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from db.engine import DatabaseError, Session
from db.queries import announcements, broadcasts
from db.queries import deliveries as queries
from db.queries.booking import planned_by_ids
from db.queries.notices import clear_answers_of, last_read, note_read
from domain.announcement import visit_meant
from domain.booking import Planned
from domain.broadcast import has_variables
from domain.delivery import (
    IN_DOUBT,
    MOST_ATTEMPTS,
    TOO_MANY,
    DeliveryKind,
    DeliveryStatus,
    Owed,
    Refused,
    Retry,
    SendResult,
    Sent,
    Unknown,
    Unreachable,
    Withheld,
    pause_after,
)
from domain.delivery_rules import RULES
from domain.letters import Delivery, Letter, Part, Post, Reader, Unreadable, held_until, sort
from domain.notices import ANSWERED_ANEW, SlotSnapshot
from domain.people import Address
from domain.programme import Activity, Slot
from domain.quiet import is_night, next_waking, reminders_sleep
from services.letter_facts import known

ALTERNATIVES_SHOWN = 3
LEASE = timedelta(minutes=5)
"""How long a message may be in hand: far longer than any request."""
_NO_MESSAGE_OF_ITS_OWN = {"message_id": None}


def owe(session: Session, owed: Sequence[Owed]) -> int:
    """Owe messages; those whose ``dedup_key`` is owed or was sent already are skipped. How many were new."""
    return queries.insert_owed(session, owed)


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters taken in hand; ``expired`` messages came too late to be of use.

    ``failed``: how many could not be judged, by kind and by the type of what was raised.
    """

    letters: tuple[Letter, ...] = ()
    expired: int = 0
    failed: Mapping[tuple[str, str], int] = field(default_factory=dict)


def claim(
    session: Session,
    now: datetime,
    zone: tzinfo,
    limit: int,
    *,
    to_many: int | None = None,
    appointed: Collection[Address] = (),
) -> Batch:
    """Take about ``limit`` messages in hand whose time has come, the urgent first, ready to be written.

    At most ``to_many`` of them are of broadcasts. ``appointed``: coordinators of the settings.

    Each is judged on the world as it is now: what makes no sense any more is marked as such and not sent, what
    cannot be judged is marked as failed and stops nobody else. No letters: nothing is due.
    """
    expired, failed = 0, Counter[tuple[str, str]]()
    while due := _due(session, now, zone, limit, limit if to_many is None else to_many):
        readable = [each for each in due if isinstance(each, Delivery)]
        readable += queries.rest_of_digests(session, readable, now)
        readable += queries.untold_promotions(session, readable)
        post = _judged(session, readable, _Hour(now, zone, appointed))
        post.unreadable += [each for each in due if isinstance(each, Unreadable)]
        _write_down(session, post)
        expired += sum(status is DeliveryStatus.EXPIRED for status in post.dropped.values())
        failed.update((each.kind, each.error) for each in post.unreadable)
        if post.letters:
            queries.claim(session, [id_ for letter in post.letters for id_ in letter.ids], now)
            return Batch(tuple(post.letters), expired, dict(failed))
    return Batch((), expired, dict(failed))


@dataclass(frozen=True, slots=True)
class _Hour:
    """When letters are judged, and by whose settings."""

    now: datetime
    zone: tzinfo
    appointed: Collection[Address]


def _write_down(session: Session, post: Post) -> None:
    """What became of those that do not go out now."""
    for status in sorted(set(post.dropped.values())):
        queries.drop(session, [id_ for id_, given in post.dropped.items() if given is status], status)
    for until in sorted(set(post.held.values())):
        queries.hold(session, [id_ for id_, held in post.held.items() if held == until], until)
    for each in post.unreadable:
        queries.fail(session, [each.id], f"not judged: {each.error}")


def _judged(session: Session, due: Sequence[Delivery], hour: _Hour) -> Post:
    """All of them at once; where that fails, person by person and then one by one, so that the one is found.

    Raises:
        DatabaseError: the database fails, which is no fault of a message.
    """
    try:
        with session.begin_nested():
            post = _sort(session, due, hour)
            post.letters = _enriched(session, _asking_anew(session, post.letters), hour.now)
            return post
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the others
        if len(due) == 1:
            return Post(unreadable=[Unreadable(due[0].id, due[0].kind, type(error).__name__)])
    people = {delivery.person_id for delivery in due}
    portions = [[delivery] for delivery in due]
    if len(people) > 1:
        portions = [[each for each in due if each.person_id == person] for person in sorted(people)]
    post = Post()
    for portion in portions:
        post.add(_judged(session, portion, hour))
    return post


def _due(
    session: Session, now: datetime, zone: tzinfo, limit: int, to_many: int
) -> list[Delivery | Unreadable]:
    """Broadcasts come last: while others fill a batch only the urgent ones, and so at night."""
    asleep = next_waking(now, zone) if reminders_sleep(now, zone) else None
    others = queries.due(session, now, limit, reminders_until=asleep)
    urgent_only = len(others) >= limit or is_night(now, zone)
    return others + queries.due_to_many(session, now, to_many, urgent_only=urgent_only)


def _sort(session: Session, due: Sequence[Delivery], hour: _Hour) -> Post:
    facts = known(session, due, hour.now, hour.appointed)
    readers = queries.readers(session, {delivery.person_id for delivery in due})
    bookings = {delivery.booking_id for delivery in due if delivery.booking_id is not None}
    planned = planned_by_ids(session, bookings)
    telling = {delivery.booking_id for delivery in due if RULES[delivery.kind].tells_place}
    read = last_read(session, planned.keys() & telling) if telling else {}
    parts = [replace(_part(delivery, planned, read), facts=facts.get(delivery.id)) for delivery in due]
    post = Post()
    for part in parts:
        id_ = part.delivery.id
        if RULES[part.delivery.kind].facts is not None and part.facts is None:
            post.dropped[id_] = DeliveryStatus.OBSOLETE
        elif (until := held_until(part, hour.now, hour.zone)) is not None:
            post.held[id_] = until
    going = [part for part in parts if part.delivery.id not in post.dropped | post.held]
    post.add(sort(readers, going, _reminded(session, due, planned), hour.now))
    return post


def _part(delivery: Delivery, planned: dict[int, Planned], read: dict[int, SlotSnapshot]) -> Part:
    found = planned.get(delivery.booking_id) if delivery.booking_id is not None else None
    if found is None:
        return Part(delivery)
    return Part(delivery, *found, before=read.get(found[0].id) if RULES[delivery.kind].tells_place else None)


def _reminded(session: Session, due: Sequence[Delivery], planned: dict[int, Planned]) -> dict[int, int]:
    """By booking, the nearest offset it was reminded of for its present start."""
    asked = {
        delivery.booking_id
        for delivery in due
        if delivery.kind is DeliveryKind.REMINDER and delivery.booking_id in planned
    }
    nearest: dict[int, int] = {}
    for booking_id, reminder in queries.reminded(session, asked) if asked else ():
        if reminder.starts_at == planned[booking_id][1].starts_at:
            nearest[booking_id] = max(nearest.get(booking_id, 0), reminder.offset)
    return nearest


def _enriched(session: Session, letters: Sequence[Letter], now: datetime) -> list[Letter]:
    """With what only some kinds of letters say: what an offer or a moved slot overlaps, where else there are places."""
    overlapping = [
        part.booking.id
        for letter in letters
        for part in letter.parts
        if part.booking is not None and _says_clashes(part)
    ]
    clashes = queries.clashes(session, overlapping) if overlapping else {}
    instead: dict[int, list[tuple[Slot, Activity]]] = {}
    for part in (*_parts(letters, DeliveryKind.CANCELLED), *_parts(letters, DeliveryKind.PASSED_OVER)):
        if part.slot and part.activity and part.slot.id not in instead:
            instead[part.slot.id] = queries.alternatives(session, part.slot, part.activity, now)

    said = _said(session, letters, now)

    def enriched(part: Part, reader: Reader) -> Part:
        if part.delivery.id in said:
            return said[part.delivery.id]
        if part.booking is None or part.slot is None or part.activity is None:
            return part
        if _says_clashes(part):
            return replace(part, clashes=clashes.get(part.booking.id, ()))
        if part.delivery.kind in (DeliveryKind.CANCELLED, DeliveryKind.PASSED_OVER):
            found = instead[part.slot.id]
            return replace(
                part, alternatives=fitting(found, part.activity.id, part.booking.places, reader.grade)
            )
        return part

    return [
        replace(letter, parts=tuple(enriched(part, letter.reader) for part in letter.parts))
        for letter in letters
    ]


def _says_clashes(part: Part) -> bool:
    """Of an offer what it would cost, of a new time what else the person holds then."""
    return part.delivery.kind is DeliveryKind.OFFER or part.change in ANSWERED_ANEW


def _asking_anew(session: Session, letters: Sequence[Letter]) -> list[Letter]:
    """Where a reminder is the news of a move, «Приду» to what was before says nothing of it."""
    moved = {
        part.booking.id
        for letter in letters
        for part in letter.parts
        if part.change in ANSWERED_ANEW and part.booking is not None and part.booking.answer is not None
    }
    if not moved:
        return list(letters)
    clear_answers_of(session, moved)

    def anew(part: Part) -> Part:
        if part.booking is None or part.booking.id not in moved:
            return part
        return replace(part, booking=replace(part.booking, answer=None))

    return [replace(letter, parts=tuple(anew(part) for part in letter.parts)) for letter in letters]


def _said(session: Session, letters: Sequence[Letter], now: datetime) -> dict[int, Part]:
    """By delivery, the parts of announcements with what they say to this person and to nobody else."""
    parts = [*_parts(letters, DeliveryKind.BROADCAST), *_parts(letters, DeliveryKind.CORRECTION)]
    ids = {part.delivery.broadcast_id for part in parts if part.delivery.broadcast_id is not None}
    if not ids:
        return {}
    known = broadcasts.announcements(session, ids)
    found = [
        replace(part, announcement=known[part.delivery.broadcast_id])
        for part in parts
        if part.delivery.broadcast_id in known
    ]
    found = _with_visits(session, found, now)
    return {part.delivery.id: part for part in _with_receipts(session, found)}


def _with_visits(session: Session, parts: Sequence[Part], now: datetime) -> list[Part]:
    """Where a text may speak of a booking, the one of this person; all in one query."""
    speaking = {
        part.delivery.person_id
        for part in parts
        if part.announcement is not None and has_variables(part.announcement.content.text)
    }
    coming = announcements.coming(session, speaking, now) if speaking else {}

    def with_visit(part: Part) -> Part:
        planned = coming.get(part.delivery.person_id)
        if part.announcement is None or not planned:
            return part
        return replace(part, speaks_of=visit_meant(part.announcement, planned))

    return [with_visit(part) for part in parts]


def _with_receipts(session: Session, parts: Sequence[Part]) -> list[Part]:
    """Corrections of what somebody has confirmed say so still."""
    asked = {
        (part.delivery.broadcast_id, part.delivery.person_id)
        for part in parts
        if part.delivery.kind is DeliveryKind.CORRECTION and part.delivery.broadcast_id is not None
    }
    read = announcements.confirmed(session, asked) if asked else set()
    return [
        replace(part, was_read=(part.delivery.broadcast_id, part.delivery.person_id) in read)
        for part in parts
    ]


def _parts(letters: Sequence[Letter], kind: DeliveryKind) -> list[Part]:
    return [part for letter in letters if letter.kind is kind for part in letter.parts]


def fitting(
    found: Sequence[tuple[Slot, Activity]], activity_id: int, places: int, grade: int | None
) -> tuple[tuple[Slot, Activity], ...]:
    """Up to three that this person can take: any slots of their own activity, of others one each."""
    chosen: list[tuple[Slot, Activity]] = []
    others: set[int] = set()
    for slot, activity in found:
        room = slot.free is None or slot.free >= places
        if not room or not activity.admits_grade(grade) or activity.id in others:
            continue
        if activity.id != activity_id:
            others.add(activity.id)
        chosen.append((slot, activity))
    return tuple(chosen[:ALTERNATIVES_SHOWN])


@dataclass(frozen=True, slots=True)
class Marked:
    """How many messages were tried for the last time, and how many may have arrived though nobody said so."""

    given_up: int = 0
    in_doubt: int = 0


def mark(session: Session, results: Sequence[tuple[Letter, SendResult]], now: datetime) -> Marked:
    """Write down what became of letters in hand."""
    marks = _marks(results, now)
    queries.mark(session, marks)
    _follow(session, results, now)
    return Marked(
        sum(each["status"] == DeliveryStatus.FAILED and each["attempts"] >= MOST_ATTEMPTS for each in marks),
        sum(len(letter.parts) for letter, result in results if isinstance(result, Unknown)),
    )


def mark_barely(session: Session, letter: Letter, result: SendResult, now: datetime) -> None:
    """Only what became of the messages: where what follows from it fails, they must not go out once more."""
    queries.mark(session, _marks([(letter, result)], now))


def _marks(results: Sequence[tuple[Letter, SendResult]], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": part.delivery.id,
            **_outcome(part.delivery, result, now),
            **(_NO_MESSAGE_OF_ITS_OWN if letter.is_digest else {}),
        }
        for letter, result in results
        for part in letter.parts
    ]


def _follow(session: Session, results: Sequence[tuple[Letter, SendResult]], now: datetime) -> None:
    """What was read, and who cannot be reached."""
    note_read(session, _read_in(letter for letter, result in results if isinstance(result, Sent)))
    delivered = [
        id_
        for letter, result in results
        if isinstance(result, Sent) and letter.kind in (DeliveryKind.BROADCAST, DeliveryKind.CORRECTION)
        for id_ in letter.ids
    ]
    if delivered:
        broadcasts.catch_up(session, delivered, now)
    for letter, result in results:
        if letter.is_digest and isinstance(result, Sent):
            announcements.insert_shown(session, letter.reader.person_id, None, result.message_id, now)
    if any(letter.kind is DeliveryKind.SCREEN for letter, _ in results):
        queries.forget_finished_screens(session)
    lost = {letter.reader.person_id for letter, result in results if isinstance(result, Unreachable)}
    if lost:
        queries.lose(session, lost, now)


def _read_in(letters: Iterable[Letter]) -> dict[int, int]:
    """By booking: the sequence of its slot that these letters told."""
    return {
        part.booking.id: part.slot.sequence
        for letter in letters
        for part in letter.parts
        if part.booking is not None and part.slot is not None and RULES[part.delivery.kind].tells_place
    }


def _outcome(delivery: Delivery, result: SendResult, now: datetime) -> dict[str, object]:
    outcome: dict[str, object] = {
        "due_at": delivery.due_at,
        "attempts": delivery.attempts + 1,
        "sent_at": None,
        "message_id": None,
        "more_message_ids": None,
        "error": None,
    }
    match result:
        case Sent(message_id, more_ids):
            return outcome | {
                "status": DeliveryStatus.SENT,
                "sent_at": now,
                "message_id": message_id,
                "more_message_ids": list(more_ids) or None,
                # It may have arrived twice: whoever looks for that finds it.
                "error": IN_DOUBT if delivery.in_doubt else None,
            }
        case Unreachable(reason):
            return outcome | {"status": DeliveryStatus.UNREACHABLE, "error": reason[: queries.LONGEST_ERROR]}
        case Refused(reason):
            return outcome | {"status": DeliveryStatus.FAILED, "error": reason[: queries.LONGEST_ERROR]}
        case Unknown(reason) if delivery.kind is DeliveryKind.BROADCAST or delivery.in_doubt:
            return outcome | {"status": DeliveryStatus.DOUBTFUL, "error": reason[: queries.LONGEST_ERROR]}
        case Unknown(reason):
            # Once more and no more: a reminder that comes twice does less harm than one that never came.
            return _outcome(delivery, Retry(f"{IN_DOUBT}: {reason}"), now)
        case Retry(reason) if delivery.attempts + 1 >= MOST_ATTEMPTS:
            return outcome | {"status": DeliveryStatus.FAILED, "error": reason[: queries.LONGEST_ERROR]}
        case Withheld():
            return outcome | {"status": DeliveryStatus.PENDING, "attempts": delivery.attempts}
        case Retry(reason, after):
            pause = max(pause_after(delivery.attempts + 1), after or timedelta())
            return outcome | {
                "status": DeliveryStatus.PENDING,
                "due_at": now + pause,
                "error": reason[: queries.LONGEST_ERROR],
            }


def release(session: Session, delivery_ids: Collection[int]) -> None:
    """Messages taken in hand but not begun are owed as before."""
    queries.release(session, delivery_ids)


def release_orphans(session: Session) -> tuple[int, int]:
    """At the start: what a process that died had in flight is owed again, messages of broadcasts are in doubt.

    How many are owed again, and how many are in doubt.
    """
    return queries.release_all(session)


def release_stale(session: Session, now: datetime, in_hand: Collection[int]) -> tuple[int, int]:
    """Messages that were taken in hand long ago and are in nobody's hand: owed again, or in doubt. How many of each."""
    return queries.release_all(session, now - LEASE, in_hand)


def hurry(session: Session, now: datetime) -> int:
    """The messenger is back: what waits because it was away is due at once. How many."""
    return queries.hurry(session, now, TOO_MANY)


def forget_old(session: Session, now: datetime, limit: int = 5_000) -> int:
    """Delete messages that nobody asks about any more. How many: call again until there are none."""
    return queries.delete_finished(session, now, limit)


def next_due(session: Session) -> datetime | None:
    """When the next message in the table is due; reminders not yet derived are not in it."""
    return queries.next_due(session)

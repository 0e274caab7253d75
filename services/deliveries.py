"""Messages owed to people: written down in the transaction that causes them, sent by the outbox.

After a crash, what was in flight is owed again: nothing is lost, and at most those messages that the messenger
had taken but we had not yet marked arrive twice. Messengers offer no way to know.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from db.engine import Session
from db.queries import broadcasts
from db.queries import deliveries as queries
from db.queries.booking import planned_by_ids
from domain.booking import Planned
from domain.delivery import (
    DeliveryKind,
    DeliveryStatus,
    Owed,
    Refused,
    Retry,
    SendResult,
    Sent,
    Unreachable,
    pause_after,
)
from domain.letters import Delivery, Letter, Part, Post, Reader, sort
from domain.programme import Activity, Slot
from domain.quiet import next_waking, reminders_sleep

ALTERNATIVES_SHOWN = 3
LONGEST_ERROR = 200


def owe(session: Session, owed: Sequence[Owed]) -> int:
    """Owe messages; those whose ``dedup_key`` is owed or was sent already are skipped. How many were new."""
    return queries.insert_owed(session, owed)


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters taken in hand; ``expired`` messages came too late to be of use."""

    letters: tuple[Letter, ...] = ()
    expired: int = 0


def claim(session: Session, now: datetime, zone: tzinfo, limit: int, *, to_many: int | None = None) -> Batch:
    """Take about ``limit`` messages in hand whose time has come, the urgent first, ready to be written.

    At most ``to_many`` of them are of broadcasts.

    Each is judged on the world as it is now: what makes no sense any more is marked as such and not sent.
    No letters: nothing is due.
    """
    asleep = next_waking(now, zone) if reminders_sleep(now, zone) else None
    expired = 0
    while due := queries.due(session, now, limit, reminders_until=asleep):
        post = _sort(session, due, now)
        for status in sorted(set(post.dropped.values())):
            queries.drop(session, [id_ for id_, given in post.dropped.items() if given is status], status)
        expired += sum(status is DeliveryStatus.EXPIRED for status in post.dropped.values())
        letters = _few_of_broadcasts(post.letters, to_many)
        if letters:
            queries.claim(session, [id_ for letter in letters for id_ in letter.ids], now)
            return Batch(tuple(_enriched(session, letters, now)), expired)
        if post.letters:
            break
    return Batch((), expired)


def _few_of_broadcasts(letters: Sequence[Letter], most: int | None) -> list[Letter]:
    """All but the broadcasts beyond ``most``: those stay pending."""
    taken = 0
    kept = []
    for letter in letters:
        if letter.kind is DeliveryKind.BROADCAST:
            taken += 1
            if most is not None and taken > most:
                continue
        kept.append(letter)
    return kept


def _sort(session: Session, due: Sequence[Delivery], now: datetime) -> Post:
    readers = queries.readers(session, {delivery.person_id for delivery in due})
    bookings = {delivery.booking_id for delivery in due if delivery.booking_id is not None}
    planned = planned_by_ids(session, bookings)
    parts = [_part(delivery, planned) for delivery in due]
    return sort(readers, parts, _reminded(session, due, planned), now)


def _part(delivery: Delivery, planned: dict[int, Planned]) -> Part:
    found = planned.get(delivery.booking_id) if delivery.booking_id is not None else None
    return Part(delivery, *found) if found else Part(delivery)


def _reminded(session: Session, due: Sequence[Delivery], planned: dict[int, Planned]) -> dict[int, int]:
    """By booking, the nearest offset it was reminded of for its present start."""
    asked = {
        delivery.booking_id
        for delivery in due
        if delivery.kind is DeliveryKind.REMINDER and delivery.booking_id in planned
    }
    nearest: dict[int, int] = {}
    for booking_id, payload in queries.reminded(session, asked) if asked else ():
        if datetime.fromisoformat(payload["starts_at"]) == planned[booking_id][1].starts_at:
            nearest[booking_id] = max(nearest.get(booking_id, 0), int(payload["offset"]))
    return nearest


def _enriched(session: Session, letters: Sequence[Letter], now: datetime) -> list[Letter]:
    """With what only some kinds of letters say: what an offer or a moved slot overlaps, where else there are places."""
    overlapping = [
        part.booking.id
        for part in (*_parts(letters, DeliveryKind.OFFER), *_parts(letters, DeliveryKind.MOVED))
        if part.booking
    ]
    clashes = queries.clashes(session, overlapping) if overlapping else {}
    instead: dict[int, list[tuple[Slot, Activity]]] = {}
    for part in _parts(letters, DeliveryKind.CANCELLED):
        if part.slot and part.activity and part.slot.id not in instead:
            instead[part.slot.id] = queries.alternatives(session, part.slot, part.activity, now)

    sent_to_many = {
        part.delivery.broadcast_id
        for kind in (DeliveryKind.BROADCAST, DeliveryKind.CORRECTION)
        for part in _parts(letters, kind)
        if part.delivery.broadcast_id is not None
    }
    contents = broadcasts.contents(session, sent_to_many) if sent_to_many else {}

    def enriched(part: Part, reader: Reader) -> Part:
        if part.delivery.broadcast_id in contents:
            return replace(part, content=contents[part.delivery.broadcast_id])
        if part.booking is None or part.slot is None or part.activity is None:
            return part
        if part.delivery.kind in (DeliveryKind.OFFER, DeliveryKind.MOVED):
            return replace(part, clashes=clashes.get(part.booking.id, ()))
        if part.delivery.kind is DeliveryKind.CANCELLED:
            found = instead[part.slot.id]
            return replace(
                part, alternatives=fitting(found, part.activity.id, part.booking.places, reader.grade)
            )
        return part

    return [
        replace(letter, parts=tuple(enriched(part, letter.reader) for part in letter.parts))
        for letter in letters
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


def mark(session: Session, results: Sequence[tuple[Letter, SendResult]], now: datetime) -> None:
    """Write down what became of letters in hand."""
    marks = [
        {"id": part.delivery.id, **_outcome(part.delivery, result, now)}
        for letter, result in results
        for part in letter.parts
    ]
    queries.mark(session, marks)
    lost = {letter.reader.person_id for letter, result in results if isinstance(result, Unreachable)}
    if lost:
        queries.lose(session, lost, now)


def _outcome(delivery: Delivery, result: SendResult, now: datetime) -> dict[str, object]:
    outcome: dict[str, object] = {
        "due_at": delivery.due_at,
        "attempts": delivery.attempts + 1,
        "sent_at": None,
        "message_id": None,
        "error": None,
    }
    match result:
        case Sent(message_id):
            return outcome | {"status": DeliveryStatus.SENT, "sent_at": now, "message_id": message_id}
        case Unreachable(reason):
            return outcome | {"status": DeliveryStatus.UNREACHABLE, "error": reason[:LONGEST_ERROR]}
        case Refused(reason):
            return outcome | {"status": DeliveryStatus.FAILED, "error": reason[:LONGEST_ERROR]}
        case Retry(reason, after):
            pause = max(pause_after(delivery.attempts + 1), after or timedelta())
            return outcome | {
                "status": DeliveryStatus.PENDING,
                "due_at": now + pause,
                "error": reason[:LONGEST_ERROR],
            }


def release(session: Session, delivery_ids: Collection[int]) -> None:
    """Messages taken in hand but not begun are owed as before."""
    queries.release(session, delivery_ids)


def release_orphans(session: Session) -> int:
    """At the start: what a process that died had in flight is owed again. How many rows."""
    return queries.release_all(session)


def next_due(session: Session) -> datetime | None:
    """When the next message in the table is due; reminders not yet derived are not in it."""
    return queries.next_due(session)

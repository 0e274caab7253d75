"""From messages owed to what is really sent: what still makes sense, and what goes out as one.

Everything is judged at the last moment, on the world as it is then: a place given back, a slot moved once more
or a pause begun a second ago already counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import groupby

from domain.announcement import Announcement
from domain.booking import Booking, BookingStatus, Engagement, Planned
from domain.delivery import DeliveryKind, DeliveryStatus, Lane
from domain.delivery_rules import RULES, Night
from domain.facts import Facts, OfBroadcast, OfQuestion, OfReport
from domain.notices import Change, SlotSnapshot, change_between, morning_is_too_late
from domain.payloads import Late, OfMessage, Payload, Reminder, ToRecipient
from domain.people import Address
from domain.programme import Activity, Slot
from domain.question import Importance
from domain.quiet import next_waking

CHANGES = (DeliveryKind.MOVED, DeliveryKind.CANCELLED)
MOST_IN_ONE = 5
"""Reminders in one message: more would not fit a phone."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of what is owed."""

    id: int
    kind: DeliveryKind
    person_id: int
    booking_id: int | None
    payload: Payload
    lane: Lane
    due_at: datetime
    not_after: datetime | None
    attempts: int
    question_id: int | None = None
    broadcast_id: int | None = None
    in_doubt: bool = False
    """It was sent before, and may have arrived."""
    dedup_key: str = ""

    @property
    def reached(self) -> tuple[int, ...]:
        """Of a correction or a recall: the messages it is about, those of an album all.

        Raises:
            ValueError: it is about no message.
        """
        if not isinstance(self.payload, OfMessage):
            raise ValueError(f"{self.kind} about no message")
        return (self.payload.message_id, *self.payload.more)

    @property
    def is_for_digest(self) -> bool:
        """An announcement to somebody who wants those of a day together."""
        is_one = self.kind is DeliveryKind.BROADCAST
        return is_one and isinstance(self.payload, ToRecipient) and self.payload.digest


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row of what is owed that nobody can read: ``error`` is the type of what was raised."""

    id: int
    kind: str
    error: str


@dataclass(frozen=True, slots=True)
class Reader:
    """To whom it goes."""

    person_id: int
    address: Address
    grade: int | None
    reachable: bool
    paused_until: datetime | None
    name: str = ""
    wants_announcements: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A message owed with the booking it is about, as it is now."""

    delivery: Delivery
    booking: Booking | None = None
    slot: Slot | None = None
    activity: Activity | None = None
    change: Change | None = None
    """What became of the slot since ``before``; None when all is as it was read."""
    before: SlotSnapshot | None = None
    """The slot as this person last read it."""
    clashes: tuple[Engagement, ...] = ()
    """Of OFFER: what the person would give up; of MOVED: what they hold at the new time."""
    alternatives: tuple[tuple[Slot, Activity], ...] = ()
    """Of CANCELLED and PASSED_OVER: where there are places."""
    announcement: Announcement | None = None
    """Of a broadcast: what everybody reads."""
    speaks_of: Planned | None = None
    """Of a broadcast: the booking that it names to this person; nobody reads there what became of it."""
    was_read: bool = False
    """Of the correction of a broadcast: the person has confirmed it."""
    facts: Facts | None = None
    """Of letters about no booking and no broadcast to its recipients: what they say, as it is now."""

    @property
    def visit(self) -> Planned:
        """Of a letter about a booking; it was judged before, so all of it is there.

        Raises:
            ValueError: it is about no booking.
        """
        if self.booking is None or self.slot is None or self.activity is None:
            raise ValueError(f"{self.delivery.kind} about no booking")
        return self.booking, self.slot, self.activity


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person; only reminders and announcements of a day have several parts."""

    reader: Reader
    kind: DeliveryKind
    lane: Lane
    parts: tuple[Part, ...]

    @property
    def is_digest(self) -> bool:
        """Several announcements: the message is none of them, so no correction or recall may touch it."""
        return self.kind is DeliveryKind.BROADCAST and len(self.parts) > 1

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(part.delivery.id for part in self.parts)

    @property
    def attempts(self) -> int:
        return max(part.delivery.attempts for part in self.parts)


@dataclass(slots=True)
class Post:
    """What came of a batch: letters to send, and what became of the rest by id."""

    letters: list[Letter] = field(default_factory=list)
    dropped: dict[int, DeliveryStatus] = field(default_factory=dict)
    postponed: list[int] = field(default_factory=list)
    """Reminders that did not fit into this message: they stay pending."""
    held: dict[int, datetime] = field(default_factory=dict)
    """What the night holds, until when."""
    unreadable: list[Unreadable] = field(default_factory=list)

    def add(self, other: Post) -> None:
        """What came of another part of the batch."""
        self.letters += other.letters
        self.dropped |= other.dropped
        self.postponed += other.postponed
        self.held |= other.held
        self.unreadable += other.unreadable


def snapshot_of(slot: Slot, activity: Activity) -> SlotSnapshot:
    return SlotSnapshot(
        slot_id=slot.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        room=slot.room,
        venue_name=activity.venue.name,
        address=activity.venue.address,
        cancelled=slot.cancelled_at is not None,
        sequence=slot.sequence,
    )


def sort(
    readers: Mapping[int, Reader], parts: Sequence[Part], reminded: Mapping[int, int], now: datetime
) -> Post:
    """Judge every part, in the order given, and put together what goes out as one message.

    ``reminded``: by booking, the nearest offset of which that booking was reminded before, for its present start.
    """
    post = Post()
    alive: list[Part] = []
    for part in parts:
        verdict = judge(part, readers.get(part.delivery.person_id), now)
        if verdict is None:
            alive.append(part)
        else:
            post.dropped[part.delivery.id] = verdict
    alive = _one_change_each(alive, post)
    alive = _nearest_reminder_each(alive, reminded, post)
    alive = [_with_news(part) for part in _promotions_first(alive, post)]
    for person_id, group in _by_person(alive):
        reader = readers[person_id]
        reminders = [part for part in group if part.delivery.kind is DeliveryKind.REMINDER]
        reminders.sort(key=_start)
        fresh = [part for part in reminders if part.change is not None]
        reminders = [part for part in reminders if part.change is None]
        post.letters += [Letter(reader, DeliveryKind.REMINDER, Lane.REMINDER, (part,)) for part in fresh]
        digest = [part for part in group if part.delivery.is_for_digest]
        digest.sort(key=lambda part: part.delivery.id, reverse=True)
        for part in group:
            if part.delivery.kind is not DeliveryKind.REMINDER and part not in digest:
                post.letters.append(Letter(reader, part.delivery.kind, part.delivery.lane, (part,)))
        if digest:
            post.letters.append(Letter(reader, DeliveryKind.BROADCAST, Lane.BROADCAST, tuple(digest)))
        if reminders:
            together, later = reminders[:MOST_IN_ONE], reminders[MOST_IN_ONE:]
            post.postponed.extend(part.delivery.id for part in later)
            post.letters.append(Letter(reader, DeliveryKind.REMINDER, Lane.REMINDER, tuple(together)))
    return post


def judge(part: Part, reader: Reader | None, now: datetime) -> DeliveryStatus | None:
    """Why a message must not go out any more, None when it may."""
    delivery = part.delivery
    if reader is None or not reader.reachable:
        return DeliveryStatus.UNREACHABLE
    if delivery.not_after is not None and delivery.not_after <= now:
        return DeliveryStatus.EXPIRED
    rule = RULES[delivery.kind]
    paused = reader.paused_until is not None and reader.paused_until > now
    if paused and rule.paused:
        return DeliveryStatus.OBSOLETE
    if delivery.kind is DeliveryKind.BROADCAST and not reader.wants_announcements:
        return DeliveryStatus.OBSOLETE
    if rule.about_booking and not _still_true(part, now):
        return DeliveryStatus.OBSOLETE
    return None


def held_until(part: Part, now: datetime, zone: tzinfo) -> datetime | None:
    """When the night lets go of a message whose time has come, None when it may go out now.

    However long it was on its way: what was due in the evening and met an outage does not ring at night.
    """
    morning = next_waking(now, zone)
    if morning <= now:
        return None
    match RULES[part.delivery.kind].night:
        case Night.HOLDS:
            return morning
        case Night.HOLDS_UNLESS_SOON:
            return None if any(morning_is_too_late(start, now, zone) for start in _starts(part)) else morning
        case Night.HOLDS_UNLESS_URGENT:
            return None if _is_urgent(part.facts) else morning
        case _:
            return None


def _starts(part: Part) -> list[datetime]:
    """When the slot begins, as it is and as the person read it."""
    slot = part.facts.led.slot if isinstance(part.facts, OfReport) else part.slot
    starts = [slot.starts_at] if slot is not None else []
    return [*starts, part.before.starts_at] if part.before is not None else starts


def _is_urgent(facts: Facts | None) -> bool:
    match facts:
        case OfQuestion(question):
            return question.importance is Importance.URGENT
        case OfBroadcast(broadcast):
            return bool(broadcast.urgent_reason)
        case _:
            return False


def _still_true(part: Part, now: datetime) -> bool:
    booking, slot = part.booking, part.slot
    if booking is None or slot is None:
        return False
    cancelled = slot.cancelled_at is not None
    match part.delivery.kind:
        case DeliveryKind.REMINDER | DeliveryKind.LATE:
            payload = part.delivery.payload
            same_start = isinstance(payload, Reminder | Late) and payload.starts_at == slot.starts_at
            return booking.status is BookingStatus.BOOKED and same_start and not cancelled
        case DeliveryKind.PROMOTED:
            return booking.status is BookingStatus.BOOKED and not cancelled and slot.starts_at > now
        case DeliveryKind.OFFER:
            return booking.status is BookingStatus.OFFERED and not cancelled and slot.starts_at > now
        case DeliveryKind.PASSED_OVER:
            told = booking.status is BookingStatus.WAITING and booking.passed_over is not None
            return told and not cancelled and slot.starts_at > now
        case DeliveryKind.OFFER_LAPSED:
            return booking.status is BookingStatus.LAPSED and not cancelled and slot.starts_at > now
        case _:
            # A change is judged together with those that wait with it.
            return booking.status.is_active


def _one_change_each(parts: Sequence[Part], post: Post) -> list[Part]:
    """Several changes of one booking that wait together are one, from what was last read to what is now.

    Who has read meanwhile how it is now hears nothing. Where the world has gone on since the last of them, its
    next change is about to be told.
    """
    waiting: dict[int, list[Part]] = {}
    for part in parts:
        if part.delivery.kind in CHANGES and part.delivery.booking_id is not None:
            waiting.setdefault(part.delivery.booking_id, []).append(part)
    merged: dict[int, Part] = {}
    for group in waiting.values():
        group.sort(key=lambda part: part.delivery.id)
        last = group[-1]
        _, slot, activity = last.visit
        change = change_between(last.before, snapshot_of(slot, activity)) if last.before else None
        for part in group:
            post.dropped[part.delivery.id] = DeliveryStatus.OBSOLETE
        is_cancellation = last.delivery.kind is DeliveryKind.CANCELLED
        if change is not None and is_cancellation == (change is Change.CANCELLED):
            del post.dropped[last.delivery.id]
            merged[last.delivery.id] = replace(last, change=change)
    return [merged.get(part.delivery.id, part) for part in parts if part.delivery.id not in post.dropped]


def _nearest_reminder_each(parts: Sequence[Part], reminded: Mapping[int, int], post: Post) -> list[Part]:
    """Of several reminders due for one booking only the nearest to its start; none after a nearer one."""
    nearest = dict(reminded)
    winners: dict[int, int] = {}
    for part in parts:
        if isinstance(part.delivery.payload, Reminder) and part.booking is not None:
            offset = part.delivery.payload.offset
            if offset > nearest.get(part.booking.id, 0):
                nearest[part.booking.id] = offset
                winners[part.booking.id] = part.delivery.id
    kept: list[Part] = []
    for part in parts:
        booking = part.booking
        is_reminder = part.delivery.kind is DeliveryKind.REMINDER and booking is not None
        if is_reminder and booking is not None and winners.get(booking.id) != part.delivery.id:
            post.dropped[part.delivery.id] = DeliveryStatus.OBSOLETE
        else:
            kept.append(part)
    return kept


def _promotions_first(parts: Sequence[Part], post: Post) -> list[Part]:
    """Nobody is reminded of a place that they were not told of: the news says all that the reminder would."""
    promoted = {part.delivery.booking_id for part in parts if part.delivery.kind is DeliveryKind.PROMOTED}
    kept: list[Part] = []
    for part in parts:
        if part.delivery.kind is DeliveryKind.REMINDER and part.delivery.booking_id in promoted:
            post.dropped[part.delivery.id] = DeliveryStatus.OBSOLETE
        else:
            kept.append(part)
    return kept


def _with_news(part: Part) -> Part:
    """A letter that says when and where also says what that was, for those who read it otherwise."""
    if part.delivery.kind in CHANGES or part.before is None or part.slot is None or part.activity is None:
        return part
    return replace(part, change=change_between(part.before, snapshot_of(part.slot, part.activity)))


def _by_person(parts: Sequence[Part]) -> list[tuple[int, list[Part]]]:
    """Groups in the order in which people's first messages come."""
    order: dict[int, int] = {}
    for part in parts:
        order.setdefault(part.delivery.person_id, len(order))
    ranked = sorted(parts, key=lambda part: order[part.delivery.person_id])
    return [(person, list(group)) for person, group in groupby(ranked, lambda part: part.delivery.person_id)]


def _start(part: Part) -> datetime:
    return part.visit[1].starts_at

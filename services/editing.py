"""Editing the programme in the chat: what an edit would do, doing it, and taking it back while nobody has read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from db.engine import Session
from db.queries import deliveries as delivery_queries
from db.queries import editing as queries
from db.queries import programme
from db.queries.search import touch_programme
from domain.booking import Booking, BookingStatus, gathers, promotions
from domain.delivery import DeliveryKind, Lane
from domain.editing import (
    TEXTS,
    Edit,
    EditKind,
    Made,
    Preview,
    belongs_to,
    checked_when,
    column_values,
    jsonable,
    mark_for_two,
    mark_of,
    municipalities_of,
    slot_code,
    texts_of,
)
from domain.letters import Delivery, Letter, Part, Reader, snapshot_of
from domain.log import Action
from domain.notices import SETTLING_TIME, Change, SlotSnapshot, change_between, settles_at
from domain.payloads import Nothing
from domain.people import Actor, Address, Right
from domain.programme import Activity, Slot
from domain.programme_import import MULTILINE
from services import log, notices, second_look
from services.deliveries import fitting
from services.programme_cells import plain_text
from services.rights import needs
from services.waiting_list import places_changed, waiting_line

QUEUE_SHOWN = 500
"""Heads of a waiting list that a preview counts."""
SEARCHED = frozenset(
    {
        *(EditKind.PLACE, EditKind.LED_BY, EditKind.TITLE, EditKind.DESCRIPTION),
        *(EditKind.BRING, EditKind.SAFETY, EditKind.ADD),
    }
)
"""Edits of what the search reads, or of what it shows."""
IN_CALENDARS = frozenset({EditKind.PLACE, EditKind.TITLE})
"""Edits of an activity that change the calendar entries of its slots."""
ACTIONS = {
    EditKind.ADD: Action.SLOT_ADDED,
    EditKind.CANCEL: Action.SLOT_CANCELLED,
}


class EditingError(Exception):
    """An edit that cannot be made; subclasses say why."""


class NotThere(EditingError):
    """No such slot, activity or venue any more."""


class SlotOver(EditingError):
    """The slot has ended: there is nothing to change for anybody."""


class NothingNew(EditingError):
    """It is so already."""


class AlreadyThere(EditingError):
    """The activity has a slot at this moment already."""


class EditOutdated(EditingError):
    """What the edit would replace is not what its preview showed; ``preview`` is the new one."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview.mark)
        self.preview = preview


class TooLate(EditingError):
    """People read it already, or it was taken back: edit again instead."""


class EditedSince(EditingError):
    """Something else was changed on top of it, so that it cannot be taken back alone."""


class SomebodyBooked(EditingError):
    """A slot that was added by mistake has bookings by now: it can only be cancelled."""


def require(actor: Actor, activity: Activity) -> None:
    """Raises Forbidden unless the actor may edit the activity."""
    actor.require(belongs_to(activity))


def find_slot(session: Session, actor: Actor, slot_id: int) -> tuple[Slot, Activity]:
    """Raises NotThere, Forbidden."""
    found = programme.slot_with_activity(session, slot_id)
    if found is None:
        raise NotThere
    require(actor, found[1])
    return found


def find_activity(session: Session, actor: Actor, activity_id: int) -> Activity:
    """Raises NotThere, Forbidden."""
    activity = programme.activity_by_id(session, activity_id)
    if activity is None:
        raise NotThere
    require(actor, activity)
    return activity


@needs(Right.RUN_PROGRAMME)
def preview(session: Session, actor: Actor, edit: Edit, now: datetime, zone: tzinfo) -> Preview:
    """What the edit would change, whom it touches and what they would read. Writes nothing.

    Raises:
        NotThere, SlotOver, NothingNew, AlreadyThere, Forbidden
    """
    return _Editing(session, actor, edit, now, zone).preview()


@needs(Right.RUN_PROGRAMME)
def apply(
    session: Session,
    actor: Actor,
    edit: Edit,
    mark: str,
    now: datetime,
    zone: tzinfo,
    coordinators: Collection[Address] = (),
) -> tuple[Made, int]:
    """Do what the preview with this mark showed. The edit as made, and how many people it is told to.

    Raises:
        EditOutdated: the world has changed since.
        NeedsSecond: very many people would be told, and no other coordinator has asked for it.
        NotThere, SlotOver, NothingNew, AlreadyThere, Forbidden
    """
    editing = _Editing(session, actor, edit, now, zone)
    seen = editing.preview()
    if seen.mark != mark:
        raise EditOutdated(seen)
    second_look.require(session, actor, seen.people, mark_for_two(edit, seen.before), now, coordinators)
    return editing.apply(seen), seen.people


@needs(Right.RUN_PROGRAMME)
def ask_second(
    session: Session, actor: Actor, needed: second_look.NeedsSecond, seen: Preview, now: datetime
) -> None:
    """Ask a second coordinator to make the same edit."""
    places = {belongs_to(seen.old_activity), belongs_to(seen.activity)}
    second_look.ask(session, actor, needed, seen.activity.title, places, now)


class _Editing:
    """One edit beside the world as it is in this transaction."""

    def __init__(self, session: Session, actor: Actor, edit: Edit, now: datetime, zone: tzinfo) -> None:
        self._session = session
        self._actor = actor
        self._edit = edit
        self._now = now
        self._zone = zone
        self._slot: Slot | None = None
        if edit.kind.is_of_slot:
            if edit.slot_id is None:
                raise NotThere
            self._slot, self._activity = find_slot(session, actor, edit.slot_id)
            if self._slot.ends_at <= now:
                raise SlotOver
        else:
            self._activity = find_activity(session, actor, edit.activity_id)

    def preview(self) -> Preview:
        if self._edit.kind is EditKind.ADD:
            return self._preview_of_addition()
        before = self._before()
        if self._is_nothing_new(before):
            raise NothingNew
        slot, activity = self._after()
        seen = Preview(
            edit=self._edit,
            before=before,
            slot=slot,
            activity=activity,
            old_slot=self._slot,
            old_activity=self._activity,
            mark=mark_of(self._edit, before),
        )
        seen = self._with_readers(seen)
        match self._edit.kind:
            case EditKind.TIME if slot is not None:
                return replace(
                    seen, clashing=queries.clashing(self._session, slot.id, slot.starts_at, slot.ends_at)
                )
            case EditKind.CAPACITY | EditKind.RESTORE if slot is not None:
                return replace(seen, over=_over(slot), promoted=self._promoted(slot))
            case _:
                return seen

    def _preview_of_addition(self) -> Preview:
        values = column_values(self._edit.values)
        if queries.slot_at(self._session, self._activity.id, values["starts_at"]) is not None:
            raise AlreadyThere
        slot = Slot(
            id=0,
            code=self._new_code(values["starts_at"]),
            activity_id=self._activity.id,
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
            capacity=values["capacity"],
            taken=0,
            room=values["room"],
            cancelled_at=None,
            sequence=0,
        )
        return Preview(
            edit=self._edit,
            before={},
            slot=slot,
            activity=self._activity,
            old_slot=None,
            old_activity=self._activity,
            mark=mark_of(self._edit, {}),
        )

    def _new_code(self, starts_at: datetime) -> str:
        code = self._activity.code
        return slot_code(code, starts_at, self._zone, queries.codes_like(self._session, code[:38]))

    def _before(self) -> dict[str, Any]:
        columns = self._new_values()
        if self._slot is not None:
            return jsonable(queries.slot_values(self._session, self._slot.id, columns))
        return jsonable(queries.activity_values(self._session, self._activity.id, columns))

    def _new_values(self) -> dict[str, Any]:
        """Columns with the values that the edit gives them."""
        match self._edit.kind:
            case EditKind.CANCEL:
                return {"cancelled_at": self._now, "cancel_reason": self._edit.values["cancel_reason"]}
            case EditKind.RESTORE:
                return {"cancelled_at": None, "cancel_reason": ""}
            case _:
                return column_values(self._edit.values)

    def _is_nothing_new(self, before: Mapping[str, Any]) -> bool:
        if self._edit.kind is EditKind.CANCEL:
            return before["cancelled_at"] is not None
        return before == jsonable(self._new_values())

    def _after(self) -> tuple[Slot | None, Activity]:
        values = self._new_values()
        if self._slot is not None:
            return replace(self._slot, **values), self._activity
        if self._edit.kind is not EditKind.PLACE:
            return None, replace(self._activity, **values)
        venue = queries.venue(self._session, values["venue_id"])
        if venue is None:
            raise NotThere
        moved = replace(self._activity, venue=venue)
        require(self._actor, moved)
        return None, moved

    def _edited_slots(self) -> list[Slot]:
        """Slots, not over, that the edit changes for people."""
        if self._slot is not None:
            return [] if self._edit.kind is EditKind.CAPACITY else [self._slot]
        if self._edit.kind is EditKind.PLACE:
            return queries.slots_of(self._session, self._activity.id, self._now)[0]
        return []

    def _with_readers(self, seen: Preview) -> Preview:
        """Whom it touches: everybody is told once, from what they read last to what will be."""
        edited = self._edited_slots()
        afters = {slot.id: seen.slot or slot for slot in edited}
        if not afters:
            return seen
        told = notices.concerned(
            self._session, [snapshot_of(after, seen.activity) for after in afters.values()]
        )
        if not told:
            return self._for_nobody(seen, edited)
        # Several may have read different things: the preview shows the letter that most of them get.
        (before, change), _ = Counter((one.before, one.change) for one in told).most_common(1)[0]
        settles = [
            settles_at(one.before, snapshot_of(afters[one.before.slot_id], seen.activity), self._now)
            for one in told
        ]
        left = min([*settles, *queries.untold(self._session, afters).values()]) - self._now
        return replace(
            seen,
            change=change,
            letter=self._letter(change, afters[before.slot_id], before, seen.activity),
            people=len({one.person_id for one in told if one.reachable}),
            unreachable=len({one.person_id for one in told if not one.reachable}),
            slots=len({one.before.slot_id for one in told}),
            minutes=max(1, -(-left // timedelta(minutes=1))),
        )

    def _for_nobody(self, seen: Preview, edited: Sequence[Slot]) -> Preview:
        """It is news to nobody: because nobody is booked, or because they have read it so."""
        if any(slot.taken for slot in edited):
            return seen
        first = edited[0]
        before, after = snapshot_of(first, self._activity), seen.slot or first
        change = change_between(before, snapshot_of(after, seen.activity))
        if change is None:
            return seen
        return replace(seen, change=change, letter=self._letter(change, after, before, seen.activity))

    def _letter(self, change: Change, slot: Slot, before: SlotSnapshot, activity: Activity) -> Letter:
        """As somebody who is booked would get it."""
        kind = DeliveryKind.CANCELLED if change is Change.CANCELLED else DeliveryKind.MOVED
        alternatives: tuple[tuple[Slot, Activity], ...] = ()
        if change is Change.CANCELLED:
            found = delivery_queries.alternatives(self._session, slot, activity, self._now)
            alternatives = fitting(found, activity.id, 1, None)
        delivery = Delivery(
            id=0,
            kind=kind,
            person_id=0,
            booking_id=None,
            payload=Nothing(),
            lane=Lane.URGENT,
            due_at=self._now,
            not_after=None,
            attempts=0,
        )
        booking = Booking(
            id=1,
            slot_id=slot.id,
            person_id=0,
            places=1,
            companions=(),
            status=BookingStatus.BOOKED,
            queued_at=self._now,
            held_since=self._now,
            offer_expires_at=None,
            answer=None,
            ended_at=None,
            sequence=0,
        )
        part = Part(
            delivery, booking, slot, activity, change=change, before=before, alternatives=alternatives
        )
        reader = Reader(0, Address("", ""), None, reachable=True, paused_until=None)
        return Letter(reader, kind, Lane.URGENT, (part,))

    def _promoted(self, slot: Slot) -> int:
        if not slot.waiting or slot.cancelled_at is not None or slot.starts_at <= self._now:
            return 0
        line = waiting_line(self._session, slot, self._activity, self._now, QUEUE_SHOWN)
        return len(promotions(slot.free, line, gathers=gathers(slot.starts_at, self._now)))

    def apply(self, seen: Preview) -> Made:
        if self._edit.kind is EditKind.ADD:
            return self._add(seen)
        edited = [slot.id for slot in self._edited_slots()]
        befores = notices.snapshot(self._session, edited)
        values = self._new_values()
        if self._slot is not None:
            queries.write_slot(self._session, self._slot.id, values)
        else:
            queries.write_activity(self._session, self._activity.id, values)
        _count_up(self._session, self._edit.kind, self._activity.id, edited, self._now)
        if befores:
            notices.slots_edited(self._session, list(befores.values()), self._now)
        made = self._remember(seen, self._slot.id if self._slot else None, jsonable(values), edited)
        if self._slot is not None:
            places_changed(self._session, [self._slot.id], self._now, self._zone)
        return made

    def _add(self, seen: Preview) -> Made:
        slot = seen.slot
        assert slot is not None  # noqa: S101 - the preview of an addition has it
        values = {
            "code": slot.code,
            "activity_id": slot.activity_id,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "capacity": slot.capacity,
            "room": slot.room,
        }
        slot_id = queries.insert_slot(self._session, values)
        return self._remember(seen, slot_id, jsonable(values), [])

    def _remember(
        self, seen: Preview, slot_id: int | None, after: Mapping[str, Any], told_slots: list[int]
    ) -> Made:
        """The row that can be taken back, and the lines of the log."""
        by = min(queries.untold(self._session, told_slots).values(), default=self._now + SETTLING_TIME)
        for other in self._edits_of(told_slots):
            # What begins within the hour is told sooner, and with it what was edited before.
            queries.hurry(self._session, other.id, by)
        edit_id = queries.insert_edit(
            self._session,
            {
                "kind": self._edit.kind.value,
                "activity_id": self._activity.id,
                "slot_id": slot_id,
                "author_id": self._actor.person.id if self._actor.person else None,
                "before": dict(seen.before),
                "after": dict(after),
                "told_slots": told_slots,
                "made_at": self._now,
                "settles_at": by,
            },
        )
        if self._edit.kind in SEARCHED:
            touch_programme(self._session, self._now)
        by_default = Action.SLOT_EDITED if self._edit.kind.is_of_slot else Action.ACTIVITY_EDITED
        details = {"what": self._edit.kind.value, "people": seen.people}
        for municipality in {belongs_to(self._activity), belongs_to(seen.activity)}:
            log.record(
                self._session,
                self._actor,
                ACTIONS.get(self._edit.kind, by_default),
                self._now,
                municipality=municipality,
                subject=self._activity.title,
                details=details | {"before": dict(seen.before), "after": dict(after)},
            )
        return queries.edit(self._session, edit_id)

    def _edits_of(self, slots: Collection[int]) -> list[Made]:
        open_edits = queries.open_edits(self._session, self._now) if slots else []
        return [made for made in open_edits if not set(made.told_slots).isdisjoint(slots)]


def _over(slot: Slot) -> int:
    return 0 if slot.capacity is None else max(0, slot.taken - slot.capacity)


def _count_up(session: Session, kind: EditKind, activity_id: int, edited: list[int], now: datetime) -> None:
    if kind in IN_CALENDARS:
        edited = [slot.id for slot in queries.slots_of(session, activity_id, now)[0]]
    queries.count_up(session, edited)


def open_edit(session: Session, actor: Actor, edit_id: int, now: datetime) -> Made:
    """An edit that can still be taken back.

    Raises:
        TooLate: it cannot, or it is not in the actor's scope.
    """
    found = queries.open_edits(session, now, edit_id=edit_id, scope=municipalities_of(actor.scope))
    if not found:
        raise TooLate
    return found[0]


@needs(Right.RUN_PROGRAMME)
def undo(session: Session, actor: Actor, edit_id: int, now: datetime, zone: tzinfo) -> Made:
    """«Отменить правку»: all is as before it. Who came meanwhile and read the edited slot is told how it is now.

    Raises:
        TooLate, EditedSince, SomebodyBooked, Forbidden
    """
    made = open_edit(session, actor, edit_id, now)
    if made.kind is EditKind.ADD:
        _undo_addition(session, made)
    else:
        _undo_change(session, actor, made, now, zone)
    if made.kind in SEARCHED:
        touch_programme(session, now)
    log.record(
        session,
        actor,
        Action.EDIT_UNDONE,
        now,
        municipality=belongs_to(made.activity),
        subject=made.activity.title,
        details={"what": made.kind.value, "before": dict(made.after), "after": dict(made.before)},
    )
    return made


def _undo_addition(session: Session, made: Made) -> None:
    if made.slot is None:
        raise TooLate
    if queries.is_booked(session, made.slot.id):
        raise SomebodyBooked
    queries.delete_slot(session, made.slot.id)


def _undo_change(session: Session, actor: Actor, made: Made, now: datetime, zone: tzinfo) -> None:
    slot_id = made.slot.id if made.slot is not None else None
    if slot_id is not None:
        current = queries.slot_values(session, slot_id, made.after)
    else:
        current = queries.activity_values(session, made.activity.id, made.after)
    if jsonable(current) != made.after:
        raise EditedSince
    if made.kind is EditKind.PLACE:
        venue = queries.venue(session, made.before["venue_id"])
        if venue is None:
            raise EditedSince
        require(actor, replace(made.activity, venue=venue))
    untold = queries.untold(session, made.told_slots)
    if untold.keys() != set(made.told_slots):
        raise TooLate
    befores = notices.snapshot(session, made.told_slots)
    if slot_id is not None:
        queries.write_slot(session, slot_id, column_values(made.before))
    else:
        queries.write_activity(session, made.activity.id, column_values(made.before))
    _count_up(session, made.kind, made.activity.id, list(made.told_slots), now)
    queries.close_edit(session, made.id, now)
    others = {slot for other in queries.open_edits(session, now) for slot in other.told_slots}
    notices.edit_undone(session, list(befores.values()), now, still_edited=others)
    if slot_id is not None:
        places_changed(session, [slot_id], now, zone)


@dataclass(frozen=True, slots=True)
class Unsent:
    """«Ещё не разослано»: edits that nobody has read of, the latest first, and slots edited by an import."""

    edits: tuple[Made, ...]
    imported: int


@needs(Right.RUN_PROGRAMME)
def unsent(session: Session, actor: Actor, now: datetime) -> Unsent:
    scope = municipalities_of(actor.scope)
    edits = queries.open_edits(session, now, scope=scope)
    by_hand = {slot for made in edits for slot in made.told_slots}
    return Unsent(tuple(edits), len(queries.untold_slots(session, scope) - by_hand))


@needs(Right.RUN_PROGRAMME)
def show_edit(session: Session, actor: Actor, edit_id: int, now: datetime) -> Made:
    """Raises TooLate."""
    return open_edit(session, actor, edit_id, now)


@needs(Right.RUN_PROGRAMME)
def send_now(session: Session, actor: Actor, edit_id: int, now: datetime, zone: tzinfo) -> Made:
    """«Разослать сейчас»: the change of its slots is told at once, with every other edit of them.

    Raises:
        TooLate
    """
    made = open_edit(session, actor, edit_id, now)
    with_it = [
        other.id for other in queries.open_edits(session, now) if set(other.told_slots) & set(made.told_slots)
    ]
    queries.settle_now(session, [made.id, *with_it], made.told_slots, now)
    while notices.settle(session, now, zone):
        pass
    return made


@needs(Right.RUN_PROGRAMME)
def link_mentor(
    session: Session, actor: Actor, activity_id: int, person_id: int, now: datetime, *, linked: bool
) -> None:
    """Say that a person with the role of a mentor leads the activity, or no longer does; harmless twice.

    Raises:
        NotThere: no such activity, or the person holds no such role in the actor's scope.
    """
    activity = find_activity(session, actor, activity_id)
    choices = queries.mentors(session, activity_id, municipalities_of(actor.scope))
    mentor = next((choice for choice in choices if choice.person_id == person_id), None)
    if mentor is None:
        raise NotThere
    if mentor.linked == linked:
        return
    if linked:
        queries.link_mentor(session, activity_id, person_id)
    else:
        queries.unlink_mentor(session, activity_id, person_id)
    log.record(
        session,
        actor,
        Action.ACTIVITY_EDITED,
        now,
        municipality=belongs_to(activity),
        subject=activity.title,
        details={"what": "mentor_linked" if linked else "mentor_unlinked", log.PERSON: person_id},
    )


def edit_time(slot: Slot, when: tuple[datetime, datetime]) -> Edit:
    values = jsonable({"starts_at": when[0], "ends_at": when[1]})
    return Edit(EditKind.TIME, slot.activity_id, slot.id, values)


def week_later(slot: Slot) -> Slot:
    by = timedelta(days=7)
    return replace(slot, starts_at=slot.starts_at + by, ends_at=slot.ends_at + by)


def clean(text: str, kind: EditKind) -> str:
    """Typed text as the workbook would hold it, so that an export imports back unchanged."""
    return plain_text(text, multiline=kind in TEXTS and TEXTS[kind] in MULTILINE)


def must_be_text(activity: Activity, kind: EditKind) -> None:
    """Raises NotThere for what is no text of this kind of activity."""
    if kind not in texts_of(activity.kind):
        raise NotThere


def shifted(slot: Slot, minutes: int, now: datetime) -> Edit | None:
    """The slot so many minutes later (earlier when negative); None when that has passed or is too far."""
    by = timedelta(minutes=minutes)
    when = checked_when((slot.starts_at + by, slot.ends_at + by), now)
    return edit_time(slot, when) if isinstance(when, tuple) else None

"""What a coordinator sees while finding and editing: lists, one slot, a preview of each edit, what is not told yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.texts import Html, html_join
from domain.editing import Edit, EditKind, Made, Preview, Span, belongs_to, column_values, texts_of
from domain.programme import Activity, Kind, Slot
from handlers.answers.callbacks import OpenAnswers
from handlers.booking.screens import where
from handlers.card.screens import address, clip
from handlers.coordination.callbacks import OpenCoordination
from handlers.editing.callbacks import (
    AddNextWeek,
    AddPlaces,
    AddRoom,
    AddSlot,
    ApplyEdit,
    AskCapacity,
    AskPlace,
    AskReason,
    AskRoom,
    AskText,
    AskTime,
    CancelFor,
    ClearText,
    LinkMentor,
    ListSlots,
    NoRoom,
    OpenActivity,
    OpenChanges,
    OpenEdit,
    OpenFinding,
    OpenMentors,
    OpenSlot,
    OpenTexts,
    OpenUnsent,
    RestoreSlot,
    SendNow,
    SetCapacity,
    SetPlace,
    ShiftTime,
    UndoEdit,
)
from handlers.notices.letters import SCREENS as LETTERS
from handlers.paging import page_line, pager
from handlers.screen import Button, Row, Screen, button, columns, rows
from handlers.view import View
from services.editing import Unsent
from services.editing_lists import ActivityPage, AddingFacts, MentorPage, SlotFacts, SlotPage, VenuePage

LABEL_TITLE = 34
LONGEST_TEXT_SHOWN = 300
BLANK_LINE = "\n\n"
UNSENT_ON_PAGE = 5
SHIFTS = (-30, 30, 60, 24 * 60, 7 * 24 * 60)
"""Minutes."""
PLACES_ON_OFFER = (8, 10, 12, 15, 20, 30)
REASONS = 4
"""Reasons for a cancellation that need no typing."""

TOLD = (EditKind.TIME, EditKind.ROOM, EditKind.PLACE, EditKind.CANCEL, EditKind.RESTORE)
"""Edits that those booked are told of."""

SPAN_KEYS = "editing-span-"
EMPTY_KEYS = "editing-none-"
SHIFT_KEYS = "editing-button-shift-"
WHAT_KEYS = "editing-what-"
CHANGED_KEYS = "editing-changed-"
REASON_KEYS = "editing-reason-"
WHEN_KEYS = "editing-when-"


def finding(view: View, *, note: Html | None = None) -> Screen:
    parts = [part for part in (note, view.text("editing-find")) if part]
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            [button(view.label(SPAN_KEYS + span), ListSlots(span=span)) for span in Span],
            button(view.label("editing-button-unsent"), OpenUnsent()),
            (button(view.label("common-button-back"), OpenCoordination()), view.menu_button()),
        ),
    )


def _to_finding(view: View) -> list[Button]:
    return [button(view.label("common-button-back"), OpenFinding()), view.menu_button()]


def found(view: View, query: str, activities: Sequence[Activity]) -> Screen:
    if not activities:
        return Screen(view.text("editing-found-nothing", query=query), rows(_to_finding(view)))
    lines = [
        view.text("editing-found-line", number=str(number), title=one.title, place=address(one))
        for number, one in enumerate(activities, start=1)
    ]
    buttons = [
        button(f"{number}. {clip(one.title, LABEL_TITLE)}", OpenActivity(activity=one.id))
        for number, one in enumerate(activities, start=1)
    ]
    text = html_join([view.text("editing-found", query=query), html_join(lines)], BLANK_LINE)
    return Screen(text, rows(*buttons, _to_finding(view)))


def slot_list(view: View, span: Span, value: SlotPage) -> Screen:
    if not value.slots:
        return Screen(view.text(EMPTY_KEYS + span), rows(_to_finding(view)))
    head = [view.text("editing-slots", span=view.label(SPAN_KEYS + span))]
    if value.last:
        head.append(page_line(view, value.page, value.last))
    lines = [
        view.text(
            "editing-slot-line",
            number=str(number),
            title=activity.title,
            when=view.when(slot),
            place=activity.venue.town,
            taken=_taken(view, slot),
        )
        for number, (slot, activity) in enumerate(value.slots, start=1)
    ]
    buttons = [
        button(
            f"{number}. {view.dates.time(slot.starts_at)} · {clip(activity.title, LABEL_TITLE)}",
            OpenSlot(slot=slot.id),
        )
        for number, (slot, activity) in enumerate(value.slots, start=1)
    ]
    turn = pager(view, value.page, value.last, lambda page: ListSlots(span=span, page=page))
    return Screen(
        html_join([html_join(head), html_join(lines)], BLANK_LINE), rows(*buttons, turn, _to_finding(view))
    )


def _taken(view: View, slot: Slot) -> str:
    """How full a slot is, in a few words; by how many it is over."""
    if slot.cancelled_at is not None:
        return view.label("editing-taken-cancelled")
    if slot.capacity is None:
        return view.label("editing-taken-unlimited", taken=slot.taken)
    over = slot.taken - slot.capacity
    if over > 0:
        return view.label("editing-taken-over", taken=slot.taken, capacity=slot.capacity, over=over)
    if slot.waiting:
        return view.label(
            "editing-taken-waiting", taken=slot.taken, capacity=slot.capacity, waiting=slot.waiting
        )
    return view.label("editing-taken", taken=slot.taken, capacity=slot.capacity)


def activity_page(view: View, value: ActivityPage) -> Screen:
    activity = value.activity
    lines = [view.text("editing-activity", title=activity.title, place=address(activity))]
    lines.append(_led_by(view, activity, value.mentors))
    head = html_join(lines)
    parts = [head, view.text("editing-activity-slots" if value.slots else "editing-activity-empty")]
    if value.last:
        parts.append(page_line(view, value.page, value.last))
    buttons = [
        button(
            view.label("editing-button-slot", when=view.when(slot), taken=_taken(view, slot)),
            OpenSlot(slot=slot.id),
        )
        for slot in value.slots
    ]
    adding = None
    if activity.kind is Kind.WORKSHOP:
        adding = button(view.label("editing-button-add"), AddSlot(activity=activity.id))
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            *buttons,
            pager(view, value.page, value.last, lambda page: OpenActivity(activity=activity.id, page=page)),
            adding,
            (
                button(view.label("editing-button-place"), AskPlace(activity=activity.id)),
                button(view.label("editing-button-texts"), OpenTexts(activity=activity.id)),
            ),
            button(view.label("editing-button-mentors"), OpenMentors(activity=activity.id)),
            _to_finding(view),
        ),
    )


def _led_by(view: View, activity: Activity, mentors: Sequence[str]) -> Html:
    who = ", ".join(part for part in (activity.led_by, activity.enterprise) if part)
    lines = [view.text("editing-led-by", who=who) if who else view.text("editing-led-by-nobody")]
    if mentors:
        lines.append(view.text("editing-mentors-linked", names=", ".join(mentors)))
    return html_join(lines)


def slot_screen(view: View, value: SlotFacts) -> Screen:
    slot, activity = value.slot, value.activity
    over = slot.ends_at <= view.now
    parts = [_slot_head(view, slot, activity), html_join(_state(view, value))]
    turned = button(view.label("editing-button-cancel"), AskReason(slot=slot.id))
    if slot.cancelled_at is not None:
        turned = button(view.label("editing-button-restore"), RestoreSlot(slot=slot.id))
    buttons: list[Row | Button | None] = []
    if not over:
        buttons += [button(view.label("editing-button-change"), OpenChanges(slot=slot.id)), turned]
    buttons.append(button(view.label("editing-button-answers"), OpenAnswers(slot=slot.id)))
    if value.unsent:
        buttons.append(button(view.label("editing-button-unsent"), OpenUnsent()))
    buttons.append(button(view.label("editing-button-all-slots"), OpenActivity(activity=activity.id)))
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, _to_finding(view)))


def _slot_head(view: View, slot: Slot, activity: Activity) -> Html:
    return view.text("editing-slot", title=activity.title, when=view.when(slot), where=where(activity, slot))


def _state(view: View, value: SlotFacts) -> list[Html]:
    slot = value.slot
    lines = []
    if slot.cancelled_at is not None:
        lines.append(view.text("editing-state-cancelled"))
        if slot.cancel_reason:
            lines.append(view.text("editing-state-reason", reason=slot.cancel_reason))
    if slot.ends_at <= view.now:
        lines.append(view.text("editing-state-over"))
    if slot.capacity is None:
        lines.append(view.text("editing-state-unlimited", taken=slot.taken))
    else:
        lines.append(view.text("editing-state-places", capacity=slot.capacity, taken=slot.taken))
        if slot.taken > slot.capacity:
            lines.append(view.text("editing-state-overbooked", over=slot.taken - slot.capacity))
    if slot.waiting:
        lines.append(view.text("editing-state-waiting", count=slot.waiting))
    if value.unsent:
        lines.append(view.text("editing-state-unsent", count=len(value.unsent)))
    return lines


def changes(view: View, value: SlotFacts) -> Screen:
    slot, activity = value.slot, value.activity
    text = html_join([_slot_head(view, slot, activity), view.text("editing-ask-what")], BLANK_LINE)
    return Screen(
        text,
        rows(
            (
                button(view.label("editing-button-time"), AskTime(slot=slot.id)),
                button(view.label("editing-button-room"), AskRoom(slot=slot.id)),
            ),
            (
                button(view.label("editing-button-capacity"), AskCapacity(slot=slot.id)),
                button(view.label("editing-button-place"), AskPlace(activity=activity.id, slot=slot.id)),
            ),
            (
                button(view.label("editing-button-mentors"), OpenMentors(activity=activity.id, slot=slot.id)),
                button(view.label("editing-button-texts"), OpenTexts(activity=activity.id, slot=slot.id)),
            ),
            _back_to(view, activity.id, slot.id),
        ),
    )


def _back_to(view: View, activity_id: int, slot_id: int) -> list[Button]:
    to = OpenSlot(slot=slot_id) if slot_id else OpenActivity(activity=activity_id)
    return [button(view.label("common-button-back"), to), view.menu_button()]


def ask_time(view: View, slot: Slot, activity: Activity, *, note: Html | None = None) -> Screen:
    parts = [part for part in (note, _slot_head(view, slot, activity), view.text("editing-ask-time")) if part]
    shifts = [
        button(
            view.label(f"{SHIFT_KEYS}{'back' if minutes < 0 else 'on'}-{abs(minutes)}"),
            ShiftTime(slot=slot.id, minutes=minutes),
        )
        for minutes in SHIFTS
    ]
    return Screen(
        html_join(parts, BLANK_LINE), rows(*columns(shifts, 2), _back_to(view, activity.id, slot.id))
    )


def ask_place(view: View, value: VenuePage, slot_id: int) -> Screen:
    activity = value.activity
    parts = [view.text("editing-ask-place", title=activity.title, place=address(activity))]
    if value.query:
        key = "editing-places-found" if value.venues else "editing-places-none"
        parts.append(view.text(key, query=value.query))
    elif not value.venues:
        parts.append(view.text("editing-places-empty"))
    buttons = [
        button(
            clip(f"{venue.name}, {venue.address}" if venue.address else venue.name, 60),
            SetPlace(activity=activity.id, slot=slot_id, venue=venue.id),
        )
        for venue in value.venues
    ]
    turn = pager(
        view,
        value.page,
        value.last,
        lambda page: AskPlace(activity=activity.id, slot=slot_id, page=page),
    )
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, turn, _back_to(view, activity.id, slot_id)))


def ask_room(view: View, slot: Slot, activity: Activity, *, note: Html | None = None) -> Screen:
    parts = [part for part in (note, _slot_head(view, slot, activity), view.text("editing-ask-room")) if part]
    none = button(view.label("editing-button-no-room"), NoRoom(slot=slot.id)) if slot.room else None
    return Screen(html_join(parts, BLANK_LINE), rows(none, _back_to(view, activity.id, slot.id)))


def ask_capacity(view: View, slot: Slot, activity: Activity, *, note: Html | None = None) -> Screen:
    now_is = view.text("editing-now-unlimited")
    quick = [*PLACES_ON_OFFER]
    if slot.capacity is not None:
        now_is = view.text("editing-now-places", capacity=slot.capacity, taken=slot.taken)
        quick = [slot.capacity + more for more in (-2, -1, 1, 2, 5, 10) if slot.capacity + more > 0]
    head = html_join([_slot_head(view, slot, activity), now_is])
    parts = [part for part in (note, head, view.text("editing-ask-capacity")) if part]
    choices = [button(str(places), SetCapacity(slot=slot.id, places=places)) for places in quick]
    unlimited = button(view.label("editing-button-unlimited"), SetCapacity(slot=slot.id, places=0))
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            *columns(choices, 3),
            unlimited if slot.capacity is not None else None,
            _back_to(view, activity.id, slot.id),
        ),
    )


def mentors(view: View, value: MentorPage, slot_id: int) -> Screen:
    activity = value.activity
    head = html_join(
        [
            view.text("editing-mentors", title=activity.title),
            _led_by(view, activity, ()),
        ]
    )
    parts = [head, view.text("editing-mentors-explained" if value.mentors else "editing-mentors-none")]
    buttons = [
        button(
            view.label(
                "editing-button-mentor-off" if one.linked else "editing-button-mentor-on",
                name=clip(f"{one.name}, {one.organisation}" if one.organisation else one.name, 46),
            ),
            LinkMentor(activity=activity.id, slot=slot_id, person=one.person_id, on=not one.linked),
        )
        for one in value.mentors
    ]
    named = button(
        view.label("editing-button-led-by"),
        AskText(activity=activity.id, slot=slot_id, kind=EditKind.LED_BY),
    )
    turn = pager(
        view,
        value.page,
        value.last,
        lambda page: OpenMentors(activity=activity.id, slot=slot_id, page=page),
    )
    return Screen(
        html_join(parts, BLANK_LINE), rows(named, *buttons, turn, _back_to(view, activity.id, slot_id))
    )


def texts(view: View, activity: Activity, slot_id: int) -> Screen:
    lines = [view.text("editing-ask-which-text", title=activity.title)]
    buttons = []
    for kind in texts_of(activity.kind):
        if kind is EditKind.LED_BY:
            continue
        what = view.label(WHAT_KEYS + kind.replace("_", "-"))
        shown = clip(str(getattr(activity, kind)), 80)
        line = view.text("editing-text-line", what=what, text=shown)
        lines.append(line if shown else view.text("editing-text-line-empty", what=what))
        buttons.append(button(what, AskText(activity=activity.id, slot=slot_id, kind=kind)))
    return Screen(
        html_join(lines, BLANK_LINE), rows(*columns(buttons, 2), _back_to(view, activity.id, slot_id))
    )


def ask_text(
    view: View, activity: Activity, slot_id: int, kind: EditKind, *, note: Html | None = None
) -> Screen:
    what = view.label(WHAT_KEYS + kind.replace("_", "-"))
    present = str(getattr(activity, kind))
    parts = [part for part in (note, view.text("editing-ask-text", title=activity.title, what=what)) if part]
    if present:
        parts.append(view.text("editing-text-now", text=clip(present, 1500)))
    clear = None
    if present and kind is not EditKind.TITLE:
        data = ClearText(activity=activity.id, slot=slot_id, kind=kind)
        clear = button(view.label("editing-button-clear"), data)
    back = OpenTexts(activity=activity.id, slot=slot_id)
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(clear, (button(view.label("common-button-back"), back), view.menu_button())),
    )


def reason(view: View, number: int) -> str:
    """The words of a reason on offer; empty for 0 and for numbers that were never offered."""
    return view.label(f"{REASON_KEYS}{number}") if 1 <= number <= REASONS else ""


def ask_reason(view: View, slot: Slot, activity: Activity, *, note: Html | None = None) -> Screen:
    parts = [
        part for part in (note, _slot_head(view, slot, activity), view.text("editing-ask-reason")) if part
    ]
    choices = [
        button(reason(view, number), CancelFor(slot=slot.id, reason=number))
        for number in range(1, REASONS + 1)
    ]
    none = button(view.label("editing-button-no-reason"), CancelFor(slot=slot.id, reason=0))
    return Screen(html_join(parts, BLANK_LINE), rows(*choices, none, _back_to(view, activity.id, slot.id)))


def ask_new_time(
    view: View, value: AddingFacts, next_week: Slot | None, *, note: Html | None = None
) -> Screen:
    activity = value.activity
    parts = [part for part in (note, view.text("editing-add-time", title=activity.title)) if part]
    like = None
    if next_week is not None:
        label = view.label("editing-button-next-week", when=view.when(next_week))
        like = button(label, AddNextWeek(activity=activity.id))
    return Screen(html_join(parts, BLANK_LINE), rows(like, _back_to(view, activity.id, 0)))


def ask_new_places(view: View, value: AddingFacts, when: str, *, note: Html | None = None) -> Screen:
    activity = value.activity
    parts = [
        part for part in (note, view.text("editing-add-places", title=activity.title, when=when)) if part
    ]
    quick = list(PLACES_ON_OFFER)
    if value.last is not None and value.last.capacity is not None and value.last.capacity not in quick:
        quick = sorted([*quick, value.last.capacity])
    choices = [button(str(places), AddPlaces(activity=activity.id, places=places)) for places in quick]
    unlimited = button(view.label("editing-button-unlimited"), AddPlaces(activity=activity.id, places=0))
    back = button(view.label("common-button-back"), AddSlot(activity=activity.id))
    return Screen(
        html_join(parts, BLANK_LINE), rows(*columns(choices, 4), unlimited, (back, view.menu_button()))
    )


def ask_new_room(view: View, value: AddingFacts, when: str, *, note: Html | None = None) -> Screen:
    activity = value.activity
    parts = [part for part in (note, view.text("editing-add-room", title=activity.title, when=when)) if part]
    same = None
    if value.last is not None and value.last.room:
        same = button(clip(value.last.room, 46), AddRoom(activity=activity.id, same=True))
    none = button(view.label("editing-button-no-room"), AddRoom(activity=activity.id, same=False))
    back = button(view.label("common-button-back"), AddSlot(activity=activity.id))
    return Screen(html_join(parts, BLANK_LINE), rows(same, none, (back, view.menu_button())))


# The preview, and what became of the edit.


def preview(view: View, seen: Preview, *, note: Html | None = None) -> Screen:
    edit = seen.edit
    old = seen.old_slot
    head = [view.text("editing-preview"), view.text("editing-preview-title", title=seen.old_activity.title)]
    if old is not None:
        head.append(view.text("editing-preview-when", when=view.when(old)))
    parts = [html_join(head), _changed(view, seen)]
    parts += _consequences(view, seen)
    parts.append(_readers(view, seen))
    if note is not None:
        parts.insert(0, note)
    slot_id = old.id if old is not None else 0
    apply = ApplyEdit(mark=seen.mark, activity=seen.activity.id, slot=slot_id)
    back = _way_back(view, edit)
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(button(view.label("editing-button-apply"), apply), (back, view.menu_button())),
    )


def _way_back(view: View, edit: Edit) -> Button:
    """To the question that led here: nothing was changed."""
    label = view.label("common-button-back")
    slot_id = edit.slot_id or 0
    match edit.kind:
        case EditKind.TIME:
            return button(label, AskTime(slot=slot_id))
        case EditKind.ROOM:
            return button(label, AskRoom(slot=slot_id))
        case EditKind.CAPACITY:
            return button(label, AskCapacity(slot=slot_id))
        case EditKind.CANCEL:
            return button(label, AskReason(slot=slot_id))
        case EditKind.RESTORE:
            return button(label, OpenSlot(slot=slot_id))
        case EditKind.ADD:
            return button(label, AddSlot(activity=edit.activity_id))
        case EditKind.PLACE:
            return button(label, AskPlace(activity=edit.activity_id))
        case _:
            return button(label, OpenTexts(activity=edit.activity_id))


def _changed(view: View, seen: Preview) -> Html:
    if seen.edit.kind is EditKind.PLACE:
        return view.text(CHANGED_KEYS + "place", old=address(seen.old_activity), new=address(seen.activity))
    return changed(view, seen.edit.kind, seen.before, seen.edit.values, seen.slot)


def changed(
    view: View, kind: EditKind, before: Mapping[str, Any], after: Mapping[str, Any], slot: Slot | None
) -> Html:
    """Old → new of an edit in one line. A place is told by whoever knows the venues."""
    match kind:
        case EditKind.TIME:
            old, new = column_values(before), column_values(after)
            return view.text(
                CHANGED_KEYS + "time",
                old=view.dates.slot(old["starts_at"], old["ends_at"], now=view.now),
                new=view.dates.slot(new["starts_at"], new["ends_at"], now=view.now),
            )
        case EditKind.ROOM:
            return view.text(
                CHANGED_KEYS + "room", old=_or_none(view, before["room"]), new=_or_none(view, after["room"])
            )
        case EditKind.CAPACITY:
            return view.text(
                CHANGED_KEYS + "capacity",
                old=_places(view, before["capacity"]),
                new=_places(view, after["capacity"]),
            )
        case EditKind.CANCEL:
            why = after["cancel_reason"]
            if why:
                return view.text(CHANGED_KEYS + "cancel-reason", reason=why)
            return view.text(CHANGED_KEYS + "cancel")
        case EditKind.RESTORE:
            return view.text(CHANGED_KEYS + "restore")
        case EditKind.ADD:
            new = column_values(after)
            return view.text(
                CHANGED_KEYS + "add",
                when=view.dates.slot(new["starts_at"], new["ends_at"], now=view.now),
                places=_places(view, new["capacity"]),
                room=_or_none(view, new["room"]),
                code=slot.code if slot else "",
            )
        case _:
            return view.text(
                CHANGED_KEYS + "text",
                what=view.label(WHAT_KEYS + kind.replace("_", "-")),
                old=_or_none(view, clip(str(before[kind]), LONGEST_TEXT_SHOWN)),
                new=_or_none(view, clip(str(after[kind]), LONGEST_TEXT_SHOWN)),
            )


def _or_none(view: View, text: str) -> str:
    return text or view.label("editing-nothing")


def _places(view: View, capacity: int | None) -> str:
    return view.label("editing-unlimited") if capacity is None else str(capacity)


def _consequences(view: View, seen: Preview) -> list[Html]:
    """What follows that no message says."""
    lines = []
    if seen.over and seen.slot is not None and seen.slot.capacity is not None:
        lines.append(
            view.text("editing-over", taken=seen.slot.taken, capacity=seen.slot.capacity, over=seen.over)
        )
    if seen.promoted:
        lines.append(view.text("editing-promoted", count=seen.promoted))
    if seen.clashing:
        lines.append(view.text("editing-clashing", count=seen.clashing))
    if seen.edit.kind is EditKind.PLACE and seen.slots:
        lines.append(view.text("editing-slots-moved", count=seen.slots))
    if seen.edit.kind is EditKind.PLACE and belongs_to(seen.activity) != belongs_to(seen.old_activity):
        name = view.municipality(seen.activity.venue.municipality).name
        lines.append(view.text("editing-other-municipality", name=name))
    return lines


def _readers(view: View, seen: Preview) -> Html:
    """How many are written to, and the very message."""
    if seen.letter is None:
        return view.text("editing-readers-as-before" if seen.edit.kind in TOLD else "editing-readers-card")
    if not seen.people:
        if seen.unreachable:
            return view.text("editing-readers-none-reachable", count=seen.unreachable)
        return view.text("editing-readers-nobody")
    lines = [view.text("editing-readers", count=seen.people)]
    if seen.unreachable:
        lines.append(view.text("editing-readers-unreachable", count=seen.unreachable))
    letter = LETTERS[seen.letter.kind](view, seen.letter)
    lines.append(view.text("editing-readers-letter", letter=Html(letter.text)))
    lines.append(view.text("editing-readers-later", minutes=seen.minutes))
    return html_join(lines)


def applied(view: View, made: Made, people: int) -> Screen:
    parts = [view.text("editing-applied"), _made(view, made)]
    if made.told_slots and people:
        parts.append(view.text("editing-applied-told", count=people, minutes=minutes_left(view, made)))
    else:
        parts.append(view.text("editing-applied-quiet", minutes=minutes_left(view, made)))
    undo = button(view.label("editing-button-undo"), UndoEdit(edit=made.id))
    now = button(view.label("editing-button-send-now"), SendNow(edit=made.id)) if made.told_slots else None
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            undo,
            now,
            _to_edited(view, made),
            button(view.label("editing-button-more"), OpenFinding()),
            view.menu_button(),
        ),
    )


def _to_edited(view: View, made: Made) -> Button:
    if made.slot is not None:
        return button(view.label("editing-button-to-slot"), OpenSlot(slot=made.slot.id))
    return button(view.label("editing-button-to-activity"), OpenActivity(activity=made.activity.id))


def minutes_left(view: View, made: Made) -> int:
    """Whole minutes, rounded up, in which an edit can be taken back."""
    return max(1, -int(-(made.settles_at - view.now).total_seconds() // 60))


def _made(view: View, made: Made) -> Html:
    lines = [view.text("editing-made", title=made.activity.title)]
    if made.slot is not None and made.kind not in (EditKind.TIME, EditKind.ADD):
        lines.append(view.text("editing-preview-when", when=view.when(made.slot)))
    if made.kind is EditKind.PLACE:
        lines.append(view.text("editing-changed-new-place", new=address(made.activity)))
    else:
        lines.append(changed(view, made.kind, made.before, made.after, made.slot))
    return html_join(lines)


def unsent(view: View, value: Unsent, page: int) -> Screen:
    if not value.edits:
        text = view.text("editing-unsent-none")
        if value.imported:
            text = html_join([text, view.text("editing-unsent-imported", count=value.imported)], BLANK_LINE)
        return Screen(text, rows(_to_finding(view)))
    last = (len(value.edits) - 1) // UNSENT_ON_PAGE
    page = min(page, last)
    shown = list(enumerate(value.edits, start=1))[page * UNSENT_ON_PAGE : (page + 1) * UNSENT_ON_PAGE]
    parts = [view.text("editing-unsent")]
    for number, made in shown:
        left = view.text(
            "editing-unsent-left",
            minutes=minutes_left(view, made),
            author=made.author_name or view.label("editing-somebody"),
        )
        parts.append(html_join([Html(f"{number}. {_made(view, made)}"), left]))
    if value.imported:
        parts.append(view.text("editing-unsent-imported", count=value.imported))
    buttons = [
        button(f"{number}. {clip(made.activity.title, LABEL_TITLE)}", OpenEdit(edit=made.id))
        for number, made in shown
    ]
    turn = pager(view, page, last, lambda number: OpenUnsent(page=number))
    return Screen(html_join(parts, BLANK_LINE), rows(*buttons, turn, _to_finding(view)))


def one_edit(view: View, made: Made) -> Screen:
    left = view.text(
        "editing-unsent-left",
        minutes=minutes_left(view, made),
        author=made.author_name or view.label("editing-somebody"),
    )
    now = button(view.label("editing-button-send-now"), SendNow(edit=made.id)) if made.told_slots else None
    return Screen(
        html_join([_made(view, made), left], BLANK_LINE),
        rows(
            button(view.label("editing-button-undo"), UndoEdit(edit=made.id)),
            now,
            _to_edited(view, made),
            (button(view.label("common-button-back"), OpenUnsent()), view.menu_button()),
        ),
    )


def undone(view: View, made: Made, slot: Slot | None) -> Screen:
    lines = [view.text("editing-undone", title=made.activity.title)]
    if slot is not None:
        lines.append(view.text("editing-preview-when", when=view.when(slot)))
        if slot.capacity is not None and slot.taken > slot.capacity:
            lines.append(view.text("editing-state-overbooked", over=slot.taken - slot.capacity))
    to = OpenActivity(activity=made.activity.id)
    label = view.label("editing-button-to-activity")
    there = (
        button(view.label("editing-button-to-slot"), OpenSlot(slot=slot.id)) if slot else button(label, to)
    )
    return Screen(
        html_join(lines),
        rows(there, button(view.label("editing-button-unsent"), OpenUnsent()), _to_finding(view)),
    )


def sent(view: View, made: Made) -> Screen:
    return Screen(
        view.text("editing-sent", title=made.activity.title),
        rows(_to_edited(view, made), _to_finding(view)),
    )


def problem(view: View, text: Html) -> Screen:
    """Why it cannot be done, with ways on."""
    return Screen(
        text,
        rows(button(view.label("editing-button-unsent"), OpenUnsent()), _to_finding(view)),
    )

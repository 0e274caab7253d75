"""«Мои занятия»: the list, one slot with its people, attendance, being late, not being able to lead."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Html, html_join
from domain.booking import Answer
from domain.mentoring import (
    Guest,
    Led,
    Turn,
    attendance,
    grades,
    later_than,
    may_be_late,
    may_decline,
    may_mark,
    turn,
)
from domain.people import Role
from handlers.booking.screens import LABEL_TITLE, facts
from handlers.card.callbacks import OpenCard
from handlers.card.screens import clip, grade_name
from handlers.mentoring.callbacks import (
    AskCannotLead,
    AskHowLate,
    BeLate,
    CannotLead,
    MarkAllCame,
    MarkOne,
    OpenAttendance,
    OpenLed,
    OpenLedSlot,
)
from handlers.paging import pager
from handlers.screen import Button, Row, Screen, button, rows
from handlers.view import View
from services.mentoring import OwnSlot, OwnSlots

SLOTS_PAGE = 7
GUESTS_PAGE = 15
MARKS_PAGE = 20
NAMED_SHOWN = 3
LONGEST_NAME = 40
BLANK_LINE = "\n\n"
NOTICE = "n"
"""Origin of cards opened from here: they come below, the list stays."""
ROLE_KEYS = "mentoring-role-"
HEADINGS = {
    "today": "mentoring-today",
    "coming": "mentoring-coming",
    "over": "mentoring-over",
}


def own_slots(view: View, value: OwnSlots, page: int) -> Screen:
    """Today, what is coming, and what is over but may still be marked; one button each."""
    shown = (*value.page, *value.over)
    titles = {led.activity.title for led in shown}
    # One workshop is what most mentors lead: its title is said once.
    single = titles.pop() if len(titles) == 1 else None
    parts = [view.text("mentoring-title-of-one", title=single) if single else view.text("mentoring-title")]
    if not value.leads:
        parts.append(view.text("mentoring-not-linked"))
        if value.named_in:
            parts.append(view.text("mentoring-named", titles=", ".join(value.named_in[:NAMED_SHOWN])))
    elif not shown:
        parts.append(view.text("mentoring-empty"))
    for heading, group in _grouped(view, shown):
        lines = [_line(view, led, titled=single is None) for led in group]
        parts.append(html_join([view.text(HEADINGS[heading]), *lines]))
    last = page + 1 if value.has_more else page
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            *(_slot_button(view, led, titled=single is None) for led in shown),
            pager(view, page, last, lambda to: OpenLed(page=to)),
            view.menu_button(),
        ),
    )


def _grouped(view: View, page: Sequence[Led]) -> list[tuple[str, list[Led]]]:
    groups: dict[str, list[Led]] = {}
    today = view.dates.local(view.now).date()
    for led in page:
        if turn(led.slot, view.now) is Turn.OVER:
            heading = "over"
        else:
            heading = "today" if view.dates.local(led.slot.starts_at).date() <= today else "coming"
        groups.setdefault(heading, []).append(led)
    return list(groups.items())


def _line(view: View, led: Led, *, titled: bool) -> Html:
    when, state = view.when(led.slot), _state(view, led)
    if not titled:
        return view.text("mentoring-line", when=when, state=state)
    return view.text("mentoring-line-titled", when=when, title=led.activity.title, state=state)


def _state(view: View, led: Led) -> str:
    """One short clause: what matters most about the slot now."""
    if led.slot.cancelled_at is not None:
        return view.label("mentoring-line-cancelled")
    people = view.label("mentoring-line-people", count=led.booked)
    if turn(led.slot, view.now) is Turn.OVER and led.bookings:
        unmarked = led.bookings - led.marked
        key = "mentoring-line-unmarked" if unmarked else "mentoring-line-marked"
        return f"{people}, {view.label(key)}"
    if led.slot.waiting:
        people = view.label("mentoring-line-waiting", people=people, waiting=led.slot.waiting)
    if led.coming:
        people = view.label("mentoring-line-coming", people=people, coming=led.coming)
    return people


def _slot_button(view: View, led: Led, *, titled: bool) -> Button:
    start = led.slot.starts_at
    day, time = view.dates.relative_day(start, now=view.now), view.dates.time(start)
    label = view.label("mentoring-button-slot", day=day, time=time)
    if titled:
        title = clip(led.activity.title, LABEL_TITLE)
        label = view.label("mentoring-button-slot-titled", day=day, time=time, title=title)
    return button(label, OpenLedSlot(slot=led.slot.id))


def own_slot(view: View, value: OwnSlot, page: int = 0) -> Screen:
    """Who comes and what can be done now."""
    slot, activity = value.led.slot, value.led.activity
    pages = max(1, -(-len(value.guests) // GUESTS_PAGE)) if value.named else 1
    page = min(page, pages - 1)
    parts = [facts(view, activity, slot), html_join(_numbers(view, value)), _people(view, value, page, pages)]
    acts: list[Row | Button] = []
    if may_mark(slot, view.now) and value.guests:
        acts.append(button(view.label("mentoring-button-attendance"), OpenAttendance(slot=slot.id)))
    if may_be_late(slot, view.now) and value.guests and later_than(value.told_late):
        acts.append(button(view.label("mentoring-button-late"), AskHowLate(slot=slot.id)))
    if may_decline(slot, view.now) and not value.declined:
        acts.append(button(view.label("mentoring-button-cannot"), AskCannotLead(slot=slot.id)))
    return Screen(
        html_join([part for part in parts if part], BLANK_LINE),
        rows(
            pager(view, page, pages - 1, lambda to: OpenLedSlot(slot=slot.id, page=to)),
            *acts,
            button(view.label("mentoring-button-card"), OpenCard(activity=activity.id, origin=NOTICE)),
            (_back_to_list(view), view.menu_button()),
        ),
    )


def _numbers(view: View, value: OwnSlot) -> list[Html]:
    led, slot = value.led, value.led.slot
    if slot.cancelled_at is not None:
        return [view.text("mentoring-cancelled")]
    if slot.capacity is None:
        lines = [view.text("mentoring-places-unlimited", booked=led.booked)]
    else:
        lines = [view.text("mentoring-places", booked=led.booked, capacity=slot.capacity)]
    if led.coming:
        lines.append(view.text("mentoring-answered", coming=led.coming))
    if slot.waiting:
        lines.append(view.text("mentoring-waiting", waiting=slot.waiting))
    if pupils := grades(value.guests):
        named = [
            view.label("mentoring-grade", grade=grade_name(view, grade), count=count)
            for grade, count in pupils
        ]
        lines.append(view.text("mentoring-grades", list=", ".join(named)))
    marks = attendance(value.guests)
    if marks.came or marks.absent:
        lines.append(_counts(view, value.guests))
    if value.told_late:
        lines.append(view.text("mentoring-told-late", minutes=value.told_late))
    if value.declined:
        lines.append(view.text("mentoring-declined"))
    return lines


def _people(view: View, value: OwnSlot, page: int, pages: int) -> Html:
    if value.led.slot.cancelled_at is not None:
        return Html("")
    if not value.guests:
        return view.text("mentoring-nobody")
    if not value.named:
        return view.text("mentoring-names-gone")
    head = view.text("mentoring-who")
    if pages > 1:
        head = view.text("mentoring-who-page", page=page + 1, pages=pages)
    first = page * GUESTS_PAGE
    return html_join(
        [
            head,
            *(
                view.text("mentoring-guest", number=number, who=_guest(view, guest))
                for number, guest in enumerate(value.guests[first : first + GUESTS_PAGE], first + 1)
            ),
        ]
    )


def _guest(view: View, guest: Guest) -> str:
    who = _named(view, guest)
    if guest.places > 1:
        who = view.label("mentoring-guest-places", who=who, count=guest.places)
    if guest.companions:
        who = view.label("mentoring-guest-companions", who=who, names=", ".join(guest.companions))
    if guest.came is not None:
        return view.label("mentoring-guest-came" if guest.came else "mentoring-guest-absent", who=who)
    if guest.answer is Answer.COMING:
        return view.label("mentoring-guest-coming", who=who)
    return who


def _named(view: View, guest: Guest) -> str:
    """Name with the grade of a pupil or the role of an adult."""
    name = clip(guest.name, LONGEST_NAME) if guest.name else view.label("mentoring-guest-no-name")
    if guest.grade is not None:
        return view.label("mentoring-guest-role", name=name, role=_grade(view, guest.grade))
    if guest.role is None or guest.role is Role.STUDENT:
        return name
    return view.label("mentoring-guest-role", name=name, role=view.label(ROLE_KEYS + guest.role))


def _grade(view: View, grade: int) -> str:
    name = grade_name(view, grade)
    return view.label("grade-one", low=name) if name.isdecimal() else name


def attendance_screen(view: View, value: OwnSlot, page: int = 0) -> Screen:
    """Everybody on a button that says how they are marked; a tap marks them the other way."""
    slot = value.led.slot
    counts = attendance(value.guests)
    pages = max(1, -(-len(value.guests) // MARKS_PAGE))
    page = min(page, pages - 1)
    shown = value.guests[page * MARKS_PAGE : (page + 1) * MARKS_PAGE]
    parts = [
        view.text("mentoring-attendance", title=value.led.activity.title, when=view.when(slot)),
        _counts(view, value.guests),
    ]
    everybody = None
    if counts.unmarked:
        parts.append(view.text("mentoring-attendance-how"))
        some = counts.came or counts.absent
        label = view.label("mentoring-button-rest-came" if some else "mentoring-button-all-came")
        everybody = button(label, MarkAllCame(slot=slot.id, page=page))
    back = button(view.label("common-button-back"), OpenLedSlot(slot=slot.id))
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            everybody,
            *(_mark_button(view, slot.id, guest, page) for guest in shown),
            pager(view, page, pages - 1, lambda to: OpenAttendance(slot=slot.id, page=to)),
            (back, view.menu_button()),
        ),
    )


def _counts(view: View, guests: Sequence[Guest]) -> Html:
    counts = attendance(guests)
    if not counts.unmarked:
        return view.text("mentoring-attendance-done", came=counts.came, absent=counts.absent)
    return view.text(
        "mentoring-attendance-counts", came=counts.came, absent=counts.absent, unmarked=counts.unmarked
    )


def _mark_button(view: View, slot_id: int, guest: Guest, page: int) -> Button:
    who = clip(guest.name, LONGEST_NAME) if guest.name else view.label("mentoring-guest-no-name")
    if guest.places > 1:
        who = view.label("mentoring-who-places", who=who, count=guest.places)
    if guest.came is None:
        label = view.label("mentoring-button-unmarked", who=who)
    else:
        label = view.label("mentoring-button-came" if guest.came else "mentoring-button-absent", who=who)
    wanted = guest.came is not True
    return button(label, MarkOne(slot=slot_id, booking=guest.booking_id, came=wanted, page=page))


def how_late(view: View, value: OwnSlot) -> Screen:
    slot = value.led.slot
    left = later_than(value.told_late)
    if not value.guests:
        text = view.text("mentoring-late-nobody")
    elif not left:
        text = view.text("mentoring-late-all-said", minutes=value.told_late)
    else:
        text = view.text(
            "mentoring-late",
            title=value.led.activity.title,
            when=view.when(slot),
            count=len(value.guests),
        )
    offered = [
        button(view.label("mentoring-button-minutes", minutes=minutes), BeLate(slot=slot.id, minutes=minutes))
        for minutes in left
        if value.guests
    ]
    return Screen(text, rows(*offered, _back_row(view, slot.id)))


def told_late(view: View, told: int | None, bookings: int) -> str:
    """What pops up: some may be out of reach, and the mentor should know."""
    if told is None:
        return view.label("mentoring-toast-late-known")
    if not told:
        return view.label("mentoring-toast-late-nobody")
    if told < bookings:
        return view.label("mentoring-toast-late-some", told=told, bookings=bookings)
    return view.label("mentoring-toast-late", count=told)


def cannot_lead(view: View, value: OwnSlot, reason: str = "") -> Screen:
    """Confirmed by sending, with or without a reason."""
    slot = value.led.slot
    parts = [view.text("mentoring-cannot", title=value.led.activity.title, when=view.when(slot))]
    if reason:
        parts.append(view.text("mentoring-cannot-with", reason=reason))
    else:
        parts.append(view.text("mentoring-cannot-reason"))
    label = view.label("mentoring-button-send" if reason else "mentoring-button-send-bare")
    send = button(label, CannotLead(slot=slot.id))
    return Screen(html_join(parts, BLANK_LINE), rows(send, _back_row(view, slot.id)))


def reason_please(view: View, slot_id: int) -> Screen:
    send = button(view.label("mentoring-button-send-bare"), CannotLead(slot=slot_id))
    return Screen(view.text("mentoring-reason-please"), rows(send, _back_row(view, slot_id)))


def reported(view: View, slot_id: int, told: int | None) -> Screen:
    """``told`` coordinators know; None: they knew before."""
    if told is None:
        text = view.text("mentoring-sent-before")
    elif not told:
        text = view.text("mentoring-sent-nobody")
    else:
        text = html_join(
            [view.text("mentoring-sent", count=told), view.text("mentoring-sent-explained")], BLANK_LINE
        )
    return Screen(text, rows(_back_row(view, slot_id)))


def not_led(view: View) -> Screen:
    return Screen(view.text("mentoring-not-led"), rows((_back_to_list(view), view.menu_button())))


def _back_row(view: View, slot_id: int) -> Row:
    return button(view.label("common-button-back"), OpenLedSlot(slot=slot_id)), view.menu_button()


def _back_to_list(view: View) -> Button:
    return button(view.label("common-button-back"), OpenLed())

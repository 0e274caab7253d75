"""«Кто придёт» of one slot in numbers and names, and the rows of the call sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.texts import html_join
from domain.answers import Guest
from handlers.answers.callbacks import OpenAnswers, SendCallSheet
from handlers.booking.screens import where
from handlers.card.screens import grade_name
from handlers.editing.callbacks import OpenSlot
from handlers.paging import pager
from handlers.screen import Screen, button, rows
from handlers.view import View
from services.answers import SlotAnswers
from services.printed_table import Heading
from services.spreadsheet import Value

NAMES_ON_PAGE = 15
BLANK_LINE = "\n\n"
REASON_KEYS = "answers-reason-"
HOLDING_KEYS = "answers-holding-"


def answers(view: View, value: SlotAnswers, page: int) -> Screen:
    slot, activity, counted = value.slot, value.activity, value.answers
    head = view.text("answers-slot", title=activity.title, when=view.when(slot), where=where(activity, slot))
    if slot.capacity is None:
        numbers = [view.text("answers-booked-unlimited", booked=counted.booked)]
    else:
        numbers = [view.text("answers-booked", booked=counted.booked, places=slot.capacity)]
    if slot.capacity is not None and slot.taken > slot.capacity:
        numbers.append(view.text("answers-over", over=slot.taken - slot.capacity))
    numbers += [
        view.text("answers-coming", count=counted.coming),
        view.text("answers-silent", count=counted.silent),
        view.text("answers-declined", count=counted.declined),
    ]
    if counted.offered:
        numbers.append(view.text("answers-offered", count=counted.offered))
    numbers.append(view.text("answers-waiting", count=counted.waiting))
    parts = [head, html_join(numbers)]
    last = max(0, (len(value.silent) - 1) // NAMES_ON_PAGE)
    page = min(page, last)
    if slot.cancelled_at is not None:
        parts.insert(1, view.text("answers-cancelled"))
    elif value.silent:
        shown = value.silent[page * NAMES_ON_PAGE : (page + 1) * NAMES_ON_PAGE]
        names = [view.text("answers-silent-name", name=guest.name, who=who(view, guest)) for guest in shown]
        parts.append(html_join([view.text("answers-silent-names"), *names]))
    sheet = None
    if value.to_call:
        label = view.label("answers-button-call-sheet", count=len(value.to_call))
        sheet = button(label, SendCallSheet(slot=slot.id))
    else:
        parts.append(view.text("answers-nobody-to-call"))
    back = button(view.label("common-button-back"), OpenSlot(slot=slot.id))
    return Screen(
        html_join(parts, BLANK_LINE),
        rows(
            sheet,
            pager(view, page, last, lambda number: OpenAnswers(slot=slot.id, page=number)),
            (back, view.menu_button()),
        ),
    )


def who(view: View, guest: Guest) -> str:
    """Grade or organisation, and where from."""
    if guest.grade is None:
        of = guest.organisation
    else:
        number = str(guest.grade)
        of = view.label("grade-one", low=number) if guest.grade <= 11 else grade_name(view, guest.grade)
    return ", ".join(part for part in (of, guest.municipality) if part)


def headings(view: View) -> Sequence[Heading]:
    return (
        Heading(view.label("answers-column-name"), 26),
        Heading(view.label("answers-column-municipality"), 20),
        Heading(view.label("answers-column-from"), 24),
        Heading(view.label("answers-column-holds"), 40),
        Heading(view.label("answers-column-places"), 8),
        Heading(view.label("answers-column-reason"), 26),
        Heading(view.label("answers-column-notes"), 36),
    )


def lines(view: View, value: SlotAnswers) -> Iterator[Sequence[Value]]:
    """Rows of the call sheet; the last cell is for notes by hand."""
    slot, activity = value.slot, value.activity
    for guest, reason in value.to_call:
        if guest.grade is None:
            of = guest.organisation
        else:
            of = grade_name(view, guest.grade)
            of = view.label("grade-one", low=of) if guest.grade <= 11 else of
        holds = view.label(HOLDING_KEYS + guest.status, title=activity.title, when=view.when(slot))
        why = view.label(REASON_KEYS + reason)
        yield guest.name, guest.municipality, of, holds, guest.places, why, ""


def title(view: View, value: SlotAnswers) -> str:
    return view.label("answers-sheet-title", title=value.activity.title, when=view.when(value.slot))

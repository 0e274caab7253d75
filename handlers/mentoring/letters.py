"""What others read when a mentor is late or cannot lead."""

from __future__ import annotations

from datetime import timedelta

from bot.texts import html_join
from domain.facts import OfReport
from domain.letters import Letter
from domain.payloads import CannotLead, Late
from handlers.booking.callbacks import OpenMyBookings
from handlers.booking.screens import where
from handlers.editing.callbacks import OpenSlot
from handlers.mentoring.screens import BLANK_LINE
from handlers.screen import Screen, button, rows
from handlers.view import View


def late(view: View, letter: Letter) -> Screen:
    """To those booked: about when it really begins."""
    part = letter.parts[0]
    _, slot, activity = part.visit
    if not isinstance(late := part.delivery.payload, Late):
        raise ValueError(f"{letter.kind} without minutes")
    minutes = late.minutes
    text = view.text(
        "mentoring-letter-late",
        minutes=minutes,
        title=activity.title,
        planned=view.dates.time(slot.starts_at),
        start=view.dates.time(slot.starts_at + timedelta(minutes=minutes)),
        where=where(activity, slot),
    )
    return Screen(text, rows(button(view.label("notices-button-my"), OpenMyBookings())))


def cannot_lead(view: View, letter: Letter) -> Screen:
    """To coordinators: which slot, why, and how many are booked on it."""
    payload, facts = letter.parts[0].delivery.payload, letter.parts[0].facts
    if not isinstance(payload, CannotLead) or not isinstance(facts, OfReport):
        raise ValueError(f"{letter.kind} without a report")
    slot, activity = facts.led.slot, facts.led.activity
    lines = [
        view.text(
            "mentoring-letter-cannot",
            title=activity.title,
            town=activity.venue.town,
            when=view.when(slot),
            people=facts.led.booked,
        )
    ]
    if facts.mentor:
        lines.append(view.text("mentoring-letter-mentor", name=facts.mentor))
    if payload.reason:
        lines.append(view.text("mentoring-letter-reason", reason=payload.reason))
    text = html_join([html_join(lines), view.text("mentoring-letter-decide")], BLANK_LINE)
    opening = button(view.label("mentoring-button-open"), OpenSlot(slot=slot.id))
    return Screen(text, rows(opening, view.menu_button()))

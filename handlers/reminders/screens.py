"""The reminder settings: what is on stands in words, in the text and on the buttons."""

from __future__ import annotations

from datetime import date, timedelta

from domain.reminders import Offset
from handlers.announcements.screens import entry as to_announcements
from handlers.reminders.callbacks import PauseReminders, SetReminder, SilenceAll
from handlers.screen import Button, Screen, button, rows
from handlers.view import View
from services.reminder_settings import ReminderSettings

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
DAY_FORMAT = "%Y%m%d"

IN_A_SENTENCE = {
    Offset.WEEK: "reminders-when-week",
    Offset.EVENING: "reminders-when-evening",
    Offset.MORNING: "reminders-when-morning",
    Offset.TWO_HOURS: "reminders-when-two-hours",
    Offset.HALF_HOUR: "reminders-when-half-hour",
}
ON_A_BUTTON = {
    Offset.WEEK: "reminders-label-week",
    Offset.EVENING: "reminders-label-evening",
    Offset.MORNING: "reminders-label-morning",
    Offset.TWO_HOURS: "reminders-label-two-hours",
    Offset.HALF_HOUR: "reminders-label-half-hour",
}


def settings(view: View, value: ReminderSettings) -> Screen:
    parts = [view.text("reminders-title")]
    if value.wanted:
        listed = ", ".join(view.label(IN_A_SENTENCE[offset]) for offset in Offset if offset in value.wanted)
        parts.append(view.text("reminders-chosen", list=listed))
    else:
        parts.append(view.text("reminders-none"))
    if value.paused_until is not None:
        parts.append(view.text("reminders-paused", day=view.dates.day(value.paused_until, now=view.now)))
    parts.append(view.text("reminders-explained"))
    silence = None
    if value.wanted:
        silence = button(view.label("reminders-button-silence"), SilenceAll())
    return Screen(
        "\n\n".join(parts),
        rows(
            *(_choice(view, offset, on=offset in value.wanted) for offset in Offset),
            silence,
            *_pauses(view, value),
            to_announcements(view),
            view.menu_button(),
        ),
    )


def _choice(view: View, offset: Offset, *, on: bool) -> Button:
    when = view.label(ON_A_BUTTON[offset])
    label = view.label("reminders-button-is-on" if on else "reminders-button-is-off", when=when)
    return button(label, SetReminder(offset=int(offset), on=not on))


def _pauses(view: View, value: ReminderSettings) -> list[tuple[Button, ...]]:
    if value.paused_until is not None:
        return [(button(view.label("reminders-button-resume"), PauseReminders()),)]
    today = view.dates.local(view.now).date()
    tomorrow = view.label("reminders-button-pause-tomorrow")
    week = view.label("reminders-button-pause-week")
    month = view.label("reminders-button-pause-month")
    return [
        (_pause(tomorrow, today + timedelta(days=1)),),
        (_pause(week, today + WEEK), _pause(month, today + MONTH)),
    ]


def _pause(label: str, until: date) -> Button:
    return button(label, PauseReminders(until=until.strftime(DAY_FORMAT)))

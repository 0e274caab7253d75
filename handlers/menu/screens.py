"""The main menu, help and what people read first."""

from __future__ import annotations

from bot.texts import Html
from domain.people import Right, Role
from domain.registration import Question
from handlers.booking.callbacks import OpenMyBookings
from handlers.coordination.callbacks import OpenCoordination
from handlers.mentoring.callbacks import OpenLed
from handlers.menu.callbacks import OpenHelp, OpenMenu
from handlers.profile.callbacks import EditAnswer, OpenProfile
from handlers.programme.callbacks import OpenProgramme
from handlers.questions.callbacks import OpenAsking
from handlers.reminders.callbacks import OpenReminders
from handlers.screen import Screen, button, rows
from handlers.view import View
from handlers.workshops.callbacks import OpenWorkshops


def menu(view: View, *, first_time: bool = False, note: Html | None = None) -> Screen:
    """The menu; ``note`` is a sentence that comes before it."""
    person = view.actor.person
    greeting = "menu-welcome" if first_time else "menu-text"
    text = view.text(greeting)
    if person is not None and person.name and not first_time:
        text = view.text("menu-text-name", name=person.name)
    name_first = None
    if person is not None and person.dormant:
        text = Html(f"{text}\n\n{view.text('menu-name-first')}")
        name_first = button(view.label("menu-button-name-first"), EditAnswer(question=Question.CONSENT))
    led = None
    if view.actor.may(Right.LEAD_OWN_ACTIVITIES):
        led = button(view.label("menu-button-led"), OpenLed())
    coordination = None
    if view.actor.may(Right.RUN_PROGRAMME):
        coordination = button(view.label("menu-button-coordination"), OpenCoordination())
    return Screen(
        f"{note}\n\n{text}" if note else text,
        rows(
            name_first,
            button(view.label("menu-button-workshops"), OpenWorkshops()),
            button(view.label("menu-button-programme"), OpenProgramme()),
            (
                button(view.label("menu-button-my"), OpenMyBookings()),
                button(view.label("menu-button-reminders"), OpenReminders()),
            ),
            led,
            button(view.label("menu-button-ask"), OpenAsking()),
            (
                button(view.label("menu-button-profile"), OpenProfile()),
                button(view.label("menu-button-help"), OpenHelp()),
            ),
            coordination,
        ),
    )


def help_screen(view: View) -> Screen:
    person = view.actor.person
    adult = person is not None and person.role in (Role.PARENT, Role.TEACHER, Role.MENTOR)
    text = view.text("menu-help")
    if adult:
        text = Html(f"{text}\n\n{view.text('menu-help-adult')}")
    return Screen(text, rows(button(view.label("common-button-menu"), OpenMenu())))


def privacy_screen(view: View) -> Screen:
    return Screen(
        view.text("privacy-full"),
        rows(
            button(view.label("menu-button-profile"), OpenProfile()),
            button(view.label("common-button-menu"), OpenMenu()),
        ),
    )

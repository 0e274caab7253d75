"""The profile, and leaving."""

from __future__ import annotations

from bot.texts import Html
from domain.people import GRADE_COLLEGE, Person, Role
from domain.registration import Question
from handlers.announcements.screens import FROM_PROFILE
from handlers.announcements.screens import entry as to_announcements
from handlers.card.screens import grade_name
from handlers.menu.callbacks import OpenMenu
from handlers.profile.callbacks import (
    AskToDelete,
    AskToWithdraw,
    DeleteMe,
    EditAnswer,
    OpenProfile,
    SendMyData,
    Withdraw,
)
from handlers.registration.screens import ROLE_KEYS
from handlers.screen import Screen, button, columns, rows
from handlers.view import View


def profile(view: View) -> Screen:
    person = view.actor.person
    if person is None or not person.is_registered:
        return Screen(
            view.text("profile-empty"),
            rows(
                button(view.label("profile-button-fill"), EditAnswer(question=Question.CONSENT)),
                (
                    button(view.label("profile-button-data"), SendMyData()),
                    button(view.label("profile-button-delete"), AskToDelete()),
                ),
                view.menu_button(),
            ),
        )
    last = Question.GRADE if person.role is Role.STUDENT else Question.ORGANISATION
    edits = [
        button(view.label("profile-button-role"), EditAnswer(question=Question.ROLE)),
        button(view.label("profile-button-name"), EditAnswer(question=Question.NAME)),
        button(view.label("profile-button-municipality"), EditAnswer(question=Question.MUNICIPALITY)),
        button(
            view.label("profile-button-grade" if last is Question.GRADE else "profile-button-organisation"),
            EditAnswer(question=last),
        ),
    ]
    return Screen(
        Html("\n".join([view.text("profile-title"), "", *facts(view, person)])),
        rows(
            *columns(edits, 2),
            to_announcements(view, FROM_PROFILE),
            button(view.label("profile-button-data"), SendMyData()),
            (
                button(view.label("profile-button-withdraw"), AskToWithdraw()),
                button(view.label("profile-button-delete"), AskToDelete()),
            ),
            view.menu_button(),
        ),
    )


def facts(view: View, person: Person) -> list[Html]:
    found = []
    if person.name:
        found.append(view.text("profile-name", name=person.name))
    if person.role is not None:
        role = view.label(ROLE_KEYS + person.role)
        confirmed = person.role in person.acting_roles
        found.append(view.text("profile-role" if confirmed else "profile-role-unconfirmed", role=role))
    if Role.COORDINATOR in person.acting_roles:
        found.append(view.text("profile-coordinator"))
    if person.municipality:
        found.append(view.text("profile-municipality", name=view.municipality(person.municipality).name))
    if person.role is Role.STUDENT and person.grade is not None:
        key = "profile-grade" if person.grade < GRADE_COLLEGE else "profile-grade-after"
        found.append(view.text(key, grade=grade_name(view, person.grade)))
    if person.organisation:
        found.append(view.text("profile-organisation", name=person.organisation))
    if person.consent_at is not None:
        day = view.dates.day(person.consent_at, now=view.now)
        found.append(view.text("profile-consent", day=day, version=person.consent_version or ""))
    return found


def ask_to_withdraw(view: View) -> Screen:
    return Screen(
        view.text("profile-ask-withdraw"),
        rows(
            button(view.label("profile-button-withdraw-yes"), Withdraw()),
            (button(view.label("common-button-back"), OpenProfile()), view.menu_button()),
        ),
    )


def withdrawn(view: View) -> Screen:
    return Screen(view.text("profile-withdrawn"), rows(button(view.label("common-button-menu"), OpenMenu())))


def ask_to_delete(view: View) -> Screen:
    return Screen(
        view.text("profile-ask-delete"),
        rows(
            button(view.label("profile-button-delete-yes"), DeleteMe()),
            (button(view.label("common-button-back"), OpenProfile()), view.menu_button()),
        ),
    )


def deleted(view: View, *, record_stays: bool) -> Screen:
    """``record_stays``: of the role over others that they held within a year."""
    text = view.text("profile-deleted-but-record" if record_stays else "profile-deleted")
    return Screen(text, rows(button(view.label("common-button-menu"), OpenMenu())))

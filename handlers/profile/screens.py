"""The profile, leaving, and everything stored about a person as a text they can read."""

from __future__ import annotations

from bot.texts import Html
from domain.announcement import Received
from domain.booking import BookingStatus
from domain.people import GRADE_COLLEGE, Person, Role
from domain.registration import Question
from handlers.announcements.letters import beginning, values_of
from handlers.announcements.screens import FROM_PROFILE, topics
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
from services.registration import Dossier

STATUS_KEYS = "data-status-"
PACE_KEYS = "data-pace-"
LONGEST_TITLE = 80


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
        Html("\n".join([view.text("profile-title"), "", *_facts(view, person)])),
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


def _facts(view: View, person: Person) -> list[Html]:
    facts = []
    if person.name:
        facts.append(view.text("profile-name", name=person.name))
    if person.role is not None:
        role = view.label(ROLE_KEYS + person.role)
        confirmed = person.role in person.acting_roles
        facts.append(view.text("profile-role" if confirmed else "profile-role-unconfirmed", role=role))
    if Role.COORDINATOR in person.acting_roles:
        facts.append(view.text("profile-coordinator"))
    if person.municipality:
        facts.append(view.text("profile-municipality", name=view.municipality(person.municipality).name))
    if person.role is Role.STUDENT and person.grade is not None:
        key = "profile-grade" if person.grade < GRADE_COLLEGE else "profile-grade-after"
        facts.append(view.text(key, grade=grade_name(view, person.grade)))
    if person.organisation:
        facts.append(view.text("profile-organisation", name=person.organisation))
    if person.consent_at is not None:
        day = view.dates.day(person.consent_at, now=view.now)
        facts.append(view.text("profile-consent", day=day, version=person.consent_version or ""))
    return facts


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


def dossier(view: View, value: Dossier) -> str:
    """Everything stored about a person, as plain text."""
    person, stored = value.person, value.stored

    def moment(of: object) -> str:
        return view.dates.moment(of, now=view.now)  # type: ignore[arg-type]

    lines = [view.label("data-title", moment=moment(view.now)), ""]
    lines.append(view.label("data-address", messenger=person.address.messenger, id=person.address.user_id))
    lines.append(view.label("data-since", first=moment(stored.created_at), last=moment(stored.seen_at)))
    lines += [_plain(fact) for fact in _facts(view, person)]
    lines.append(view.label("data-reminders", offsets=str(person.reminders)))
    if person.paused_until is not None:
        lines.append(view.label("data-paused", moment=moment(person.paused_until)))
    lines += ["", view.label("data-bookings")]
    for booking, slot, activity in value.bookings:
        state = view.label(STATUS_KEYS + BookingStatus(booking.status))
        names = ", ".join(booking.companions)
        line = view.label(
            "data-booking",
            when=view.when(slot),
            title=activity.title,
            places=booking.places,
            state=state,
            asked=moment(booking.queued_at),
        )
        if booking.id in stored.attendance:
            key = "data-booking-came" if stored.attendance[booking.id] else "data-booking-absent"
            line = view.label(key, booking=line)
        lines.append(f"{line} ({names})" if names else line)
    if not value.bookings:
        lines.append(view.label("data-none"))
    if stored.leads:
        lines += ["", view.label("data-leads"), *stored.leads]
    if stored.audiences:
        lines += ["", view.label("data-audiences"), *stored.audiences]
    if stored.asked:
        without_words = view.label("questions-file")
        written = [f"{moment(at)}: {text or without_words}" for at, text in stored.asked]
        lines += ["", view.label("data-asked"), *written]
    lines += ["", view.label("data-messages")]
    lines += [f"{moment(due_at)}: {kind}, {status}" for kind, status, due_at in stored.messages]
    if not stored.messages:
        lines.append(view.label("data-none"))
    choice = value.announcements
    pace = view.label(PACE_KEYS + choice.pace)
    lines += ["", view.label("data-announcements", pace=pace, topics=topics(view, choice.tracks))]
    lines += [_received(view, person, each) for each in value.received]
    lines += ["", view.label("data-filters"), str(stored.filters or view.label("data-none"))]
    lines += [
        "",
        view.label("data-wishes"),
        *([str(wish) for wish in stored.wishes] or [view.label("data-none")]),
    ]
    return "\n".join(lines) + "\n"


def _received(view: View, person: Person, each: Received) -> str:
    """When it came and how it begins; the rest is the coordinators' own."""
    said = beginning(view, each.announcement.content, values_of(view, person.name or "", None), LONGEST_TITLE)
    line = view.label("data-announcement", when=view.dates.moment(each.at, now=view.now), said=said)
    if each.read_at is None:
        return line
    read = view.dates.moment(each.read_at, now=view.now)
    return view.label("data-announcement-read", announcement=line, when=read)


def _plain(html: Html) -> str:
    text = html.replace("<b>", "").replace("</b>", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")

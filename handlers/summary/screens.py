"""«Сводка» in words: the numbers stand first, pictures come when asked for."""

from __future__ import annotations

from bot.texts import Html, html_join
from domain.people import Role
from domain.summary import Summary
from handlers.coordination.callbacks import OpenCoordination
from handlers.screen import Button, Screen, button, columns, rows
from handlers.summary.callbacks import DrawPicture, OpenSummary, Picture
from handlers.view import View

MINUTES_SAID = 90
"""From here on, hours are said."""
ROLE_KEYS = "summary-role-"
BLANK_LINE = "\n\n"
PICTURES = {
    Picture.FILL: "summary-button-fill",
    Picture.SIGN_UPS: "summary-button-sign-ups",
    Picture.WAITING: "summary-button-waiting",
    Picture.NO_SHOWS: "summary-button-no-shows",
}


def entry(view: View) -> Button:
    """For the coordinator's menu."""
    return button(view.label("summary-button-open"), OpenSummary())


def summary(view: View, value: Summary) -> Screen:
    parts = [_title(view), _programme(view, value), _people(view, value), _bookings(view, value)]
    if (questions := _questions(view, value)) is not None:
        parts.append(questions)
    pictures = [button(view.label(key), DrawPicture(picture=picture)) for picture, key in PICTURES.items()]
    return Screen(
        html_join([*parts, view.text("summary-pictures")], BLANK_LINE),
        rows(
            *columns(pictures, 2),
            button(view.label("summary-button-renew"), OpenSummary()),
            (button(view.label("common-button-back"), OpenCoordination()), view.menu_button()),
        ),
    )


def _title(view: View) -> Html:
    scope = view.actor.scope
    where = view.label("summary-everywhere")
    if not scope.everywhere:
        where = ", ".join(sorted(view.municipality(code).name for code in scope.municipalities))
    return view.text("summary-title", where=where, now=view.dates.moment(view.now, now=view.now))


def _programme(view: View, value: Summary) -> Html:
    programme = value.programme
    lines = [
        view.text(
            "summary-programme",
            workshops=view.label("summary-workshops", count=programme.workshops),
            forum=view.label("summary-forum", count=programme.forum),
            slots=view.label("summary-slots", count=programme.slots),
        )
    ]
    if (fill := programme.fill).places:
        lines.append(view.text("summary-fill", taken=fill.taken, places=fill.places, percent=fill.percent))
    if programme.unlimited:
        lines.append(view.text("summary-unlimited", count=programme.unlimited))
    if programme.waiting:
        lines.append(view.text("summary-waiting", count=programme.waiting))
    return html_join(lines)


def _people(view: View, value: Summary) -> Html:
    counted = [
        view.label(ROLE_KEYS + role, count=value.people[role]) for role in Role if value.people.get(role)
    ]
    if not counted:
        return view.text("summary-people-none")
    lines = [view.text("summary-people", list=", ".join(counted))]
    if value.unreachable:
        lines.append(view.text("summary-unreachable", count=value.unreachable))
    return html_join(lines)


def _bookings(view: View, value: Summary) -> Html:
    bookings = value.bookings
    lines = [view.text("summary-bookings", today=bookings.today, week=bookings.this_week)]
    if bookings.coming or bookings.not_coming or bookings.silent:
        lines.append(
            view.text(
                "summary-answers",
                coming=bookings.coming,
                away=bookings.not_coming,
                silent=bookings.silent,
            )
        )
    absences = bookings.absences
    if absences.marked:
        lines.append(
            view.text(
                "summary-no-shows",
                absent=absences.absent,
                marked=absences.marked,
                percent=absences.percent,
            )
        )
    else:
        lines.append(view.text("summary-no-shows-unmarked"))
    return html_join(lines)


def _questions(view: View, value: Summary) -> Html | None:
    questions = value.questions
    if not (questions.waiting or questions.answered or questions.first_answer):
        return None
    lines = [view.text("summary-questions", waiting=questions.waiting, answered=questions.answered)]
    if questions.first_answer is not None:
        minutes = max(1, round(questions.first_answer.total_seconds() / 60))
        key, count = ("summary-first-answer-minutes", minutes)
        if minutes >= MINUTES_SAID:
            key, count = "summary-first-answer-hours", round(minutes / 60)
        lines.append(view.text(key, count=count))
    return html_join(lines)


def below_picture(view: View) -> Screen:
    """Buttons under a picture; its caption is the text."""
    return Screen("", rows((button(view.label("summary-button-text"), OpenSummary()), view.menu_button())))


def instead_of_picture(view: View, caption: Html) -> Screen:
    """The numbers, where the picture could not be made."""
    text = html_join([view.text("summary-no-picture"), caption], BLANK_LINE)
    return Screen(text, below_picture(view).rows)

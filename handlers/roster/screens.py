"""«Списки участников» as screens, and the cells of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from domain.booking import Answer, BookingStatus
from domain.people import GRADE_COLLEGE, Role
from domain.roster import Guest, Roster, RosterOf
from handlers.card.screens import clip, grade_name
from handlers.coordination.callbacks import OpenCoordination
from handlers.paging import pager
from handlers.roster.callbacks import (
    OpenRosterActivities,
    OpenRosterDays,
    OpenRosterMunicipalities,
    OpenRosters,
    SendRoster,
)
from handlers.screen import Button, Screen, button, rows
from handlers.view import View
from services.printed_table import Heading
from services.roster import Counted

ON_PAGE = 8
LABEL_LENGTH = 40
ROLE_KEYS = "roster-role-"
COLUMNS = (
    ("roster-column-time", 20),
    ("roster-column-title", 30),
    ("roster-column-place", 30),
    ("roster-column-name", 26),
    ("roster-column-role", 22),
    ("roster-column-places", 7),
    ("roster-column-companions", 24),
    ("roster-column-answer", 14),
)
"""Headings with widths in characters."""


def entry(view: View) -> Button:
    """The way in from the coordinator's menu."""
    return button(view.label("roster-button-open"), OpenRosters())


def rosters(view: View) -> Screen:
    return Screen(
        view.text("roster-title"),
        rows(
            button(view.label("roster-button-days"), OpenRosterDays()),
            button(view.label("roster-button-municipalities"), OpenRosterMunicipalities()),
            button(view.label("common-button-back"), OpenCoordination()),
            view.menu_button(),
        ),
    )


def _counted(view: View, name: str, places: int) -> str:
    return view.label("roster-button-counted", name=clip(name, LABEL_LENGTH), count=places)


def _day_name(view: View, day: date) -> str:
    return view.dates.relative_day(datetime.combine(day, time(12), view.zone), now=view.now)


def days(view: View, found: Sequence[tuple[date, int]], page: int) -> Screen:
    last = max(0, len(found) - 1) // ON_PAGE
    page = min(page, last)
    shown = found[page * ON_PAGE : (page + 1) * ON_PAGE]
    return Screen(
        view.text("roster-days" if found else "roster-nobody"),
        rows(
            *(
                button(
                    _counted(view, _day_name(view, day).capitalize(), places),
                    SendRoster(of=RosterOf.DAY, key=f"{day:%Y%m%d}"),
                )
                for day, places in shown
            ),
            pager(view, page, last, lambda to: OpenRosterDays(page=to)),
            button(view.label("common-button-back"), OpenRosters()),
            view.menu_button(),
        ),
    )


def municipalities(view: View, found: Sequence[Counted], page: int) -> Screen:
    last = max(0, len(found) - 1) // ON_PAGE
    page = min(page, last)
    shown = found[page * ON_PAGE : (page + 1) * ON_PAGE]
    return Screen(
        view.text("roster-municipalities" if found else "roster-nobody"),
        rows(
            *(
                button(_counted(view, item.name, item.places), OpenRosterActivities(municipality=item.key))
                for item in shown
            ),
            pager(view, page, last, lambda to: OpenRosterMunicipalities(page=to)),
            button(view.label("common-button-back"), OpenRosters()),
            view.menu_button(),
        ),
    )


def activities(view: View, municipality: str, found: Sequence[Counted], page: int, *, more: bool) -> Screen:
    """``more``: there is another page after this one."""
    known = next((place.name for place in view.municipalities if place.code == municipality), "")
    whole = button(view.label("roster-button-whole"), SendRoster(of=RosterOf.MUNICIPALITY, key=municipality))
    return Screen(
        view.text("roster-activities", name=known) if found else view.text("roster-nobody"),
        rows(
            whole if found else None,
            *(
                button(_counted(view, item.name, item.places), SendRoster(of=RosterOf.ACTIVITY, key=item.key))
                for item in found
            ),
            pager(
                view,
                page,
                page + more,
                lambda to: OpenRosterActivities(municipality=municipality, page=to),
            ),
            button(view.label("common-button-back"), OpenRosterMunicipalities()),
            view.menu_button(),
        ),
    )


# The list itself.


def title(view: View, roster: Roster) -> str:
    """What stands on top of every page."""
    return view.label("roster-page-title", name=roster.title)


def headings(view: View) -> list[Heading]:
    return [Heading(view.label(key), width) for key, width in COLUMNS]


def lines(view: View, guests: Sequence[Guest]) -> Iterator[list[str | int]]:
    for guest in guests:
        start = view.dates.local(guest.starts_at)
        yield [
            f"{start:%d.%m.%Y} {view.dates.hours(guest.starts_at, guest.ends_at)}",
            guest.title,
            ", ".join(filter(None, (guest.venue, guest.address, guest.room))),
            guest.name or view.label("roster-nameless"),
            _role(view, guest),
            guest.places,
            ", ".join(guest.companions),
            _answer(view, guest),
        ]


def _role(view: View, guest: Guest) -> str:
    if guest.role is None:
        return ""
    role = view.label(ROLE_KEYS + guest.role)
    if guest.role is not Role.STUDENT:
        return ", ".join(filter(None, (role, guest.organisation)))
    if guest.grade is None:
        return role
    grade = grade_name(view, guest.grade)
    return view.label("roster-grade", grade=grade) if guest.grade < GRADE_COLLEGE else grade


def _answer(view: View, guest: Guest) -> str:
    if guest.status is BookingStatus.OFFERED:
        return view.label("roster-answer-offered")
    return view.label("roster-answer-coming") if guest.answer is Answer.COMING else ""

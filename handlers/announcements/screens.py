"""How announcements come, and those that have come."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Html, html_join
from domain.announcement import Choice, Pace, Received
from domain.programme import Track
from handlers.announcements.callbacks import ChoosePace, ChooseTopic, OpenChoice, OpenReceived
from handlers.announcements.letters import IN_A_DIGEST, line, open_button, values_of
from handlers.paging import pager
from handlers.profile.callbacks import OpenProfile
from handlers.reminders.callbacks import OpenReminders
from handlers.screen import Button, Screen, button, columns, rows
from handlers.view import View

ON_PAGE = IN_A_DIGEST
FROM_PROFILE = "p"
PACE_KEYS = "announcements-pace-"
PACE_LABEL_KEYS = "announcements-button-pace-"
PACE_TOAST_KEYS = "announcements-toast-pace-"
TRACK_KEYS = "track-"
TRACK_LABEL_KEYS = "announcements-button-track-"


def entry(view: View, origin: str = "") -> Button:
    """The way in, from the reminders and from the profile."""
    return button(view.label("announcements-button"), OpenChoice(origin=origin))


def choice(view: View, value: Choice, origin: str) -> Screen:
    comes = value.pace is not Pace.NEVER
    parts = [view.text("announcements-choice"), view.text(PACE_KEYS + value.pace)]
    if comes:
        parts.append(view.text("announcements-topics", topics=topics(view, value.tracks)))
    if comes and not value.consents:
        parts.append(view.text("announcements-no-consent"))
    elif comes and value.paused_until is not None:
        day = view.dates.day(value.paused_until, now=view.now)
        parts.append(view.text("announcements-paused", day=day))
    parts.append(view.text("announcements-always"))
    paces = [
        _chosen(
            view, view.label(PACE_LABEL_KEYS + pace), ChoosePace(pace=pace, origin=origin), pace is value.pace
        )
        for pace in Pace
    ]
    return Screen(
        html_join(parts, "\n\n"),
        rows(
            *paces,
            *(_topic_rows(view, value, origin) if comes else ()),
            button(view.label("announcements-button-received"), OpenReceived(origin=origin)),
            (_back(view, origin), view.menu_button()),
        ),
    )


def topics(view: View, tracks: Sequence[Track]) -> str:
    """What somebody wants to hear of, in a sentence."""
    return ", ".join(view.label(TRACK_KEYS + track) for track in tracks) or view.label(
        "announcements-all-topics"
    )


def _topic_rows(view: View, value: Choice, origin: str) -> list[list[Button]]:
    every = _chosen(
        view, view.label("announcements-button-all-topics"), ChooseTopic(origin=origin), not value.tracks
    )
    each = [
        _chosen(
            view,
            view.label(TRACK_LABEL_KEYS + track),
            ChooseTopic(track=track, on=track not in value.tracks, origin=origin),
            track in value.tracks,
        )
        for track in Track
    ]
    return [[every], *(list(row) for row in columns(each, 2))]


def _chosen(view: View, label: str, data: ChoosePace | ChooseTopic, is_chosen: bool) -> Button:
    return button(view.label("announcements-button-chosen", what=label) if is_chosen else label, data)


def _back(view: View, origin: str) -> Button:
    to = OpenProfile() if origin == FROM_PROFILE else OpenReminders()
    return button(view.label("common-button-back"), to)


def received(view: View, found: Sequence[Received], page: int, *, has_more: bool, origin: str) -> Screen:
    """The latest first; ``has_more``: there is another page."""
    values = values_of(view, (view.actor.person.name if view.actor.person else None) or "", None)
    parts: list[Html] = [view.text("announcements-received")]
    keys: list[Button] = []
    for number, each in enumerate(found, start=page * ON_PAGE + 1):
        said = each.announcement
        parts.append(
            view.text("announcements-line-recalled", number=str(number))
            if said.recalled
            else line(view, number, said, values)
        )
        if not said.recalled:
            keys.append(open_button(view, said, values))
    if not found:
        parts.append(view.text("announcements-received-none"))
    return Screen(
        html_join(parts, "\n\n"),
        rows(
            *keys,
            pager(view, page, page + has_more, lambda to: OpenReceived(page=to, origin=origin)),
            (button(view.label("common-button-back"), OpenChoice(origin=origin)), view.menu_button()),
        ),
    )


def not_shown(view: View) -> Screen:
    """The messenger did not take it this time."""
    return Screen(view.text("announcements-not-shown"), rows(view.menu_button()))

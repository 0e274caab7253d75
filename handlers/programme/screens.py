"""The forum: the way in, a day by time or by track, what runs now, the person's own day.

A place in the programme travels inside buttons as a short text: ``d<day>-<track>-<page>`` for a day,
``n<page>`` for now and soon, ``m<day>`` for the own day, "" for the way in. Days count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from aiogram.filters.callback_data import CallbackData

from bot.texts import Html, html_join
from domain.booking import Planned
from domain.programme import Activity, Slot, Track
from handlers.booking.callbacks import OpenMyBookings
from handlers.booking.screens import plan_lines
from handlers.card.callbacks import OpenCard
from handlers.card.screens import TRACK_KEYS, availability, clip
from handlers.paging import page_line, pager
from handlers.programme.callbacks import OpenProgramme
from handlers.screen import Button, Screen, button, columns, rows
from handlers.view import View
from services.forum import ForumOverview, ForumPage

LABEL_TITLE = 46
FACTS_SHOWN = 6
LONGEST_KEY = 80
LONGEST_FACT = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the programme somebody is; reads and writes the text that buttons carry."""

    kind: str = ""
    day: int = 0
    track: Track | None = None
    page: int = 0

    def pack(self) -> str:
        match self.kind:
            case "d":
                letter = self.track[0] if self.track else ""
                return f"d{self.day}-{letter}-{self.page}"
            case "n":
                return f"n{self.page}"
            case "m":
                return f"m{self.day}"
            case "t":
                return f"t{self.day}"
            case _:
                return ""

    @classmethod
    def unpack(cls, text: str) -> Place:
        """What never was a place is the way in."""
        kind, rest = text[:1], text[1:]
        if kind == "d" and rest.count("-") == 2:
            day, letter, page = rest.split("-")
            track = next((track for track in Track if letter and track.startswith(letter)), None)
            return cls("d", _number(day), track, _number(page))
        if kind == "n":
            return cls("n", page=_number(rest))
        if kind in ("m", "t"):
            return cls(kind, day=_number(rest))
        return cls()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _go(view: View, key: str, place: Place) -> Button:
    return button(view.label(key), OpenProgramme(place=place.pack()))


def _day_name(view: View, day: date) -> str:
    return view.dates.relative_day(datetime.combine(day, time(12), view.zone), now=view.now)


def overview(view: View, value: ForumOverview) -> Screen:
    if not value.days:
        return Screen(view.text("programme-empty"), rows(view.menu_button()))
    lines = [view.text("programme-title")]
    lines += [
        view.text("programme-fact", name=clip(key.capitalize(), LONGEST_KEY), value=clip(text, LONGEST_FACT))
        for key, text in value.facts[:FACTS_SHOWN]
    ]
    days = [
        button(_day_name(view, day), OpenProgramme(place=Place("d", number).pack()))
        for number, day in enumerate(value.days)
    ]
    return Screen(
        Html("\n".join(lines) + "\n\n" + view.text("programme-ask-day")),
        rows(
            *columns(days, 2),
            _go(view, "programme-button-now", Place("n")),
            _go(view, "programme-button-my-day", Place("m", _nearest(view, value.days))),
            view.menu_button(),
        ),
    )


def _nearest(view: View, days: Sequence[date]) -> int:
    """The day of the forum that is today or comes next; the last one when it is over."""
    today = view.now.astimezone(view.zone).date()
    return next((number for number, day in enumerate(days) if day >= today), len(days) - 1)


def tracks(view: View, day: int) -> Screen:
    choices = [
        button(view.label(TRACK_KEYS + track), OpenProgramme(place=Place("d", day, track).pack()))
        for track in Track
    ]
    return Screen(
        view.text("programme-ask-track"),
        rows(
            *columns(choices, 2),
            _go(view, "programme-button-all-tracks", Place("d", day)),
            (_go(view, "common-button-back", Place("d", day)), view.menu_button()),
        ),
    )


def day_page(view: View, day: date, place: Place, value: ForumPage) -> Screen:
    title = view.text("programme-day", day=_day_name(view, day), count=value.total)
    if place.track:
        title = view.text(
            "programme-day-track",
            day=_day_name(view, day),
            track=view.label(TRACK_KEYS + place.track),
            count=value.total,
        )
    narrow = _go(view, "programme-button-tracks", Place("t", place.day))
    return _sessions(
        view,
        title,
        value,
        place,
        lambda number: OpenProgramme(place=Place("d", place.day, place.track, number).pack()),
        extra=(narrow, _go(view, "programme-button-my-day", Place("m", place.day))),
    )


def now_and_soon(view: View, place: Place, value: ForumPage) -> Screen:
    if not value.sessions:
        return Screen(
            view.text("programme-nothing-now"),
            rows((_go(view, "common-button-back", Place()), view.menu_button())),
        )
    return _sessions(
        view,
        view.text("programme-now"),
        value,
        place,
        lambda number: OpenProgramme(place=Place("n", page=number).pack()),
    )


def _sessions(
    view: View,
    title: Html,
    value: ForumPage,
    place: Place,
    turn: Callable[[int], CallbackData],
    *,
    extra: Sequence[Button] = (),
) -> Screen:
    lines = [
        _line(view, slot, activity, value, position)
        for position, (slot, activity) in enumerate(value.sessions, start=1)
    ]
    origin = "f" + Place(place.kind, place.day, place.track, value.number).pack()
    buttons = [
        button(
            f"{position}. {clip(activity.title, LABEL_TITLE)}",
            OpenCard(activity=activity.id, origin=origin),
        )
        for position, (_, activity) in enumerate(value.sessions, start=1)
    ]
    if value.last:
        title = html_join([title, page_line(view, value.number, value.last)])
    return Screen(
        Html("\n\n".join([title, *lines])),
        rows(
            *columns(buttons, 1),
            pager(view, value.number, value.last, turn),
            extra,
            (_go(view, "common-button-back", Place()), view.menu_button()),
        ),
    )


def _line(view: View, slot: Slot, activity: Activity, value: ForumPage, position: int) -> Html:
    status = availability(view, slot)
    own = value.own.get(slot.id)
    if own is not None:
        status = view.label("card-slot-own-booked" if own.status.holds_place else "card-slot-own-waiting")
    elif slot.id in value.clashing:
        status = view.label("programme-clash", status=status, title=clip(value.clashing[slot.id], 40))
    if slot.starts_at <= view.now < slot.ends_at:
        status = view.label("programme-running", status=status)
    return view.text(
        "programme-line",
        number=str(position),
        hours=view.dates.hours(slot.starts_at, slot.ends_at),
        title=activity.title,
        room=slot.room or activity.venue.name,
        track=view.label(TRACK_KEYS + activity.track),
        status=status,
    )


def my_day(
    view: View, days: Sequence[date], place: Place, planned: Sequence[Planned], positions: Mapping[int, int]
) -> Screen:
    number = min(place.day, len(days) - 1)
    others = [
        button(_day_name(view, day), OpenProgramme(place=Place("m", index).pack()))
        for index, day in enumerate(days)
        if index != number
    ]
    if planned:
        text = view.text("programme-my-day", lines=plan_lines(view, planned, positions))
    else:
        text = view.text("programme-my-day-empty", day=_day_name(view, days[number]))
    return Screen(
        text,
        rows(
            *columns(others, 2),
            _go(view, "programme-button-whole-day", Place("d", number)),
            button(view.label("booking-button-my"), OpenMyBookings()),
            (_go(view, "common-button-back", Place()), view.menu_button()),
        ),
    )

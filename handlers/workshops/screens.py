"""The way in, the choices of each filter, lists, and what an empty list offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from bot.texts import Html
from domain.finding import Filters, Listed
from domain.people import GRADES
from domain.programme import Access, Kind, Track
from handlers.card.callbacks import OpenCard
from handlers.card.screens import ACCESS_KEYS, TRACK_KEYS, clip, grade_name
from handlers.paging import page_line, pager
from handlers.screen import Button, Screen, button, columns, rows
from handlers.view import View
from handlers.workshops.callbacks import (
    ChooseFilter,
    NearMe,
    OpenList,
    OpenWorkshops,
    SetFilter,
    Start,
    TellMe,
)
from handlers.workshops.filters import Part, access_value
from services.finding import Found, Hub

MUNICIPALITIES_ON_PAGE = 12
LABEL_TITLE = 46


def hub(view: View, value: Hub) -> Screen:
    filters = value.filters
    text = Html("\n\n".join(part for part in (view.text("workshops-hub"), chosen(view, filters)) if part))
    free = SetFilter(part=Part.ONLY_FREE, value="" if filters.only_free else "1")
    free_key = "workshops-button-free-off" if filters.only_free else "workshops-button-free"
    key = "workshops-button-show-found" if filters.query else "workshops-button-show"
    shown = button(view.label(key, count=value.total), OpenList())
    reset = None
    if filters.narrowed or filters.query or filters.near:
        reset = button(view.label("workshops-button-reset"), SetFilter(part=Part.EVERYTHING))
    return Screen(
        text,
        rows(
            shown,
            button(view.label("workshops-button-near"), NearMe()),
            (
                _choose(view, "workshops-button-municipality", Part.MUNICIPALITY),
                _choose(view, "workshops-button-track", Part.TRACK),
            ),
            (
                _choose(view, "workshops-button-grade", Part.GRADE),
                _choose(view, "workshops-button-day", Part.DAY),
            ),
            button(view.label(free_key), free),
            _choose(view, "workshops-button-access", Part.ACCESS),
            reset,
            view.menu_button(),
        ),
    )


def _choose(view: View, key: str, part: Part) -> Button:
    return button(view.label(key), ChooseFilter(part=part))


def chosen(view: View, filters: Filters, *, query_said: bool = False) -> Html | None:
    """What the list is narrowed down to, in words; None when it is not. ``query_said``: the title names the query."""
    words: list[str] = []
    if filters.municipality:
        words.append(view.municipality(filters.municipality).name)
    if filters.track:
        words.append(view.label(TRACK_KEYS + filters.track))
    if filters.grade:
        words.append(
            view.label("grade-one", low=str(filters.grade))
            if filters.grade in range(1, 12)
            else grade_name(view, filters.grade)
        )
    if filters.day:
        words.append(day_name(view, filters.day))
    if filters.only_free:
        words.append(view.label("workshops-chosen-free"))
    words += [view.label(ACCESS_KEYS + a.replace("_", "-")) for a in Access if a in filters.access]
    if filters.near:
        # What answers a query is in the order of meaning.
        words.append(view.label("workshops-chosen-distance" if filters.query else "workshops-chosen-near"))
    parts = []
    if filters.query and not query_said:
        parts.append(view.text("workshops-chosen-query", query=filters.query))
    if words:
        parts.append(view.text("workshops-chosen", what=", ".join(words)))
    return Html("\n".join(parts)) if parts else None


def day_name(view: View, day: date) -> str:
    return view.dates.relative_day(datetime.combine(day, time(12), view.zone), now=view.now)


def list_page(view: View, found: Found, *, suggestion: str | None = None) -> Screen:
    if not found.page.items:
        return empty(view, found)
    page, filters = found.page, found.filters
    title = view.text("workshops-found", count=page.total)
    if filters.query:
        title = view.text("workshops-found-query", count=page.total, query=filters.query)
    head = [title]
    if (what := chosen(view, filters, query_said=True)) is not None:
        head.append(what)
    if suggestion:
        head.append(view.text("workshops-suggestion", query=suggestion))
    if page.last:
        head.append(page_line(view, page.number, page.last))
    lines = [line(view, item, position) for position, item in enumerate(page.items, start=1)]
    buttons = [
        button(
            f"{position}. {clip(item.activity.title, LABEL_TITLE)}",
            OpenCard(activity=item.activity.id, origin=f"w{page.number}"),
        )
        for position, item in enumerate(page.items, start=1)
    ]
    return Screen(
        Html("\n".join(head) + "\n\n" + "\n\n".join(lines)),
        rows(
            *columns(buttons, 1),
            pager(view, page.number, page.last, lambda number: OpenList(page=number)),
            (
                button(view.label("workshops-button-filters"), OpenWorkshops()),
                view.menu_button(),
            ),
        ),
    )


def line(view: View, item: Listed, position: int) -> Html:
    """Title, town, the next date and the places left."""
    activity = item.activity
    when = view.label("workshops-line-no-date")
    places = ""
    if item.starts_at is not None and item.ends_at is not None:
        when = view.dates.slot(item.starts_at, item.ends_at, now=view.now)
        places = view.places(item.free)
    town = activity.venue.town
    if item.distance_km is not None:
        town = view.label("workshops-line-town-distance", town=town, distance=view.distance(item.distance_km))
    if activity.kind is Kind.FORUM:
        town = view.label("workshops-line-forum", town=town)
    number, title = str(position), activity.title
    if not places:
        return view.text("workshops-line-dateless", number=number, title=title, town=town, when=when)
    return view.text("workshops-line", number=number, title=title, town=town, when=when, places=places)


def empty(view: View, found: Found) -> Screen:
    """Says so, and offers to loosen the filters or to be told."""
    filters = found.filters
    parts = [
        view.text("workshops-empty-query", query=filters.query)
        if filters.query
        else view.text("workshops-empty")
    ]
    if (what := chosen(view, filters, query_said=True)) is not None:
        parts.append(what)
    loosen = None
    if filters.narrowed and found.unfiltered:
        loosen = button(
            view.label("workshops-button-loosen", count=found.unfiltered),
            SetFilter(part=Part.EVERYTHING, value="1"),
        )
    return Screen(
        Html("\n\n".join(parts)),
        rows(
            loosen,
            button(view.label("workshops-button-tell"), TellMe()),
            button(view.label("workshops-button-everything"), SetFilter(part=Part.EVERYTHING)),
            (button(view.label("workshops-button-filters"), OpenWorkshops()), view.menu_button()),
        ),
    )


def told(view: View) -> Screen:
    return Screen(
        view.text("workshops-told"),
        rows(button(view.label("workshops-button-filters"), OpenWorkshops()), view.menu_button()),
    )


def _back(view: View) -> tuple[Button, Button]:
    return button(view.label("common-button-back"), OpenWorkshops()), view.menu_button()


def _anything(view: View, part: Part) -> Button:
    return button(view.label("workshops-button-any"), SetFilter(part=part))


def municipalities(view: View, counts: Mapping[str, int], page: int) -> Screen:
    """Those with workshops first, the most at the top, with counts; then the rest of the 44."""
    ordered = sorted(view.municipalities, key=lambda m: counts.get(m.code, 0) == 0)
    last = (len(ordered) - 1) // MUNICIPALITIES_ON_PAGE
    page = max(0, min(page, last))
    shown = ordered[page * MUNICIPALITIES_ON_PAGE : (page + 1) * MUNICIPALITIES_ON_PAGE]
    choices = [
        button(
            f"{found.name} ({counts.get(found.code, 0)})",
            SetFilter(part=Part.MUNICIPALITY, value=found.code),
        )
        for found in shown
    ]
    return Screen(
        view.text("workshops-ask-municipality"),
        rows(
            *columns(choices, 2),
            pager(view, page, last, lambda number: ChooseFilter(part=Part.MUNICIPALITY, page=number)),
            _anything(view, Part.MUNICIPALITY),
            _back(view),
        ),
    )


def tracks(view: View) -> Screen:
    choices = [
        button(view.label(TRACK_KEYS + track), SetFilter(part=Part.TRACK, value=track)) for track in Track
    ]
    return Screen(view.text("workshops-ask-track"), rows(*choices, _anything(view, Part.TRACK), _back(view)))


def grades(view: View) -> Screen:
    choices = [
        button(grade_name(view, grade), SetFilter(part=Part.GRADE, value=str(grade))) for grade in GRADES
    ]
    return Screen(
        view.text("workshops-ask-grade"),
        rows(*columns(choices, 4), _anything(view, Part.GRADE), _back(view)),
    )


def days(view: View, found: Sequence[date]) -> Screen:
    choices = [button(day_name(view, day), SetFilter(part=Part.DAY, value=day.isoformat())) for day in found]
    key = "workshops-ask-day" if found else "workshops-no-days"
    return Screen(view.text(key), rows(*columns(choices, 2), _anything(view, Part.DAY), _back(view)))


def access(view: View, filters: Filters) -> Screen:
    """Each button says and sets the wanted state of one need."""
    choices = []
    for need in Access:
        name = view.label(ACCESS_KEYS + need.replace("_", "-"))
        chosen_now = need in filters.access
        wanted = filters.access - {need} if chosen_now else filters.access | {need}
        label = view.label("workshops-button-need-off", what=name) if chosen_now else name
        choices.append(button(label, SetFilter(part=Part.ACCESS, value=access_value(wanted))))
    shown = button(view.label("workshops-button-show-list"), OpenList())
    return Screen(view.text("workshops-ask-access"), rows(*choices, shown, _back(view)))


def ask_location(view: View, *, has_home: bool, choosing: bool) -> Screen:
    """From where: ``choosing`` between home and here, or how to send the place, which needs a button below."""
    home = here = None
    if has_home:
        home = button(view.label("workshops-button-home"), NearMe(start=Start.HOME))
    if choosing:
        here = button(view.label("workshops-button-send-location"), NearMe(start=Start.HERE))
    key = "workshops-ask-near" if choosing else "workshops-ask-location"
    return Screen(view.text(key), rows(home, here, _back(view)))

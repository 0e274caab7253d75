"""Pictures of «Сводка»: what stands on them, and the same numbers in words for whoever sees no picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.texts import Html, html_join
from domain.chart import Bar, Chart, Panel, Shape
from domain.summary import ROWS_SHOWN, Fill, FillBy, NoShows, SignUps, WaitingLists
from handlers.card.screens import TRACK_KEYS, clip
from handlers.view import View

LONGEST_LABEL = 48
"""Letters that fit across the picture."""
LONGEST_TITLE = 60
"""In the caption."""
LONGEST_CAPTION = 1024
"""Telegram's limit; it counts no tags, we do, to be safe."""
WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart and its caption, which says every number that fits."""

    chart: Chart
    caption: Html


def fill(view: View, value: FillBy) -> Drawing | None:
    """None when there is nothing to draw; so for the others."""
    if not value.tracks:
        return None
    tracks = tuple(
        _fill_bar(view, _capitalised(view.label(TRACK_KEYS + track)), fill)
        for track, fill in value.tracks.items()
    )
    municipalities = [_fill_bar(view, name, fill) for name, fill in value.municipalities.items()]
    heading = view.label("summary-chart-municipalities")
    if len(municipalities) > ROWS_SHOWN:
        heading = view.label("summary-chart-municipalities-most", count=ROWS_SHOWN)
    panels = [Panel(tracks, heading=view.label("summary-chart-tracks"), full=WHOLE)]
    if len(municipalities) > 1:
        panels.append(Panel(tuple(municipalities[:ROWS_SHOWN]), heading=heading, full=WHOLE))
    chart = Chart(
        title=view.label("summary-chart-fill"),
        subtitle=view.label("summary-chart-ahead", now=view.dates.moment(view.now, now=view.now)),
        panels=tuple(panels),
    )
    named = [(bar.label, bar.shown) for panel in panels for bar in panel.bars]
    return Drawing(chart, _caption(view, chart, named))


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _fill_bar(view: View, label: str, fill: Fill) -> Bar:
    shown = view.label("summary-value-fill", percent=fill.percent, taken=fill.taken, places=fill.places)
    # Capacity may be lowered below what is booked: the number says it, the bar ends at its frame.
    return Bar(clip(label, LONGEST_LABEL), min(fill.percent, WHOLE), shown)


def sign_ups(view: View, value: SignUps) -> Drawing | None:
    if not any(count for _, count in value.days):
        return None
    first, last = value.days[0][0], value.days[-1][0]
    bars = tuple(
        Bar(_weekday_and_number(view, day), count, str(count), open=day == last) for day, count in value.days
    )
    chart = Chart(
        title=view.label("summary-chart-sign-ups"),
        subtitle=view.label("summary-chart-days", first=_day(view, first), last=_day(view, last)),
        panels=(Panel(bars, shape=Shape.COLUMNS),),
    )
    named = [(_day(view, day), str(count)) for day, count in value.days]
    return Drawing(chart, _caption(view, chart, named))


def _day(view: View, day: date) -> str:
    return view.dates.day(_noon(view, day), now=view.now)


def _noon(view: View, day: date) -> datetime:
    return datetime.combine(day, time(12), view.zone)


def _weekday_and_number(view: View, day: date) -> str:
    """Two lines under a column, such as "Mon" and "12"."""
    return f"{view.dates.weekday(_noon(view, day))}\n{day.day}"


def waiting(view: View, value: WaitingLists) -> Drawing | None:
    if not value.slots:
        return None

    def label(title: str, when: str) -> str:
        return view.label("summary-label-slot", title=title, when=when)

    bars, named = [], []
    for slot, activity in value.slots:
        when = view.dates.moment(slot.starts_at, now=view.now)
        shown = view.label("summary-value-waiting", count=slot.waiting)
        bars.append(Bar(_fitting(label, activity.title, when), slot.waiting, shown))
        named.append((label(clip(activity.title, LONGEST_TITLE), when), shown))
    chart = Chart(
        title=view.label("summary-chart-waiting"),
        subtitle=view.label("summary-chart-ahead", now=view.dates.moment(view.now, now=view.now)),
        panels=(Panel(tuple(bars)),),
    )
    total = view.text("summary-caption-total-waiting", count=value.total)
    return Drawing(chart, _caption(view, chart, named, tail=total))


def no_shows(view: View, value: NoShows) -> Drawing | None:
    if not value.activities:
        return None

    def label(title: str, town: str) -> str:
        return view.label("summary-label-activity", title=title, town=town)

    def shown(absent: int, marked: int, percent: int) -> str:
        return view.label("summary-value-absent", absent=absent, marked=marked, percent=percent)

    bars, named = [], []
    for title, town, row in value.activities:
        counted = shown(row.absent, row.marked, row.percent)
        bars.append(Bar(_fitting(label, title, town), row.absent, counted))
        named.append((label(clip(title, LONGEST_TITLE), town), counted))
    chart = Chart(
        title=view.label("summary-chart-no-shows"),
        subtitle=view.label("summary-chart-month", now=view.dates.moment(view.now, now=view.now)),
        panels=(Panel(tuple(bars)),),
    )
    total = shown(value.total.absent, value.total.marked, value.total.percent)
    return Drawing(
        chart, _caption(view, chart, named, tail=view.text("summary-caption-total-absent", value=total))
    )


def _fitting(label: Callable[[str, str], str], title: str, rest: str) -> str:
    """The title gives way, never what tells rows with one title apart."""
    return label(clip(title, max(10, LONGEST_LABEL - len(label("", rest)))), rest)


def _caption(view: View, chart: Chart, lines: Sequence[tuple[str, str]], *, tail: Html | None = None) -> Html:
    """All numbers in words, label and value; lines that do not fit are counted."""
    head = view.text("summary-caption-title", title=chart.title, subtitle=chart.subtitle)
    named = [view.text("summary-caption-line", label=label, value=value) for label, value in lines]

    def caption(kept: int) -> Html:
        rest = [view.text("summary-caption-rest", count=len(named) - kept)] if kept < len(named) else []
        return html_join([head, "", *named[:kept], *rest, *([tail] if tail else [])])

    kept = len(named)
    while kept and len(caption(kept)) > LONGEST_CAPTION:
        kept -= 1
    return caption(kept)

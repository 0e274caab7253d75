"""The painting process: ``python -m bot.chart_drawing`` reads a chart as JSON and writes a PNG.

Made for a phone held upright: 1080 pixels wide, large type, every value written at its bar, one colour that all
eyes tell from grey (Okabe and Ito's blue), so that nothing hangs on colour.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from domain.chart import Bar, Chart, Panel, Shape

WIDTH = 1080
"""Pixels."""
DPI = 150
MARGIN = 60
TITLE_SIZE, SUBTITLE_SIZE, HEADING_SIZE, LABEL_SIZE = 22, 15, 18, 16
"""Points: 16 of them are as large as a line of the chat."""
HEAD_HEIGHT = 210
HEADING_HEIGHT = 90
ROW_HEIGHT = 104
COLUMNS_HEIGHT = 760
BAR_SHARE = 0.34
"""Of a row's height."""
LETTER = 22
"""Pixels that a letter of a value takes at most, on average."""
SHORTEST_FULL_BAR = 0.3
"""Of the width, however long the values."""
LETTERS_ABOVE_COLUMN = 2.6
"""Of the type of labels; longer values are set smaller."""

INK, PALE_INK, BLUE, TRACK, PAPER = "#1a1a1a", "#555555", "#0072B2", "#E4E7EA", "#FFFFFF"
FONT = "DejaVu Sans"
"""It comes with the library and has every Cyrillic letter."""


def draw(chart: Chart) -> bytes:
    """A PNG as tall as the chart needs."""
    height = HEAD_HEIGHT + sum(_height(panel) for panel in chart.panels) + MARGIN
    with rc_context({"font.family": FONT, "hatch.linewidth": 3.0, "text.parse_math": False}):
        figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(figure)
        left = MARGIN / WIDTH
        figure.text(left, 1 - 50 / height, chart.title, size=TITLE_SIZE, weight="bold", color=INK, va="top")
        figure.text(left, 1 - 122 / height, chart.subtitle, size=SUBTITLE_SIZE, color=PALE_INK, va="top")
        top = HEAD_HEIGHT
        longest = max((len(bar.shown) for panel in chart.panels for bar in panel.bars), default=0)
        share = max(SHORTEST_FULL_BAR, 1 - (longest + 1) * LETTER / (WIDTH - 2 * MARGIN))
        for panel in chart.panels:
            _panel(figure, panel, top, height, share)
            top += _height(panel)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=DPI, facecolor=PAPER)
    return picture.getvalue()


def _height(panel: Panel) -> int:
    heading = HEADING_HEIGHT if panel.heading else 0
    if panel.shape is Shape.COLUMNS:
        return heading + COLUMNS_HEIGHT
    return heading + ROW_HEIGHT * len(panel.bars)


def _panel(figure: Figure, panel: Panel, top: int, height: int, share: float) -> None:
    """``top``: pixels from the upper edge of a figure of this height; ``share``: of the width, for a full bar."""
    if panel.heading:
        left, y = MARGIN / WIDTH, 1 - (top + 30) / height
        figure.text(left, y, panel.heading, size=HEADING_SIZE, weight="bold", color=INK, va="top")
        top += HEADING_HEIGHT
    room = _height(panel) - (HEADING_HEIGHT if panel.heading else 0)
    axes = figure.add_axes((MARGIN / WIDTH, 1 - (top + room) / height, 1 - 2 * MARGIN / WIDTH, room / height))
    axes.set_axis_off()
    full = panel.full or max((bar.value for bar in panel.bars), default=0) or 1
    if panel.shape is Shape.COLUMNS:
        _columns(axes, panel.bars, full)
    else:
        axes.set_xlim(0, full / share)
        _rows(axes, panel.bars, full, track=panel.full is not None)


def _rows(axes: Axes, bars: tuple[Bar, ...], full: float, *, track: bool) -> None:
    """The label stands above its bar, so that it may be as long as the picture is wide."""
    axes.set_ylim(len(bars), 0)
    for number, bar in enumerate(bars):
        middle = number + 0.68
        if track:
            axes.barh(middle, full, height=BAR_SHARE, color=TRACK)
        axes.barh(middle, bar.value, height=BAR_SHARE, **_paint(bar))
        axes.text(0, number + 0.44, bar.label, size=LABEL_SIZE, color=INK, va="bottom")
        end = full if track else bar.value
        x = end + full * 0.02
        axes.text(x, middle, bar.shown, size=LABEL_SIZE, weight="bold", color=INK, va="center")


def _columns(axes: Axes, bars: tuple[Bar, ...], full: float) -> None:
    axes.set_xlim(-0.5, len(bars) - 0.5)
    axes.set_ylim(-0.16 * full, 1.08 * full)
    axes.axhline(0, color=PALE_INK, linewidth=2)
    longest = max((len(bar.shown) for bar in bars), default=0)
    size = LABEL_SIZE * min(1.0, LETTERS_ABOVE_COLUMN / max(longest, 1))
    for number, bar in enumerate(bars):
        axes.bar(number, bar.value, width=0.72, **_paint(bar))
        above = bar.value + 0.015 * full
        axes.text(number, above, bar.shown, size=size, weight="bold", color=INK, ha="center", va="bottom")
        # Each line of a label on a base line of its own: letters that reach down would shift it.
        for line, word in enumerate(bar.label.splitlines(), 1):
            axes.text(number, -0.066 * line * full, word, size=LABEL_SIZE - 1, color=INK, ha="center")


def _paint(bar: Bar) -> dict[str, Any]:
    if bar.open:
        return {"facecolor": PAPER, "edgecolor": BLUE, "hatch": "//", "linewidth": 2.5}
    return {"color": BLUE}


def main() -> None:
    chart = Chart.from_json(json.load(sys.stdin.buffer))
    sys.stdout.buffer.write(draw(chart))


if __name__ == "__main__":
    main()

"""A chart as data: all words and numbers of a picture, whoever paints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Shape(StrEnum):
    ROWS = "rows"
    """A bar to the right for each label, one below the other: for names."""
    COLUMNS = "columns"
    """A bar upwards for each label, side by side: for days."""


@dataclass(frozen=True, slots=True)
class Bar:
    """``shown`` is the value in words, written at the bar; ``open``: the number is not final (drawn hatched)."""

    label: str
    value: float
    shown: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars that are compared with each other. ``full``: the value of a whole bar, else the largest is."""

    bars: tuple[Bar, ...]
    heading: str = ""
    shape: Shape = Shape.ROWS
    full: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    subtitle: str
    panels: tuple[Panel, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "panels": [
                {
                    "heading": panel.heading,
                    "shape": panel.shape.value,
                    "full": panel.full,
                    "bars": [[bar.label, bar.value, bar.shown, bar.open] for bar in panel.bars],
                }
                for panel in self.panels
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Chart:
        return cls(
            title=value["title"],
            subtitle=value["subtitle"],
            panels=tuple(
                Panel(
                    bars=tuple(Bar(*bar) for bar in panel["bars"]),
                    heading=panel["heading"],
                    shape=Shape(panel["shape"]),
                    full=panel["full"],
                )
                for panel in value["panels"]
            ),
        )


class CannotPaint(Exception):
    """No picture this time: the numbers in words must do."""

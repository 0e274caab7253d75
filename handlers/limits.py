"""The sentence for somebody who has as much of a thing as one person may have."""

from __future__ import annotations

from bot.texts import Html
from domain.limits import LIMITS, Kept
from handlers.view import View

LIMIT_KEYS = "limits-reached-"


def limit_reached(view: View, kept: Kept) -> Html:
    return view.text(LIMIT_KEYS + kept, most=LIMITS[kept].most)

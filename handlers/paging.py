"""«Раньше» and «Дальше»: one way to turn pages everywhere."""

from __future__ import annotations

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData

from bot.texts import Html
from handlers.screen import Button, button
from handlers.view import View


def pager(view: View, page: int, last: int, to: Callable[[int], CallbackData]) -> list[Button]:
    """A row with a button for each side where there is a page; ``to`` makes the callback for a page."""
    found = []
    if page > 0:
        found.append(button(view.label("common-button-previous-page"), to(page - 1)))
    if page < last:
        found.append(button(view.label("common-button-next-page"), to(page + 1)))
    return found


def page_line(view: View, page: int, last: int) -> Html:
    """Which page this is, for where there is more than one."""
    return view.text("common-page", number=str(page + 1), last=str(last + 1))

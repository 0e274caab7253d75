"""Finding a workshop. Buttons carry the wanted state, never a toggle, so a double tap is harmless."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Page


class OpenWorkshops(CallbackData, prefix="ws"):
    """The way in: how to look for a workshop."""


class OpenList(CallbackData, prefix="wl"):
    """The list by the remembered filters."""

    page: Page = 0


class ChooseFilter(CallbackData, prefix="wc"):
    """Open the choices of one filter; ``part`` is a value of ``Part``."""

    part: str
    page: Page = 0


class SetFilter(CallbackData, prefix="wf"):
    """Make one filter ``value`` ("" for none)."""

    part: str
    value: str = ""


class NearMe(CallbackData, prefix="wn"):
    """``home`` 1: from the centre of the person's municipality, 0: ask where they are."""

    home: int = 0


class TellMe(CallbackData, prefix="wt"):
    """«Сообщить, когда появится» for the remembered filters."""

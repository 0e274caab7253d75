"""Finding a workshop. Buttons carry the wanted state, never a toggle, so a double tap is harmless."""

from __future__ import annotations

from enum import IntEnum

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


class Start(IntEnum):
    """From where distances count."""

    UNDECIDED = 0
    HOME = 1
    """The centre of the person's municipality."""
    HERE = 2
    """Where they are: they will send it."""


class NearMe(CallbackData, prefix="wn"):
    start: Start = Start.UNDECIDED


class TellMe(CallbackData, prefix="wt"):
    """«Сообщить, когда появится» for the remembered filters."""

"""Finding a workshop. Buttons carry the wanted state, never a toggle, so a double tap is harmless."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenWorkshops(CallbackData, prefix="ws"):
    """The way in: how to look for a workshop."""


class OpenList(CallbackData, prefix="wl"):
    """The list by the remembered filters."""

    page: int = 0

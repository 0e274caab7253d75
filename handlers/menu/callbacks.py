"""Buttons of the main menu. Prefixes are short: callback data holds 64 bytes."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenMenu(CallbackData, prefix="menu"):
    pass


class OpenHelp(CallbackData, prefix="help"):
    pass

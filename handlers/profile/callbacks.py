"""The profile and what a person may do with their data."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenProfile(CallbackData, prefix="pr"):
    pass

"""Buttons of «Сводка»."""

from __future__ import annotations

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


class Picture(StrEnum):
    FILL = "fill"
    SIGN_UPS = "days"
    WAITING = "wait"
    NO_SHOWS = "away"


class OpenSummary(CallbackData, prefix="su"):
    pass


class DrawPicture(CallbackData, prefix="sp"):
    picture: Picture

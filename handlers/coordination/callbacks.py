"""«Координатору»: the way in to everything a coordinator does."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenCoordination(CallbackData, prefix="co"):
    pass

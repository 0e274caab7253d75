"""The forum's programme."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Origin


class OpenProgramme(CallbackData, prefix="fp"):
    """The forum: its days, what runs now, the person's own day.

    ``place`` says where: "" is the way in; the rest is the programme's own encoding.
    """

    place: Origin = ""

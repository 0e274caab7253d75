"""Buttons of the reminder settings. Each carries the state it wants: tapped twice, it changes nothing."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Few


class OpenReminders(CallbackData, prefix="rem"):
    pass


class SetReminder(CallbackData, prefix="remo"):
    """``offset`` is one of ``domain.reminders.Offset``."""

    offset: Few
    on: bool


class SilenceAll(CallbackData, prefix="remx"):
    pass


class PauseReminders(CallbackData, prefix="remp"):
    """``until``: the day they come again, as ``20261012``; empty: they come again now."""

    until: str = ""

"""Buttons of «Мои занятия». Those that mark carry the state they want: tapped twice, they change nothing."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Few, Id, Page


class OpenLed(CallbackData, prefix="me"):
    """A page of own slots."""

    page: Page = 0


class OpenLedSlot(CallbackData, prefix="mes"):
    slot: Id
    page: Page = 0
    """Of the people who come."""


class OpenAttendance(CallbackData, prefix="mea"):
    slot: Id
    page: Page = 0


class MarkAllCame(CallbackData, prefix="mec"):
    """Everybody not marked yet."""

    slot: Id
    page: Page = 0


class MarkOne(CallbackData, prefix="mem"):
    slot: Id
    booking: Id
    came: bool
    page: Page = 0


class AskHowLate(CallbackData, prefix="mel"):
    slot: Id


class BeLate(CallbackData, prefix="meb"):
    slot: Id
    minutes: Few


class AskCannotLead(CallbackData, prefix="men"):
    slot: Id


class CannotLead(CallbackData, prefix="mex"):
    """The report; the reason, where somebody typed one, waits in the form."""

    slot: Id

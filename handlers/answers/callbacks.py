"""Buttons of «Кто придёт»."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Id, Page


class OpenAnswers(CallbackData, prefix="eqa"):
    slot: Id
    page: Page = 0


class SendCallSheet(CallbackData, prefix="eqs"):
    slot: Id

"""«Журнал»."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Id, Page


class OpenJournal(CallbackData, prefix="jo"):
    page: Page = 0


class SendJournalFile(CallbackData, prefix="jof"):
    entry: Id

"""«Журнал» and the files in it."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery

from db.engine import Database
from handlers.journal import screens
from handlers.journal.callbacks import OpenJournal, SendJournalFile
from handlers.screen import acknowledge, show
from handlers.view import View
from services import log


def router() -> Router:
    router = Router(name="journal")

    @router.callback_query(OpenJournal.filter())
    async def open_journal(
        query: CallbackQuery, callback_data: OpenJournal, view: View, db: Database, state: FSMContext
    ) -> None:
        await state.clear()
        page = callback_data.page
        found = await db.read(log.read_log, view.actor, page * screens.ON_PAGE, screens.ON_PAGE + 1)
        if page and not found:
            page, found = 0, await db.read(log.read_log, view.actor, 0, screens.ON_PAGE + 1)
        shown = found[: screens.ON_PAGE]
        await show(query, screens.journal(view, shown, page, more=len(found) > len(shown)))

    @router.callback_query(SendJournalFile.filter())
    async def send_file(
        query: CallbackQuery, callback_data: SendJournalFile, view: View, db: Database, bot: Bot
    ) -> None:
        found = await db.read(log.read_file, view.actor, callback_data.entry)
        if found is None:
            await acknowledge(query, view.label("journal-toast-no-file"), alert=True)
            return
        await acknowledge(query)
        name, content = found
        await bot.send_document(query.from_user.id, BufferedInputFile(content, filename=name))

    return router

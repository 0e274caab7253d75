"""«Кто придёт», and the sheet of those to call."""

from __future__ import annotations

import asyncio
import io

from aiogram import Bot, Router
from aiogram.types import BufferedInputFile, CallbackQuery

from db.engine import Database
from handlers.answers import screens
from handlers.answers.callbacks import OpenAnswers, SendCallSheet
from handlers.screen import acknowledge, show
from handlers.view import View
from services import answers
from services.printed_table import write_table


def router() -> Router:
    router = Router(name="answers")

    @router.callback_query(OpenAnswers.filter())
    async def open_answers(
        query: CallbackQuery, callback_data: OpenAnswers, view: View, db: Database
    ) -> None:
        value = await db.read(answers.of_slot, view.actor, callback_data.slot)
        await show(query, screens.answers(view, value, callback_data.page))

    @router.callback_query(SendCallSheet.filter())
    async def send_call_sheet(
        query: CallbackQuery, callback_data: SendCallSheet, view: View, db: Database, bot: Bot
    ) -> None:
        value = await db.write(answers.call_sheet, view.actor, callback_data.slot, view.now)
        if not value.to_call:
            await acknowledge(query, view.label("answers-toast-nobody"), alert=True)
            return
        await acknowledge(query)
        file = io.BytesIO()
        lines = list(screens.lines(view, value))
        heads, title = screens.headings(view), screens.title(view, value)
        await asyncio.to_thread(write_table, title, heads, lines, view.label("answers-page-number"), file)
        await bot.send_document(
            query.from_user.id,
            BufferedInputFile(
                file.getvalue(), filename=view.label("answers-file-name", code=value.slot.code)
            ),
            caption=view.text("answers-caption", title=value.activity.title, count=len(lines)),
        )

    return router

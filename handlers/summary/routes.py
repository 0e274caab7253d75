"""Opening «Сводка» and asking for its pictures."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.enums import ChatAction
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery

from db.engine import Database
from domain.chart import CannotPaint
from handlers.ports import Painter
from handlers.screen import acknowledge, send, show
from handlers.summary import charts, screens
from handlers.summary.callbacks import DrawPicture, OpenSummary, Picture
from handlers.summary.charts import Drawing
from handlers.view import View
from services import summary as service

NOTHING = {
    Picture.FILL: "summary-nothing-fill",
    Picture.SIGN_UPS: "summary-nothing-sign-ups",
    Picture.WAITING: "summary-nothing-waiting",
    Picture.NO_SHOWS: "summary-nothing-no-shows",
}


def router() -> Router:
    router = Router(name="summary")

    @router.callback_query(OpenSummary.filter())
    async def open_summary(query: CallbackQuery, state: FSMContext, view: View, db: Database) -> None:
        await state.clear()
        value = await db.read(service.summary, view.actor, view.now, view.zone)
        await show(query, screens.summary(view, value))

    @router.callback_query(DrawPicture.filter())
    async def draw_picture(
        query: CallbackQuery,
        callback_data: DrawPicture,
        view: View,
        db: Database,
        bot: Bot,
        painter: Painter,
    ) -> None:
        drawing = await _drawing(view, db, callback_data.picture)
        if drawing is None:
            await acknowledge(query, view.label(NOTHING[callback_data.picture]), alert=True)
            return
        await acknowledge(query, view.label("summary-toast-painting"))
        await bot.send_chat_action(query.from_user.id, ChatAction.UPLOAD_PHOTO)
        try:
            picture = await painter.paint(drawing.chart)
        except CannotPaint:
            await send(query, screens.instead_of_picture(view, drawing.caption))
            return
        await bot.send_photo(
            query.from_user.id,
            BufferedInputFile(picture, filename=view.label("summary-file-name")),
            caption=drawing.caption,
            reply_markup=screens.below_picture(view).keyboard,
        )

    return router


async def _drawing(view: View, db: Database, picture: Picture) -> Drawing | None:
    """None when there is nothing to draw."""
    match picture:
        case Picture.FILL:
            return charts.fill(view, await db.read(service.fill, view.actor, view.now))
        case Picture.SIGN_UPS:
            return charts.sign_ups(view, await db.read(service.sign_ups, view.actor, view.now, view.zone))
        case Picture.WAITING:
            return charts.waiting(view, await db.read(service.waiting_lists, view.actor, view.now))
        case Picture.NO_SHOWS:
            return charts.no_shows(view, await db.read(service.no_shows, view.actor, view.now))

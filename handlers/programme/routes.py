"""Walking through the forum's programme."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.engine import Database
from handlers.programme import screens
from handlers.programme.callbacks import OpenProgramme
from handlers.programme.screens import Place
from handlers.screen import Screen, show
from handlers.view import View
from services import forum


async def _screen(view: View, db: Database, place: Place) -> Screen:
    if place.kind == "n":
        page = await db.read(forum.now_and_soon, view.actor, place.page, view.now)
        return screens.now_and_soon(view, place, page)
    overview = await db.read(forum.overview, view.actor, view.zone)
    if not overview.days or not place.kind:
        return screens.overview(view, overview)
    number = min(place.day, len(overview.days) - 1)
    day = overview.days[number]
    if place.kind == "m":
        planned, positions = await db.read(forum.my_day, view.actor, day, view.zone)
        return screens.my_day(view, overview.days, place, planned, positions)
    if place.kind == "t":
        return screens.tracks(view, number)
    page = await db.read(forum.day_page, view.actor, day, place.track, place.page, view.zone)
    return screens.day_page(view, day, place, page)


def router() -> Router:
    router = Router(name="programme")

    @router.message(Command("programme"))
    async def programme(message: Message, state: FSMContext, view: View, db: Database) -> None:
        await state.clear()
        await show(message, await _screen(view, db, Place()))

    @router.callback_query(OpenProgramme.filter())
    async def open_programme(
        query: CallbackQuery, callback_data: OpenProgramme, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        await show(query, await _screen(view, db, Place.unpack(callback_data.place)))

    return router

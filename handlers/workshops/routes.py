"""Finding workshops by filters, by distance and by any text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import (
    CallbackQuery,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from db.engine import Database
from domain.finding import LONGEST_QUERY, Filters, Point
from handlers.filters import Located, PlainText
from handlers.ports import ActivitySearch
from handlers.screen import show
from handlers.view import View
from handlers.workshops import screens
from handlers.workshops.callbacks import (
    ChooseFilter,
    NearMe,
    OpenList,
    OpenWorkshops,
    SetFilter,
    Start,
    TellMe,
)
from handlers.workshops.filters import Part, setting
from services import finding, watches


async def _show_list(
    event: CallbackQuery | Message, view: View, db: Database, search: ActivitySearch, page: int = 0
) -> None:
    found = await db.read(finding.open_list, view.actor, page, view.now, view.zone, search.search)
    await show(event, screens.list_page(view, found))


async def _show_hub(event: CallbackQuery | Message, view: View, db: Database, search: ActivitySearch) -> None:
    value = await db.read(finding.open_hub, view.actor, view.now, view.zone, search.search)
    await show(event, screens.hub(view, value))


def router() -> Router:
    router = Router(name="workshops")

    @router.message(Command("workshops"))
    async def workshops(
        message: Message, state: FSMContext, view: View, db: Database, search: ActivitySearch
    ) -> None:
        await state.clear()
        await _show_hub(message, view, db, search)

    @router.callback_query(OpenWorkshops.filter())
    async def open_workshops(
        query: CallbackQuery, state: FSMContext, view: View, db: Database, search: ActivitySearch
    ) -> None:
        await state.clear()
        await _show_hub(query, view, db, search)

    @router.callback_query(OpenList.filter())
    async def open_list(
        query: CallbackQuery,
        callback_data: OpenList,
        state: FSMContext,
        view: View,
        db: Database,
        search: ActivitySearch,
    ) -> None:
        await state.clear()
        await _show_list(query, view, db, search, callback_data.page)

    @router.callback_query(ChooseFilter.filter())
    async def choose_filter(
        query: CallbackQuery, callback_data: ChooseFilter, view: View, db: Database, search: ActivitySearch
    ) -> None:
        match callback_data.part:
            case Part.MUNICIPALITY:
                counts = await db.read(finding.choices_of_municipality, view.actor, view.now, view.zone)
                await show(query, screens.municipalities(view, counts, callback_data.page))
            case Part.TRACK:
                await show(query, screens.tracks(view))
            case Part.GRADE:
                await show(query, screens.grades(view))
            case Part.DAY:
                days = await db.read(finding.choices_of_day, view.actor, view.now, view.zone)
                await show(query, screens.days(view, days))
            case Part.ACCESS:
                hub = await db.read(finding.open_hub, view.actor, view.now, view.zone, search.search)
                await show(query, screens.access(view, hub.filters))
            case _:
                await _show_hub(query, view, db, search)

    @router.callback_query(SetFilter.filter())
    async def set_filter(
        query: CallbackQuery, callback_data: SetFilter, view: View, db: Database, search: ActivitySearch
    ) -> None:
        try:
            part = Part(callback_data.part)
        except ValueError:
            await _show_hub(query, view, db, search)
            return
        change = setting(part, callback_data.value, view.municipalities)
        filters = await db.write(finding.change_filters, view.actor, change)
        if part is Part.ACCESS:
            await show(query, screens.access(view, filters))
        elif part in (Part.ONLY_FREE, Part.EVERYTHING) and not callback_data.value:
            await _show_hub(query, view, db, search)
        else:
            await _show_list(query, view, db, search)

    @router.callback_query(NearMe.filter())
    async def near_me(
        query: CallbackQuery,
        callback_data: NearMe,
        view: View,
        db: Database,
        search: ActivitySearch,
        bot: Bot,
    ) -> None:
        person = view.actor.person
        home = view.municipality(person.municipality) if person and person.municipality else None
        if callback_data.start is Start.HOME and home is not None:
            point = Point(home.latitude, home.longitude)
            await db.write(finding.change_filters, view.actor, _near(point))
            await _show_list(query, view, db, search)
            return
        choosing = home is not None and callback_data.start is not Start.HERE
        await show(query, screens.ask_location(view, has_home=home is not None, choosing=choosing))
        if choosing:
            return
        await bot.send_message(
            query.from_user.id,
            view.text("workshops-send-location"),
            reply_markup=ReplyKeyboardMarkup(
                keyboard=[
                    [KeyboardButton(text=view.label("workshops-button-send-location"), request_location=True)]
                ],
                resize_keyboard=True,
                one_time_keyboard=True,
            ),
        )

    @router.callback_query(TellMe.filter())
    async def tell_me(query: CallbackQuery, view: View, db: Database) -> None:
        await db.write(watches.watch, view.actor, view.now)
        await show(query, screens.told(view), toast=view.label("workshops-toast-told"))

    return router


def search_router() -> Router:
    """What comes after all forms: a place, and any text that no form waits for."""
    router = Router(name="search")

    @router.message(Located())
    async def located(message: Message, view: View, db: Database, search: ActivitySearch) -> None:
        assert message.location is not None  # noqa: S101 - the filter saw it
        point = Point(message.location.latitude, message.location.longitude)
        await db.write(finding.change_filters, view.actor, _near(point))
        await message.answer(view.text("workshops-located"), reply_markup=ReplyKeyboardRemove())
        await _show_list(message, view, db, search)

    @router.message(PlainText())
    async def any_text(message: Message, view: View, db: Database, search: ActivitySearch) -> None:
        query = " ".join((message.text or "")[: LONGEST_QUERY * 4].split())[:LONGEST_QUERY]
        found = await db.write(finding.search, view.actor, query, view.now, view.zone, search.search)
        await show(message, screens.list_page(view, found, suggestion=search.suggestion(query)))

    return router


def _near(point: Point) -> Callable[[Filters], Filters]:
    def change(filters: Filters) -> Filters:
        return replace(filters, near=point.coarse())

    return change

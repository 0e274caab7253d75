"""Opening cards and sending the venue."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from db.engine import Database
from handlers.card import screens
from handlers.card.callbacks import OpenCard, ShowOnMap
from handlers.screen import Screen, acknowledge, send, show
from handlers.view import View
from services.cards import CardData, open_card


def _screen(view: View, data: CardData | None, origin: str) -> Screen:
    if data is None:
        return screens.not_found(view)
    return screens.card(view, screens.Card(data.activity, data.slots, data.own), origin)


async def card_by_code(view: View, db: Database, code: str) -> Screen:
    """The card a deep link names, or a friendly way on when there is none."""
    return _screen(view, await db.read(open_card, view.actor, view.now, code=code), "")


async def card_by_id(view: View, db: Database, activity_id: int, origin: str) -> Screen:
    return _screen(view, await db.read(open_card, view.actor, view.now, activity_id=activity_id), origin)


def router() -> Router:
    router = Router(name="card")

    @router.callback_query(OpenCard.filter())
    async def open_by_button(
        query: CallbackQuery, callback_data: OpenCard, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        screen = await card_by_id(view, db, callback_data.activity, callback_data.origin)
        if callback_data.origin == "n":
            # A notice stays readable: its card comes below it.
            await acknowledge(query)
            await send(query, screen)
            return
        await show(query, screen)

    @router.callback_query(ShowOnMap.filter())
    async def show_on_map(
        query: CallbackQuery, callback_data: ShowOnMap, view: View, db: Database, bot: Bot
    ) -> None:
        data = await db.read(open_card, view.actor, view.now, activity_id=callback_data.activity)
        venue = data.activity.venue if data else None
        if venue is None or venue.latitude is None or venue.longitude is None:
            await acknowledge(query, view.label("card-no-map"), alert=True)
            return
        await acknowledge(query)
        await bot.send_venue(
            query.from_user.id,
            latitude=venue.latitude,
            longitude=venue.longitude,
            title=venue.name,
            address=", ".join(part for part in (venue.town, venue.address) if part),
        )

    return router

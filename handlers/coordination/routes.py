"""Opening the coordinator's menu."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from domain.people import Forbidden, Right
from handlers.coordination import screens
from handlers.coordination.callbacks import OpenCoordination
from handlers.screen import show
from handlers.view import View


def router() -> Router:
    router = Router(name="coordination")

    @router.callback_query(OpenCoordination.filter())
    async def open_coordination(query: CallbackQuery, view: View, state: FSMContext) -> None:
        if not view.actor.may(Right.RUN_PROGRAMME):
            raise Forbidden(Right.RUN_PROGRAMME)
        await state.clear()
        await show(query, screens.hub(view))

    return router

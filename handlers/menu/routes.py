"""`/start`, `/menu`, `/help`, `/privacy` and the deep links on posters."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.engine import Database
from handlers.card.routes import card_by_code
from handlers.menu import screens
from handlers.menu.callbacks import OpenHelp, OpenMenu
from handlers.screen import show
from handlers.view import View

ACTIVITY_LINK = "act_"


def router() -> Router:
    router = Router(name="menu")

    @router.message(CommandStart())
    async def start(
        message: Message, command: CommandObject, view: View, db: Database, state: FSMContext
    ) -> None:
        await state.clear()
        payload = command.args or ""
        if payload.startswith(ACTIVITY_LINK):
            await show(message, await card_by_code(view, db, payload.removeprefix(ACTIVITY_LINK)))
            return
        person = view.actor.person
        newcomer = person is None or not person.is_registered
        await show(message, screens.menu(view, first_time=newcomer))

    @router.message(Command("menu"))
    async def menu(message: Message, view: View, state: FSMContext) -> None:
        await state.clear()
        await show(message, screens.menu(view))

    @router.message(Command("help"))
    async def help_command(message: Message, view: View) -> None:
        await show(message, screens.help_screen(view))

    @router.message(Command("privacy"))
    async def privacy(message: Message, view: View) -> None:
        await show(message, screens.privacy_screen(view))

    @router.callback_query(OpenMenu.filter())
    async def open_menu(query: CallbackQuery, view: View, state: FSMContext) -> None:
        await state.clear()
        await show(query, screens.menu(view))

    @router.callback_query(OpenHelp.filter())
    async def open_help(query: CallbackQuery, view: View) -> None:
        await show(query, screens.help_screen(view))

    return router

"""What nothing else answered. Comes last: no tap and no message of a person ever ends in silence."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from handlers.menu import screens as menu
from handlers.screen import show
from handlers.view import View


def router() -> Router:
    router = Router(name="fallback")

    @router.callback_query()
    async def unknown_button(query: CallbackQuery, view: View) -> None:
        await show(query, menu.menu(view), toast=view.label("fallback-toast-renewed"))

    @router.edited_message()
    async def edited(message: Message, view: View) -> None:
        if message.text or message.caption:
            await message.answer(view.text("fallback-edited"))

    @router.message(~StateFilter(None))
    async def not_what_the_form_waits_for(message: Message, view: View) -> None:
        await message.answer(view.text("forms-words-please"))

    @router.message()
    async def unknown_message(message: Message, view: View) -> None:
        key = "fallback-command" if message.text else "fallback-content"
        await show(message, menu.menu(view, note=view.text(key)))

    return router

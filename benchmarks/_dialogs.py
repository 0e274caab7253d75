"""Windows of aiogram-dialog like our screens: a text, as many buttons, memory storage, no database."""

from __future__ import annotations

from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import InlineKeyboardMarkup, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.kbd import Button, Column, Row, Select
from aiogram_dialog.widgets.text import Const, Format

from benchmarks._stub import AnsweringSession, words

__all__ = ["ClickedWindow", "Shape"]


class Shape(StatesGroup):
    MENU = State()
    LIST = State()
    CARD = State()


class ClickedWindow:
    """One window, open for a person, whose first fixed button draws it anew with another text.

    ``items`` are buttons made from data by a getter, ``fixed`` those that are always there.
    """

    def __init__(
        self, bot: Bot, session: AnsweringSession, state: State, text: str, items: int, fixed: int
    ) -> None:
        self._bot = bot
        self._session = session
        self._drawn = 0
        self._text = text
        self._items = [(f"{number}. A button of the list", str(number)) for number in range(items)]
        self._dispatcher = Dispatcher(storage=MemoryStorage())
        buttons: list[Any] = [Button(Const(f"Button {number}"), id=f"b{number}") for number in range(fixed)]
        rows = [Row(*buttons[start : start + 2]) for start in range(0, fixed, 2)]
        chosen: list[Any] = []
        if items:
            chosen.append(
                Column(
                    Select(Format("{item[0]}"), id="s", item_id_getter=lambda item: item[1], items="items")
                )
            )
        self._dispatcher.include_router(
            Dialog(Window(Format("{text}"), *chosen, *rows, state=state, getter=self._getter))
        )

        @self._dispatcher.message(CommandStart())
        async def start(_message: Message, dialog_manager: DialogManager) -> None:
            await dialog_manager.start(state, mode=StartMode.RESET_STACK)

        setup_dialogs(self._dispatcher)

    async def _getter(self, **_data: Any) -> dict[str, Any]:
        self._drawn += 1
        return {"text": f"{self._text}{self._drawn}", "items": self._items}

    async def open(self, person: int) -> str:
        """Open it; the callback data of a button that draws it anew."""
        await self._dispatcher.feed_update(self._bot, words(person, "/start", 1))
        assert self._session.last is not None
        keyboard = self._session.last.reply_markup
        assert isinstance(keyboard, InlineKeyboardMarkup)
        data = keyboard.inline_keyboard[-1][-1].callback_data
        assert data is not None
        return data

    @property
    def dispatcher(self) -> Dispatcher:
        return self._dispatcher

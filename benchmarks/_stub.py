"""A messenger that answers at once, in this process: what is left of the time is the bot's own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.enums import ParseMode
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetMe, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import (
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
)

__all__ = ["AnsweringSession", "answered_bot", "tap", "words"]

FIRST_PERSON = 5_000_000
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class AnsweringSession(BaseSession):
    """Everything is accepted. Keeps the last screen and counts the toasts and the screens."""

    def __init__(self) -> None:
        super().__init__()
        self.screens = 0
        self.toasts = 0
        self.last: SendMessage | EditMessageText | None = None
        self._answer = Message(message_id=1, date=LONG_AGO, chat=Chat(id=1, type="private"), text="-")

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109 - the signature is aiogram's
    ) -> TelegramType:
        if isinstance(method, SendMessage | EditMessageText):
            self.screens += 1
            self.last = method
            return self._answer  # type: ignore[return-value]
        if isinstance(method, AnswerCallbackQuery):
            self.toasts += 1
        if isinstance(method, GetMe):
            return User(id=bot.id, is_bot=True, first_name="Bot", username="bot")  # type: ignore[return-value]
        return True  # type: ignore[return-value]

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


def answered_bot() -> tuple[Bot, AnsweringSession]:
    session = AnsweringSession()
    defaults = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    return Bot("1:benchmark", session=session, default=defaults), session


def tap(person: int, data: str, number: int) -> Update:
    """An update as aiogram makes it from a tap by ``person`` (their messenger id)."""
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="A button of the screen", callback_data=data)]]
    )
    user = User(id=person, is_bot=False, first_name="A", language_code="ru")
    chat = Chat(id=person, type="private", first_name="A")
    message = Message(message_id=7, date=LONG_AGO, chat=chat, text="A screen", reply_markup=keyboard)
    query = CallbackQuery(id=str(number), from_user=user, chat_instance="1", message=message, data=data)
    return Update(update_id=number, callback_query=query)


def words(person: int, text: str, number: int) -> Update:
    """An update with a message of ``person``."""
    user = User(id=person, is_bot=False, first_name="A", language_code="ru")
    chat = Chat(id=person, type="private", first_name="A")
    message = Message(message_id=8, date=LONG_AGO, chat=chat, from_user=user, text=text)
    return Update(update_id=number, message=message)

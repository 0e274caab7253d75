"""Taps on the buttons of one message, through a real Dispatcher, with what the bot requested in return."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, TelegramMethod
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

from bot.dates import Dates
from bot.texts import Texts
from db.engine import Database
from db.queries import people
from domain.people import actor_for
from handlers.view import View

TEXTS = Texts.load()


class RecordingSession(BaseSession):
    def __init__(self) -> None:
        super().__init__()
        self.requests: list[TelegramMethod[Any]] = []

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        self.requests.append(method)
        if isinstance(method, SendMessage | EditMessageText):
            chat = Chat(id=1, type="private")
            return Message(message_id=2, date=datetime.now(UTC), chat=chat)  # type: ignore[return-value]
        return True  # type: ignore[return-value]

    async def close(self) -> None:
        pass

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        yield b""


@dataclass
class Kicks:
    count: int = 0

    def kick(self) -> None:
        self.count += 1


@dataclass
class Phone:
    """One person's screen: the message they look at, and the last toast."""

    database: Database
    router: Router
    person_id: int
    now: datetime
    zone: tzinfo
    text: str = "old"
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    toast: str | None = None
    alert: bool = False
    outbox: Kicks = field(default_factory=Kicks)

    @property
    def labels(self) -> list[list[str]]:
        return [[label for label, _ in row] for row in self.rows]

    async def tap(self, label: str) -> None:
        """Tap the button whose label begins so."""
        [data, *_] = [data for row in self.rows for text, data in row if text.startswith(label)]
        await self.tap_data(data)

    async def tap_data(self, data: str) -> None:
        view = await self.database.read(self._view)
        session = RecordingSession()
        bot = Bot("1:test", session=session, default=DefaultBotProperties(parse_mode="HTML"))
        if self.router.parent_router is not None:
            self.router._parent_router = None
        dispatcher = Dispatcher(storage=MemoryStorage(), db=self.database, outbox=self.outbox, view=view)
        dispatcher.include_router(self.router)
        user = User(id=1, is_bot=False, first_name="A")
        keyboard = [[InlineKeyboardButton(text=t, callback_data=d) for t, d in row] for row in self.rows]
        message = Message(
            message_id=1,
            date=datetime.now(UTC),
            chat=Chat(id=1, type="private"),
            text=self.text,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=keyboard) if keyboard else None,
        )
        query = CallbackQuery(id="1", from_user=user, chat_instance="1", message=message, data=data)
        await dispatcher.feed_update(bot, Update(update_id=1, callback_query=query))
        self.toast = None
        for request in session.requests:
            if isinstance(request, AnswerCallbackQuery):
                self.toast, self.alert = request.text, bool(request.show_alert)
            elif isinstance(request, SendMessage | EditMessageText):
                markup = request.reply_markup
                self.text = str(request.text)
                assert markup is None or isinstance(markup, InlineKeyboardMarkup)
                self.rows = tuple(
                    tuple((key.text, key.callback_data or "") for key in row)
                    for row in (markup.inline_keyboard if markup else ())
                )
        assert any(isinstance(request, AnswerCallbackQuery) for request in session.requests), "silence"

    def _view(self, session: Any) -> View:
        person = people.by_id(session, self.person_id)
        assert person is not None
        return View(
            texts=TEXTS,
            dates=Dates(TEXTS, self.zone),
            now=self.now,
            zone=self.zone,
            actor=actor_for(person),
            bot_username="bot",
            municipalities=(),
        )

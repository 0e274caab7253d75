"""What a person sees: a text with rows of buttons, and how it reaches the chat.

A route says what is to be seen and goes on: ``show`` waits neither for the toast nor for the screen. The queue of the
process (``speaking``) sends the screens of one chat in the order of their taps and sees to it that they arrive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Protocol

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

Button = InlineKeyboardButton
Row = Sequence[Button]

NOT_MODIFIED = "message is not modified"
TOO_LATE = ("query is too old", "query ID is invalid")
"""The tap was answered before, or nobody waits for its answer any more."""
AWAY = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError, TimeoutError)
"""The messenger is out of order, or its answer cannot be read: nothing is known against what was sent."""
MOST_BUTTONS = 2_000
"""Buttons that are kept: with a kilobyte and a half each, three megabytes."""
_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class Screen:
    """``text`` is ready Telegram HTML; ``rows`` are rows of inline buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in self.rows]) if self.rows else None


def button(label: str, data: CallbackData) -> Button:
    return _button(label, data.pack())


@lru_cache(MOST_BUTTONS)
def _button(label: str, data: str) -> Button:
    """Screens say the same again and again, and aiogram takes longer to make a button than we for its words.

    A button is a value: nothing changes one that is made.
    """
    return Button(text=label, callback_data=data)


def rows(*parts: Row | Button | None) -> tuple[tuple[Button, ...], ...]:
    """Rows from rows and single buttons; None and empty rows are left out."""
    built: list[tuple[Button, ...]] = []
    for part in parts:
        if part is None:
            continue
        row = (part,) if isinstance(part, InlineKeyboardButton) else tuple(part)
        if row:
            built.append(row)
    return tuple(built)


def columns(buttons: Iterable[Button], width: int) -> list[Row]:
    """Buttons broken into rows of ``width``."""
    items = list(buttons)
    return [items[start : start + width] for start in range(0, len(items), width)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen on its way into a chat: in place of ``message``, or as a new one."""

    chat: int
    screen: Screen
    message: int | None = None


class Speaking(Protocol):
    """The queue of the process through which screens and toasts leave."""

    def show(self, shown: Shown) -> None:
        """Send it after all that this chat was shown before; returns at once."""

    def toast(self, query: CallbackQuery, words: str | None) -> None:
        """Stop the wheel of a button beside whatever else happens; returns at once."""

    def last(self, chat: int, message: int) -> Screen | None:
        """What a message shows or is about to show, as far as is remembered."""


speaking: ContextVar[Speaking | None] = ContextVar("speaking", default=None)
"""Set for each update; without it a screen is sent at once and waited for."""


async def show(event: CallbackQuery | Message, screen: Screen, *, toast: str | None = None) -> None:
    """Answer a tap by editing its message in place, or a message by a new one. The toast leaves beside it."""
    if isinstance(event, Message):
        await _say(event.bot, Shown(event.chat.id, screen))
        return
    queue = speaking.get()
    if queue is None:
        await acknowledge(event, toast)
    else:
        queue.toast(event, toast)
    message = event.message
    if message is None or isinstance(message, InaccessibleMessage) or message.text is None:
        await send(event, screen)
        return
    chat = message.chat.id
    last = None if queue is None else queue.last(chat, message.message_id)
    if last in (None, screen) and _is_on(message, screen):
        return
    await _say(event.bot, Shown(chat, screen, message.message_id))


async def send(event: CallbackQuery, screen: Screen) -> None:
    """A new message below, for what must not replace the message that was tapped."""
    await _say(event.bot, Shown(event.from_user.id, screen))


async def acknowledge(event: CallbackQuery, words: str | None = None, *, alert: bool = False) -> None:
    """Stop the button's progress wheel, with words or without. Words that come too late for it become a message."""
    if not await toast(event, words, alert=alert) and words:
        await send(event, Screen(escape(words)))


async def toast(event: CallbackQuery, words: str | None = None, *, alert: bool = False) -> bool:
    """Answer a tap. False when that is not possible any more: it was answered, is too old, or nothing gets through."""
    try:
        await event.answer(words, show_alert=alert)
    except TelegramBadRequest as error:
        if not any(reason in error.message for reason in TOO_LATE):
            raise
        return False
    except AWAY:
        return False
    return True


async def place(bot: Bot, shown: Shown) -> None:
    """Put a screen into its chat. What cannot be edited, for whatever reason, is said anew below.

    Raises:
        AiogramError: the messenger takes it neither way, or cannot be reached.
    """
    screen = shown.screen
    if shown.message is not None:
        try:
            await bot.edit_message_text(
                screen.text, chat_id=shown.chat, message_id=shown.message, reply_markup=screen.keyboard
            )
        except TelegramBadRequest as error:
            if NOT_MODIFIED in error.message:
                return
        else:
            return
    await bot.send_message(shown.chat, screen.text, reply_markup=screen.keyboard)


async def _say(bot: Bot | None, shown: Shown) -> None:
    queue = speaking.get()
    if queue is not None:
        queue.show(shown)
        return
    assert isinstance(bot, Bot)  # noqa: S101 - aiogram mounts the bot on every update
    await place(bot, shown)


def _is_on(message: Message, screen: Screen) -> bool:
    """Whether the message shows this screen already: Telegram refuses an edit that changes nothing."""
    if (message.text or "") != unescape(_TAG.sub("", screen.text)).strip():
        return False
    shown = message.reply_markup.inline_keyboard if message.reply_markup else []
    return carried(screen.rows) == carried(shown)


def carried(keyboard: Iterable[Iterable[Button]]) -> list[list[tuple[str, str | None, str | None]]]:
    """Of each button its words, its data and where it leads."""
    return [[(key.text, key.callback_data, key.url) for key in row] for row in keyboard]

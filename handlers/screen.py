"""What a person sees: a text with rows of buttons, and how it reaches the chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
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

CANNOT_EDIT = (
    "message can't be edited",
    "message to edit not found",
    "there is no text in the message to edit",
)
NOT_MODIFIED = "message is not modified"
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


async def show(event: CallbackQuery | Message, screen: Screen, *, toast: str | None = None) -> None:
    """Answer a tap by editing its message in place, or a message by a new one. The toast comes first."""
    if isinstance(event, Message):
        await event.answer(screen.text, reply_markup=screen.keyboard)
        return
    await acknowledge(event, toast)
    message = event.message
    if message is None or isinstance(message, InaccessibleMessage) or message.text is None:
        await send(event, screen)
        return
    if _is_on(message, screen):
        return
    try:
        await message.edit_text(screen.text, reply_markup=screen.keyboard)
    except TelegramBadRequest as error:
        if NOT_MODIFIED in error.message:
            return
        if not any(reason in error.message for reason in CANNOT_EDIT):
            raise
        await send(event, screen)


def _is_on(message: Message, screen: Screen) -> bool:
    """Whether the message shows this screen already: Telegram refuses an edit that changes nothing."""
    if (message.text or "") != unescape(_TAG.sub("", screen.text)).strip():
        return False
    shown = message.reply_markup.inline_keyboard if message.reply_markup else []
    return _carried(screen.rows) == _carried(shown)


def _carried(keyboard: Iterable[Iterable[Button]]) -> list[list[tuple[str, str | None, str | None]]]:
    return [[(key.text, key.callback_data, key.url) for key in row] for row in keyboard]


async def send(event: CallbackQuery, screen: Screen) -> None:
    """A new message below, for what must not replace the message that was tapped."""
    assert isinstance(event.bot, Bot)  # noqa: S101 - aiogram mounts the bot on every update
    await event.bot.send_message(event.from_user.id, screen.text, reply_markup=screen.keyboard)


async def acknowledge(event: CallbackQuery, toast: str | None = None, *, alert: bool = False) -> bool:
    """Stop the button's progress wheel. False when it has stopped: the tap was answered, or is too old to be."""
    try:
        await event.answer(toast, show_alert=alert)
    except TelegramBadRequest as error:
        if "query is too old" not in error.message and "query ID is invalid" not in error.message:
            raise
        return False
    return True

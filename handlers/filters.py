"""Asynchronous filters: aiogram would run a plain ``F.text`` in a thread, once for every update."""

from __future__ import annotations

from aiogram.filters import Filter
from aiogram.types import Message


class PlainText(Filter):
    """A message of text that is not a command."""

    async def __call__(self, message: Message) -> bool:
        return message.text is not None and not message.text.startswith("/")


class Located(Filter):
    """A message with a location."""

    async def __call__(self, message: Message) -> bool:
        return message.location is not None

"""Each method that aiogram knows is taken as aiogram sends it, and answered so that aiogram can read it."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile
from aiogram.types.input_file import InputFile

from sandbox.catalog import CATALOG, Method, plain_answer
from sandbox.people import ONE_PIXEL
from sandbox.server import Sandbox
from sandbox.wire import Json

MISUNDERSTOOD = (
    "invalid parameter",
    "unknown parameter",
    "unknown field",
    "can't parse",
    "there is no",
    "must be a number",
)
PICTURE = BufferedInputFile(ONE_PIXEL, "picture.png")


def arguments(method: Method, chat_id: int) -> Json:
    """The required arguments of a method, the simplest of their type."""
    values: Json = {}
    for name, field in method.model.model_fields.items():
        if name in ("chat_id", "from_chat_id", "user_id"):
            if field.is_required():
                values[name] = chat_id
        elif not field.is_required():
            continue
        elif name in method.plain_files or "InputFile" in str(field.annotation):
            values[name] = PICTURE
        else:
            values[name] = words(plain_answer(field.annotation))
    return values


def words(value: Any) -> Any:
    """The same value with a word in place of each empty text."""
    if isinstance(value, dict):
        return {key: words(item) for key, item in value.items()}
    if isinstance(value, InputFile):
        return value
    return value or "word" if isinstance(value, str) else value


async def test_every_method_is_understood(sandbox: Sandbox, bot: Bot) -> None:
    anya = sandbox.person("Anya", known=True)
    misunderstood = {}
    for name, method in CATALOG.items():
        try:
            await bot(method.model.model_construct(**arguments(method, anya.id)))
        except TelegramAPIError as refused:
            if any(part in refused.message for part in MISUNDERSTOOD):
                misunderstood[name] = refused.message
    assert misunderstood == {}
    assert len(sandbox.calls()) == len(CATALOG) - 1, "all but getUpdates are logged"

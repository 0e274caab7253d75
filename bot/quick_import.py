"""aiogram, imported without making ready what this bot never uses.

``import aiogram`` builds the validators of all 440 types of the Bot API, each with its own copy of those it names:
two thirds of the time that it takes, and of the memory. A process that calls ``import_aiogram`` first leaves that
for the moment when a type is first used. Which types exist, and what they accept, stays as it is: ``model_rebuild``
is put off, no rule of pydantic's is changed. Where aiogram is imported already, nothing happens.
"""

from __future__ import annotations

import sys
from typing import Any

from pydantic import BaseModel

__all__ = ["import_aiogram", "make_ready"]

_REBUILD = "model_rebuild"


def import_aiogram() -> None:
    """To be called before anything else imports aiogram."""
    if "aiogram" in sys.modules:
        return
    names: dict[str, Any] = {}
    at_once = BaseModel.__dict__[_REBUILD]

    def later(_cls: Any, /, *, _types_namespace: dict[str, Any] | None = None, **_: object) -> None:
        names.update(_types_namespace or {})

    setattr(BaseModel, _REBUILD, classmethod(later))
    try:
        from aiogram.methods import Response, TelegramMethod
        from aiogram.types import TelegramObject
    finally:
        setattr(BaseModel, _REBUILD, at_once)

    for base in (TelegramObject, TelegramMethod, Response):
        setattr(base, _REBUILD, classmethod(_with_names(names)))


def make_ready() -> None:
    """Build now what the first tap needs, so that it waits for nothing."""
    from aiogram import methods
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    for method in (
        methods.GetMe,
        methods.GetUpdates,
        methods.AnswerCallbackQuery,
        methods.SendMessage,
        methods.EditMessageText,
    ):
        method.model_rebuild()
        methods.Response[method.__returning__].model_rebuild()  # type: ignore[name-defined]
    InlineKeyboardButton.model_rebuild()
    InlineKeyboardMarkup.model_rebuild()


def _with_names(names: dict[str, Any]) -> Any:
    """pydantic's own ``model_rebuild``, which finds the types that aiogram's annotations name."""
    rebuild = BaseModel.__dict__[_REBUILD].__func__

    def model_rebuild(cls: Any, /, *, force: bool = False, raise_errors: bool = True, **_: object) -> Any:
        return rebuild(cls, force=force, raise_errors=raise_errors, _types_namespace=names)

    return model_rebuild

"""What the Bot API knows: every method, the form of its parameters, a plain answer for those without behaviour.

All of it is read from aiogram's models, so a new version of the Bot API needs no code here.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal, Union

import aiogram.methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import InputFile
from pydantic import BaseModel

from sandbox.wire import Json


class Form(Enum):
    """How the text of a form value becomes a JSON value."""

    TEXT = auto()
    WHOLE = auto()
    NUMBER = auto()
    FLAG = auto()
    NAME = auto()
    """A number or a text: ``chat_id``."""
    JSON = auto()


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Bot API."""

    name: str
    model: type[TelegramMethod[Any]]
    forms: dict[str, Form]
    plain_files: frozenset[str]
    """Parameters whose model takes nothing but an uploaded file."""
    returns: Any


def _leaves(annotation: Any) -> list[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _leaves(typing.get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [leaf for part in typing.get_args(annotation) for leaf in _leaves(part)]
    return [annotation]


def _is_model(leaf: Any) -> bool:
    return isinstance(leaf, type) and issubclass(leaf, BaseModel)


def _form(annotation: Any) -> Form:
    leaves = _leaves(annotation)
    if any(typing.get_origin(leaf) in (list, dict) or _is_model(leaf) for leaf in leaves):
        return Form.JSON
    if int in leaves:
        return Form.NAME if str in leaves else Form.WHOLE
    if float in leaves:
        return Form.NUMBER
    if bool in leaves:
        return Form.FLAG
    return Form.TEXT


def _takes_only_files(annotation: Any) -> bool:
    leaves = _leaves(annotation)
    return InputFile in leaves and str not in leaves


def _read(model: type[TelegramMethod[Any]]) -> Method:
    fields = model.model_fields
    return Method(
        name=model.__api_method__,
        model=model,
        forms={name: _form(field.annotation) for name, field in fields.items()},
        plain_files=frozenset(name for name, field in fields.items() if _takes_only_files(field.annotation)),
        returns=model.__returning__,
    )


CATALOG: dict[str, Method] = {
    model.__api_method__.lower(): _read(model)
    for model in vars(aiogram.methods).values()
    if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
}
"""Methods by lower-case name: the Bot API does not mind the case."""


def plain_answer(returns: Any) -> Any:
    """The least JSON value of that type: ``True``, an empty list, an object with its required fields only."""
    leaf = _leaves(returns)[0]
    if typing.get_origin(leaf) is list:
        return []
    if typing.get_origin(leaf) is Literal:
        return typing.get_args(leaf)[0]
    if _is_model(leaf):
        return _least(leaf)
    if leaf is bool:
        return True
    if leaf in (int, float) or leaf is dt.datetime:
        return 0
    return ""


def _least(model: type[BaseModel]) -> Json:
    answer: Json = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            answer[field.alias or name] = plain_answer(field.annotation)
        elif typing.get_origin(field.annotation) is Literal:
            answer[field.alias or name] = field.default
    return answer

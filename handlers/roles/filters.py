"""Texts that are invitations: a deep link, or a code that somebody typed."""

from __future__ import annotations

from typing import Any

from aiogram.filters import Filter
from aiogram.types import Message

from domain.roles import is_plainly_code, read_code
from handlers.roles.screens import INVITE_LINK

START = f"/start {INVITE_LINK}"


class InvitationLink(Filter):
    """``/start inv_…``; gives ``code``, "" where it cannot be one."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        text = message.text or ""
        return {"code": read_code(text.removeprefix(START)) or ""} if text.startswith(START) else False


class TypedCode(Filter):
    """A text in the shape of a code; gives ``code``, and ``plainly``: it is written as codes are, so it is no words."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        text = message.text or ""
        code = read_code(text)
        return {"code": code, "plainly": is_plainly_code(text)} if code else False

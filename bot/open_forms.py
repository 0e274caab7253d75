"""When an open form lets go: judged before anybody is asked who answers an update, the same for every form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from bot.form_storage import FormStorage
from handlers.forms import is_own_button
from services.forms import Form

log = structlog.get_logger()

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class OpenForms(BaseMiddleware):
    """Outer middleware of updates, after aiogram's own and the acquaintance.

    A form lets go when it has waited too long, at any command, and at any button that is not its own. Where it takes
    something typed along, the person is told. What the form then answers, it waits anew.
    """

    def __init__(self, storage: FormStorage) -> None:
        self._storage = storage

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        state: FSMContext | None = data.get("state")
        assert isinstance(event, Update)  # noqa: S101 - the acquaintance lets nothing else through
        given = event.message or event.callback_query
        if state is None or given is None or data.get("in_group"):
            return await handler(event, data)
        left = self._storage.left(state.key)
        if left.is_empty:
            return await handler(event, data)
        waiting = self._storage.get(state.key)
        if waiting.is_empty or _turns_away(waiting, given):
            await self._storage.let_go(state.key)
            data["raw_state"] = None
            if left.typed:
                await _say_what_is_lost(given, data, late=waiting.is_empty)
            return await handler(event, data)
        try:
            return await handler(event, data)
        finally:
            after = self._storage.get(state.key)
            typed = isinstance(given, Message) and given.text is not None and after.data != waiting.data
            if typed or after.touched_at == waiting.touched_at:
                await self._storage.touch(state.key, typed=typed)


def _turns_away(form: Form, given: Message | CallbackQuery) -> bool:
    """Whether somebody turns to something else than the form that waits."""
    if isinstance(given, Message):
        return (given.text or "").startswith("/")
    return form.state is not None and not is_own_button(form.state, given.data or "")


async def _say_what_is_lost(given: Message | CallbackQuery, data: dict[str, Any], *, late: bool) -> None:
    """Beside the answer to what was sent or tapped, which comes whether or not this can be said."""
    bot: Bot = data["bot"]
    assert given.from_user is not None  # noqa: S101 - the acquaintance found somebody
    try:
        await bot.send_message(
            given.from_user.id, data["view"].text("forms-lost-late" if late else "forms-lost")
        )
    except TelegramAPIError as error:
        log.warning("lost_form_not_told", error=type(error).__name__)

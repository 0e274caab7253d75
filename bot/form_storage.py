"""Open forms in the database: a restart loses neither the draft nor the place in the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.clock import Clock
from db.engine import Database
from services import forms


class FormStorage(BaseStorage):
    """Reads from memory, writes through. Forms are rare and few taps are in one, so memory holds all of them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._forms: dict[str, forms.Form] = {}

    async def load(self) -> None:
        """Read the open forms, once at the start."""
        self._forms = await self._database.read(forms.open_forms)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self._keep(_name(key), forms.Form(name, self._form(key).data))

    async def get_state(self, key: StorageKey) -> str | None:
        return self._form(key).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._keep(_name(key), forms.Form(self._form(key).state, dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict(self._form(key).data)

    async def close(self) -> None:
        """Nothing is held back: every change was written when it was made."""

    def _form(self, key: StorageKey) -> forms.Form:
        return self._forms.get(_name(key), forms.EMPTY)

    async def _keep(self, name: str, form: forms.Form) -> None:
        if form == self._forms.get(name, forms.EMPTY):
            return
        if form == forms.EMPTY:
            self._forms.pop(name, None)
        else:
            self._forms[name] = form
        await self._database.write(forms.keep, name, form, self._clock.now())


def _name(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}:{key.thread_id or 0}"

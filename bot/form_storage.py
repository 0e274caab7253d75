"""Open forms in the database: within their minutes a restart loses neither the draft nor the place in the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.clock import Clock
from bot.middleware import TELEGRAM
from db.engine import Database
from domain.people import Address
from services import forms
from services.forms import EMPTY, Form


class FormStorage(BaseStorage):
    """Reads from memory, writes through. Forms are rare and few taps are in one, so memory holds all of them.

    Whether a form still waits is judged whenever it is read: one that has waited too long is none.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._forms: dict[str, Form] = {}

    async def load(self) -> None:
        """Read the open forms, once at the start."""
        self._forms = await self._database.read(forms.open_forms)

    async def ask(self, key: StorageKey, state: str | None, data: Mapping[str, Any]) -> None:
        """Begin or go on with a form: its state and its data in one write."""
        typed = self.get(key).typed and bool(data)
        await self._keep(key, Form(state, dict(data), typed, self._clock.now()))

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self.ask(key, name, self.get(key).data)

    async def get_state(self, key: StorageKey) -> str | None:
        return self.get(key).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self.ask(key, self.get(key).state, data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict(self.get(key).data)

    async def close(self) -> None:
        """Nothing is held back: every change was written when it was made."""

    def get(self, key: StorageKey) -> Form:
        """The form that waits now, or the empty one."""
        form = self.left(key)
        return form if form.waits(self._clock.now()) else EMPTY

    def left(self, key: StorageKey) -> Form:
        """The form that was left here, even if it waits no longer."""
        return self._forms.get(name_of(key), EMPTY)

    async def touch(self, key: StorageKey, *, typed: bool) -> None:
        """The form was answered, rightly or not: it waits anew. ``typed``: what was typed is now in it."""
        form = self.get(key)
        if not form.is_empty:
            await self._keep(key, replace(form, typed=form.typed or typed, touched_at=self._clock.now()))

    async def let_go(self, key: StorageKey) -> None:
        await self._keep(key, EMPTY)

    def forget_stale(self, before: datetime) -> None:
        """Drop from memory what nobody has touched since ``before``."""
        self._forms = {
            name: form for name, form in self._forms.items() if form.touched_at and form.touched_at >= before
        }

    async def _keep(self, key: StorageKey, form: Form) -> None:
        name = name_of(key)
        if form.is_empty:
            if self._forms.pop(name, None) is not None:
                await self._database.write(forms.keep, name, EMPTY)
        elif form != self._forms.get(name):
            self._forms[name] = form
            await self._database.write(forms.keep, name, form)


def name_of(key: StorageKey) -> str:
    """The name of a conversation: a private chat's is the address of its person."""
    private = forms.name_for(Address(TELEGRAM, str(key.user_id)))
    if key.chat_id == key.user_id and key.thread_id is None:
        return private
    return f"{private}:{key.chat_id}:{key.thread_id or 0}"

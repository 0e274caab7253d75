"""Forms: a person types what a screen asked for, one at a time and within minutes."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, cast

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey


class Form(StatesGroup):
    """What every form derives from. Its states are the texts that it waits for."""

    buttons: ClassVar[tuple[type[CallbackData], ...]] = ()
    """The form's own: they answer it, turn its pages or lead one step back. At any other button it lets go."""


class _Storage(Protocol):
    async def ask(self, key: StorageKey, state: str | None, data: dict[str, Any]) -> None: ...


async def ask(state: FSMContext, form: State, **data: Any) -> None:
    """Wait for a text: the state and what the form knows in one write, instead of any form before it."""
    await cast("_Storage", state.storage).ask(state.key, form.state, data)


def is_own_button(state: str, data: str) -> bool:
    """Whether a button's callback data belongs to the form that is in this state."""
    prefix = data.partition(":")[0]
    group = state.partition(":")[0]
    return any(
        form.__full_group_name__ == group and prefix in {each.__prefix__ for each in form.buttons}
        for form in Form.__subclasses__()
    )

"""Forms of «Мои занятия»."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class MentoringForm(StatesGroup):
    reason = State()
    """Waiting for why the mentor cannot lead; data: ``slot`` and, once written, ``reason``."""

"""Forms of questions."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class QuestionForm(StatesGroup):
    asking = State()
    """Data: ``importance``."""
    asking_on = State()
    """Data: ``question``."""
    answering = State()
    """Data: ``question``."""

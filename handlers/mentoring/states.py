"""Forms of «Мои занятия»."""

from __future__ import annotations

from aiogram.fsm.state import State

from handlers.forms import Form
from handlers.mentoring.callbacks import CannotLead


class MentoringForm(Form):
    buttons = (CannotLead,)

    reason = State()
    """Waiting for why the mentor cannot lead; data: ``slot`` and, once written, ``reason``."""

"""Forms of questions."""

from __future__ import annotations

from aiogram.fsm.state import State

from handlers.forms import Form
from handlers.questions.callbacks import ForgetAnswer, ShowFile


class QuestionForm(Form):
    buttons = (ForgetAnswer, ShowFile)

    asking = State()
    """Data: ``importance``."""
    asking_on = State()
    """Data: ``question``."""
    answering = State()
    """Data: ``question``."""
    saving = State()
    """Data: ``question``."""

"""What a coordinator is typing."""

from __future__ import annotations

from aiogram.fsm.state import State

from handlers.forms import Form


class BroadcastForm(Form):
    content = State()
    """A new broadcast, or another content of a draft: ``broadcast``."""
    album = State()
    """More pictures of the ``album`` that came a moment ago."""
    correction = State()
    link = State()
    urgent = State()
    when = State()

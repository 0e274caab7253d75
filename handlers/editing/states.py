"""What an editing coordinator is typing. Data: ``slot``, ``activity``, ``edit`` (the one in preview) and so on."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class EditingForm(StatesGroup):
    query = State()
    """What to edit: any text is a search."""
    time = State()
    """Data: ``slot``."""
    venue = State()
    """The beginning of a venue's name. Data: ``activity``, ``slot``."""
    room = State()
    capacity = State()
    text = State()
    """Data: ``activity``, ``slot`` and ``kind``, a value of ``EditKind``."""
    reason = State()
    """Why a slot is cancelled. Data: ``slot``."""
    add_time = State()
    """Data: ``activity``."""
    add_places = State()
    """Data: ``activity`` and ``adding``: what was answered so far."""
    add_room = State()

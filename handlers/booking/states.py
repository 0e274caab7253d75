"""Forms of bookings."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class BookingForm(StatesGroup):
    companions = State()
    """Waiting for first names; data: ``booking``."""

"""Forms of bookings."""

from __future__ import annotations

from aiogram.fsm.state import State

from handlers.forms import Form


class BookingForm(Form):
    companions = State()
    """Waiting for first names; data: ``booking``."""

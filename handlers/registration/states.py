"""The one form of registration and of changes in the profile."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class RegistrationForm(StatesGroup):
    """Data: ``draft`` (``domain.registration.Draft`` as JSON) and ``resume``, what it was opened for:
    ``{"slot", "places", "origin"}`` of a sign-up, or ``{}`` for a change in the profile."""

    choosing = State()
    """A question whose answers are buttons."""
    name = State()
    municipality = State()
    organisation = State()

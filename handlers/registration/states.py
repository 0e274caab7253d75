"""The one form of registration and of changes in the profile."""

from __future__ import annotations

from aiogram.fsm.state import State

from handlers.forms import Form
from handlers.registration.callbacks import (
    Agree,
    BrowseMunicipalities,
    ChooseGrade,
    ChooseMunicipality,
    ChooseRole,
    ConfirmAge,
    ConfirmGrade,
    ReadConsent,
    ShareLocation,
    StepBack,
)


class RegistrationForm(Form):
    """Data: ``draft`` (``domain.registration.Draft`` as JSON) and ``resume``, what it was opened for:
    ``{"slot", "places", "origin"}`` of a sign-up, or ``{}`` for a change in the profile."""

    buttons = (
        Agree,
        ReadConsent,
        ChooseRole,
        ConfirmAge,
        ConfirmGrade,
        ChooseMunicipality,
        BrowseMunicipalities,
        ShareLocation,
        ChooseGrade,
        StepBack,
    )

    choosing = State()
    """A question whose answers are buttons."""
    name = State()
    municipality = State()
    organisation = State()

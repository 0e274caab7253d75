"""What a coordinator is typing while choosing whom a broadcast is for."""

from __future__ import annotations

from aiogram.fsm.state import State

from handlers.audiences.callbacks import AskActivities, AskPlaces, SetActivity, SetPlace
from handlers.forms import Form


class AudiencesForm(Form):
    buttons = (AskPlaces, SetPlace, AskActivities, SetActivity)

    place = State()
    """The beginning of a municipality's name. Data: ``broadcast``, ``side``, ``number``."""
    activity = State()
    """Words of an activity's title. Data: the same, and ``tie``."""
    name = State()
    """What a saved audience is called. Data: ``broadcast``."""

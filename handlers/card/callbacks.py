"""Opening the card of a workshop or a forum session."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Id, Origin


class OpenCard(CallbackData, prefix="c"):
    """``origin`` says where «Назад» leads: "" menu, "w" workshops, "my" own bookings, "f…" the forum
    programme's place (its own encoding), "n" a notice (the card comes as a new message)."""

    activity: Id
    origin: Origin = ""


class ShowOnMap(CallbackData, prefix="map"):
    activity: Id

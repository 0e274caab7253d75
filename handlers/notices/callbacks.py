"""Buttons under what the bot says on its own. Each names its booking, so it answers for ever."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Id


class Coming(CallbackData, prefix="rc"):
    """ "I am coming": also the way back from the question below."""

    booking: Id


class NotComing(CallbackData, prefix="rn"):
    """ "I am not": asks once, in the same message."""

    booking: Id


class FreePlace(CallbackData, prefix="rf"):
    """The answer to that question; "give the place away" asks it too."""

    booking: Id


class AcceptOffer(CallbackData, prefix="ro"):
    """ "Replace the booking" by the offered place."""

    booking: Id


class KeepMoved(CallbackData, prefix="rs"):
    """ "Replace the booking" under a move: this slot is kept, what it overlaps now is given back."""

    booking: Id


class DeclineOffer(CallbackData, prefix="rd"):
    booking: Id

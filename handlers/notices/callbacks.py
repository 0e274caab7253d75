"""Buttons under what the bot says on its own. Each names its booking and what was read of its slot."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Id, Mark, OlderToo, SeenSequence


class Coming(OlderToo, CallbackData, prefix="rc"):
    """ "I am coming": also the way back from the question below."""

    booking: Id
    seen: SeenSequence = None


class NotComing(OlderToo, CallbackData, prefix="rn"):
    """ "I am not": asks once, in the same message."""

    booking: Id
    seen: SeenSequence = None


class FreePlace(OlderToo, CallbackData, prefix="rf"):
    """The answer to that question; "give the place away" asks it too."""

    booking: Id
    seen: SeenSequence = None


class AcceptOffer(OlderToo, CallbackData, prefix="ro"):
    """ "Replace the booking" by the offered place."""

    booking: Id
    seen: SeenSequence = None
    gives: Mark = ""


class KeepMoved(OlderToo, CallbackData, prefix="rs"):
    """ "Replace the booking" under a move: this slot is kept, what it overlaps now is given back."""

    booking: Id
    seen: SeenSequence = None
    gives: Mark = ""


class DeclineOffer(OlderToo, CallbackData, prefix="rd"):
    booking: Id
    seen: SeenSequence = None

"""Taking, waiting, swapping and giving back. Every button names its slot or booking: it works for ever."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.fields import Id, Mark, OlderToo, OptionalId, Origin, Page, Places, SeenSequence


class TakeSlot(OlderToo, CallbackData, prefix="b"):
    """Sign up for a slot; ``places`` 0: ask an adult how many."""

    slot: Id
    places: Places = 0
    origin: Origin = ""
    seen: SeenSequence = None


class SwapSlot(OlderToo, CallbackData, prefix="bs"):
    """Sign up and give up what clashes, as far as the message named it: ``gives`` is the mark of that."""

    slot: Id
    places: Places = 1
    seen: SeenSequence = None
    gives: Mark = ""


class WaitForSlot(OlderToo, CallbackData, prefix="bw"):
    slot: Id
    places: Places = 1
    seen: SeenSequence = None


class OpenBooking(CallbackData, prefix="bo"):
    booking: Id


class AskToCancel(CallbackData, prefix="bq"):
    booking: Id


class CancelBooking(OlderToo, CallbackData, prefix="bc"):
    booking: Id
    seen: SeenSequence = None


class SendCalendar(CallbackData, prefix="ics"):
    """``booking`` 0: the whole plan."""

    booking: OptionalId = 0


class NameCompanions(CallbackData, prefix="bn"):
    booking: Id


class OpenMyBookings(CallbackData, prefix="my"):
    page: Page = 0


class OpenPast(CallbackData, prefix="myp"):
    page: Page = 0

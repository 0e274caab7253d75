"""Taking, waiting, swapping and giving back. Every button names its slot or booking: it works for ever."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class TakeSlot(CallbackData, prefix="b"):
    """Sign up for a slot; ``places`` 0: ask an adult how many."""

    slot: int
    places: int = 0
    origin: str = ""


class SwapSlot(CallbackData, prefix="bs"):
    """Sign up and give up what clashes."""

    slot: int
    places: int = 1


class WaitForSlot(CallbackData, prefix="bw"):
    slot: int
    places: int = 1


class OpenBooking(CallbackData, prefix="bo"):
    booking: int


class AskToCancel(CallbackData, prefix="bq"):
    booking: int


class CancelBooking(CallbackData, prefix="bc"):
    booking: int


class SendCalendar(CallbackData, prefix="ics"):
    """``booking`` 0: the whole plan."""

    booking: int = 0


class NameCompanions(CallbackData, prefix="bn"):
    booking: int


class OpenMyBookings(CallbackData, prefix="my"):
    page: int = 0


class OpenPast(CallbackData, prefix="myp"):
    page: int = 0

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


class TakeAndWait(CallbackData, prefix="bt"):
    """Take ``at_once`` of ``places``, wait for the rest."""

    slot: Id
    places: Places
    at_once: Places
    seen: SeenSequence = None


class BringChildren(CallbackData, prefix="be"):
    """Sign up children at a time at which the adult takes part in something else."""

    slot: Id
    places: Places = 1
    seen: SeenSequence = None


class ChangeNumber(CallbackData, prefix="bk"):
    booking: Id


class SetNumber(CallbackData, prefix="bm"):
    booking: Id
    places: Places
    seen: SeenSequence = None


class WaitForMore(CallbackData, prefix="ba"):
    """Keep what is held, wait for so many places more."""

    booking: Id
    more: Places
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

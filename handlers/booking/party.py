"""«Изменить число»: how many, and what is done when there are not so many places."""

from __future__ import annotations

from bot.texts import html_join
from domain.booking import MAXIMUM_PLACES, BookingStatus, Planned
from handlers.booking.callbacks import ChangeNumber, OpenBooking, OpenMyBookings, SetNumber, WaitForMore
from handlers.booking.screens import facts
from handlers.screen import Screen, button, rows
from handlers.view import View
from services.party import NotSoMany


def ask_number(view: View, planned: Planned) -> Screen:
    booking, slot, activity = planned
    most = MAXIMUM_PLACES if slot.capacity is None else min(MAXIMUM_PLACES, slot.capacity)
    choices = [
        button(str(count), SetNumber(booking=booking.id, places=count, seen=slot.sequence))
        for count in range(1, most + 1)
        if count != booking.places
    ]
    waits = booking.status is BookingStatus.WAITING
    held = view.text("booking-places-asked" if waits else "booking-places", count=booking.places)
    rule = view.text("booking-number-waiting" if waits else "booking-number-held")
    parts = [facts(view, activity, slot), html_join([held, view.text("booking-ask-number")]), rule]
    back = button(view.label("common-button-back"), OpenBooking(booking=booking.id))
    return Screen(html_join(parts, "\n\n"), rows(choices, (back, view.menu_button())))


def not_so_many(view: View, result: NotSoMany) -> Screen:
    """More places were asked for than are free: what is held stays held, whatever is tapped."""
    booking, slot = result.booking, result.slot
    text = view.text(
        "booking-not-so-many",
        facts=facts(view, result.activity, slot),
        free=result.free,
        more=result.more,
        held=booking.places,
    )
    some = None
    if result.free:
        more = SetNumber(booking=booking.id, places=booking.places + result.free, seen=slot.sequence)
        some = button(view.label("booking-button-more", count=result.free), more)
    wait = WaitForMore(booking=booking.id, more=result.more, seen=slot.sequence)
    return Screen(
        text,
        rows(
            some,
            button(view.label("booking-button-wait-more", count=result.more), wait),
            button(view.label("common-button-back"), ChangeNumber(booking=booking.id)),
            (button(view.label("booking-button-my"), OpenMyBookings()), view.menu_button()),
        ),
    )

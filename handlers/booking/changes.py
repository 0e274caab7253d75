"""A slot that is not as a person read it: old → new, and the question again."""

from __future__ import annotations

from dataclasses import replace

from bot.texts import Html, html_join
from domain.booking import Planned
from domain.notices import SlotSnapshot
from domain.programme import Activity, Slot
from handlers.booking.callbacks import (
    CancelBooking,
    OpenBooking,
    OpenMyBookings,
    TakeSlot,
    WaitForSlot,
)
from handlers.booking.screens import where
from handlers.card.callbacks import OpenCard
from handlers.screen import Screen, button, rows
from handlers.view import View


def when_and_where(view: View, before: SlotSnapshot | None, slot: Slot, activity: Activity) -> list[Html]:
    """«Когда» and «Где», each as old → new where it has changed since ``before``."""
    new_when, new_where = view.when(slot), where(activity, slot)
    if before is None or (before.starts_at, before.ends_at) == (slot.starts_at, slot.ends_at):
        lines = [view.text("notices-when", when=new_when)]
    else:
        old = view.dates.slot(before.starts_at, before.ends_at, now=view.now)
        lines = [view.text("notices-when-changed", old=old, new=new_when)]
    old_where = new_where if before is None else _old_where(before, slot, activity)
    if old_where == new_where:
        lines.append(view.text("notices-where", where=new_where))
    else:
        lines.append(view.text("notices-where-changed", old=old_where, new=new_where))
    return lines


def _old_where(before: SlotSnapshot, slot: Slot, activity: Activity) -> str:
    """Written like the new place as long as the venue is the same."""
    venue = activity.venue
    if (before.venue_name, before.address) == (venue.name, venue.address):
        return where(activity, replace(slot, room=before.room))
    return ", ".join(part for part in (before.venue_name, before.address, before.room) if part)


def changed(view: View, before: SlotSnapshot | None, slot: Slot, activity: Activity) -> Html:
    head = view.text("notices-moved", title=activity.title)
    return html_join([head, *when_and_where(view, before, slot, activity)])


def ask_anew(
    view: View, before: SlotSnapshot | None, slot: Slot, activity: Activity, places: int, *, to_wait: bool
) -> Screen:
    """Under a button that takes places or waits for them: whether it suits as it is now."""
    if to_wait:
        wait = WaitForSlot(slot=slot.id, places=places, seen=slot.sequence)
        again = button(view.label("booking-button-wait"), wait)
    else:
        take = TakeSlot(slot=slot.id, places=places, seen=slot.sequence)
        again = button(view.label("card-button-sign-up"), take)
    card = button(view.label("booking-button-card"), OpenCard(activity=activity.id))
    text = html_join([changed(view, before, slot, activity), view.text("notices-fits")], "\n\n")
    return Screen(text, rows(again, card, view.menu_button()))


def ask_to_cancel_anew(view: View, before: SlotSnapshot | None, planned: Planned) -> Screen:
    """Under «Да, отменить»: perhaps it suits as it is now."""
    booking, slot, activity = planned
    cancel = CancelBooking(booking=booking.id, seen=slot.sequence)
    text = html_join([changed(view, before, slot, activity), view.text("booking-ask-cancel-anew")], "\n\n")
    return Screen(
        text,
        rows(
            button(view.label("booking-button-cancel-yes"), cancel),
            button(view.label("booking-button-cancel-no"), OpenBooking(booking=booking.id)),
            (button(view.label("booking-button-my"), OpenMyBookings()), view.menu_button()),
        ),
    )

"""Taps of «Изменить число», and places of which some are waited for."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from db.engine import Database
from domain.booking import BookingStatus
from domain.seen import Seen
from handlers.booking import changes, party, screens
from handlers.booking.callbacks import ChangeNumber, SetNumber, WaitForMore
from handlers.ports import Wakeable
from handlers.screen import show
from handlers.view import View
from services import booking as booking_service
from services import party as party_service
from services.booking import Refused
from services.party import NotSoMany, Size
from services.seen import NotAsSeen


def add_routes(router: Router) -> None:
    @router.callback_query(ChangeNumber.filter())
    async def change_number(
        query: CallbackQuery, callback_data: ChangeNumber, view: View, db: Database
    ) -> None:
        planned = await db.read(booking_service.own, view.actor, callback_data.booking)
        booking, slot, _ = planned
        changeable = booking.status in (BookingStatus.BOOKED, BookingStatus.WAITING)
        if not changeable or slot.starts_at <= view.now:
            await show(query, screens.over(view, planned))
            return
        await show(query, party.ask_number(view, planned))

    @router.callback_query(SetNumber.filter())
    async def set_number(
        query: CallbackQuery, callback_data: SetNumber, view: View, db: Database, outbox: Wakeable
    ) -> None:
        data = callback_data
        attempt = db.write(
            party_service.change_places,
            view.actor,
            data.booking,
            data.places,
            view.now,
            view.zone,
            seen=Seen(data.seen),
        )
        await _conclude(query, view, db, data.booking, attempt)
        outbox.kick()

    @router.callback_query(WaitForMore.filter())
    async def wait_for_more(
        query: CallbackQuery, callback_data: WaitForMore, view: View, db: Database, outbox: Wakeable
    ) -> None:
        data = callback_data
        attempt = db.write(
            party_service.wait_for_more,
            view.actor,
            data.booking,
            data.more,
            view.now,
            view.zone,
            seen=Seen(data.seen),
        )
        await _conclude(query, view, db, data.booking, attempt)
        outbox.kick()


async def _conclude(
    query: CallbackQuery, view: View, db: Database, booking_id: int, attempt: Awaitable[Size]
) -> None:
    """Show the new number, or ask for it again where the slot has changed."""
    try:
        size = await attempt
    except NotAsSeen as change:
        await _ask_anew(query, view, db, booking_id, change)
        return
    if isinstance(size, Refused):
        await show(query, screens.refused(view, size))
    elif isinstance(size, NotSoMany):
        await show(query, party.not_so_many(view, size))
    else:
        planned = (size.booking, size.slot, size.activity)
        toast = view.label("booking-toast-number", count=size.booking.places)
        await show(query, screens.booking_screen(view, planned, size.position), toast=toast)


async def _ask_anew(
    query: CallbackQuery, view: View, db: Database, booking_id: int, change: NotAsSeen
) -> None:
    """The slot has changed: the number is asked for again, under how it is now."""
    planned = await db.read(booking_service.own, view.actor, booking_id)
    screen = party.ask_number(view, planned)
    news = changes.changed(view, change.before, planned[1], planned[2])
    await show(query, replace(screen, text=f"{news}\n\n{screen.text}"))

"""Taps about places, «Мои записи», calendars."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Sequence

from aiogram import Bot, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from db.engine import Database
from domain.booking import BookingStatus, Planned
from domain.names import LONGEST_FIRST_NAME, UnfitName, first_name
from domain.seen import Seen
from handlers import forms
from handlers.booking import changes, party_routes, screens
from handlers.booking.callbacks import (
    AskToCancel,
    BringChildren,
    CancelBooking,
    NameCompanions,
    OpenBooking,
    OpenMyBookings,
    OpenPast,
    SendCalendar,
    SwapSlot,
    TakeAndWait,
    TakeSlot,
    WaitForSlot,
)
from handlers.booking.states import BookingForm
from handlers.filters import PlainText
from handlers.ports import Wakeable
from handlers.registration.routes import begin_registration
from handlers.screen import Screen, acknowledge, show
from handlers.view import View
from services import booking as booking_service
from services import party as party_service
from services.booking import BookingOver, NotYours, Signed, SignUp, SlotGone, Waiting
from services.seen import NotAsSeen

PAST_PAGE = 8
BETWEEN_NAMES = re.compile(r"[,;\n]+")


async def take(
    event: CallbackQuery | Message,
    state: FSMContext,
    view: View,
    db: Database,
    slot_id: int,
    places: int,
    origin: str = "",
    seen: int | None = None,
) -> None:
    """Go on with a sign-up as far as it can: register first, ask an adult for the number, take the place."""
    person = view.actor.person
    if person is None or not view.actor.is_registered:
        await begin_registration(event, state, view, slot_id=slot_id, places=places, origin=origin, seen=seen)
        return
    try:
        if person.is_adult and places == 0:
            found = await db.read(booking_service.slot_as_seen, view.actor, slot_id, Seen(seen), view.now)
            await show(event, screens.ask_places(view, *found, origin))
            return
        result = await db.write(
            booking_service.sign_up,
            view.actor,
            slot_id,
            max(1, places),
            view.now,
            view.zone,
            seen=Seen(seen),
        )
    except NotAsSeen as change:
        await show_change(event, view, change, places)
        return
    except SlotGone:
        await show(event, screens.slot_gone(view))
        return
    await show_outcome(event, view, result)


async def show_change(
    event: CallbackQuery | Message, view: View, change: NotAsSeen, places: int, *, to_wait: bool = False
) -> None:
    """Nothing was done: the slot is not as the person saw it, so they are asked again."""
    slot, activity = change.slot, change.activity
    await show(event, changes.ask_anew(view, change.before, slot, activity, places, to_wait=to_wait))


async def show_outcome(event: CallbackQuery | Message, view: View, result: SignUp) -> None:
    toast = None
    if isinstance(result, Signed) and result.booking.status is BookingStatus.BOOKED:
        toast = view.label("booking-toast-signed")
    elif isinstance(result, Waiting):
        toast = view.label("booking-toast-waiting")
    await show(event, screens.outcome(view, result), toast=toast)


async def _conclude(
    query: CallbackQuery,
    state: FSMContext,
    view: View,
    tapped: SwapSlot | BringChildren | TakeAndWait | WaitForSlot,
    attempt: Awaitable[SignUp],
    *,
    to_wait: bool = False,
) -> None:
    """Show what became of a tap that takes or waits for places; register first, or ask anew what has changed."""
    try:
        result = await attempt
    except booking_service.NotRegistered:
        await begin_registration(
            query, state, view, slot_id=tapped.slot, places=tapped.places, seen=tapped.seen
        )
    except NotAsSeen as change:
        await show_change(query, view, change, tapped.places, to_wait=to_wait)
    else:
        await show_outcome(query, view, result)


def router() -> Router:
    router = Router(name="booking")

    @router.callback_query(TakeSlot.filter())
    async def take_slot(
        query: CallbackQuery,
        callback_data: TakeSlot,
        state: FSMContext,
        view: View,
        db: Database,
    ) -> None:
        data = callback_data
        await take(query, state, view, db, data.slot, data.places, data.origin, data.seen)

    @router.callback_query(SwapSlot.filter())
    async def swap_slot(
        query: CallbackQuery,
        callback_data: SwapSlot,
        state: FSMContext,
        view: View,
        db: Database,
        outbox: Wakeable,
    ) -> None:
        data = callback_data
        attempt = db.write(
            booking_service.sign_up,
            view.actor,
            data.slot,
            data.places,
            view.now,
            view.zone,
            swap=True,
            gives=data.gives,
            seen=Seen(data.seen),
        )
        await _conclude(query, state, view, data, attempt)
        outbox.kick()

    @router.callback_query(BringChildren.filter())
    async def bring_children(
        query: CallbackQuery, callback_data: BringChildren, state: FSMContext, view: View, db: Database
    ) -> None:
        data = callback_data
        attempt = db.write(
            booking_service.sign_up,
            view.actor,
            data.slot,
            data.places,
            view.now,
            view.zone,
            brings_only=True,
            seen=Seen(data.seen),
        )
        await _conclude(query, state, view, data, attempt)

    @router.callback_query(TakeAndWait.filter())
    async def take_and_wait(
        query: CallbackQuery, callback_data: TakeAndWait, state: FSMContext, view: View, db: Database
    ) -> None:
        data = callback_data
        attempt = db.write(
            party_service.sign_up_in_part,
            view.actor,
            data.slot,
            data.places,
            data.at_once,
            view.now,
            view.zone,
            seen=Seen(data.seen),
        )
        await _conclude(query, state, view, data, attempt)

    party_routes.add_routes(router)

    @router.callback_query(WaitForSlot.filter())
    async def wait_for_slot(
        query: CallbackQuery,
        callback_data: WaitForSlot,
        state: FSMContext,
        view: View,
        db: Database,
    ) -> None:
        data = callback_data
        attempt = db.write(
            booking_service.wait,
            view.actor,
            data.slot,
            data.places,
            view.now,
            view.zone,
            seen=Seen(data.seen),
        )
        await _conclude(query, state, view, data, attempt, to_wait=True)

    @router.callback_query(OpenBooking.filter())
    async def open_booking(
        query: CallbackQuery, callback_data: OpenBooking, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        planned, position = await db.read(
            booking_service.own_with_position, view.actor, callback_data.booking
        )
        await show(query, screens.booking_screen(view, planned, position))

    @router.callback_query(AskToCancel.filter())
    async def ask_to_cancel(
        query: CallbackQuery, callback_data: AskToCancel, view: View, db: Database
    ) -> None:
        planned = await db.read(booking_service.own, view.actor, callback_data.booking)
        booking, slot, _ = planned
        if not booking.status.is_active or slot.ends_at <= view.now:
            await show(query, screens.over(view, planned))
            return
        await show(query, screens.ask_to_cancel(view, planned))

    @router.callback_query(CancelBooking.filter())
    async def cancel_booking(
        query: CallbackQuery, callback_data: CancelBooking, view: View, db: Database, outbox: Wakeable
    ) -> None:
        try:
            planned = await db.write(
                booking_service.give_back,
                view.actor,
                callback_data.booking,
                view.now,
                view.zone,
                seen=Seen(callback_data.seen),
            )
        except NotAsSeen as change:
            planned, position = await db.read(
                booking_service.own_with_position, view.actor, callback_data.booking
            )
            if change.slot.cancelled_at is not None:
                await show(query, screens.booking_screen(view, planned, position))
            else:
                await show(query, changes.ask_to_cancel_anew(view, change.before, planned))
            return
        except BookingOver as over:
            booking, slot, _ = over.planned
            if booking.status is not BookingStatus.CANCELLED or slot.ends_at <= view.now:
                raise
            # A second tap: what the first one led to stays.
            planned = over.planned
        held = planned[0].held_since is not None
        toast = view.label("booking-toast-given-back" if held else "booking-toast-left")
        await show(query, screens.given_back(view, planned), toast=toast)
        outbox.kick()

    @router.callback_query(SendCalendar.filter())
    async def send_calendar(
        query: CallbackQuery, callback_data: SendCalendar, view: View, db: Database, bot: Bot
    ) -> None:
        if callback_data.booking:
            planned = [await db.read(booking_service.own, view.actor, callback_data.booking)]
        else:
            plan = await db.read(booking_service.my_plan, view.actor, view.now)
            planned = [item for item in plan.coming if item[0].status is BookingStatus.BOOKED]
        if not planned:
            await acknowledge(query, view.label("my-calendar-empty"), alert=True)
            return
        await acknowledge(query)
        content = await asyncio.to_thread(_calendar, view, planned)
        held = any(item[0].status.holds_place and item[1].cancelled_at is None for item in planned)
        await bot.send_document(
            query.from_user.id,
            BufferedInputFile(content, filename=view.label("calendar-file-name")),
            caption=view.text("calendar-caption" if held else "calendar-caption-removed"),
        )

    @router.callback_query(NameCompanions.filter())
    async def name_companions(
        query: CallbackQuery, callback_data: NameCompanions, state: FSMContext, view: View, db: Database
    ) -> None:
        planned = await db.read(booking_service.own, view.actor, callback_data.booking)
        if not planned[0].status.is_active or planned[0].places < 2:
            await show(query, screens.over(view, planned))
            return
        await forms.ask(state, BookingForm.companions, booking=callback_data.booking)
        await show(query, screens.ask_companions(view, planned))

    @router.message(StateFilter(BookingForm.companions), PlainText())
    async def companions_named(message: Message, state: FSMContext, view: View, db: Database) -> None:
        data = await state.get_data()
        written = [part for part in BETWEEN_NAMES.split(message.text or "") if part.strip()]
        if not written:
            await show(message, screens.names_please(view, data["booking"]))
            return
        read = [(part, first_name(part, LONGEST_FIRST_NAME)) for part in written]
        unfit = next((part for part, name in read if isinstance(name, UnfitName)), None)
        if unfit is not None:
            await show(message, screens.one_word_each(view, data["booking"], unfit.strip()))
            return
        names = [name for _, name in read if not isinstance(name, UnfitName)]
        own, _, _ = await db.read(booking_service.own, view.actor, data["booking"])
        if len(names) > own.places:
            await show(message, screens.too_many_names(view, own))
            return
        planned = await db.write(booking_service.name_companions, view.actor, data["booking"], names)
        await state.clear()
        await show(message, screens.booking_screen(view, planned, 0))

    @router.message(StateFilter(BookingForm.companions), ~PlainText())
    async def not_names(message: Message, state: FSMContext, view: View) -> None:
        await show(message, screens.names_please(view, (await state.get_data())["booking"]))

    @router.message(Command("my"))
    async def my_command(message: Message, state: FSMContext, view: View, db: Database) -> None:
        await state.clear()
        await show(message, await _my(view, db, 0))

    @router.callback_query(OpenMyBookings.filter())
    async def open_my(
        query: CallbackQuery, callback_data: OpenMyBookings, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        await show(query, await _my(view, db, callback_data.page))

    @router.callback_query(OpenPast.filter())
    async def open_past(query: CallbackQuery, callback_data: OpenPast, view: View, db: Database) -> None:
        page = max(0, callback_data.page)
        found = await db.read(booking_service.my_past, view.actor, view.now, page * PAST_PAGE, PAST_PAGE + 1)
        has_more = len(found) > PAST_PAGE
        await show(query, screens.my_past(view, found[:PAST_PAGE], page, has_more=has_more))

    return router


def _calendar(view: View, planned: Sequence[Planned]) -> bytes:
    """For a thread: the first use imports a large library, which a bot that is asked for no calendar never does."""
    from services.calendar import calendar_file

    name = view.label("calendar-name")
    return calendar_file(planned, now=view.now, zone=view.zone, name=name, link=view.link)


async def _my(view: View, db: Database, page: int) -> Screen:
    return screens.my_bookings(view, await db.read(booking_service.my_plan, view.actor, view.now), page)


async def explain(event: CallbackQuery | Message, view: View, error: Exception) -> bool:
    """The sentence for a booking's error, wherever it came up. False when the error is none of ours."""
    match error:
        case NotYours():
            await show(event, screens.not_yours(view))
        case BookingOver():
            await show(event, screens.over(view, error.planned))
        case SlotGone():
            await show(event, screens.slot_gone(view))
        case _:
            return False
    return True

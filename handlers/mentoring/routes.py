"""«Мои занятия»: taps of a mentor. The services decide whose slot it is and whether the act is open."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.engine import Database
from domain.mentoring import LATE_MINUTES, LONGEST_REASON, NotLed, NotNow, may_be_late, may_decline, may_mark
from handlers import forms
from handlers.filters import PlainText
from handlers.mentoring import screens
from handlers.mentoring.callbacks import (
    AskCannotLead,
    AskHowLate,
    BeLate,
    CannotLead,
    MarkAllCame,
    MarkOne,
    OpenAttendance,
    OpenLed,
    OpenLedSlot,
)
from handlers.mentoring.states import MentoringForm
from handlers.ports import People, Wakeable
from handlers.screen import acknowledge, show
from handlers.view import View
from services import mentoring as service
from services.mentoring import OwnSlot


def router() -> Router:
    router = Router(name="mentoring")

    @router.callback_query(OpenLed.filter())
    async def open_led(
        query: CallbackQuery, callback_data: OpenLed, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        page = callback_data.page
        found = await db.read(
            service.own_slots, view.actor, view.now, page * screens.SLOTS_PAGE, screens.SLOTS_PAGE
        )
        await show(query, screens.own_slots(view, found, page))

    @router.callback_query(OpenLedSlot.filter())
    async def open_slot(
        query: CallbackQuery, callback_data: OpenLedSlot, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        if (own := await _own(query, view, db, callback_data.slot)) is not None:
            await show(query, screens.own_slot(view, own, callback_data.page))

    @router.callback_query(OpenAttendance.filter())
    async def open_attendance(
        query: CallbackQuery, callback_data: OpenAttendance, view: View, db: Database
    ) -> None:
        if (own := await _own(query, view, db, callback_data.slot)) is None:
            return
        if not may_mark(own.led.slot, view.now):
            await acknowledge(query, view.label("mentoring-attendance-closed"), alert=True)
            return
        await show(query, screens.attendance_screen(view, own, callback_data.page))

    @router.callback_query(MarkAllCame.filter())
    async def mark_all(query: CallbackQuery, callback_data: MarkAllCame, view: View, db: Database) -> None:
        try:
            own = await db.write(service.mark_all_came, view.actor, callback_data.slot, view.now)
        except NotLed:
            await show(query, screens.not_led(view))
            return
        except NotNow:
            await acknowledge(query, view.label("mentoring-attendance-closed"), alert=True)
            return
        screen = screens.attendance_screen(view, own, callback_data.page)
        await show(query, screen, toast=view.label("mentoring-toast-all-came"))

    @router.callback_query(MarkOne.filter())
    async def mark_one(query: CallbackQuery, callback_data: MarkOne, view: View, db: Database) -> None:
        came = callback_data.came
        try:
            own = await db.write(
                service.mark, view.actor, callback_data.slot, callback_data.booking, view.now, came=came
            )
        except NotLed:
            await show(query, screens.not_led(view))
            return
        except NotNow:
            await acknowledge(query, view.label("mentoring-attendance-closed"), alert=True)
            return
        toast = view.label("mentoring-toast-came" if came else "mentoring-toast-absent")
        await show(query, screens.attendance_screen(view, own, callback_data.page), toast=toast)

    @router.callback_query(AskHowLate.filter())
    async def ask_how_late(query: CallbackQuery, callback_data: AskHowLate, view: View, db: Database) -> None:
        if (own := await _own(query, view, db, callback_data.slot)) is None:
            return
        if not may_be_late(own.led.slot, view.now):
            await acknowledge(query, view.label("mentoring-late-closed"), alert=True)
            return
        await show(query, screens.how_late(view, own))

    @router.callback_query(BeLate.filter())
    async def be_late(
        query: CallbackQuery, callback_data: BeLate, view: View, db: Database, outbox: Wakeable
    ) -> None:
        slot, minutes = callback_data.slot, callback_data.minutes
        told = None
        try:
            if minutes in LATE_MINUTES:
                told = await db.write(service.be_late, view.actor, slot, minutes, view.now)
        except NotLed:
            await show(query, screens.not_led(view))
            return
        except NotNow:
            await acknowledge(query, view.label("mentoring-late-closed"), alert=True)
            return
        if told:
            outbox.kick()
        if (own := await _own(query, view, db, slot)) is not None:
            toast = screens.told_late(view, told, len(own.guests))
            await show(query, screens.own_slot(view, own), toast=toast)

    @router.callback_query(AskCannotLead.filter())
    async def ask_cannot_lead(
        query: CallbackQuery, callback_data: AskCannotLead, state: FSMContext, view: View, db: Database
    ) -> None:
        if (own := await _own(query, view, db, callback_data.slot)) is None:
            return
        if not may_decline(own.led.slot, view.now):
            await acknowledge(query, view.label("mentoring-cannot-closed"), alert=True)
            return
        if own.declined:
            await show(query, screens.reported(view, callback_data.slot, None))
            return
        await forms.ask(state, MentoringForm.reason, slot=callback_data.slot)
        await show(query, screens.cannot_lead(view, own))

    @router.message(StateFilter(MentoringForm.reason), PlainText())
    async def reason_written(message: Message, state: FSMContext, view: View, db: Database) -> None:
        slot = (await state.get_data())["slot"]
        reason = " ".join((message.text or "").split())[:LONGEST_REASON]
        if (own := await _own(message, view, db, slot)) is None:
            return
        await forms.ask(state, MentoringForm.reason, slot=slot, reason=reason)
        await show(message, screens.cannot_lead(view, own, reason))

    @router.message(StateFilter(MentoringForm.reason), ~PlainText())
    async def no_reason(message: Message, state: FSMContext, view: View) -> None:
        await show(message, screens.reason_please(view, (await state.get_data())["slot"]))

    @router.callback_query(CannotLead.filter())
    async def cannot_lead(
        query: CallbackQuery,
        callback_data: CannotLead,
        state: FSMContext,
        view: View,
        db: Database,
        outbox: Wakeable,
        people: People,
    ) -> None:
        slot = callback_data.slot
        data = await state.get_data()
        reason = data.get("reason", "") if data.get("slot") == slot else ""
        try:
            told = await db.write(
                service.cannot_lead, view.actor, slot, reason, view.now, view.zone, people.appointed
            )
        except NotLed:
            await show(query, screens.not_led(view))
            return
        except NotNow:
            await acknowledge(query, view.label("mentoring-cannot-closed"), alert=True)
            return
        await state.clear()
        await show(query, screens.reported(view, slot, told))
        if told:
            outbox.kick()

    return router


async def _own(event: CallbackQuery | Message, view: View, db: Database, slot_id: int) -> OwnSlot | None:
    """The slot if it is the actor's; otherwise they have read that it is not."""
    try:
        return await db.read(service.own_slot, view.actor, slot_id, view.now)
    except NotLed:
        await show(event, screens.not_led(view))
        return None

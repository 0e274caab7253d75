"""`/reminders` and the taps on the reminder settings."""

from __future__ import annotations

from datetime import date, datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.engine import Database
from domain.reminders import Offset
from handlers.fields import CALENDAR
from handlers.reminders import screens
from handlers.reminders.callbacks import OpenReminders, PauseReminders, SetReminder, SilenceAll
from handlers.screen import show
from handlers.view import View
from services import reminder_settings as service


def router() -> Router:
    router = Router(name="reminders")

    @router.message(Command("reminders"))
    async def reminders_command(message: Message, state: FSMContext, view: View, db: Database) -> None:
        await state.clear()
        await show(message, screens.settings(view, await db.read(service.settings, view.actor, view.now)))

    @router.callback_query(OpenReminders.filter())
    async def open_reminders(query: CallbackQuery, state: FSMContext, view: View, db: Database) -> None:
        await state.clear()
        await show(query, screens.settings(view, await db.read(service.settings, view.actor, view.now)))

    @router.callback_query(SetReminder.filter())
    async def set_reminder(
        query: CallbackQuery, callback_data: SetReminder, view: View, db: Database
    ) -> None:
        if callback_data.offset not in list(Offset):
            # No button of ours carries it: the screen as it is answers best.
            await show(query, screens.settings(view, await db.read(service.settings, view.actor, view.now)))
            return
        offset, on = Offset(callback_data.offset), callback_data.on
        value = await db.write(service.set_reminder, view.actor, offset, view.now, on=on)
        when = view.label(screens.IN_A_SENTENCE[offset])
        toast = view.label("reminders-toast-on" if on else "reminders-toast-off", when=when)
        await show(query, screens.settings(view, value), toast=toast)

    @router.callback_query(SilenceAll.filter())
    async def silence_all(query: CallbackQuery, view: View, db: Database) -> None:
        value = await db.write(service.silence_all, view.actor, view.now)
        await show(query, screens.settings(view, value), toast=view.label("reminders-toast-silenced"))

    @router.callback_query(PauseReminders.filter())
    async def pause(query: CallbackQuery, callback_data: PauseReminders, view: View, db: Database) -> None:
        try:
            until = _day(callback_data.until) if callback_data.until else None
            value = await db.write(service.pause, view.actor, until, view.now, view.zone)
        except (service.DayPassed, ValueError):
            value = await db.read(service.settings, view.actor, view.now)
            await show(query, screens.settings(view, value), toast=view.label("reminders-toast-past"))
            return
        toast = view.label("reminders-toast-resumed")
        if value.paused_until is not None:
            day = view.dates.day(value.paused_until, now=view.now)
            toast = view.label("reminders-toast-paused", day=day)
        await show(query, screens.settings(view, value), toast=toast)

    return router


def _day(text: str) -> date:
    """Raises ValueError for what is no day that a button of ours ever named."""
    day = datetime.strptime(text, screens.DAY_FORMAT).date()  # noqa: DTZ007 - a day of the calendar, no moment
    if day.year not in CALENDAR:
        raise ValueError(text)
    return day

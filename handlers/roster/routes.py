"""«Списки участников»: choose what of, get a workbook."""

from __future__ import annotations

import asyncio
import io

from aiogram import Bot, Router
from aiogram.types import BufferedInputFile, CallbackQuery

from db.engine import Database
from domain.people import Forbidden, Right
from handlers.roster import screens
from handlers.roster.callbacks import (
    OpenRosterActivities,
    OpenRosterDays,
    OpenRosterMunicipalities,
    OpenRosters,
    SendRoster,
)
from handlers.screen import acknowledge, show
from handlers.view import View
from services import roster
from services.printed_table import write_table
from services.roster import NoSuchRoster


def router() -> Router:
    router = Router(name="roster")

    @router.callback_query(OpenRosters.filter())
    async def open_rosters(query: CallbackQuery, view: View) -> None:
        if not view.actor.may(Right.RUN_PROGRAMME):
            raise Forbidden(Right.RUN_PROGRAMME)
        await show(query, screens.rosters(view))

    @router.callback_query(OpenRosterDays.filter())
    async def open_days(
        query: CallbackQuery, callback_data: OpenRosterDays, view: View, db: Database
    ) -> None:
        found = await db.read(roster.days, view.actor, view.now, view.zone)
        await show(query, screens.days(view, found, callback_data.page))

    @router.callback_query(OpenRosterMunicipalities.filter())
    async def open_municipalities(
        query: CallbackQuery, callback_data: OpenRosterMunicipalities, view: View, db: Database
    ) -> None:
        found = await db.read(roster.municipalities, view.actor, view.now, view.zone)
        await show(query, screens.municipalities(view, found, callback_data.page))

    @router.callback_query(OpenRosterActivities.filter())
    async def open_activities(
        query: CallbackQuery, callback_data: OpenRosterActivities, view: View, db: Database
    ) -> None:
        municipality, page = callback_data.municipality, callback_data.page
        found = await db.read(
            roster.activities,
            view.actor,
            municipality,
            view.now,
            view.zone,
            page * screens.ON_PAGE,
            screens.ON_PAGE + 1,
        )
        shown = found[: screens.ON_PAGE]
        await show(query, screens.activities(view, municipality, shown, page, more=len(found) > len(shown)))

    @router.callback_query(SendRoster.filter())
    async def send_roster(
        query: CallbackQuery, callback_data: SendRoster, view: View, db: Database, bot: Bot
    ) -> None:
        of, key = callback_data.of, callback_data.key
        try:
            drawn = await db.write(roster.draw_up, view.actor, of, key, view.now, view.zone)
        except NoSuchRoster:
            await acknowledge(query, view.label("roster-gone"), alert=True)
            return
        if not drawn.guests:
            await acknowledge(query, view.label("roster-empty"), alert=True)
            return
        await acknowledge(query)
        title = screens.title(view, drawn)
        headings, lines = screens.headings(view), list(screens.lines(view, drawn.guests))
        file = io.BytesIO()
        await asyncio.to_thread(write_table, title, headings, lines, view.label("roster-page-number"), file)
        await bot.send_document(
            query.from_user.id,
            BufferedInputFile(file.getvalue(), filename=view.label("roster-file-name", name=key)),
            caption=view.text("roster-caption", title=title, count=len(drawn.guests)),
        )

    return router

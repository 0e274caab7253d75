"""«Списки участников»."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from domain.roster import RosterOf
from handlers.fields import Page

Key = Annotated[str, Field(max_length=40)]
"""A day, a municipality's code or an activity's id."""


class OpenRosters(CallbackData, prefix="ros"):
    pass


class OpenRosterDays(CallbackData, prefix="rosd"):
    page: Page = 0


class OpenRosterMunicipalities(CallbackData, prefix="rosm"):
    page: Page = 0


class OpenRosterActivities(CallbackData, prefix="rosa"):
    municipality: Key
    page: Page = 0


class SendRoster(CallbackData, prefix="rosx"):
    of: RosterOf
    key: Key

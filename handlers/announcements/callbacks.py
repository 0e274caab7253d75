"""What a recipient does with announcements. Every button says all it means, so it answers for ever."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from handlers.fields import Id, Page

Word = Annotated[str, Field(max_length=20)]
CameFrom = Annotated[str, Field(max_length=1)]
"""Where «Назад» leads: "p" the profile, else the reminders."""


class OpenChoice(CallbackData, prefix="anw"):
    """«Объявления»: how they come, and about what."""

    origin: CameFrom = ""


class ChoosePace(CallbackData, prefix="anh"):
    """``pace``: one of ``domain.announcement.Pace``."""

    pace: Word
    origin: CameFrom = ""


class ChooseTopic(CallbackData, prefix="ant"):
    """``track`` empty: everything. Carries the state it wants: tapped twice, it changes nothing."""

    track: Word = ""
    on: bool = True
    origin: CameFrom = ""


class OpenReceived(CallbackData, prefix="anl"):
    """What has come, the latest first. ``below``: as a new message, what was tapped stays readable."""

    page: Page = 0
    below: bool = False
    origin: CameFrom = ""


class OpenAnnouncement(CallbackData, prefix="ano"):
    """The whole of one, below."""

    broadcast: Id


class Acknowledge(CallbackData, prefix="ank"):
    """«Ознакомлен(а)»."""

    broadcast: Id

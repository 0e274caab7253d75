"""«Кому». Every button names its draft and says what is wanted, never "the other way": a double tap is harmless."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from domain.broadcast import MOST_GROUPS, Side, Tie
from domain.people import GRADE_UNIVERSITY, Role
from domain.programme import Track
from handlers.fields import Id, Page

Number = Annotated[int, Field(ge=0, lt=MOST_GROUPS)]
"""Which group of a side; it keeps its number while others come and go."""
Grade = Annotated[int, Field(ge=1, le=GRADE_UNIVERSITY)]
Place = Annotated[str, Field(max_length=24)]
"""The code of a municipality; "" for all."""


class OpenAudience(CallbackData, prefix="au"):
    """Whom a draft is for."""

    broadcast: Id


class AimAt(CallbackData, prefix="auq"):
    """Where nothing is chosen yet: everybody of a role; ``role`` None: everybody."""

    broadcast: Id
    role: Role | None = None


# Groups.


class OpenGroup(CallbackData, prefix="aug"):
    """One group; also one that is not there yet: it comes with its first condition."""

    broadcast: Id
    side: Side
    number: Number


class TakeOut(CallbackData, prefix="aug0"):
    """«Убрать группу»."""

    broadcast: Id
    side: Side
    number: Number


class AskRoles(CallbackData, prefix="aur"):
    broadcast: Id
    side: Side
    number: Number


class SetRole(CallbackData, prefix="aur1"):
    broadcast: Id
    side: Side
    number: Number
    role: Role
    on: bool


class AskPlaces(CallbackData, prefix="aum"):
    """Municipalities, with how many people there are in each."""

    broadcast: Id
    side: Side
    number: Number
    page: Page = 0


class SetPlace(CallbackData, prefix="aum1"):
    broadcast: Id
    side: Side
    number: Number
    place: Place
    on: bool
    page: Page = 0


class AskGrades(CallbackData, prefix="auc"):
    broadcast: Id
    side: Side
    number: Number


class SetGrades(CallbackData, prefix="auc1"):
    """All grades from ``low`` to ``high``."""

    broadcast: Id
    side: Side
    number: Number
    low: Grade
    high: Grade
    on: bool


class AskTracks(CallbackData, prefix="aut"):
    """Tracks for which they signed up; ``liked``: in which they are interested."""

    broadcast: Id
    side: Side
    number: Number
    liked: bool


class SetTrack(CallbackData, prefix="aut1"):
    broadcast: Id
    side: Side
    number: Number
    liked: bool
    track: Track
    on: bool


class AskActivities(CallbackData, prefix="aua"):
    """«Записаны на…» and the like: which ones?"""

    broadcast: Id
    side: Side
    number: Number
    tie: Tie


class SetActivity(CallbackData, prefix="aua1"):
    broadcast: Id
    side: Side
    number: Number
    tie: Tie
    activity: Id
    on: bool


class ForgetUnread(CallbackData, prefix="auu"):
    """Whether they have confirmed an earlier broadcast matters no more."""

    broadcast: Id
    side: Side
    number: Number


# Saved audiences.


class OpenSavedList(CallbackData, prefix="aul"):
    broadcast: Id
    page: Page = 0


class OpenSaved(CallbackData, prefix="auo"):
    broadcast: Id
    saved: Id


class AimAtSaved(CallbackData, prefix="aus"):
    """Instead of what is chosen; where ``over`` is not set, only when nothing is."""

    broadcast: Id
    saved: Id
    over: bool


class AddSaved(CallbackData, prefix="aus1"):
    """To what is chosen."""

    broadcast: Id
    saved: Id


class AskName(CallbackData, prefix="aun"):
    """«Сохранить»: under which name?"""

    broadcast: Id


class ReplaceSaved(CallbackData, prefix="aun1"):
    """The name is taken: write over it."""

    broadcast: Id
    saved: Id


class AskToForget(CallbackData, prefix="aux"):
    broadcast: Id
    saved: Id


class ForgetSaved(CallbackData, prefix="aux1"):
    broadcast: Id
    saved: Id

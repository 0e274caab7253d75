"""Buttons of «Найти и изменить». Each names what it is about; ``slot`` 0: the whole activity was being edited."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from domain.editing import EditKind, Span
from handlers.fields import Id, OptionalId, Page

Minutes = Annotated[int, Field(ge=-525_600, le=525_600)]
Capacity = Annotated[int, Field(ge=0, le=100_000)]
"""Places; 0: no limit."""
Mark = Annotated[str, Field(min_length=12, max_length=12, pattern="[0-9a-f]{12}")]


class OpenFinding(CallbackData, prefix="ef"):
    """«Найти и изменить»."""


class ListSlots(CallbackData, prefix="ey"):
    span: Span
    page: Page = 0


class OpenActivity(CallbackData, prefix="ea"):
    activity: Id
    page: Page = 0


class OpenSlot(CallbackData, prefix="es"):
    """A slot as its coordinator sees it."""

    slot: Id


class OpenChanges(CallbackData, prefix="ec"):
    """«Изменить»: what of the slot."""

    slot: Id


class AskTime(CallbackData, prefix="et"):
    slot: Id


class ShiftTime(CallbackData, prefix="eh"):
    slot: Id
    minutes: Minutes


class AskPlace(CallbackData, prefix="ep"):
    activity: Id
    slot: OptionalId = 0
    page: Page = 0


class SetPlace(CallbackData, prefix="ev"):
    activity: Id
    slot: OptionalId = 0
    venue: Id


class AskRoom(CallbackData, prefix="er"):
    slot: Id


class NoRoom(CallbackData, prefix="er0"):
    slot: Id


class AskCapacity(CallbackData, prefix="em"):
    slot: Id


class SetCapacity(CallbackData, prefix="em1"):
    slot: Id
    places: Capacity


class OpenMentors(CallbackData, prefix="en"):
    activity: Id
    slot: OptionalId = 0
    page: Page = 0


class LinkMentor(CallbackData, prefix="en1"):
    """The wanted state, never a toggle."""

    activity: Id
    slot: OptionalId = 0
    person: Id
    on: bool


class OpenTexts(CallbackData, prefix="ew"):
    activity: Id
    slot: OptionalId = 0


class AskText(CallbackData, prefix="ej"):
    activity: Id
    slot: OptionalId = 0
    kind: EditKind


class ClearText(CallbackData, prefix="ej0"):
    activity: Id
    slot: OptionalId = 0
    kind: EditKind


class AskReason(CallbackData, prefix="ek"):
    """«Отменить занятие»."""

    slot: Id


class CancelFor(CallbackData, prefix="ek1"):
    """``reason``: its number among the reasons on offer; 0: none is given."""

    slot: Id
    reason: Annotated[int, Field(ge=0, le=9)]


class RestoreSlot(CallbackData, prefix="el"):
    """«Вернуть занятие»."""

    slot: Id


class AddSlot(CallbackData, prefix="eg"):
    activity: Id


class AddNextWeek(CallbackData, prefix="eg1"):
    activity: Id


class AddPlaces(CallbackData, prefix="eg2"):
    activity: Id
    places: Capacity


class AddRoom(CallbackData, prefix="eg3"):
    """``same``: the room of the latest slot; else none."""

    activity: Id
    same: bool


class ApplyEdit(CallbackData, prefix="eo"):
    """«Применить» what the preview with this mark showed."""

    mark: Mark
    activity: Id
    slot: OptionalId = 0


class OpenUnsent(CallbackData, prefix="eu"):
    """«Ещё не разослано»."""

    page: Page = 0


class OpenEdit(CallbackData, prefix="eu1"):
    edit: Id


class UndoEdit(CallbackData, prefix="eu2"):
    edit: Id


class SendNow(CallbackData, prefix="eu3"):
    edit: Id

"""What an editing coordinator is typing. Data: ``slot``, ``activity``, ``edit`` (the one in preview) and so on."""

from __future__ import annotations

from aiogram.fsm.state import State

from handlers.editing.callbacks import (
    AddNextWeek,
    AddPlaces,
    AddRoom,
    AddSlot,
    ApplyEdit,
    AskCapacity,
    AskPlace,
    AskReason,
    AskRoom,
    AskText,
    AskTime,
    CancelFor,
    ClearText,
    LinkMentor,
    ListSlots,
    NoRoom,
    OpenActivity,
    OpenChanges,
    OpenMentors,
    OpenSlot,
    OpenTexts,
    RestoreSlot,
    SetCapacity,
    SetPlace,
    ShiftTime,
)
from handlers.forms import Form


class EditingForm(Form):
    buttons = (
        ListSlots,
        OpenActivity,
        OpenSlot,
        OpenChanges,
        OpenMentors,
        LinkMentor,
        OpenTexts,
        AskTime,
        ShiftTime,
        AskPlace,
        SetPlace,
        AskRoom,
        NoRoom,
        AskCapacity,
        SetCapacity,
        AskText,
        ClearText,
        AskReason,
        CancelFor,
        RestoreSlot,
        AddSlot,
        AddNextWeek,
        AddPlaces,
        AddRoom,
        ApplyEdit,
    )

    query = State()
    """What to edit: any text is a search."""
    time = State()
    """Data: ``slot``."""
    venue = State()
    """The beginning of a venue's name. Data: ``activity``, ``slot``."""
    room = State()
    capacity = State()
    text = State()
    """Data: ``activity``, ``slot`` and ``kind``, a value of ``EditKind``."""
    reason = State()
    """Why a slot is cancelled. Data: ``slot``."""
    add_time = State()
    """Data: ``activity``."""
    add_places = State()
    """Data: ``activity`` and ``adding``: what was answered so far."""
    add_room = State()

"""Finding and editing. The form keeps the edit of a preview; «Применить» names it by its mark: old ones do nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.texts import Html
from db.engine import Database
from domain.editing import (
    Edit,
    EditKind,
    When,
    WhenProblem,
    column_values,
    jsonable,
    longest,
    read_when,
)
from domain.finding import LONGEST_QUERY
from domain.four_eyes import MANY
from domain.people import Address, Right
from domain.programme import Slot
from domain.programme_import import MAXIMUM_CAPACITY
from handlers import forms
from handlers.editing import screens
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
    OpenEdit,
    OpenFinding,
    OpenMentors,
    OpenSlot,
    OpenTexts,
    OpenUnsent,
    RestoreSlot,
    SendNow,
    SetCapacity,
    SetPlace,
    ShiftTime,
    UndoEdit,
)
from handlers.editing.states import EditingForm
from handlers.filters import PlainText
from handlers.ports import ActivitySearch, Wakeable
from handlers.screen import acknowledge, show
from handlers.view import View
from services import editing, editing_lists
from services.editing import (
    AlreadyThere,
    EditedSince,
    EditingError,
    EditOutdated,
    NothingNew,
    NotThere,
    SlotOver,
    SomebodyBooked,
    TooLate,
)
from services.editing_lists import AddingFacts, SlotFacts
from services.second_look import NeedsSecond

Event = CallbackQuery | Message
WEEK = timedelta(days=7)


async def _slot(view: View, db: Database, slot_id: int) -> SlotFacts:
    """Also what keeps strangers out of every question about a slot."""
    facts: SlotFacts = await db.read(editing_lists.open_slot, view.actor, slot_id, view.now)
    return facts


async def _adding(view: View, db: Database, activity_id: int) -> AddingFacts:
    facts: AddingFacts = await db.read(editing_lists.open_adding, view.actor, activity_id)
    return facts


async def _show_slot(
    event: Event, view: View, db: Database, state: FSMContext, slot_id: int, *, toast: str | None = None
) -> None:
    facts = await _slot(view, db, slot_id)
    await forms.ask(state, EditingForm.query)
    await show(event, screens.slot_screen(view, facts), toast=toast)


async def _show_activity(
    event: Event,
    view: View,
    db: Database,
    state: FSMContext,
    activity_id: int,
    page: int = 0,
    *,
    toast: str | None = None,
) -> None:
    value = await db.read(editing_lists.open_activity, view.actor, activity_id, page, view.now)
    await forms.ask(state, EditingForm.query)
    await show(event, screens.activity_page(view, value), toast=toast)


async def _preview(event: Event, view: View, db: Database, state: FSMContext, edit: Edit) -> None:
    """Show what an edit would do; the form keeps it, and a corrected answer replaces it."""
    seen = await db.read(editing.preview, view.actor, edit, view.now, view.zone)
    await state.update_data(edit=edit.to_json())
    await show(event, screens.preview(view, seen))


def _text(message: Message) -> str:
    return " ".join((message.text or "").split())


def router() -> Router:
    router = Router(name="editing")
    _finding_routes(router)
    _slot_routes(router)
    _activity_routes(router)
    _adding_routes(router)
    _edit_routes(router)
    return router


def _finding_routes(router: Router) -> None:
    @router.callback_query(OpenFinding.filter())
    async def open_finding(query: CallbackQuery, view: View, state: FSMContext) -> None:
        view.actor.need(Right.RUN_PROGRAMME)
        await forms.ask(state, EditingForm.query)
        await show(query, screens.finding(view))

    @router.message(StateFilter(EditingForm.query), PlainText())
    async def search(message: Message, view: View, db: Database, search: ActivitySearch) -> None:
        words = _text(message)[:LONGEST_QUERY]
        found = await db.read(editing_lists.search, view.actor, words, search.search)
        await show(message, screens.found(view, words, found))

    @router.callback_query(ListSlots.filter())
    async def list_slots(query: CallbackQuery, callback_data: ListSlots, view: View, db: Database) -> None:
        span, page = callback_data.span, callback_data.page
        value = await db.read(editing_lists.slots_of_span, view.actor, span, page, view.now, view.zone)
        await show(query, screens.slot_list(view, span, value))

    @router.callback_query(OpenActivity.filter())
    async def open_activity(
        query: CallbackQuery, callback_data: OpenActivity, view: View, db: Database, state: FSMContext
    ) -> None:
        await _show_activity(query, view, db, state, callback_data.activity, callback_data.page)

    @router.callback_query(OpenSlot.filter())
    async def open_slot(
        query: CallbackQuery, callback_data: OpenSlot, view: View, db: Database, state: FSMContext
    ) -> None:
        await _show_slot(query, view, db, state, callback_data.slot)


def _slot_routes(router: Router) -> None:
    @router.callback_query(OpenChanges.filter())
    async def open_changes(
        query: CallbackQuery, callback_data: OpenChanges, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.query)
        await show(query, screens.changes(view, facts))

    @router.callback_query(AskTime.filter())
    async def ask_time(
        query: CallbackQuery, callback_data: AskTime, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.time, slot=callback_data.slot)
        await show(query, screens.ask_time(view, facts.slot, facts.activity))

    @router.callback_query(ShiftTime.filter())
    async def shift_time(
        query: CallbackQuery, callback_data: ShiftTime, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        edit = editing.shifted(facts.slot, callback_data.minutes, view.now)
        if edit is None:
            await acknowledge(query, _plain_problem(view), alert=True)
            return
        await forms.ask(state, EditingForm.time, slot=callback_data.slot)
        await _preview(query, view, db, state, edit)

    @router.message(StateFilter(EditingForm.time), PlainText())
    async def time_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        facts = await _slot(view, db, (await state.get_data())["slot"])
        slot = facts.slot
        when = read_when(_text(message), (slot.starts_at, slot.ends_at), view.now, view.zone)
        if isinstance(when, WhenProblem):
            note = view.text(screens.WHEN_KEYS + when)
            await show(message, screens.ask_time(view, slot, facts.activity, note=note))
            return
        await _preview(message, view, db, state, editing.edit_time(slot, when))

    @router.callback_query(AskRoom.filter())
    async def ask_room(
        query: CallbackQuery, callback_data: AskRoom, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.room, slot=callback_data.slot)
        await show(query, screens.ask_room(view, facts.slot, facts.activity))

    @router.callback_query(NoRoom.filter())
    async def no_room(
        query: CallbackQuery, callback_data: NoRoom, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.room, slot=callback_data.slot)
        await _preview(query, view, db, state, _of_slot(EditKind.ROOM, facts.slot, room=""))

    @router.message(StateFilter(EditingForm.room), PlainText())
    async def room_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        facts = await _slot(view, db, (await state.get_data())["slot"])
        room = editing.clean(message.text or "", EditKind.ROOM)
        if not room or len(room) > longest(EditKind.ROOM):
            note = view.text("editing-room-long")
            await show(message, screens.ask_room(view, facts.slot, facts.activity, note=note))
            return
        await _preview(message, view, db, state, _of_slot(EditKind.ROOM, facts.slot, room=room))

    @router.callback_query(AskCapacity.filter())
    async def ask_capacity(
        query: CallbackQuery, callback_data: AskCapacity, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.capacity, slot=callback_data.slot)
        await show(query, screens.ask_capacity(view, facts.slot, facts.activity))

    @router.callback_query(SetCapacity.filter())
    async def set_capacity(
        query: CallbackQuery, callback_data: SetCapacity, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.capacity, slot=callback_data.slot)
        edit = _of_slot(EditKind.CAPACITY, facts.slot, capacity=callback_data.places or None)
        await _preview(query, view, db, state, edit)

    @router.message(StateFilter(EditingForm.capacity), PlainText())
    async def capacity_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        facts = await _slot(view, db, (await state.get_data())["slot"])
        places = _number(_text(message))
        if places is None:
            note = view.text("editing-capacity-unreadable")
            await show(message, screens.ask_capacity(view, facts.slot, facts.activity, note=note))
            return
        edit = _of_slot(EditKind.CAPACITY, facts.slot, capacity=places)
        await _preview(message, view, db, state, edit)

    @router.callback_query(AskReason.filter())
    async def ask_reason(
        query: CallbackQuery, callback_data: AskReason, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.reason, slot=callback_data.slot)
        await show(query, screens.ask_reason(view, facts.slot, facts.activity))

    @router.callback_query(CancelFor.filter())
    async def cancel_for(
        query: CallbackQuery, callback_data: CancelFor, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.reason, slot=callback_data.slot)
        why = screens.reason(view, callback_data.reason)
        await _preview(query, view, db, state, _of_slot(EditKind.CANCEL, facts.slot, cancel_reason=why))

    @router.message(StateFilter(EditingForm.reason), PlainText())
    async def reason_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        facts = await _slot(view, db, (await state.get_data())["slot"])
        why = editing.clean(message.text or "", EditKind.CANCEL)
        if not why or len(why) > longest(EditKind.CANCEL):
            note = _long(view, EditKind.CANCEL)
            await show(message, screens.ask_reason(view, facts.slot, facts.activity, note=note))
            return
        await _preview(message, view, db, state, _of_slot(EditKind.CANCEL, facts.slot, cancel_reason=why))

    @router.callback_query(RestoreSlot.filter())
    async def restore(
        query: CallbackQuery, callback_data: RestoreSlot, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _slot(view, db, callback_data.slot)
        await forms.ask(state, EditingForm.query)
        await _preview(query, view, db, state, _of_slot(EditKind.RESTORE, facts.slot))


def _activity_routes(router: Router) -> None:
    @router.callback_query(AskPlace.filter())
    async def ask_place(
        query: CallbackQuery, callback_data: AskPlace, view: View, db: Database, state: FSMContext
    ) -> None:
        activity, slot = callback_data.activity, callback_data.slot
        typed = ""
        if await state.get_state() == EditingForm.venue.state:
            typed = (await state.get_data()).get("typed", "")
        value = await db.read(editing_lists.venues, view.actor, activity, typed, callback_data.page)
        await forms.ask(state, EditingForm.venue, activity=activity, slot=slot, typed=typed)
        await show(query, screens.ask_place(view, value, slot))

    @router.message(StateFilter(EditingForm.venue), PlainText())
    async def venue_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        data, typed = await state.get_data(), _text(message)[:LONGEST_QUERY]
        value = await db.read(editing_lists.venues, view.actor, data["activity"], typed, 0)
        await state.update_data(typed=typed)
        await show(message, screens.ask_place(view, value, data["slot"]))

    @router.callback_query(SetPlace.filter())
    async def set_place(
        query: CallbackQuery, callback_data: SetPlace, view: View, db: Database, state: FSMContext
    ) -> None:
        activity, slot = callback_data.activity, callback_data.slot
        await forms.ask(state, EditingForm.venue, activity=activity, slot=slot)
        edit = Edit(EditKind.PLACE, activity, None, {"venue_id": callback_data.venue})
        await _preview(query, view, db, state, edit)

    @router.callback_query(OpenMentors.filter())
    async def open_mentors(
        query: CallbackQuery, callback_data: OpenMentors, view: View, db: Database, state: FSMContext
    ) -> None:
        value = await db.read(editing_lists.mentors, view.actor, callback_data.activity, callback_data.page)
        await forms.ask(state, EditingForm.query)
        await show(query, screens.mentors(view, value, callback_data.slot))

    @router.callback_query(LinkMentor.filter())
    async def link_mentor(query: CallbackQuery, callback_data: LinkMentor, view: View, db: Database) -> None:
        activity, person = callback_data.activity, callback_data.person
        await db.write(editing.link_mentor, view.actor, activity, person, view.now, linked=callback_data.on)
        value = await db.read(editing_lists.mentors, view.actor, activity, 0)
        toast = view.label("editing-toast-linked")
        await show(query, screens.mentors(view, value, callback_data.slot), toast=toast)

    @router.callback_query(OpenTexts.filter())
    async def open_texts(
        query: CallbackQuery, callback_data: OpenTexts, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _adding(view, db, callback_data.activity)
        await forms.ask(state, EditingForm.query)
        await show(query, screens.texts(view, facts.activity, callback_data.slot))

    @router.callback_query(AskText.filter())
    async def ask_text(
        query: CallbackQuery, callback_data: AskText, view: View, db: Database, state: FSMContext
    ) -> None:
        activity, slot, kind = callback_data.activity, callback_data.slot, callback_data.kind
        facts = await _adding(view, db, activity)
        editing.must_be_text(facts.activity, kind)
        await forms.ask(state, EditingForm.text, activity=activity, slot=slot, kind=kind.value)
        await show(query, screens.ask_text(view, facts.activity, slot, kind))

    @router.message(StateFilter(EditingForm.text), PlainText())
    async def text_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        data = await state.get_data()
        kind = EditKind(data["kind"])
        facts = await _adding(view, db, data["activity"])
        text = editing.clean(message.text or "", kind)
        if not text or len(text) > longest(kind):
            note = _long(view, kind) if text else view.text("editing-text-empty")
            await show(message, screens.ask_text(view, facts.activity, data["slot"], kind, note=note))
            return
        edit = Edit(kind, facts.activity.id, None, {kind.value: text})
        await _preview(message, view, db, state, edit)

    @router.callback_query(ClearText.filter())
    async def clear_text(
        query: CallbackQuery, callback_data: ClearText, view: View, db: Database, state: FSMContext
    ) -> None:
        activity, slot, kind = callback_data.activity, callback_data.slot, callback_data.kind
        facts = await _adding(view, db, activity)
        editing.must_be_text(facts.activity, kind)
        if kind is EditKind.TITLE:
            raise NotThere
        await forms.ask(state, EditingForm.text, activity=activity, slot=slot, kind=kind.value)
        await _preview(query, view, db, state, Edit(kind, activity, None, {kind.value: ""}))


def _adding_routes(router: Router) -> None:
    @router.callback_query(AddSlot.filter())
    async def add_slot(
        query: CallbackQuery, callback_data: AddSlot, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _adding(view, db, callback_data.activity)
        await forms.ask(state, EditingForm.add_time, activity=callback_data.activity)
        await show(query, screens.ask_new_time(view, facts, _next_week(view, facts)))

    async def _time_given(
        event: Event, view: View, state: FSMContext, facts: AddingFacts, when: When
    ) -> None:
        adding = jsonable({"starts_at": when[0], "ends_at": when[1]})
        await forms.ask(state, EditingForm.add_places, activity=facts.activity.id, adding=adding)
        await show(event, screens.ask_new_places(view, facts, _when(view, adding)))

    @router.callback_query(AddNextWeek.filter())
    async def add_next_week(
        query: CallbackQuery, callback_data: AddNextWeek, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _adding(view, db, callback_data.activity)
        slot = _next_week(view, facts)
        if slot is None:
            raise NotThere
        await _time_given(query, view, state, facts, (slot.starts_at, slot.ends_at))

    @router.message(StateFilter(EditingForm.add_time), PlainText())
    async def new_time_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        facts = await _adding(view, db, (await state.get_data())["activity"])
        last = facts.last
        like = (last.starts_at, last.ends_at) if last else None
        when = read_when(_text(message), like, view.now, view.zone)
        if isinstance(when, WhenProblem):
            note = view.text(screens.WHEN_KEYS + when)
            await show(message, screens.ask_new_time(view, facts, _next_week(view, facts), note=note))
            return
        await _time_given(message, view, state, facts, when)

    async def _places_given(
        event: Event, view: View, state: FSMContext, facts: AddingFacts, capacity: int | None
    ) -> None:
        adding = {**(await state.get_data())["adding"], "capacity": capacity}
        await forms.ask(state, EditingForm.add_room, activity=facts.activity.id, adding=adding)
        await show(event, screens.ask_new_room(view, facts, _when(view, adding)))

    @router.callback_query(AddPlaces.filter())
    async def add_places(
        query: CallbackQuery, callback_data: AddPlaces, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _adding(view, db, callback_data.activity)
        if not _is_adding(await state.get_data(), facts):
            await _begin_again(query, view, state, facts)
            return
        await _places_given(query, view, state, facts, callback_data.places or None)

    @router.message(StateFilter(EditingForm.add_places), PlainText())
    async def new_places_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        data = await state.get_data()
        facts = await _adding(view, db, data["activity"])
        places = _number(_text(message))
        if places is None:
            note = view.text("editing-capacity-unreadable")
            await show(message, screens.ask_new_places(view, facts, _when(view, data["adding"]), note=note))
            return
        await _places_given(message, view, state, facts, places)

    async def _room_given(
        event: Event, view: View, db: Database, state: FSMContext, facts: AddingFacts, room: str
    ) -> None:
        adding = (await state.get_data())["adding"]
        values = {
            "starts_at": adding["starts_at"],
            "ends_at": adding["ends_at"],
            "capacity": adding["capacity"],
            "room": room,
        }
        await _preview(event, view, db, state, Edit(EditKind.ADD, facts.activity.id, None, values))

    @router.callback_query(AddRoom.filter())
    async def add_room(
        query: CallbackQuery, callback_data: AddRoom, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _adding(view, db, callback_data.activity)
        data = await state.get_data()
        if not _is_adding(data, facts) or "capacity" not in data["adding"]:
            await _begin_again(query, view, state, facts)
            return
        room = facts.last.room if callback_data.same and facts.last else ""
        await _room_given(query, view, db, state, facts, room)

    @router.message(StateFilter(EditingForm.add_room), PlainText())
    async def new_room_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        data = await state.get_data()
        facts = await _adding(view, db, data["activity"])
        room = editing.clean(message.text or "", EditKind.ROOM)
        if not room or len(room) > longest(EditKind.ROOM):
            note = view.text("editing-room-long")
            await show(message, screens.ask_new_room(view, facts, _when(view, data["adding"]), note=note))
            return
        await _room_given(message, view, db, state, facts, room)


def _edit_routes(router: Router) -> None:
    @router.callback_query(ApplyEdit.filter())
    async def apply(
        query: CallbackQuery,
        callback_data: ApplyEdit,
        view: View,
        db: Database,
        state: FSMContext,
        outbox: Wakeable,
        coordinators: Collection[Address],
    ) -> None:
        view.actor.need(Right.RUN_PROGRAMME)
        kept = (await state.get_data()).get("edit")
        edit = Edit.from_json(kept) if kept else None
        if edit is None or edit.activity_id != callback_data.activity:
            await _stale(query, view, db, state, callback_data)
            return
        try:
            made, people = await db.write(
                editing.apply, view.actor, edit, callback_data.mark, view.now, view.zone, coordinators
            )
        except EditOutdated as outdated:
            note = view.text("editing-problem-outdated")
            await show(query, screens.preview(view, outdated.preview, note=note))
            return
        except NothingNew:
            await _stale(query, view, db, state, callback_data)
            return
        except NeedsSecond as needed:
            seen = await db.read(editing.preview, view.actor, edit, view.now, view.zone)
            await db.write(editing.ask_second, view.actor, needed, seen, view.now)
            note = view.text("editing-needs-second", count=needed.people, large=MANY)
            await show(query, screens.preview(view, seen, note=note))
            return
        await forms.ask(state, EditingForm.query)
        await show(query, screens.applied(view, made, people), toast=view.label("editing-toast-applied"))
        outbox.kick()

    @router.callback_query(OpenUnsent.filter())
    async def open_unsent(query: CallbackQuery, callback_data: OpenUnsent, view: View, db: Database) -> None:
        value = await db.read(editing.unsent, view.actor, view.now)
        await show(query, screens.unsent(view, value, callback_data.page))

    @router.callback_query(OpenEdit.filter())
    async def open_edit(query: CallbackQuery, callback_data: OpenEdit, view: View, db: Database) -> None:
        made = await db.read(editing.show_edit, view.actor, callback_data.edit, view.now)
        await show(query, screens.one_edit(view, made))

    @router.callback_query(UndoEdit.filter())
    async def undo(
        query: CallbackQuery, callback_data: UndoEdit, view: View, db: Database, outbox: Wakeable
    ) -> None:
        made = await db.write(editing.undo, view.actor, callback_data.edit, view.now, view.zone)
        slot = None
        if made.slot is not None and made.kind is not EditKind.ADD:
            slot = (await _slot(view, db, made.slot.id)).slot
        await show(query, screens.undone(view, made, slot), toast=view.label("editing-toast-undone"))
        outbox.kick()

    @router.callback_query(SendNow.filter())
    async def send_now(
        query: CallbackQuery, callback_data: SendNow, view: View, db: Database, outbox: Wakeable
    ) -> None:
        made = await db.write(editing.send_now, view.actor, callback_data.edit, view.now, view.zone)
        await show(query, screens.sent(view, made), toast=view.label("editing-toast-sent"))
        outbox.kick()


async def _stale(
    query: CallbackQuery, view: View, db: Database, state: FSMContext, callback_data: ApplyEdit
) -> None:
    """A preview whose edit was applied or given up: how things are now."""
    toast = view.label("editing-problem-stale")
    if callback_data.slot:
        await _show_slot(query, view, db, state, callback_data.slot, toast=toast)
    else:
        await _show_activity(query, view, db, state, callback_data.activity, toast=toast)


def _of_slot(kind: EditKind, slot: Slot, **values: Any) -> Edit:
    return Edit(kind, slot.activity_id, slot.id, values)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        return None
    return int(text) if 1 <= int(text) <= MAXIMUM_CAPACITY else None


def _long(view: View, kind: EditKind) -> Html:
    return view.text("editing-text-long", limit=longest(kind))


def _plain_problem(view: View) -> str:
    return view.label("editing-when-past")


def _when(view: View, adding: dict[str, Any]) -> str:
    moments = column_values(adding)
    return view.dates.slot(moments["starts_at"], moments["ends_at"], now=view.now)


def _next_week(view: View, facts: AddingFacts) -> Slot | None:
    """A week after the latest slot, when that is still to come."""
    if facts.last is None or facts.last.starts_at + WEEK <= view.now:
        return None
    return editing.week_later(facts.last)


def _is_adding(data: dict[str, Any], facts: AddingFacts) -> bool:
    return "adding" in data and data.get("activity") == facts.activity.id


async def _begin_again(query: CallbackQuery, view: View, state: FSMContext, facts: AddingFacts) -> None:
    """The form of this button is gone: its first question."""
    await forms.ask(state, EditingForm.add_time, activity=facts.activity.id)
    await show(query, screens.ask_new_time(view, facts, _next_week(view, facts)))


PROBLEMS: dict[type[EditingError], str] = {
    NotThere: "editing-problem-not-there",
    SlotOver: "editing-problem-over",
    NothingNew: "editing-problem-nothing-new",
    AlreadyThere: "editing-problem-already-there",
    TooLate: "editing-problem-too-late",
    EditedSince: "editing-problem-edited-since",
    SomebodyBooked: "editing-problem-booked",
}


async def explain(event: Event, view: View, error: Exception) -> bool:
    """The sentence for an edit that cannot be made, wherever it came up. False when the error is none of ours."""
    if not isinstance(error, EditingError) or type(error) not in PROBLEMS:
        return False
    await show(event, screens.problem(view, view.text(PROBLEMS[type(error)])))
    return True

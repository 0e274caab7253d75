"""«Кому»: taps change the audience of a draft and show it anew, with how many it reaches now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from bot.texts import Html
from db.engine import Database
from domain.broadcast import (
    EVERYBODY,
    LONGEST_AUDIENCE_NAME,
    MOST_ACTIVITIES,
    Audience,
    AudienceFull,
    Group,
    Side,
    Tie,
    with_value,
)
from domain.finding import LONGEST_QUERY
from domain.people import Role
from domain.registration import Unfit, clean_line, guess_municipality
from handlers import forms
from handlers.audiences import screens
from handlers.audiences.callbacks import (
    AddSaved,
    AimAt,
    AimAtSaved,
    AskActivities,
    AskGrades,
    AskName,
    AskPlaces,
    AskRoles,
    AskToForget,
    AskTracks,
    ForgetSaved,
    ForgetUnread,
    OpenAudience,
    OpenGroup,
    OpenSaved,
    OpenSavedList,
    ReplaceSaved,
    SetActivity,
    SetGrades,
    SetPlace,
    SetRole,
    SetTrack,
    TakeOut,
)
from handlers.audiences.states import AudiencesForm
from handlers.filters import PlainText
from handlers.ports import ActivitySearch
from handlers.screen import Screen, acknowledge, show
from handlers.view import View
from services import audiences, broadcasts
from services.audiences import (
    Aimed,
    AudienceGone,
    GroupFacts,
    NameTaken,
    NobodyChosen,
    Saved,
    TooManySaved,
)
from services.broadcasts import BroadcastBegun, BroadcastGone

Event = CallbackQuery | Message


class OfGroup(Protocol):
    """What buttons of a group carry."""

    @property
    def broadcast(self) -> int: ...
    @property
    def side(self) -> Side: ...
    @property
    def number(self) -> int: ...


class ChosenAlready(Exception):
    """A button for a draft without an audience was tapped when there was one."""


def _text(message: Message) -> str:
    return " ".join((message.text or "").split())


async def _aimed(view: View, db: Database, broadcast_id: int) -> Aimed:
    return await db.read(audiences.aimed, view.actor, broadcast_id, view.now)


async def _overview(view: View, db: Database, broadcast_id: int, *, note: Html | None = None) -> Screen:
    value = await _aimed(view, db, broadcast_id)
    saved = await db.read(audiences.saved, view.actor) if value.audience.is_blank else []
    return screens.audience(view, value, saved, note=note)


async def _facts(view: View, db: Database, broadcast_id: int, side: Side, number: int) -> GroupFacts:
    return await db.read(audiences.group_facts, view.actor, broadcast_id, side, number, view.now)


async def _facts_of(view: View, db: Database, at: OfGroup) -> GroupFacts:
    return await _facts(view, db, at.broadcast, at.side, at.number)


async def _change(view: View, db: Database, at: OfGroup, change: Callable[[Group], Group]) -> GroupFacts:
    """Change one group, and what came of it."""

    def changed(audience: Audience) -> Audience:
        group = audience.group(at.side, at.number)
        return audience.with_group(at.side, at.number, change(group))

    await db.write(broadcasts.aim_anew, view.actor, at.broadcast, changed)
    return await _facts_of(view, db, at)


async def _places(view: View, db: Database, facts: GroupFacts, page: int) -> Screen:
    people = await db.read(audiences.people_by_municipality, view.actor, facts, view.now)
    return screens.places(view, facts, people, page)


def router() -> Router:
    router = Router(name="audiences")
    _audience_routes(router)
    _group_routes(router)
    _place_routes(router)
    _activity_routes(router)
    _saved_routes(router)
    _naming_routes(router)
    return router


def _audience_routes(router: Router) -> None:
    @router.callback_query(OpenAudience.filter())
    async def open_audience(
        query: CallbackQuery, callback_data: OpenAudience, view: View, db: Database, state: FSMContext
    ) -> None:
        await state.clear()
        await show(query, await _overview(view, db, callback_data.broadcast))

    @router.callback_query(AimAt.filter())
    async def aim_at(query: CallbackQuery, callback_data: AimAt, view: View, db: Database) -> None:
        role = callback_data.role
        group = EVERYBODY if role is None else Group(roles=(role,))
        await _aim(query, view, db, callback_data.broadcast, Audience((group,)))

    @router.callback_query(OpenGroup.filter())
    async def open_group(
        query: CallbackQuery, callback_data: OpenGroup, view: View, db: Database, state: FSMContext
    ) -> None:
        await state.clear()
        await show(query, screens.group(view, await _facts_of(view, db, callback_data)))

    @router.callback_query(TakeOut.filter())
    async def take_out(query: CallbackQuery, callback_data: TakeOut, view: View, db: Database) -> None:
        await _change(view, db, callback_data, lambda _: Group())
        toast = view.label("audiences-toast-taken-out")
        await show(query, await _overview(view, db, callback_data.broadcast), toast=toast)


async def _aim(
    query: CallbackQuery,
    view: View,
    db: Database,
    broadcast_id: int,
    audience: Audience,
    *,
    over: bool = False,
) -> None:
    """Aim at a whole audience at once; what was chosen with care goes only if ``over`` says so."""

    def aim(before: Audience) -> Audience:
        if not over and not before.is_blank and before != audience:
            raise ChosenAlready
        return audience

    toast = None
    try:
        await db.write(broadcasts.aim_anew, view.actor, broadcast_id, aim)
    except ChosenAlready:
        toast = view.label("audiences-toast-chosen-already")
    await show(query, await _overview(view, db, broadcast_id), toast=toast)


def _group_routes(router: Router) -> None:
    @router.callback_query(AskRoles.filter())
    async def ask_roles(query: CallbackQuery, callback_data: AskRoles, view: View, db: Database) -> None:
        await show(query, screens.roles(view, await _facts_of(view, db, callback_data)))

    @router.callback_query(SetRole.filter())
    async def set_role(query: CallbackQuery, callback_data: SetRole, view: View, db: Database) -> None:
        def change(group: Group) -> Group:
            held = with_value(group.roles, callback_data.role, on=callback_data.on)
            return replace(group, roles=tuple(role for role in Role if role in held))

        await show(query, screens.roles(view, await _change(view, db, callback_data, change)))

    @router.callback_query(AskGrades.filter())
    async def ask_grades(query: CallbackQuery, callback_data: AskGrades, view: View, db: Database) -> None:
        await show(query, screens.grades(view, await _facts_of(view, db, callback_data)))

    @router.callback_query(SetGrades.filter())
    async def set_grades(query: CallbackQuery, callback_data: SetGrades, view: View, db: Database) -> None:
        named = set(range(callback_data.low, callback_data.high + 1))

        def change(group: Group) -> Group:
            held = set(group.grades)
            held = held | named if callback_data.on else held - named
            return replace(group, grades=tuple(sorted(held)))

        await show(query, screens.grades(view, await _change(view, db, callback_data, change)))

    @router.callback_query(AskTracks.filter())
    async def ask_tracks(query: CallbackQuery, callback_data: AskTracks, view: View, db: Database) -> None:
        facts = await _facts_of(view, db, callback_data)
        await show(query, screens.tracks(view, facts, liked=callback_data.liked))

    @router.callback_query(SetTrack.filter())
    async def set_track(query: CallbackQuery, callback_data: SetTrack, view: View, db: Database) -> None:
        liked, track, on = callback_data.liked, callback_data.track, callback_data.on

        def change(group: Group) -> Group:
            if liked:
                return replace(group, interests=with_value(group.interests, track, on=on))
            return replace(group, tracks=with_value(group.tracks, track, on=on))

        facts = await _change(view, db, callback_data, change)
        await show(query, screens.tracks(view, facts, liked=liked))

    @router.callback_query(ForgetUnread.filter())
    async def forget_unread(
        query: CallbackQuery, callback_data: ForgetUnread, view: View, db: Database
    ) -> None:
        facts = await _change(view, db, callback_data, lambda group: replace(group, unread=()))
        await show(query, screens.group(view, facts))


async def _ask(state: FSMContext, form: State, at: OfGroup, **more: str) -> None:
    """Wait for a text about a group."""
    await forms.ask(state, form, broadcast=at.broadcast, side=at.side.value, number=at.number, **more)


async def _asked_about(state: FSMContext, view: View, db: Database) -> GroupFacts:
    """The group that a typed text is about; a form about what cannot be changed any more ends."""
    data = await state.get_data()
    try:
        return await _facts(view, db, data["broadcast"], Side(data["side"]), data["number"])
    except (BroadcastGone, BroadcastBegun):
        await state.clear()
        raise


def _place_routes(router: Router) -> None:
    @router.callback_query(AskPlaces.filter())
    async def ask_places(
        query: CallbackQuery, callback_data: AskPlaces, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _facts_of(view, db, callback_data)
        await _ask(state, AudiencesForm.place, callback_data)
        await show(query, await _places(view, db, facts, callback_data.page))

    @router.message(StateFilter(AudiencesForm.place), PlainText())
    async def place_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        facts, typed = await _asked_about(state, view, db), _text(message)[:LONGEST_QUERY]
        scope = view.actor.scope
        own = [place for place in view.municipalities if scope.covers(place.code)]
        people = await db.read(audiences.people_by_municipality, view.actor, facts, view.now)
        found = guess_municipality(typed, own)
        await show(message, screens.places_found(view, facts, people, found, typed))

    @router.callback_query(SetPlace.filter())
    async def set_place(query: CallbackQuery, callback_data: SetPlace, view: View, db: Database) -> None:
        place, on = callback_data.place, callback_data.on
        if place and not any(each.code == place for each in view.municipalities):
            await acknowledge(query, view.label("audiences-toast-no-place"), alert=True)
            return

        def change(group: Group) -> Group:
            if not place:
                return replace(group, municipalities=())
            held = with_value(group.municipalities, place, on=on)
            return replace(group, municipalities=tuple(sorted(held)))

        facts = await _change(view, db, callback_data, change)
        await show(query, await _places(view, db, facts, callback_data.page))


def _activity_routes(router: Router) -> None:
    @router.callback_query(AskActivities.filter())
    async def ask_activities(
        query: CallbackQuery, callback_data: AskActivities, view: View, db: Database, state: FSMContext
    ) -> None:
        facts = await _facts_of(view, db, callback_data)
        await _ask(state, AudiencesForm.activity, callback_data, tie=callback_data.tie.value)
        await show(query, screens.activities(view, facts, callback_data.tie))

    @router.message(StateFilter(AudiencesForm.activity), PlainText())
    async def activity_typed(
        message: Message, view: View, db: Database, state: FSMContext, search: ActivitySearch
    ) -> None:
        facts, typed = await _asked_about(state, view, db), _text(message)[:LONGEST_QUERY]
        tie = Tie((await state.get_data())["tie"])
        found = await db.read(audiences.find_activities, view.actor, typed, search.search)
        await show(message, screens.activities_found(view, facts, tie, found, typed))

    @router.callback_query(SetActivity.filter())
    async def set_activity(
        query: CallbackQuery, callback_data: SetActivity, view: View, db: Database
    ) -> None:
        tie, activity = callback_data.tie, callback_data.activity

        def change(group: Group) -> Group:
            held = with_value(group.tied(tie), activity, on=callback_data.on)
            if len(held) > MOST_ACTIVITIES:
                raise AudienceFull
            return group.with_tied(tie, held)

        try:
            facts = await _change(view, db, callback_data, change)
        except AudienceFull:
            await acknowledge(query, view.label("audiences-toast-full-activities"), alert=True)
            return
        await show(query, screens.activities(view, facts, tie))


def _saved_routes(router: Router) -> None:
    @router.callback_query(OpenSavedList.filter())
    async def open_list(
        query: CallbackQuery, callback_data: OpenSavedList, view: View, db: Database, state: FSMContext
    ) -> None:
        await state.clear()
        await _show_saved_list(query, view, db, callback_data.broadcast, page=callback_data.page)

    @router.callback_query(OpenSaved.filter())
    async def open_saved(query: CallbackQuery, callback_data: OpenSaved, view: View, db: Database) -> None:
        broadcast = callback_data.broadcast
        value = await _aimed(view, db, broadcast)
        if (saved := await _saved(query, view, db, broadcast, callback_data.saved)) is None:
            return
        reach = await db.read(audiences.reach, view.actor, saved.audience, view.now, value.topic)
        await show(query, screens.saved_one(view, value, saved, reach))

    @router.callback_query(AimAtSaved.filter())
    async def aim_at_saved(query: CallbackQuery, callback_data: AimAtSaved, view: View, db: Database) -> None:
        broadcast = callback_data.broadcast
        saved = await _saved(query, view, db, broadcast, callback_data.saved)
        if saved is not None:
            await _aim(query, view, db, broadcast, saved.audience, over=callback_data.over)

    @router.callback_query(AddSaved.filter())
    async def add_saved(query: CallbackQuery, callback_data: AddSaved, view: View, db: Database) -> None:
        broadcast = callback_data.broadcast
        saved = await _saved(query, view, db, broadcast, callback_data.saved)
        if saved is None:
            return
        audience = saved.audience
        try:
            await db.write(broadcasts.aim_anew, view.actor, broadcast, lambda before: before.joined(audience))
        except AudienceFull:
            await acknowledge(query, view.label("audiences-toast-full"), alert=True)
            return
        await show(query, await _overview(view, db, broadcast))

    @router.callback_query(AskToForget.filter())
    async def ask_to_forget(
        query: CallbackQuery, callback_data: AskToForget, view: View, db: Database
    ) -> None:
        broadcast = callback_data.broadcast
        saved = await _saved(query, view, db, broadcast, callback_data.saved)
        if saved is not None:
            await show(query, screens.ask_to_forget(view, broadcast, saved))

    @router.callback_query(ForgetSaved.filter())
    async def forget_saved(
        query: CallbackQuery, callback_data: ForgetSaved, view: View, db: Database
    ) -> None:
        await db.write(audiences.forget, view.actor, callback_data.saved)
        toast = view.label("audiences-toast-forgotten")
        await _show_saved_list(query, view, db, callback_data.broadcast, toast=toast)


async def _show_saved_list(
    query: CallbackQuery,
    view: View,
    db: Database,
    broadcast_id: int,
    *,
    page: int = 0,
    toast: str | None = None,
) -> None:
    saved = await db.read(audiences.saved, view.actor)
    await show(query, screens.saved_list(view, broadcast_id, saved, page), toast=toast)


async def _saved(
    query: CallbackQuery, view: View, db: Database, broadcast_id: int, saved_id: int
) -> Saved | None:
    """A saved audience; None when it is gone, which has been said."""
    try:
        return await db.read(audiences.open_saved, view.actor, saved_id)
    except AudienceGone:
        toast = view.label("audiences-toast-saved-gone")
        await _show_saved_list(query, view, db, broadcast_id, toast=toast)
        return None


def _naming_routes(router: Router) -> None:
    @router.callback_query(AskName.filter())
    async def ask_name(
        query: CallbackQuery, callback_data: AskName, view: View, db: Database, state: FSMContext
    ) -> None:
        value = await _aimed(view, db, callback_data.broadcast)
        if not value.audience.used(Side.ADDED):
            await acknowledge(query, view.label("audiences-toast-nobody"), alert=True)
            return
        await forms.ask(state, AudiencesForm.name, broadcast=callback_data.broadcast)
        await show(query, screens.ask_name(view, value))

    @router.message(StateFilter(AudiencesForm.name), PlainText())
    async def name_typed(message: Message, view: View, db: Database, state: FSMContext) -> None:
        broadcast = (await state.get_data())["broadcast"]
        name = clean_line(message.text or "", LONGEST_AUDIENCE_NAME)
        if isinstance(name, Unfit):
            value = await _aimed(view, db, broadcast)
            await show(message, screens.ask_name(view, value, unfit=name))
            return
        note = view.text("audiences-kept", name=name)
        try:
            await db.write(audiences.save, view.actor, broadcast, name, view.now)
        except NameTaken as taken:
            saved = taken.saved
            reach = await db.read(audiences.reach, view.actor, saved.audience, view.now)
            await show(message, screens.name_taken(view, broadcast, saved, reach))
            return
        except NobodyChosen:
            note = view.text("audiences-toast-nobody")
        except TooManySaved:
            note = view.text("audiences-toast-too-many-saved")
        except (BroadcastGone, BroadcastBegun):
            await state.clear()
            raise
        await state.clear()
        await show(message, await _overview(view, db, broadcast, note=note))

    @router.callback_query(ReplaceSaved.filter())
    async def replace_saved(
        query: CallbackQuery, callback_data: ReplaceSaved, view: View, db: Database, state: FSMContext
    ) -> None:
        broadcast = callback_data.broadcast
        toast = view.label("audiences-toast-saved")
        try:
            await db.write(audiences.replace_saved, view.actor, broadcast, callback_data.saved)
        except NobodyChosen:
            toast = view.label("audiences-toast-nobody")
        except AudienceGone:
            toast = view.label("audiences-toast-saved-gone")
        await state.clear()
        await show(query, await _overview(view, db, broadcast), toast=toast)

"""Inviting people to roles, accepting, and taking roles back."""

from __future__ import annotations

from dataclasses import replace

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.engine import Database
from domain.people import Right, actor_for
from domain.roles import (
    INVITED_ROLES,
    USES,
    InvitationRefused,
    LastCoordinator,
    Newcomer,
    Reason,
    days_for,
    read_code,
    uses_for,
)
from handlers.ports import Halting, People, Wakeable
from handlers.roles import screens
from handlers.roles.callbacks import (
    AcceptInvitation,
    AskDays,
    AskToTakeBack,
    AskUses,
    AskWhere,
    Invite,
    LetIn,
    OpenHolder,
    OpenHolders,
    OpenInvitation,
    OpenInvitations,
    OpenNewcomer,
    OpenRoles,
    RevokeInvitation,
    SendForward,
    TakeBack,
    TakeBackAll,
    TurnAway,
)
from handlers.roles.filters import InvitationLink, TypedCode
from handlers.roles.tries import WORDS_LIKE_CODES, Tries
from handlers.screen import Screen, acknowledge, send, show
from handlers.view import View
from services import newcomers, roles


def _with_rights(view: View) -> View:
    """The view of somebody who may give roles.

    Raises:
        Forbidden: screens without data are for coordinators alone, too.
    """
    view.actor.need(Right.GIVE_ROLES)
    return view


async def _overview(view: View, db: Database) -> Screen:
    return screens.overview(view, await db.read(roles.overview, view.actor, view.now))


async def _invitations(view: View, db: Database, page: int = 0) -> Screen:
    offset = page * screens.ON_PAGE
    shown, total = await db.read(roles.open_invitations, view.actor, view.now, offset, screens.ON_PAGE)
    if page and not shown:
        return await _invitations(view, db)
    return screens.invitations(view, shown, total, page)


def router() -> Router:
    router = Router(name="roles")
    tries, words = Tries(), Tries(WORDS_LIKE_CODES)

    # Invited people. Before every form and before the search: a code is a code wherever it is typed.

    async def resting(view: View) -> Screen | None:
        """What somebody reads who has tried too many wrong codes."""
        person = view.actor.person
        until = tries.rests_until(person.address, view.now) if person else None
        return screens.rest(view, view.dates.time(until)) if until else None

    def wrong(view: View, reason: Reason) -> None:
        if reason is Reason.UNKNOWN and view.actor.person is not None:
            tries.count(view.actor.person.address, view.now)

    async def offered(view: View, db: Database, code: str) -> tuple[Screen, bool]:
        """What a code leads to, and whether there is such an invitation."""
        rest = await resting(view)
        if rest is not None:
            return rest, False
        try:
            return screens.offer(view, await db.read(roles.look_at, view.actor, code, view.now)), True
        except InvitationRefused as refused:
            wrong(view, refused.reason)
            return screens.refused(view, refused.reason), refused.reason is not Reason.UNKNOWN

    async def is_invitation(view: View, db: Database, code: str) -> bool:
        """Whether words are a code after all; wrong ones are counted apart and lock nothing."""
        person = view.actor.person
        if person is None or await resting(view) or words.rests_until(person.address, view.now):
            return False
        try:
            await db.read(roles.look_at, view.actor, code, view.now)
        except InvitationRefused as refused:
            if refused.reason is Reason.UNKNOWN:
                words.count(person.address, view.now)
                return False
        return True

    @router.message(InvitationLink())
    async def open_link(message: Message, code: str, view: View, db: Database, state: FSMContext) -> None:
        await state.clear()
        await show(message, (await offered(view, db, code))[0])

    @router.message(TypedCode())
    async def open_code(
        message: Message, code: str, plainly: bool, view: View, db: Database, state: FSMContext
    ) -> None:
        if not plainly and not await is_invitation(view, db, code):
            # A word and a number, such as a search or an answer to a form.
            raise SkipHandler
        screen, known = await offered(view, db, code)
        if not known and await state.get_state() is not None:
            # An answer that only looks like a code.
            raise SkipHandler
        await show(message, screen)

    @router.callback_query(AcceptInvitation.filter())
    async def accept(
        query: CallbackQuery,
        callback_data: AcceptInvitation,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
    ) -> None:
        person = view.actor.person
        rest = await resting(view)
        if rest is not None or person is None:
            await show(query, rest or screens.refused(view, Reason.UNKNOWN))
            return
        try:
            code = read_code(callback_data.code) or ""
            value = await db.write(roles.accept, view.actor, code, view.now)
        except InvitationRefused as refused:
            wrong(view, refused.reason)
            await show(query, screens.refused(view, refused.reason))
            return
        if value.nameless or value.waiting:
            await show(query, screens.name_first(view) if value.nameless else screens.offer(view, value))
            outbox.kick()
            return
        people.forget(person.address)
        grants = (*person.grants, value.invitation.grant)
        known = replace(view, actor=actor_for(replace(person, grants=grants)))
        toast = None if value.held else view.label("roles-toast-accepted")
        await show(query, screens.accepted(known, value), toast=toast)

    # Coordinators: inviting.

    @router.callback_query(OpenRoles.filter())
    async def open_roles(query: CallbackQuery, view: View, db: Database, state: FSMContext) -> None:
        await state.clear()
        await show(query, await _overview(view, db))

    @router.callback_query(AskUses.filter())
    async def ask_uses(query: CallbackQuery, callback_data: AskUses, view: View, db: Database) -> None:
        view = _with_rights(view)
        if callback_data.role not in INVITED_ROLES:
            await show(query, await _overview(view, db))
            return
        if uses_for(callback_data.role) != USES:
            [uses], [days] = uses_for(callback_data.role), days_for(callback_data.role)
            await placed(query, AskWhere(role=callback_data.role, uses=uses, days=days), view, db)
            return
        await show(query, screens.ask_uses(view, callback_data.role))

    @router.callback_query(AskDays.filter())
    async def ask_days(query: CallbackQuery, callback_data: AskDays, view: View, db: Database) -> None:
        view = _with_rights(view)
        if callback_data.role not in INVITED_ROLES:
            await show(query, await _overview(view, db))
            return
        await show(query, screens.ask_days(view, callback_data.role, callback_data.uses))

    @router.callback_query(AskWhere.filter())
    async def ask_where(query: CallbackQuery, callback_data: AskWhere, view: View, db: Database) -> None:
        await placed(query, callback_data, view, db)

    async def placed(query: CallbackQuery, asked: AskWhere, view: View, db: Database) -> None:
        view = _with_rights(view)
        if asked.role not in INVITED_ROLES:
            await show(query, await _overview(view, db))
            return
        held = view.actor.scope
        if not held.everywhere and len(held.municipalities) == 1:
            [only] = held.municipalities
            await made(query, Invite(role=asked.role, uses=asked.uses, days=asked.days, where=only), view, db)
            return
        await show(query, screens.ask_where(view, asked.role, asked.uses, asked.days, asked.page))

    @router.callback_query(Invite.filter())
    async def invite(query: CallbackQuery, callback_data: Invite, view: View, db: Database) -> None:
        await made(query, callback_data, view, db)

    async def made(query: CallbackQuery, wanted: Invite, view: View, db: Database) -> None:
        value = await db.write(
            roles.invite, view.actor, wanted.role, wanted.uses, wanted.days, wanted.where or None, view.now
        )
        await show(query, screens.invitation(view, value, fresh=True))
        await send(query, screens.forward(view, value))

    @router.callback_query(OpenInvitations.filter())
    async def open_invitations(
        query: CallbackQuery, callback_data: OpenInvitations, view: View, db: Database
    ) -> None:
        await show(query, await _invitations(view, db, callback_data.page))

    @router.callback_query(OpenInvitation.filter())
    async def open_invitation(
        query: CallbackQuery, callback_data: OpenInvitation, view: View, db: Database
    ) -> None:
        value = await db.read(roles.open_invitation, view.actor, callback_data.invitation, view.now)
        if value is None:
            await show(query, await _invitations(view, db), toast=view.label("roles-toast-not-open"))
            return
        await show(query, screens.invitation(view, value, fresh=False))

    @router.callback_query(SendForward.filter())
    async def send_forward(
        query: CallbackQuery, callback_data: SendForward, view: View, db: Database
    ) -> None:
        value = await db.read(roles.open_invitation, view.actor, callback_data.invitation, view.now)
        if value is None:
            await show(query, await _invitations(view, db), toast=view.label("roles-toast-not-open"))
            return
        await acknowledge(query)
        await send(query, screens.forward(view, value))

    @router.callback_query(RevokeInvitation.filter())
    async def revoke_invitation(
        query: CallbackQuery, callback_data: RevokeInvitation, view: View, db: Database
    ) -> None:
        done = await db.write(roles.revoke_invitation, view.actor, callback_data.invitation, view.now)
        toast = view.label("roles-toast-revoked" if done else "roles-toast-not-open")
        await show(query, await _invitations(view, db), toast=toast)

    # Coordinators: who holds what.

    async def listed(view: View, db: Database, people: People, to: OpenHolders) -> Screen:
        offset = to.page * screens.ON_PAGE
        shown, total = await db.read(roles.holders, view.actor, to.role, offset, screens.ON_PAGE)
        if to.page and not shown:
            return await listed(view, db, people, OpenHolders(role=to.role))
        named = len(people.appointed) if view.actor.scope.everywhere else 0
        return screens.holders(view, to.role, shown, total, to.page, from_settings=named)

    @router.callback_query(OpenHolders.filter())
    async def open_holders(
        query: CallbackQuery, callback_data: OpenHolders, view: View, db: Database, people: People
    ) -> None:
        if callback_data.role not in INVITED_ROLES:
            await show(query, await _overview(view, db))
            return
        await show(query, await listed(view, db, people, callback_data))

    @router.callback_query(OpenHolder.filter())
    async def open_holder(query: CallbackQuery, callback_data: OpenHolder, view: View, db: Database) -> None:
        value = await db.read(roles.holder, view.actor, callback_data.grant)
        if value is None:
            await show(query, await _overview(view, db), toast=view.label("roles-toast-gone"))
            return
        await show(query, screens.holder(view, value))

    @router.callback_query(AskToTakeBack.filter())
    async def ask_to_take_back(
        query: CallbackQuery, callback_data: AskToTakeBack, view: View, db: Database
    ) -> None:
        value = await db.read(roles.holder, view.actor, callback_data.grant)
        if value is None:
            await show(query, await _overview(view, db), toast=view.label("roles-toast-gone"))
            return
        brought = await db.read(roles.brought_in, view.actor, callback_data.grant)
        await show(query, screens.ask_to_take_back(view, value, brought))

    @router.callback_query(TakeBack.filter())
    async def take_back(
        query: CallbackQuery,
        callback_data: TakeBack,
        view: View,
        db: Database,
        people: People,
        outbox: Halting,
    ) -> None:
        await taken_back(query, callback_data.grant, view, db, people, outbox, with_brought_in=False)

    @router.callback_query(TakeBackAll.filter())
    async def take_back_all(
        query: CallbackQuery,
        callback_data: TakeBackAll,
        view: View,
        db: Database,
        people: People,
        outbox: Halting,
    ) -> None:
        await taken_back(query, callback_data.grant, view, db, people, outbox, with_brought_in=True)

    async def taken_back(
        query: CallbackQuery,
        grant: int,
        view: View,
        db: Database,
        people: People,
        outbox: Halting,
        *,
        with_brought_in: bool,
    ) -> None:
        brought = await db.read(roles.brought_in, view.actor, grant) if with_brought_in else []
        try:
            value = await db.write(
                roles.take_back,
                view.actor,
                grant,
                view.now,
                settings_name_coordinators=bool(people.appointed),
                with_brought_in=with_brought_in,
                coordinators=people.appointed,
            )
        except LastCoordinator:
            await acknowledge(query, view.label("roles-toast-last"), alert=True)
            return
        if value is None:
            await show(query, await _overview(view, db), toast=view.label("roles-toast-gone"))
            return
        for each in (value, *brought):
            people.forget(each.address)
        outbox.kick()
        toast = view.label("roles-toast-taken-back")
        me = view.actor.person
        if me is not None and me.id == value.person_id:
            kept = tuple(grant for grant in me.grants if grant != value.grant)
            if value.address in people.appointed:
                kept = me.grants
            view = replace(view, actor=actor_for(replace(me, grants=kept)))
            if not view.actor.may(Right.GIVE_ROLES):
                await show(query, screens.left(view), toast=toast)
                return
        await show(query, await listed(view, db, people, OpenHolders(role=value.grant.role)), toast=toast)

    # Who came by an invitation for a coordinator.

    @router.callback_query(OpenNewcomer.filter())
    async def open_newcomer(
        query: CallbackQuery, callback_data: OpenNewcomer, view: View, db: Database
    ) -> None:
        value = await db.read(newcomers.newcomer, view.actor, callback_data.invitation)
        if value is None:
            await show(query, await _overview(view, db), toast=view.label("roles-toast-nobody-waits"))
            return
        await show(query, screens.newcomer(view, value))

    @router.callback_query(LetIn.filter())
    async def let_in(
        query: CallbackQuery, callback_data: LetIn, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        id_, now = callback_data.invitation, view.now
        value = await db.write(newcomers.let_in, view.actor, id_, now, people.appointed)
        await settled(query, value, view, db, people, outbox, "roles-toast-let-in")

    @router.callback_query(TurnAway.filter())
    async def turn_away(
        query: CallbackQuery,
        callback_data: TurnAway,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
    ) -> None:
        value = await db.write(newcomers.turn_away, view.actor, callback_data.invitation, view.now)
        await settled(query, value, view, db, people, outbox, "roles-toast-turned-away")

    async def settled(
        query: CallbackQuery,
        value: Newcomer | None,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
        key: str,
    ) -> None:
        if value is not None:
            people.forget(value.address)
            outbox.kick()
        toast = view.label("roles-toast-nobody-waits" if value is None else key)
        await show(query, await _overview(view, db), toast=toast)

    return router

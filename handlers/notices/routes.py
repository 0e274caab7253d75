"""Answers to what the bot said on its own. No state: the message's own buttons say which bookings it is about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from db.engine import Database
from domain.booking import BookingStatus
from domain.notices import SlotSnapshot
from domain.seen import Seen
from handlers.booking.routes import show_outcome
from handlers.notices import screens
from handlers.notices.callbacks import AcceptOffer, Coming, DeclineOffer, FreePlace, KeepMoved, NotComing
from handlers.ports import Wakeable
from handlers.screen import acknowledge, show
from handlers.view import View
from services import booking as booking_service
from services.booking import BookingOver, NotYours, OtherClashes
from services.notices import visits
from services.seen import NotAsSeen

NAMES_A_BOOKING = (Coming, NotComing, FreePlace)


def bookings_in(query: CallbackQuery, tapped: int) -> list[int]:
    """The bookings that the tapped message names on its buttons, in their order; at least the tapped one."""
    ids: dict[int, None] = {}
    if isinstance(query.message, Message) and query.message.reply_markup is not None:
        for row in query.message.reply_markup.inline_keyboard:
            for key in row:
                for kind in NAMES_A_BOOKING:
                    if (key.callback_data or "").startswith(f"{kind.__prefix__}:"):
                        ids[kind.unpack(key.callback_data or "").booking] = None
    ids.setdefault(tapped)
    return list(ids)


def router() -> Router:
    router = Router(name="notices")

    @router.callback_query(Coming.filter())
    async def coming(query: CallbackQuery, callback_data: Coming, view: View, db: Database) -> None:
        booking_id, seen = callback_data.booking, Seen(callback_data.seen)
        act = partial(db.write, booking_service.answer_coming, view.actor, booking_id, view.now, seen=seen)
        await _answer(query, view, db, booking_id, view.label("notices-toast-coming"), act)

    @router.callback_query(NotComing.filter())
    async def not_coming(query: CallbackQuery, callback_data: NotComing, view: View, db: Database) -> None:
        try:
            found = await db.read(booking_service.own, view.actor, callback_data.booking)
        except NotYours:
            await acknowledge(query, view.label("notices-not-yours"), alert=True)
            return
        booking, slot, _ = found
        toast = None
        if not booking.status.is_active or slot.ends_at <= view.now:
            toast = _why_over(view, BookingOver(found))
        await _show_again(query, view, db, booking.id, toast=toast, asked=booking.id)

    @router.callback_query(FreePlace.filter())
    async def free_place(
        query: CallbackQuery, callback_data: FreePlace, view: View, db: Database, outbox: Wakeable
    ) -> None:
        booking_id, seen = callback_data.booking, Seen(callback_data.seen)
        act = partial(
            db.write, booking_service.give_back, view.actor, booking_id, view.now, view.zone, seen=seen
        )
        if await _answer(query, view, db, booking_id, view.label("notices-toast-freed"), act):
            outbox.kick()

    @router.callback_query(KeepMoved.filter())
    async def keep_moved(
        query: CallbackQuery, callback_data: KeepMoved, view: View, db: Database, outbox: Wakeable
    ) -> None:
        booking_id, seen = callback_data.booking, Seen(callback_data.seen)
        act = partial(
            db.write,
            booking_service.keep_moved,
            view.actor,
            booking_id,
            view.now,
            view.zone,
            gives=callback_data.gives,
            seen=seen,
        )
        try:
            if await _answer(query, view, db, booking_id, view.label("notices-toast-kept"), act):
                outbox.kick()
        except OtherClashes as other:
            await show(query, screens.keep_anew(view, other.planned, other.clashes))

    @router.callback_query(AcceptOffer.filter())
    async def accept_offer(
        query: CallbackQuery, callback_data: AcceptOffer, view: View, db: Database, outbox: Wakeable
    ) -> None:
        booking_id = callback_data.booking
        try:
            outcome = await db.write(
                booking_service.accept_offer,
                view.actor,
                booking_id,
                view.now,
                view.zone,
                gives=callback_data.gives,
                seen=Seen(callback_data.seen),
            )
        except NotAsSeen as change:
            await _ask_anew(query, view, db, booking_id, change)
            return
        except BookingOver as over:
            await _show_again(query, view, db, booking_id, toast=_why_over(view, over))
            return
        except NotYours:
            await acknowledge(query, view.label("notices-not-yours"), alert=True)
            return
        if outcome.slot.ends_at <= view.now:
            await _show_again(query, view, db, booking_id, toast=view.label("notices-toast-over"))
            return
        await show_outcome(query, view, outcome)
        outbox.kick()

    @router.callback_query(DeclineOffer.filter())
    async def decline_offer(
        query: CallbackQuery, callback_data: DeclineOffer, view: View, db: Database, outbox: Wakeable
    ) -> None:
        booking_id, seen = callback_data.booking, Seen(callback_data.seen)
        try:
            booking, slot, _ = await db.read(booking_service.own, view.actor, booking_id)
        except NotYours:
            await acknowledge(query, view.label("notices-not-yours"), alert=True)
            return
        if booking.status is BookingStatus.BOOKED and slot.ends_at > view.now:
            # Accepted a moment ago: giving that up is another question.
            await _show_again(query, view, db, booking_id, toast=None, asked=booking_id)
            return
        act = partial(
            db.write, booking_service.decline_offer, view.actor, booking_id, view.now, view.zone, seen=seen
        )
        if await _answer(query, view, db, booking_id, view.label("notices-toast-declined"), act):
            outbox.kick()

    return router


async def _answer(
    query: CallbackQuery,
    view: View,
    db: Database,
    tapped: int,
    toast: str,
    act: Callable[[], Awaitable[object]],
) -> bool:
    """Do what the button says and show the message as it is then. Whether the booking is theirs and was as they saw it.

    Where its slot is not as the message showed it, nothing is done: the change is shown, and the question again.
    """
    try:
        await act()
    except NotAsSeen as change:
        await _ask_anew(query, view, db, tapped, change)
        return False
    except BookingOver as over:
        toast = _why_over(view, over)
    except NotYours:
        await acknowledge(query, view.label("notices-not-yours"), alert=True)
        return False
    await _show_again(query, view, db, tapped, toast=toast)
    return True


async def _ask_anew(query: CallbackQuery, view: View, db: Database, tapped: int, change: NotAsSeen) -> None:
    toast = view.label("notices-toast-not-as-seen")
    await _show_again(query, view, db, tapped, toast=toast, before=change.before)


async def _show_again(
    query: CallbackQuery,
    view: View,
    db: Database,
    tapped: int,
    *,
    toast: str | None,
    asked: int | None = None,
    before: SlotSnapshot | None = None,
) -> None:
    """The message as the world is now, with every booking it was about; ``before`` is the tapped one as it said."""
    again, changes = await db.read(visits, view.actor, bookings_in(query, tapped))
    if before is not None:
        changes[tapped] = before
    await show(query, screens.answered(view, again, asked=asked, changes=changes), toast=toast)


def _why_over(view: View, over: BookingOver) -> str:
    slot = over.planned[1]
    return view.label("notices-toast-over" if slot.ends_at <= view.now else "notices-toast-changed")

"""Writing, aiming, sending, watching and reporting a broadcast. The services decide what is still possible."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from aiogram import Bot, Router
from aiogram.filters import Filter, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from db.engine import Database
from domain.broadcast import LONGEST_REASON, Content, Status, Step
from domain.delivery import Lane, Media, Refused, Sender, Unreachable
from domain.editing import WhenProblem, read_when
from domain.finding import LONGEST_QUERY
from domain.people import Address, Right
from domain.programme import Track
from domain.quiet import at
from handlers import forms
from handlers.announcements.letters import message_for, values_of
from handlers.broadcasts import screens
from handlers.broadcasts.callbacks import (
    AskContent,
    AskLink,
    AskTopic,
    AskUrgent,
    AskWhen,
    BeginBroadcast,
    CallSheet,
    Confirm,
    LinkTo,
    NotUrgent,
    OpenBroadcast,
    OpenBroadcasts,
    OpenReport,
    Pause,
    Recall,
    RemindUnread,
    Resume,
    SendAt,
    SetTopic,
    ShowToMe,
    Stop,
    SwitchReceipt,
    TakeBack,
    ThrowAway,
)
from handlers.broadcasts.live import LiveBroadcasts
from handlers.broadcasts.states import BroadcastForm
from handlers.filters import PlainText
from handlers.ports import ActivitySearch, Halting
from handlers.screen import acknowledge, send, show
from handlers.view import View
from services import announcements
from services import broadcasts as service
from services.broadcasts import BroadcastBegun, BroadcastGone, BroadcastPast, NotSecond, State, Unsendable
from services.printed_table import write_table

MORNING = time(9)
"""When a day without an hour is meant."""
WHEN_ERRORS = {
    WhenProblem.NO_SUCH_DAY: "broadcasts-when-no-such-day",
    WhenProblem.PAST: "broadcasts-when-past",
    WhenProblem.FAR: "broadcasts-when-far",
}

Event = CallbackQuery | Message


class OfAlbum(Filter):
    """One more picture or file of the album that a draft began with."""

    async def __call__(self, message: Message, state: FSMContext) -> bool:
        return message.media_group_id is not None and message.media_group_id == (await state.get_data()).get(
            "album"
        )


def content_of(message: Message) -> Content | None:
    """What a message says, in its own formatting; None for what a broadcast cannot be."""
    entities = tuple(
        entity.model_dump(mode="json", exclude_none=True)
        for entity in (message.entities or message.caption_entities or ())
    )
    text = message.text or message.caption or ""
    if message.photo:
        return Content(text, entities, (Media("photo", message.photo[-1].file_id, message.message_id),))
    if message.document:
        return Content(text, entities, (Media("document", message.document.file_id, message.message_id),))
    return Content(text, entities) if message.text else None


def router() -> Router:
    router = Router(name="broadcasts")
    _writing_routes(router)
    _choosing_routes(router)
    _sending_routes(router)
    _steering_routes(router)
    _report_routes(router)
    return router


async def _show(
    event: Event,
    view: View,
    db: Database,
    live: LiveBroadcasts,
    value: State,
    *,
    toast: str | None = None,
    key: str | None = None,
) -> None:
    """Show it, and let this message be the one that is kept up to date. ``key``: a sentence above it."""
    note = view.text(key) if key else None
    screen = screens.one(view, value, note)
    if isinstance(event, CallbackQuery):
        await show(event, screen, toast=toast)
        shown = event.message
    else:
        shown = await event.answer(screen.text, reply_markup=screen.keyboard)
    live.shown(value.broadcast.id, screen, view.now)
    if isinstance(shown, Message) and shown.text is not None:
        await db.write(
            service.show_progress_in, view.actor, value.broadcast.id, str(shown.chat.id), shown.message_id
        )


async def _read(view: View, db: Database, broadcast_id: int) -> State:
    value: State = await db.read(service.state, view.actor, broadcast_id, view.now)
    return value


async def _taken(message: Message, view: View, db: Database, state: FSMContext) -> tuple[State, bool] | None:
    """The draft with what was sent, and whether that begins it; None when it was answered with a refusal."""
    data = await state.get_data()
    content, album, broadcast_id = content_of(message), message.media_group_id, data.get("broadcast")
    if album is not None and album == data.get("refused"):
        return None
    note = view.text("broadcasts-not-content")
    if content is not None:
        try:
            value, is_first = await db.write(
                service.take_content, view.actor, broadcast_id, content, album, view.now
            )
        except Unsendable as unsendable:
            note = screens.flawed(view, unsendable.reason)
        else:
            if album is None:
                await state.clear()
            else:
                await forms.ask(state, BroadcastForm.album, broadcast=value.broadcast.id, album=album)
            return value, is_first
    if album is not None:
        # The form goes on; the other parts of a refused album have had their answer.
        await forms.ask(state, BroadcastForm.content, **{**data, "refused": album})
    await show(message, screens.ask_content(view, broadcast_id, note))
    return None


def _writing_routes(router: Router) -> None:
    # Parts of an album come at once and must find what the part before them left.
    turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @router.callback_query(OpenBroadcasts.filter())
    async def open_broadcasts(
        query: CallbackQuery, callback_data: OpenBroadcasts, view: View, db: Database, state: FSMContext
    ) -> None:
        await state.clear()
        size, page = screens.ON_PAGE, callback_data.page
        found = await db.read(service.latest, view.actor, page * size, size + 1)
        await show(query, screens.broadcasts(view, found[:size], page, has_more=len(found) > size))

    @router.callback_query(OpenBroadcast.filter())
    async def open_broadcast(
        query: CallbackQuery,
        callback_data: OpenBroadcast,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        state: FSMContext,
    ) -> None:
        await state.clear()
        await _show(query, view, db, live, await _read(view, db, callback_data.broadcast))

    @router.callback_query(BeginBroadcast.filter())
    async def begin(query: CallbackQuery, view: View, state: FSMContext) -> None:
        view.actor.need(Right.BROADCAST)
        await forms.ask(state, BroadcastForm.content)
        await show(query, screens.ask_content(view, None))

    @router.callback_query(AskContent.filter())
    async def ask_content(
        query: CallbackQuery, callback_data: AskContent, view: View, db: Database, state: FSMContext
    ) -> None:
        value = await _read(view, db, callback_data.broadcast)
        broadcast = value.broadcast
        if broadcast.status is Status.DRAFT and broadcast.corrects_id is not None:
            await forms.ask(state, BroadcastForm.correction, broadcast=broadcast.corrects_id)
            await show(query, screens.ask_correction(view, broadcast.id))
        elif broadcast.status is Status.DRAFT:
            await forms.ask(state, BroadcastForm.content, broadcast=broadcast.id)
            await show(query, screens.ask_content(view, broadcast.id))
        else:
            if not screens.allows(value, Step.CORRECT):
                raise BroadcastBegun
            if broadcast.is_past(view.now):
                raise BroadcastPast
            await forms.ask(state, BroadcastForm.correction, broadcast=broadcast.id)
            await show(query, screens.ask_correction(view, value.broadcast.id))

    @router.message(StateFilter(BroadcastForm.content))
    @router.message(StateFilter(BroadcastForm.album), OfAlbum())
    async def content_sent(
        message: Message, view: View, db: Database, state: FSMContext, live: LiveBroadcasts
    ) -> None:
        album = message.media_group_id
        async with turns.setdefault(message.chat.id, asyncio.Lock()):
            taken = await _taken(message, view, db, state)
        if taken is None:
            return
        value, is_first = taken
        if is_first:
            await _show(message, view, db, live, value)
        if album is not None:
            await live.redraw(value.broadcast.id, view, partial(_read, view, db, value.broadcast.id))

    @router.message(StateFilter(BroadcastForm.correction))
    async def correction_sent(
        message: Message, view: View, db: Database, live: LiveBroadcasts, state: FSMContext
    ) -> None:
        broadcast_id = (await state.get_data())["broadcast"]
        content = content_of(message)
        note = None
        if content is None or content.media:
            note = view.text("broadcasts-not-correction")
        else:
            try:
                value = await db.write(service.correct, view.actor, broadcast_id, content, view.now)
            except Unsendable as unsendable:
                note = screens.flawed(view, unsendable.reason)
            else:
                await state.clear()
                await _show(message, view, db, live, value)
        if note is not None:
            await show(message, screens.ask_correction(view, broadcast_id, note))

    @router.callback_query(ThrowAway.filter())
    async def throw_away(
        query: CallbackQuery, callback_data: ThrowAway, view: View, db: Database, state: FSMContext
    ) -> None:
        if not callback_data.sure:
            value = await _read(view, db, callback_data.broadcast)
            await show(query, screens.ask_throw_away(view, value.broadcast.id))
            return
        await db.write(service.throw_away, view.actor, callback_data.broadcast)
        await state.clear()
        found = await db.read(service.latest, view.actor, 0, screens.ON_PAGE + 1)
        screen = screens.broadcasts(view, found[: screens.ON_PAGE], 0, has_more=len(found) > screens.ON_PAGE)
        await show(query, screen, toast=view.label("broadcasts-toast-thrown-away"))


def _choosing_routes(router: Router) -> None:
    @router.callback_query(AskLink.filter())
    async def ask_link(
        query: CallbackQuery, callback_data: AskLink, view: View, db: Database, state: FSMContext
    ) -> None:
        value = await _read(view, db, callback_data.broadcast)
        await forms.ask(state, BroadcastForm.link, broadcast=value.broadcast.id)
        await show(query, screens.ask_link(view, value.broadcast.id))

    @router.message(StateFilter(BroadcastForm.link), PlainText())
    async def link_typed(
        message: Message, view: View, db: Database, state: FSMContext, search: ActivitySearch
    ) -> None:
        broadcast_id = (await state.get_data())["broadcast"]
        words = " ".join((message.text or "").split())[:LONGEST_QUERY]
        found = await db.read(service.linkable, view.actor, words, search.search)
        await show(message, screens.ask_link(view, broadcast_id, words, found))

    @router.callback_query(LinkTo.filter())
    async def link_to(
        query: CallbackQuery,
        callback_data: LinkTo,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        state: FSMContext,
    ) -> None:
        await state.clear()
        activity = callback_data.activity or None
        value = await db.write(service.link_activity, view.actor, callback_data.broadcast, activity, view.now)
        await _show(query, view, db, live, value)

    @router.callback_query(AskTopic.filter())
    async def ask_topic(query: CallbackQuery, callback_data: AskTopic, view: View, db: Database) -> None:
        await show(query, screens.ask_topic(view, await _read(view, db, callback_data.broadcast)))

    @router.callback_query(SetTopic.filter())
    async def set_topic(
        query: CallbackQuery, callback_data: SetTopic, view: View, db: Database, live: LiveBroadcasts
    ) -> None:
        topic = Track(callback_data.topic) if callback_data.topic in list(Track) else None
        value = await db.write(service.set_topic, view.actor, callback_data.broadcast, topic, view.now)
        await _show(query, view, db, live, value)

    @router.callback_query(SwitchReceipt.filter())
    async def switch_receipt(
        query: CallbackQuery, callback_data: SwitchReceipt, view: View, db: Database, live: LiveBroadcasts
    ) -> None:
        value = await db.write(
            service.ask_receipt, view.actor, callback_data.broadcast, view.now, wanted=callback_data.wanted
        )
        await _show(query, view, db, live, value)

    @router.callback_query(AskUrgent.filter())
    async def ask_urgent(
        query: CallbackQuery, callback_data: AskUrgent, view: View, db: Database, state: FSMContext
    ) -> None:
        value = await _read(view, db, callback_data.broadcast)
        await forms.ask(state, BroadcastForm.urgent, broadcast=value.broadcast.id)
        await show(query, screens.ask_urgent(view, value))

    @router.message(StateFilter(BroadcastForm.urgent), PlainText())
    async def urgent_typed(
        message: Message, view: View, db: Database, live: LiveBroadcasts, state: FSMContext
    ) -> None:
        broadcast_id = (await state.get_data())["broadcast"]
        reason = " ".join((message.text or "").split())
        if len(reason) > LONGEST_REASON:
            value = await _read(view, db, broadcast_id)
            note = view.text("broadcasts-urgent-long", longest=LONGEST_REASON)
            await show(message, screens.ask_urgent(view, value, note))
            return
        value = await db.write(service.call_urgent, view.actor, broadcast_id, reason, view.now)
        await state.clear()
        await _show(message, view, db, live, value)

    @router.callback_query(NotUrgent.filter())
    async def not_urgent(
        query: CallbackQuery,
        callback_data: NotUrgent,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        state: FSMContext,
    ) -> None:
        await state.clear()
        value = await db.write(service.call_urgent, view.actor, callback_data.broadcast, "", view.now)
        await _show(query, view, db, live, value)


def _sending_routes(router: Router) -> None:
    @router.callback_query(ShowToMe.filter())
    async def show_to_me(
        query: CallbackQuery, callback_data: ShowToMe, view: View, db: Database, sender: Sender
    ) -> None:
        person = view.actor.person
        value = await _read(view, db, callback_data.broadcast)
        assert person is not None  # noqa: S101 - whoever may read it is somebody
        await acknowledge(query, view.label("broadcasts-toast-shown"))
        visit = await db.read(announcements.own_visit, view.actor, value.broadcast, view.now)
        values = values_of(view, person.name or "", visit)
        message = message_for(view, value.broadcast.content, value.broadcast.id, values)
        result = await sender.send(person.address, message, Lane.ANSWER)
        if isinstance(result, Refused | Unreachable):
            note = view.text("broadcasts-not-shown", reason=result.reason)
            await send(query, screens.one(view, value, note))
            return
        await send(query, screens.shown(view, value))

    @router.callback_query(AskWhen.filter())
    async def ask_when(
        query: CallbackQuery, callback_data: AskWhen, view: View, db: Database, state: FSMContext
    ) -> None:
        value = await _read(view, db, callback_data.broadcast)
        if (reason := service.unsendable(value)) is not None:
            await acknowledge(query, view.label(screens.FLAW_KEYS + reason), alert=True)
            return
        await forms.ask(state, BroadcastForm.when, broadcast=value.broadcast.id)
        await show(query, screens.ask_when(view, value))

    @router.message(StateFilter(BroadcastForm.when), PlainText())
    async def when_typed(
        message: Message,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        state: FSMContext,
        outbox: Halting,
        coordinators: Collection[Address],
    ) -> None:
        broadcast_id = (await state.get_data())["broadcast"]
        morning = at(view.dates.local(view.now).date(), MORNING, view.zone)
        typed = " ".join((message.text or "").split())
        when = read_when(typed, (morning, morning + timedelta(hours=1)), view.now, view.zone)
        if isinstance(when, WhenProblem):
            value = await _read(view, db, broadcast_id)
            note = view.text(WHEN_ERRORS.get(when, "broadcasts-when-unreadable"))
            await show(message, screens.ask_when(view, value, note))
            return
        await _send(message, view, db, live, state, outbox, coordinators, broadcast_id, when[0])

    @router.callback_query(SendAt.filter())
    async def send_at(
        query: CallbackQuery,
        callback_data: SendAt,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        state: FSMContext,
        outbox: Halting,
        coordinators: Collection[Address],
    ) -> None:
        moment = None
        if callback_data.minute:
            moment = datetime.fromtimestamp(callback_data.minute * screens.EPOCH_MINUTE, UTC)
            if moment <= view.now:
                await acknowledge(query, view.label("broadcasts-when-past"), alert=True)
                return
        await _send(query, view, db, live, state, outbox, coordinators, callback_data.broadcast, moment)

    @router.callback_query(Confirm.filter())
    async def confirm(
        query: CallbackQuery,
        callback_data: Confirm,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        outbox: Halting,
        coordinators: Collection[Address],
    ) -> None:
        value = await db.write(
            service.confirm,
            view.actor,
            callback_data.broadcast,
            view.now,
            view.zone,
            callback_data.revision,
            coordinators,
        )
        await _show(query, view, db, live, value, toast=view.label("broadcasts-toast-confirmed"))
        outbox.kick()

    @router.callback_query(TakeBack.filter())
    async def take_back(
        query: CallbackQuery,
        callback_data: TakeBack,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        outbox: Halting,
    ) -> None:
        value = await db.write(service.take_back, view.actor, callback_data.broadcast, view.now)
        toast = view.label("broadcasts-toast-draft")
        if value is None:
            # A colleague's draft is theirs alone.
            found = await db.read(service.latest, view.actor, 0, screens.ON_PAGE + 1)
            screen = screens.broadcasts(
                view, found[: screens.ON_PAGE], 0, has_more=len(found) > screens.ON_PAGE
            )
            await show(query, screen, toast=toast)
        else:
            await _show(query, view, db, live, value, toast=toast)
        outbox.kick()


async def _send(
    event: Event,
    view: View,
    db: Database,
    live: LiveBroadcasts,
    state: FSMContext,
    outbox: Halting,
    coordinators: Collection[Address],
    broadcast_id: int,
    moment: datetime | None,
) -> None:
    try:
        value = await db.write(
            service.send, view.actor, broadcast_id, moment, view.now, view.zone, coordinators
        )
    except Unsendable as unsendable:
        value = await _read(view, db, broadcast_id)
        await _show(event, view, db, live, value, key=screens.FLAW_KEYS + unsendable.reason)
        return
    await state.clear()
    toasts = {
        Status.UNCONFIRMED: "broadcasts-toast-asked",
        Status.SCHEDULED: "broadcasts-toast-scheduled",
    }
    sent = "broadcasts-toast-sent" if value.broadcast.id == broadcast_id else "broadcasts-toast-corrected"
    toast = view.label(toasts.get(value.broadcast.status, sent))
    await _show(event, view, db, live, value, toast=toast)
    outbox.kick()


UseCase = Callable[..., State]
STEERING: tuple[tuple[type[CallbackData], UseCase, str], ...] = (
    (Pause, service.pause, "broadcasts-toast-paused"),
    (Resume, service.resume, "broadcasts-toast-resumed"),
    (Stop, service.stop, "broadcasts-toast-stopped"),
)
"""Buttons that do one thing at once, and what pops up."""


async def _steer(
    query: CallbackQuery,
    view: View,
    db: Database,
    live: LiveBroadcasts,
    outbox: Halting,
    *,
    broadcast_id: int,
    step: UseCase,
    toast: str,
) -> None:
    value = await db.write(step, view.actor, broadcast_id, view.now)
    if value.broadcast.status is not Status.SENDING:
        await outbox.halt(broadcast_id)
    await _show(query, view, db, live, value, toast=view.label(toast))
    outbox.kick()


def _steering_routes(router: Router) -> None:
    def steered(step: UseCase, toast: str) -> Callable[..., Awaitable[None]]:
        async def steer(
            query: CallbackQuery,
            callback_data: Any,
            view: View,
            db: Database,
            live: LiveBroadcasts,
            outbox: Halting,
        ) -> None:
            id_ = callback_data.broadcast
            await _steer(query, view, db, live, outbox, broadcast_id=id_, step=step, toast=toast)

        return steer

    for button, step, toast in STEERING:
        router.callback_query.register(steered(step, toast), button.filter())

    @router.callback_query(Recall.filter())
    async def recall(
        query: CallbackQuery,
        callback_data: Recall,
        view: View,
        db: Database,
        live: LiveBroadcasts,
        outbox: Halting,
    ) -> None:
        if not callback_data.sure:
            value = await _read(view, db, callback_data.broadcast)
            await show(query, screens.ask_recall(view, value.broadcast.id))
            return
        id_, toast = callback_data.broadcast, "broadcasts-toast-recalled"
        await _steer(query, view, db, live, outbox, broadcast_id=id_, step=service.recall, toast=toast)


def _report_routes(router: Router) -> None:
    @router.callback_query(OpenReport.filter())
    async def open_report(
        query: CallbackQuery, callback_data: OpenReport, view: View, db: Database, bot: Bot
    ) -> None:
        found = await db.write(service.report, view.actor, callback_data.broadcast, view.now)
        await acknowledge(query)
        cells = list(screens.lines(view, found))
        name = view.label("broadcasts-report-file", number=str(callback_data.broadcast))
        content = await _workbook(view, "broadcasts-report-title", screens.headings(view), cells)
        await bot.send_document(
            query.from_user.id,
            BufferedInputFile(content, filename=name),
            caption=view.text("broadcasts-report-caption", count=len(cells)),
        )

    @router.callback_query(CallSheet.filter())
    async def call_sheet(
        query: CallbackQuery, callback_data: CallSheet, view: View, db: Database, bot: Bot
    ) -> None:
        found = await db.write(service.call_sheet, view.actor, callback_data.broadcast, view.now)
        if not found:
            await acknowledge(query, view.label("broadcasts-toast-nobody-to-call"), alert=True)
            return
        await acknowledge(query)
        cells = list(screens.call_lines(view, found))
        name = view.label("broadcasts-call-file", number=str(callback_data.broadcast))
        content = await _workbook(view, "broadcasts-call-title", screens.call_headings(view), cells)
        await bot.send_document(
            query.from_user.id,
            BufferedInputFile(content, filename=name),
            caption=view.text("broadcasts-call-caption", count=len(cells)),
        )

    @router.callback_query(RemindUnread.filter())
    async def remind_unread(
        query: CallbackQuery, callback_data: RemindUnread, view: View, db: Database, live: LiveBroadcasts
    ) -> None:
        text = view.label("broadcasts-reminder-text")
        value = await db.write(service.remind_unread, view.actor, callback_data.broadcast, text, view.now)
        if value is None:
            await acknowledge(query, view.label("broadcasts-toast-nobody-unread"), alert=True)
            return
        await _show(query, view, db, live, value)


async def _workbook(view: View, title: str, headings: Any, cells: list[Any]) -> bytes:
    file = io.BytesIO()
    page_words = view.label("broadcasts-page-number")
    await asyncio.to_thread(write_table, view.label(title), headings, cells, page_words, file)
    return file.getvalue()


async def explain(source: Event, view: View, error: Exception) -> bool:
    """A sentence for what went otherwise than meant. False for an error of something else."""
    if isinstance(error, BroadcastGone):
        await show(source, screens.gone(view))
    elif isinstance(error, BroadcastBegun):
        await show(source, screens.begun(view))
    elif isinstance(error, BroadcastPast):
        await show(source, screens.past(view))
    elif isinstance(error, Unsendable) and isinstance(source, CallbackQuery):
        await acknowledge(source, view.label(screens.FLAW_KEYS + error.reason), alert=True)
    elif isinstance(error, NotSecond) and isinstance(source, CallbackQuery):
        await acknowledge(source, screens.not_second(view, error.reason), alert=True)
    else:
        return False
    return True

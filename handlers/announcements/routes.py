"""Choosing how announcements come, confirming one, reading one again."""

from __future__ import annotations

from contextlib import suppress

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from db.engine import Database
from domain.announcement import Pace, Receipt
from domain.delivery import Lane, Sender, Sent
from domain.programme import Track
from handlers.announcements import screens
from handlers.announcements.callbacks import (
    Acknowledge,
    ChoosePace,
    ChooseTopic,
    OpenAnnouncement,
    OpenChoice,
    OpenReceived,
)
from handlers.announcements.letters import message_for, read_label, values_of
from handlers.ports import Wakeable
from handlers.screen import AWAY, acknowledge, send, show
from handlers.view import View
from services import announcements as service
from services.announcements import NotReceived, Recalled

ANSWERS = {
    Receipt.TAKEN: "announcements-toast-read",
    Receipt.NOT_YOURS: "announcements-toast-not-yours",
    Receipt.RECALLED: "announcements-toast-recalled",
}


def router() -> Router:
    router = Router(name="announcements")

    @router.callback_query(OpenChoice.filter())
    async def open_choice(
        query: CallbackQuery, callback_data: OpenChoice, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        value = await db.read(service.choice, view.actor, view.now)
        await show(query, screens.choice(view, value, callback_data.origin))

    @router.callback_query(ChoosePace.filter())
    async def choose_pace(query: CallbackQuery, callback_data: ChoosePace, view: View, db: Database) -> None:
        if callback_data.pace not in list(Pace):
            # No button of ours carries it: the screen as it is answers best.
            value = await db.read(service.choice, view.actor, view.now)
            await show(query, screens.choice(view, value, callback_data.origin))
            return
        value = await db.write(service.choose_pace, view.actor, Pace(callback_data.pace), view.now)
        toast = view.label(screens.PACE_TOAST_KEYS + value.pace)
        await show(query, screens.choice(view, value, callback_data.origin), toast=toast)

    @router.callback_query(ChooseTopic.filter())
    async def choose_topic(
        query: CallbackQuery, callback_data: ChooseTopic, view: View, db: Database
    ) -> None:
        if callback_data.track and callback_data.track not in list(Track):
            value = await db.read(service.choice, view.actor, view.now)
            await show(query, screens.choice(view, value, callback_data.origin))
            return
        track = Track(callback_data.track) if callback_data.track else None
        value = await db.write(service.choose_topic, view.actor, track, view.now, on=callback_data.on)
        toast = view.label("announcements-toast-topics", topics=screens.topics(view, value.tracks))
        await show(query, screens.choice(view, value, callback_data.origin), toast=toast)

    @router.callback_query(OpenReceived.filter())
    async def open_received(
        query: CallbackQuery, callback_data: OpenReceived, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        size, page = screens.ON_PAGE, callback_data.page
        found = await db.read(service.received, view.actor, page * size, size + 1)
        screen = screens.received(
            view, found[:size], page, has_more=len(found) > size, origin=callback_data.origin
        )
        if callback_data.below:
            await acknowledge(query)
            await send(query, screen)
        else:
            await show(query, screen)

    @router.callback_query(OpenAnnouncement.filter())
    async def open_one(
        query: CallbackQuery,
        callback_data: OpenAnnouncement,
        view: View,
        db: Database,
        sender: Sender,
        outbox: Wakeable,
    ) -> None:
        id_, person = callback_data.broadcast, view.actor.person
        try:
            opened = await db.read(service.open_announcement, view.actor, id_, view.now)
        except NotReceived:
            await acknowledge(query, view.label("announcements-toast-not-yours"), alert=True)
            return
        except Recalled:
            await acknowledge(query, view.label("announcements-toast-recalled"), alert=True)
            return
        assert person is not None  # noqa: S101 - whoever received it is somebody
        await acknowledge(query)
        values = values_of(view, person.name or "", opened.visit)
        said, was_read = opened.received.announcement, opened.received.read_at is not None
        message = message_for(view, said.content, id_, values, was_read=was_read)
        result = await sender.send(person.address, message, Lane.ANSWER)
        if isinstance(result, Sent):
            await db.write(
                service.was_shown,
                view.actor,
                id_,
                said.revision,
                result.message_id,
                result.more_ids,
                view.now,
            )
            outbox.kick()
        else:
            await send(query, screens.not_shown(view))

    @router.callback_query(Acknowledge.filter())
    async def confirm(query: CallbackQuery, callback_data: Acknowledge, view: View, db: Database) -> None:
        receipt = await db.write(service.acknowledge, view.actor, callback_data.broadcast, view.now)
        is_taken = receipt is Receipt.TAKEN
        await acknowledge(query, view.label(ANSWERS[receipt]), alert=not is_taken)
        if is_taken:
            await _mark_as_read(query, read_label(view, was_read=True))

    return router


async def _mark_as_read(query: CallbackQuery, label: str) -> None:
    """Say so on the button that was tapped; the words above it stay the coordinator's own."""
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    before = message.reply_markup.inline_keyboard
    after = [
        [key.model_copy(update={"text": label}) if key.callback_data == query.data else key for key in row]
        for row in before
    ]
    if after == before:
        return
    # Two taps at once, a message that was recalled meanwhile, a line that broke: the toast has said it.
    with suppress(TelegramBadRequest, *AWAY):
        await message.edit_reply_markup(reply_markup=InlineKeyboardMarkup(inline_keyboard=after))

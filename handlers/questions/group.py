"""The coordinators' group: a topic is a question, and what is written in it is the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message, ReactionTypeEmoji, ReplyParameters

from db.engine import Database
from domain.people import Forbidden, Right
from domain.question import LONGEST_TEXT, Reception
from handlers.ports import Wakeable
from handlers.questions.callbacks import CloseQuestion, HandOn, TakeQuestion
from handlers.questions.routes import Sayable, said
from handlers.screen import acknowledge
from handlers.view import View
from services import question_topics, questions
from services.questions import QuestionGone

TAKEN_FOR_AN_ANSWER = "👍"
HINT_HOLDS = timedelta(minutes=10)
"""A hint is not repeated to the same person in the same topic for so long."""


class Hints:
    """Says once in a while to each why their words were not passed on: people talk, and a group takes 20 a minute."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, int], datetime] = {}

    def is_due(self, message: Message, view: View) -> bool:
        """Whether this one is told, which then counts as told. Who may answer always is."""
        if view.actor.may(Right.RUN_PROGRAMME):
            return True
        now = view.now
        speaker = message.sender_chat or message.from_user
        key = message.message_thread_id or 0, speaker.id if speaker else 0
        self._told = {each: at for each, at in self._told.items() if now - at < HINT_HOLDS}
        if key in self._told:
            return False
        self._told[key] = now
        return True


def router() -> Router:
    """All that comes from the group, and nothing else, comes here."""
    router = Router(name="questions_group")
    hints = Hints()

    @router.message()
    async def written(
        message: Message, view: View, db: Database, outbox: Wakeable, group: Wakeable, reception: Reception
    ) -> None:
        question_id = await _about(message, db, reception)
        if question_id is None:
            return
        if (refusal := await _refusal(message, view, db, question_id)) is not None:
            if refusal and hints.is_due(message, view):
                await _reply(message, refusal)
            return
        await db.write(
            questions.answer,
            view.actor,
            question_id,
            said(message),
            view.now,
            view.zone,
            group_message_id=message.message_id,
        )
        outbox.kick()
        group.kick()
        await _confirm(message, view)

    @router.edited_message()
    async def edited(message: Message, view: View, db: Database, reception: Reception) -> None:
        question_id = await _about(message, db, reception)
        if question_id is not None and _is_said(message) and hints.is_due(message, view):
            await _reply(message, view.text("questions-group-edited"))

    _buttons(router)
    return router


def _buttons(router: Router) -> None:
    @router.callback_query(TakeQuestion.filter())
    async def take(
        query: CallbackQuery, callback_data: TakeQuestion, view: View, db: Database, group: Wakeable
    ) -> None:
        async def act() -> str:
            _, mine = await db.write(questions.take, view.actor, callback_data.question, view.now)
            return "questions-group-taken" if mine else "questions-taken-already"

        await _act(query, view, group, act)

    @router.callback_query(HandOn.filter())
    async def hand_on(
        query: CallbackQuery,
        callback_data: HandOn,
        view: View,
        db: Database,
        group: Wakeable,
        reception: Reception,
    ) -> None:
        async def act() -> str:
            _, done = await db.write(
                questions.hand_on, view.actor, callback_data.question, view.now, view.zone, reception
            )
            return "questions-handed-on" if done else "questions-not-yours"

        await _act(query, view, group, act)

    @router.callback_query(CloseQuestion.filter())
    async def close(
        query: CallbackQuery,
        callback_data: CloseQuestion,
        view: View,
        db: Database,
        group: Wakeable,
        outbox: Wakeable,
    ) -> None:
        async def act() -> str:
            await db.write(questions.close, view.actor, callback_data.question, view.now, view.zone)
            outbox.kick()
            return "questions-closed"

        await _act(query, view, group, act)

    @router.callback_query()
    async def anything_else(query: CallbackQuery, view: View) -> None:
        await acknowledge(query, view.label("questions-group-only-here"), alert=True)


async def _about(message: Message, db: Database, reception: Reception) -> int | None:
    """The question whose topic it is written in; None: what people say to each other in their group."""
    if reception.group is None:
        return None
    replied = message.reply_to_message.message_id if message.reply_to_message else None
    thread = message.message_thread_id
    found: int | None = await db.read(question_topics.question_at, reception.group, thread, replied)
    return found


async def _refusal(message: Message, view: View, db: Database, question_id: int) -> str | None:
    """Why it cannot be passed on; "" for what is no content at all, such as a command."""
    sayable = await Sayable()(message)
    if not sayable and not _is_content(message):
        return ""
    if message.sender_chat is not None:
        return view.text("questions-group-nameless")
    try:
        await db.read(questions.open_question, view.actor, question_id)
    except (QuestionGone, Forbidden):
        return view.text("questions-group-not-passed-on")
    if not sayable:
        return view.text("questions-not-sayable")
    if len(said(message).text) > LONGEST_TEXT:
        return view.text("questions-too-long", longest=LONGEST_TEXT)
    return None


async def _reply(message: Message, text: str) -> None:
    """In the same topic, also when the message has been deleted meanwhile."""
    to = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
    await message.answer(text, reply_parameters=to)


async def _confirm(message: Message, view: View) -> None:
    """A sign on the answer; in words where the group takes no signs. The card says the new state, too."""
    try:
        await message.react([ReactionTypeEmoji(emoji=TAKEN_FOR_AN_ANSWER)])
    except TelegramBadRequest:
        await _reply(message, view.text("questions-answer-sent"))


async def _act(query: CallbackQuery, view: View, group: Wakeable, act: Callable[[], Awaitable[str]]) -> None:
    """Whoever taps reads what came of it; the card in the topic says it to all."""
    try:
        key = await act()
    except Forbidden:
        key = "questions-group-forbidden"
    except QuestionGone:
        key = "questions-group-not-yours"
    await acknowledge(query, view.label(key))
    group.kick()


def _is_said(message: Message) -> bool:
    return bool(message.text or message.caption)


def _is_content(message: Message) -> bool:
    """Something that a person sent, no word of the messenger that a topic was closed."""
    return bool(
        message.sticker
        or message.voice
        or message.video
        or message.audio
        or message.video_note
        or message.animation
    )

"""Keeps the coordinators' group in step with the questions: a topic each, one small step after another.

The table says what is there already, so after a crash it simply goes on; at most one step is done twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta, tzinfo
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.clock import Clock
from bot.turnstile import TurnstileClosedError
from db.engine import Database
from domain.people import Address
from domain.question import LONGEST_CAPTION, Note, Question, Step, Topic, missing_turn, next_step, shown_state
from handlers.questions import screens
from handlers.view import View
from services import question_topics

__all__ = ["QuestionGroup"]

ASKED_AGAIN = timedelta(hours=1)
DELETED_AT_ONCE = 100
"""Messages that the messenger deletes in one request."""
STEPS = 30
"""Steps of one look: the group's own limit is 20 messages a minute."""
AS_IT_IS = ("TOPIC_NOT_MODIFIED", "message is not modified")
"""What was to be done was done before a crash."""
TOPIC_GONE = ("thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID", "message to edit not found")
TOPIC_CLOSED = "TOPIC_CLOSED"
NOTE_KEYS = {Note.AGAIN: "questions-group-again", Note.FREE: "questions-group-free"}
AWAY = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter)

log = structlog.get_logger(__name__)


class QuestionGroup:
    """``make_view(now)`` draws for nobody in particular. ``on_personal`` hears when people are owed word instead."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        zone: tzinfo,
        make_view: Callable[[datetime], View],
        coordinators: Collection[Address],
        on_personal: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._zone = zone
        self._make_view = make_view
        self._coordinators = coordinators
        self._on_personal = on_personal
        self._turn = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._again = False
        self._stopping = False
        self._public_at: tuple[datetime, bool] | None = None
        """When it was asked whether the group is public, and what the answer was."""

    @property
    def busy(self) -> bool:
        return self._looking is not None and not self._looking.done()

    def kick(self) -> None:
        """Look soon; safe to call as often as you like."""
        if self._stopping:
            return
        self._again = True
        if not self.busy:
            self._looking = asyncio.get_running_loop().create_task(self._look_on(), name="question_group")

    async def stop(self) -> None:
        """Wait for the step in hand."""
        self._stopping, self._again = True, False
        if self._looking is not None:
            await asyncio.wait([self._looking])

    async def _look_on(self) -> None:
        while self._again:
            self._again = False
            try:
                await self.look()
            except Exception:
                log.exception("question_group_failed")

    async def look(self) -> None:
        """Do what is due, the urgent first."""
        async with self._turn:
            for _ in range(STEPS):
                if self._stopping:
                    return
                now = self._clock.now()
                topic = await self._database.read(question_topics.next_due, now)
                if topic is None or not await self._advance(topic, now):
                    return

    async def _advance(self, topic: Topic, now: datetime) -> bool:
        """One step of one topic; False: the messenger is out of order, try later."""
        step = next_step(topic)
        if step is None:
            await self._database.write(question_topics.settle, topic.id)
            return True
        try:
            if step is not Step.REMOVE and await self._is_public(topic, now):
                # Whoever finds it would read what children ask.
                log.warning("question_group_is_public")
                await self._give_up(topic, now)
                return True
            await self._take(step, topic, now)
        except TurnstileClosedError:
            return False
        except AWAY as error:
            log.warning("telegram_unreachable", error=type(error).__name__)
            await self._database.write(question_topics.try_later, topic, now)
            return False
        except TelegramAPIError as error:
            # Whatever it is: one topic that cannot be done must not hold up the others.
            await self._refused(step, topic, now, error)
        return True

    async def _refused(self, step: Step, topic: Topic, now: datetime, error: TelegramAPIError) -> None:
        gone = any(reason.lower() in error.message.lower() for reason in TOPIC_GONE)
        if step is Step.REMOVE:
            log.warning("question_group_refuses", kind=step, reason=error.message)
            told = await self._database.write(
                question_topics.not_deleted, topic, now, tuple(self._coordinators)
            )
            if told:
                self._on_personal()
        elif TOPIC_CLOSED in error.message and not topic.closed:
            # Somebody closed it by hand: it is opened before more is said in it.
            await self._done(topic, closed=True)
        elif any(reason.lower() in error.message.lower() for reason in AS_IT_IS):
            await self._done(topic, **self._outcome(step, topic))
        elif gone and topic.thread is not None:
            await self._database.write(question_topics.begin_again, topic)
        else:
            log.warning("question_group_refuses", reason=error.message)
            await self._give_up(topic, now)

    async def _give_up(self, topic: Topic, now: datetime) -> None:
        """Each coordinator hears of the question instead."""
        await self._database.write(question_topics.give_up, topic, now, self._zone, tuple(self._coordinators))
        self._on_personal()

    async def _is_public(self, topic: Topic, now: datetime) -> bool:
        """Whether anybody can find the group by its name; asked again from time to time."""
        if self._public_at is None or now - self._public_at[0] >= ASKED_AGAIN:
            chat = await self._bot.get_chat(int(topic.group.user_id))
            self._public_at = now, chat.username is not None
        return self._public_at[1]

    async def _done(self, topic: Topic, turn: tuple[int, int] | None = None, **values: Any) -> None:
        await self._database.write(question_topics.done, topic.id, turn, **values)

    @staticmethod
    def _outcome(step: Step, topic: Topic) -> dict[str, Any]:
        """What is true of a topic after a step that sends nothing."""
        match step:
            case Step.CLOSE:
                return {"closed": True}
            case Step.REOPEN:
                return {"closed": False}
            case Step.SHOW if topic.question is not None:
                return {"shown": shown_state(topic.question)}
            case _:
                return {}

    async def _take(self, step: Step, topic: Topic, now: datetime) -> None:
        chat, question = int(topic.group.user_id), topic.question
        view = self._make_view(now)
        if question is None:
            await self._remove(chat, topic, view)
            return
        thread = topic.thread or None
        match step:
            case Step.OPEN:
                made = await self._bot.create_forum_topic(chat, screens.topic_name(view, question))
                await self._done(topic, thread_id=made.message_thread_id)
            case Step.CARD:
                card = screens.group_card(view, question)
                sent = await self._bot.send_message(
                    chat, card.text, message_thread_id=thread, reply_markup=card.keyboard
                )
                await self._done(
                    topic, card_id=sent.message_id, shown=shown_state(question), messages=[sent.message_id]
                )
            case Step.TURN:
                await self._say_turn(chat, thread, topic, question, view)
            case Step.NOTE if topic.note is not None:
                note = view.text(NOTE_KEYS[topic.note])
                sent = await self._bot.send_message(chat, note, message_thread_id=thread)
                await self._done(topic, note=None, messages=[sent.message_id])
            case Step.SHOW:
                card = screens.group_card(view, question)
                await self._bot.edit_message_text(
                    card.text, chat_id=chat, message_id=topic.card, reply_markup=card.keyboard
                )
                await self._done(topic, shown=shown_state(question))
            case Step.CLOSE if thread is not None:
                await self._bot.close_forum_topic(chat, thread)
                await self._done(topic, closed=True)
            case Step.REOPEN if thread is not None:
                await self._bot.reopen_forum_topic(chat, thread)
                await self._done(topic, closed=False)

    async def _remove(self, chat: int, topic: Topic, view: View) -> None:
        """Nothing of a person who is gone stays: the topic goes, or where it may not, all that stands in it."""
        if topic.thread:
            try:
                await self._bot.delete_forum_topic(chat, topic.thread)
            except TelegramBadRequest as error:
                if not any(reason.lower() in error.message.lower() for reason in TOPIC_GONE):
                    # Its name is the asker's.
                    await self._bot.edit_forum_topic(
                        chat, topic.thread, name=view.label("questions-topic-gone")
                    )
                    await self._delete_messages(chat, topic)
        elif topic.thread is not None:
            await self._delete_messages(chat, topic)
        await self._database.write(question_topics.drop, topic.id)

    async def _delete_messages(self, chat: int, topic: Topic) -> None:
        messages = await self._database.read(question_topics.messages_of, topic.id)
        for start in range(0, len(messages), DELETED_AT_ONCE):
            await self._bot.delete_messages(chat, messages[start : start + DELETED_AT_ONCE])

    async def _say_turn(
        self, chat: int, thread: int | None, topic: Topic, question: Question, view: View
    ) -> None:
        turn = missing_turn(question)
        assert turn is not None  # noqa: S101 - the step says so
        text = screens.group_turn(view, question, turn)
        if turn.file is None:
            sent = await self._bot.send_message(chat, text, message_thread_id=thread)
        else:
            caption: str | None = text
            if len(turn.text) > LONGEST_CAPTION:
                before = await self._bot.send_message(chat, text, message_thread_id=thread)
                await self._done(topic, messages=[before.message_id])
                caption = None
            kind, file_id = turn.file
            if kind == "photo":
                sent = await self._bot.send_photo(chat, file_id, caption=caption, message_thread_id=thread)
            else:
                sent = await self._bot.send_document(chat, file_id, caption=caption, message_thread_id=thread)
        await self._done(topic, turn=(turn.id, sent.message_id), messages=[sent.message_id])

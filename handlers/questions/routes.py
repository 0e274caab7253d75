"""Asking, answering, and replies to what the bot sent by itself."""

from __future__ import annotations

import re
from dataclasses import replace

from aiogram import Bot, Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from db.engine import Database
from domain.delivery import DeliveryKind
from domain.question import LONGEST_TEXT, MOST_FILES, Importance, Reception, Said
from handlers import forms
from handlers.card.screens import clip
from handlers.ports import Wakeable
from handlers.questions import screens
from handlers.questions.callbacks import (
    AnswerAsSaved,
    AnswerQuestion,
    AskAs,
    AskOn,
    CloseQuestion,
    ForgetAnswer,
    HandOn,
    OpenAsking,
    OpenMyQuestion,
    OpenMyQuestions,
    OpenQuestion,
    OpenWaiting,
    RefuseQuestions,
    SaveAnswer,
    ShowFile,
    Solved,
    TakeQuestion,
)
from handlers.questions.states import QuestionForm
from handlers.screen import acknowledge, send, show
from handlers.view import View
from services import questions
from services.question_limits import FileBeforeConsent, QuestionsRefused, has_agreed
from services.questions import QuestionGone, TooManyQuestions

LONGEST_QUOTE = 100
"""Characters of a message that say which one somebody replied to."""
LONGEST_FILE_NAME = 60
PDF = "application/pdf"
TO_COORDINATORS = (DeliveryKind.QUESTION, DeliveryKind.LOST_ANSWER)
"""What is owed to coordinators about the question of somebody else."""


class Sayable(Filter):
    """Text that is no command, a photo or a document: what a question or an answer may be."""

    async def __call__(self, message: Message) -> bool:
        if message.text is not None:
            return not message.text.startswith("/")
        return message.photo is not None or message.document is not None


class ReplyToDelivery(Filter):
    """A reply to a message that the bot sent by itself: it is a question about that.

    Gives ``about``, ``replied_question``, the question that the message belonged to, and ``to_coordinator``: it was
    somebody else's question, told to a coordinator.
    """

    async def __call__(
        self, message: Message, view: View, db: Database
    ) -> bool | dict[str, str | int | None]:
        replied = message.reply_to_message
        if replied is None or (message.text or "").startswith("/"):
            return False
        found = await db.read(questions.replied_to, view.actor, replied.message_id)
        if found is None:
            return False
        about, question_id, kind = found
        # An announcement has no title: it is known by how it began, as this person read it.
        about = about or clip(" ".join((replied.text or replied.caption or "").split()), LONGEST_QUOTE)
        return {"about": about, "replied_question": question_id, "to_coordinator": kind in TO_COORDINATORS}


class RestOfAlbum(Filter):
    """One more photo of an album whose first one became a question. Gives ``album_question``."""

    async def __call__(self, message: Message, view: View, db: Database) -> bool | dict[str, int]:
        if message.media_group_id is None or not (message.photo or message.document):
            return False
        found = await db.read(questions.of_album, view.actor, message.media_group_id)
        return False if found is None else {"album_question": found}


def said(message: Message) -> Said:
    text, album = message.text or message.caption or "", message.media_group_id
    if message.photo:
        return Said(text, ("photo", message.photo[-1].file_id), album)
    if message.document:
        return Said(text, ("document", message.document.file_id), album)
    return Said(text)


def asked_with(message: Message, view: View) -> Said:
    """What somebody asks; a document says by name and size what it is before anybody opens it."""
    what, document = said(message), message.document
    if document is None:
        return what
    named = view.label(
        "questions-file-named",
        name=clip(document.file_name or "?", LONGEST_FILE_NAME),
        size=max(1, (document.file_size or 0) // 1024),
    )
    return replace(what, text=f"{what.text}\n{named}".strip())


def is_greeting(view: View, text: str) -> bool:
    """Whether there is nothing in it but a greeting."""
    words = re.findall(r"\w+", text.lower())
    return bool(words) and set(words) <= set(view.label("questions-greeting-words").split())


def _has_agreed(view: View) -> bool:
    return view.actor.person is not None and has_agreed(view.actor.person)


def replies_router() -> Router:
    """Replies to what the bot sent by itself. They come before all forms, and leave an open one as it is."""
    router = Router(name="replies")

    @router.message(ReplyToDelivery())
    async def reply(
        message: Message,
        view: View,
        db: Database,
        outbox: Wakeable,
        reception: Reception,
        about: str,
        replied_question: int | None,
        to_coordinator: bool,
    ) -> None:
        if not await Sayable()(message):
            await message.answer(view.text("questions-not-sayable"))
            return
        if to_coordinator:
            await _answer(message, view, db, outbox, replied_question)
            return
        if replied_question is not None:
            await _ask_on(message, view, db, outbox, reception, replied_question)
            return
        what = asked_with(message, view)
        if not await _cannot_be_asked(message, view, what):
            question, new = await db.write(
                questions.ask,
                view.actor,
                Importance.USUAL,
                what,
                view.now,
                view.zone,
                reception,
                about=about,
            )
            if new:
                await show(message, screens.asked(view, question))
            outbox.kick()

    return router


def router() -> Router:
    router = Router(name="questions")

    async def begin_before_consent(event: CallbackQuery | Message, state: FSMContext, view: View) -> None:
        await forms.ask(state, QuestionForm.asking, importance=Importance.USUAL.value)
        await show(event, screens.ask_before_consent(view))

    async def begin(event: CallbackQuery | Message, state: FSMContext, view: View, db: Database) -> None:
        if not _has_agreed(view):
            await begin_before_consent(event, state, view)
            return
        await state.clear()
        mine = await db.read(questions.my_questions, view.actor, 0, 1)
        await show(event, screens.ask_importance(view, has_some=bool(mine)))

    @router.message(Command("ask"))
    async def ask_command(message: Message, state: FSMContext, view: View, db: Database) -> None:
        await begin(message, state, view, db)

    @router.callback_query(OpenAsking.filter())
    async def open_asking(query: CallbackQuery, state: FSMContext, view: View, db: Database) -> None:
        await begin(query, state, view, db)

    @router.callback_query(AskAs.filter())
    async def ask_as(query: CallbackQuery, callback_data: AskAs, state: FSMContext, view: View) -> None:
        if not _has_agreed(view):
            await begin_before_consent(query, state, view)
            return
        await forms.ask(state, QuestionForm.asking, importance=callback_data.importance.value)
        await show(query, screens.ask_text(view, callback_data.importance))

    @router.message(StateFilter(QuestionForm.asking), Sayable())
    async def asked(
        message: Message,
        state: FSMContext,
        view: View,
        db: Database,
        outbox: Wakeable,
        reception: Reception,
    ) -> None:
        what = asked_with(message, view)
        if await _cannot_be_asked(message, view, what):
            return
        if what.file is None and is_greeting(view, what.text):
            # The question comes next, and it is not a search.
            await message.answer(view.text("questions-greeted"))
            return
        importance = Importance((await state.get_data()).get("importance", Importance.USUAL))
        try:
            question, new = await db.write(
                questions.ask, view.actor, importance, what, view.now, view.zone, reception
            )
        except TooManyQuestions:
            await show(message, screens.too_many(view))
            return
        await state.clear()
        if new:
            await show(message, screens.asked(view, question))
        outbox.kick()

    @router.callback_query(AskOn.filter())
    async def ask_on(
        query: CallbackQuery, callback_data: AskOn, state: FSMContext, view: View, db: Database
    ) -> None:
        await db.read(questions.my_question, view.actor, callback_data.question)
        await forms.ask(state, QuestionForm.asking_on, question=callback_data.question)
        await acknowledge(query)
        await send(query, screens.ask_on(view, callback_data.question))

    @router.message(StateFilter(QuestionForm.asking_on), Sayable())
    async def asked_on(
        message: Message,
        state: FSMContext,
        view: View,
        db: Database,
        outbox: Wakeable,
        reception: Reception,
    ) -> None:
        question_id = (await state.get_data())["question"]
        if await _ask_on(message, view, db, outbox, reception, question_id):
            await state.clear()

    @router.message(StateFilter(QuestionForm), ~Sayable())
    async def not_sayable(message: Message, view: View) -> None:
        await message.answer(view.text("questions-not-sayable"))

    @router.message(StateFilter(None), RestOfAlbum())
    async def rest_of_album(
        message: Message,
        view: View,
        db: Database,
        outbox: Wakeable,
        reception: Reception,
        album_question: int,
    ) -> None:
        await _ask_on(message, view, db, outbox, reception, album_question)

    @router.callback_query(OpenMyQuestions.filter())
    async def open_mine(
        query: CallbackQuery, callback_data: OpenMyQuestions, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        size = screens.QUESTIONS_ON_PAGE
        found = await db.read(questions.my_questions, view.actor, callback_data.page * size, size + 1)
        await show(
            query,
            screens.my_questions(view, found[:size], callback_data.page, has_more=len(found) > size),
        )

    @router.callback_query(OpenMyQuestion.filter())
    async def open_my_question(
        query: CallbackQuery, callback_data: OpenMyQuestion, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        question = await db.read(questions.my_question, view.actor, callback_data.question)
        await show(query, screens.my_question(view, question))

    @router.callback_query(Solved.filter())
    async def solved(query: CallbackQuery, callback_data: Solved, view: View, db: Database) -> None:
        question = await db.write(questions.close_own, view.actor, callback_data.question, view.now)
        await show(query, screens.my_question(view, question), toast=view.label("questions-toast-solved"))

    @router.callback_query(ShowFile.filter())
    async def show_file(
        query: CallbackQuery, callback_data: ShowFile, view: View, db: Database, bot: Bot
    ) -> None:
        try:
            question = await db.read(questions.my_question, view.actor, callback_data.question)
        except QuestionGone:
            question = await db.read(questions.open_question, view.actor, callback_data.question)
        files = [turn.file for turn in question.turns if turn.file][-MOST_FILES:]
        if not files:
            await acknowledge(query, view.label("questions-no-file"), alert=True)
            return
        await acknowledge(query)
        for kind, file_id in files:
            if kind == "photo":
                await bot.send_photo(query.from_user.id, file_id)
            else:
                await bot.send_document(query.from_user.id, file_id)

    @router.callback_query(OpenWaiting.filter())
    async def open_waiting(
        query: CallbackQuery, callback_data: OpenWaiting, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        found, page, total = await db.read(
            questions.waiting_questions, view.actor, callback_data.page, screens.QUESTIONS_ON_PAGE
        )
        await show(query, screens.waiting(view, found, page, total))

    @router.callback_query(OpenQuestion.filter())
    async def open_question(
        query: CallbackQuery, callback_data: OpenQuestion, state: FSMContext, view: View, db: Database
    ) -> None:
        await state.clear()
        question = await db.read(questions.open_question, view.actor, callback_data.question)
        await show(query, screens.question(view, question))

    @router.callback_query(TakeQuestion.filter())
    async def take(query: CallbackQuery, callback_data: TakeQuestion, view: View, db: Database) -> None:
        question, mine = await db.write(questions.take, view.actor, callback_data.question, view.now)
        note = None if mine else view.label("questions-taken-already")
        await show(query, screens.question(view, question, note=note))

    @router.callback_query(AnswerQuestion.filter())
    async def answer(
        query: CallbackQuery, callback_data: AnswerQuestion, state: FSMContext, view: View, db: Database
    ) -> None:
        question, mine = await db.write(questions.take, view.actor, callback_data.question, view.now)
        if not mine and question.status.waits_for_coordinator:
            await show(query, screens.question(view, question, note=view.label("questions-taken-already")))
            return
        saved = await db.read(questions.saved_answers, view.actor)
        await forms.ask(state, QuestionForm.answering, question=question.id)
        await show(query, screens.ask_answer(view, question, saved))

    @router.message(StateFilter(QuestionForm.answering), Sayable())
    async def answered(
        message: Message, state: FSMContext, view: View, db: Database, outbox: Wakeable
    ) -> None:
        if await _answer(message, view, db, outbox, (await state.get_data())["question"]):
            await state.clear()

    @router.callback_query(AnswerAsSaved.filter())
    async def answer_as_saved(
        query: CallbackQuery,
        callback_data: AnswerAsSaved,
        state: FSMContext,
        view: View,
        db: Database,
        outbox: Wakeable,
    ) -> None:
        await state.clear()
        question = await db.write(
            questions.answer_as_saved,
            view.actor,
            callback_data.question,
            callback_data.saved,
            view.now,
            view.zone,
        )
        await show(query, screens.question(view, question, note=view.label("questions-answer-sent")))
        outbox.kick()

    @router.callback_query(ForgetAnswer.filter())
    async def forget_answer(
        query: CallbackQuery, callback_data: ForgetAnswer, view: View, db: Database
    ) -> None:
        await db.write(questions.forget_saved_answer, view.actor, callback_data.saved)
        question = await db.read(questions.open_question, view.actor, callback_data.question)
        saved = await db.read(questions.saved_answers, view.actor)
        await show(
            query, screens.ask_answer(view, question, saved), toast=view.label("questions-toast-forgotten")
        )

    @router.callback_query(SaveAnswer.filter())
    async def save_answer(
        query: CallbackQuery, callback_data: SaveAnswer, state: FSMContext, view: View, db: Database
    ) -> None:
        question = await db.read(questions.to_be_saved, view.actor, callback_data.question)
        await forms.ask(state, QuestionForm.saving, question=question.id)
        await show(query, screens.ask_saved(view, question))

    @router.message(StateFilter(QuestionForm.saving), Sayable())
    async def saved(message: Message, state: FSMContext, view: View, db: Database) -> None:
        question_id, text = (await state.get_data())["question"], (message.text or "").strip()
        if await _is_too_long(message, view, Said(text)):
            return
        if not text or not await db.write(questions.save_answer, view.actor, question_id, text, view.now):
            await message.answer(view.text("questions-saved-names-somebody" if text else "questions-no-text"))
            return
        await state.clear()
        question = await db.read(questions.open_question, view.actor, question_id)
        await show(message, screens.question(view, question, note=view.label("questions-saved")))

    @router.callback_query(RefuseQuestions.filter())
    async def refuse_questions(
        query: CallbackQuery, callback_data: RefuseQuestions, view: View, db: Database
    ) -> None:
        refused = callback_data.refused
        question = await db.write(
            questions.refuse_questions, view.actor, callback_data.question, view.now, refused=refused
        )
        toast = view.label("questions-toast-refused" if refused else "questions-toast-accepted")
        await show(query, screens.question(view, question), toast=toast)

    @router.callback_query(HandOn.filter())
    async def hand_on(
        query: CallbackQuery,
        callback_data: HandOn,
        view: View,
        db: Database,
        outbox: Wakeable,
        reception: Reception,
    ) -> None:
        question, done = await db.write(
            questions.hand_on, view.actor, callback_data.question, view.now, view.zone, reception
        )
        note = view.label("questions-handed-on" if done else "questions-not-yours")
        await show(query, screens.question(view, question, note=note))
        outbox.kick()

    @router.callback_query(CloseQuestion.filter())
    async def close(
        query: CallbackQuery, callback_data: CloseQuestion, view: View, db: Database, outbox: Wakeable
    ) -> None:
        question = await db.write(questions.close, view.actor, callback_data.question, view.now, view.zone)
        await show(query, screens.question(view, question, note=view.label("questions-closed")))
        outbox.kick()

    return router


async def _ask_on(
    message: Message, view: View, db: Database, outbox: Wakeable, reception: Reception, question_id: int
) -> bool:
    """Add to a question. False when that was refused for now, and may be written anew."""
    what = asked_with(message, view)
    if await _cannot_be_asked(message, view, what):
        return False
    try:
        question, new = await db.write(
            questions.ask_on, view.actor, question_id, what, view.now, view.zone, reception
        )
    except QuestionGone:
        await show(message, screens.gone(view))
        return True
    if new:
        await show(message, screens.asked(view, question))
    outbox.kick()
    return True


async def _answer(
    message: Message, view: View, db: Database, outbox: Wakeable, question_id: int | None
) -> bool:
    """Pass an answer on. False when that was refused for now, and may be written anew.

    ``question_id`` None: of a question that went with its person.
    """
    what = said(message)
    if await _is_too_long(message, view, what):
        return False
    try:
        if question_id is None:
            raise QuestionGone
        question = await db.write(questions.answer, view.actor, question_id, what, view.now, view.zone)
    except QuestionGone:
        await show(message, screens.nobody_to_answer(view))
        return True
    await show(message, screens.question(view, question, note=view.label("questions-answer-sent")))
    outbox.kick()
    return True


async def _cannot_be_asked(message: Message, view: View, what: Said) -> bool:
    """Whether it was answered that this cannot be passed on: a file of a kind that may do harm, or too long a text."""
    document = message.document
    if document is not None and document.mime_type != PDF:
        await message.answer(view.text("questions-only-pdf"))
        return True
    return await _is_too_long(message, view, what)


async def _is_too_long(message: Message, view: View, what: Said) -> bool:
    """Whether it was answered that the text is too long; what was typed stays in the chat to be shortened."""
    if len(what.text) <= LONGEST_TEXT:
        return False
    await message.answer(view.text("questions-too-long", longest=LONGEST_TEXT))
    return True


async def explain(event: CallbackQuery | Message, view: View, error: Exception) -> bool:
    """The sentence for an error of this feature. False when it is none of ours."""
    match error:
        case QuestionGone():
            await show(event, screens.gone(view))
        case TooManyQuestions():
            await show(event, screens.too_many(view))
        case QuestionsRefused():
            await show(event, screens.refused(view))
        case FileBeforeConsent():
            await show(event, screens.file_before_consent(view))
        case _:
            return False
    return True

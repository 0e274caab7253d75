"""«Профиль», «Мои данные», «Отозвать согласие», «Удалить меня»."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from db.engine import Database
from domain.registration import Question
from handlers.ports import People, Wakeable
from handlers.profile import dossier, screens
from handlers.profile.callbacks import (
    AskToDelete,
    AskToWithdraw,
    DeleteMe,
    EditAnswer,
    OpenProfile,
    SendMyData,
    Withdraw,
)
from handlers.registration.routes import begin_edit
from handlers.screen import acknowledge, show
from handlers.view import View
from services.registration import delete_me, everything_about_me, withdraw_consent


def router() -> Router:
    router = Router(name="profile")

    @router.message(Command("profile"))
    async def profile_command(message: Message, state: FSMContext, view: View) -> None:
        await state.clear()
        await show(message, screens.profile(view))

    @router.callback_query(OpenProfile.filter())
    async def open_profile(query: CallbackQuery, state: FSMContext, view: View) -> None:
        await state.clear()
        await show(query, screens.profile(view))

    @router.callback_query(EditAnswer.filter())
    async def edit_answer(
        query: CallbackQuery, callback_data: EditAnswer, state: FSMContext, view: View
    ) -> None:
        known = view.actor.is_registered
        try:
            question = Question(callback_data.question) if known else Question.CONSENT
        except ValueError:
            question = Question.CONSENT
        await begin_edit(query, state, view, question)

    @router.callback_query(SendMyData.filter())
    async def send_my_data(query: CallbackQuery, view: View, db: Database, bot: Bot) -> None:
        stored = await db.read(everything_about_me, view.actor)
        await acknowledge(query)
        await bot.send_document(
            query.from_user.id,
            BufferedInputFile(
                dossier.in_words(view, stored).encode("utf-8-sig"), filename=view.label("data-file-name")
            ),
            caption=view.text("data-caption"),
        )

    @router.callback_query(AskToWithdraw.filter())
    async def ask_to_withdraw(query: CallbackQuery, view: View) -> None:
        await show(query, screens.ask_to_withdraw(view))

    @router.callback_query(Withdraw.filter())
    async def withdraw(
        query: CallbackQuery, state: FSMContext, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        await db.write(withdraw_consent, view.actor, view.now, view.zone)
        await _leave(state, view, people, outbox)
        await show(query, screens.withdrawn(view))

    @router.callback_query(AskToDelete.filter())
    async def ask_to_delete(query: CallbackQuery, view: View) -> None:
        await show(query, screens.ask_to_delete(view))

    @router.callback_query(DeleteMe.filter())
    async def delete(
        query: CallbackQuery, state: FSMContext, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        record_stays = await db.write(delete_me, view.actor, view.now, view.zone)
        await _leave(state, view, people, outbox)
        await show(query, screens.deleted(view, record_stays=record_stays))

    return router


async def _leave(state: FSMContext, view: View, people: People, outbox: Wakeable) -> None:
    """Forget the open form and the cached person; freed places may be owed to others at once."""
    await state.clear()
    if view.actor.person is not None:
        people.forget(view.actor.person.address)
    outbox.kick()

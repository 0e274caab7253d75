"""The registration: opened by a sign-up or by a change in the profile, and closed by going on with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import (
    CallbackQuery,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.texts import Html, html_join
from db.engine import Database
from domain.finding import Point
from domain.names import UnfitName, clean_name
from domain.people import CHOSEN_ROLES, GRADES, Right, Role, actor_for
from domain.registration import (
    LONGEST_ORGANISATION,
    Draft,
    Question,
    Unfit,
    clean_line,
    guess_municipality,
    nearest_municipality,
    next_question,
    previous_question,
)
from handlers import forms
from handlers.booking import screens as booking_screens
from handlers.card.routes import card_by_id
from handlers.filters import Located, PlainText
from handlers.ports import People, Wakeable
from handlers.profile import screens as profile_screens
from handlers.registration import screens
from handlers.registration.callbacks import (
    Agree,
    BrowseMunicipalities,
    ChooseGrade,
    ChooseMunicipality,
    ChooseRole,
    ConfirmAge,
    ConfirmGrade,
    ReadConsent,
    ShareLocation,
    StepBack,
)
from handlers.registration.states import RegistrationForm
from handlers.screen import acknowledge, send, show
from handlers.view import View
from services.cards import open_slot
from services.registration import TooYoung, is_too_young, register

_STATES: dict[Question, State] = {
    Question.NAME: RegistrationForm.name,
    Question.MUNICIPALITY: RegistrationForm.municipality,
    Question.ORGANISATION: RegistrationForm.organisation,
}
"""Questions that are answered by typing; all others by buttons."""
_TYPED = {state.state: question for question, state in _STATES.items()}


class Resume(Protocol):
    """Goes on with the sign-up that asked for a registration."""

    async def __call__(
        self,
        event: CallbackQuery | Message,
        state: FSMContext,
        view: View,
        db: Database,
        slot_id: int,
        places: int,
        origin: str = "",
        seen: int | None = None,
    ) -> None: ...


async def begin_registration(
    event: CallbackQuery | Message,
    state: FSMContext,
    view: View,
    *,
    slot_id: int,
    places: int,
    origin: str = "",
    seen: int | None = None,
) -> None:
    """Ask for what a first sign-up needs; the sign-up goes on by itself afterwards."""
    resume = {"slot": slot_id, "places": places, "origin": origin, "seen": seen}
    await _ask(event, state, view, _profile(view), resume)


async def begin_edit(
    event: CallbackQuery | Message, state: FSMContext, view: View, question: Question
) -> None:
    """Ask one question of the profile again."""
    await _ask(event, state, view, _profile(view).without(question), {})


async def _ask(
    event: CallbackQuery | Message,
    state: FSMContext,
    view: View,
    draft: Draft,
    resume: dict[str, Any],
    *,
    note: Html | None = None,
) -> None:
    """Show the next open question, below a ``note``, and remember where the form stands. The draft must have one."""
    question = next_question(draft) or Question.ROLE
    form = _STATES.get(question, RegistrationForm.choosing)
    await forms.ask(state, form, draft=draft.to_json(), resume=resume)
    screen = screens.question(view, question, draft)
    if note is not None:
        screen = replace(screen, text=html_join([note, screen.text], "\n\n"))
    await show(event, screen)


async def _draft(state: FSMContext, view: View) -> tuple[Draft, dict[str, Any]]:
    """The open draft; a button from a form that was closed starts from what the profile says."""
    data = await state.get_data()
    if "draft" in data:
        return Draft.from_json(data["draft"]), data["resume"]
    return _profile(view), {}


def _profile(view: View) -> Draft:
    """What the profile says already."""
    person = view.actor.person
    return Draft.of(person, agreed=view.actor.may(Right.AGREED)) if person else Draft()


async def _said_already(state: FSMContext, view: View, draft: Draft) -> bool:
    """A second tap on the last answer: the form is closed, and the profile says the same."""
    if not view.actor.is_registered or draft != _profile(view):
        return False
    return "draft" not in await state.get_data()


def router(*, resume: Resume) -> Router:
    router = Router(name="registration")

    async def advance(
        event: CallbackQuery | Message,
        state: FSMContext,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
        draft: Draft,
        pending: dict[str, Any],
    ) -> None:
        if draft.is_too_young:
            await turn_to_an_adult(event, state, view, db, people, outbox, pending)
            return
        if next_question(draft) is not None:
            await _ask(event, state, view, draft, pending)
            return
        if isinstance(event, CallbackQuery) and await _said_already(state, view, draft):
            # What the first tap led to stays on the screen.
            await acknowledge(event, view.label("registration-toast-saved"))
            return
        try:
            person = await db.write(register, view.actor, draft, view.consent, view.now)
        except TooYoung:
            await state.clear()
            await show(event, screens.said_too_young(view))
            return
        people.forget(person.address)
        await state.clear()
        actor = actor_for(replace(person, grants=view.actor.person.grants), view.consent)  # type: ignore[union-attr]
        known = replace(view, actor=actor)
        if pending:
            slot, places, seen = pending["slot"], pending["places"], pending.get("seen")
            await resume(event, state, known, db, slot, places, pending["origin"], seen)
        else:
            await show(event, screens.done(known), **_toast(event, known))

    async def turn_to_an_adult(
        event: CallbackQuery | Message,
        state: FSMContext,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
        pending: dict[str, Any],
    ) -> None:
        """Nothing of a child is kept; what an adult needs to sign them up is shown."""
        found = await db.read(open_slot, view.actor, pending["slot"]) if pending else None
        await db.write(is_too_young, view.actor, view.now, view.zone)
        if view.actor.person is not None:
            people.forget(view.actor.person.address)
        await state.clear()
        outbox.kick()
        if found is None:
            await show(event, screens.too_young(view))
            return
        await show(event, booking_screens.child_needs_adult(view, *found))
        forward = booking_screens.child_forward(view, *found)
        await (send(event, forward) if isinstance(event, CallbackQuery) else show(event, forward))

    @router.callback_query(Agree.filter())
    async def agree(
        query: CallbackQuery, state: FSMContext, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        draft, pending = await _draft(state, view)
        await advance(query, state, view, db, people, outbox, replace(draft, consent=True), pending)

    @router.callback_query(ReadConsent.filter())
    async def read_consent(query: CallbackQuery, callback_data: ReadConsent, view: View) -> None:
        await show(query, screens.consent(view, full=bool(callback_data.full)))

    @router.callback_query(ChooseRole.filter())
    async def choose_role(
        query: CallbackQuery,
        callback_data: ChooseRole,
        state: FSMContext,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
    ) -> None:
        draft, pending = await _draft(state, view)
        if callback_data.role in CHOSEN_ROLES:
            draft = draft.with_role(callback_data.role)
        await advance(query, state, view, db, people, outbox, draft, pending)

    @router.callback_query(ConfirmAge.filter())
    async def confirm_age(
        query: CallbackQuery,
        callback_data: ConfirmAge,
        state: FSMContext,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
    ) -> None:
        draft, pending = await _draft(state, view)
        if not callback_data.old_enough:
            await turn_to_an_adult(query, state, view, db, people, outbox, pending)
            return
        if view.actor.person is not None and view.actor.person.is_young(view.now):
            await show(query, screens.said_too_young(view))
            return
        draft = replace(draft.with_role(Role.STUDENT), old_enough=True)
        await advance(query, state, view, db, people, outbox, draft, pending)

    @router.callback_query(ConfirmGrade.filter())
    async def confirm_grade(
        query: CallbackQuery,
        callback_data: ConfirmGrade,
        state: FSMContext,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
    ) -> None:
        draft, pending = await _draft(state, view)
        if draft.grade == callback_data.grade:
            draft = replace(draft, sure=True)
        await advance(query, state, view, db, people, outbox, draft, pending)

    @router.callback_query(BrowseMunicipalities.filter())
    async def browse(query: CallbackQuery, callback_data: BrowseMunicipalities, view: View) -> None:
        await show(query, screens.municipality(view, callback_data.page))

    @router.callback_query(ChooseMunicipality.filter())
    async def choose_municipality(
        query: CallbackQuery,
        callback_data: ChooseMunicipality,
        state: FSMContext,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
    ) -> None:
        draft, pending = await _draft(state, view)
        if any(found.code == callback_data.code for found in view.municipalities):
            draft = replace(draft, municipality=callback_data.code)
        await advance(query, state, view, db, people, outbox, draft, pending)

    @router.callback_query(ShareLocation.filter())
    async def share_location(query: CallbackQuery, view: View, bot: Bot) -> None:
        await acknowledge(query)
        await bot.send_message(
            query.from_user.id,
            view.text("registration-send-location"),
            reply_markup=ReplyKeyboardMarkup(
                keyboard=[
                    [
                        KeyboardButton(
                            text=view.label("registration-button-send-location"), request_location=True
                        )
                    ]
                ],
                resize_keyboard=True,
                one_time_keyboard=True,
            ),
        )

    @router.message(StateFilter(RegistrationForm.municipality), Located())
    async def located(
        message: Message, state: FSMContext, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        assert message.location is not None  # noqa: S101 - the filter saw it
        point = Point(message.location.latitude, message.location.longitude)
        found = nearest_municipality(point, view.municipalities)
        await message.answer(
            view.text("registration-located", name=found.name), reply_markup=ReplyKeyboardRemove()
        )
        draft, pending = await _draft(state, view)
        draft = replace(draft, municipality=found.code)
        await advance(message, state, view, db, people, outbox, draft, pending)

    @router.message(StateFilter(RegistrationForm.municipality), PlainText())
    async def typed_municipality(
        message: Message, state: FSMContext, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        typed = message.text or ""
        found = guess_municipality(typed[:LONGEST_ORGANISATION], view.municipalities)
        if len(found) != 1:
            await show(message, screens.municipality_guesses(view, found, typed))
            return
        draft, pending = await _draft(state, view)
        draft = replace(draft, municipality=found[0].code)
        await advance(message, state, view, db, people, outbox, draft, pending)

    @router.message(StateFilter(RegistrationForm.name), PlainText())
    async def typed_name(
        message: Message, state: FSMContext, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        answer = clean_name(message.text or "")
        if isinstance(answer, UnfitName):
            await show(message, screens.unfit_name(view, answer))
            return
        draft, pending = await _draft(state, view)
        await advance(message, state, view, db, people, outbox, replace(draft, name=answer), pending)

    @router.message(StateFilter(RegistrationForm.organisation), PlainText())
    async def typed_organisation(
        message: Message, state: FSMContext, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        answer = clean_line(message.text or "", LONGEST_ORGANISATION)
        if isinstance(answer, Unfit):
            await show(message, screens.unfit(view, Question.ORGANISATION, answer))
            return
        draft, pending = await _draft(state, view)
        await advance(message, state, view, db, people, outbox, replace(draft, organisation=answer), pending)

    @router.callback_query(ChooseGrade.filter())
    async def choose_grade(
        query: CallbackQuery,
        callback_data: ChooseGrade,
        state: FSMContext,
        view: View,
        db: Database,
        people: People,
        outbox: Wakeable,
    ) -> None:
        draft, pending = await _draft(state, view)
        if callback_data.grade in GRADES:
            draft = replace(draft.without(Question.GRADE), grade=callback_data.grade)
        await advance(query, state, view, db, people, outbox, draft, pending)

    @router.callback_query(StepBack.filter())
    async def step_back(
        query: CallbackQuery, callback_data: StepBack, state: FSMContext, view: View, db: Database
    ) -> None:
        draft, pending = await _draft(state, view)
        try:
            asked = Question(callback_data.question)
        except ValueError:
            asked = Question.ROLE
        if view.actor.is_registered and not pending:
            await state.clear()
            await show(query, screens.done_editing(view))
            return
        earlier = previous_question(draft, asked)
        if earlier is None:
            await state.clear()
            found = await db.read(open_slot, view.actor, pending["slot"]) if pending else None
            if found is None:
                await show(query, profile_screens.profile(view))
                return
            await show(query, await card_by_id(view, db, found[1].id, pending["origin"]))
            return
        await _ask(query, state, view, draft.without(earlier), pending)

    @router.message(StateFilter(*_STATES.values()), ~PlainText())
    async def not_words(message: Message, state: FSMContext, view: View) -> None:
        asked = _TYPED.get(await state.get_state(), Question.NAME)
        await show(message, screens.words_please(view, asked))

    @router.message(StateFilter(RegistrationForm.choosing))
    async def not_a_button(message: Message, state: FSMContext, view: View) -> None:
        draft, pending = await _draft(state, view)
        await _ask(message, state, view, draft, pending, note=screens.buttons_please(view))

    return router


def _toast(event: CallbackQuery | Message, view: View) -> dict[str, str]:
    return {"toast": view.label("registration-toast-saved")} if isinstance(event, CallbackQuery) else {}

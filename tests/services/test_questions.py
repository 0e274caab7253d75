"""Questions as use cases: who hears of what and when, who may do what, and that twice is once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select, update

from db.engine import Session
from db.models import (
    DeliveryRow,
    LogRow,
    PersonRow,
    QuestionMessageRow,
    QuestionRow,
    QuestionTopicRow,
    RoleGrantRow,
)
from db.queries import question_topics as topic_queries
from db.queries import questions as queries
from domain.limits import LIMITS, Kept, LimitReached
from domain.people import Address, Forbidden, Role
from domain.question import MOST_TURNS, Importance, Question, Reception, Said, Status
from domain.quiet import is_night
from services import question_topics, questions, registration
from services.question_limits import QuestionsRefused
from services.questions import QuestionGone, TooManyQuestions
from tests.services.desk import Desk
from tests.town import LONG_AGO, MOSCOW, HandClock, moscow

NO_GROUP = Reception()
GROUP = Reception((), Address("telegram", "-1001"))


@dataclass
class Office:
    """Those who ask and those who answer, each use case as one call."""

    desk: Desk
    reception: Reception = NO_GROUP

    @property
    def clock(self) -> HandClock:
        return self.desk.clock

    async def coordinator(self, municipality: str | None = "sochi") -> int:
        person = await self.desk.parent(name="Елена")

        def grant(session: Session) -> None:
            session.add(
                RoleGrantRow(
                    person_id=person,
                    role=Role.COORDINATOR,
                    municipality_code=municipality,
                    granted_at=LONG_AGO,
                )
            )

        await self.desk.database.write(grant)
        return person

    async def _do(self, use_case: Any, person: int, *args: Any, **kwargs: Any) -> Any:
        return await self.desk.database.write(use_case, await self.desk.actor(person), *args, **kwargs)

    async def ask(
        self, person: int, text: str = "Где?", importance: Importance = Importance.USUAL
    ) -> Question:
        question, _ = await self._do(
            questions.ask, person, importance, Said(text), self.desk.now, MOSCOW, self.reception
        )
        assert isinstance(question, Question)
        return question

    async def ask_on(self, person: int, question: Question, text: str = "И ещё") -> None:
        await self._do(
            questions.ask_on, person, question.id, Said(text), self.desk.now, MOSCOW, self.reception
        )

    async def take(self, person: int, question: Question) -> bool:
        _, mine = await self._do(questions.take, person, question.id, self.desk.now)
        return bool(mine)

    async def hand_on(self, person: int, question: Question) -> bool:
        _, done = await self._do(
            questions.hand_on, person, question.id, self.desk.now, MOSCOW, self.reception
        )
        return bool(done)

    async def answer(self, person: int, question: Question, text: str = "Там", **more: Any) -> None:
        await self._do(questions.answer, person, question.id, Said(text), self.desk.now, MOSCOW, **more)

    async def close(self, person: int, question: Question) -> None:
        await self._do(questions.close, person, question.id, self.desk.now, MOSCOW)

    async def saved(self, person: int, question: Question) -> int:
        """Keep the answer of a question; its id."""
        await self._do(questions.save_answer, person, question.id, "Раздевалка", self.desk.now)
        [(saved_id, _, _)] = await self._do(questions.saved_answers, person)
        return int(saved_id)

    async def remind(self) -> int:
        return await self.desk.database.write(
            questions.remind_of_urgent, self.desk.now, self.reception, MOSCOW
        )

    async def status(self, question: Question) -> tuple[Status, int | None]:
        found = await self.desk.database.read(lambda session: queries.question(session, question.id))
        assert found is not None
        return found.status, found.taken_by

    async def told(self, kind: str = "question") -> list[int]:
        """Who is owed messages of a kind, in order of writing."""

        def read(session: Session) -> list[int]:
            rows = select(DeliveryRow.person_id).where(DeliveryRow.kind == kind).order_by(DeliveryRow.id)
            return list(session.scalars(rows))

        return await self.desk.database.read(read)

    async def latest(self, kind: str) -> DeliveryRow:
        def read(session: Session) -> DeliveryRow:
            rows = select(DeliveryRow).where(DeliveryRow.kind == kind).order_by(DeliveryRow.id.desc())
            return session.scalars(rows).first() or pytest.fail(f"no {kind}")

        return await self.desk.database.read(read)

    async def topic(self) -> QuestionTopicRow:
        return await self.desk.database.read(lambda session: session.scalars(select(QuestionTopicRow)).one())


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk)


@pytest.fixture
def group_office(desk: Desk) -> Office:
    return Office(desk, GROUP)


async def test_coordinators_of_the_place_and_of_all_hear_of_it_and_nobody_else(office: Office) -> None:
    here, everywhere = await office.coordinator("sochi"), await office.coordinator(None)
    await office.coordinator("labinskiy")
    await office.ask(await office.desk.pupil())
    assert await office.told() == [here, everywhere]


async def test_who_has_not_said_where_they_live_is_heard_by_those_of_all(office: Office) -> None:
    await office.coordinator("sochi")
    everywhere = await office.coordinator(None)
    await office.ask(await office.desk.pupil(municipality_code=None))
    assert await office.told() == [everywhere]


async def test_coordinators_of_the_settings_hear_of_everything(office: Office) -> None:
    boss = await office.desk.parent(messenger_user_id="77")
    office.reception = Reception((Address("telegram", "77"), Address("telegram", "never seen")))
    await office.ask(await office.desk.pupil())
    assert await office.told() == [boss]


@pytest.mark.parametrize(
    ("importance", "due_at"),
    [(Importance.USUAL, "13 08:00"), (Importance.IMPORTANT, "13 08:00"), (Importance.URGENT, "12 22:00")],
)
async def test_at_night_only_what_is_urgent(office: Office, importance: Importance, due_at: str) -> None:
    elena = await office.coordinator()
    anya = await office.desk.pupil()
    office.clock.moment = moscow("12 22:00")
    question = await office.ask(anya, importance=importance)
    assert (await office.latest("question")).due_at == moscow(due_at)
    await office.answer(elena, question)
    assert (await office.latest("answer")).due_at == moscow(due_at)


async def test_one_of_two_takes_it_and_again_is_fine(office: Office) -> None:
    elena, vera = await office.coordinator(), await office.coordinator()
    question = await office.ask(await office.desk.pupil())
    assert await office.take(elena, question)
    assert await office.take(elena, question)
    assert not await office.take(vera, question)
    assert await office.status(question) == (Status.TAKEN, elena)


async def test_who_has_it_goes_on_with_it_and_gives_it_back_once(office: Office) -> None:
    elena, vera = await office.coordinator(), await office.coordinator()
    anya = await office.desk.pupil()
    question = await office.ask(anya)
    await office.take(elena, question)
    await office.ask_on(anya, question)
    assert await office.told() == [elena, vera, elena]
    assert await office.hand_on(elena, question)
    office.clock.advance(minutes=1)
    assert not await office.hand_on(elena, question)
    assert await office.told() == [elena, vera, elena, vera]
    assert await office.status(question) == (Status.OPEN, None)


@pytest.mark.parametrize("state", ["taken by a colleague", "answered", "closed"])
async def test_an_old_button_hands_nothing_on(office: Office, state: str) -> None:
    elena, vera = await office.coordinator(), await office.coordinator()
    question = await office.ask(await office.desk.pupil())
    await office.take(elena, question)
    if state == "taken by a colleague":
        await office.hand_on(elena, question)
        await office.take(vera, question)
    else:
        await office.answer(elena, question)
    if state == "closed":
        await office.close(elena, question)
    before = await office.status(question), len(await office.told())
    assert not await office.hand_on(elena, question)
    assert (await office.status(question), len(await office.told())) == before


async def test_a_coordinator_who_is_none_any_more_holds_nothing_up(office: Office) -> None:
    elena, vera = await office.coordinator(), await office.coordinator()
    anya = await office.desk.pupil()
    question = await office.ask(anya)
    await office.take(elena, question)

    def dismiss(session: Session) -> None:
        session.execute(
            update(RoleGrantRow).where(RoleGrantRow.person_id == elena).values(revoked_at=office.desk.now)
        )

    await office.desk.database.write(dismiss)
    await office.ask_on(anya, question)
    assert await office.told() == [elena, vera, vera]
    assert await office.take(vera, question), "nobody is on it any more"


async def test_another_municipality_has_no_such_question(office: Office) -> None:
    far = await office.coordinator("labinskiy")
    question = await office.ask(await office.desk.pupil())
    for act in (office.take, office.hand_on, office.answer, office.close):
        with pytest.raises(QuestionGone):
            await act(far, question)


async def test_somebody_elses_question_cannot_be_written_on(office: Office) -> None:
    question = await office.ask(await office.desk.pupil())
    with pytest.raises(QuestionGone):
        await office.ask_on(await office.desk.pupil(), question)


async def test_an_urgent_one_is_told_again_once_for_each_wait(office: Office) -> None:
    elena, anya = await office.coordinator(), await office.desk.pupil()
    question = await office.ask(anya, importance=Importance.URGENT)
    office.clock.advance(minutes=29)
    assert await office.remind() == 0
    office.clock.advance(minutes=1)
    assert await office.remind() == 1
    await office.ask_on(anya, question, "Ау")
    assert await office.remind() == 0, "it is the same wait"
    await office.answer(elena, question)
    office.clock.advance(minutes=20)
    await office.ask_on(anya, question, "Всё равно закрыто")
    office.clock.advance(minutes=20)
    assert await office.remind() == 0
    office.clock.advance(minutes=10)
    assert await office.remind() == 1, "it waits anew"


async def test_what_is_not_urgent_is_not_told_again(office: Office) -> None:
    await office.coordinator()
    await office.ask(await office.desk.pupil(), importance=Importance.IMPORTANT)
    office.clock.advance(hours=5)
    assert await office.remind() == 0


async def test_every_morning_each_reads_how_many_wait_for_them(office: Office) -> None:
    here, there, idle = [await office.coordinator(code) for code in ("sochi", None, "anapa")]
    await office.ask(await office.desk.pupil())
    await office.ask(await office.desk.pupil(municipality_code="labinskiy"))
    for _ in range(2):
        await office.desk.database.write(questions.remind_daily, office.desk.now, MOSCOW, NO_GROUP)
    assert await office.told("open_questions") == [here, there]
    assert (await office.latest("open_questions")).payload == {}, "the number is counted when it is read"
    assert idle not in await office.told("open_questions")


async def test_a_flood_is_refused_until_it_is_calm(office: Office) -> None:
    anya = await office.desk.pupil()
    await office.ask(anya)
    await office.ask(anya)
    question = await office.ask(anya)
    with pytest.raises(LimitReached):
        await office.ask(anya)
    for _ in range(MOST_TURNS - 3):
        await office.ask_on(anya, question)
    with pytest.raises(TooManyQuestions):
        await office.ask_on(anya, question)
    await office.ask(await office.desk.pupil())
    office.clock.advance(minutes=11)
    await office.ask_on(anya, question)


async def test_ten_photos_of_an_album_are_no_flood(office: Office) -> None:
    elena, anya = await office.coordinator(), await office.desk.pupil()
    for _ in range(2):
        question = await office.ask(anya)
        await office.ask_on(anya, question)
        await office.ask_on(anya, question)
    actor = await office.desk.actor(anya)
    office.clock.advance(minutes=11)
    new = []
    for number in range(10):
        photo = Said("", ("photo", f"file {number}"), "album")
        _, first = await office.desk.database.write(
            questions.ask, actor, Importance.USUAL, photo, office.desk.now, MOSCOW, NO_GROUP
        )
        new.append(first)
    assert new == [True] + [False] * 9
    assert (await office.told())[6:] == [elena], "one word of all of them"


async def test_an_answer_written_in_the_group_is_one_however_often_it_comes(group_office: Office) -> None:
    elena, anya = await group_office.coordinator(), await group_office.desk.pupil()
    question = await group_office.ask(anya)
    for _ in range(2):
        await group_office.answer(elena, question, group_message_id=99)
    assert await group_office.told("answer") == [anya]


async def test_a_saved_answer_is_given_once_by_a_double_tap(office: Office) -> None:
    elena, anya = await office.coordinator(None), await office.desk.pupil()
    first, second = await office.ask(anya), await office.ask(anya)
    await office.answer(elena, first, "На первом этаже")
    saved_id = await office.saved(elena, first)
    for _ in range(2):
        await office._do(questions.answer_as_saved, elena, second.id, saved_id, office.desk.now, MOSCOW)
    assert await office.told("answer") == [anya, anya]
    await office._do(questions.forget_saved_answer, elena, saved_id)
    await office._do(questions.forget_saved_answer, elena, saved_id)
    with pytest.raises(QuestionGone):
        await office._do(questions.answer_as_saved, elena, second.id, saved_id, office.desk.now, MOSCOW)


async def test_who_still_waits_hears_that_it_was_closed(office: Office) -> None:
    elena, anya = await office.coordinator(), await office.desk.pupil()
    waiting, answered = await office.ask(anya), await office.ask(anya)
    await office.answer(elena, answered)
    await office.close(elena, answered)
    assert await office.told("answer") == [anya]
    for _ in range(2):
        await office.close(elena, waiting)
    assert await office.told("answer") == [anya, anya]
    assert (await office.latest("answer")).payload["closed"] is True


async def test_whoever_is_on_it_hears_that_the_person_is_gone(office: Office) -> None:
    elena = await office.coordinator()
    await office.coordinator()
    anya = await office.desk.pupil()
    question = await office.ask(anya)
    await office.take(elena, question)
    await office._do(registration.delete_me, anya, office.desk.now, MOSCOW)
    assert await office.told("lost_answer") == [elena]
    assert "Аня" not in str((await office.latest("lost_answer")).payload)


async def test_where_the_group_cannot_be_used_nothing_waits_longer_than_without_it(
    group_office: Office,
) -> None:
    elena, anya = await group_office.coordinator(), await group_office.desk.pupil()
    group_office.clock.moment = moscow("12 22:00")
    await group_office.ask(anya, importance=Importance.URGENT)
    assert await group_office.told() == []
    database, now = group_office.desk.database, group_office.desk.now
    topic = await database.read(topic_queries.next_due, now)
    assert topic is not None
    await database.write(question_topics.give_up, topic, now, MOSCOW, ())
    assert await group_office.told() == [elena]
    assert (await group_office.latest("question")).due_at == now


async def test_an_urgent_one_given_back_at_night_is_said_at_once(group_office: Office) -> None:
    elena, anya = await group_office.coordinator(), await group_office.desk.pupil()
    group_office.clock.moment = moscow("12 22:00")
    question = await group_office.ask(anya, importance=Importance.URGENT)
    await group_office.take(elena, question)
    database, now = group_office.desk.database, group_office.desk.now
    await database.write(lambda session: topic_queries.change(session, 1, due_at=None))
    await group_office.hand_on(elena, question)
    assert (await group_office.topic()).due_at == now


async def test_a_page_that_is_gone_is_the_last_one(office: Office) -> None:
    elena = await office.coordinator()
    for _ in range(7):
        await office.ask(await office.desk.pupil())
    shown, page, total = await office._do(questions.waiting_questions, elena, 1, 6)
    assert (len(shown), page, total) == (1, 1, 7)
    shown, page, total = await office._do(questions.waiting_questions, elena, 5, 6)
    assert (len(shown), page, total) == (1, 1, 7)
    far = await office.coordinator("anapa")
    assert await office._do(questions.waiting_questions, far, 5, 6) == ([], 0, 0)


async def test_urgent_ones_come_first_then_the_eldest(office: Office) -> None:
    elena = await office.coordinator()
    asked = []
    for importance in (Importance.USUAL, Importance.IMPORTANT, Importance.URGENT, Importance.URGENT):
        asked.append((await office.ask(await office.desk.pupil(), importance=importance)).id)
        office.clock.advance(minutes=1)
    shown, _, _ = await office._do(questions.waiting_questions, elena, 0, 6)
    assert [question.id for question in shown] == [asked[2], asked[3], asked[1], asked[0]]


async def test_everything_goes_with_the_person(office: Office) -> None:
    anya = await office.desk.pupil()
    await office.coordinator()
    await office.ask(anya)
    await office._do(registration.delete_me, anya, office.desk.now, MOSCOW)

    def left(session: Session) -> tuple[int | None, ...]:
        rows = (QuestionRow, QuestionMessageRow, DeliveryRow)
        return tuple(session.scalar(select(func.count()).select_from(row)) for row in rows)

    assert await office.desk.database.read(left) == (0, 0, 0)
    assert await office.desk.database.read(lambda session: session.get(PersonRow, anya)) is None


async def test_ten_questions_a_day_are_enough(office: Office) -> None:
    elena, anya = await office.coordinator(), await office.desk.pupil()
    for _ in range(LIMITS[Kept.QUESTIONS_A_DAY].most):
        await office.answer(elena, await office.ask(anya))
        office.clock.advance(minutes=11)
    with pytest.raises(LimitReached):
        await office.ask(anya)
    office.clock.advance(minutes=24 * 60)
    await office.ask(anya)


async def test_at_night_one_person_rings_once(office: Office) -> None:
    await office.coordinator()
    anya, kolya = await office.desk.pupil(), await office.desk.pupil()
    while not is_night(office.desk.now, MOSCOW):
        office.clock.advance(minutes=30)
    for person in (anya, kolya):
        first = await office.ask(person, importance=Importance.URGENT)
        office.clock.advance(minutes=1)
        await office.ask_on(person, first)
        await office.ask(person, importance=Importance.URGENT)

    def at_once(session: Session) -> int:
        due = session.scalars(select(DeliveryRow.due_at).where(DeliveryRow.kind == "question"))
        return sum(is_night(each, MOSCOW) for each in due)

    assert await office.desk.database.read(at_once) == 2


async def test_no_questions_are_taken_from_whom_a_coordinator_stopped_and_it_is_undone(
    office: Office,
) -> None:
    elena, anya = await office.coordinator(), await office.desk.pupil()
    question = await office.ask(anya)
    for _ in range(2):
        await office._do(questions.refuse_questions, elena, question.id, office.desk.now, refused=True)
    for say in (office.ask(anya), office.ask_on(anya, question)):
        with pytest.raises(QuestionsRefused):
            await say
    refused = await office._do(questions.refuse_questions, elena, question.id, office.desk.now, refused=False)
    assert not refused.refused
    await office.ask_on(anya, question)
    actions = await office.desk.database.read(
        lambda session: session.scalars(select(LogRow.action).order_by(LogRow.id)).all()
    )
    assert list(actions) == ["questions_refused", "questions_accepted"]


async def test_a_saved_answer_is_written_anew_and_goes_with_its_person(office: Office) -> None:
    elena, local = await office.coordinator(None), await office.coordinator()
    anya = await office.desk.pupil()
    question = await office.ask(anya)
    with pytest.raises(Forbidden):
        await office._do(questions.save_answer, local, question.id, "На первом этаже", office.desk.now)
    name = question.asker.split()[0]
    assert not await office._do(
        questions.save_answer, elena, question.id, f"{name}, на первом", office.desk.now
    )
    assert await office._do(questions.save_answer, elena, question.id, "На первом этаже", office.desk.now)
    await office.desk.database.write(lambda session: session.delete(session.get_one(PersonRow, anya)))
    assert await office._do(questions.saved_answers, elena) == []

"""The coordinators have a group: each question is a topic there, and what is written in it is the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.engine import Session
from db.models import PersonRow, RoleGrantRow
from domain.people import OPERATOR
from handlers.profile.callbacks import DeleteMe
from sandbox.people import Group, Seat
from services import roles
from tests.e2e.stage import Stage, Visitor
from tests.e2e.test_questions import WITH_FILE, asks
from tests.e2e.test_roles import coordinator
from tests.town import moscow

CARD = (
    "❓ Вопрос (важный) – Аня, Лабинский\nЖдёт ответа\n\n"
    "Напишите ответ прямо в этой теме: он уйдёт тому, кто спросил."
)


NOT_PASSED_ON = "Это не ушло тому, кто спросил. Ответить может координатор этого муниципалитета."


@pytest.fixture
async def elena(stage: Stage) -> Visitor:
    return await coordinator(stage)


@pytest.fixture
async def group(stage: Stage, elena: Visitor) -> Group:
    """A supergroup with topics, and a bot that knows it."""
    made = stage.sandbox.group("Координаторы", topics=True, members=[elena.seat])
    stage.group = made.id
    await stage.restart()
    return made


def topic(group: Group) -> int:
    [thread] = group.topics
    return thread


def said(group: Group) -> list[str]:
    """What the bot said in topics."""
    return [message.text for message in group.messages if message.from_bot and message.text]


async def writes(stage: Stage, seat: Seat, text: str) -> None:
    await seat.send(text)
    await stage.settle()


async def test_a_question_is_a_topic_and_what_is_written_there_the_answer(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    await asks(anya, importance="важный")
    await stage.tick()
    assert list(group.topics.values()) == ["важный: Аня, Лабинский"]
    assert said(group) == [
        CARD,
        "Аня спрашивает:\n«Где раздевалка?»",
    ]
    assert elena.heard == [], "nobody reads it twice"

    here = elena.seat.within(group, topic(group))
    toast = await here.tap("Взять")
    assert toast.text == "Вопрос ваш. Напишите ответ в этой теме."
    await stage.tick()
    assert "Координатор занимается\n\nОтвечает Елена." in said(group)[0]
    await writes(stage, here, "На первом этаже")
    await stage.tick()
    assert anya.screen == "💬 Координатор ответил\n\n«На первом этаже»"
    assert "Есть ответ" in said(group)[0]

    await anya.tap("Дописать")
    await anya.send("А ключ?")
    await stage.tick()
    assert said(group)[-1] == "Аня спрашивает:\n«А ключ?»"
    await here.send_photo(caption="Вот такой")
    await stage.tick()
    assert anya.screen == "💬 Координатор ответил\n\n«Вот такой»\n\n" + WITH_FILE
    toast = await here.tap("Закрыть")
    assert toast.text == "Вопрос закрыт."
    await stage.tick()
    assert group.chat.topics[topic(group)]["closed"] is True
    await anya.send("/ask")
    await anya.tap("Мои вопросы")
    await anya.tap(anya.buttons[0], "Дописать")
    await anya.send("Спасибо, нашла")
    await stage.tick()
    assert group.chat.topics[topic(group)]["closed"] is False
    assert said(group)[-1] == "Аня спрашивает:\n«Спасибо, нашла»"


async def test_what_is_no_answer_goes_nowhere(stage: Stage, elena: Visitor, group: Group) -> None:
    anya, igor = await stage.registered("Аня"), await stage.registered("Игорь", role="teacher")
    group.join(igor.seat)
    await asks(anya)
    await stage.tick()
    heard = len(anya.heard)
    here = elena.seat.within(group, topic(group))
    await writes(stage, elena.seat.within(group), "Коллеги, чай в три")
    await writes(stage, here, "/menu")
    await writes(stage, igor.seat.within(group, topic(group)), "Я отвечу!")
    assert len(anya.heard) == heard
    assert said(group)[-1] == NOT_PASSED_ON
    toast = await igor.seat.within(group, topic(group)).tap("Взять")
    assert toast.text == "Отвечать могут только координаторы."
    before = len(said(group))
    await here.send_sticker()
    await stage.settle()
    assert said(group)[before:] == ["Такое я не передам. Пришлите текст, фото или файл."]
    await writes(stage, here, "а" * 3000)
    assert said(group)[-1].startswith("Слишком длинно")
    await here.tap_raw(here.last, "bdl:0")
    assert len(anya.heard) == heard
    assert elena.heard == []


async def test_a_coordinator_of_another_place_cannot_answer(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    julia, anya = await coordinator(stage, "Юлия", "sochi"), await stage.registered("Аня")
    group.join(julia.seat)
    await asks(anya)
    await stage.tick()
    here = julia.seat.within(group, topic(group))
    await writes(stage, here, "В Сочи тепло")
    assert "В Сочи тепло" not in " ".join(anya.heard)
    assert said(group)[-1] == NOT_PASSED_ON
    toast = await here.tap("Взять")
    assert toast.text == "Этого вопроса уже нет или он из другого муниципалитета."


async def test_at_night_only_what_is_urgent_and_again_after_half_an_hour(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    await stage.move_to(moscow("12 22:00"))
    await asks(anya, "Завтра во сколько?")
    await asks(anya, "Закрыто!", "срочный")
    await stage.tick()
    assert list(group.topics.values()) == ["срочный: Аня, Лабинский"]
    await stage.advance(timedelta(minutes=31))
    await stage.tick()
    assert said(group)[-1] == "❗ Этот срочный вопрос ждёт уже полчаса. Кто ответит?"
    assert elena.heard == ["❗ Вопрос ждёт уже полчаса (срочный) – Аня\n\n«Закрыто!»"]
    await stage.move_to(moscow("13 08:00"))
    await stage.tick()
    assert list(group.topics.values()) == ["срочный: Аня, Лабинский", "обычный: Аня, Лабинский"]


async def test_it_goes_on_after_a_restart_and_through_an_outage(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    stage.sandbox.faults.add("sendMessage", chat=group.id, status=502, times=0)
    await asks(anya)
    await stage.tick()
    assert (len(group.topics), said(group)) == (1, [])
    stage.sandbox.faults.clear()
    await stage.restart()
    await stage.advance(timedelta(minutes=1))
    await stage.tick()
    assert (len(group.topics), len(said(group))) == (1, 2)
    assert {call.status for call in stage.refusals()} == {502}


async def test_a_topic_that_was_deleted_is_made_anew(stage: Stage, elena: Visitor, group: Group) -> None:
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()
    del group.chat.topics[topic(group)]
    await anya.tap("Открыть вопрос", "Дописать")
    await anya.send("Ау")
    await stage.tick()
    assert list(group.topics.values()) == ["обычный: Аня, Лабинский"]
    assert said(group)[-2:] == ["Аня спрашивает:\n«Где раздевалка?»", "Аня спрашивает:\n«Ау»"]
    assert {call.status for call in stage.refusals()} == {400}


async def test_without_topics_everybody_hears_of_it(stage: Stage, elena: Visitor) -> None:
    plain = stage.sandbox.group("Без тем", members=[elena.seat])
    stage.group = plain.id
    await stage.restart()
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()
    await stage.tick()
    assert elena.heard == ["❓ Вопрос (обычный) – Аня\n\n«Где раздевалка?»"]
    await elena.tap("Ответить")
    await elena.send("На первом этаже")
    assert anya.screen == "💬 Координатор ответил\n\n«На первом этаже»"
    assert {call.status for call in stage.refusals()} == {400}


async def test_an_answer_from_the_private_chat_stands_in_the_topic_too(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()
    await elena.send("/menu")
    await elena.tap("Координатору", "Вопросы без ответа")
    await elena.tap(elena.buttons[0], "Ответить")
    await elena.send("На первом этаже")
    await stage.tick()
    assert said(group)[-1] == "Елена отвечает:\n«На первом этаже»"


async def test_who_leaves_takes_the_topic_along(stage: Stage, elena: Visitor, group: Group) -> None:
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()
    await anya.send("/profile")
    await anya.tap("Удалить меня", "Да, удалить")
    await stage.tick()
    assert group.topics == {}


async def test_a_topic_closed_by_hand_is_opened_before_more_is_said(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()
    group.chat.topics[topic(group)]["closed"] = True
    await anya.tap("Открыть вопрос", "Дописать")
    await anya.send("Ау")
    await stage.tick()
    assert said(group)[-1] == "Аня спрашивает:\n«Ау»"
    assert group.chat.topics[topic(group)]["closed"] is False
    assert elena.heard == [], "the group has it"
    assert {call.status for call in stage.refusals()} == {400}


async def test_a_group_without_reactions_says_it_in_words(stage: Stage, elena: Visitor, group: Group) -> None:
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()
    stage.sandbox.faults.add("setMessageReaction", status=400, description="Bad Request: REACTION_INVALID")
    await writes(stage, elena.seat.within(group, topic(group)), "На первом этаже")
    assert anya.screen == "💬 Координатор ответил\n\n«На первом этаже»"
    assert "Ответ отправлен." in said(group)
    assert {call.status for call in stage.refusals()} == {400}


async def test_a_group_that_moved_holds_nothing_up(stage: Stage, elena: Visitor, group: Group) -> None:
    anya = await stage.registered("Аня")
    moved = "Bad Request: group chat was upgraded to a supergroup chat"
    stage.sandbox.faults.add("createForumTopic", status=400, description=moved)
    await asks(anya, "Первый")
    await asks(anya, "Второй")
    await stage.tick()
    await stage.tick()
    assert elena.heard == ["❓ Вопрос (обычный) – Аня\n\n«Первый»"]
    assert said(group)[-1] == "Аня спрашивает:\n«Второй»"
    assert {call.status for call in stage.refusals()} == {400}


async def test_a_topic_whose_making_was_never_confirmed_is_one_too_many_at_most(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    stage.sandbox.faults.add("createForumTopic", chat=group.id, drop=True, after=True)
    await asks(anya)
    await stage.tick()
    await stage.restart()
    await stage.advance(timedelta(minutes=1))
    await stage.tick()
    assert list(group.topics.values()) == ["обычный: Аня, Лабинский"] * 2
    assert said(group)[-1] == "Аня спрашивает:\n«Где раздевалка?»"


async def leaves(person: Visitor) -> None:
    await person.send("/profile")
    await person.hack(DeleteMe().pack())


async def test_where_topics_may_not_be_deleted_the_messages_are(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    await asks(anya, "Секрет")
    await stage.tick()
    await writes(stage, elena.seat.within(group, topic(group)), "Ответ про секрет")
    await stage.tick()
    stage.sandbox.faults.add("deleteForumTopic", status=400, description="Bad Request: not enough rights")
    await leaves(anya)
    await stage.tick()
    await stage.tick()
    stage.refusals()
    left = [message.text for message in group.messages if "екрет" in (message.text or "")]
    assert (left, list(group.topics.values())) == ([], ["Удалено"])
    assert elena.heard == []


async def test_what_cannot_be_deleted_is_told_once_and_tried_daily(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    anya = await stage.registered("Аня")
    await asks(anya, "Секрет")
    await stage.tick()
    refused = [
        stage.sandbox.faults.add(method, status=400, description="Bad Request: not enough rights", times=20)
        for method in ("deleteForumTopic", "deleteMessages", "editForumTopic")
    ]
    assert refused
    await leaves(anya)
    for _ in range(2):
        await stage.advance(timedelta(days=1))
    stage.refusals()
    told = [text for text in elena.heard if "Не могу удалить сообщения" in text]
    assert len(told) == 1
    stage.sandbox.faults.clear()
    await stage.advance(timedelta(days=1))
    await stage.tick()
    assert group.topics == {}


async def test_a_public_group_reads_nothing(stage: Stage, elena: Visitor, group: Group) -> None:
    group.chat.card["username"] = "koordinatory"
    anya = await stage.registered("Аня")
    await asks(anya, "Секрет")
    await stage.tick()
    await stage.tick()
    assert said(group) == []
    assert "«Секрет»" in elena.screen


async def test_who_coordinates_no_more_is_named_to_the_others(
    stage: Stage, elena: Visitor, group: Group
) -> None:
    vera = await coordinator(stage, "Вера")
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()

    def take_back(session: Session) -> None:
        former = session.scalars(select(PersonRow.id).where(PersonRow.name == "Вера")).one()
        grant = session.scalars(select(RoleGrantRow.id).where(RoleGrantRow.person_id == former)).one()
        roles.take_back(session, OPERATOR, grant, stage.clock.now(), settings_name_coordinators=False)

    await stage.write(take_back)
    await stage.tick()
    assert "Вера больше не координатор. Уберите этого человека из группы" in elena.heard[-1]
    assert vera.heard == []


async def test_talk_of_others_is_answered_once_in_a_while(stage: Stage, elena: Visitor, group: Group) -> None:
    anya, olga = await stage.registered("Аня"), await stage.registered("Ольга", role="teacher")
    await asks(anya)
    await stage.tick()
    here = olga.seat.within(group, topic(group))
    for number in range(5):
        await writes(stage, here, f"Слово {number}")
    assert said(group).count(NOT_PASSED_ON) == 1
    await stage.advance(timedelta(minutes=11))
    await writes(stage, here, "Ещё слово")
    assert said(group).count(NOT_PASSED_ON) == 2

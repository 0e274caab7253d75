"""Somebody asks, a coordinator takes it and answers, the person asks on; nothing stays unanswered unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import PersonRow, QuestionMessageRow, SavedAnswerRow
from domain.people import OPERATOR, Role
from domain.question import Importance
from handlers.questions.callbacks import AskAs
from sandbox.people import ONE_PIXEL
from services import roles
from tests.e2e.stage import NOON, Stage, Visitor
from tests.e2e.test_roles import coordinator, holder
from tests.town import add_booking, moscow

WITH_FILE = "К сообщению приложен файл: «Открыть вопрос» → «Показать файл»."


async def asks(person: Visitor, text: str = "Где раздевалка?", importance: str = "обычный") -> str:
    await person.send("/ask")
    await person.tap(importance)
    return await person.send(text)


async def test_asked_taken_answered_asked_on_solved(stage: Stage) -> None:
    elena, vera = await coordinator(stage), await coordinator(stage, "Вера")
    far = await coordinator(stage, "Юлия", "sochi")
    anya = await stage.registered("Аня")
    await anya.send("/menu")
    await anya.tap("Вопрос координатору")
    assert anya.screen.startswith("Вопрос координатору\n\nНасколько он важный?")
    await anya.tap("важный")
    assert "Вопрос: важный." in anya.screen
    await anya.send("Где раздевалка?")
    assert anya.screen == "Вопрос у координатора. Ответ придёт сюда, обычно в течение дня."

    for each in (elena, vera):
        assert each.screen == "❓ Вопрос (важный) – Аня\n\n«Где раздевалка?»"
    assert far.heard == []
    await elena.tap("Взять")
    assert "Вопрос: важный. Координатор занимается" in elena.screen
    await vera.tap("Взять")
    assert "Этим вопросом уже занимается коллега." in vera.screen
    assert "Отвечает Елена." in vera.screen
    await anya.tap("Открыть вопрос")
    assert anya.screen.startswith("Ваш вопрос. Координатор занимается")

    await elena.tap("Ответить")
    await elena.send("На первом этаже")
    assert elena.screen.startswith("Ответ отправлен.")
    assert anya.screen == "💬 Координатор ответил\n\n«На первом этаже»"
    await anya.tap("Дописать")
    await anya.send("А ключ?")
    assert elena.screen == "❓ Вопрос (важный) – Аня\n\n«А ключ?»"
    assert "А ключ" not in vera.screen, "whoever took it goes on with it"
    await elena.tap("Открыть вопрос", "Передать коллегам")
    assert vera.screen == "❓ Вопрос (важный) – Аня\n\n«А ключ?»"
    await vera.tap("Ответить")
    await vera.send("У вахтёра")
    toast = await anya.toast("Вопрос решён")
    assert toast.text == "Вопрос закрыт"
    await anya.send("/ask")
    await anya.tap("Мои вопросы")
    assert "1. «Где раздевалка?»\nпн 12 октября, 12:00, важный. Закрыт" in anya.screen


async def test_what_a_question_cannot_be_is_said_and_the_form_waits(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await anya.send("/ask")
    await anya.tap("обычный")
    await anya.show(anya.seat.send_sticker)
    assert anya.screen == "Такое я не передам. Пришлите текст, фото или файл."
    await anya.show(anya.seat.send_voice)
    assert anya.screen == "Такое я не передам. Пришлите текст, фото или файл."
    await anya.send("а" * 4096)
    assert anya.screen.startswith("Слишком длинно")
    assert elena.heard == []
    await stage.restart()
    await anya.show(lambda: anya.seat.send_photo(caption="Что это?"))
    assert elena.screen == "❓ Вопрос (обычный) – Аня\n\n«Что это?»\n\n" + WITH_FILE
    await elena.tap("Открыть вопрос", "Показать файл")
    assert "photo" in elena.last.raw
    await elena.tap("Ответить")
    await elena.show(lambda: elena.seat.send_document(b"%PDF", "план.pdf"))
    assert WITH_FILE in anya.screen
    await anya.tap("Открыть вопрос", "Показать файл")
    assert anya.last.raw["document"]["file_name"] == "план.pdf"


async def test_photos_sent_together_are_one_question(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await anya.send("/ask")
    await anya.tap("обычный")
    await anya.show(lambda: anya.seat.send_album([ONE_PIXEL] * 3, caption="Какой из них?"))
    turns = await stage.read(
        lambda session: [
            (row.question_id, row.file_kind) for row in session.scalars(select(QuestionMessageRow))
        ]
    )
    assert turns == [(turns[0][0], "photo")] * 3
    assert anya.heard[-1:] == ["Вопрос у координатора. Ответ придёт сюда, обычно в течение дня."]
    assert elena.heard == [f"❓ Вопрос (обычный) – Аня\n\n«Какой из них?»\n\n{WITH_FILE}"]
    await elena.tap("Открыть вопрос", "Показать файл")
    assert sum("photo" in message.raw for message in elena.seat.messages) == 3


async def test_a_photo_that_comes_after_the_others_joins_them(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await anya.send("/ask")
    await anya.tap("обычный")
    await anya.show(lambda: anya.seat.send_album([ONE_PIXEL] * 2))
    [first, *_] = [message for message in anya.seat.messages if "photo" in message.raw]
    late = {**first.raw, "message_id": first.id + 1000}
    stage.sandbox.world.updates.push("message", late)
    await stage.settle()
    assert len(elena.heard) == 1
    await elena.tap("Открыть вопрос", "Показать файл")
    assert sum("photo" in message.raw for message in elena.seat.messages) == 3


async def test_a_reply_to_what_the_bot_sent_is_a_question_about_it(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    slot = await stage.slot(await stage.workshop("Сварка"), "13 14:00")
    person = await stage.read(
        lambda session: session.scalars(select(PersonRow.id).where(PersonRow.name == "Аня")).one()
    )
    await stage.write(add_booking, slot, person)
    await stage.move_to(moscow("12 18:00"))
    reminder = anya.last
    assert reminder.text.startswith("⏰")
    await anya.show(lambda: anya.seat.send("Можно опоздать?", reply_to=reminder))
    assert elena.screen == "❓ Вопрос (обычный) – Аня\n\nО чём: Сварка\n\n«Можно опоздать?»"
    question = elena.last
    await elena.show(lambda: elena.seat.send("Можно, на 10 минут", reply_to=question))
    assert anya.screen == "💬 Координатор ответил\n\n«Можно, на 10 минут»"
    answer = anya.last
    await anya.show(lambda: anya.seat.send("Спасибо", reply_to=answer))
    assert elena.screen == "❓ Вопрос (обычный) – Аня\n\nО чём: Сварка\n\n«Спасибо»"
    sticker = await anya.seat.send_sticker()
    await stage.settle()
    replied = {**sticker.raw, "message_id": sticker.id + 1000, "reply_to_message": answer.raw}
    stage.sandbox.world.updates.push("message", replied)
    await stage.settle()
    assert anya.screen == "Такое я не передам. Пришлите текст, фото или файл."
    await anya.show(lambda: anya.seat.send("ы" * 3000, reply_to=answer))
    assert anya.screen.startswith("Слишком длинно")


async def test_a_coordinator_who_asks_is_answered_like_anybody(stage: Stage) -> None:
    elena, vera = await coordinator(stage), await coordinator(stage, "Вера")
    await asks(vera, "Когда отчёт?")
    await elena.tap("Ответить")
    await elena.send("В пятницу")
    answer = vera.last
    await vera.show(lambda: vera.seat.send("Поняла", reply_to=answer))
    assert elena.screen == "❓ Вопрос (обычный) – Вера\n\n«Поняла»"


async def test_urgent_ones_are_told_again_and_the_list_every_morning(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await stage.move_to(moscow("12 22:30"))
    await asks(anya, "Завтра во сколько?")
    assert elena.heard == [], "what is not urgent waits for the morning"
    await asks(anya, "Я у двери, закрыто", "срочный")
    assert elena.heard == ["❓ Вопрос (срочный) – Аня\n\n«Я у двери, закрыто»"]
    await stage.move_to(moscow("12 22:59"))
    assert len(elena.heard) == 1
    await stage.move_to(moscow("12 23:01"))
    assert elena.heard[1:] == ["❗ Вопрос ждёт уже полчаса (срочный) – Аня\n\n«Я у двери, закрыто»"]
    await stage.move_to(moscow("12 23:50"))
    assert len(elena.heard) == 2, "once is enough"
    await stage.move_to(moscow("13 08:00"))
    assert elena.heard[2:] == ["❓ Вопрос (обычный) – Аня\n\n«Завтра во сколько?»"]
    await stage.move_to(moscow("13 09:00"))
    await stage.application.remind_of_questions()
    await stage.application.remind_of_questions()
    await stage.tick()
    assert elena.heard[3:] == ["Без ответа 2 вопроса. Загляните, пожалуйста."]
    await elena.tap("Вопросы без ответа")
    assert elena.screen.startswith("Ждут ответа 2 вопроса\n\n1. Аня, Лабинский\n«Я у двери, закрыто»\n")


async def test_an_urgent_one_that_was_taken_and_forgotten_is_told_of_again(stage: Stage) -> None:
    elena, vera = await coordinator(stage), await coordinator(stage, "Вера")
    anya = await stage.registered("Аня")
    await asks(anya, "Закрыто", "срочный")
    await elena.tap("Взять")
    await stage.advance(timedelta(minutes=31))
    assert vera.screen.startswith("❗ Вопрос ждёт уже полчаса (срочный) – Аня")


async def test_a_flood_is_slowed_kindly(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    for number in range(3):
        await asks(anya, f"Вопрос {number}")
    await asks(anya, "Ещё один")
    assert anya.screen.startswith("У вас уже 3 вопроса без ответа.")
    assert len(elena.heard) == 3
    for number in range(9):
        await anya.send("/ask")
        await anya.tap("Мои вопросы")
        await anya.tap(anya.buttons[0], "Дописать")
        await anya.send(f"И ещё {number}")
    assert anya.screen.startswith("Вы написали много подряд")
    assert len(elena.heard) == 10
    await stage.advance(timedelta(minutes=11))
    await anya.send("Теперь можно?")
    assert elena.screen == "❓ Вопрос (обычный) – Аня\n\n«Теперь можно?»"


async def test_saved_answers_are_offered_and_can_go(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await asks(anya)
    await elena.tap("Ответить")
    await elena.send("Раздевалка на первом этаже")
    await elena.tap("Сохранить ответ для похожих")
    assert "Напишите ответ заново" in elena.screen
    await elena.send("Аня, на первом этаже")
    assert elena.screen == "Здесь есть имя того, кто спросил. Напишите без имени."
    await elena.send("Раздевалка на первом этаже")
    assert elena.screen.startswith("Ответ сохранён для похожих вопросов.")
    saved = await stage.read(lambda session: [row.text for row in session.scalars(select(SavedAnswerRow))])
    assert saved == ["Раздевалка на первом этаже"]

    await stage.advance(timedelta(minutes=11))
    await asks(anya, "А где раздевалка?")
    await elena.tap("Ответить", "Раздевалка на первом этаже")
    assert anya.screen == "💬 Координатор ответил\n\n«Раздевалка на первом этаже»"
    await stage.advance(timedelta(minutes=11))
    await asks(anya, "И душ?")
    await elena.tap("Ответить")
    toast = await elena.toast("Убрать")
    assert toast.text == "Этот ответ больше не предлагаю"
    assert elena.buttons == ["Назад"]


async def test_an_answer_that_does_not_arrive_is_told_to_who_gave_it(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await asks(anya)
    await anya.seat.block()
    await elena.tap("Ответить")
    await elena.send("На первом этаже")
    await stage.tick()
    await stage.tick()
    assert elena.heard[-1].startswith("⚠️ Ответ не дошёл. Человек остановил бота.")
    await elena.tap("Открыть вопрос")
    assert "Этот человек остановил бота: ответ может не дойти." in elena.screen
    assert stage.refusals() == []
    told = len(elena.heard)
    await stage.advance(timedelta(hours=1))
    assert len(elena.heard) == told


async def test_who_is_gone_takes_the_question_along(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await asks(anya)
    await elena.tap("Ответить")
    await anya.send("/profile")
    await anya.tap("Удалить меня", "Да, удалить")
    await elena.send("На первом этаже")
    gone = "⚠️ Отвечать некому: человек удалил свои данные, и вопрос удалился вместе с ними."
    assert elena.heard[-2:] == [gone, gone], "by itself, and once more to what was typed all the same"
    await elena.send("сварка")
    assert "Отвечать некому" not in elena.screen, "no form is open any more"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.MENTOR])
async def test_nobody_else_answers(stage: Stage, role: Role) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    igor = await holder(stage, "Игорь", role, None)
    await asks(anya)
    await igor.send("/menu")
    for label in ("Ответить", "Взять", "Открыть вопрос"):
        toast = await igor.hack(elena.last.data(label))
        assert toast.alert
    assert "раздевалка" not in igor.screen.lower()


async def test_the_summary_says_how_fast_answers_come(stage: Stage) -> None:
    elena, far = await coordinator(stage), await coordinator(stage, "Юлия", "sochi")
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.advance(timedelta(minutes=20))
    await elena.tap("Ответить")
    await elena.send("На первом этаже")
    await asks(anya, "А душ?")
    for each, said in ((elena, True), (far, False)):
        await each.send("/menu")
        await each.tap("Координатору", "Сводка")
        answer = (
            "Вопросы: ждут ответа 1, за неделю с ответом 1.\nПервый ответ обычно приходит через 20 минут."
        )
        assert (answer in each.screen) is said


async def test_a_long_question_is_read_whole(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    long = "Где раздевалка? " * 120
    await asks(anya, long)
    await elena.tap("Открыть вопрос")
    assert long.strip() in elena.screen
    await elena.tap("Назад")
    assert "1. Аня, Лабинский\n«Где раздевалка? Где раздевалка?" in elena.screen


async def test_old_keyboards_and_double_taps_change_nothing(stage: Stage) -> None:
    elena, vera = await coordinator(stage), await coordinator(stage, "Вера")
    anya = await stage.registered("Аня")
    await asks(anya)
    news = vera.last
    await elena.tap("Взять")
    mine = elena.last
    hand_on, close = mine.data("Передать коллегам"), mine.data("Закрыть")
    await elena.tap("Ответить")
    await elena.send("На первом этаже")
    heard = len(vera.heard)
    await elena.hack(hand_on)
    assert elena.screen.startswith("Этот вопрос сейчас не у вас.")
    assert (len(vera.heard), len(anya.heard)) == (heard, 3)
    for _ in range(2):
        await elena.hack(close)
        assert elena.screen.startswith("Вопрос закрыт.")
    assert len(anya.heard) == 3, "who has an answer hears nothing of the closing"
    await vera.tap("Взять", message=news)
    assert "Закрыт" in vera.screen
    await anya.tap("Вопрос решён")
    assert anya.screen.startswith("Ваш вопрос. Закрыт")
    await vera.hack("qc:5")
    assert vera.screen == "На все вопросы ответили. Спасибо!"


async def test_who_still_waits_hears_that_it_was_closed_and_can_go_on(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await asks(anya)
    await elena.tap("Открыть вопрос", "Закрыть")
    assert anya.screen == "Координатор закрыл ваш вопрос. Если он ещё важен, нажмите «Дописать»."
    await anya.tap("Дописать")
    await anya.send("Ещё важен")
    assert elena.screen == "❓ Вопрос (обычный) – Аня\n\n«Ещё важен»"


async def test_what_was_taken_is_free_when_its_coordinator_is_none_any_more(stage: Stage) -> None:
    elena, vera = await coordinator(stage), await coordinator(stage, "Вера")
    anya = await stage.registered("Аня")
    await asks(anya)
    news = vera.last
    await elena.tap("Взять")
    await stage.write(
        lambda session: roles.take_back(session, OPERATOR, 1, NOON, settings_name_coordinators=True)
    )
    await vera.tap("Взять", message=news)
    assert "Координатор занимается" in vera.screen
    assert "Отвечает" not in vera.screen, "it is her own now"


async def test_my_data_hold_my_questions(stage: Stage) -> None:
    await coordinator(stage)
    anya = await stage.registered("Аня")
    await asks(anya)
    await anya.send("/profile")
    await anya.tap("Мои данные")
    file = next(message.file for message in reversed(anya.seat.messages) if message.file)
    assert (
        "Когда: пн 12 октября, 12:00; Пишет координатор: нет; Текст: Где раздевалка?" in file.content.decode()
    )


async def test_before_consent_a_question_is_told_what_happens_with_it(stage: Stage) -> None:
    elena, stranger = await coordinator(stage, municipality=None), stage.visitor("Кто-то")
    await stranger.send("/ask")
    assert "без фамилии и телефона" in stranger.screen
    await stranger.show(stranger.seat.send_photo)
    assert "только после регистрации" in stranger.screen
    await stranger.send("Я из третьего Б, мой тел. 8 (918) 123-45-67, позвоните")
    assert stranger.screen.startswith("Вопрос у координатора.")
    assert "Я из третьего Б, мой тел. ***, позвоните" in elena.screen
    await stranger.send("/ask")
    await stranger.hack(AskAs(importance=Importance.URGENT).pack())
    assert "без фамилии и телефона" in stranger.screen
    await stranger.send("Срочно!")
    assert elena.screen.startswith("❓ Вопрос (обычный)")


async def test_a_greeting_alone_is_no_question(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await asks(anya, "Здравствуйте!")
    assert anya.screen == "Здравствуйте! Теперь напишите сам вопрос одним сообщением."
    await anya.send("Добрый вечер, во сколько автобус?")
    assert elena.screen == "❓ Вопрос (обычный) – Аня\n\n«Добрый вечер, во сколько автобус?»"


async def test_only_photos_and_pdf_are_passed_on_and_a_file_says_what_it_is(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await anya.send("/ask")
    await anya.tap("обычный")
    await anya.show(lambda: anya.seat.send_document(b"MZ", "virus.exe"))
    assert anya.screen == "Такой файл я не передам. Пришлите фото или файл PDF."
    await anya.show(lambda: anya.seat.send_document(b"%PDF" * 600, "справка.pdf"))
    assert anya.screen.startswith("Вопрос у координатора.")
    assert "PDF: справка.pdf, 2 КБ" in elena.screen


async def test_an_edited_message_is_not_taken_in_silence(stage: Stage) -> None:
    anya = await stage.registered("Аня")
    sent = await anya.seat.send("сварка")
    await stage.settle()
    await anya.show(lambda: anya.seat.edit(sent, "роботы"))
    assert anya.screen.startswith("Я читаю сообщение один раз")


async def test_somebody_can_be_stopped_and_let_in_again(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    await asks(anya)
    await elena.tap("Открыть вопрос", "Не принимать вопросы от этого человека")
    assert "Вопросы от этого человека сейчас не принимаются." in elena.screen
    await asks(anya, "А теперь?")
    assert anya.screen.startswith("Координатор больше не принимает вопросы из этого чата.")
    await elena.tap("Снова принимать вопросы")
    await asks(anya, "А теперь?")
    assert anya.screen.startswith("Вопрос у координатора.")

"""A coordinator writes a broadcast, aims it, looks at it, sends it, watches it, mends it and reads how it went."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from db.engine import Session
from db.models import BroadcastRow, DeliveryRow, LogRow, PersonRow
from domain.broadcast import Audience, Group
from domain.people import Role
from sandbox.people import ONE_PIXEL, Message
from tests.e2e.stage import Stage, Visitor
from tests.e2e.test_roles import coordinator, holder
from tests.town import add_booking, moscow

TEACHERS = Audience((Group(roles=(Role.TEACHER,)),))


async def boss(stage: Stage, name: str = "Елена", municipality: str | None = None) -> Visitor:
    """A coordinator who is no teacher: nothing that they send comes to themselves."""
    visitor = await coordinator(stage, name, municipality)

    def not_teacher(session: Session) -> None:
        session.execute(update(PersonRow).where(PersonRow.name == name).values(role=Role.MENTOR))

    await stage.write(not_teacher)
    return visitor


async def teacher(stage: Stage, name: str, home: str = "labinskiy") -> Visitor:
    """A teacher whom a coordinator has confirmed."""
    visitor = await holder(stage, name, Role.TEACHER, None)

    def lives(session: Session) -> None:
        session.execute(update(PersonRow).where(PersonRow.name == name).values(municipality_code=home))

    await stage.write(lives)
    return visitor


async def wrote(elena: Visitor, text: str = "Сбор педагогов в **пятницу** в 15:00") -> str:
    """A new draft; its screen."""
    await elena.send("/menu")
    await elena.tap("Координатору", "Новая рассылка")
    return await elena.send(text)


async def aimed(stage: Stage, audience: Audience = TEACHERS) -> int:
    """The newest broadcast is for these people."""

    def aim(session: Session) -> int:
        row = session.scalars(select(BroadcastRow).order_by(BroadcastRow.id.desc())).first()
        assert row is not None
        row.audience = audience.to_json()
        return row.id

    return await stage.write(aim)


async def drafted(stage: Stage, elena: Visitor, text: str = "Сбор педагогов в **пятницу** в 15:00") -> int:
    """A draft for teachers, open on the screen."""
    await wrote(elena, text)
    broadcast_id = await aimed(stage)
    await elena.tap("Тема", "Назад")
    return broadcast_id


async def test_from_the_first_word_to_the_report(stage: Stage) -> None:
    elena = await boss(stage)
    olga, igor = [await teacher(stage, name) for name in ("Ольга", "Игорь")]
    anya = await stage.registered("Аня")

    await wrote(elena)
    assert elena.screen.startswith("Черновик рассылки\n\n«Сбор педагогов в пятницу в 15:00»")
    assert "Получат: 0 человек" in elena.screen
    await aimed(stage)
    await elena.tap("Тема", "Назад")
    assert "Получат: 2 человека" in elena.screen

    await elena.tap("Показать мне")
    preview, below = elena.news
    assert preview == "Сбор педагогов в пятницу в 15:00"
    assert below == "Так это увидят получатели."
    await elena.tap("Отправить")
    assert elena.screen.startswith("Когда отправить?\n\nПолучат: 2 человека")
    toast = await elena.toast("Отправить сейчас")
    assert toast.text == "Отправляем"

    for reader in (olga, igor):
        assert reader.heard == ["Сбор педагогов в пятницу в 15:00"]
        assert reader.last.entities == [{"type": "bold", "offset": 17, "length": 7}]
    assert anya.heard == []

    await stage.advance(timedelta(seconds=5))
    await stage.advance(timedelta(seconds=5))
    shown = progress(elena)
    assert shown.startswith("Рассылка отправлена\n\n«Сбор педагогов")
    assert "Отправлено: 2 из 2" in shown

    await elena.tap("Отчёт")
    assert elena.screen == "Отчёт о рассылке: 2 получателя."
    assert cells(elena.last, 0) == ["Имя", "Игорь", "Ольга"]
    assert cells(elena.last, 4)[1:] == ["отправлено"] * 2


def progress(elena: Visitor) -> str:
    """The message that shows how the broadcast goes."""
    return next(text for text in reversed(elena.heard) if text.startswith("Рассылка "))


def cells(message: Message, column: int) -> list[Any]:
    assert message.file is not None
    sheet = load_workbook(io.BytesIO(message.file.content)).worksheets[0]
    return [row[column].value for row in sheet.iter_rows()]


async def test_what_a_broadcast_cannot_be_is_said_and_nothing_is_lost(stage: Stage) -> None:
    elena = await boss(stage)
    await elena.send("/menu")
    await elena.tap("Координатору", "Новая рассылка")
    await elena.show(elena.seat.send_sticker)
    assert elena.screen.startswith("Рассылка – это текст, фото, файл или альбом.")
    await elena.show(elena.seat.send_voice)
    assert elena.screen.startswith("Рассылка – это текст, фото, файл или альбом.")
    await elena.show(lambda: elena.seat.send_photo(caption="а" * 1025))
    assert elena.screen.startswith("Под фото или файлом помещается 1024 знака,")
    await elena.send("Занятия **переносятся**")
    assert "«Занятия переносятся»" in elena.screen
    assert elena.buttons[:2] == ["👥 Кому", "✏️ Текст"]

    assert (await elena.toast("Отправить")).text.startswith("Получателей нет. Нажмите «Кому»")
    await elena.tap("Текст")
    await elena.show(elena.seat.send_sticker)
    await elena.show(lambda: elena.seat.send_document(b"%PDF", "план.pdf", "План смены"))
    assert "«План смены»\nВложение: 1 файл." in elena.screen
    await elena.send("сварка")
    assert "Черновик" not in elena.screen, "without a form any text is a search"


async def test_an_album_comes_in_parts_and_is_one_draft(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, "Ольга")
    await elena.send("/menu")
    await elena.tap("Координатору", "Новая рассылка")
    await elena.show(lambda: elena.seat.send_album([ONE_PIXEL] * 4, caption="Как это было"))
    drafts = [text for text in elena.heard if text.startswith("Черновик")]
    assert len(drafts) == 1
    assert "«Как это было»\nВложение: 4 фото." in drafts[0]

    await aimed(stage)
    await elena.tap("Подтверждение: нет")
    assert "Под альбомом кнопок не бывает." in elena.screen
    assert (await elena.toast("Отправить")).text.startswith("Под альбомом кнопок не бывает.")
    await elena.tap("Подтверждение: да", "Отправить", "Отправить сейчас")
    album = [message for message in olga.seat.messages if message.from_bot]
    assert [message.text for message in album] == ["Как это было", "", "", ""]
    assert len({message.raw["media_group_id"] for message in album}) == 1


async def test_a_refused_album_is_answered_once(stage: Stage) -> None:
    elena = await boss(stage)
    await elena.send("/menu")
    await elena.tap("Координатору", "Новая рассылка")
    await elena.show(lambda: elena.seat.send_album([ONE_PIXEL] * 3, caption="а" * 1100))
    assert [text[:12] for text in elena.news] == ["Под фото или"]
    await elena.show(lambda: elena.seat.send_album([ONE_PIXEL] * 2, caption="Короче"))
    assert "Вложение: 2 фото." in elena.screen


async def test_paused_corrected_resumed(stage: Stage) -> None:
    elena = await boss(stage)
    readers = [await teacher(stage, name) for name in ("Ольга", "Игорь", "Пётр")]
    await drafted(stage, elena, "Сбор в **пятницу**")
    await readers[0].seat.block(unheard=True)
    # Two go out, then the server is silent for the rest.
    stage.sandbox.faults.add("sendMessage", status=500, description="Internal", times=0, chat=readers[2].id)
    await elena.tap("Отправить", "Отправить сейчас")
    toast = await elena.toast("Пауза")
    assert toast.text == "Пауза"
    assert elena.screen.startswith("Рассылка на паузе")
    assert "Отправлено: 1 из 3" in elena.screen
    assert "Недоступны: 1" in elena.screen

    await elena.tap("Исправить")
    await elena.show(elena.seat.send_photo)
    assert elena.screen.startswith("Исправить можно только текст.")
    await elena.send("Сбор в **субботу**")
    assert elena.screen.startswith(
        "Исправление рассылки\n\n«Сбор в субботу»\n\nНовый текст увидят 2 человека,"
    )
    await stage.tick()
    assert readers[1].heard == ["Сбор в пятницу"]
    toast = await elena.toast("Исправить у всех")
    assert toast.text == "Исправляем у всех"
    await stage.tick()
    assert readers[1].heard == ["Сбор в субботу"]
    assert readers[1].last.entities == [{"type": "bold", "offset": 7, "length": 7}]
    assert readers[2].heard == []

    stage.sandbox.faults.clear()
    await elena.tap("Продолжить")
    await stage.advance(timedelta(minutes=1))
    await stage.advance(timedelta(minutes=1))
    assert readers[2].heard == ["Сбор в субботу"]
    assert progress(elena).startswith("Рассылка отправлена\n\n«Сбор в субботу»")
    assert "Исправлено у 1 из 1" in progress(elena)

    await elena.tap("Кому позвонить: 1")
    assert cells(elena.last, 0) == ["Имя", "Ольга"]
    assert cells(elena.last, 4)[1:] == ["Бот остановлен этим человеком или аккаунта больше нет"]
    assert {call.status for call in stage.refusals()} == {403, 500}


async def test_stopped_and_sent_on(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, "Ольга")
    await drafted(stage, elena, "Сбор в пятницу")
    stage.sandbox.faults.add("sendMessage", status=500, description="Internal", times=0, chat=olga.id)
    await elena.tap("Отправить", "Отправить сейчас")
    await elena.tap("Остановить")
    assert elena.screen.startswith("Рассылка остановлена")
    assert "Не отправлено: 1" in elena.screen
    stage.sandbox.faults.clear()
    await stage.advance(timedelta(hours=1))
    assert olga.heard == []
    await elena.tap("Продолжить")
    await stage.tick()
    assert olga.heard == ["Сбор в пятницу"]
    assert {call.status for call in stage.refusals()} == {500}


async def test_recalled(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, "Ольга")
    await drafted(stage, elena, "Сбор в пятницу")
    await elena.tap("Отправить", "Отправить сейчас", "Отозвать")
    assert elena.screen.startswith("Удалить рассылку у всех, кто её получил?")
    await elena.tap("Назад")
    assert olga.heard == ["Сбор в пятницу"]
    await elena.tap("Отозвать", "Да, удалить у всех")
    await stage.tick()
    await stage.advance(timedelta(seconds=5))
    assert olga.heard == []
    assert progress(elena).startswith("Рассылка отозвана")
    assert "Удалено у 1 из 1" in progress(elena)
    assert "Исправить" not in " ".join(elena.buttons)


async def test_at_a_time_of_ones_own(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, "Ольга")
    await drafted(stage, elena, "Сбор в пятницу")
    await elena.tap("Отправить")
    assert elena.buttons == [
        "Отправить сейчас", "пн 12 октября, 18:00", "вт 13 октября, 09:00", "Назад", "В меню"
    ]  # fmt: skip
    for typed, answer in (
        ("завтра", "Не понял время."),
        ("31.02 15:00", "Такого дня нет в календаре."),
        ("12.10.2026 10:00", "Это время уже прошло."),
        ("12.10.2030 10:00", "Это слишком далеко."),
    ):
        await elena.send(typed)
        assert elena.screen.startswith(answer)
    await elena.send("13.10 15:30")
    assert elena.screen.startswith("Рассылка уйдёт вт 13 октября, 15:30")
    await stage.move_to(moscow("13 15:29"))
    assert olga.heard == []
    await elena.tap("Вернуть в черновики")
    await stage.move_to(moscow("13 15:31"))
    assert olga.heard == []
    await elena.tap("Отправить", "вт 13 октября, 18:00")
    await stage.restart()
    await stage.move_to(moscow("13 18:00"))
    assert olga.heard == ["Сбор в пятницу"]
    await stage.advance(timedelta(seconds=5))
    assert progress(elena).startswith("Рассылка отправлена")


async def test_at_night_it_waits_unless_urgent(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, "Ольга")
    await stage.move_to(moscow("12 22:00"))
    await drafted(stage, elena, "Сбор в пятницу")
    await elena.tap("Отправить")
    assert "Сейчас ночь: рассылка уйдёт в 08:00." in elena.screen
    await elena.tap("Отправить сейчас")
    assert elena.screen.startswith("Рассылка ждёт утра: ночью людей не будим. Начнём в 08:00.")
    await stage.move_to(moscow("13 07:30"))
    assert olga.heard == []
    await stage.move_to(moscow("13 08:00"))
    assert olga.heard == ["Сбор в пятницу"]

    await stage.move_to(moscow("13 23:00"))
    await drafted(stage, elena, "Дорога к площадке закрыта")
    await elena.tap("Срочно: нет")
    await elena.send("а" * 241)
    assert elena.screen.startswith("Напишите причину короче: до 240 знаков.")
    await elena.send("Утром люди поедут не туда")
    assert "Срочно: придёт и ночью. Почему: Утром люди поедут не туда" in elena.screen
    await elena.tap("Отправить", "Отправить сейчас")
    assert olga.heard == ["Сбор в пятницу", "Дорога к площадке закрыта"]
    details = await stage.read(lambda session: [row.details for row in session.scalars(select(LogRow))])
    assert details[-1]["urgent_reason"] == "Утром люди поедут не туда"
    assert details[-1]["text"] == "Дорога к площадке закрыта"


async def test_above_five_hundred_a_second_coordinator_confirms(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.broadcasts.LARGE", 1)
    monkeypatch.setattr("handlers.broadcasts.screens.LARGE", 1)
    elena = await boss(stage)
    olga, igor = [await teacher(stage, name) for name in ("Ольга", "Игорь")]
    await drafted(stage, elena, "Сбор в пятницу")
    await elena.tap("Отправить")
    assert "отправку подтвердит второй координатор" in elena.screen
    await elena.tap("Отправить сейчас")
    assert "подтверждает второй координатор всего края, а его пока нет" in elena.screen

    await stage.advance(timedelta(minutes=1))
    vera = await boss(stage, "Вера")
    lida = await boss(stage, "Лида", "labinskiy")
    await elena.tap("Отправить", "Отправить сейчас")
    assert elena.screen.startswith("Рассылка ждёт второго координатора")
    assert "Просьбу подтвердить получил 1 коллега." in elena.screen
    assert vera.heard == [
        "📣 Нужно ваше подтверждение: рассылка для 2 человек.\nНаписал(а): Елена.\nПроверьте текст и получателей."
    ]
    assert lida.heard == []
    await vera.tap("Посмотреть")
    assert "«Сбор в пятницу»" in vera.screen
    await vera.tap("Показать мне")
    assert vera.heard[-2] == "Сбор в пятницу"
    await vera.tap("Назад", "Вернуть автору")
    assert elena.screen == "Рассылку вернули в черновики: «Сбор в пятницу». Исправьте её и отправьте снова."

    await stage.advance(timedelta(minutes=1))
    await elena.tap("Посмотреть", "Отправить", "Отправить сейчас")
    await vera.tap("Посмотреть")
    confirm = vera.last.data("Подтвердить и отправить")
    await elena.hack(confirm)
    assert olga.heard == []
    toast = await vera.toast("Подтвердить и отправить")
    assert toast.text == "Подтверждено"
    await vera.hack(confirm)
    assert elena.screen.startswith("Коллега подтвердил рассылку: «Сбор в пятницу».")
    assert (await elena.tap("Посмотреть")).startswith("Рассылка идёт")
    assert (olga.heard, igor.heard) == (["Сбор в пятницу"], ["Сбор в пятницу"])


async def test_those_who_did_not_confirm_are_reminded(stage: Stage) -> None:
    elena = await boss(stage)
    olga, igor = [await teacher(stage, name) for name in ("Ольга", "Игорь")]
    await drafted(stage, elena, "Сбор в **пятницу**")
    await elena.tap("Подтверждение: нет", "Отправить", "Отправить сейчас")
    await olga.tap("Ознакомлен(а)")
    await stage.advance(timedelta(seconds=5))
    await stage.advance(timedelta(seconds=5))
    assert "Подтвердили: 1 из 2" in progress(elena)
    await elena.tap("Напомнить неподтвердившим: 1")
    assert "Напоминаем: подтвердите, пожалуйста, что прочитали." in elena.screen
    assert "Получат: 1 человек" in elena.screen
    await elena.tap("Отправить", "Отправить сейчас")
    assert len(olga.heard) == 1
    assert igor.last.text == "Напоминаем: подтвердите, пожалуйста, что прочитали.\n\nСбор в пятницу"
    await igor.tap("Ознакомлен(а)", message=igor.last)

    def read(session: Session) -> int:
        return len(session.scalars(select(DeliveryRow).where(DeliveryRow.read_at.is_not(None))).all())

    assert await stage.read(read) == 3, "the reminder's answer counts for both"


async def test_the_preview_shows_ones_own_name_and_booking(stage: Stage) -> None:
    elena = await boss(stage)
    slot = await stage.slot(await stage.workshop("Сварка"), "13 10:00")

    def book(session: Session) -> None:
        person = session.scalars(select(PersonRow.id).where(PersonRow.name == "Елена")).one()
        add_booking(session, slot, person)

    await stage.write(book)
    await drafted(stage, elena, "{Имя}, ждём вас: {запись}. Ваш {класс}")
    assert "Слово в скобках останется как есть: {класс}." in elena.screen
    await elena.tap("Показать мне")
    assert elena.news[0] == "Елена, ждём вас: Сварка, вт 13 октября, 10:00–11:30. Ваш {класс}"


async def test_drafts_survive_a_restart_and_can_be_thrown_away(stage: Stage) -> None:
    elena = await boss(stage)
    await elena.send("/menu")
    await elena.tap("Координатору", "Новая рассылка")
    await stage.restart()
    await elena.send("Первая")
    await stage.restart()
    await wrote(elena, "Вторая")
    await elena.send("/menu")
    await elena.tap("Координатору", "Рассылки")
    assert elena.screen == (
        "Рассылки\n\n1. Черновик, пн 12 октября, 12:00\nВторая\n\n2. Черновик, пн 12 октября, 12:00\nПервая"
    )
    await elena.tap("2. Первая", "Удалить черновик")
    gone = elena.last.data("Да, удалить")
    await elena.tap("Да, удалить")
    assert "Первая" not in elena.screen
    await elena.hack(gone)
    assert elena.screen.startswith(("Такой рассылки нет", "Рассылка уже изменилась"))


async def test_a_colleague_of_one_place_sees_and_reaches_only_theirs(stage: Stage) -> None:
    elena, lida = await boss(stage), await boss(stage, "Лида", "labinskiy")
    here = await teacher(stage, "Ольга")
    there = await teacher(stage, "Игорь", "krasnodar")
    mine = await drafted(stage, elena, "Для края")
    await lida.send("/menu")
    await lida.tap("Координатору", "Рассылки")
    assert lida.screen == "Рассылки\n\nРассылок пока не было."
    await lida.hack(f"bd:{mine}")
    assert lida.screen.startswith("Такой рассылки нет или она не ваша.")
    await drafted(stage, lida, "Для района")
    assert "Получат: 1 человек" in lida.screen
    await lida.tap("Отправить", "Отправить сейчас")
    assert (here.heard, there.heard) == (["Для района"], [])


async def test_a_button_opens_an_activity(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, "Ольга")
    await stage.slot(await stage.workshop("Сварка: первый шов"), "13 10:00")
    await stage.programme_is_ready()
    await drafted(stage, elena, "Приходите")
    await elena.tap("Кнопка")
    await elena.send("абракадабра")
    assert elena.screen == "По запросу «абракадабра» ничего не нашлось. Напишите иначе."
    await elena.send("сварщики")
    await elena.tap("Сварка: первый шов")
    await stage.tick()
    assert "Кнопка: Сварка: первый шов" in elena.screen
    await elena.hack(elena.last.data("Кнопка").replace("bdk", "bdk1") + ":999999")
    assert "Кнопка:" not in elena.screen
    await elena.tap("Кнопка")
    await elena.send("сварщики")
    await elena.tap("Сварка: первый шов")
    await elena.tap("Тема", "инженерия")
    assert "Тема: инженерия." in elena.screen
    await elena.tap("Отправить", "Отправить сейчас")
    await olga.tap("Сварка: первый шов")
    assert olga.screen.startswith("Сварка: первый шов")


async def test_what_is_long_over_says_that_its_figures_are_gone(stage: Stage) -> None:
    elena = await boss(stage)
    await teacher(stage, "Ольга")
    await drafted(stage, elena, "Сбор в пятницу")
    await elena.tap("Отправить", "Отправить сейчас")
    await stage.advance(timedelta(seconds=5))
    await stage.advance(timedelta(days=91))
    await stage.application.clean_up()
    await elena.send("/menu")
    await elena.tap("Координатору", "Рассылки", "1. Сбор в пятницу")
    assert "Кто её получил, уже удалено: это хранится 90 дней." in elena.screen
    assert "Отчёт" not in elena.buttons

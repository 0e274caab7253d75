"""A coordinator runs the programme from the chat: moves, cancels, reads the answers, calls, and undoes a slip."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest

from db.engine import Session
from db.models import PersonRow, RoleGrantRow, SlotRow
from tests import town
from tests.e2e.stage import NOON, Stage, Visitor

MINUTES = timedelta(minutes=1)


def _grant(session: Session, user_id: int, role: str, municipality: str | None) -> None:
    person = session.query(PersonRow).filter_by(messenger_user_id=str(user_id)).one()
    session.add(RoleGrantRow(person_id=person.id, role=role, municipality_code=municipality, granted_at=NOON))


async def coordinator(stage: Stage, name: str = "Елена", municipality: str | None = "labinskiy") -> Visitor:
    elena = await stage.registered(name, role="teacher")
    await stage.write(_grant, elena.id, "coordinator", municipality)
    await elena.send("/menu")
    return elena


async def booked(stage: Stage, name: str, slot: int, **values: object) -> Visitor:
    visitor = await stage.registered(name, **values)
    person = await stage.read(
        lambda session: session.query(PersonRow).filter_by(messenger_user_id=str(visitor.id)).one().id
    )
    await stage.write(town.add_booking, slot, person)
    return visitor


@pytest.fixture
async def slot(stage: Stage) -> int:
    return await stage.slot(await stage.workshop("Сварка", code="W1"), "14 10:00", capacity=2, code="W1-A")


async def open_slot(elena: Visitor) -> None:
    await elena.tap("Координатору", "Найти и изменить", "Неделя", "1. 10:00 · Сварка")


async def test_a_slot_moves_and_the_answers_come_back(stage: Stage, slot: int) -> None:
    elena = await coordinator(stage)
    anya, boris = await booked(stage, "Аня", slot), await booked(stage, "Борис", slot)

    await open_slot(elena)
    assert "Мест: 2, занято 2." in elena.screen
    await elena.tap("Изменить", "Время")
    await elena.send("15.10 15:00–16:30")
    assert "Время: ср 14 октября, 10:00–11:30 → чт 15 октября, 15:00–16:30" in elena.screen
    assert "Сообщение получат 2 человека." in elena.screen
    assert "Занятие изменилось: Сварка" in elena.screen
    anya.listen()
    await elena.tap("Применить")
    assert "Готово" in elena.screen
    assert "через 10 минут. Получателей: 2" in elena.screen
    await stage.advance(9 * MINUTES)
    assert anya.news == []
    await stage.advance(1 * MINUTES)
    assert "было ср 14 октября, 10:00–11:30 → стало чт 15 октября, 15:00–16:30" in anya.screen
    assert "Занятие изменилось" in boris.screen

    await anya.tap("✅ Приду")
    await boris.tap("❌ Не приду", "Да, отдать место")
    await elena.tap("К занятию", "Кто придёт")
    assert "Занято мест: 1 из 2\nПридут: 1\nНе ответили: 0\nОтказались: 1" in elena.screen
    assert "Звонить никому не нужно" in elena.screen


async def test_who_had_closed_the_bot_reads_what_moved_when_they_return(stage: Stage, slot: int) -> None:
    elena = await coordinator(stage)
    anya = await booked(stage, "Аня", slot)
    await anya.seat.block()
    await open_slot(elena)
    await elena.tap("Изменить", "Время")
    await elena.send("15.10 15:00–16:30")
    await elena.tap("Применить")
    anya.listen()
    await stage.advance(20 * MINUTES)
    assert anya.news == []

    await anya.seat.unblock()
    await stage.settle()
    await stage.advance(1 * MINUTES)
    [told] = anya.news
    assert "было ср 14 октября, 10:00–11:30 → стало чт 15 октября, 15:00–16:30" in told
    await anya.send("/start")
    anya.listen()
    await stage.advance(20 * MINUTES)
    assert anya.news == []


async def test_a_cancellation_says_why_and_who_blocked_the_bot_is_called(stage: Stage, slot: int) -> None:
    elena = await coordinator(stage)
    anya, boris = await booked(stage, "Аня", slot), await booked(stage, "=Борис", slot)
    await boris.seat.block()

    await open_slot(elena)
    await elena.tap("Отменить занятие")
    await elena.send("Прорвало трубу")
    assert "Почему: Прорвало трубу" in elena.screen
    await elena.tap("Применить", "Разослать сейчас")
    await stage.tick()
    assert "Занятие отменено: Сварка" in anya.screen
    assert "Почему: Прорвало трубу" in anya.screen
    assert stage.refusals() == []

    await elena.tap("К занятию", "Кто придёт")
    assert "Список для звонков: 1" in elena.buttons[0]
    await elena.tap("📞 Список для звонков: 1")
    file = elena.seat.messages[-1].file
    assert file is not None
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    [_, row] = sheet.iter_rows(values_only=True)
    assert row[:3] == ("=Борис", "Лабинский", "9 класс")
    assert row[5] == "Бот заблокирован"


async def test_a_slip_is_undone_before_anybody_reads_it(stage: Stage, slot: int) -> None:
    elena = await coordinator(stage)
    anya = await booked(stage, "Аня", slot)
    anya.listen()

    await open_slot(elena)
    await elena.tap("Изменить", "Время", "+1 день", "Применить")
    await elena.tap("Изменить другое", "Ещё не разослано")
    assert "Время: ср 14 октября, 10:00–11:30 → чт 15 октября, 10:00–11:30" in elena.screen
    assert "Осталось 10 минут" in elena.screen
    await elena.tap("1. Сварка", "Отменить правку")
    assert "Правка отменена: Сварка\nср 14 октября, 10:00–11:30" in elena.screen
    await stage.advance(20 * MINUTES)
    assert anya.news == []
    await elena.tap("Ещё не разослано")
    assert "Всё разослано" in elena.screen


async def test_a_slot_is_added_as_an_import_would_and_more_places_move_the_waiting_list(stage: Stage) -> None:
    workshop = await stage.workshop("Сварка", code="W1")
    slot = await stage.slot(workshop, "14 10:00", capacity=1, room="каб. 5")
    elena = await coordinator(stage)
    await booked(stage, "Аня", slot)
    boris = await stage.registered("Борис")
    await boris.send("/start act_W1")
    await boris.tap("Записаться", "В лист ожидания")

    await open_slot(elena)
    await elena.tap("Изменить", "Число мест")
    await elena.send("много")
    assert "Нужно число от 1" in elena.screen
    await elena.send("2")
    assert "Из листа ожидания место сразу получит 1 человек" in elena.screen
    await elena.tap("Применить")
    assert "Для вас освободилось место" in boris.screen

    await elena.tap("К занятию", "Все занятия", "Добавить занятие", "Ещё через неделю")
    assert "ср 21 октября, 10:00–11:30" in elena.screen
    await elena.tap("12", "каб. 5")
    assert "Код: W1-20261021-1000" in elena.screen
    await elena.tap("Применить", "К занятию")
    assert "Мест: 12, занято 0." in elena.screen
    await elena.tap("Все занятия", "Добавить занятие")
    await elena.send("21.10 10:00–11:30")
    await elena.tap("12", "Без кабинета")
    assert "уже есть занятие" in elena.screen


async def test_a_place_is_chosen_by_name_and_everybody_of_all_slots_hears_of_it(stage: Stage) -> None:
    workshop = await stage.workshop("Сварка", code="W1")
    first, second = await stage.slot(workshop, "14 10:00"), await stage.slot(workshop, "15 10:00")
    await stage.write(
        lambda session: town.add_venue(session, name="Кванториум", municipality_code="labinskiy")
    )
    await stage.write(lambda session: town.add_venue(session, name="Чужая", municipality_code="krasnodar"))
    elena = await coordinator(stage)
    anya, boris = await booked(stage, "Аня", first), await booked(stage, "Борис", second)

    await open_slot(elena)
    await elena.tap("Изменить", "Площадка")
    await elena.send("чужая")
    assert "нет. Напишите иначе" in elena.screen
    await elena.send("квант")
    await elena.tap("Кванториум")
    assert "Место изменится у 2 занятий." in elena.screen
    assert "Сообщение получат 2 человека." in elena.screen
    await elena.tap("Применить")
    await stage.advance(10 * MINUTES)
    assert "Кванториум" in anya.screen
    assert "Кванториум" in boris.screen


async def test_a_text_is_found_by_search_after_it_changed_and_mentors_are_linked(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="W1"), "14 10:00")
    await stage.programme_is_ready()
    elena = await coordinator(stage)
    await stage.registered("Сергей Иванович", role="mentor")
    mentor = stage.visitor("Сергей Иванович")
    await stage.write(_grant, mentor.id, "mentor", "labinskiy")

    await elena.tap("Координатору", "Найти и изменить")
    await elena.send("сварка")
    await elena.tap("1. Сварка", "Тексты", "Название")
    await elena.send("Робототехника")
    assert "Было: Сварка\nСтанет: Робототехника" in elena.screen
    assert "её увидят в карточке" in elena.screen
    await elena.tap("Применить")
    await stage.advance(2 * MINUTES)
    await elena.send("робот")
    assert "1. Робототехника" in elena.screen
    await elena.tap("1. Робототехника", "Наставник", "Сергей Иванович")
    assert "✓ Сергей Иванович" in elena.buttons[1]
    await elena.tap("Назад")
    assert "Видит записи: Сергей Иванович" in elena.screen


async def test_a_move_onto_another_booking_offers_a_swap(stage: Stage, slot: int) -> None:
    other = await stage.slot(await stage.workshop("Дроны", code="D1"), "14 15:00")
    elena = await coordinator(stage)
    anya = await booked(stage, "Аня", slot)
    person = await stage.read(
        lambda session: session.query(PersonRow).filter_by(messenger_user_id=str(anya.id)).one().id
    )
    await stage.write(town.add_booking, other, person)

    await open_slot(elena)
    await elena.tap("Изменить", "Время")
    await elena.send("15:30")
    assert "У 1 человека в это время другая запись" in elena.screen
    await elena.tap("Применить", "Разослать сейчас")
    await stage.tick()
    assert "• Дроны – ср 14 октября, 15:00–16:30" in anya.screen
    await anya.tap("Заменить запись")
    assert "Вы ответили: приду" in anya.screen
    await anya.send("/my")
    assert "Дроны" not in anya.screen
    assert "Сварка" in anya.screen


async def test_old_previews_and_strange_times_change_nothing(stage: Stage, slot: int) -> None:
    elena, olga = await coordinator(stage), await coordinator(stage, "Ольга")
    await open_slot(elena)
    await elena.tap("Изменить", "Время")
    for typed, answer in (
        ("завтра", "Не понял время"),
        ("32.10 10:00", "Такого дня нет"),
        ("15:00–14:00", "Конец должен быть позже"),
        ("01.10.2026 10:00", "уже прошло"),
    ):
        await elena.send(typed)
        assert answer in elena.screen
    await elena.send("16:00")
    old = elena.last.data("Применить")
    await open_slot(olga)
    await olga.tap("Изменить", "Время", "+1 день", "Применить")

    await elena.tap("Применить")
    assert "Пока вы смотрели, занятие изменили" in elena.screen
    await elena.tap("Применить")
    assert "Готово" in elena.screen
    toast = await elena.hack(old)
    assert "уже применена или устарела" in (toast.text or "")
    assert "ср 14 октября, 16:00–17:30" in elena.screen


async def book_in_chat(stage: Stage, name: str) -> Visitor:
    visitor = await stage.registered(name)
    await visitor.send("/start act_W1")
    await visitor.tap("Записаться")
    assert "Вы записаны" in visitor.screen
    return visitor


async def test_who_booked_between_two_edits_reads_what_became_of_what_they_read(
    stage: Stage, slot: int
) -> None:
    elena, anya = await coordinator(stage), await booked(stage, "Аня", slot)
    await open_slot(elena)
    await elena.tap("Изменить", "Время")
    await elena.send("11:00")
    await elena.tap("Применить")
    boris = await book_in_chat(stage, "Борис")
    await elena.tap("К занятию", "Изменить", "Время")
    await elena.send("12:00")
    assert "Сообщение получат 2 человека." in elena.screen
    await elena.tap("Применить")
    await stage.advance(10 * MINUTES)
    day = "ср 14 октября"
    assert f"было {day}, 10:00–11:30 → стало {day}, 12:00–13:30" in anya.screen
    assert f"было {day}, 11:00–12:30 → стало {day}, 12:00–13:30" in boris.screen


async def test_an_undone_slip_is_told_to_those_alone_who_saw_it(stage: Stage, slot: int) -> None:
    elena, anya = await coordinator(stage), await booked(stage, "Аня", slot)
    await open_slot(elena)
    await elena.tap("Изменить", "Время")
    await elena.send("11:00")
    await elena.tap("Применить")
    boris = await book_in_chat(stage, "Борис")
    anya.listen()
    await elena.tap("Изменить другое", "Ещё не разослано", "1. Сварка", "Отменить правку")
    await stage.advance(10 * MINUTES)
    assert anya.news == []
    assert "было ср 14 октября, 11:00–12:30 → стало ср 14 октября, 10:00–11:30" in boris.screen


async def test_a_preview_says_when_there_is_nobody_to_tell_and_when_it_is_no_news(
    stage: Stage, slot: int
) -> None:
    elena = await coordinator(stage)
    await open_slot(elena)
    await elena.tap("Изменить", "Кабинет")
    await elena.send("каб. 7")
    assert "Писать некому: на занятие никто не записан." in elena.screen
    await booked(stage, "Аня", slot)
    await elena.send("каб. 8")
    assert "Уйдёт через 10 минут" in elena.screen
    await elena.tap("Применить", "К занятию", "Изменить", "Кабинет")
    await elena.send("каб. 5")
    assert "Сообщений не будет: для записанных ничего не меняется." in elena.screen


async def test_who_closed_the_bot_is_booked_all_the_same(stage: Stage, slot: int) -> None:
    elena = await coordinator(stage)
    boris = await booked(stage, "Борис", slot)
    await boris.seat.block()
    await open_slot(elena)
    await elena.tap("Изменить", "Кабинет")
    await elena.send("каб. 7")
    await elena.tap("Применить", "Разослать сейчас")
    await stage.tick()
    assert stage.refusals() == []

    await elena.tap("К занятию", "Отменить занятие")
    await elena.send("Прорвало трубу")
    assert "Сообщение не получит никто. 1 человеку написать нельзя: он в списке для звонков." in elena.screen
    assert "никто не записан" not in elena.screen


async def test_what_begins_within_the_hour_is_told_in_a_minute(stage: Stage, slot: int) -> None:
    elena, anya = await coordinator(stage), await booked(stage, "Аня", slot)
    await stage.move_to(town.moscow("14 09:30"))
    await open_slot(elena)
    await elena.tap("Изменить", "Кабинет")
    await elena.send("каб. 7")
    assert "Уйдёт через 1 минуту" in elena.screen
    await elena.tap("Применить")
    assert "Сообщение уйдёт через 1 минуту. Получателей: 1." in elena.screen
    await stage.advance(1 * MINUTES)
    assert "каб. 7" in anya.screen


async def test_fewer_places_than_taken_are_explained_and_nobody_is_thrown_out(
    stage: Stage, slot: int
) -> None:
    elena = await coordinator(stage)
    anya, boris = await booked(stage, "Аня", slot), await booked(stage, "Борис", slot)
    await open_slot(elena)
    await elena.tap("Изменить", "Число мест")
    await elena.send("1")
    assert "Занято 2, а мест станет 1: лишнее 1. Запись остаётся у всех" in elena.screen
    anya.listen()
    await elena.tap("Применить", "К занятию")
    assert "Записано на 1 место больше, чем есть" in elena.screen
    await stage.advance(10 * MINUTES)
    assert anya.news == []
    for person in (anya, boris):
        await person.send("/my")
        assert "Сварка" in person.screen
    await elena.tap("Все занятия")
    assert any("занято 2 из 1, лишних 1" in label for label in elena.buttons)


async def test_a_room_changes_and_who_is_silent_is_called(stage: Stage, slot: int) -> None:
    """«Приду» is counted; who never opened the message is on the sheet."""
    elena = await coordinator(stage)
    anya, _ = await booked(stage, "Аня", slot), await booked(stage, "Борис", slot)
    await open_slot(elena)
    await elena.tap("Изменить", "Кабинет")
    await elena.send("каб. 7")
    assert "Кабинет: каб. 5 → каб. 7" in elena.screen
    await elena.tap("Применить")
    await stage.advance(10 * MINUTES)
    assert "каб. 7" in anya.screen
    await anya.tap("✅ Приду")
    await elena.tap("К занятию", "Кто придёт")
    assert "Придут: 1\nНе ответили: 1\nОтказались: 0" in elena.screen
    await elena.tap("📞 Список для звонков: 1")
    file = elena.seat.messages[-1].file
    assert file is not None
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    [_, row] = sheet.iter_rows(values_only=True)
    assert (row[0], row[5]) == ("Борис", "Не ответил")


async def test_a_coordinator_of_another_municipality_sees_and_changes_nothing(
    stage: Stage, slot: int
) -> None:
    elena = await coordinator(stage)
    await booked(stage, "Аня", slot)
    await open_slot(elena)
    opened = elena.last.data("Изменить")
    await elena.tap("Изменить", "Время", "+1 день")
    apply = elena.last.data("Применить")

    olga = await coordinator(stage, "Ольга", "krasnodar")
    await olga.tap("Координатору", "Найти и изменить", "Неделя")
    assert "Сварка" not in olga.screen
    await olga.send("сварка")
    assert "ничего не нашлось" in olga.screen
    for data in (opened, apply):
        toast = await olga.hack(data)
        assert "Сварка" not in olga.screen + (toast.text or "")
    await elena.tap("Назад")
    assert "ср 14 октября" in elena.screen


async def test_double_taps_and_old_keyboards_edit_once(stage: Stage, slot: int) -> None:
    elena, anya = await coordinator(stage), await booked(stage, "Аня", slot)
    await open_slot(elena)
    await elena.tap("Изменить", "Время", "+1 день")
    apply = elena.last.data("Применить")
    await elena.tap("Применить")
    for _ in range(2):
        toast = await elena.hack(apply)
        assert "уже применена или устарела" in (toast.text or "")
    assert "чт 15 октября" in elena.screen
    await elena.tap("Ещё не разослано", "1. Сварка")
    undo, send = elena.last.data("Отменить правку"), elena.last.data("Разослать сейчас")
    await elena.tap("Отменить правку")
    for old in (undo, send):
        await elena.hack(old)
        assert "Отменить уже нельзя" in elena.screen
    anya.listen()
    await stage.advance(20 * MINUTES)
    assert anya.news == []


@pytest.mark.parametrize(
    ("way", "typed", "answer"),
    [
        (("Изменить", "Время"), "🤖", "Не понял время"),
        (("Изменить", "Время"), "25:00", "Не понял время"),
        (("Изменить", "Кабинет"), "к" * 500, "Слишком длинно"),
        (("Изменить", "Число мест"), "-3", "Нужно число от 1"),
        (("Изменить", "Число мест"), "0", "Нужно число от 1"),
        (("Изменить", "Число мест"), "1e3", "Нужно число от 1"),
        (("Изменить", "Число мест"), "٣", "Нужно число от 1"),
        (
            ("Изменить", "Площадка"),
            "<b>'; DROP TABLE slot",
            "Другой площадки «<b>'; DROP TABLE slot» у вас нет",
        ),
        (("Изменить", "Тексты", "Название"), "н" * 200, "Слишком длинно"),
        (("Отменить занятие",), "п" * 300, "Слишком длинно"),
        (("Все занятия", "Добавить занятие"), "когда-нибудь", "Не понял время"),
        (("Все занятия", "Добавить занятие", "Ещё через неделю"), "сто", "Нужно число от 1"),
        (("Все занятия", "Добавить занятие", "Ещё через неделю", "12"), "к" * 500, "Слишком длинно"),
    ],
)
async def test_garbage_gets_a_sentence_and_loses_nothing(
    stage: Stage, slot: int, way: tuple[str, ...], typed: str, answer: str
) -> None:
    """The question stays open: the next answer is taken, and nothing has changed until «Применить»."""
    elena = await coordinator(stage)
    await open_slot(elena)
    await elena.tap(*way)
    for _ in range(2):
        await elena.send(typed)
        assert answer in elena.screen
    await elena.show(elena.seat.send_sticker)
    assert elena.screen
    await elena.send(typed)
    assert answer in elena.screen
    assert await stage.read(lambda session: [row.room for row in session.query(SlotRow)]) == ["каб. 5"]
    await elena.send("/menu")
    await open_slot(elena)
    assert "ср 14 октября, 10:00–11:30" in elena.screen

"""Taking a place, clashes, waiting, giving back; calendars."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar

from tests.e2e.stage import Stage, Visitor
from tests.town import MOSCOW, change_slot, moscow


async def test_a_clash_is_refused_and_swapped(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    await stage.slot(await stage.workshop("Дроны", code="DR"), "13 11:00")
    anya = await stage.registered("Аня")

    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await anya.send("/start act_DR")
    await anya.tap("Записаться")
    assert "В это время у вас уже есть запись:\n• Сварка – вт 13 октября, 10:00–11:30" in anya.screen
    await anya.tap("Оставить как есть")
    await anya.send("/my")
    assert "Сварка" in anya.screen
    assert "Дроны" not in anya.screen

    await anya.send("/start act_DR")
    await anya.tap("Записаться", "Заменить запись")
    assert "✅ Вы записаны\n\nДроны" in anya.screen
    await anya.send("/my")
    assert "Сварка" not in anya.screen
    assert "Дроны" in anya.screen


async def test_neighbours_in_time_do_not_clash_but_a_long_way_is_told(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    await stage.slot(await stage.workshop("Дроны", code="DR"), "13 11:30")
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await anya.send("/start act_DR")
    await anya.tap("Записаться")
    assert "✅ Вы записаны\n\nДроны" in anya.screen
    assert "Мало времени на дорогу. В 10:00–11:30 у вас «Сварка» в другом месте." in anya.screen


async def test_a_full_slot_has_a_waiting_list_that_moves_up(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=1)
    anya, boris, vera = [await stage.registered(name) for name in ("Аня", "Борис", "Вера")]
    for person in (anya, boris, vera):
        await person.send("/start act_SV")
        await person.tap("Записаться")
    assert "✅ Вы записаны" in anya.screen
    assert "Мест нет." in boris.screen
    await boris.tap("В лист ожидания")
    assert "Ваш номер в очереди: 1." in boris.screen
    await vera.tap("В лист ожидания")
    assert "Ваш номер в очереди: 2." in vera.screen
    await vera.send("/my")
    assert "лист ожидания, ваш номер 2" in vera.screen

    boris.listen()
    await anya.tap("Отменить запись")
    assert "Отменить запись? Место достанется тому, кто ждёт." in anya.screen
    assert boris.news == []
    await anya.tap("Нет, оставить")
    assert "Вы записаны" in anya.screen
    await anya.tap("Отменить запись")
    yes = anya.last.data("Да, отменить")
    for _ in range(2):
        await anya.hack(yes)
        assert "Запись отменена." in anya.screen
        assert "📅 Убрать из календаря" in anya.buttons

    assert len(boris.news) == 1
    assert "🎉 Для вас освободилось место\n\nСварка\nвт 13 октября, 10:00–11:30" in boris.screen
    await vera.send("/my")
    assert "лист ожидания, ваш номер 1" in vera.screen

    vera.listen()
    await boris.tap("Отдать место")
    assert "Место освобождено." in boris.screen
    assert len(vera.news) == 1
    assert "Для вас освободилось место" in vera.screen
    await vera.tap("Приду")
    assert "Вы ответили: приду" in vera.screen


async def test_whoever_leaves_the_waiting_list_is_not_promoted(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=1)
    anya, boris = await stage.registered("Аня"), await stage.registered("Борис")
    for person in (anya, boris):
        await person.send("/start act_SV")
        await person.tap("Записаться")
    await boris.tap("В лист ожидания", "Выйти из листа ожидания")
    assert "Вернуться можно будет только в конец очереди." in boris.screen
    await boris.tap("Да")
    assert "место достанется другим" not in boris.screen
    boris.listen()
    await anya.tap("Отменить запись", "Да, отменить")
    assert boris.news == []


async def _offered(stage: Stage) -> tuple[Visitor, Visitor, Visitor]:
    """Boris waits for welding although he flies drones then; Vera waits behind him; Anya gives her place back."""
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00", capacity=1)
    await stage.slot(await stage.workshop("Дроны", code="DR"), "14 11:00")
    anya, boris, vera = [await stage.registered(name) for name in ("Аня", "Борис", "Вера")]
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await boris.send("/start act_DR")
    await boris.tap("Записаться")
    for person in (boris, vera):
        await person.send("/start act_SV")
        await person.tap("Записаться", "В лист ожидания")
    for person in (boris, vera):
        person.listen()
    await anya.tap("Отменить запись", "Да, отменить")
    assert "Для вас освободилось место" in boris.screen
    assert "В это время у вас уже есть запись:\n• Дроны – ср 14 октября, 11:00–12:30" in boris.screen
    assert "до пн 12 октября, 14:00" in boris.screen
    assert vera.news == []
    return anya, boris, vera


async def test_an_offer_that_overlaps_is_swapped(stage: Stage) -> None:
    _, boris, vera = await _offered(stage)
    await boris.tap("Заменить запись")
    assert "✅ Вы записаны\n\nСварка" in boris.screen
    await boris.send("/my")
    assert "Дроны" not in boris.screen
    assert vera.news == []


async def test_an_offer_that_is_declined_passes_on(stage: Stage) -> None:
    _, boris, vera = await _offered(stage)
    toast = await boris.toast("Отказаться")
    assert toast.text == "Вы отказались от места"
    assert "Для вас освободилось место" in vera.screen
    await boris.send("/my")
    assert "Дроны" in boris.screen
    assert "Сварка" not in boris.screen


async def test_an_offer_that_nobody_answers_passes_on_after_two_hours(stage: Stage) -> None:
    _, boris, vera = await _offered(stage)
    offer = boris.last
    await stage.move_to(moscow("12 13:59"))
    assert vera.news == []
    await stage.move_to(moscow("12 14:00"))
    assert "Для вас освободилось место" in vera.screen
    assert "Время ответить вышло" in boris.screen
    toast = await boris.toast("Заменить запись", message=offer)
    assert toast.text == "Это уже изменилось – вот как сейчас"
    await vera.send("/my")
    assert "вы записаны" in vera.screen


async def test_an_offer_answers_under_my_bookings_too(stage: Stage) -> None:
    _, boris, vera = await _offered(stage)
    await boris.send("/my")
    await boris.tap("10:00 · Сварка")
    assert "Для вас есть место до пн 12 октября, 14:00." in boris.screen
    await boris.tap("Отказаться от места")
    assert "Для вас освободилось место" in vera.screen


async def test_an_adult_takes_three_places_and_names_who_comes(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=4)
    olga = await stage.registered("Ольга", role="parent")
    await olga.send("/start act_SV")
    await olga.tap("Записаться")
    assert "Сколько человек будет заниматься?" in olga.screen
    assert olga.buttons == ["1", "2", "3", "4", "Назад", "В меню"]
    await olga.tap("3")
    assert "За вами 3 места." in olga.screen

    await olga.tap("Имена, кто придёт")
    await olga.show(olga.seat.send_sticker)
    assert "Нужны только имена" in olga.screen
    await olga.send(", ;; ")
    assert "Нужны только имена" in olga.screen
    assert await olga.send("Маша, Петя, Ия, Лишний") == (
        "Имён больше, чем мест: за вами 3 места. Напишите ещё раз, кто придёт."
    )
    for unfit in ("Маша, Петя Иванов", "Маша, <b>Петя</b>", "Маша 🚀", "Маша, Петя 2015"):
        assert "нужно только имя" in await olga.send(unfit)
    await olga.send("Маша, Анна-Мария; Ия")
    assert "С вами: Маша, Анна-Мария, Ия." in olga.screen

    other = await stage.registered("Марина", role="parent")
    await other.send("/start act_SV")
    assert "1 место" in other.screen
    await other.tap("Записаться", "2")
    assert "Осталось только 1 место, а нужно 2." in other.screen
    await other.tap("Занять 1 место")
    assert "Вы записаны" in other.screen


async def test_all_or_none_in_the_waiting_list_too(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=2)
    first = await stage.registered("Ольга", role="parent")
    second = await stage.registered("Марина", role="parent")
    for person, places in ((first, "2"), (second, "2")):
        await person.send("/start act_SV")
        await person.tap("Записаться", places)
    await second.tap("В лист ожидания")
    assert "Ваш номер в очереди: 1." in second.screen
    assert "Вы ждёте 2 места." in second.screen
    await first.tap("Отменить запись", "Да, отменить")
    assert "За вами 2 места." in second.screen


async def test_a_slot_that_is_not_for_somebody_says_so(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV", grade_from=10, grade_to=11), "13 10:00")
    teachers = await stage.workshop("Курсы", code="KU", kind="forum", format="lecture", audience="teachers")
    await stage.slot(teachers, "13 10:00")
    await stage.slot(await stage.workshop("Дроны", code="DR"), "12 12:30")
    anya = await stage.registered("Аня")

    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    assert "занятие для другого класса (10–11 классы)" in anya.screen
    await anya.send("/start act_KU")
    await anya.tap("Записаться")
    assert "занятие не для вашей роли" in anya.screen
    await anya.send("/start act_DR")
    await stage.advance(timedelta(hours=1))
    await anya.tap("Записаться")
    assert "это занятие уже началось" in anya.screen


async def test_my_bookings_by_day_with_the_past_behind_a_button(stage: Stage) -> None:
    for number, (title, when) in enumerate(
        (("Сварка", "12 14:00"), ("Дроны", "13 10:00"), ("Роботы", "14 9:00"))
    ):
        await stage.slot(await stage.workshop(title, code=f"A{number}"), when.replace(" 9:", " 09:"))
    anya = await stage.registered("Аня")
    for number in range(3):
        await anya.send(f"/start act_A{number}")
        await anya.tap("Записаться")
    await anya.send("/my")
    shown = [line for line in anya.screen.splitlines() if line]
    assert [line for line in shown if "·" in line or "октября" in line or line in {"сегодня", "завтра"}] == [
        "сегодня",
        "14:00–15:30 · Сварка",
        "завтра",
        "10:00–11:30 · Дроны",
        "ср 14 октября",
        "09:00–10:30 · Роботы",
    ]
    assert "Прошедшие" not in anya.buttons
    await stage.move_to(moscow("12 16:00"))
    await anya.send("/my")
    assert "Сварка" not in anya.screen
    await anya.tap("Прошедшие")
    assert "Прошедшие занятия" in anya.screen
    assert "Сварка" in anya.screen
    assert anya.screen.endswith("вы были записаны")
    await anya.tap("Назад")
    assert "Дроны" in anya.screen
    await anya.tap("10:00 · Дроны", "О занятии", "Назад")
    assert "Мои записи" in anya.screen
    await anya.tap("В меню")
    assert "что ищем сегодня" in anya.screen


def _events(visitor: Visitor) -> tuple[str, list[Any], list[Any]]:
    file = visitor.last.file
    assert file is not None
    calendar = Calendar.from_ical(file.content)
    return str(calendar["method"]), list(calendar.walk("VEVENT")), list(calendar.walk("VTIMEZONE"))


async def test_the_calendar_entry_keeps_its_uid_and_is_cancelled_by_a_higher_sequence(stage: Stage) -> None:
    workshop = await stage.workshop("Сварка; <мангал>", code="SV", latitude=44.6, longitude=40.7)
    slot = await stage.slot(workshop, "13 10:00")
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await anya.toast("В календарь")
    method, [first], [zone] = _events(anya)
    assert method == "PUBLISH"
    assert str(zone["tzid"]) == "Europe/Moscow"
    assert str(first["summary"]) == "Сварка; <мангал>"
    assert str(first["status"]) == "CONFIRMED"
    assert first["dtstart"].dt == datetime(2026, 10, 13, 10, tzinfo=MOSCOW)
    assert first["dtstart"].params["TZID"] == "Europe/Moscow"
    assert first["dtend"].dt - first["dtstart"].dt == timedelta(minutes=90)
    assert "каб. 5" in str(first["location"])

    await stage.write(lambda session: _move(session, slot))
    await anya.send("/my")
    await anya.toast("Всё в календарь")
    _, [moved], _ = _events(anya)
    assert moved["uid"] == first["uid"]
    assert moved["sequence"] > first["sequence"]
    assert moved["dtstart"].dt == datetime(2026, 10, 13, 12, tzinfo=MOSCOW)

    await anya.tap("12:00 · Сварка", "Отменить запись", "Да, отменить")
    await anya.toast("Убрать из календаря")
    method, [gone], _ = _events(anya)
    assert method == "CANCEL"
    assert gone["uid"] == first["uid"]
    assert gone["sequence"] > moved["sequence"]
    assert str(gone["status"]) == "CANCELLED"

    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await anya.toast("В календарь")
    _, [again], _ = _events(anya)
    assert again["uid"] == first["uid"]
    assert again["sequence"] > gone["sequence"]
    assert str(again["status"]) == "CONFIRMED"


def _move(session: Any, slot_id: int) -> None:
    change_slot(session, slot_id, starts_at=moscow("13 12:00"), ends_at=moscow("13 13:30"), sequence=1)


async def test_the_venue_comes_as_a_place_on_the_map(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV", latitude=44.6, longitude=40.7), "13 10:00")
    anya = stage.visitor("Аня")
    await anya.send("/start act_SV")
    await anya.toast("На карте")
    venue = anya.last.raw["venue"]
    assert (venue["location"]["latitude"], venue["location"]["longitude"]) == (44.6, 40.7)
    assert venue["address"].startswith("Лабинск")


async def test_a_double_tap_takes_one_place(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=5)
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    card = anya.last
    data = card.data("Записаться")
    await asyncio.gather(*(anya.seat.tap_raw(card, data) for _ in range(5)))
    await stage.settle()
    stage.expect_unmodified()
    await anya.send("/start act_SV")
    assert [label for label in anya.buttons if "Вы записаны" in label] != []
    boris = await stage.registered("Борис")
    await boris.send("/start act_SV")
    assert "4 места" in boris.screen


async def test_once_it_has_begun_nobody_is_promised_the_place(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "12 12:30")
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await stage.move_to(moscow("12 12:45"))
    await anya.tap("Отменить запись")
    assert "передать место никому не получится" in anya.screen
    await anya.tap("Да, отменить")
    assert "место осталось пустым" in anya.screen

"""The clock moves: reminders come, and their answers move the waiting list."""

from __future__ import annotations

from tests.e2e.stage import Stage
from tests.services.programme_desk import SLOT, VENUE, WORKSHOP, Desk, book
from tests.town import moscow


async def test_reminders_come_the_evening_before_and_two_hours_before(stage: Stage) -> None:
    await stage.slot(
        await stage.workshop("Сварка", code="SV", bring="<обувь> & очки"), "14 15:00", capacity=1
    )
    anya, boris = await stage.registered("Аня"), await stage.registered("Борис")
    for person in (anya, boris):
        await person.send("/start act_SV")
        await person.tap("Записаться")
    await boris.tap("В лист ожидания")
    for person in (anya, boris):
        person.listen()

    await stage.move_to(moscow("13 17:59"))
    assert anya.news == []
    await stage.move_to(moscow("13 18:00"))
    assert len(anya.news) == 1
    assert anya.screen.startswith(
        "⏰ Напоминание: завтра в 15:00\n\nСварка\nср 14 октября, 15:00–16:30\nГде: Лабинск"
    )
    assert "каб. 5" in anya.screen
    assert "Взять с собой: <обувь> & очки" in anya.screen
    await anya.tap("Приду")
    assert "Вы ответили: приду" in anya.screen

    anya.listen()
    await stage.move_to(moscow("14 13:00"))
    assert len(anya.news) == 1
    assert "сегодня в 15:00" in anya.screen
    # No reminder for whoever only waits: one word that it was in vain, in time to choose something else.
    assert [news.partition("\n")[0] for news in boris.news] == ["⏳ Лист ожидания: места пока нет"]
    boris.listen()

    await anya.tap("Не приду")
    assert "Точно не придёте?" in anya.screen
    assert boris.news == []
    await anya.tap("Да, отдать место")
    assert "Место освобождено" in anya.screen
    assert len(boris.news) == 1
    assert "Для вас освободилось место" in boris.screen


async def test_old_answers_stay_answers(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00")
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await stage.move_to(moscow("12 18:00"))
    reminder = anya.last
    await stage.move_to(moscow("13 17:00"))
    toast = await anya.toast("Приду", message=reminder)
    assert toast.text == "Это занятие уже прошло"


async def test_all_off_means_no_reminders(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00")
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await anya.send("/reminders")
    await anya.tap("Выключить все")
    anya.listen()
    await stage.move_to(moscow("13 14:00"))
    assert anya.news == []


async def test_who_blocked_the_bot_and_came_back_hears_from_it_again(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00")
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await anya.seat.block()
    await stage.move_to(moscow("12 18:00"))
    assert stage.refusals() == []
    await anya.seat.unblock()
    await stage.settle()
    anya.listen()
    await stage.move_to(moscow("13 13:00"))
    assert len(anya.news) == 1
    assert "Напоминание" in anya.screen


async def test_an_import_that_moves_a_slot_is_one_message_and_a_cancelled_one_names_others(
    stage: Stage,
) -> None:
    desk = Desk(stage.database)
    venue = {**VENUE, "муниципалитет": "Лабинский"}

    async def bring(**changes: object) -> None:
        slots = [{**SLOT, "дата": "14.10.2026", **changes}, {**SLOT, "код": "S2", "дата": "15.10.2026"}]
        await desk.apply(book(venues=[venue], workshops=[WORKSHOP], slots=slots), stage.clock.now())
        await stage.tick()

    await bring()
    anya = await stage.registered("Аня")
    await anya.send("/start act_W1")
    await anya.tap("ср 14 октября")
    anya.listen()
    await stage.move_to(moscow("12 12:01"))

    await bring(начало="12:00", конец="13:30")
    await stage.move_to(moscow("12 12:05"))
    await bring(начало="12:00", конец="13:30", кабинет="7")
    assert anya.news == []
    await stage.move_to(moscow("12 12:20"))
    assert len(anya.news) == 1
    assert "было ср 14 октября, 10:00–11:30 → стало ср 14 октября, 12:00–13:30" in anya.screen
    assert ", 7" in anya.screen
    await anya.tap("Приду")

    anya.listen()
    await bring(начало="12:00", конец="13:30", кабинет="7", отменено="да")
    await stage.move_to(moscow("12 12:40"))
    assert len(anya.news) == 1
    assert "Занятие отменено: Сварка" in anya.screen
    assert "• Сварка – чт 15 октября, 10:00–11:30" in anya.screen
    await stage.move_to(moscow("13 18:00"))
    assert len(anya.news) == 1

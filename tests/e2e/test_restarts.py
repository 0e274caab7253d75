"""Another process on the same database: forms go on, old keyboards answer, what is due comes."""

from __future__ import annotations

from tests.e2e.stage import Stage
from tests.town import moscow


async def test_a_form_goes_on_where_it_was(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    anya = stage.visitor("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await stage.restart()
    await anya.tap("Ученик", "Даю согласие")
    await stage.restart()
    await anya.send("Аня Петрова")
    await stage.restart()
    await anya.send("лабинск")
    await stage.restart()
    await anya.tap("9")
    assert "✅ Вы записаны\n\nСварка" in anya.screen


async def test_old_keyboards_answer_after_a_restart(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    await stage.programme_is_ready()
    anya = await stage.registered("Аня")
    await anya.send("/menu")
    menu = anya.last
    await anya.send("сварка")
    found = anya.last
    await stage.restart()
    await anya.toast("1. Сварка", message=found)
    await anya.tap("Записаться")
    booked = anya.last
    await stage.restart()
    await anya.toast("Мои записи", message=menu)
    assert stage.sandbox.count("editMessageText") > 0
    await anya.toast("Отменить запись", message=booked)
    await stage.restart()
    await anya.toast("Да, отменить", message=anya.seat.message(booked.id))
    await anya.send("/my")
    assert "Записей пока нет" in anya.screen


async def test_reminders_due_meanwhile_come_after_the_start(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00")
    anya = await stage.registered("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    anya.listen()
    await stage.stop()
    stage.clock.advance_to(moscow("12 19:00"))
    await stage.start()
    await stage.tick()
    assert len(anya.news) == 1
    assert "Напоминание: завтра в 15:00" in anya.screen
    await stage.restart()
    await stage.tick()
    assert len(anya.news) == 1

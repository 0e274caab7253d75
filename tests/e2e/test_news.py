"""News comes before reminders, and a button means what its message said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.e2e.stage import Stage, Visitor
from tests.e2e.test_editing import coordinator
from tests.town import moscow


async def booked(stage: Stage, name: str = "Аня", *labels: str) -> Visitor:
    person = await stage.registered(name)
    await person.send("/start act_SV")
    await person.tap("Записаться", *labels)
    return person


async def edit(elena: Visitor, clock: str, what: str, new: str) -> None:
    await elena.send("/menu")
    await elena.tap("Координатору", "Найти и изменить", "Неделя", f"1. {clock} · Сварка", "Изменить", what)
    await elena.send(new)
    await elena.tap("Применить")


async def minutes_pass(stage: Stage, until: str) -> None:
    while stage.clock.now() < moscow(until):
        await stage.move_to(min(stage.clock.now() + timedelta(minutes=5), moscow(until)))


def saying(person: Visitor, words: str) -> list[str]:
    return [text for text in person.news if words in text]


@pytest.mark.parametrize(
    ("start", "edited", "what", "new", "until"),
    [
        ("14 10:00", "13 17:55", "Время", "14.10 15:00–16:30", "14 08:00"),
        ("14 10:00", "14 07:57", "Кабинет", "каб. 77", "14 09:00"),
        ("14 15:00", "13 21:10", "Время", "14.10 09:30–11:00", "14 09:00"),
    ],
)
async def test_a_change_is_told_once_and_before_the_reminder_of_it(
    stage: Stage, start: str, edited: str, what: str, new: str, until: str
) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), start)
    elena, anya = await coordinator(stage), await booked(stage)
    for moment in ("13 17:00", "13 18:00", edited):
        if moscow(moment) <= moscow(edited):
            await stage.move_to(moscow(moment))
    await edit(elena, start.split()[1], what, new)
    anya.listen()
    await minutes_pass(stage, until)
    assert len(saying(anya, "было")) == 1
    assert "было" in anya.news[0], "what follows says only how it is"


async def test_a_move_to_an_early_hour_is_told_in_the_evening_and_not_in_the_morning(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 15:00")
    elena, anya = await coordinator(stage), await booked(stage)
    await stage.move_to(moscow("13 21:10"))
    await edit(elena, "15:00", "Время", "14.10 09:30–11:00")
    anya.listen()
    await minutes_pass(stage, "13 21:30")
    assert len(saying(anya, "было")) == 1


async def test_what_can_wait_is_not_told_at_night(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 15:00")
    elena, anya = await coordinator(stage), await booked(stage)
    await stage.move_to(moscow("12 23:10"))
    await edit(elena, "15:00", "Кабинет", "каб. 77")
    anya.listen()
    await minutes_pass(stage, "13 07:59")
    assert anya.news == []
    await minutes_pass(stage, "13 08:01")
    assert len(saying(anya, "было")) == 1


async def test_an_answer_to_what_was_before_is_asked_for_again(stage: Stage) -> None:
    """The reminder itself is the news: «Приду» to ten o'clock says nothing of three."""
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00")
    elena, anya = await coordinator(stage), await booked(stage)
    await stage.move_to(moscow("13 18:00"))
    await anya.tap("✅ Приду")
    await stage.move_to(moscow("14 07:57"))
    await edit(elena, "10:00", "Кабинет", "каб. 77")
    await minutes_pass(stage, "14 08:05")
    assert "каб. 77" in anya.screen
    assert "✅ Приду" in anya.buttons


async def test_a_place_is_told_of_before_it_is_reminded_of(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00", capacity=1)
    anya = await booked(stage)
    vera = await booked(stage, "Вера", "В лист ожидания")
    await stage.move_to(moscow("13 21:30"))
    vera.listen()
    await anya.send("/my")
    await anya.tap(
        next(label for label in anya.buttons if "Сварка" in label), "Отменить запись", "Да, отменить"
    )
    await minutes_pass(stage, "14 09:00")
    assert "освободилось место" in vera.news[0]
    assert saying(vera, "Напоминание") == []


@pytest.mark.parametrize("label", ["✅ Приду", "❌ Не приду"])
async def test_a_button_under_an_old_time_shows_the_new_one_and_asks(stage: Stage, label: str) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00")
    elena, anya = await coordinator(stage), await booked(stage)
    await stage.move_to(moscow("13 18:00"))
    await edit(elena, "10:00", "Время", "14.10 15:00–16:30")
    await anya.tap(label)
    assert "было ср 14 октября, 10:00" in anya.screen
    await elena.send("/menu")
    await elena.tap("Координатору", "Найти и изменить", "Неделя", "1. 15:00 · Сварка", "Кто придёт")
    assert "Придут: 0" in elena.screen
    anya.listen()
    await minutes_pass(stage, "13 18:15")
    assert len(saying(anya, "было")) == 1, "a tap under the old time has not read the new one"


async def test_the_new_time_is_agreed_to_where_it_was_shown(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00")
    elena, anya = await coordinator(stage), await booked(stage)
    await stage.move_to(moscow("13 18:00"))
    await edit(elena, "10:00", "Время", "14.10 15:00–16:30")
    await anya.tap("✅ Приду")
    assert (await anya.toast("✅ Приду")).text == "Ждём вас!"
    anya.listen()
    await minutes_pass(stage, "13 18:15")
    assert saying(anya, "было") == [], "it was read and answered"


async def test_a_question_whether_to_give_the_place_back_is_about_the_time_it_named(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00")
    elena, anya = await coordinator(stage), await booked(stage)
    await stage.move_to(moscow("13 18:00"))
    await anya.tap("❌ Не приду")
    await edit(elena, "10:00", "Время", "14.10 15:00–16:30")
    await anya.tap("Да, отдать место")
    assert "было ср 14 октября, 10:00" in anya.screen
    await anya.tap("❌ Не приду", "Да, отдать место")
    assert "Место освобождено" in anya.screen

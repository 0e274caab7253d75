"""«Рядом со мной»: from home in one tap, from here with a place, and no button at the bottom before it is wanted."""

from __future__ import annotations

from tests.e2e.stage import Stage


async def test_from_home_nothing_needs_to_be_sent(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка"), "13 10:00")
    anya = await stage.registered("Аня")

    await anya.send("/workshops")
    await anya.tap("Рядом со мной")
    assert anya.buttons == ["От моего муниципалитета", "📍 Отправить, где я", "Назад", "В меню"]
    assert anya.seat.keyboard == []
    await anya.tap("От моего муниципалитета")
    assert "сначала ближние" in anya.screen
    assert anya.seat.keyboard == []

    await stage.programme_is_ready()
    await anya.send("сварка")
    assert "сначала ближние" not in anya.screen
    assert "Выбрано: расстояние от вас" in anya.screen


async def test_from_here_the_place_is_sent_by_a_button_below(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка"), "13 10:00")
    anya = await stage.registered("Аня")

    await anya.send("/workshops")
    await anya.tap("Рядом со мной", "📍 Отправить, где я")
    assert anya.seat.keyboard == [["📍 Отправить, где я"]]
    await anya.locate(45.04, 38.98)
    assert "сначала ближние" in anya.screen
    assert anya.seat.keyboard == []


async def test_who_has_no_home_yet_is_asked_for_the_place_at_once(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка"), "13 10:00")
    guest = stage.visitor("Гость")

    await guest.send("/workshops")
    await guest.tap("Рядом со мной")
    assert guest.seat.keyboard == [["📍 Отправить, где я"]]

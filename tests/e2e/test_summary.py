"""«Сводка»: numbers in words, pictures with their numbers below, and nothing for anybody else."""

from __future__ import annotations

import struct
import zlib

import pytest

from domain.chart import CannotPaint, Chart
from tests.e2e.stage import Stage, Visitor
from tests.e2e.test_mentoring import book, coordinator, mentor
from tests.town import moscow

PNG = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


DOT = (
    PNG
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
"""A picture of one grey pixel."""


class Sketches:
    """A painter that keeps what it was asked for."""

    def __init__(self) -> None:
        self.charts: list[Chart] = []

    async def paint(self, chart: Chart) -> bytes:
        self.charts.append(chart)
        return DOT


async def no_brush(chart: Chart) -> bytes:
    raise CannotPaint


async def opened(stage: Stage, municipality: str | None) -> Visitor:
    visitor = await coordinator(stage, "Елена", municipality)
    await visitor.send("/menu")
    await visitor.tap("Координатору", "Сводка")
    return visitor


async def test_numbers_come_in_words(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00", capacity=2)
    for name in ("Аня", "Борис", "Вера"):
        await book(await stage.registered(name), "SV")
    await stage.sandbox.person("Вера").tap("В лист ожидания")
    await stage.settle()
    elena = await opened(stage, None)
    for words in (
        "Все муниципалитеты, на пн 12 октября, 12:00",
        "1 мастерская, 0 мероприятий форума. Впереди 1 занятие.",
        "Места: занято 2 из 2 (100 %).",
        "В листах ожидания: 1.",
        "Люди: 3 ученика, 1 педагог.",
        "Новые записи: сегодня 3, с понедельника 3.",
        "«приду» – 0, «не приду» – 0, не ответили – 2.",
        "наставники пока никого не отметили",
    ):
        assert words in elena.screen


async def test_a_coordinator_elsewhere_counts_nothing_of_it(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00", capacity=2)
    await book(await stage.registered("Аня"), "SV")
    elena = await opened(stage, "armavir")
    assert "0 мастерских" in elena.screen
    assert "Места:" not in elena.screen
    assert "Новые записи: сегодня 0" in elena.screen
    toast = await elena.toast("Сколько мест занято")
    assert toast.text == "Впереди нет занятий с местами: рисовать нечего."


async def test_pictures_say_their_numbers(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    sketches = Sketches()
    monkeypatch.setattr(stage.application.painter, "paint", sketches.paint)
    activity = await stage.workshop("Сварка <шов>", code="SV")
    await stage.slot(activity, "13 15:00", capacity=2)
    people = [await stage.registered(name) for name in ("Аня", "Борис", "Вера")]
    for person in people:
        await book(person, "SV")
    await people[2].tap("В лист ожидания")
    sergey = await mentor(stage, "Сергей", activity)
    elena = await opened(stage, None)
    menu = elena.last
    toast = await elena.toast("Сколько мест занято")
    assert toast.text == "Рисую, это несколько секунд…"
    assert elena.last.file is not None
    assert elena.last.file.content == DOT
    assert "Технологии: 100 % · 2 из 2" in elena.screen
    assert elena.buttons == ["Сводка словами", "В меню"]
    await elena.tap("Записи по дням", message=menu)
    assert "пн 12 октября: 3" in elena.screen
    await elena.tap("Листы ожидания", message=menu)
    assert "Сварка <шов> · вт 13 октября, 15:00: ждут 1 место" in elena.screen
    assert "Всего в листах ожидания: 1." in elena.screen
    toast = await elena.toast("Кто не пришёл", message=menu)
    assert toast.text == "За 30 дней никто не отмечен отсутствующим: рисовать нечего."

    await stage.move_to(moscow("13 15:00"))
    await sergey.send("/menu")
    await sergey.tap("Мои занятия", "сегодня в 15:00", "Отметить", "Все пришли", "Борис")
    await elena.tap("Кто не пришёл", message=menu)
    assert "Сварка <шов> · Лабинск: 1 из 2 (50 %)" in elena.screen
    await elena.tap("Сводка словами")
    assert "Не пришли за 30 дней: 1 из 2 отмеченных (50 %)." in elena.screen
    assert [chart.title for chart in sketches.charts] == [
        "Сколько мест занято",
        "Записи по дням",
        "Листы ожидания",
        "Кто не пришёл",
    ]


async def test_without_a_picture_the_numbers_come_in_words(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.application.painter, "paint", no_brush)
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00", capacity=2)
    elena = await opened(stage, None)
    await elena.tap("Сколько мест занято")
    assert "Картинка не получилась, вот числа словами." in elena.screen
    assert "0 % · 0 из 2" in elena.screen


async def test_the_real_painter_paints(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 15:00", capacity=2)
    elena = await opened(stage, None)
    await elena.tap("Сколько мест занято")
    assert elena.last.file is not None
    assert elena.last.file.content.startswith(PNG)


async def test_nobody_else_gets_numbers(stage: Stage) -> None:
    sergey = await mentor(stage, "Сергей")
    await sergey.send("/menu")
    for data in ("su", "sp:fill", "sp:days", "sp:wait", "sp:away"):
        toast = await sergey.hack(data)
        assert (
            toast.text == "Это может только координатор. Если вы координатор, попросите коллег дать вам роль."
        )
    assert "Сводка" not in " ".join(sergey.heard)

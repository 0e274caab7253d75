"""The reminder settings: every tap says what is on now, and the same tap twice changes nothing."""

from __future__ import annotations

import pytest

from db.engine import Database
from domain.reminders import DEFAULT, NONE, Offset
from handlers.reminders import routes
from services.reminder_settings import ReminderSettings, settings
from tests.handlers.tapping import Phone
from tests.town import MOSCOW, add_person, moscow

NOW = moscow("12 12:00")


@pytest.fixture
async def phone(database: Database) -> Phone:
    phone = Phone(database, routes.router(), await database.write(add_person), NOW, MOSCOW)
    await phone.tap_data("rem")
    return phone


async def stored(phone: Phone) -> ReminderSettings:
    view = await phone.database.read(phone._view)
    return await phone.database.read(settings, view.actor, phone.now)


async def test_what_is_on_stands_in_words(phone: Phone) -> None:
    assert phone.text == (
        "<b>Напоминания</b>\n\n"
        "Напоминаю о занятиях: вечером накануне, за 2 часа.\n\n"
        "Нажмите, чтобы включить или выключить. "
        "Ночью не пишу: что пришлось бы на ночь, приходит в 20:00 накануне."
    )
    assert phone.labels == [
        ["За неделю: выключено"],
        ["✓ Вечером накануне: включено"],
        ["Утром в этот день: выключено"],
        ["✓ За 2 часа: включено"],
        ["За 30 минут: выключено"],
        ["Выключить все"],
        ["Пауза до завтра"],
        ["Пауза на неделю", "Пауза на месяц"],
        ["📣 Объявления"],
        ["В меню"],
    ]


async def test_a_reminder_is_switched_on_and_off(phone: Phone) -> None:
    await phone.tap("За неделю")
    assert phone.toast == "Включено: за неделю"
    assert (await stored(phone)).wanted == DEFAULT | Offset.WEEK
    await phone.tap("✓ За неделю")
    assert (await stored(phone)).wanted == DEFAULT


async def test_a_double_tap_wants_the_same_twice(phone: Phone) -> None:
    for _ in range(2):
        await phone.tap_data("remo:1:1")
    assert (await stored(phone)).wanted == DEFAULT | Offset.WEEK


async def test_all_off_says_what_still_comes(phone: Phone) -> None:
    await phone.tap("Выключить все")
    assert (await stored(phone)).wanted == NONE
    assert (
        "Напоминания выключены. О переносе, отмене и освободившемся месте я всё равно напишу." in phone.text
    )
    assert ["Выключить все"] not in phone.labels
    assert ["Пауза до завтра"] in phone.labels, "announcements still come"


@pytest.mark.parametrize(
    ("label", "day", "until"),
    [
        ("Пауза до завтра", "вт 13 октября", "13 00:00"),
        ("Пауза на неделю", "пн 19 октября", "19 00:00"),
    ],
)
async def test_a_pause_ends_when_a_day_begins(phone: Phone, label: str, day: str, until: str) -> None:
    await phone.tap(label)
    assert phone.toast == f"Пауза до {day}. Объявления за это время не придут и потом"
    assert (
        f"⏸ <b>Пауза до {day}.</b> До этого дня не напоминаю и не присылаю объявления: "
        "пропущенные потом не придут. О переносе, отмене и освободившемся месте напишу." in phone.text
    )
    assert (await stored(phone)).paused_until == moscow(until)
    await phone.tap("Снять паузу")
    assert (await stored(phone)).paused_until is None


async def test_a_pause_that_is_over_is_none(phone: Phone) -> None:
    await phone.tap("Пауза до завтра")
    phone.now = moscow("13 00:00")
    assert (await stored(phone)).paused_until is None


@pytest.mark.parametrize("data", ["remp:20261011", "remp:20261012", "remp:today", "remp:20269999"])
async def test_a_pause_button_of_yesterday_says_so(phone: Phone, data: str) -> None:
    await phone.tap_data(data)
    assert phone.toast == "Этот день уже прошёл. Выберите паузу заново"
    assert (await stored(phone)).paused_until is None


@pytest.mark.parametrize("data", ["remo:3:1", "remo:0:1", "remo:1024:1"])
async def test_a_reminder_that_does_not_exist_changes_nothing(phone: Phone, data: str) -> None:
    await phone.tap_data(data)
    assert (await stored(phone)).wanted == DEFAULT

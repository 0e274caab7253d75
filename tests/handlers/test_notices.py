"""What the bot says on its own, in words, and every answer to it: today, twice, too late, by a stranger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from db.engine import Database, Session
from db.models import BookingRow
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, Outgoing, Sent
from domain.reminders import Offset
from handlers.notices import routes
from handlers.notices.letters import LetterWriter
from services.deliveries import claim, mark
from services.notices import settle
from tests.handlers.tapping import TEXTS, Phone
from tests.services.test_deliveries import remind, tell
from tests.services.test_notices import edit
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_slot,
    deliveries,
    moscow,
)

MORNING = moscow("20 09:00")
START = moscow("20 15:00")
WRITE = LetterWriter(TEXTS, MOSCOW, "bot")


def resident(session: Session, /, **values: Any) -> int:
    """A person who is registered: as bookings ask for."""
    return add_person(session, municipality_code="krasnodar", **values)


@pytest.fixture
async def slot(database: Database) -> int:
    return await database.write(add_slot, await database.write(add_activity), START)


@pytest.fixture
async def person(database: Database) -> int:
    return await database.write(resident)


@pytest.fixture
async def booking(database: Database, slot: int, person: int) -> int:
    return await database.write(add_booking, slot, person)


@pytest.fixture
def phone(database: Database, person: int) -> Phone:
    return Phone(database, routes.router(), person, MORNING, MOSCOW)


async def receive(phone: Phone) -> Outgoing:
    """The one letter that is due, on the phone."""
    batch = await phone.database.write(claim, phone.now, MOSCOW, 50)
    [letter] = batch.letters
    await phone.database.write(mark, [(letter, Sent(1))], phone.now)
    message = WRITE(letter, phone.now)
    phone.text, phone.rows = message.text, message.rows
    return message


async def status(database: Database, booking_id: int) -> tuple[str, str | None]:
    def read(session: Session) -> tuple[str, str | None]:
        row = session.get(BookingRow, booking_id)
        assert row is not None
        return row.status, row.answer

    return await database.read(read)


async def test_i_am_coming_is_noted_and_said(phone: Phone, booking: int, person: int) -> None:
    await phone.database.write(remind, booking, person)
    await receive(phone)
    assert phone.text.startswith("⏰ <b>Напоминание: сегодня в 15:00</b>")
    await phone.tap("✅ Приду")
    assert phone.toast == "Ждём вас!"
    assert "Вы ответили: приду" in phone.text
    assert phone.labels == [["❌ Не приду"], ["📌 Мои записи"]]
    assert await status(phone.database, booking) == ("booked", "coming")


async def test_not_coming_asks_once_and_frees_the_place_for_the_next(
    phone: Phone, slot: int, booking: int, person: int
) -> None:
    await phone.database.write(change_slot, slot, capacity=1)
    other = await phone.database.write(
        add_booking, slot, await phone.database.write(resident), status=BookingStatus.WAITING
    )
    await phone.database.write(remind, booking, person)
    await receive(phone)
    await phone.tap("❌ Не приду")
    assert "Точно не придёте?" in phone.text
    assert phone.labels == [["Да, отдать место", "Нет, приду"], ["📌 Мои записи"]]
    assert await status(phone.database, booking) == ("booked", None)
    await phone.tap("Да, отдать место")
    assert phone.toast == "Место освобождено"
    assert phone.labels == [["Записаться снова"], ["📌 Мои записи"]]
    assert await status(phone.database, booking) == ("cancelled", "not_coming")
    assert (await status(phone.database, other))[0] == "booked"
    assert phone.outbox.count == 1


async def test_whoever_thinks_again_keeps_the_place(phone: Phone, booking: int, person: int) -> None:
    await phone.database.write(remind, booking, person)
    await receive(phone)
    await phone.tap("❌ Не приду")
    await phone.tap("Нет, приду")
    assert await status(phone.database, booking) == ("booked", "coming")


async def test_several_visits_in_one_message_are_answered_one_by_one(
    phone: Phone, booking: int, person: int
) -> None:
    later = START + timedelta(hours=3)
    activity = await phone.database.write(add_activity, "Дроны")
    other = await phone.database.write(
        add_booking, await phone.database.write(add_slot, activity, later), person
    )
    await phone.database.write(remind, booking, person)
    await phone.database.write(remind, other, person, starts_at=later)
    await receive(phone)
    assert phone.text.startswith("⏰ <b>Напоминание: у вас 2 занятия</b>")
    await phone.tap("✅ Приду: Сварка")
    await phone.tap("❌ Не приду: Дроны")
    await phone.tap("Да, отдать место")
    assert phone.labels == [
        ["❌ Не приду: Сварка"],
        ["Записаться снова: Дроны"],
        ["📌 Мои записи"],
    ]
    assert await status(phone.database, booking) == ("booked", "coming")
    assert (await status(phone.database, other))[0] == "cancelled"


async def test_a_double_tap_says_how_things_are(phone: Phone, booking: int, person: int) -> None:
    await phone.database.write(remind, booking, person)
    await receive(phone)
    for _ in range(2):
        await phone.tap_data(f"rf:{booking}")
    assert phone.toast == "Это уже изменилось – вот как сейчас"
    assert "Место освобождено" in phone.text


@pytest.mark.parametrize("button", ["rc", "rn", "rf", "ro", "rd"])
async def test_an_old_message_answers_for_ever(phone: Phone, booking: int, person: int, button: str) -> None:
    phone.now = START + timedelta(days=200)
    await phone.tap_data(f"{button}:{booking}")
    assert phone.toast == "Это занятие уже прошло"
    assert "Это занятие уже прошло" in phone.text
    assert await status(phone.database, booking) == ("booked", None)


@pytest.mark.parametrize("button", ["rc", "rn", "rf", "ro", "rd"])
@pytest.mark.parametrize("whose", ["another's", "nobody's"])
async def test_a_strangers_button_changes_nothing_and_says_so(
    phone: Phone, slot: int, button: str, whose: str
) -> None:
    foreign = await phone.database.write(add_booking, slot, await phone.database.write(resident))
    number = foreign if whose == "another's" else 10**9
    await phone.tap_data(f"{button}:{number}")
    assert (phone.toast or "").startswith("Эта кнопка – от чужой записи")
    assert phone.alert
    assert phone.text == "old"
    assert await status(phone.database, foreign) == ("booked", None)


async def test_a_move_says_old_and_new_in_one_message(phone: Phone, slot: int, booking: int) -> None:
    await phone.database.write(
        edit,
        slot,
        MORNING,
        room="каб. 7",
        starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, hours=2),
    )
    phone.now = MORNING + timedelta(minutes=10)
    await phone.database.write(settle, phone.now, MOSCOW)
    await receive(phone)
    assert phone.text == (
        "🔁 <b>Занятие изменилось: Сварка</b>\n"
        "<b>Когда:</b> было вт 20 октября, 15:00–16:30 → стало <b>ср 21 октября, 15:00–17:00</b>\n"
        "<b>Где:</b> было Абинск, УПК № 1, ул. Мира, 1, каб. 5 → стало "
        "<b>Абинск, УПК № 1, ул. Мира, 1, каб. 7</b>\n\n"
        "Вам подходит?"
    )
    assert phone.labels == [["✅ Приду", "❌ Не приду"], ["📌 Мои записи"]]


async def test_a_cancellation_offers_what_has_places(phone: Phone, slot: int, booking: int) -> None:
    await phone.database.write(add_slot, 1, START + timedelta(days=2), taken=6)
    await phone.database.write(edit, slot, MORNING, cancelled_at=MORNING)
    phone.now = MORNING + timedelta(minutes=10)
    await phone.database.write(settle, phone.now, MOSCOW)
    message = await receive(phone)
    assert phone.text == (
        "❌ <b>Занятие отменено: Сварка</b>\n"
        "Должно было быть: вт 20 октября, 15:00–16:30. Приходить не нужно.\n\n"
        "<b>Здесь есть места:</b>\n"
        "• Сварка – чт 22 октября, 15:00–16:30, 4 места"
    )
    assert message.rows[0] == (("Сварка", "c:1:n"),)


async def test_after_all_it_takes_place(phone: Phone, slot: int, booking: int) -> None:
    for now, cancelled_at in ((MORNING, MORNING), (MORNING + timedelta(minutes=30), None)):
        await phone.database.write(edit, slot, now, cancelled_at=cancelled_at)
        phone.now = now + timedelta(minutes=10)
        await phone.database.write(settle, phone.now, MOSCOW)
        await receive(phone)
    assert phone.text.startswith("✅ <b>Занятие снова состоится: Сварка</b>")
    assert phone.labels[0] == ["✅ Приду", "❌ Не приду"]


async def test_a_freed_place_can_be_given_back_in_one_tap(phone: Phone, booking: int, person: int) -> None:
    await phone.database.write(tell, DeliveryKind.PROMOTED, booking, person)
    await receive(phone)
    assert "Для вас освободилось место" in phone.text
    await phone.tap("Отдать место")
    assert (await status(phone.database, booking))[0] == "cancelled"


@pytest.fixture
async def offer(phone: Phone, slot: int, person: int) -> tuple[int, int]:
    """An offered place and what clashes with it."""
    activity = await phone.database.write(add_activity, "Дроны")
    clash = await phone.database.write(
        add_booking, await phone.database.write(add_slot, activity, START), person
    )
    offered = await phone.database.write(
        add_booking, slot, person, status="offered", offer_expires_at=MORNING + timedelta(hours=2)
    )
    await phone.database.write(tell, DeliveryKind.OFFER, offered, person)
    await receive(phone)
    return offered, clash


async def test_an_offer_says_what_is_given_up_and_until_when(phone: Phone, offer: tuple[int, int]) -> None:
    assert "• Дроны – вт 20 октября, 15:00–16:30" in phone.text
    assert "Место ждёт вас до <b>вт 20 октября, 11:00</b>" in phone.text
    assert phone.labels == [["🔁 Заменить запись", "Отказаться"], ["📌 Мои записи"]]


async def test_an_accepted_offer_swaps(phone: Phone, offer: tuple[int, int]) -> None:
    offered, clash = offer
    await phone.tap("🔁 Заменить запись")
    assert "Вы записаны" in phone.text
    assert (await status(phone.database, offered))[0] == "booked"
    assert (await status(phone.database, clash))[0] == "cancelled"


async def test_a_declined_offer_keeps_the_old_place(phone: Phone, offer: tuple[int, int]) -> None:
    offered, clash = offer
    await phone.tap("Отказаться")
    assert phone.toast == "Вы отказались от места"
    assert (await status(phone.database, offered))[0] == "cancelled"
    assert (await status(phone.database, clash))[0] == "booked"
    await phone.tap_data(f"ro:{offered}")
    assert phone.toast == "Это уже изменилось – вот как сейчас"


async def test_declining_what_was_just_accepted_asks_first(phone: Phone, offer: tuple[int, int]) -> None:
    offered, _ = offer
    await phone.tap("🔁 Заменить запись")
    await phone.tap_data(f"rd:{offered}")
    assert "Точно не придёте?" in phone.text
    assert (await status(phone.database, offered))[0] == "booked"


async def test_a_lapsed_offer_is_said_plainly(phone: Phone, slot: int, person: int) -> None:
    booking = await phone.database.write(add_booking, slot, person, status="lapsed")
    await phone.database.write(tell, DeliveryKind.OFFER_LAPSED, booking, person)
    await receive(phone)
    assert phone.text.startswith("<b>Время ответить вышло</b>")
    assert phone.labels[0] == ["О занятии"]


@pytest.mark.parametrize("make", [str.upper, lambda text: text * 20])
async def test_hostile_and_endless_titles_stay_within_what_telegram_takes(
    phone: Phone, person: int, make: Callable[[str], str]
) -> None:
    title = make("<b>&😀")[:160]
    activity = await phone.database.write(add_activity, title, bring="<i>" * 400)
    for hour in range(5):
        starts_at = START + timedelta(hours=2 * hour)
        slot = await phone.database.write(add_slot, activity, starts_at)
        of = await phone.database.write(add_booking, slot, person)
        await phone.database.write(remind, of, person, Offset.EVENING, starts_at=starts_at)
    message = await receive(phone)
    assert len(message.text) < 4096
    assert title not in message.text
    assert all(len(data.encode()) <= 64 for row in message.rows for _, data in row)
    assert len(await phone.database.read(deliveries)) == 5

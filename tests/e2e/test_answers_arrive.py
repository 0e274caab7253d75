"""Whatever the messenger does to the bot's answers: no tap stays without one, and none says what is not so."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot import repeats
from db.engine import Session
from db.models import BookingRow, DeliveryRow, PersonRow, RoleGrantRow
from domain.delivery import DeliveryKind
from handlers.booking import screens
from handlers.booking.callbacks import SendCalendar
from handlers.menu.callbacks import OpenMenu
from services import booking, people
from tests.e2e.stage import NOON, TEXTS, Stage, Visitor

BROKEN = "сломалось"
TROUBLES: dict[str, dict[str, Any]] = {
    "a 500": {"status": 500},
    "a 502 after it was done": {"status": 502, "after": True},
    "a 429": {"status": 429, "retry_after": 1},
    "a reset": {"drop": True},
    "a reset after it was done": {"drop": True, "after": True},
    "a page of a gateway": {"unreadable": True},
    "a page of a gateway after it was done": {"unreadable": True, "after": True},
}
AN_OUTAGE = len(repeats.PAUSES) + 1
LATE, LOST = TEXTS("error-late"), TEXTS("error-lost")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "PAUSES", (0.0,) * len(repeats.PAUSES))


async def on_a_card(stage: Stage, name: str = "Аня") -> Visitor:
    """A pupil before the button that takes a place."""
    visitor = await stage.registered(name)
    await visitor.send("/workshops")
    await visitor.tap("Показать 1", "1. Сварка")
    return visitor


async def bookings(stage: Stage) -> int:
    return await stage.read(lambda session: session.scalar(select(func.count()).select_from(BookingRow))) or 0


async def owed(stage: Stage) -> int:
    query = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.kind == DeliveryKind.SCREEN)
    return await stage.read(lambda session: session.scalar(query)) or 0


def outage(stage: Stage, *methods: str, trouble: str = "a reset") -> None:
    """These methods fail until the messenger is back."""
    for method in methods:
        stage.sandbox.faults.add(method, times=0, **TROUBLES[trouble])


def over(stage: Stage) -> None:
    stage.sandbox.faults.clear()
    stage.refusals()


@pytest.fixture
async def weldery(stage: Stage) -> int:
    return await stage.slot(await stage.workshop("Сварка"), "13 10:00")


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageText"])
async def test_one_trouble_is_not_noticed(stage: Stage, weldery: int, method: str, trouble: str) -> None:
    anya = await on_a_card(stage)
    stage.sandbox.faults.add(method, **TROUBLES[trouble])
    assert (await anya.toast("Записаться")).answered
    assert "Вы записаны" in anya.screen
    assert (await bookings(stage), await owed(stage)) == (1, 0)
    stage.refusals()


@pytest.mark.parametrize("trouble", sorted(TROUBLES.keys() - {"a 429"}))
async def test_a_toast_that_never_arrives_keeps_no_screen_back(
    stage: Stage, weldery: int, trouble: str
) -> None:
    anya = await on_a_card(stage)
    outage(stage, "answerCallbackQuery", trouble=trouble)
    await anya.seat.tap("Записаться", timeout=0.5)
    await stage.settle()
    assert "Вы записаны" in anya.screen
    over(stage)


@pytest.mark.parametrize("trouble", sorted(TROUBLES.keys() - {"a 429"}))
async def test_a_text_is_answered_after_one_trouble(stage: Stage, weldery: int, trouble: str) -> None:
    anya = stage.visitor("Аня")
    stage.sandbox.faults.add("sendMessage", **TROUBLES[trouble])
    assert "Мастерские УПК" in await anya.send("/workshops")
    stage.refusals()


async def test_the_outcome_of_a_write_is_told_when_the_messenger_is_back(stage: Stage, weldery: int) -> None:
    anya = await on_a_card(stage)
    outage(stage, "answerCallbackQuery", "editMessageText", "sendMessage")
    await anya.seat.tap("Записаться", timeout=0.5)
    await stage.settle()
    assert (await bookings(stage), await owed(stage)) == (1, 1)
    assert not any(BROKEN in said for said in anya.heard)
    over(stage)
    await stage.advance(timedelta(minutes=11))
    assert anya.screen.startswith(f"{LATE}\n\n✅ Вы записаны")
    assert "📌 Мои записи" in anya.buttons
    assert await owed(stage) == 0, "its words are not kept"
    await anya.tap("📌 Мои записи")
    assert "Сварка" in anya.screen


async def test_an_answer_is_owed_through_a_restart(stage: Stage, weldery: int) -> None:
    anya = await on_a_card(stage)
    outage(stage, "answerCallbackQuery", "editMessageText", "sendMessage")
    await anya.seat.tap("Записаться", timeout=0.5)
    await stage.settle()
    over(stage)
    await stage.restart()
    assert await anya.send("/menu")
    assert await owed(stage) == 0, "a newer screen covers it"
    await stage.advance(timedelta(minutes=11))
    assert not any(LATE in said for said in anya.heard)


async def test_only_the_newest_answer_is_owed(stage: Stage, weldery: int) -> None:
    anya = await on_a_card(stage)
    outage(stage, "answerCallbackQuery", "editMessageText", "sendMessage")
    await anya.seat.tap("Записаться", timeout=0.3)
    await stage.settle()
    await anya.seat.send("/menu")
    await stage.settle()
    assert await owed(stage) == 1
    over(stage)
    await stage.advance(timedelta(minutes=11))
    assert [said for said in anya.heard if LATE in said] == [anya.screen]
    assert "Вы записаны" not in anya.screen


async def test_what_somebody_with_a_role_was_shown_is_not_kept(stage: Stage, weldery: int) -> None:
    mentor = await on_a_card(stage, "Сергей")
    await stage.write(_give_a_role, mentor.id)
    outage(stage, "answerCallbackQuery", "editMessageText", "sendMessage")
    await mentor.seat.tap("Записаться", timeout=0.3)
    await stage.settle()
    over(stage)
    await stage.advance(timedelta(minutes=11))
    assert (mentor.screen, mentor.buttons) == (LOST, ["В меню"])


@pytest.mark.parametrize("reason", ["MESSAGE_ID_INVALID", "message can't be edited", "anything new"])
async def test_whatever_an_edit_is_refused_with_it_is_said_anew(
    stage: Stage, weldery: int, reason: str
) -> None:
    anya = await on_a_card(stage)
    stage.sandbox.faults.add("editMessageText", status=400, description=f"Bad Request: {reason}")
    await anya.toast("Записаться")
    assert "Вы записаны" in anya.screen
    assert [call.method for call in stage.refusals()] == ["editMessageText"]


async def test_a_screen_that_is_refused_as_such_is_told_instead(
    stage: Stage, weldery: int, expected_errors: set[str]
) -> None:
    expected_errors.add("screen_refused")
    anya = await on_a_card(stage)
    for method in ("editMessageText", "sendMessage"):
        stage.sandbox.faults.add(method, status=400, description="Bad Request: BUTTON_DATA_INVALID")
    await anya.toast("Записаться")
    assert (anya.screen, anya.buttons) == (TEXTS("error-not-shown"), ["В меню"])
    stage.refusals()


async def test_a_file_that_cannot_be_sent_is_spoken_of(stage: Stage, weldery: int) -> None:
    anya = await on_a_card(stage)
    await anya.tap("Записаться")
    outage(stage, "sendDocument", trouble="a 500")
    await anya.toast("📅 В календарь")
    assert anya.screen.startswith(TEXTS("error-away"))
    over(stage)


async def test_what_is_done_is_not_called_broken_where_it_cannot_be_drawn(
    stage: Stage, weldery: int, monkeypatch: pytest.MonkeyPatch, expected_errors: set[str]
) -> None:
    expected_errors.add("update_failed")
    anya = await on_a_card(stage)

    drawn = screens.outcome

    def broken(*_: object, **__: object) -> None:
        raise KeyError

    monkeypatch.setattr(screens, "outcome", broken)
    toast = await anya.toast("Записаться")
    assert (toast.text, await bookings(stage)) == (TEXTS.plain("error-done"), 1)
    monkeypatch.setattr(screens, "outcome", drawn)
    await anya.tap("Записаться", "Отменить запись")
    monkeypatch.setattr(booking, "give_back", broken)
    assert BROKEN in str((await anya.toast("Да, отменить")).text), "nothing is done"


async def test_words_that_come_too_late_for_a_toast_become_a_message(stage: Stage) -> None:
    anya = await stage.registered("Аня")
    await anya.send("/menu")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    stage.sandbox.faults.add("answerCallbackQuery", status=400, description=too_old)
    await anya.seat.tap_raw(anya.last, SendCalendar().pack(), timeout=0.3)
    await stage.settle()
    assert anya.screen == TEXTS.plain("my-calendar-empty")
    stage.refusals()


async def test_screens_of_one_chat_leave_in_the_order_of_their_taps(stage: Stage, weldery: int) -> None:
    """The first screen is late; the second must be the last."""
    anya = await on_a_card(stage)
    card = anya.last
    stage.sandbox.faults.add("editMessageText", delay=0.2)
    await anya.seat.tap("Записаться", message=card, timeout=5)
    await anya.seat.tap_raw(card, OpenMenu().pack(), timeout=5)
    await stage.settle()
    assert "Вы записаны" not in anya.screen
    assert "Записаться" not in anya.buttons


@pytest.mark.parametrize("seed", range(3))
async def test_five_percent_and_more_of_trouble_leave_no_tap_unanswered(
    stage: Stage, weldery: int, seed: int
) -> None:
    """A third of all requests of 24 people fail in every way: at the end each has read how it is."""
    dice = random.Random(seed)
    people = [await on_a_card(stage, f"Ученик {number}") for number in range(24)]
    troubles = [TROUBLES[name] for name in sorted(TROUBLES.keys() - {"a 429"})]
    for method in ("answerCallbackQuery", "editMessageText", "sendMessage"):
        for person in people:
            if dice.random() < 0.35:
                chat = None if method == "answerCallbackQuery" else person.id
                times = dice.choice([1, 2, AN_OUTAGE])
                stage.sandbox.faults.add(method, chat=chat, times=times, **dice.choice(troubles))
    for person in people:
        await person.seat.tap("Записаться", timeout=0.2)
    await stage.settle()
    over(stage)
    await stage.advance(timedelta(minutes=11))
    held = await bookings(stage)
    assert held == 10
    told = [person.screen for person in people]
    assert sum("Вы записаны" in screen for screen in told) == held
    assert sum("мест нет" in screen.lower() or "ожидани" in screen.lower() for screen in told) == 24 - held
    assert not any(BROKEN in said for person in people for said in person.heard)


async def test_a_database_that_fails_at_the_first_tap_is_spoken_of(
    stage: Stage, weldery: int, monkeypatch: pytest.MonkeyPatch, expected_errors: set[str]
) -> None:
    """Nobody knows who it is, and there is an answer all the same."""
    expected_errors.add("update_failed")

    def locked(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(people, "meet_all", locked)
    monkeypatch.setattr(people, "note_seen", locked)
    anya, olga = stage.visitor("Аня"), await stage.registered("Ольга", seen_at=NOON - timedelta(days=9))
    assert BROKEN in await anya.send("/menu")
    assert (await anya.toast("Мастерские УПК")).answered
    assert BROKEN not in await olga.send("/menu")
    monkeypatch.undo()
    assert BROKEN not in await anya.send("/menu")


def _give_a_role(session: Session, user_id: int) -> None:
    person = session.scalars(select(PersonRow.id).where(PersonRow.messenger_user_id == str(user_id))).one()
    session.add(RoleGrantRow(person_id=person, role="mentor", granted_at=NOON))

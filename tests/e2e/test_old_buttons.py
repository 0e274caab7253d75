"""Buttons of old messages: what the person saw counts, not what has become of it since."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import select, update

from db.engine import Session
from db.models import ActivityRow, SlotRow
from handlers.booking.callbacks import CancelBooking, SwapSlot, TakeSlot, WaitForSlot
from sandbox.people import Message
from tests.e2e.stage import Stage, Visitor
from tests.e2e.test_editing import coordinator


async def card(person: Visitor, code: str = "SV") -> None:
    await person.send(f"/start act_{code}")


async def edit(elena: Visitor, *taps: str, text: str = "") -> None:
    await elena.send("/menu")
    await elena.tap("Координатору", "Найти и изменить", "Неделя", "1. 10:00 · Сварка", *taps)
    if text:
        await elena.send(text)
    await elena.tap("Применить")


async def move(elena: Visitor) -> None:
    await edit(elena, "Изменить", "Время", text="17.10 18:00–19:30")


async def cancel(elena: Visitor) -> None:
    await edit(elena, "Отменить занятие", "Без причины")


async def to_take(anya: Visitor) -> str:
    await card(anya)
    return "Записаться"


async def to_wait(anya: Visitor) -> str:
    await card(anya)
    await anya.tap("Записаться")
    return "В лист ожидания"


async def to_swap(anya: Visitor) -> str:
    await card(anya, "DR")
    await anya.tap("Записаться")
    await card(anya)
    await anya.tap("Записаться")
    return "Заменить запись"


async def to_cancel(anya: Visitor) -> str:
    await card(anya)
    await anya.tap("Записаться", "Отменить запись")
    return "Да, отменить"


async def to_leave(anya: Visitor) -> str:
    await to_wait(anya)
    await anya.tap("В лист ожидания", "Выйти из листа ожидания")
    return "Да, выйти"


Scene = Callable[[Visitor], Coroutine[Any, Any, str]]
BUTTONS: tuple[Scene, ...] = (to_take, to_wait, to_swap, to_cancel, to_leave)


async def town(stage: Stage, scene: Scene) -> tuple[Visitor, Visitor, str]:
    full = scene in (to_wait, to_leave)
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00", capacity=1 if full else 8)
    await stage.slot(await stage.workshop("Дроны", code="DR"), "14 11:00")
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    if full:
        boris = await stage.registered("Борис")
        await card(boris)
        await boris.tap("Записаться")
    return elena, anya, await scene(anya)


def fill(session: Session) -> None:
    query = select(ActivityRow.id).where(ActivityRow.code == "SV")
    session.execute(update(SlotRow).where(SlotRow.activity_id.in_(query)).values(capacity=1, taken=1))


async def tap(person: Visitor, label: str, message: Message) -> str:
    """Tap a button of an old message; what it says afterwards."""
    await person.tap(label, message=current(person, message))
    return current(person, message).text


def current(person: Visitor, message: Message) -> Message:
    return next(found for found in person.seat.messages if found.id == message.id)


async def plan(person: Visitor) -> str:
    await person.send("/my")
    return person.screen


@pytest.mark.parametrize("scene", BUTTONS)
async def test_the_slot_has_moved(stage: Stage, scene: Scene) -> None:
    elena, anya, label = await town(stage, scene)
    message, before = anya.last, await plan(anya)
    await move(elena)
    text = await tap(anya, label, message)
    assert "было ср 14 октября, 10:00–11:30 → стало сб 17 октября, 18:00–19:30" in text
    after = await plan(anya)
    assert ("Сварка" in after, "Дроны" in after) == ("Сварка" in before, "Дроны" in before)


@pytest.mark.parametrize("scene", BUTTONS)
async def test_asked_again_it_is_done(stage: Stage, scene: Scene) -> None:
    elena, anya, label = await town(stage, scene)
    message = anya.last
    await move(elena)
    await tap(anya, label, message)
    again: dict[Scene, str] = {
        to_wait: "В лист ожидания",
        to_cancel: "Да, отменить",
        to_leave: "Да, отменить",
    }
    await tap(anya, again.get(scene, "Записаться"), message)
    assert ("Сварка" in await plan(anya)) == (scene not in (to_cancel, to_leave))


@pytest.mark.parametrize("scene", BUTTONS)
async def test_the_slot_was_cancelled(stage: Stage, scene: Scene) -> None:
    elena, anya, label = await town(stage, scene)
    message = anya.last
    await cancel(elena)
    text = await tap(anya, label, message)
    assert "отменено" in text.lower()
    assert "✅ Вы записаны" not in text
    assert ("Дроны" in await plan(anya)) == (scene is to_swap)


@pytest.mark.parametrize("scene", [to_take, to_swap])
async def test_the_slot_got_full(stage: Stage, scene: Scene) -> None:
    _, anya, label = await town(stage, scene)
    message = anya.last

    await stage.write(fill)
    text = await tap(anya, label, message)
    assert "Мест нет." in text
    assert ("Дроны" in await plan(anya)) == (scene is to_swap)


@pytest.mark.parametrize("scene", BUTTONS)
async def test_the_consent_was_withdrawn(stage: Stage, scene: Scene) -> None:
    _, anya, label = await town(stage, scene)
    message = anya.last
    await anya.send("/profile")
    await anya.tap("Отозвать согласие", "Да, отозвать")
    text = await tap(anya, label, message)
    assert "✅ Вы записаны" not in text
    await anya.send("/my")
    assert "Сварка" not in anya.screen


@pytest.mark.parametrize(
    "kind", [TakeSlot(slot=1), SwapSlot(slot=1), WaitForSlot(slot=1), CancelBooking(booking=1)]
)
def test_buttons_from_before_they_said_what_was_seen_still_work(
    kind: TakeSlot | SwapSlot | WaitForSlot | CancelBooking,
) -> None:
    newer = {"seen", "gives"} & type(kind).model_fields.keys()
    older = ":".join(kind.pack().split(":")[: -len(newer)])
    assert type(kind).unpack(older) == kind

"""Hostile and odd input: a clear answer or a deliberate silence, and nobody else is touched."""

from __future__ import annotations

import asyncio
import types
import typing
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import select

from db.engine import Session
from db.models import Base, BookingRow, DeliveryRow, FormStateRow, PersonRow, RoleGrantRow, WatchRow
from domain.booking import BookingStatus
from tests import town
from tests.e2e.stage import PATIENCE, Stage
from tests.every_callback import every_callback
from tests.town import moscow

FEATURES = sorted({kind.__module__.split(".")[1] for kind in every_callback()})
LONGEST_DATA = 64
ABSURD_NUMBERS = (
    "0",
    "-1",
    "99",
    "99999",
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    "1e3",
    "x",
    "",
    "٣",
    "1_0",
)
ABSURD_WORDS = (
    "",
    "x",
    "w" + "9" * 28,
    "f" + "d99999-t-99999",
    "fn99999",
    "fm99999",
    "n",
    "💥💥💥",
    "<b>",
    "0001-01-01",
    "9999-12-31",
    "00010101",
    "99991231",
    date(2026, 10, 13).isoformat(),
    "d0-t-99999",
    "z" * 40,
    "coordinator",
    "age",
    "grade",
    "organisation",
    "x",
)


class Victim:
    """Somebody with a booking in each state; ``ids`` are the small numbers of everything that is theirs."""

    ids = ("1", "2", "3")

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def arrive(self) -> None:
        await self.stage.write(self._settle)

    def _settle(self, session: Session) -> None:
        self.person_id = town.add_person(
            session, messenger_user_id="777", role="parent", grade=None, organisation="Школа", name="Жертва"
        )
        other = town.add_person(session, messenger_user_id="778")
        until = moscow("12 14:00")
        for number, status in enumerate((BookingStatus.BOOKED, BookingStatus.WAITING, BookingStatus.OFFERED)):
            activity = town.add_activity(session, f"Мастерская {number}")
            slot = town.add_slot(session, activity, moscow(f"{14 + number} 10:00"), capacity=4)
            expires = until if status is BookingStatus.OFFERED else None
            town.add_booking(
                session,
                slot,
                self.person_id,
                status=status,
                places=2,
                companions=["Тайна"],
                offer_expires_at=expires,
            )
            if status is BookingStatus.WAITING:
                town.add_booking(session, slot, other, places=4)
        # Another booking at the hour of the one that is offered: without it the offer would come true by itself.
        clash = town.add_slot(
            session, town.add_activity(session, "В тот же час"), moscow("16 10:30"), capacity=4
        )
        town.add_booking(session, clash, self.person_id)

    async def state(self) -> Any:
        return await self.stage.read(self._state)

    def _state(self, session: Session) -> Any:
        own: list[tuple[type[Base], Any]] = [
            (PersonRow, PersonRow.id),
            (BookingRow, BookingRow.person_id),
            (DeliveryRow, DeliveryRow.person_id),
            (WatchRow, WatchRow.person_id),
            (RoleGrantRow, RoleGrantRow.person_id),
        ]
        return [
            [
                {column.key: getattr(row, column.key) for column in table.__table__.columns}
                for row in session.scalars(select(table).where(owner == self.person_id))
            ]
            for table, owner in own
        ]


def values(annotation: Any) -> list[str]:
    """What a hostile client would put into a field."""
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        annotation = typing.get_args(annotation)[0]
    if annotation is bool:
        return ["1", "0", "2", "x", ""]
    if annotation is int:
        return [*Victim.ids, *ABSURD_NUMBERS]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [*(str(value.value) for value in annotation), *ABSURD_WORDS]
    return [*ABSURD_WORDS, *"mtgdfanqx"]


def hostile_data(kind: type[CallbackData]) -> Iterator[str]:
    """One field at a time is absurd while the others are the victim's; then too few and too many of them."""
    fields = [values(field.annotation) for field in kind.model_fields.values()]
    for place, choices in enumerate(fields):
        for choice in choices:
            parts = [choice if other == place else candidates[0] for other, candidates in enumerate(fields)]
            yield ":".join((kind.__prefix__, *parts))
    yield kind.__prefix__
    yield ":".join((kind.__prefix__, *("1" for _ in fields), "1"))
    yield f"{kind.__prefix__}:"


@pytest.mark.parametrize("registered", [True, False], ids=["pupil", "stranger"])
@pytest.mark.parametrize("feature", FEATURES)
async def test_whatever_a_button_carries_it_is_answered_and_touches_nobody_else(
    stage: Stage, feature: str, registered: bool
) -> None:
    victim = Victim(stage)
    await victim.arrive()
    mallory = await stage.registered("Мэллори") if registered else stage.visitor("Мэллори")
    await mallory.send("/start")
    before = await victim.state()
    kinds = [kind for kind in every_callback() if kind.__module__.split(".")[1] == feature]
    # What ends the acquaintance comes last.
    kinds.sort(key=lambda kind: kind.__name__ in {"Withdraw", "DeleteMe"})
    for kind in kinds:
        every = [data for data in hostile_data(kind) if len(data.encode()) <= LONGEST_DATA]
        await mallory.send("/menu")
        target = mallory.last
        toasts = await asyncio.gather(
            *(mallory.seat.tap_raw(target, data, timeout=PATIENCE) for data in every)
        )
        assert [data for data, toast in zip(every, toasts, strict=True) if not toast.answered] == []
        await stage.settle()
    stage.expect_unmodified()
    assert await victim.state() == before
    assert not any("Тайна" in text for text in mallory.heard)
    await mallory.send("/workshops")
    assert "Мастерские УПК" in mallory.screen
    await mallory.send("Мастерская")
    assert "сломалось" not in mallory.screen


async def test_data_that_nobody_ever_wrote_is_answered_with_a_fresh_menu(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    await anya.send("/start")
    for data in ("", "?", ":", "::::", "menu:1", "💣", "\x00", "' OR 1=1 --", "c:1:" + "z" * 58, "x" * 64):
        toast = await anya.hack(data)
        assert (toast.text, toast.alert) == ("Меню обновилось", False)
        assert "Мастерские УПК" in anya.buttons[0]


async def test_nobody_becomes_a_coordinator_by_a_button(stage: Stage) -> None:
    anya = await stage.registered("Аня")
    await anya.send("/start")
    await anya.hack("rr:coordinator")
    assert await stage.read(lambda session: session.scalars(select(PersonRow.role)).all()) == ["student"]


async def test_a_very_long_text_is_a_search(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    await anya.send("сварка " * 1500)
    assert "ничего не нашлось" in anya.screen
    await anya.send("<b>" + "💥" * 5000)
    assert "ничего не нашлось" in anya.screen
    assert "<b>" in anya.screen


async def test_where_a_name_is_asked_only_words_will_do(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    anya = stage.visitor("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    await anya.send("учусь")
    assert "Кто вы?" in anya.screen
    assert "нажать кнопку" in anya.screen
    await anya.show(anya.seat.send_sticker)
    assert "Кто вы?" in anya.screen
    await anya.tap("Ученик", "Даю согласие")
    for act in (
        anya.seat.send_sticker,
        anya.seat.send_photo,
        anya.seat.send_voice,
        anya.seat.send_contact,
        lambda: anya.seat.send_location(45.0, 39.0),
        lambda: anya.seat.send_document(b"x", "name.txt", "Аня"),
    ):
        assert "Сейчас нужны слова." in await anya.show(act)
    assert "Слишком длинно" in await anya.send("я" * 5000)
    for name in ("12345 !!!", "<b>Аня & «Ко» 👩‍🔧</b>", "И\u200dван", "Ваня\u3164", "Анna"):
        assert "Имя пишут буквами" in await anya.send(name), name
    assert "Похоже на адрес сайта." in await anya.send("t.me/spam @spam")
    assert "Здесь нужно имя" in await anya.send("Координатор Форума")
    await anya.send("Анна-Мария О’Нил")
    assert "Где вы живёте" in anya.screen
    assert "Не нашёл «<i>Ы" in await anya.send("<i>Ы" + "ы" * 5000)
    await anya.send("лабинск")
    await anya.tap("9")
    assert "Вы записаны" in anya.screen
    await anya.send("/menu")
    assert "Анна-Мария О'Нил, что ищем" in anya.screen
    await anya.send("/profile")
    assert "Имя: Анна-Мария О'Нил" in anya.screen


async def test_commands_lead_out_of_every_form(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    await stage.programme_is_ready()
    anya = stage.visitor("Аня")
    for command, seen in (
        ("/workshops", "Напишите, что ищете"),
        ("/programme", "Программы форума пока нет"),
        ("/my", "Записей пока нет"),
        ("/reminders", "Напоминания"),
        ("/profile", "Профиль пуст"),
        ("/menu", "Главное меню"),
        ("/start", "Здравствуйте"),
    ):
        await anya.send("/start act_SV")
        await anya.tap("Записаться", "Родитель", "Даю согласие")
        assert seen in await anya.send(command)
        assert "нашлось" in await anya.send("сварка")


async def test_an_older_menu_leads_out_of_a_form_too(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    await stage.programme_is_ready()
    anya = stage.visitor("Аня")
    await anya.send("/menu")
    menu = anya.last
    for label in ("Мастерские УПК", "Программа форума", "Мои записи", "Напоминания", "Профиль"):
        await anya.send("/menu")
        menu = anya.last
        await anya.send("/start act_SV")
        await anya.tap("Записаться", "Родитель", "Даю согласие")
        await anya.toast(label, message=menu)
        assert "нашлось" in await anya.send("сварка")


async def test_other_content_is_answered_kindly(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    for act in (
        anya.seat.send_sticker,
        anya.seat.send_photo,
        anya.seat.send_voice,
        anya.seat.send_contact,
    ):
        assert "Я понимаю слова и кнопки." in await anya.show(act)
    assert "Такой команды нет." in await anya.send("/nonsense")


async def test_a_forwarded_card_is_answered(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV", description="Свариваем мангал"), "13 10:00")
    await stage.programme_is_ready()
    anya, boris = stage.visitor("Аня"), stage.visitor("Борис")
    await anya.send("/start act_SV")
    card = anya.last
    await boris.show(lambda: boris.seat.forward(card))
    assert "нашлось" in boris.screen
    assert "1. Сварка" in boris.screen


async def test_groups_and_channels_hear_nothing(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    group = stage.sandbox.group("Класс", members=[anya.seat])
    channel = stage.sandbox.channel("Новости", members=[anya.seat])
    seat = anya.seat.within(group)
    for text in ("/start", "/start@stage_bot", "сварка"):
        await seat.send(text)
    await channel.post("сварка")
    await stage.settle()
    assert [call for call in stage.sandbox.calls() if call.method.startswith("send")] == []
    assert [message for message in (*group.messages, *channel.messages) if message.from_bot] == []


async def test_an_edited_message_is_not_asked_again(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    message = await anya.seat.send("сварка")
    await stage.settle()
    said = anya.heard
    await anya.seat.edit(message, "роботы")
    await stage.settle()
    # It is not searched for anew, and not passed over in silence.
    assert anya.heard[:-1] == said
    assert anya.screen.startswith("Я читаю сообщен")


async def test_a_tap_on_a_deleted_message_opens_a_new_one(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    await anya.send("/start")
    menu = anya.last
    await stage.application.bot.delete_message(anya.id, menu.id)
    await anya.hack("ws", message=menu.id)
    assert "Напишите, что ищете" in anya.screen
    assert anya.last.id != menu.id


async def test_a_tap_by_somebody_who_blocks_the_bot_at_once_is_nobodys_error(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    await anya.send("/start")
    menu = anya.last
    await anya.seat.block()
    toast = await anya.seat.tap_raw(menu, "ws", timeout=PATIENCE)
    assert toast.answered
    await stage.settle()
    assert [call.status for call in stage.refusals()] == [403]


async def test_two_answers_at_the_same_time_make_one_registration(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    anya = stage.visitor("Аня")
    await anya.send("/start act_SV")
    await anya.tap("Записаться", "Ученик", "Даю согласие")
    await anya.send("Аня")
    await anya.tap("Анапа")
    question = anya.last
    await asyncio.gather(*(anya.seat.tap_raw(question, question.data("9")) for _ in range(4)))
    await stage.settle()
    await anya.hack(question.data("9"))
    stage.expect_unmodified()
    assert "записаны" in anya.screen
    assert await stage.read(lambda session: len(session.scalars(select(BookingRow.id)).all())) == 1
    assert await stage.read(lambda session: session.scalars(select(FormStateRow.key)).all()) == []


async def test_under_fourteen_from_the_profile_is_told_about_an_adult(stage: Stage) -> None:
    kirill = stage.visitor("Кирилл")
    await kirill.send("/profile")
    await kirill.tap("Заполнить профиль", "Мне меньше 14")
    assert "нужен взрослый" in kirill.screen
    olga = await stage.registered("Ольга", role="parent")
    await olga.send("/profile")
    await olga.tap("Роль", "Мне меньше 14")
    assert "нужен взрослый" in olga.screen

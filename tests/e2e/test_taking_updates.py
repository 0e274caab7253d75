"""One odd update, one error, one hasty person: whatever comes, everybody else is answered, in order."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.personal_queues import MOST_WAITING
from db.models import PersonRow
from tests.e2e.stage import Stage, Visitor
from tests.e2e.test_questions import asks
from tests.e2e.test_roles import coordinator

CANNOT_BE_READ: list[tuple[str, object]] = [
    ("message", {"message_id": "x"}),
    ("callback_query", {"id": "1"}),
    ("inline_query", None),
    ("my_chat_member", {"chat": []}),
    ("edited_message", "nonsense"),
]


async def test_a_message_forwarded_from_nobody_is_answered_as_any(stage: Stage) -> None:
    anya, boris = stage.visitor("Аня"), stage.visitor("Борис")
    await anya.show(lambda: anya.seat.forward_nameless("Сварка"))
    await boris.send("/start")
    assert len(anya.heard) == len(boris.heard) == 1


@pytest.mark.parametrize(("kind", "payload"), CANNOT_BE_READ)
async def test_what_cannot_be_read_stops_nobody(stage: Stage, kind: str, payload: object) -> None:
    stage.sandbox.deliver(kind, payload)
    anya = stage.visitor("Аня")
    await anya.send("/start")
    assert len(anya.heard) == 1


async def test_two_messages_of_one_person_are_two_steps_of_a_form(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "14 10:00")
    petya = stage.visitor("Петя")
    await petya.send("/start act_SV")
    await petya.tap("Записаться", "Ученик", "Даю согласие")
    await petya.seat.send("Петя Иванов")
    await petya.seat.send("Лабинск")
    await stage.settle()
    await petya.tap("9")
    await petya.send("/profile")
    assert "Имя: Петя Иванов" in petya.screen


async def test_a_rush_of_one_person_is_told_and_nobody_else_waits(stage: Stage) -> None:
    anya, boris = stage.visitor("Аня"), stage.visitor("Борис")
    await anya.send("/start")
    anya.listen()
    await asyncio.gather(*(anya.seat.send("/help") for _ in range(MOST_WAITING + 20)))
    await boris.send("/start")
    assert len(boris.heard) == 1
    await stage.settle()
    assert len([text for text in anya.news if text.startswith("Вы пишете быстрее, чем я читаю")]) == 1


async def test_a_stop_waits_for_what_was_taken_and_takes_nothing_twice(stage: Stage) -> None:
    people = [stage.visitor(f"Гость {number}") for number in range(20)]
    for person in people:
        await person.seat.send("/start")
    await stage.sandbox.world.changed.wait(5)
    while stage.sandbox.world.updates.pending and not stage.application.handling.busy:
        await asyncio.sleep(0)
    await stage.restart()
    await stage.settle()
    assert [len(person.heard) for person in people] == [1] * len(people)


async def test_a_stop_before_the_first_poll_is_a_stop(stage: Stage) -> None:
    async with asyncio.timeout(10):
        for _ in range(2):
            await stage.restart()


@pytest.mark.parametrize("as_a_channel", [False, True])
async def test_who_writes_in_a_chats_name_reaches_the_groups_router(stage: Stage, as_a_channel: bool) -> None:
    elena = await coordinator(stage)
    group = stage.sandbox.group("Координаторы", topics=True, members=[elena.seat])
    stage.group = group.id
    await stage.restart()
    anya = await stage.registered("Аня")
    await asks(anya)
    await stage.tick()
    [thread] = group.topics
    channel = stage.sandbox.channel("Новости", members=[elena.seat]) if as_a_channel else None
    said = await group.say_namelessly("На первом этаже", thread, channel)
    await stage.settle()
    assert group.messages[-1].from_bot
    assert group.messages[-1].id > said.id
    assert not any("На первом этаже" in text for text in anya.heard)


async def test_who_blocks_the_bot_and_comes_back_is_reachable_at_once(stage: Stage) -> None:
    anya = await stage.registered("Аня")
    await anya.send("/start")
    for act, expected in ((anya.seat.block, False), (anya.seat.unblock, True), (anya.seat.block, False)):
        await act()
        await stage.settle()
        assert await reachable(stage, anya) is expected


async def test_a_stranger_who_blocks_the_bot_stays_a_stranger(stage: Stage) -> None:
    stranger = stage.visitor("Никто", known=True)
    await stranger.seat.block()
    await stranger.seat.unblock()
    await stage.settle()
    assert await reachable(stage, stranger) is None


async def reachable(stage: Stage, visitor: Visitor) -> bool | None:
    """None: the bot has not met them."""
    row = await stage.read(
        lambda session: session.scalars(
            select(PersonRow).where(PersonRow.messenger_user_id == str(visitor.id))
        ).first()
    )
    return None if row is None else row.unreachable_at is None

"""One person's updates in order, different people at the same time, nobody without bound."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

from aiogram.types import CallbackQuery, Chat, Message, Update, User

from bot.personal_queues import PersonalQueues, step_aside


def user(number: int) -> User:
    return User(id=number, is_bot=False, first_name="Somebody")


def text(person: int, words: str, **more: Any) -> Update:
    chat = Chat(id=person, type="private")
    message = Message(message_id=1, date=0, chat=chat, from_user=user(person), text=words, **more)  # type: ignore[arg-type]
    return Update(update_id=1, message=message)


def tap(person: int, data: str) -> Update:
    query = CallbackQuery(id=data, from_user=user(person), chat_instance="1", data=data)
    return Update(update_id=1, callback_query=query)


class Work:
    """Handles by waiting until it is let go on."""

    def __init__(self, **bounds: int) -> None:
        self.begun: list[str] = []
        self.ended: dict[int, list[str]] = defaultdict(list)
        self.passed_by: list[str] = []
        self.gate = asyncio.Event()
        self.aside = False
        self.queues = PersonalQueues(self.handle, self.pass_by, **bounds)

    async def handle(self, update: Update) -> None:
        said = words(update)
        self.begun.append(said)
        if self.aside:
            step_aside()
        await self.gate.wait()
        event: Any = update.event
        self.ended[event.from_user.id].append(said)

    async def pass_by(self, update: Update) -> None:
        self.passed_by.append(words(update))

    async def finish(self) -> None:
        self.gate.set()
        async with asyncio.timeout(5):
            await self.queues.finished()


def words(update: Update) -> str:
    event: Any = update.event
    return str(getattr(event, "text", None) or event.data)


async def a_moment() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_persons_updates_are_handled_one_after_another() -> None:
    work = Work()
    for update in (text(1, "a"), tap(1, "b"), text(1, "c"), text(2, "d")):
        work.queues.put(update)
    await a_moment()
    assert work.begun == ["a", "d"]
    assert work.queues.busy
    await work.finish()
    assert work.ended == {1: ["a", "b", "c"], 2: ["d"]}
    assert not work.queues.busy


async def test_what_comes_in_a_chats_name_has_the_chats_queue() -> None:
    work = Work()
    in_its_name = Chat(id=-5, type="channel", title="Channel")
    work.queues.put(text(1, "as oneself"))
    work.queues.put(text(1, "as a channel", sender_chat=in_its_name))
    await a_moment()
    assert work.begun == ["as oneself", "as a channel"]
    await work.finish()


async def test_whoever_sends_faster_than_we_answer_keeps_the_newest_and_hears_of_the_rest() -> None:
    work = Work(most_waiting=3)
    work.queues.put(text(1, "in hand"))
    await a_moment()
    for update in (text(1, "a"), tap(1, "b"), text(1, "c"), text(1, "d"), text(1, "e"), text(1, "f")):
        work.queues.put(update)
    work.queues.put(text(2, "another's"))
    await a_moment()
    assert work.passed_by == ["b"]
    await work.finish()
    assert work.ended == {1: ["in hand", "d", "e", "f"], 2: ["another's"]}
    # A tap is answered at once; of the messages passed by one word is said when the rush is over.
    assert work.passed_by == ["b", "c"]


async def test_so_many_are_at_work_and_people_take_turns() -> None:
    work = Work(most_at_work=2)
    for person in range(1, 4):
        for said in ("first", "second"):
            work.queues.put(text(person, f"{said} of {person}"))
    await a_moment()
    assert work.begun == ["first of 1", "first of 2"]
    work.gate.set()
    async with asyncio.timeout(5):
        await work.queues.finished()
    assert work.begun[2] == "first of 3"
    assert sorted(work.begun[3:]) == ["second of 1", "second of 2", "second of 3"]


async def test_who_waits_for_the_messenger_lets_others_work() -> None:
    work = Work(most_at_work=1)
    work.aside = True
    for person in (1, 2, 3):
        work.queues.put(text(person, str(person)))
    await a_moment()
    assert work.begun == ["1", "2", "3"]
    await work.finish()
    work.gate.clear()
    work.aside = False
    work.queues.put(text(1, "4"))
    work.queues.put(text(2, "5"))
    await a_moment()
    assert work.begun[3:] == ["4"]
    await work.finish()


async def test_no_more_is_asked_for_while_too_much_is_in_hand() -> None:
    work = Work(most_in_hand=2)
    await asyncio.wait_for(work.queues.room(), 1)
    for person in (1, 2):
        work.queues.put(text(person, "x"))
    room = asyncio.create_task(work.queues.room())
    await a_moment()
    assert not room.done()
    await work.finish()
    await asyncio.wait_for(room, 1)

"""Updates are taken one by one: what cannot be read, or ends in an error, stops nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot import polling, unconfirmed
from bot.application import UPDATES
from bot.personal_queues import PersonalQueues
from bot.polling import Poller, TokenRefusedError
from sandbox.server import Person, Sandbox
from tests.sandbox.conftest import connect


class Taken:
    """A bot that remembers what it was handed."""

    def __init__(self, bot: Bot) -> None:
        self.updates: list[Update] = []
        self.queues = PersonalQueues(self._handle, self._handle)
        self.poller = Poller(bot, self.queues, UPDATES)
        self.running: asyncio.Task[None]
        self.patience = asyncio.Event()
        """What a slow tap waits for."""

    @property
    def texts(self) -> list[str | None]:
        return [update.message.text for update in self.updates if update.message]

    @property
    def taps(self) -> list[str | None]:
        return [update.callback_query.data for update in self.updates if update.callback_query]

    async def _handle(self, update: Update) -> None:
        self.updates.append(update)
        if update.callback_query is not None and update.callback_query.data == "slow":
            await self.patience.wait()
        if update.message is not None and update.message.text == "trouble":
            raise RuntimeError("no luck")

    async def until(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not met():
                await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "PAUSES", (0.01,))


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    server = Sandbox()
    async with server.running():
        yield server


@pytest.fixture
def anya(sandbox: Sandbox) -> Person:
    return sandbox.person("Anya", known=True)


@asynccontextmanager
async def polled(sandbox: Sandbox) -> AsyncIterator[Taken]:
    bot = connect(sandbox)
    taken = Taken(bot)
    taken.running = asyncio.create_task(taken.poller.run())
    try:
        await sandbox.polled()
        yield taken
    finally:
        await taken.poller.stop()
        await asyncio.wait([taken.running])
        await bot.session.close()


def said(lines: Sequence[EventDict], event: str) -> list[EventDict]:
    return [line for line in lines if line["event"] == event]


async def test_what_cannot_be_read_is_left_out_and_the_rest_is_handled(
    sandbox: Sandbox, anya: Person
) -> None:
    with capture_logs() as lines:
        async with polled(sandbox) as taken:
            await anya.forward_nameless("an old one")
            await anya.send("a new one")
            await taken.until(lambda: len(taken.updates) == 2)
    assert taken.texts == ["an old one", "a new one"]
    [line] = said(lines, "update_read_in_part")
    assert (line["update_type"], line["problem"]) == (
        "message",
        "message.forward_origin.hidden_user.sender_user_name: missing",
    )


async def test_text_comes_in_as_it_can_be_kept_and_as_long_as_it_was(sandbox: Sandbox, anya: Person) -> None:
    message = {"message_id": 7, "date": 0, "chat": {"id": anya.id, "type": "private", "first_name": "A\0"}}
    sender = {"id": anya.id, "is_bot": False, "first_name": "\udc00A"}
    async with polled(sandbox) as taken:
        sandbox.deliver("message", {**message, "from": sender, "text": "half \ud83d of \0 a \U0001f527"})
        await taken.until(lambda: bool(taken.updates))
    assert taken.texts == ["half \ufffd of \ufffd a \U0001f527"]
    [update] = taken.updates
    assert update.message is not None
    assert update.message.from_user is not None
    assert (update.message.from_user.first_name, update.message.chat.first_name) == ("\ufffdA", "A\ufffd")


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("message", {"message_id": 1, "date": 0}),
        ("message", None),
        ("message", ["nonsense"]),
        ("callback_query", {"id": "1", "chat_instance": "1", "data": "x"}),
        ("inline_query", {"id": 7}),
    ],
)
async def test_what_cannot_be_read_at_all_is_passed_by(
    sandbox: Sandbox, anya: Person, kind: str, payload: object
) -> None:
    with capture_logs() as lines:
        async with polled(sandbox) as taken:
            sandbox.deliver(kind, payload)
            await anya.send("a new one")
            await taken.until(lambda: sandbox.world.updates.pending == 0 and bool(taken.updates))
    assert taken.texts == ["a new one"]
    assert [line["update_type"] for line in said(lines, "update_unreadable")] == [kind]


async def test_an_answer_that_is_no_json_is_narrowed_down_to_the_update_that_spoils_it(
    sandbox: Sandbox, anya: Person
) -> None:
    with capture_logs() as lines:
        async with polled(sandbox) as taken:
            await anya.send("before")
            sandbox.world.updates._last += 1
            number = sandbox.world.updates._last
            sandbox.world.updates._items.append((number, b'{"update_id":%d,"message":{{}' % number))
            await anya.send("after")
            await taken.until(lambda: len(taken.updates) == 2)
    assert taken.texts == ["before", "after"]
    assert len(said(lines, "update_unreadable")) == 1


async def test_an_error_in_handling_one_stops_nobody(sandbox: Sandbox, anya: Person) -> None:
    with capture_logs() as lines:
        async with polled(sandbox) as taken:
            await anya.send("trouble")
            await anya.send("a new one")
            await taken.until(lambda: len(taken.updates) == 2)
    assert said(lines, "update_failed")[0]["update_type"] == "message"


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 500},
        {"status": 429, "retry_after": 1},
        {"drop": True},
        {"drop": True, "after": True},
        {"unreadable": True},
        {"unreadable": True, "after": True},
        {"status": 409},
    ],
)
async def test_trouble_on_the_way_is_said_once_and_sat_out(
    sandbox: Sandbox, anya: Person, trouble: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)
    sandbox.faults.add("getUpdates", times=4, **trouble)
    with capture_logs() as lines:
        async with polled(sandbox) as taken:
            await anya.send("at last")
            await taken.until(lambda: bool(taken.updates))
    assert taken.texts == ["at last"]
    assert len([line for line in lines if line["log_level"] != "info"]) == 1
    assert len(said(lines, "telegram_reached")) == 1


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_refused_three_times_in_a_row_ends_the_polling(sandbox: Sandbox, status: int) -> None:
    async with polled(sandbox) as taken:
        sandbox.faults.add("getUpdates", status=status, times=0)
        sandbox.world.updates.close()
        async with asyncio.timeout(5):
            await asyncio.wait([taken.running])
        with pytest.raises(TokenRefusedError):
            taken.running.result()


async def test_a_token_refused_twice_by_mistake_does_not(sandbox: Sandbox, anya: Person) -> None:
    sandbox.faults.add("getUpdates", status=401, times=2)
    sandbox.faults.add("getUpdates", status=500, times=1)
    sandbox.faults.add("getUpdates", status=401, times=2)
    async with polled(sandbox) as taken:
        await anya.send("at last")
        await taken.until(lambda: bool(taken.updates))
    assert taken.texts == ["at last"]


async def test_what_was_taken_before_a_stop_is_not_taken_again(sandbox: Sandbox, anya: Person) -> None:
    async with polled(sandbox) as taken:
        await anya.send("once")
        await taken.until(lambda: bool(taken.updates))
        await taken.poller.stop()
        await asyncio.wait([taken.running])
        await taken.poller.confirm()
    assert sandbox.world.updates.pending == 0


async def test_a_stop_before_the_beginning_is_a_stop(sandbox: Sandbox) -> None:
    bot = connect(sandbox)
    taken = Taken(bot)
    await taken.poller.stop()
    await asyncio.wait_for(taken.poller.run(), 1)
    await bot.session.close()
    assert sandbox.world.updates.polls == 0


def tap(sandbox: Sandbox, person: int, data: str) -> None:
    user = {"id": person, "is_bot": False, "first_name": "Anya"}
    sandbox.deliver("callback_query", {"id": data, "from": user, "chat_instance": "1", "data": data})


async def several_polls(sandbox: Sandbox) -> None:
    """Enough of them for whatever was taken before to be confirmed."""
    begun = sandbox.world.updates.polls
    async with asyncio.timeout(5):
        while sandbox.world.updates.polls < begun + 3:
            await asyncio.sleep(0.005)


async def killed(taken: Taken) -> None:
    """From one moment to the next, without a farewell."""
    taken.running.cancel()
    await asyncio.wait([taken.running])


async def test_a_tap_that_a_kill_caught_unanswered_comes_again(sandbox: Sandbox) -> None:
    async with polled(sandbox) as taken:
        tap(sandbox, 1, "slow")
        tap(sandbox, 2, "quick")
        await taken.until(lambda: len(taken.updates) == 2)
        await several_polls(sandbox)
        await killed(taken)
        assert taken.taps == ["slow", "quick"], "what is told again is not handled again"
    async with polled(sandbox) as again:
        await again.until(lambda: len(again.updates) == 2)
        assert again.taps == ["slow", "quick"]


async def test_what_was_answered_before_a_kill_does_not_come_again(sandbox: Sandbox, anya: Person) -> None:
    async with polled(sandbox) as taken:
        tap(sandbox, 1, "slow")
        tap(sandbox, 2, "quick")
        await taken.until(lambda: len(taken.updates) == 2)
        taken.patience.set()
        await taken.until(lambda: sandbox.world.updates.pending == 0)
        await killed(taken)
    async with polled(sandbox) as again:
        await anya.send("a new one")
        await again.until(lambda: bool(again.updates))
        assert (again.taps, again.texts) == ([], ["a new one"])


async def test_a_message_is_never_handled_twice(sandbox: Sandbox, anya: Person) -> None:
    """It may be the next step of a form: all before it is confirmed with it."""
    async with polled(sandbox) as taken:
        tap(sandbox, 1, "slow")
        await anya.send("a name")
        await taken.until(lambda: len(taken.updates) == 2 and sandbox.world.updates.pending == 0)
        await killed(taken)


async def test_who_is_slow_holds_nobody_up(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unconfirmed, "KEPT_SECONDS", 0.3)
    async with polled(sandbox) as taken:
        tap(sandbox, 1, "slow")
        for number in range(2, 2 * unconfirmed.MOST_KEPT):
            tap(sandbox, number, f"quick {number}")
        await taken.until(lambda: len(taken.updates) == 2 * unconfirmed.MOST_KEPT - 1)
        tap(sandbox, 1_000, "quick")
        await taken.until(lambda: sandbox.world.updates.pending == 0)
        assert len(taken.taps) == len(set(taken.taps)) == 2 * unconfirmed.MOST_KEPT
        assert not taken.patience.is_set()


async def test_what_is_slow_alone_is_let_go_in_time(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unconfirmed, "KEPT_SECONDS", 0.2)
    async with polled(sandbox) as taken:
        tap(sandbox, 1, "slow")
        await taken.until(lambda: bool(taken.updates))
        await several_polls(sandbox)
        assert sandbox.world.updates.pending == 1
        await taken.until(lambda: sandbox.world.updates.pending == 0)


async def test_a_stop_confirms_taps_too(sandbox: Sandbox) -> None:
    async with polled(sandbox) as taken:
        tap(sandbox, 1, "slow")
        await taken.until(lambda: bool(taken.updates))
        await taken.poller.stop()
        await asyncio.wait([taken.running])
        taken.patience.set()
        await taken.queues.finished()
        await taken.poller.confirm()
    assert sandbox.world.updates.pending == 0

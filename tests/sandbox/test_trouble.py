"""Faults, limits, and what the log of calls keeps."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from sandbox.faults import Fault
from sandbox.limits import Limits, messages_in
from sandbox.refusal import Refusal
from sandbox.server import Person, Sandbox


@pytest.fixture
def anya(sandbox: Sandbox) -> Person:
    return sandbox.person("Anya", known=True)


async def test_a_fault_meets_its_requests_and_goes(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    sandbox.faults.add("sendMessage", status=429, retry_after=3, times=2)
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.send_message(anya.id, "x")
        assert refused.value.retry_after == 3
    await bot.send_message(anya.id, "x")
    assert [call.status for call in sandbox.calls("sendMessage")] == [429, 429, 200]
    assert sandbox.calls()[0].answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, TelegramBadRequest), (403, TelegramForbiddenError), (502, TelegramServerError)],
)
async def test_a_fault_of_any_status(
    sandbox: Sandbox, bot: Bot, anya: Person, status: int, error: type[Exception]
) -> None:
    fault = sandbox.faults.add(status=status, chat=anya.id, times=0)
    boris = sandbox.person("Boris", known=True)
    with pytest.raises(error):
        await bot.send_message(anya.id, "x")
    await bot.send_message(boris.id, "x")
    sandbox.faults.remove(fault.id)
    await bot.send_message(anya.id, "x")


async def test_a_connection_breaks_before_or_after_the_deed(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    sandbox.faults.add("sendMessage", drop=True)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anya.id, "not sent")
    sandbox.faults.add("sendMessage", drop=True, after=True)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anya.id, "sent, but nobody knows")
    assert [message.text for message in anya.messages] == ["sent, but nobody knows"]
    assert [call.answer for call in sandbox.calls("sendMessage")] == [None, None]


async def test_limits_are_enforced(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    limits = sandbox.limits(per_second=30, per_chat_per_second=1)
    sent = await bot.send_message(anya.id, "x")
    with pytest.raises(TelegramRetryAfter) as refused:
        await sent.edit_text("an edit counts like a message")
    assert refused.value.retry_after == 1
    await bot.send_chat_action(anya.id, "typing")
    assert limits.refused == 1


def test_no_second_holds_more_than_the_limit() -> None:
    limits = Limits(per_second=3)
    for moment in (0.0, 0.5, 0.9):
        limits.admit("sendMessage", {"chat_id": 1}, moment)
    with pytest.raises(Refusal):
        limits.admit("sendMessage", {"chat_id": 2}, 0.99)
    limits.admit("sendMessage", {"chat_id": 2}, 1.0)
    with pytest.raises(Refusal):
        limits.admit("copyMessage", {"chat_id": 3}, 1.4)


def test_without_strictness_a_burst_passes() -> None:
    limits = Limits(per_second=30, per_chat_per_second=1, strict=False)
    for _ in range(3):
        limits.admit("sendMessage", {"chat_id": 1}, 0.0)
    with pytest.raises(Refusal) as refused:
        limits.admit("sendMessage", {"chat_id": 1}, 0.0)
    assert refused.value.parameters == {"retry_after": 3}


def test_a_group_gets_so_many_a_minute() -> None:
    limits = Limits(per_group_per_minute=2)
    limits.admit("sendMessage", {"chat_id": -1}, 0.0)
    limits.admit("sendMessage", {"chat_id": -1}, 1.0)
    with pytest.raises(Refusal) as refused:
        limits.admit("sendMessage", {"chat_id": -1}, 2.0)
    assert refused.value.parameters == {"retry_after": 58}


@pytest.mark.parametrize(
    ("method", "params", "count"),
    [
        ("sendMessage", {}, 1),
        ("editMessageReplyMarkup", {}, 1),
        ("sendMediaGroup", {"media": [{}, {}, {}]}, 3),
        ("copyMessages", {"message_ids": [1, 2]}, 2),
        ("answerCallbackQuery", {}, 0),
        ("sendChatAction", {}, 0),
        ("deleteMessage", {}, 0),
        ("getUpdates", {}, 0),
    ],
)
def test_what_counts_as_a_message(method: str, params: dict[str, object], count: int) -> None:
    assert messages_in(method, params) == count


async def test_history_is_capped_and_counters_are_not(bot: Bot) -> None:
    sandbox = Sandbox(history=50)
    async with sandbox.running() as url:
        bot.session.api = bot.session.api.from_base(url)
        anya = sandbox.person("Anya", known=True)
        for number in range(60):
            await bot.send_message(anya.id, str(number))
    assert [message.text for message in anya.messages] == [str(number) for number in range(10, 60)]
    assert len(sandbox.calls()) == 50
    assert sandbox.count("sendMessage") == 60


async def test_a_logged_call_does_not_change_with_the_message(
    sandbox: Sandbox, bot: Bot, anya: Person
) -> None:
    sent = await bot.send_message(anya.id, "before")
    await sent.edit_text("after")
    assert [call.answer["result"]["text"] for call in sandbox.calls()] == ["before", "after"]
    assert sandbox.calls("sendMessage", chat=anya.id)[0].params == {
        "chat_id": anya.id,
        "text": "before",
        "parse_mode": "HTML",
    }


async def test_a_delay_holds_the_answer_back(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    sandbox.faults.add("sendMessage", delay=0.05)
    start = asyncio.get_running_loop().time()
    await bot.send_message(anya.id, "x")
    assert asyncio.get_running_loop().time() - start >= 0.05
    assert anya.screen == "x"


async def test_a_late_answer_comes_after_the_deed(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    sandbox.faults.add("sendMessage", late=0.1)
    sending = asyncio.create_task(bot.send_message(anya.id, "x"))
    while not anya.messages:
        await asyncio.sleep(0.005)
    assert not sending.done()
    await sending


@pytest.mark.parametrize(("after", "done"), [(False, []), (True, ["x"])])
async def test_an_unreadable_answer_before_or_after_the_deed(
    sandbox: Sandbox, bot: Bot, anya: Person, after: bool, done: list[str]
) -> None:
    sandbox.faults.add("sendMessage", unreadable=True, after=after)
    with pytest.raises(ClientDecodeError):
        await bot.send_message(anya.id, "x")
    assert [message.text for message in anya.messages] == done
    [call] = sandbox.calls("sendMessage")
    assert (call.status, call.answer) == (200, None)


async def test_trouble_by_chance_meets_its_share_and_the_same_requests_again(
    sandbox: Sandbox, bot: Bot, anya: Person
) -> None:
    async def fates() -> list[str]:
        sandbox.faults.at_random(0.3, seed=11, troubles=[Fault(0, status=500), Fault(0, drop=True)])
        found = []
        for _ in range(40):
            try:
                await bot.send_chat_action(anya.id, "typing")
                found.append("fine")
            except TelegramServerError:
                found.append("500")
            except TelegramNetworkError:
                found.append("reset")
        return found

    first, met = await fates(), sandbox.faults.met
    assert {"fine", "500", "reset"} == set(first)
    assert met == 40 - first.count("fine")
    assert await fates() == first
    sandbox.faults.clear()
    for _ in range(40):
        await bot.send_chat_action(anya.id, "typing")
    with pytest.raises(ValueError, match="share"):
        sandbox.faults.at_random(5)


async def test_an_update_that_models_refuse_is_delivered_as_it_is(
    sandbox: Sandbox, bot: Bot, anya: Person
) -> None:
    await anya.forward_nameless("an old one")
    number = sandbox.deliver("message", {"message_id": "nonsense"})
    with pytest.raises(ClientDecodeError):
        await bot.get_updates()
    assert sandbox.world.updates.pending == 2
    assert number == 2
    assert sandbox.deliver("message_reaction", {}) == 0

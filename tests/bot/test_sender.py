"""Telegram as a sender, over real HTTP: every way in which a request can end is a result."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.limits import UNLIMITED
from bot.pacer import Pacer
from bot.sender import TelegramSender
from domain.delivery import Lane, Outgoing, Refused, Retry, SendResult, Sent, Unknown, Unreachable
from domain.people import Address
from sandbox.server import Person, Sandbox
from tests.e2e.sending_process import QuickSession

HELLO = Outgoing("<b>Завтра</b> в 10:00", ((("Приду", "rc:1"), ("Не приду", "rn:1")),))


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox()
    async with sandbox.running():
        yield sandbox


@pytest.fixture
def anya(sandbox: Sandbox) -> Person:
    return sandbox.new_person("Аня", known=True)


@pytest.fixture
async def sender(sandbox: Sandbox) -> AsyncIterator[TelegramSender]:
    bot, pacer = connect(sandbox.url)
    yield TelegramSender(bot, pacer)
    await bot.session.close()


def connect(url: str) -> tuple[Bot, Pacer]:
    session: AiohttpSession = QuickSession(api=TelegramAPIServer.from_base(url))
    pacer = Pacer(UNLIMITED)
    session.middleware(pacer)
    return Bot("1:demo", session=session), pacer


async def send(sender: TelegramSender, to: int, message: Outgoing = HELLO) -> SendResult:
    return await sender.send(Address("telegram", str(to)), message, Lane.REMINDER)


async def test_what_arrives_has_its_words_and_buttons(
    sandbox: Sandbox, sender: TelegramSender, anya: Person
) -> None:
    result = await send(sender, anya.id)
    assert isinstance(result, Sent)
    [call] = sandbox.calls("sendMessage")
    message = call.answer["result"]
    assert (message["message_id"], message["text"]) == (result.message_id, "Завтра в 10:00")
    [[yes, no]] = message["reply_markup"]["inline_keyboard"]
    assert (yes["callback_data"], no["text"]) == ("rc:1", "Не приду")


async def test_a_message_without_buttons_needs_none(
    sandbox: Sandbox, sender: TelegramSender, anya: Person
) -> None:
    assert isinstance(await send(sender, anya.id, Outgoing("x")), Sent)
    assert "reply_markup" not in sandbox.calls("sendMessage")[0].params


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Unreachable),
        ({"status": 403, "description": "Forbidden: user is deactivated"}, Unreachable),
        ({"status": 400, "description": "Bad Request: chat not found"}, Unreachable),
        ({"status": 400, "description": "Bad Request: can't parse entities"}, Refused),
        ({"status": 400, "description": "Bad Request: message is too long"}, Refused),
        ({"status": 401, "description": "Unauthorized"}, Retry),
        ({"status": 404, "description": "Not Found"}, Retry),
        ({"status": 500, "description": "Internal Server Error"}, Retry),
        ({"status": 502, "description": "Bad Gateway"}, Retry),
        ({"drop": True}, Unknown),
        ({"unreadable": True}, Unknown),
        ({"unreadable": True, "after": True}, Unknown),
        ({"drop": True, "after": True}, Unknown),
    ],
)
async def test_every_trouble_is_told_apart(
    sandbox: Sandbox, sender: TelegramSender, anya: Person, fault: dict[str, Any], expected: type[SendResult]
) -> None:
    sandbox.faults.add("sendMessage", **fault)
    assert isinstance(await send(sender, anya.id), expected)
    assert len(sandbox.calls("sendMessage")) == 1


async def test_somebody_unknown_cannot_be_reached(sender: TelegramSender) -> None:
    assert isinstance(await send(sender, 999_999), Unreachable)


async def test_a_long_silence_that_telegram_asks_for_is_handed_on(
    sandbox: Sandbox, sender: TelegramSender, anya: Person
) -> None:
    sandbox.faults.add("sendMessage", status=429, retry_after=300)
    assert await send(sender, anya.id) == Retry("too many requests", timedelta(seconds=300))


async def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    bot, pacer = connect("http://127.0.0.1:9")
    assert isinstance(await send(TelegramSender(bot, pacer), 1), Retry)
    await bot.session.close()


async def test_a_bot_that_stops_sends_later(sandbox: Sandbox, anya: Person) -> None:
    bot, pacer = connect(sandbox.url)
    pacer.close()
    assert await send(TelegramSender(bot, pacer), anya.id) == Retry("stopping")
    await bot.session.close()

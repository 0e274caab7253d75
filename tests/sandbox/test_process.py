"""``python -m sandbox``: a process of its own that ends when it is told to."""

from __future__ import annotations

import asyncio
import re
import signal
import sys

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramConflictError

from tests.sandbox.conftest import Session


async def test_it_serves_and_stops_at_sigterm() -> None:
    arguments = ("-m", "sandbox", "--port", "0", "--token", "7:demo", "--people", "2", "--accept-unknown")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    found = re.search(r"demo Bot API on (http://127\.0\.0\.1:\d+) ", line)
    assert found is not None
    bot = Bot("7:demo", session=Session(api=TelegramAPIServer.from_base(found[1])))
    assert (await bot.get_me()).id == 7
    for chat in (100_001, 100_002, 5):
        await bot.send_message(chat, "x")
    polls = [asyncio.create_task(bot.get_updates(timeout=30)) for _ in range(2)]
    ended, waiting = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
    assert isinstance(ended.pop().exception(), TelegramConflictError), "so the other poll has come in"
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert await waiting.pop() == []
    await bot.session.close()

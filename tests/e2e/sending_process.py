"""A bot that only sends what it owes, in a process of its own, to be ended or killed at any moment."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import Response
from aiogram.types import Message

from bot.limits import Limits
from bot.outbox import Outbox
from bot.pacer import Pacer
from bot.quick_import import make_ready
from bot.sender import TelegramSender
from bot.texts import Texts
from db.engine import Database
from domain.delivery import DeliveryKind
from handlers.announcements.letters import announcement
from handlers.notices.letters import LetterWriter
from tests.town import MOSCOW, HandClock

LIMITS = Limits(per_second=1_000.0, ceiling=10**6, chat_spacing=0.0)
"""Of the server in the test, which has none: a kill test at Telegram's pace would take minutes."""
TEXTS = Texts.load()
"""Read once, before the process is forked again and again."""
ANSWER = Response[Message]
"""Kept: pydantic takes 9 ms to build it, and forgets what nobody holds."""
make_ready()


class QuickSession(AiohttpSession):
    """aiogram's session, which waits a quarter of a second for TLS connections when it closes; here are none."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def send_until_stopped(database_url: str, api_url: str, now: datetime) -> None:
    asyncio.run(_send(database_url, api_url, now))


async def _send(database_url: str, api_url: str, now: datetime) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    bot = Bot("1:demo", session=QuickSession(api=TelegramAPIServer.from_base(api_url)))
    pacer = Pacer(LIMITS)
    bot.session.middleware(pacer)
    database = Database(database_url)
    writer = LetterWriter(TEXTS, MOSCOW, more={DeliveryKind.BROADCAST: announcement})
    outbox = Outbox(database, TelegramSender(bot, pacer), HandClock(now), writer, MOSCOW)
    await outbox.start()
    await outbox.tick()
    await stopped.wait()
    await outbox.stop()
    pacer.close()
    await bot.session.close()
    await database.close()

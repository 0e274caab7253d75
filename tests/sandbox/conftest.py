"""A sandbox and a real aiogram bot on it, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.server import Sandbox


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    server = Sandbox(webhooks=True)
    async with server.running():
        yield server


class Session(AiohttpSession):
    """aiogram's session, which waits a quarter of a second for TLS connections when it closes; here are none."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def connect(sandbox: Sandbox, **defaults: str) -> Bot:
    """A bot that speaks to the sandbox."""
    session = Session(api=TelegramAPIServer.from_base(sandbox.url))
    return Bot(sandbox.token, session=session, default=DefaultBotProperties(parse_mode="HTML", **defaults))  # type: ignore[arg-type]


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """A bot without handlers."""
    connected = connect(sandbox)
    yield connected
    await connected.session.close()


@asynccontextmanager
async def polling(sandbox: Sandbox, dispatcher: Dispatcher) -> AsyncIterator[Bot]:
    """The dispatcher polls the sandbox meanwhile."""
    bot = connect(sandbox)
    task = asyncio.create_task(
        dispatcher.start_polling(bot, polling_timeout=5, handle_signals=False, close_bot_session=False)
    )
    try:
        yield bot
    finally:
        with suppress(RuntimeError):
            await dispatcher.stop_polling()
        await task
        await bot.session.close()

"""A broadcast stands still after so many messages: pictures of it need the same numbers at every run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, SendPhoto, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.outbox import IN_FLIGHT
from db.engine import Database
from services import broadcasts

LOOK_EVERY = 0.01
PATIENCE = 30.0
"""Seconds, both."""


class Gate(BaseRequestMiddleware):
    """Lets ``limit`` photos through, one after another, and holds the rest until it is opened."""

    def __init__(self, database: Database, limit: int, now: Callable[[], datetime]) -> None:
        self._database = database
        self._limit = limit
        self._now = now
        self._passed = 0
        self._held = 0
        self._turn = asyncio.Lock()
        self._full = asyncio.Event()
        self._open = asyncio.Event()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if isinstance(method, SendPhoto) and not self._open.is_set():
            self._held += 1
            self._look()
            async with self._turn:
                await self._until_marked()
                if self._passed == self._limit:
                    await self._open.wait()
                self._passed += 1
                self._held -= 1
                self._look()
        return await make_request(bot, method)

    async def reached(self) -> None:
        """Wait until so many have passed and are marked, and as many as may be are held."""
        async with asyncio.timeout(PATIENCE):
            await self._full.wait()
            await self._until_marked()

    def _look(self) -> None:
        if self._passed == self._limit and self._held == IN_FLIGHT:
            self._full.set()

    def open(self) -> None:
        self._open.set()

    async def _until_marked(self) -> None:
        """What passed is written down as sent: the next claim then always takes the same ones."""
        while not self._open.is_set() and await self._marked() < self._passed:  # noqa: ASYNC110
            # The table tells nobody that it changed.
            await asyncio.sleep(LOOK_EVERY)

    async def _marked(self) -> int:
        [state] = await self._database.read(broadcasts.on_show, self._now())
        return state.count.total - state.count.left

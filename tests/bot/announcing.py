"""An outbox that announces over real HTTP, with a real pacer whose time is moved together with the clock."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.limits import UNLIMITED, Limits
from bot.outbox import Outbox
from bot.pacer import Pacer
from bot.sender import TelegramSender
from domain.delivery import Act, DeliveryKind, Outgoing
from domain.letters import Letter
from sandbox.server import Sandbox
from tests.e2e.sending_process import QuickSession
from tests.services.newsroom import Newsroom
from tests.town import MOSCOW


def as_typed(letter: Letter, _now: datetime) -> Outgoing:
    """What is said, without any words of ours."""
    [part] = letter.parts
    if letter.kind is DeliveryKind.RECALL:
        first, *others = part.delivery.reached
        return Outgoing("", act=Act.DELETE, message_id=first, more_ids=tuple(others))
    assert part.announcement is not None
    content = part.announcement.content
    if letter.kind is DeliveryKind.CORRECTION:
        first = part.delivery.reached[0]
        return Outgoing(content.text, entities=(), media=content.media, act=Act.EDIT, message_id=first)
    return Outgoing(content.text, entities=content.entities, media=content.media)


@dataclass(eq=False)
class _Alarm:
    when: float
    callback: Callable[[], Any]
    handle: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        if self.handle is not None:
            self.handle.cancel()


@dataclass
class MovedTimers:
    """The loop's own time, put forward by hand."""

    ahead: float = 0.0
    alarms: list[_Alarm] = field(default_factory=list)

    def time(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead

    def call_at(self, when: float, callback: Callable[[], Any], /) -> _Alarm:
        alarm = _Alarm(when, callback)
        self._set(alarm)
        self.alarms = [each for each in self.alarms if each.handle and not each.handle.cancelled()]
        self.alarms.append(alarm)
        return alarm

    def advance(self, seconds: float) -> None:
        self.ahead += seconds
        for alarm in self.alarms:
            if alarm.handle is not None and not alarm.handle.cancelled():
                alarm.handle.cancel()
                self._set(alarm)

    def _set(self, alarm: _Alarm) -> None:
        alarm.handle = asyncio.get_running_loop().call_at(alarm.when - self.ahead, self._ring, alarm)

    def _ring(self, alarm: _Alarm) -> None:
        alarm.handle = None
        alarm.callback()


@dataclass
class Announcer:
    """The outbox of a newsroom and the messenger at its other end."""

    newsroom: Newsroom
    sandbox: Sandbox
    outbox: Outbox
    pacer: Pacer
    timers: MovedTimers

    async def run(self) -> None:
        """Deliver what can be delivered now."""
        await self.outbox.tick()
        await self.outbox.idle()

    async def later(self, seconds: int, *, step: int = 1) -> None:
        """Time goes by, with a tick in each step of it."""
        for _ in range(0, seconds, step):
            self.newsroom.clock.advance(seconds=step)
            self.timers.advance(step)
            await self.run()

    async def settled(self, author: int, broadcast_id: int) -> int:
        """Time goes by until nothing is left. How many seconds that took."""
        for seconds in range(0, 3_600, 5):
            if not (await self.newsroom.count(author, broadcast_id)).left:
                return seconds
            await self.later(5, step=5)
        raise TimeoutError("an hour has gone by")

    def received(self) -> Counter[int]:
        """How many messages everybody got."""
        taken = (200, 0)
        return Counter(
            int(call.chat_id or 0) for call in self.sandbox.calls("sendMessage") if call.status in taken
        )


@asynccontextmanager
async def announcing(
    newsroom: Newsroom, sandbox: Sandbox, limits: Limits = UNLIMITED
) -> AsyncIterator[Announcer]:
    bot = Bot("1:demo", session=QuickSession(api=TelegramAPIServer.from_base(sandbox.url)))
    timers = MovedTimers()
    pacer = Pacer(limits, timers)
    bot.session.middleware(pacer)
    outbox = Outbox(newsroom.database, TelegramSender(bot, pacer), newsroom.clock, as_typed, MOSCOW)
    yield Announcer(newsroom, sandbox, outbox, pacer, timers)
    pacer.close()
    await outbox.stop()
    await bot.session.close()

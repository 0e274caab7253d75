"""How much of Telegram's limit the pacer uses, and what a strict server refuses: real HTTP, real seconds.

    python -m benchmarks.pacer [SECONDS]

One load after another against a server that counts every message in sliding windows of one second (30 for the
bot, 1 for a chat) and answers after a round trip of 60 ± 40 ms: pushes to many chats; the same with taps among
them (toast and edited screen, by 40 people who tap every few seconds); several pushes to the same few chats.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import SendMessage

from bot.limits import Limits
from bot.pacer import Pacer
from domain.delivery import Lane
from tests.bot.strict_server import StrictServer, jittery_way, running

PACE = Limits().per_second
ROUND_TRIP = 0.06
JITTER = 0.04
PEOPLE_WHO_TAP = 40
SECONDS_BETWEEN_TAPS = 8.0


@dataclass(frozen=True)
class Desk:
    bot: Bot
    pacer: Pacer
    server: StrictServer

    async def push(self, chat: int, lane: Lane = Lane.BROADCAST) -> None:
        await self.pacer.send(self.bot, SendMessage(chat_id=chat, text="news"), lane)

    def report(self, load: str) -> None:
        accepted = self.server.windows.accepted
        rate = (len(accepted) - 1) / (accepted[-1] - accepted[0])
        print(
            f"{load}: {len(accepted)} messages, {rate:.2f}/s = {rate / PACE:.1%} of {PACE:g}/s, "
            f"{rate / 30:.1%} of 30/s; 429: {self.server.windows.refused}"
        )


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    async with running(StrictServer(way=jittery_way(ROUND_TRIP, JITTER))) as server:
        session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
        pacer = Pacer()
        session.middleware(pacer)
        async with Bot("42:BENCHMARK", session=session) as bot:
            yield Desk(bot, pacer, server)


async def pushes(seconds: float) -> None:
    async with desk() as here:
        await asyncio.gather(*(here.push(chat) for chat in range(1, int(seconds * PACE) + 1)))
        here.report("pushes to many chats")


async def pushes_and_taps(seconds: float) -> None:
    toasts: list[float] = []
    screens: list[float] = []

    async def person(bot: Bot, chat: int) -> None:
        dice = random.Random(chat)
        while True:
            await asyncio.sleep(dice.uniform(0, 2 * SECONDS_BETWEEN_TAPS))
            tapped = time.monotonic()
            await bot.answer_callback_query("1")
            toasts.append(time.monotonic() - tapped)
            await bot.edit_message_text("screen", chat_id=chat, message_id=1)
            screens.append(time.monotonic() - tapped)

    async with desk() as here:
        people = [asyncio.create_task(person(here.bot, 10**6 + nth)) for nth in range(PEOPLE_WHO_TAP)]
        await asyncio.gather(*(here.push(chat, Lane.REMINDER) for chat in range(1, int(seconds * 22) + 1)))
        for each in people:
            each.cancel()
        await asyncio.gather(*people, return_exceptions=True)
        here.report(f"pushes with {len(screens)} taps among them")
        print(f"  toast {shown(toasts)}; screen {shown(screens)}")


async def crowded_chats(seconds: float) -> None:
    async with desk() as here:
        each = max(2, int(seconds / 1.1))
        await asyncio.gather(*(here.push(chat) for _ in range(each) for chat in range(1, 41)))
        here.report(f"{each} pushes to each of 40 chats")


async def ten_thousand_waiting() -> None:
    async with desk() as here:
        began = time.perf_counter()
        tasks = [asyncio.create_task(here.push(chat)) for chat in range(10_000)]
        await asyncio.sleep(0)
        print(f"10,000 pushes queued in {time.perf_counter() - began:.2f} s")
        waits: list[float] = []
        for nth in range(20):
            asked = time.monotonic()
            await here.bot.send_message(10**6 + nth, "answer")
            waits.append(time.monotonic() - asked)
        print(
            f"  an answer among them {shown(waits)}, round trip included; 429: {here.server.windows.refused}"
        )
        here.pacer.close()
        await asyncio.gather(*tasks, return_exceptions=True)


def shown(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    median, p95 = (ordered[int((len(ordered) - 1) * part)] for part in (0.5, 0.95))
    return f"median {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, max {ordered[-1] * 1000:.0f} ms"


async def main(seconds: float) -> None:
    await pushes(seconds)
    await pushes_and_taps(seconds)
    await crowded_chats(seconds)
    await ten_thousand_waiting()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 12.0))

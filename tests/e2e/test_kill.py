"""1,500 reminders go out while the process is ended or killed twelve times: nothing is lost, ever.

A polite end (SIGTERM) doubles nothing. A kill (SIGKILL) may double the messages that were in flight: the messenger
had taken them and nobody was left to write that down. It offers no way to know.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from bot.outbox import IN_FLIGHT
from db.engine import Database, Session
from db.migrate import upgrade
from sandbox.server import Sandbox
from services.reminders import derive
from tests.e2e.sending_process import send_until_stopped
from tests.town import MOSCOW, add_activity, add_booking, add_person, add_slot, deliveries, moscow

REMINDERS = 1_500
INTERRUPTIONS = 12
EVENING = moscow("19 18:00")


def crowd(session: Session, /) -> None:
    slot = add_slot(session, add_activity(session), moscow("20 15:00"), capacity=None)
    for number in range(REMINDERS):
        add_booking(session, slot, add_person(session, messenger_user_id=str(10_000 + number)))


class Process:
    """Starts the sending process again and again. A fork server imports everything once for all of them."""

    def __init__(self, database_url: str, api_url: str, now: datetime) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.e2e.quick_aiogram", "tests.e2e.sending_process"])
        self._arguments = (database_url, api_url, now)
        self._process: ForkServerProcess | None = None

    async def start(self) -> None:
        self._process = self._context.Process(target=send_until_stopped, args=self._arguments, daemon=True)
        await asyncio.to_thread(self._process.start)

    async def end(self, *, politely: bool) -> None:
        if self._process is None:
            return
        (self._process.terminate if politely else self._process.kill)()
        await asyncio.to_thread(self._process.join, 20)
        assert self._process.exitcode == (0 if politely else -9)
        self._process = None


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A messenger that needs a moment for each message, so that some are always in flight."""
    sandbox = Sandbox(accept_unknown=True, history=4 * REMINDERS)
    sandbox.limits(round_trip=0.01, jitter=0.01)
    async with sandbox.running():
        yield sandbox


@pytest.fixture
async def process(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Process]:
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    upgrade(url)
    database = Database(url)
    await database.write(crowd)
    await database.write(derive, moscow("19 12:00"), MOSCOW)
    await database.close()
    process = Process(url, sandbox.url, EVENING)
    yield process
    await process.end(politely=True)


async def arrived(sandbox: Sandbox, at_least: int) -> None:
    """Wait until so many messages were taken by the messenger."""
    async with asyncio.timeout(60):
        while sandbox.count("sendMessage") < at_least:
            await asyncio.sleep(0.002)


async def interrupted(sandbox: Sandbox, process: Process, *, politely: bool) -> Counter[int]:
    """How many messages everybody got after twelve interruptions and a last run to the end."""
    chances = random.Random(12)
    for _ in range(INTERRUPTIONS):
        await process.start()
        await arrived(sandbox, sandbox.count("sendMessage") + chances.randint(40, 110))
        await process.end(politely=politely)
    await process.start()
    async with asyncio.timeout(60):
        while len(got := received(sandbox)) < REMINDERS:
            await asyncio.sleep(0.05)
    return got


def received(sandbox: Sandbox) -> Counter[int]:
    return Counter(int(call.chat_id or 0) for call in sandbox.calls("sendMessage") if call.status == 200)


async def all_marked(tmp_path: Path, process: Process) -> set[str]:
    await process.end(politely=True)
    database = Database(f"sqlite:///{tmp_path}/bot.sqlite3")
    found = {row.status for row in await database.read(deliveries)}
    await database.close()
    return found


async def test_twelve_polite_ends_lose_nothing_and_double_nothing(
    tmp_path: Path, sandbox: Sandbox, process: Process
) -> None:
    got = await interrupted(sandbox, process, politely=True)
    assert await all_marked(tmp_path, process) == {"sent"}
    assert (len(got), set(got.values())) == (REMINDERS, {1})


async def test_twelve_kills_lose_nothing_and_double_at_most_what_was_in_flight(
    tmp_path: Path, sandbox: Sandbox, process: Process
) -> None:
    await interrupted(sandbox, process, politely=False)
    assert await all_marked(tmp_path, process) == {"sent"}
    got = received(sandbox)
    doubled = sum(got.values()) - REMINDERS
    assert len(got) == REMINDERS
    assert doubled <= INTERRUPTIONS * IN_FLIGHT

"""2,000 people are owed a broadcast while the process is killed twenty times: nobody is left out, nobody gets it twice.

What was in flight at a kill is in doubt: the report names it, and it is not sent again. A polite end leaves no doubt.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.outbox import IN_FLIGHT
from db.engine import Database, Session
from db.migrate import upgrade
from db.models import PersonRow
from sandbox.server import Sandbox
from services import broadcasts
from tests.e2e.test_kill import EVENING, Process, arrived, received
from tests.services.newsroom import Newsroom, add_crowd
from tests.town import HandClock

RECIPIENTS = 2_000
EVERYBODY = {1_000_000 + number for number in range(RECIPIENTS)}
KILLS = 20
POLITE_ENDS = 4


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A messenger that needs a moment for each message, so that some are always in flight."""
    sandbox = Sandbox(accept_unknown=True, history=4 * RECIPIENTS)
    sandbox.limits(round_trip=0.01, jitter=0.01)
    async with sandbox.running():
        yield sandbox


@dataclass(frozen=True)
class Going:
    """A broadcast that is owed to 2,000 people, and the process that sends it."""

    url: str
    sandbox: Sandbox
    process: Process
    author: int
    broadcast: int

    async def interrupted(self, *, ends: int, politely: bool) -> None:
        """Let it go out with interruptions at random moments, and to the end."""
        chances = random.Random(20)
        # A kill may come before the first message; an end that is polite is for a process that listens.
        least = 1 if politely else 0
        for _ in range(ends):
            await self.process.start()
            await arrived(self.sandbox, self.sandbox.count("sendMessage") + chances.randint(least, 100))
            await self.process.end(politely=politely)
        await self.process.start()
        async with self.newsroom() as newsroom, asyncio.timeout(60):
            while (await newsroom.count(self.author, self.broadcast)).left:
                await asyncio.sleep(0.1)
        await self.process.end(politely=True)

    async def report(self) -> dict[str, set[int]]:
        """Whom the report names as sent to, as in doubt …: their chats."""
        async with self.newsroom() as newsroom:
            found = await newsroom.do(broadcasts.report, self.author, self.broadcast)
        named: defaultdict[str, set[int]] = defaultdict(set)
        for each in found:
            named[each.status].add(int(each.name))
        return named

    @asynccontextmanager
    async def newsroom(self) -> AsyncIterator[Newsroom]:
        async with newsroom_at(self.url) as newsroom:
            yield newsroom


@asynccontextmanager
async def newsroom_at(url: str) -> AsyncIterator[Newsroom]:
    database = Database(url)
    try:
        yield Newsroom(database, HandClock(EVENING))
    finally:
        await database.close()


def call_everybody_as_their_chat(session: Session) -> None:
    """A report says names: these tell who is who."""
    session.execute(update(PersonRow).values(name=PersonRow.messenger_user_id))


@pytest.fixture
async def going(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Going]:
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    upgrade(url)
    async with newsroom_at(url) as newsroom:
        await newsroom.write(add_crowd, RECIPIENTS)
        await newsroom.write(call_everybody_as_their_chat)
        author, second = await newsroom.coordinator(), await newsroom.coordinator()
        broadcast = await newsroom.sent(author)
        await newsroom.confirm(second, broadcast)
    process = Process(url, sandbox.url, EVENING)
    yield Going(url, sandbox, process, author, broadcast)
    await process.end(politely=True)


async def test_twenty_kills_leave_nobody_out_and_send_nothing_twice(going: Going) -> None:
    await going.interrupted(ends=KILLS, politely=False)
    named, got = await going.report(), received(going.sandbox)
    sent, doubtful = named["sent"], named["doubtful"]
    assert named.keys() == {"sent", "doubtful"}
    assert (sent | doubtful, sent & doubtful) == (EVERYBODY, set())
    assert 0 < len(doubtful) <= KILLS * IN_FLIGHT
    assert set(got.values()) == {1}
    assert sent <= got.keys() <= EVERYBODY


async def test_polite_ends_leave_no_doubt(going: Going) -> None:
    await going.interrupted(ends=POLITE_ENDS, politely=True)
    assert await going.report() == {"sent": EVERYBODY}
    assert received(going.sandbox) == Counter(EVERYBODY)

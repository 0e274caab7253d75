"""2,000 people are owed a broadcast while the process is killed twenty times: nobody is left out, nobody gets it twice.

What was in flight at a kill is in doubt: the report names it, and it is not sent again. A polite end leaves no doubt.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from bot.outbox import IN_FLIGHT
from db.engine import Database, Session
from db.migrate import upgrade
from db.models import DeliveryRow, PersonRow
from sandbox.server import Sandbox
from tests.e2e.test_kill import EVENING, Process, arrived, received
from tests.services.newsroom import Newsroom, add_crowd
from tests.town import HandClock

RECIPIENTS = 2_000
KILLS = 20
POLITE_ENDS = 4
T = TypeVar("T")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A messenger that needs a moment for each message, so that some are always in flight."""
    sandbox = Sandbox(accept_unknown=True, history=4 * RECIPIENTS)
    sandbox.limits(round_trip=0.01, jitter=0.01)
    async with sandbox.running():
        yield sandbox


@pytest.fixture
async def process(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Process]:
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    upgrade(url)
    database = Database(url)
    newsroom = Newsroom(database, HandClock(EVENING))
    await newsroom.write(add_crowd, RECIPIENTS)
    head, second = await newsroom.coordinator(), await newsroom.coordinator()
    await newsroom.confirm(second, await newsroom.sent(head))
    await database.close()
    process = Process(url, sandbox.url, EVENING)
    yield process
    await process.end(politely=True)


async def interrupted(
    tmp_path: Path, sandbox: Sandbox, process: Process, *, ends: int, politely: bool
) -> None:
    """Let it go out with interruptions, and to the end."""
    chances = random.Random(20)
    for _ in range(ends):
        await process.start()
        await arrived(sandbox, sandbox.count("sendMessage") + chances.randint(20, 90))
        await process.end(politely=politely)
    await process.start()
    async with asyncio.timeout(60):
        while (await statuses(tmp_path)).keys() & {"pending", "sending"}:
            await asyncio.sleep(0.1)
    await process.end(politely=True)


async def statuses(tmp_path: Path) -> Counter[str]:
    """How many recipients are in which state."""

    def read(session: Session) -> Counter[str]:
        rows = session.execute(
            select(DeliveryRow.status, func.count())
            .where(DeliveryRow.kind == "broadcast")
            .group_by(DeliveryRow.status)
        )
        return Counter(dict(iter(rows)))

    return await read_at(tmp_path, read)


async def doubtful(tmp_path: Path) -> set[int]:
    """Chats of those whom the report names as in doubt."""

    def read(session: Session) -> set[int]:
        rows = session.scalars(
            select(PersonRow.messenger_user_id)
            .join(DeliveryRow, DeliveryRow.person_id == PersonRow.id)
            .where(DeliveryRow.status == "doubtful")
        )
        return {int(number) for number in rows}

    return await read_at(tmp_path, read)


async def read_at(tmp_path: Path, read: Callable[[Session], T]) -> T:
    database = Database(f"sqlite:///{tmp_path}/bot.sqlite3")
    try:
        return await database.read(read)
    finally:
        await database.close()


async def test_twenty_kills_leave_nobody_out_and_send_nothing_twice(
    tmp_path: Path, sandbox: Sandbox, process: Process
) -> None:
    await interrupted(tmp_path, sandbox, process, ends=KILLS, politely=False)
    found, in_doubt, got = await statuses(tmp_path), await doubtful(tmp_path), received(sandbox)
    assert found.keys() == {"sent", "doubtful"}
    assert found.total() == RECIPIENTS
    assert 0 < len(in_doubt) <= KILLS * IN_FLIGHT
    assert set(got.values()) == {1}
    everybody = {1_000_000 + number for number in range(RECIPIENTS)}
    assert everybody - got.keys() <= in_doubt


async def test_polite_ends_leave_no_doubt(tmp_path: Path, sandbox: Sandbox, process: Process) -> None:
    await interrupted(tmp_path, sandbox, process, ends=POLITE_ENDS, politely=True)
    assert await statuses(tmp_path) == {"sent": RECIPIENTS}
    assert received(sandbox) == Counter({1_000_000 + number: 1 for number in range(RECIPIENTS)})

"""A broadcast against a server that keeps Telegram's limits: real HTTP, real seconds, the whole application.

    python -m benchmarks.broadcast [--recipients N] [--check]

First 1,000 and 100,000 people are owed one: how long that takes, whether the loop is held up meanwhile, and what it
needs of memory. Then the server refuses a 31st message of any second and a second one of a chat, and every request
needs a round trip of 60 ± 40 ms. A broadcast goes out by itself; then another one, while 50 people tap the menu,
lists, cards and places to book; then a third one, which is stopped among these taps. Coordinators tap, too, and the
message that shows how it goes is redrawn all the time: it counts as a message. 10,000 recipients take six minutes,
twice; the 1,500 of a quick look one each.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import statistics
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import psutil
from aiogram.filters.callback_data import CallbackData

from benchmarks._bounds import Bounds, arguments
from benchmarks._stub import answered_bot, tap
from benchmarks._town import FIRST_STUDENT, Town, running_town
from benchmarks.stalls import Watcher
from benchmarks.taps_meanwhile import (
    JITTER,
    ROUND_TRIP,
    SCREEN_S,
    TOAST_S,
    TOKEN,
    ListeningServer,
    Tappers,
    p95,
    waited,
)
from bot.application import make_bot
from bot.clock import MovableClock
from bot.limits import Limits
from bot.middleware import TELEGRAM
from db.engine import Session
from db.models import RoleGrantRow
from db.queries.demo import insert_people
from demo.consents import agreed
from demo.programme import ZONE
from domain.broadcast import Audience, Content, Group, Status
from domain.people import Actor, Address, Role, actor_for
from handlers.broadcasts.callbacks import Confirm, Stop
from services import broadcasts, people
from services.broadcasts import State
from tests.bot.strict_server import jittery_way, running

LIMIT = 30
"""Messages a second that Telegram takes from a bot."""
SHARE = 0.93
PEOPLE_WHO_TAP = 50
MANY, FEW = 100_000, 1_000
QUEUED_S, STALL_MS, STOPPED_S = 2.0, 20.0, 1.0
GROWTH_MB = 20.0
SETTLED_S = 5.0
"""Seconds in which a large one is sent before memory is read."""
STUDENTS = Audience((Group(roles=(Role.STUDENT,)),))
CONTENT = Content(
    "Tomorrow at 15:00 we meet at the entrance. Bring closed shoes, and tell those who sit beside you."
)
NOON = time(12)
HEADS = (900_000_001, 900_000_002)
"""Messenger ids of the coordinators."""


def tomorrow_noon() -> MovableClock:
    """No quiet hour and no digest come in between."""
    clock = MovableClock()
    today = clock.now().astimezone(ZONE)
    clock.advance_to(datetime.combine(today.date() + timedelta(days=1), NOON, ZONE))
    return clock


def _row(
    session: Session, number: int, role: Role, now: datetime, municipality: str = "krasnodar"
) -> dict[str, Any]:
    return {
        "messenger": TELEGRAM,
        "messenger_user_id": str(number),
        "role": role,
        "name": "Anna",
        "municipality_code": municipality,
        "grade": 9 if role is Role.STUDENT else None,
        **agreed(session, now),
        "reminders": 0,
        "filters": {},
        "created_at": now,
        "seen_at": now,
    }


def add_heads(session: Session, now: datetime) -> None:
    """Two coordinators of all: a large one needs both."""
    ids = insert_people(session, [_row(session, number, Role.TEACHER, now) for number in HEADS], TELEGRAM)
    for number in HEADS:
        session.add(RoleGrantRow(person_id=ids[str(number)], role=Role.COORDINATOR, granted_at=now))


def add_pupils(session: Session, numbers: Iterable[int], now: datetime, municipality: str) -> None:
    insert_people(
        session, [_row(session, number, Role.STUDENT, now, municipality) for number in numbers], TELEGRAM
    )


class Desk:
    """The two coordinators at work in a town. They tap what counts; their screens show how it goes."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._application, self._clock = town.application, town.clock
        self._numbers = itertools.count(10_000_000)

    async def open(self) -> None:
        await self._application.database.write(add_heads, self._clock.now())

    async def _actor(self, number: int) -> Actor:
        person = await self._application.database.read(
            people.recall, Address(TELEGRAM, str(number)), self._clock.now()
        )
        assert person is not None
        return actor_for(person)

    async def ready(self, audience: Audience) -> int:
        """A broadcast that only lacks the second coordinator's yes."""
        database, now, author = self._application.database, self._clock.now(), await self._actor(HEADS[0])
        made = await database.write(broadcasts.begin, author, CONTENT, now)
        id_ = made.broadcast.id
        await database.write(broadcasts.aim, author, id_, audience, now)
        sent = await database.write(broadcasts.send, author, id_, None, now, ZONE, ())
        assert sent.broadcast.status is Status.UNCONFIRMED
        return id_

    async def _tap(self, number: int, data: CallbackData) -> None:
        update = tap(number, data.pack(), next(self._numbers))
        await self._application.dispatcher.feed_update(self._town.bot, update)
        await self._application.screens.finished()

    async def confirm(self, broadcast_id: int) -> None:
        found = await self.state(broadcast_id)
        await self._tap(HEADS[1], Confirm(broadcast=broadcast_id, revision=found.broadcast.revision))

    async def stop(self, broadcast_id: int) -> None:
        await self._tap(HEADS[0], Stop(broadcast=broadcast_id))

    async def state(self, broadcast_id: int) -> State:
        author = await self._actor(HEADS[0])
        found: State = await self._application.database.read(
            broadcasts.state, author, broadcast_id, self._clock.now()
        )
        return found


@dataclass(frozen=True)
class Run:
    """What a server saw from a broadcast's first message to its last, in messages a second."""

    pushed: float
    all: float


async def _gone_out(server: ListeningServer, desk: Desk, broadcast_id: int, recipients: range) -> Run:
    """Wait until all have it."""
    begun = len(server.pushed)
    patience = asyncio.get_running_loop().time() + len(recipients) / 14 + 30
    while (await desk.state(broadcast_id)).count.left:
        await asyncio.sleep(0.5)
        assert asyncio.get_running_loop().time() < patience, "the broadcast takes too long"
    pushed = [at for chat, at in server.pushed[begun:] if chat in recipients]
    first, last = pushed[0], pushed[-1]
    accepted = [each for each in server.windows.accepted if first <= each <= last]
    assert len(pushed) == len(recipients)
    return Run((len(pushed) - 1) / (last - first), (len(accepted) - 1) / (last - first))


async def against_a_strict_server(recipients: int, bounds: Bounds) -> None:
    """Alone, with taps, and stopped among taps."""
    clock = tomorrow_noon()
    async with running(ListeningServer(way=jittery_way(ROUND_TRIP, JITTER))) as server:
        assert isinstance(server, ListeningServer)
        bot = make_bot(TOKEN, server.url)
        async with running_town(bot, PEOPLE_WHO_TAP, clock=clock, limits=Limits()) as town:
            desk, database = Desk(town), town.application.database
            await desk.open()
            pupils = range(FIRST_STUDENT + 1_000_000, FIRST_STUDENT + 1_000_000 + recipients)
            # Those who tap live elsewhere and get nothing: their own chat is not resting.
            await database.write(add_pupils, pupils, clock.now(), "sochi")
            audience = Audience((Group(municipalities=("sochi",), roles=(Role.STUDENT,)),))

            alone = await desk.ready(audience)
            await desk.confirm(alone)
            run = await _gone_out(server, desk, alone, pupils)
            print(
                f"{recipients} recipients: {run.pushed:.2f} of them a second; "
                f"with the message that shows it {run.all:.2f} messages"
            )
            bounds.at_least("share of the limit", run.all / LIMIT, SHARE)

            tappers = Tappers(town, town.students, town.slots)
            second = await desk.ready(audience)
            server.screens.clear()
            tapping = asyncio.create_task(tappers.tap_on())
            await desk.confirm(second)
            run = await _gone_out(server, desk, second, pupils)
            print(f"with taps: {run.pushed:.2f} recipients and {run.all:.2f} messages a second in all")
            bounds.at_least("share of the limit, with taps", run.all / LIMIT, SHARE)

            third = await desk.ready(audience)
            await desk.confirm(third)
            await asyncio.sleep(min(10.0, recipients / LIMIT / 2))
            stopped = asyncio.get_running_loop().time()
            await desk.stop(third)
            await asyncio.sleep(3.0)
            last = max(at for chat, at in server.pushed if chat in pupils)
            assert (await desk.state(third)).count.dropped, "it was over before it was stopped"
            tapping.cancel()
            await tappers.answered()
            toasts, screens = waited(tappers, server)
            print(
                f"{len(screens)} taps: toast {statistics.median(toasts):.3f} s, screen "
                f"{statistics.median(screens):.3f} s median, {max(screens):.3f} s at most"
            )
            bounds.at_most("toast, p95", p95(toasts), TOAST_S, " s")
            bounds.at_most("screen, p95", p95(screens), SCREEN_S, " s")
            bounds.at_most("last message after a stop", max(0.0, last - stopped), STOPPED_S, " s")
        bounds.at_most("refused by the server (429)", server.windows.refused, 0)


@dataclass(frozen=True)
class Queued:
    """``seconds`` from the yes to its screen; what memory rose by, and the longest stall of the loop, until later."""

    seconds: float
    grown_mb: float
    stall_ms: float


async def _highest(process: psutil.Process, seen: list[int]) -> None:
    while True:
        seen.append(process.memory_info().rss)
        await asyncio.sleep(0.02)


async def _queue(recipients: int) -> Queued:
    """Owe it to so many, and let it go out for a while."""
    bot, _ = answered_bot()
    clock, process = tomorrow_noon(), psutil.Process()
    async with running_town(bot, 0, clock=clock, limits=Limits()) as town:
        desk, database = Desk(town), town.application.database
        await desk.open()
        # Few at a time: what they leave in memory would be taken for what a broadcast needs.
        for first in range(0, recipients, 500):
            numbers = range(FIRST_STUDENT + first, FIRST_STUDENT + first + 500)
            await database.write(add_pupils, numbers, clock.now(), "sochi")
        broadcast_id = await desk.ready(STUDENTS)
        watcher = Watcher()
        memory = [process.memory_info().rss]
        watching = [asyncio.create_task(each) for each in (watcher.watch(), _highest(process, memory))]
        begun = asyncio.get_running_loop().time()
        await desk.confirm(broadcast_id)
        seconds = asyncio.get_running_loop().time() - begun
        await asyncio.sleep(SETTLED_S)
        for task in watching:
            task.cancel()
        count = (await desk.state(broadcast_id)).count
        assert count.sent
        assert count.sent + count.left >= recipients, "the demonstration has pupils, too"
        await desk.stop(broadcast_id)
    return Queued(
        seconds,
        (max(memory) - memory[0]) / 2**20,
        1000 * max(late for late, _ in watcher.ours),
    )


def queued(recipients: int) -> Queued:
    return asyncio.run(_queue(recipients))


def queueing(bounds: Bounds) -> None:
    """Each in a process of its own: memory that the one gave back would hide what the other needs."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as processes:
        few, many = processes.map(queued, (FEW, MANY))
    for recipients, found in ((FEW, few), (MANY, many)):
        print(
            f"{recipients} recipients queued in {found.seconds:.2f} s; "
            f"{found.grown_mb:.1f} MB more at most until {SETTLED_S:g} s later"
        )
    bounds.at_most("queueing 100,000", many.seconds, QUEUED_S, " s")
    bounds.at_most("the longest stall of the loop", many.stall_ms, STALL_MS, " ms")
    bounds.at_most("memory that 100,000 need beyond 1,000", many.grown_mb - few.grown_mb, GROWTH_MB, " MB")


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--recipients", type=int, default=1_500)
    given = parser.parse_args()
    bounds = Bounds()
    queueing(bounds)
    asyncio.run(against_a_strict_server(given.recipients, bounds))
    return bounds.exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())

"""A broadcast against a server that keeps Telegram's limits: real HTTP, real seconds, the whole application.

    python -m benchmarks.broadcast [--recipients N] [--check]

The server refuses a 31st message of any second and a second one of a chat, after a round trip of 60 ± 40 ms. First the
broadcast goes out by itself; then another one, while 50 people tap the menu, lists, cards and places to book, and at
last it is stopped. Then 100,000 people are owed one: how long that takes, whether the loop is held up meanwhile, and
what the sending needs of memory. 10,000 recipients take six minutes, twice; the 1,500 of a quick look one each.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import psutil

from benchmarks._bounds import Bounds, arguments
from benchmarks._stub import answered_bot
from benchmarks._town import FIRST_STUDENT, Town, running_town
from benchmarks.stalls import Watcher
from benchmarks.taps_meanwhile import (
    JITTER,
    ROUND_TRIP,
    SCREEN_S,
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
from demo.programme import ZONE
from domain.broadcast import Audience, Content, Group, Status
from domain.people import Actor, Address, Role, actor_for
from domain.registration import CONSENT_VERSION
from services import broadcasts, people
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


def _row(number: int, role: Role, now: datetime, municipality: str = "krasnodar") -> dict[str, Any]:
    return {
        "messenger": TELEGRAM,
        "messenger_user_id": str(number),
        "role": role,
        "name": "Anna",
        "municipality_code": municipality,
        "grade": 9 if role is Role.STUDENT else None,
        "consent_version": CONSENT_VERSION,
        "consent_at": now,
        "reminders": 0,
        "filters": {},
        "created_at": now,
        "seen_at": now,
    }


def add_heads(session: Session, now: datetime) -> None:
    """Two coordinators of all: a large one needs both."""
    ids = insert_people(session, [_row(number, Role.TEACHER, now) for number in HEADS], TELEGRAM)
    for number in HEADS:
        session.add(RoleGrantRow(person_id=ids[str(number)], role=Role.COORDINATOR, granted_at=now))


def add_pupils(session: Session, numbers: Iterable[int], now: datetime, municipality: str) -> None:
    insert_people(session, [_row(number, Role.STUDENT, now, municipality) for number in numbers], TELEGRAM)


class Desk:
    """The two coordinators at work in a town."""

    def __init__(self, town: Town) -> None:
        self._application, self._clock = town.application, town.clock

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

    async def confirm(self, broadcast_id: int) -> None:
        second = await self._actor(HEADS[1])
        await self._application.database.write(
            broadcasts.confirm, second, broadcast_id, self._clock.now(), ZONE
        )
        self._application.outbox.kick()

    async def stop(self, broadcast_id: int) -> None:
        author = await self._actor(HEADS[0])
        await self._application.database.write(broadcasts.stop, author, broadcast_id, self._clock.now())
        await self._application.outbox.halt(broadcast_id)

    async def is_over(self, broadcast_id: int) -> bool:
        author = await self._actor(HEADS[0])
        found = await self._application.database.read(
            broadcasts.state, author, broadcast_id, self._clock.now()
        )
        return not found.count.left


def _rate(accepted: list[float]) -> float:
    """Messages a second between the first and the last."""
    return (len(accepted) - 1) / (accepted[-1] - accepted[0])


async def _sent(server: ListeningServer, desk: Desk, broadcast_id: int, recipients: int) -> list[float]:
    """Wait until all have it; the moments at which messages were taken meanwhile."""
    begun = len(server.windows.accepted)
    patience = asyncio.get_running_loop().time() + recipients / 14 + 30
    while len(server.windows.accepted) - begun < recipients or not await desk.is_over(broadcast_id):
        await asyncio.sleep(0.2)
        assert asyncio.get_running_loop().time() < patience, "the broadcast takes too long"
    return server.windows.accepted[begun:]


async def against_a_strict_server(recipients: int, bounds: Bounds) -> None:
    """Alone, with taps, and stopped."""
    clock = tomorrow_noon()
    async with running(ListeningServer(way=jittery_way(ROUND_TRIP, JITTER))) as server:
        assert isinstance(server, ListeningServer)
        bot = make_bot(TOKEN, server.url)
        async with running_town(bot, PEOPLE_WHO_TAP, clock=clock, limits=Limits()) as town:
            desk, database = Desk(town), town.application.database
            await desk.open()
            others = range(FIRST_STUDENT + 1_000_000, FIRST_STUDENT + 1_000_000 + recipients)
            # Those who tap live elsewhere and get nothing: their own chat is not resting.
            await database.write(add_pupils, others, clock.now(), "sochi")
            audience = Audience((Group(municipalities=("sochi",), roles=(Role.STUDENT,)),))

            alone = await desk.ready(audience)
            await desk.confirm(alone)
            rate = _rate(await _sent(server, desk, alone, recipients))
            print(f"{recipients} recipients alone: {rate:.2f} a second, {rate / LIMIT:.1%} of the limit")
            bounds.at_least("share of the limit, alone", rate / LIMIT, SHARE)

            tappers = Tappers(town, town.students, town.slots)
            second = await desk.ready(audience)
            server.screens.clear()
            tapping = asyncio.create_task(tappers.tap_on())
            await desk.confirm(second)
            rate = _rate(await _sent(server, desk, second, recipients))
            tapping.cancel()
            await tappers.answered()
            toasts, screens = waited(tappers, server)
            print(
                f"with {len(screens)} taps: {rate:.2f} messages a second in all; "
                f"screen {statistics.median(screens):.3f} s median, {max(screens):.3f} s at most"
            )
            bounds.at_least("share of the limit, with taps", rate / LIMIT, SHARE)
            bounds.at_most("toast, p95", p95(toasts), 0.2, " s")
            bounds.at_most("screen, p95", p95(screens), SCREEN_S, " s")

            third = await desk.ready(audience)
            await desk.confirm(third)
            await asyncio.sleep(min(10.0, recipients / 60))
            stopped = asyncio.get_running_loop().time()
            await desk.stop(third)
            await asyncio.sleep(3.0)
            bounds.at_most(
                "last message after a stop", server.windows.accepted[-1] - stopped, STOPPED_S, " s"
            )
        bounds.at_most("refused by the server (429)", server.windows.refused, 0)


async def queued(recipients: int, bounds: Bounds) -> float:
    """How long it takes to owe it to so many; megabytes that the process grows by while it goes out for a while."""
    bot, _ = answered_bot()
    clock, process = tomorrow_noon(), psutil.Process()
    async with running_town(bot, 0, clock=clock, limits=Limits()) as town:
        desk, database = Desk(town), town.application.database
        await desk.open()
        for first in range(0, recipients, 10_000):
            numbers = range(FIRST_STUDENT + first, FIRST_STUDENT + min(first + 10_000, recipients))
            await database.write(add_pupils, numbers, clock.now(), "sochi")
        broadcast_id = await desk.ready(STUDENTS)
        before = process.memory_info().rss
        watcher = Watcher()
        watching = asyncio.create_task(watcher.watch())
        begun = asyncio.get_running_loop().time()
        await desk.confirm(broadcast_id)
        seconds = asyncio.get_running_loop().time() - begun
        await asyncio.sleep(SETTLED_S)
        watching.cancel()
        grown = (process.memory_info().rss - before) / 2**20
        stall = max(late for late, _ in watcher.ours) * 1000
        print(f"{recipients} recipients queued in {seconds:.2f} s; {grown:.1f} MB more while it goes out")
        if recipients == MANY:
            bounds.at_most("queueing 100,000", seconds, QUEUED_S, " s")
            bounds.at_most("the longest stall meanwhile", stall, STALL_MS, " ms")
        await desk.stop(broadcast_id)
    return grown


async def measure(recipients: int) -> Bounds:
    bounds = Bounds()
    few = await queued(FEW, bounds)
    many = await queued(MANY, bounds)
    bounds.at_most("memory that 100,000 need beyond 1,000", many - few, GROWTH_MB, " MB")
    await against_a_strict_server(recipients, bounds)
    return bounds


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--recipients", type=int, default=1_500)
    given = parser.parse_args()
    return asyncio.run(measure(given.recipients)).exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())

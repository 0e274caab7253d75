"""Taps while reminders go out, against a server that keeps Telegram's limits: real HTTP, real seconds.

    python -m benchmarks.taps_meanwhile [--reminders N] [--check]

The whole application at Telegram's limits, its database on disk. 2,000 people are due a reminder at once; others,
three a second, tap the menu, lists, cards and places to book. The server refuses a 31st message of any second and a
second one of a chat, after a round trip of 60 ± 40 ms. A toast or a screen counts from the tap to its arrival there.
2,000 reminders take 75 s; ``--reminders 200`` is a quick look.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import web
from sqlalchemy import insert, select, update

from benchmarks._bounds import Bounds, arguments
from benchmarks._stub import tap
from benchmarks._town import FIRST_STUDENT, Town, running_town
from bot.application import make_bot
from bot.clock import MovableClock
from bot.limits import Limits
from db.engine import Session
from db.models import BookingRow, PersonRow, SlotRow
from demo.programme import ZONE
from handlers.booking.callbacks import TakeSlot
from handlers.card.callbacks import OpenCard
from handlers.menu.callbacks import OpenMenu
from handlers.workshops.callbacks import OpenList
from tests.bot.strict_server import StrictServer, jittery_way, running

ROUND_TRIP, JITTER = 0.06, 0.04
TAPS_A_SECOND = 3.0
PEOPLE_WHO_TAP = 300
A_SLOT = 100
BEFORE = timedelta(hours=2)
TOAST_S, SCREEN_S = 0.2, 1.0
NOON = time(12)
TOKEN = "1:" + "benchmark" * 4


@dataclass
class ListeningServer(StrictServer):
    """Also knows who the bot is, and when toasts, screens and messages that nobody asked for arrived."""

    toasts: dict[str, float] = field(default_factory=dict)
    screens: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    pushed: list[tuple[int, float]] = field(default_factory=list)
    """To which chat, and when."""

    @property
    def shown(self) -> int:
        return sum(map(len, self.screens.values()))

    def take(self, method: str, form: Mapping[str, Any], now: float) -> web.Response:
        if method == "getMe":
            me = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"}
            return web.json_response({"ok": True, "result": me})
        answer = super().take(method, form, now)
        if method == "answerCallbackQuery":
            self.toasts[str(form["callback_query_id"])] = now
        elif method == "editMessageText" and answer.status == HTTPStatus.OK:
            self.screens[int(form["chat_id"])].append(now)
        elif method == "sendMessage" and answer.status == HTTPStatus.OK:
            self.pushed.append((int(form["chat_id"]), now))
        return answer


def book(session: Session, starts_at: datetime, slots: tuple[int, ...], reminders: int) -> None:
    """The first ``reminders`` people hold a place in slots that start at once, since yesterday."""
    first = session.scalars(
        select(PersonRow.id).where(PersonRow.messenger_user_id == str(FIRST_STUDENT))
    ).one()
    chosen = slots[: -(-reminders // A_SLOT)]
    session.execute(
        update(SlotRow)
        .where(SlotRow.id.in_(chosen))
        .values(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), taken=A_SLOT)
    )
    yesterday = starts_at - timedelta(days=1)
    rows = [
        {
            "slot_id": chosen[number // A_SLOT],
            "person_id": first + number,
            "companions": [],
            "status": "booked",
            "queued_at": yesterday,
            "held_since": yesterday,
        }
        for number in range(reminders)
    ]
    session.execute(insert(BookingRow), rows)


class Tappers:
    """Everybody taps once, far from the limit of a chat; those who tap have no reminder due."""

    def __init__(self, town: Town, people: range, free: tuple[int, ...]) -> None:
        self._town = town
        self._people = itertools.cycle(people)
        self._free = free
        self._dice = random.Random(28)
        self._in_hand: set[asyncio.Task[object]] = set()
        self.tapped: dict[int, tuple[int, float]] = {}
        """Who tapped at which moment, by the number of the tap."""

    async def tap_on(self) -> None:
        loop = asyncio.get_running_loop()
        for number in itertools.count(1):
            person = next(self._people)
            data = self._dice.choice(
                [
                    OpenMenu(),
                    OpenList(page=self._dice.randrange(8)),
                    OpenCard(activity=self._dice.choice(self._town.activities)),
                    TakeSlot(slot=self._dice.choice(self._free), seen=0),
                ]
            )
            self.tapped[number] = (person, loop.time())
            task: asyncio.Task[object] = asyncio.create_task(
                self._town.application.dispatcher.feed_update(
                    self._town.bot, tap(person, data.pack(), number)
                )
            )
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) / TAPS_A_SECOND)

    async def answered(self) -> None:
        await asyncio.gather(*self._in_hand)
        await self._town.application.screens.finished()


def waited(tappers: Tappers, server: ListeningServer) -> tuple[list[float], list[float]]:
    """Seconds from each tap to its toast and to its screen."""
    toasts, screens = [], []
    for number, (person, at) in tappers.tapped.items():
        toasts.append(server.toasts[str(number)] - at)
        screens.append(next(shown for shown in server.screens[person] if shown >= at) - at)
    return toasts, screens


async def measure(reminders: int) -> Bounds:
    clock = MovableClock()
    today = clock.now().astimezone(ZONE)
    clock.advance_to(datetime.combine(today.date() + timedelta(days=1), NOON, ZONE))
    async with running(ListeningServer(way=jittery_way(ROUND_TRIP, JITTER))) as server:
        assert isinstance(server, ListeningServer)
        bot = make_bot(TOKEN, server.url)
        people = reminders + PEOPLE_WHO_TAP
        async with running_town(bot, people, clock=clock, limits=Limits()) as town:
            application = town.application
            await (
                application.outbox.tick()
            )  # The first look ever begins now: what was due before it is nobody's.
            starts_at = clock.now() + BEFORE + timedelta(minutes=1)
            await application.database.write(book, starts_at, town.slots, reminders)
            free = town.slots[-(-reminders // A_SLOT) :]
            tappers = Tappers(town, town.students[reminders:], free)
            loop = asyncio.get_running_loop()
            clock.advance(timedelta(minutes=1))
            begun = loop.time()
            tapping = asyncio.create_task(tappers.tap_on())
            while len(server.windows.accepted) - server.shown < reminders:
                await asyncio.sleep(0.1)
                assert loop.time() - begun < reminders / 14 + 30, "the reminders take too long"
            seconds = loop.time() - begun
            tapping.cancel()
            await tappers.answered()
        messages = len(server.windows.accepted)
        toasts, screens = waited(tappers, server)
    print(
        f"{reminders} reminders and {len(screens)} screens in {seconds:.1f} s: {messages / seconds:.1f} a second"
    )
    for name, waits in (("toast", toasts), ("screen", screens)):
        print(f"{name}: {statistics.median(waits):.3f} s median, {max(waits):.3f} s at most")
    bounds = Bounds()
    bounds.at_most("toast, p95", p95(toasts), TOAST_S, " s")
    bounds.at_most("screen, p95", p95(screens), SCREEN_S, " s")
    bounds.at_most("refused by the server (429)", server.windows.refused, 0)
    return bounds


def p95(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--reminders", type=int, default=2_000)
    given = parser.parse_args()
    return asyncio.run(measure(given.reminders)).exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())

"""How long the loop is held up in a minute of load: mixed taps of many people, with the database on disk.

    python -m benchmarks.stalls [--seconds N] [--per-second N] [--check] [--where]

The whole application with all that it does by the clock; the messenger is a stub that answers at once, so that taps
come as thick as they can. A watcher wakes every 5 ms: what it is late by is how long the loop was held up. Time that
the loop's thread was ready and waited for a processor is taken off (Linux counts it): it is the machine's other work.
Waiting for our own threads that read and write is not. ``--where`` shows what every thread was doing, by one more
that looks at them, which costs a little itself.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import random
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from aiogram import Bot
from aiogram.filters.callback_data import CallbackData
from aiogram.types import Update

from benchmarks._bounds import Bounds, arguments
from benchmarks._stub import AnsweringSession, answered_bot, tap, words
from benchmarks._town import Town, running_town
from handlers.booking.callbacks import OpenMyBookings, TakeSlot
from handlers.card.callbacks import OpenCard
from handlers.menu.callbacks import OpenMenu
from handlers.profile.callbacks import OpenProfile
from handlers.programme.callbacks import OpenProgramme
from handlers.reminders.callbacks import OpenReminders
from handlers.workshops.callbacks import ChooseFilter, OpenList, OpenWorkshops
from handlers.workshops.filters import Part

STUDENTS = 2_000
BOUND_MS = 20.0
WAKES_EVERY = 0.005
AT_ONCE = 5
"""Taps that come together."""
SEARCHES = ("robot", "CNC", "3D", "web", "drone", "agro lab")


class Processor:
    """What the system says of the loop's thread. Asking costs a microsecond and one turn of the interpreter lock."""

    def __init__(self) -> None:
        kept = Path("/proc/thread-self/schedstat")
        self._file = os.open(kept, os.O_RDONLY) if kept.exists() else None

    def waited_for(self) -> float:
        """Seconds that it was ready to run and did not; 0 where the system does not say."""
        if self._file is None:
            return 0.0
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e9


class Watcher:
    """Late by how much, each time that it woke; what the machine owes is told apart."""

    def __init__(self) -> None:
        self.ours: list[tuple[float, float]] = []
        """How late, and when: seconds from the first beat."""
        self.all: list[float] = []
        self.beat = time.perf_counter()

    async def watch(self) -> None:
        first = self.beat
        processor = Processor()
        while True:
            owed = processor.waited_for()
            self.beat = time.perf_counter()
            await asyncio.sleep(WAKES_EVERY)
            late = time.perf_counter() - self.beat - WAKES_EVERY
            self.all.append(late)
            self.ours.append((late - (processor.waited_for() - owed), self.beat - first))


@contextmanager
def pointing(watcher: Watcher, places: Counter[str]) -> Iterator[None]:
    """Count where every thread stands whenever the watcher is late."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.002):
            if time.perf_counter() - watcher.beat > WAKES_EVERY + BOUND_MS / 2000:
                names = {each.ident: each.name for each in threading.enumerate()}
                for ident, frame in sys._current_frames().items():
                    stack = [
                        f"{Path(each.filename).name}:{each.lineno}" for each in traceback.extract_stack(frame)
                    ]
                    places[f"{names.get(ident)}: {' < '.join(reversed(stack[-6:]))}"] += 1

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def collections() -> Iterator[list[float]]:
    """How long each look for garbage took: it holds every thread."""
    took: list[float] = []
    begun = 0.0

    def note(phase: str, _information: dict[str, int]) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.perf_counter()
        else:
            took.append(time.perf_counter() - begun)

    gc.callbacks.append(note)
    try:
        yield took
    finally:
        gc.callbacks.remove(note)


class Crowd:
    """Everybody taps something: the same sequence in every run."""

    def __init__(self, bot: Bot, session: AnsweringSession, town: Town) -> None:
        self._bot = bot
        self._session = session
        self._town = town
        self._dice = random.Random(20)
        self._numbers = itertools.count(1)
        self._in_hand: set[asyncio.Task[object]] = set()
        self.taps = 0

    def _update(self) -> Update:
        dice, town = self._dice, self._town
        person, number = dice.choice(town.students), next(self._numbers)
        if dice.random() < 0.1:
            return words(person, dice.choice(SEARCHES), number)
        self.taps += 1
        choices: list[CallbackData] = [
            OpenMenu(),
            OpenWorkshops(),
            OpenList(page=dice.randrange(20)),
            OpenList(page=dice.randrange(20)),
            ChooseFilter(part=Part.MUNICIPALITY),
            OpenCard(activity=dice.choice(town.activities)),
            OpenCard(activity=dice.choice(town.activities)),
            TakeSlot(slot=dice.choice(town.slots), seen=0),
            TakeSlot(slot=dice.choice(town.slots), seen=0),
            OpenMyBookings(),
            OpenProgramme(),
            OpenProfile(),
            OpenReminders(),
        ]
        return tap(person, dice.choice(choices).pack(), number)

    async def act(self, seconds: float, per_second: float) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for group in range(int(seconds * per_second / AT_ONCE)):
            await asyncio.sleep(begun + group * AT_ONCE / per_second - loop.time())
            for _ in range(AT_ONCE):
                update = self._update()
                task = asyncio.create_task(
                    self._town.application.dispatcher.feed_update(self._bot, update), name="update"
                )
                self._in_hand.add(task)
                task.add_done_callback(self._in_hand.discard)
        await asyncio.gather(*self._in_hand)
        await self._town.application.screens.finished()
        assert self._session.toasts == self.taps, "every tap is answered"


async def measure(seconds: float, per_second: float, *, where: bool) -> Bounds:
    bot, session = answered_bot()
    async with running_town(bot, STUDENTS) as town:
        crowd = Crowd(bot, session, town)
        watcher = Watcher()
        watching = asyncio.create_task(watcher.watch())
        places: Counter[str] = Counter()
        spent = time.process_time()
        with collections() as took, pointing(watcher, places) if where else nullcontext():
            await crowd.act(seconds, per_second)
        spent = time.process_time() - spent
        watching.cancel()
    for place, times in places.most_common(12):
        print(f"{times:4} × {place}")
    longest = sorted(watcher.ours, reverse=True)[:6]
    shown = ", ".join(f"{1000 * late:.1f} ms at {when:.1f} s" for late, when in longest)
    print(f"{per_second:g} taps and texts a second for {seconds:g} s, {spent / seconds:.0%} of a processor")
    print(f"{len(took)} looks for garbage, the longest {1000 * max(took, default=0):.1f} ms")
    print(f"the longest stalls: {shown}; with the machine's other work {1000 * max(watcher.all):.1f} ms")
    bounds = Bounds()
    bounds.at_most("the longest stall of the loop", 1000 * longest[0][0], BOUND_MS, " ms")
    return bounds


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--per-second", type=float, default=100.0)
    parser.add_argument("--where", action="store_true", help="show what the loop was doing")
    given = parser.parse_args()
    bounds = asyncio.run(measure(given.seconds, given.per_second, where=given.where))
    return bounds.exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())

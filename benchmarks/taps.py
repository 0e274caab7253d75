"""What a tap costs: CPU time of an update, beside a bare aiogram echo and beside aiogram-dialog's own click.

    python -m benchmarks.taps [--taps N] [--at-once N] [--rounds N] [--check] [--profile KIND]

Everything is fed to a Dispatcher in this process, so many taps in hand at once as polling has them under load, and
the messenger is a stub that answers at once, the same for all. Ours is the whole application with its database on
disk: a booking is committed, a list is read anew. The windows of aiogram-dialog have the text and the number of
buttons of our screens, memory storage and no database. The time is that of the processor, all threads together;
rounds of all kinds alternate, and a ratio is the median of the ratios within a round.
"""

from __future__ import annotations

import asyncio
import cProfile
import itertools
import pstats
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, Update

from benchmarks._bounds import Bounds, arguments
from benchmarks._dialogs import ClickedWindow, Shape
from benchmarks._stub import AnsweringSession, answered_bot, tap
from benchmarks._town import Town, running_town
from handlers.booking.callbacks import TakeSlot
from handlers.card.callbacks import OpenCard
from handlers.menu.callbacks import OpenMenu
from handlers.workshops.callbacks import OpenList

STUDENTS = 2_000
PEOPLE_WHO_LOOK = 50
BOOKING_BOUND = 6.0
DIALOG_BOUND = 2.5
SCREENS = {"menu": Shape.MENU, "list": Shape.LIST, "card": Shape.CARD}


@dataclass
class Kind:
    """One kind of tap: whom the updates are fed to, and the updates without end."""

    dispatcher: Dispatcher
    updates: Iterator[Update]


def echo() -> Dispatcher:
    """One handler: the toast, then the message edited in place."""
    dispatcher = Dispatcher()

    @dispatcher.callback_query()
    async def answer(query: CallbackQuery) -> None:
        await query.answer()
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"You tapped {query.data}")

    return dispatcher


class Bench:
    def __init__(self, bot: Bot, session: AnsweringSession, town: Town) -> None:
        self._bot = bot
        self._session = session
        self._town = town
        self._numbers = itertools.count(1)
        ours = town.application.dispatcher
        people = itertools.cycle(town.students[:PEOPLE_WHO_LOOK])
        activities = itertools.cycle(town.activities)
        pages = itertools.cycle(range(8))
        self.kinds = {
            "echo": Kind(echo(), (self._tap(person, "x") for person in people)),
            "booking": Kind(ours, self._bookings()),
            "menu": Kind(ours, (self._tap(person, OpenMenu().pack()) for person in people)),
            "list": Kind(ours, (self._tap(person, OpenList(page=next(pages)).pack()) for person in people)),
            "card": Kind(
                ours,
                (self._tap(person, OpenCard(activity=next(activities)).pack()) for person in people),
            ),
        }

    def _tap(self, person: int, data: str) -> Update:
        return tap(person, data, next(self._numbers))

    def _bookings(self) -> Iterator[Update]:
        """Every tap takes a place that the person did not have: each has one booking at a time of their own."""
        for shift in itertools.count():
            for nth, person in enumerate(self._town.students):
                slot = self._town.slots[(nth + shift * 7) % len(self._town.slots)]
                yield self._tap(person, TakeSlot(slot=slot, seen=0).pack())

    async def add_windows(self) -> None:
        """A window of aiogram-dialog beside each of our screens, with its text and as many buttons."""
        for name, shape in SCREENS.items():
            kind = self.kinds[name]
            await kind.dispatcher.feed_update(self._bot, next(kind.updates))
            await self._town.application.screens.finished()
            screen = self._session.last
            assert screen is not None
            keyboard = screen.reply_markup
            assert isinstance(keyboard, InlineKeyboardMarkup)
            buttons = sum(map(len, keyboard.inline_keyboard))
            fixed = buttons if name == "menu" else 4
            plain = "".join(" " if letter in "<>&{}" else letter for letter in str(screen.text))
            window = ClickedWindow(self._bot, self._session, shape, plain, buttons - fixed, fixed)
            people = self._town.students[:PEOPLE_WHO_LOOK]
            buttons_of = [(person, await window.open(person)) for person in people]
            self.kinds[f"{name} of aiogram-dialog"] = Kind(
                window.dispatcher, itertools.starmap(self._tap, itertools.cycle(buttons_of))
            )

    async def cost(self, name: str, taps: int, at_once: int) -> float:
        """Milliseconds of CPU time an update."""
        kind = self.kinds[name]
        updates = list(itertools.islice(kind.updates, taps))
        screens, toasts = self._session.screens, self._session.toasts
        start = time.process_time()
        for first in range(0, taps, at_once):
            in_hand = updates[first : first + at_once]
            await asyncio.gather(*(kind.dispatcher.feed_update(self._bot, update) for update in in_hand))
            await self._town.application.screens.finished()
        spent = time.process_time() - start
        assert self._session.screens - screens == taps, f"{name}: every tap draws a screen"
        assert self._session.toasts - toasts == taps, f"{name}: every tap is answered"
        return spent * 1000 / taps


async def measure(taps: int, at_once: int, rounds: int, profiled: str) -> Bounds:
    bot, session = answered_bot()
    async with running_town(bot, STUDENTS) as town:
        bench = Bench(bot, session, town)
        await bench.add_windows()
        if profiled:
            await bench.cost(profiled, 200, at_once)
            with cProfile.Profile() as profile:
                await bench.cost(profiled, taps, at_once)
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
            return Bounds()
        figures: dict[str, list[float]] = {name: [] for name in bench.kinds}
        for name in bench.kinds:
            await bench.cost(name, taps // 5, at_once)
        for _ in range(rounds):
            for name, costs in figures.items():
                costs.append(await bench.cost(name, taps, at_once))
    for name, costs in figures.items():
        print(f"{name:24} {statistics.median(costs):7.3f} ms of CPU an update, {min(costs):.3f} at best")

    def ratio(name: str, base: str) -> float:
        return statistics.median(
            ours / theirs for ours, theirs in zip(figures[name], figures[base], strict=True)
        )

    bounds = Bounds()
    bounds.at_most("a booking to an echo", ratio("booking", "echo"), BOOKING_BOUND, " x")
    for name in SCREENS:
        theirs = f"{name} of aiogram-dialog"
        bounds.at_most(f"{name} to aiogram-dialog's click", ratio(name, theirs), DIALOG_BOUND, " x")
    return bounds


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--taps", type=int, default=200, help="of each kind in a round")
    parser.add_argument("--at-once", type=int, default=10, help="taps in hand at a time")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", default="", metavar="KIND", help="profile one kind instead")
    given = parser.parse_args()
    bounds = asyncio.run(measure(given.taps, given.at_once, given.rounds, given.profile))
    return bounds.exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())

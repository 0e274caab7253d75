"""The sending loop: everything the bot says on its own leaves here.

    outbox = Outbox(database, sender, clock, write_letter, zone)
    await outbox.start()     # what a crash left in flight is owed again
    await outbox.tick()      # by the clock: what came due is written down, and delivery begins
    outbox.kick()            # after a tap that made something due: look at once
    await outbox.stop()      # what is in hand is finished and marked, the rest stays owed

The table is the truth. A message is claimed, sent, marked, in this order; it keeps its place among the
`IN_FLIGHT` until the mark is written, so a kill leaves at most so many in doubt. A stop leaves none.

Messages of broadcasts are never sent twice: what nobody knows the outcome of is in doubt, and named so. While the
messenger is out of order, one of them at a time is tried, with longer and longer pauses: an outage of any length
puts in doubt what was in flight when it began, and few more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

import structlog

from bot.clock import Clock
from db.engine import Database, DatabaseError
from domain.delivery import (
    DeliveryKind,
    Outgoing,
    Refused,
    Retry,
    Sender,
    SendResult,
    Sent,
    Unknown,
    Unreachable,
    Withheld,
    pause_after,
)
from domain.letters import Letter
from domain.people import Address
from services.broadcasts import advance, halted_among
from services.deliveries import (
    LEASE,
    Batch,
    Marked,
    claim,
    hurry,
    mark,
    mark_barely,
    release,
    release_orphans,
    release_stale,
)
from services.notices import settle
from services.reminders import derive
from services.waiting_list import expire_offers

__all__ = ["IN_FLIGHT", "Outbox", "WriteLetter"]

IN_FLIGHT = 12
"""Messages sent at once: enough for 28 a second at a round trip of 0.4 s."""
CLAIMED = 48
"""Messages claimed in one go: about two seconds' worth, so that something urgent does not wait behind them."""
OUTAGE = timedelta(seconds=15)
"""Without a message that arrived, and with some that did not. What is shorter the pauses between tries cover."""
LONGEST_WAIT = timedelta(seconds=40)
"""Between two tries whether broadcasts may go on after an outage."""

Job = Callable[[], Awaitable[None]]
WriteLetter = Callable[[Letter, datetime], Outgoing]
"""Words and buttons of a letter, at the moment it goes out."""

log = structlog.get_logger(__name__)


class Outbox:
    """`on_lost` hears of everybody who turned out to be unreachable, for caches of people.

    ``coordinators``: whom the settings name.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        clock: Clock,
        write_letter: WriteLetter,
        zone: tzinfo,
        *,
        on_lost: Callable[[Address], None] | None = None,
        coordinators: Collection[Address] = (),
    ) -> None:
        self._database = database
        self._sender = sender
        self._clock = clock
        self._write_letter = write_letter
        self._zone = zone
        self._on_lost = on_lost
        self._coordinators = coordinators
        self._planning = asyncio.Lock()
        self._queue: list[Letter] = []
        self._in_flight: dict[asyncio.Task[SendResult], Letter] = {}
        self._unmarked: list[tuple[Letter, SendResult]] = []
        self._delivery: asyncio.Task[None] | None = None
        self._look_again = False
        self._stopping = False
        self._halted: set[int] = set()
        self._failures = 0
        self._try_again_at = clock.now()
        self._away_since: datetime | None = None
        self._look_for_stale_at = clock.now() + LEASE

    async def start(self) -> int:
        """Take up what another process left in flight. How many messages are owed again."""
        orphans, doubtful = await self._database.write(release_orphans)
        if orphans or doubtful:
            log.warning("deliveries_taken_up", count=orphans, doubtful=doubtful)
        return orphans

    @property
    def jobs(self) -> Mapping[str, Job]:
        """What is to be done again and again, each by itself: one that fails must not stop another."""
        return {
            "reminders": self._derive,
            "changes": self._settle,
            "offers": self._expire,
            "broadcasts": self._advance,
            "halts": self._notice_halts,
            "leases": self._release_stale,
            "deliveries": self._look_by_the_clock,
        }

    async def tick(self) -> None:
        """All of the jobs, one after another; does not wait for the delivery."""
        for name, job in self.jobs.items():
            try:
                await job()
            except Exception:
                log.exception("job_failed", job=name)

    async def _derive(self) -> None:
        async with self._planning:
            if not self._stopping:
                reminders = await self._database.write(derive, self._clock.now(), self._zone)
                if reminders:
                    log.info("deliveries_due", reminders=reminders)

    async def _settle(self) -> None:
        async with self._planning:
            changes, now = 0, self._clock.now()
            while not self._stopping and (changed := await self._database.write(settle, now, self._zone)):
                changes += changed
            if changes:
                log.info("deliveries_due", changes=changes)

    async def _expire(self) -> None:
        async with self._planning:
            offers, now = 0, self._clock.now()
            while not self._stopping and (
                expired := await self._database.write(expire_offers, now, self._zone)
            ):
                offers += expired
            if offers:
                log.info("deliveries_due", offers=offers)

    async def _advance(self) -> None:
        async with self._planning:
            if not self._stopping:
                await self._database.write(advance, self._clock.now(), self._zone, self._coordinators)

    async def _release_stale(self) -> None:
        """What is marked as in hand and is in nobody's: whatever lost it, it must not stay so for ever."""
        now = self._clock.now()
        if self._stopping or now < self._look_for_stale_at:
            return
        self._look_for_stale_at = now + LEASE
        in_hand = [id_ for letter in self._letters() for id_ in letter.ids]
        owed, doubtful = await self._database.write(release_stale, now, in_hand)
        if owed or doubtful:
            log.error("deliveries_taken_up", count=owed, doubtful=doubtful)

    def _letters(self) -> list[Letter]:
        """All that is in hand: claimed, on its way, or not yet marked."""
        return [*self._queue, *self._in_flight.values(), *(letter for letter, _ in self._unmarked)]

    async def _look_by_the_clock(self) -> None:
        self.kick()

    def kick(self) -> None:
        """Look at the table at once; safe to call at any time, as often as you like."""
        if self._stopping:
            return
        self._look_again = True
        if self._delivery is None or self._delivery.done():
            self._delivery = asyncio.get_running_loop().create_task(self._deliver(), name="outbox")

    async def idle(self) -> None:
        """Wait until nothing is left to deliver now."""
        while self._delivery is not None and not self._delivery.done():
            await asyncio.wait([self._delivery])

    async def stop(self) -> None:
        """Begin nothing more, finish and mark what is in flight, hand the rest back to the table."""
        self._stopping = True
        async with self._planning:
            pass
        await self.idle()
        if self._unmarked or self._queue:
            # An interrupted delivery left them: one more try to write down what is known.
            await self._deliver()

    async def _deliver(self) -> None:
        try:
            while await self._fill():
                done, _ = await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
                self._unmarked += [(self._in_flight[task], _result_of(task)) for task in done]
                await self._mark()
                for task in done:
                    del self._in_flight[task]
        except Exception:
            # The database failed: what was sent stays in `_unmarked`, the next tick marks it first.
            log.exception("outbox_interrupted")
            await self._settle_down()

    async def _fill(self) -> bool:
        """Have as many in flight as may be; whether there are any."""
        if self._unmarked:
            await self._mark()
        if self._stopping:
            await self._hand_back()
            return bool(self._in_flight)
        if len(self._queue) < IN_FLIGHT and self._look_again:
            self._look_again = False
            self._halted.clear()
            batch: Batch = await self._database.write(
                claim,
                self._clock.now(),
                self._zone,
                CLAIMED,
                to_many=self._room_for_broadcasts(),
                appointed=self._coordinators,
            )
            for (kind, error), count in batch.failed.items():
                log.error("deliveries_unreadable", kind=kind, error=error, count=count)
            if batch.expired:
                log.warning("deliveries_expired", count=batch.expired)
            self._queue = sorted([*self._queue, *batch.letters], key=lambda letter: letter.lane)
            self._look_again = self._look_again or bool(batch.letters) or self._broadcasts() > 0
            if self._halted:
                await self._release([letter for letter in self._queue if self._is_halted(letter)])
        busy = {letter.reader.person_id for letter in self._in_flight.values()}
        waiting: list[Letter] = []
        for letter in self._queue:
            if len(self._in_flight) < IN_FLIGHT and letter.reader.person_id not in busy:
                busy.add(letter.reader.person_id)
                self._in_flight[asyncio.create_task(self._send(letter))] = letter
            else:
                waiting.append(letter)
        self._queue = waiting
        return bool(self._in_flight)

    def _in_hand(self) -> list[Letter]:
        return [
            letter
            for letter in (*self._queue, *self._in_flight.values())
            if letter.kind is DeliveryKind.BROADCAST
        ]

    def _broadcasts(self) -> int:
        return len(self._in_hand())

    def _room_for_broadcasts(self) -> int:
        """Of broadcasts, no more is claimed than goes out at once: what a kill leaves claimed stays in doubt.

        Claimed by the half, so that a long one costs few claims. During an outage one at a time is tried.
        """
        if self._failures:
            return 0 if self._is_waiting() or self._broadcasts() else 1
        room = IN_FLIGHT - self._broadcasts()
        return room if room >= IN_FLIGHT // 2 else 0

    async def halt(self, broadcast_id: int) -> None:
        """Hand back what is claimed of a broadcast and has not left; what has left arrives.

        To be called after the pause or the stop is written. Whoever forgets is noticed by the next tick.
        """
        # A claim that is under way may not have seen what was written: what it brings is handed back, too.
        self._halted.add(broadcast_id)
        self._sender.withhold(broadcast_id)
        await self._release([letter for letter in self._queue if self._is_halted(letter)])

    def _is_halted(self, letter: Letter) -> bool:
        """A digest waits as a whole for what is halted of it: it is put together anew."""
        return letter.kind is DeliveryKind.BROADCAST and any(
            part.delivery.broadcast_id in self._halted for part in letter.parts
        )

    async def _notice_halts(self) -> None:
        in_hand = {part.delivery.broadcast_id for letter in self._in_hand() for part in letter.parts}
        known = {broadcast_id for broadcast_id in in_hand if broadcast_id is not None}
        for broadcast_id in await self._database.read(halted_among, known) if known else ():
            await self.halt(broadcast_id)

    async def _release(self, letters: Sequence[Letter]) -> None:
        """Out of the queue, owed as before."""
        if letters:
            # Written first: where that fails they are still in hand.
            await self._database.write(release, [id_ for letter in letters for id_ in letter.ids])
            given_up = {id(letter) for letter in letters}
            self._queue = [letter for letter in self._queue if id(letter) not in given_up]

    async def _send(self, letter: Letter) -> SendResult:
        if self._is_halted(letter):
            return Withheld()
        try:
            message = self._write_letter(letter, self._clock.now())
        except Exception as error:
            log.exception("letter_unwritten", kind=letter.kind)
            return Refused(f"not written: {type(error).__name__}")
        if letter.kind is DeliveryKind.BROADCAST:
            message = replace(message, broadcast_id=letter.parts[0].delivery.broadcast_id)
        try:
            return await self._sender.send(letter.reader.address, message, letter.lane)
        except Exception as error:
            log.exception("sender_failed", kind=letter.kind)
            return Unknown(type(error).__name__)

    async def _mark(self) -> None:
        """One write for all that came back meanwhile."""
        results = list(self._unmarked)
        now = self._clock.now()
        try:
            marked = await self._database.write(mark, results, now)
        except (DatabaseError, OSError):
            raise
        except Exception:
            # One of them cannot be followed up: the others must be, and none goes out once more.
            log.exception("mark_failed", count=len(results))
            for letter, result in results:
                await self._database.write(mark_barely, letter, result, now)
            marked = Marked()
        self._unmarked.clear()
        if marked.given_up:
            log.error("deliveries_given_up", count=marked.given_up)
        if marked.in_doubt:
            log.warning("deliveries_in_doubt", count=marked.in_doubt)
        self._learn(results)
        await self._notice_return([result for _, result in results], now)
        if self._on_lost is not None:
            for letter, result in results:
                if isinstance(result, Unreachable):
                    self._on_lost(letter.reader.address)

    async def _notice_return(self, results: Sequence[SendResult], now: datetime) -> None:
        """The first that arrives after an outage makes everything due that waits because of it."""
        if not any(isinstance(result, Sent) for result in results):
            if self._away_since is None and any(isinstance(r, Unknown) or _is_outage(r) for r in results):
                self._away_since = now
            return
        since, self._away_since = self._away_since, None
        if since is not None and now - since >= OUTAGE:
            count = await self._database.write(hurry, now)
            log.info("deliveries_hurried", count=count)
            self._look_again = True

    def _learn(self, results: Sequence[tuple[Letter, SendResult]]) -> None:
        """Whether the messenger works: anything that arrives says so."""
        outcomes = [result for letter, result in results if letter.kind is DeliveryKind.BROADCAST]
        if any(isinstance(result, Sent | Unreachable | Refused) for result in outcomes):
            self._failures = 0
        elif not self._is_waiting() and any(
            isinstance(result, Unknown) or _is_outage(result) for result in outcomes
        ):
            self._failures += 1
            self._try_again_at = self._clock.now() + min(pause_after(self._failures), LONGEST_WAIT)

    def _is_waiting(self) -> bool:
        """An outage was met a moment ago."""
        return self._failures > 0 and self._clock.now() < self._try_again_at

    async def _hand_back(self) -> None:
        await self._release(self._queue)

    async def _settle_down(self) -> None:
        """Wait for what is in flight, so that nothing runs on unseen."""
        if self._in_flight:
            await asyncio.wait(self._in_flight)
            marked = {id(letter) for letter, _ in self._unmarked}
            self._unmarked += [
                (letter, _result_of(task))
                for task, letter in self._in_flight.items()
                if id(letter) not in marked
            ]
            self._in_flight.clear()


def _result_of(task: asyncio.Task[SendResult]) -> SendResult:
    return Unknown("cancelled") if task.cancelled() else task.result()


def _is_outage(result: SendResult) -> bool:
    """Too many requests are none: the pacer knows what to do."""
    return isinstance(result, Retry) and result.after is None

"""The sending loop: everything the bot says on its own leaves here.

    outbox = Outbox(database, sender, clock, write_letter, zone)
    await outbox.start()     # what a crash left in flight is owed again
    await outbox.tick()      # by the clock: what came due is written down, and delivery begins
    outbox.kick()            # after a tap that made something due: look at once
    await outbox.stop()      # what is in hand is finished and marked, the rest stays owed

The table is the truth. A message is claimed, sent, marked, in this order; it keeps its place among the
`IN_FLIGHT` until the mark is written, so a kill leaves at most so many in doubt. A stop leaves none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo

import structlog

from bot.clock import Clock
from db.engine import Database
from domain.delivery import DeliveryKind, Outgoing, Refused, Retry, Sender, SendResult, Unreachable
from domain.letters import Letter
from domain.people import Address
from services.booking import expire_offers
from services.broadcasts import advance
from services.deliveries import Batch, claim, mark, release, release_orphans
from services.notices import settle
from services.reminders import derive

__all__ = ["IN_FLIGHT", "Outbox", "WriteLetter"]

IN_FLIGHT = 12
"""Messages sent at once: enough for 28 a second at a round trip of 0.4 s."""
CLAIMED = 48
"""Messages claimed in one go: about two seconds' worth, so that something urgent does not wait behind them."""

WriteLetter = Callable[[Letter, datetime], Outgoing]
"""Words and buttons of a letter, at the moment it goes out."""

log = structlog.get_logger(__name__)


class Outbox:
    """`on_lost` hears of everybody who turned out to be unreachable, for caches of people."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        clock: Clock,
        write_letter: WriteLetter,
        zone: tzinfo,
        *,
        on_lost: Callable[[Address], None] | None = None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._clock = clock
        self._write_letter = write_letter
        self._zone = zone
        self._on_lost = on_lost
        self._planning = asyncio.Lock()
        self._queue: list[Letter] = []
        self._in_flight: dict[asyncio.Task[SendResult], Letter] = {}
        self._unmarked: list[tuple[Letter, SendResult]] = []
        self._delivery: asyncio.Task[None] | None = None
        self._look_again = False
        self._stopping = False

    async def start(self) -> int:
        """Take up what another process left in flight. How many messages."""
        orphans = await self._database.write(release_orphans)
        if orphans:
            log.warning("deliveries_taken_up", count=orphans)
        return orphans

    async def tick(self) -> None:
        """Write down what came due and see that it is delivered; does not wait for the delivery."""
        async with self._planning:
            if self._stopping:
                return
            now = self._clock.now()
            reminders = await self._database.write(derive, now, self._zone)
            changes = offers = 0
            while changed := await self._database.write(settle, now, self._zone):
                changes += changed
            while expired := await self._database.write(expire_offers, now, self._zone):
                offers += expired
            await self._database.write(advance, now, self._zone)
        if reminders or changes or offers:
            log.info("deliveries_due", reminders=reminders, changes=changes, offers=offers)
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
                self._unmarked += [(self._in_flight[task], task.result()) for task in done]
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
            batch: Batch = await self._database.write(
                claim, self._clock.now(), self._zone, CLAIMED, to_many=self._room_for_broadcasts()
            )
            if batch.expired:
                log.warning("deliveries_expired", count=batch.expired)
            self._queue = sorted([*self._queue, *batch.letters], key=lambda letter: letter.lane)
            self._look_again = self._look_again or bool(batch.letters) or self._broadcasts() > 0
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

    def _broadcasts(self) -> int:
        letters = (*self._queue, *self._in_flight.values())
        return sum(letter.kind is DeliveryKind.BROADCAST for letter in letters)

    def _room_for_broadcasts(self) -> int:
        """Of broadcasts, no more is claimed than goes out at once: what a kill leaves claimed stays in doubt.

        Claimed by the half, so that a long one costs few claims.
        """
        room = IN_FLIGHT - self._broadcasts()
        return room if room >= IN_FLIGHT // 2 else 0

    async def halt(self, broadcast_id: int) -> None:
        """Hand back what is claimed of a broadcast and not yet on its way; what is on its way arrives."""
        halted = [letter for letter in self._queue if letter.parts[0].delivery.broadcast_id == broadcast_id]
        if halted:
            self._queue = [letter for letter in self._queue if letter not in halted]
            await self._database.write(release, [id_ for letter in halted for id_ in letter.ids])

    async def _send(self, letter: Letter) -> SendResult:
        try:
            message = self._write_letter(letter, self._clock.now())
        except Exception as error:
            log.exception("letter_unwritten", kind=letter.kind)
            return Refused(f"not written: {type(error).__name__}")
        try:
            return await self._sender.send(letter.reader.address, message, letter.lane)
        except Exception as error:
            log.exception("sender_failed", kind=letter.kind)
            return Retry(type(error).__name__)

    async def _mark(self) -> None:
        """One write for all that came back meanwhile."""
        results = list(self._unmarked)
        await self._database.write(mark, results, self._clock.now())
        self._unmarked.clear()
        if self._on_lost is not None:
            for letter, result in results:
                if isinstance(result, Unreachable):
                    self._on_lost(letter.reader.address)

    async def _hand_back(self) -> None:
        if self._queue:
            ids = [id_ for letter in self._queue for id_ in letter.ids]
            self._queue.clear()
            await self._database.write(release, ids)

    async def _settle_down(self) -> None:
        """Wait for what is in flight, so that nothing runs on unseen."""
        if self._in_flight:
            await asyncio.wait(self._in_flight)
            marked = {id(letter) for letter, _ in self._unmarked}
            self._unmarked += [
                (letter, task.result())
                for task, letter in self._in_flight.items()
                if id(letter) not in marked
            ]
            self._in_flight.clear()

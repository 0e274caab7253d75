"""What the bot does by the clock: APScheduler, used as the clock only.

Jobs live in memory and are the same after every start; what is owed to people, and on which day a daily job ran
last, is in the database.

APScheduler goes by the wall clock: set back an hour, it would run nothing for an hour. A watchdog on the monotonic
clock notices, says so and has everything scheduled anew.
"""

from __future__ import annotations

import asyncio
import logging
import time as monotonic_time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock, SystemClock
from domain.daily import is_due

__all__ = ["Job", "LastRuns", "RunsInMemory", "Scheduler"]

Job = Callable[[], Awaitable[None]]

JUDGED_EVERY = 30.0
"""Seconds between two looks whether a daily job is due."""
TRIED_AGAIN_AFTER = 3600.0
"""Seconds until a daily job that failed is tried again."""
SAID_AGAIN_AFTER = 60.0
"""Seconds until the same error of a job is written down again."""
WATCHED_EVERY = 2.0
STEP = 2.0
"""Seconds between the wall clock and the monotonic one from which on it was set, not slewed."""
LATE = 5.0
"""Seconds beyond two intervals after which a job is late: the clock has passed it by."""

log = structlog.get_logger(__name__)


class LastRuns(Protocol):
    """When daily jobs ran last; kept over restarts."""

    async def last(self, name: str) -> datetime | None: ...

    async def ran(self, name: str, at: datetime) -> None: ...


class RunsInMemory:
    """For a process that need not know after its end."""

    def __init__(self) -> None:
        self._runs: dict[str, datetime] = {}

    async def last(self, name: str) -> datetime | None:
        return self._runs.get(name)

    async def ran(self, name: str, at: datetime) -> None:
        self._runs[name] = at


class Scheduler:
    """Runs jobs, each one at a time: what is still running when its time comes again is not run twice.

    ``clock`` says when daily jobs are due, ``wall`` and ``monotonic`` are what the watchdog compares.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        runs: LastRuns | None = None,
        *,
        wall: Clock | None = None,
        monotonic: Callable[[], float] = monotonic_time.monotonic,
    ) -> None:
        # Its own lines on every tick say nothing; the jobs' errors are logged below.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        self._wall = wall or SystemClock()
        self._clock = clock or self._wall
        self._runs = runs or RunsInMemory()
        self._monotonic = monotonic
        self._jobs: dict[str, _Exclusive] = {}
        self._groups: dict[str, list[str]] = {}
        self._seen = (self._wall.now(), monotonic())
        self._watching: asyncio.Task[None] | None = None
        self._stopped = False

    def every(self, seconds: float, job: Job, id: str, group: str | None = None) -> None:  # noqa: A002
        """Run again and again, for the first time after `seconds`. A `group` can be kicked together."""
        self._add(_Exclusive(id, job, seconds, self._monotonic), group)

    def daily(
        self,
        hour: int,
        minute: int,
        tz: tzinfo,
        job: Job,
        id: str,  # noqa: A002
        *,
        until: time | None = None,
        group: str | None = None,
    ) -> None:
        """Run once a day, as soon as a time of a time zone has come: what was missed, when we are back.

        From `until` on it is too late for that day.
        """

        def due(last: datetime) -> bool:
            return is_due(self._clock.now(), last, time(hour, minute), tz, until)

        self._add(_Daily(id, job, due, self._clock, self._runs, self._monotonic), group)

    def start(self) -> None:
        """Needs a running loop."""
        self._scheduler.start()
        self._watching = asyncio.get_running_loop().create_task(self._watch(), name="watchdog")

    async def kick(self, id: str) -> None:  # noqa: A002
        """Run a job, or all of a group one after another, now, and wait for the end.

        A run in hand is finished first, for it may have read an earlier time. Raises `KeyError`; after `stop`
        it does nothing.
        """
        for name in self._groups.get(id) or [id]:
            await self._jobs[name].run()

    async def stop(self) -> None:
        """Start nothing more and wait for what is running; APScheduler's own shutdown would cancel it."""
        if self._stopped:
            return
        self._stopped = True
        if self._watching is not None:
            self._watching.cancel()
        if self._scheduler.running:
            self._scheduler.pause()
        for job in self._jobs.values():
            job.close()
        await asyncio.gather(*(job.idle() for job in self._jobs.values()))
        if self._scheduler.running:
            # A round of the loop for jobs submitted but not begun, and one for the shutdown itself.
            await asyncio.sleep(0)
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)

    def look(self) -> None:
        """What the watchdog does: schedule everything anew if the wall clock was set, or has passed a job by."""
        wall, now = self._wall.now(), self._monotonic()
        wall_before, before = self._seen
        self._seen = (wall, now)
        step = (wall - wall_before).total_seconds() - (now - before)
        if abs(step) >= STEP:
            log.warning("clock_stepped", seconds=round(step))
        if abs(step) >= STEP or any(job.is_late(now) for job in self._jobs.values()):
            for name, job in self._jobs.items():
                self._scheduler.reschedule_job(name, trigger=_Every(job.seconds, at_once=True))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCHED_EVERY)
            self.look()

    def _add(self, job: _Exclusive, group: str | None) -> None:
        name = job.name
        if name in self._jobs or name in self._groups:
            raise ValueError(f"there is a job {name} already")
        if group is not None:
            if group in self._jobs:
                raise ValueError(f"{group} is the name of a job")
            self._groups.setdefault(group, []).append(name)
        self._jobs[name] = job
        self._scheduler.add_job(job.look, _Every(job.seconds), id=name)


class _Every(IntervalTrigger):  # type: ignore[misc]
    """An interval that counts no missed runs one by one: after a jump of years that would take minutes."""

    def __init__(self, seconds: float, *, at_once: bool = False) -> None:
        super().__init__(seconds=seconds, timezone=UTC)
        self._pause = timedelta(seconds=seconds)
        self._at_once = at_once

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        if previous_fire_time is None:
            return now if self._at_once else now + self._pause
        following: datetime = previous_fire_time + self._pause
        return following if following > now else now + self._pause


class _Exclusive:
    """A job that never runs twice at a time and whose errors end in the log."""

    def __init__(self, name: str, job: Job, seconds: float, monotonic: Callable[[], float]) -> None:
        self.name = name
        self.seconds = seconds
        self._job = job
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._closed = False
        self._looked_at = monotonic()
        self._said: tuple[type[Exception], float] | None = None

    async def look(self) -> None:
        """Its time has come, the clock says."""
        self._looked_at = self._monotonic()
        await self.run()

    async def run(self) -> bool:
        """Whether it ended well."""
        async with self._lock:
            if self._closed:
                return False
            try:
                await self._job()
            except Exception as error:  # noqa: BLE001 - one job that fails stops no other
                self._say(error)
                return False
            self._said = None
            return True

    def is_late(self, now: float) -> bool:
        return now - self._looked_at > 2 * self.seconds + LATE and not self._lock.locked()

    def close(self) -> None:
        self._closed = True

    async def idle(self) -> None:
        async with self._lock:
            pass

    def _say(self, error: Exception) -> None:
        """Once a minute: a job of every second that fails for a night must not fill the disk."""
        now = self._monotonic()
        if self._said is None or self._said[0] is not type(error) or now - self._said[1] >= SAID_AGAIN_AFTER:
            self._said = type(error), now
            log.error("job_failed", job=self.name, exc_info=error)


class _Daily(_Exclusive):
    """A job that looks often whether its hour has come, and notes when it ran."""

    def __init__(
        self,
        name: str,
        job: Job,
        due: Callable[[datetime], bool],
        clock: Clock,
        runs: LastRuns,
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(name, job, JUDGED_EVERY, monotonic)
        self._due = due
        self._clock = clock
        self._runs = runs
        self._not_before = monotonic()

    async def look(self) -> None:
        self._looked_at = self._monotonic()
        if self._closed or self._looked_at < self._not_before:
            return
        try:
            last = await self._runs.last(self.name)
            if last is None:
                # Nothing was missed before the first start.
                await self._runs.ran(self.name, self._clock.now())
            elif self._due(last):
                begun = self._clock.now()
                if await self.run():
                    await self._runs.ran(self.name, begun)
                else:
                    self._not_before = self._looked_at + TRIED_AGAIN_AFTER
        except Exception as error:  # noqa: BLE001 - one job that fails stops no other
            self._say(error)

"""What the bot does by the clock: APScheduler, used as the clock only.

Jobs live in memory and are the same after every start; what is owed to people is in the database, never here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, tzinfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

__all__ = ["Job", "Scheduler"]

Job = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)


class Scheduler:
    """Runs jobs, each one at a time: what is still running when its time comes again is not run twice."""

    def __init__(self) -> None:
        # Its own lines on every tick say nothing; the jobs' errors are logged below.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        self._jobs: dict[str, _Exclusive] = {}
        self._stopped = False

    def every(self, seconds: float, job: Job, id: str) -> None:  # noqa: A002
        """Run again and again, for the first time after `seconds`."""
        self._add(job, id, IntervalTrigger(seconds=seconds, timezone=UTC))

    def daily(self, hour: int, minute: int, tz: tzinfo, job: Job, id: str) -> None:  # noqa: A002
        """Run every day at a time of a time zone."""
        self._add(job, id, CronTrigger(hour=hour, minute=minute, timezone=tz))

    def start(self) -> None:
        """Needs a running loop."""
        self._scheduler.start()

    async def kick(self, id: str) -> None:  # noqa: A002
        """Run a job now and wait for its end.

        A run in hand is finished first, for it may have read an earlier time. Raises `KeyError`; after `stop`
        it does nothing.
        """
        await self._jobs[id].run()

    async def stop(self) -> None:
        """Start nothing more and wait for what is running; APScheduler's own shutdown would cancel it."""
        if self._stopped:
            return
        self._stopped = True
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

    def _add(self, job: Job, name: str, trigger: BaseTrigger) -> None:
        if name in self._jobs:
            raise ValueError(f"there is a job {name} already")
        self._jobs[name] = exclusive = _Exclusive(name, job)
        self._scheduler.add_job(exclusive.run, trigger, id=name)


class _Exclusive:
    """A job that never runs twice at a time and whose errors end in the log."""

    def __init__(self, name: str, job: Job) -> None:
        self._name = name
        self._job = job
        self._lock = asyncio.Lock()
        self._closed = False

    async def run(self) -> None:
        async with self._lock:
            if self._closed:
                return
            try:
                await self._job()
            except Exception:
                log.exception("job_failed", job=self._name)

    def close(self) -> None:
        self._closed = True

    async def idle(self) -> None:
        async with self._lock:
            pass

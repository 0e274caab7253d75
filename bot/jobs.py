"""What the bot does again and again, every night and every morning: each a job of its own.

One that fails is named in the log, is tried again, and stops no other. Groups of them can be kicked together.
"""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

import structlog

from bot.actors import Actors
from bot.clock import Clock
from bot.form_storage import FormStorage
from bot.outbox import Outbox
from bot.programme_search import ProgrammeSearch
from bot.scheduler import Job, Scheduler
from db.engine import Database, Session
from db.erasing import erase_traces
from domain.question import Reception
from services import daily_runs, deliveries, forms, notices, questions, registration, roles, watches
from services import log as logbook

__all__ = ["Jobs", "RunsInDatabase"]

TICK_SECONDS = 1.0
WATCH_SECONDS = 60.0
NIGHTLY = (3, 30)
YOUNG_PUPILS = "young_pupils"
"""The job that is run at a start too: an older release may have been here."""
QUESTIONS_AT = (9, 0)
"""When coordinators are reminded of open questions."""
QUESTIONS_UNTIL = time(20)
"""Missed until then, the reminder waits for the next morning."""

ForgetPortion = Callable[[Session, datetime], int]
FORGOTTEN_IN_PORTIONS: Mapping[str, ForgetPortion] = {
    "forget_messages": deliveries.forget_old,
    "forget_changes": notices.forget_old,
    "forget_files": logbook.forget_files,
}
"""What goes every night, a portion at a time so that a tap need not wait, until a portion is 0."""

log = structlog.get_logger(__name__)


class RunsInDatabase:
    """When daily jobs ran last, over restarts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, name: str) -> datetime | None:
        return await self._database.read(daily_runs.last_run, name)

    async def ran(self, name: str, at: datetime) -> None:
        await self._database.write(daily_runs.ran, name, at)


@dataclass(frozen=True, slots=True)
class Jobs:
    """``show_progress`` brings messages that show a broadcast up to date, ``kick_group`` the coordinators' group."""

    database: Database
    clock: Clock
    zone: tzinfo
    outbox: Outbox
    reception: Reception
    search: ProgrammeSearch
    show_progress: Callable[[datetime], Awaitable[None]]
    kick_group: Callable[[], None]
    storage: FormStorage
    people: Actors

    def schedule(self, scheduler: Scheduler, nightly: Mapping[str, Job]) -> None:
        """Put all of them, and what the process adds for the night, on the clock."""
        for name, job in self.outbox.jobs.items():
            scheduler.every(TICK_SECONDS, job, name, group="tick")
        scheduler.every(TICK_SECONDS, self._progress, "progress_messages", group="progress")
        scheduler.every(TICK_SECONDS, self._group, "question_group", group="progress")
        for name, job in (
            ("garbage", self._look_for_garbage),
            ("search", self.search.refresh),
            ("wishes", self._wishes),
            ("urgent_questions", self._urgent_questions),
            ("lost_answers", self._lost_answers),
        ):
            scheduler.every(WATCH_SECONDS, job, name, group="look_around")
        scheduler.daily(*QUESTIONS_AT, self.zone, self._open_questions, "questions", until=QUESTIONS_UNTIL)
        for name, job in nightly.items():
            scheduler.daily(*NIGHTLY, self.zone, job, name)
        for name, job in (
            (YOUNG_PUPILS, self._let_young_pupils_go),
            ("forget_people", self._forget_people),
            ("forget_forms", self._forget_forms),
        ):
            scheduler.daily(*NIGHTLY, self.zone, job, name, group="clean_up")
        for name, forget in FORGOTTEN_IN_PORTIONS.items():
            scheduler.daily(*NIGHTLY, self.zone, self._in_portions(name, forget), name, group="clean_up")
        scheduler.daily(*NIGHTLY, self.zone, _look_everywhere, "garbage_everywhere", group="clean_up")

    async def _progress(self) -> None:
        await self.show_progress(self.clock.now())

    async def _group(self) -> None:
        if self.reception.group is not None:
            self.kick_group()

    async def _look_for_garbage(self) -> None:
        gc.collect(0)
        gc.freeze()

    async def _wishes(self) -> None:
        now = self.clock.now()
        if await self.database.write(watches.fulfil, now, self.zone, self.search.search):
            self.outbox.kick()

    async def _urgent_questions(self) -> None:
        now = self.clock.now()
        if await self.database.write(questions.remind_of_urgent, now, self.reception, self.zone):
            self.outbox.kick()

    async def _lost_answers(self) -> None:
        if await self.database.write(questions.tell_lost_answers, self.clock.now()):
            self.outbox.kick()

    async def _open_questions(self) -> None:
        """Coordinators read how many questions wait."""
        if await self.database.write(questions.remind_daily, self.clock.now(), self.zone, self.reception):
            self.outbox.kick()

    async def _let_young_pupils_go(self) -> None:
        """Whoever is too young to be stored goes, and is told: a portion at a time."""
        beyond, count = 0, 0
        while gone := await self.database.write(
            registration.let_young_pupils_go, self.clock.now(), self.zone, beyond
        ):
            for address in gone.values():
                self.people.forget(address)
            beyond, count = max(gone), count + len(gone)
            self.outbox.kick()
        if count:
            await self._cleaned_up(YOUNG_PUPILS, count=count)

    async def _forget_people(self) -> None:
        """All who are long gone. Somebody who cannot be forgotten keeps nobody else in the database."""
        now, beyond, count, failed = self.clock.now(), 0, 0, 0
        await self.database.write(roles.forget_records, now)
        while portion := await self.database.read(registration.gone, now, beyond):
            try:
                count += await self.database.write(
                    registration.forget_the_gone, now, self.zone, len(portion), beyond
                )
            except Exception:
                log.exception("portion_not_forgotten", count=len(portion))
                for person_id in portion:
                    forgotten = await self._forget_person(person_id, now)
                    count, failed = count + forgotten, failed + (not forgotten)
            beyond = portion[-1]
        await self._cleaned_up("forget_people", count=count, failed=failed)

    async def _forget_person(self, person_id: int, now: datetime) -> bool:
        try:
            await self.database.write(registration.forget_the_gone, now, self.zone, 1, person_id - 1)
        except Exception as error:  # noqa: BLE001 - whatever keeps this one, the others are forgotten
            log.warning("person_not_forgotten", person_id=person_id, error=type(error).__name__)
            return False
        return True

    async def _forget_forms(self) -> None:
        before = self.clock.now() - forms.WAITS
        self.storage.forget_stale(before)
        stale = await self.database.write(forms.forget_stale, before)
        await self._cleaned_up("forget_forms", count=stale)

    async def _cleaned_up(self, name: str, **counts: int) -> None:
        await self.database.write(erase_traces)
        log.info("cleaned_up", job=name, **counts)

    def _in_portions(self, name: str, forget: ForgetPortion) -> Job:
        async def job() -> None:
            now, rows = self.clock.now(), 0
            while forgotten := await self.database.write(forget, now):
                rows += forgotten
            await self._cleaned_up(name, rows=rows)

        return job


async def _look_everywhere() -> None:
    """A pause of 0.2 s; what is left is not looked at again until the next time."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.scheduler import LATE, TRIED_AGAIN_AFTER, RunsInMemory, Scheduler
from tests.town import HandClock, moscow

MOSCOW = ZoneInfo("Europe/Moscow")
NEVER_IN_A_TEST = 3600.0


@pytest.fixture
async def scheduler() -> AsyncIterator[Scheduler]:
    scheduler = Scheduler()
    yield scheduler
    await scheduler.stop()


async def nothing() -> None: ...


async def test_a_job_runs_again_and_again(scheduler: Scheduler) -> None:
    runs = asyncio.Semaphore(0)

    async def job() -> None:
        runs.release()

    scheduler.every(0.01, job, "tick")
    scheduler.start()
    async with asyncio.timeout(5):
        for _ in range(3):
            await runs.acquire()


async def test_an_error_ends_in_the_log_and_the_job_goes_on(scheduler: Scheduler) -> None:
    runs = asyncio.Semaphore(0)

    async def job() -> None:
        runs.release()
        raise RuntimeError("no luck")

    scheduler.every(0.01, job, "tick")
    with capture_logs() as lines:
        scheduler.start()
        async with asyncio.timeout(5):
            for _ in range(2):
                await runs.acquire()
        await scheduler.stop()
    assert {(line["event"], line["job"], line["log_level"]) for line in lines} == {
        ("job_failed", "tick", "error")
    }


async def test_a_kick_runs_a_job_now_and_waits_for_its_end(scheduler: Scheduler) -> None:
    ended = []

    async def job() -> None:
        await asyncio.sleep(0)
        ended.append(True)

    scheduler.daily(3, 30, MOSCOW, job, "backup")
    scheduler.start()
    await scheduler.kick("backup")
    assert ended == [True]


async def test_a_kick_waits_for_the_run_in_hand_and_runs_once_more(scheduler: Scheduler) -> None:
    gate = asyncio.Event()
    at_a_time, most, runs = 0, 0, 0

    async def job() -> None:
        nonlocal at_a_time, most, runs
        at_a_time += 1
        most, runs = max(most, at_a_time), runs + 1
        await gate.wait()
        at_a_time -= 1

    scheduler.every(NEVER_IN_A_TEST, job, "tick")
    scheduler.start()
    kicks = [asyncio.create_task(scheduler.kick("tick")) for _ in range(2)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*kicks)
    assert (most, runs) == (1, 2)


async def test_stopping_waits_for_the_job_in_hand_and_starts_nothing_more(scheduler: Scheduler) -> None:
    begun, gate, ended = asyncio.Event(), asyncio.Event(), []

    async def job() -> None:
        begun.set()
        await gate.wait()
        ended.append(True)

    scheduler.every(0.01, job, "tick")
    scheduler.start()
    async with asyncio.timeout(5):
        await begun.wait()
        late = asyncio.create_task(scheduler.kick("tick"))
        stopping = asyncio.create_task(scheduler.stop())
        await asyncio.sleep(0.03)
        assert not stopping.done()
        gate.set()
        await stopping
        await late
    assert ended == [True]
    await scheduler.kick("tick")
    await scheduler.stop()
    assert ended == [True]


async def test_stopping_before_the_start_is_harmless() -> None:
    scheduler = Scheduler()
    scheduler.every(1, nothing, "tick")
    await scheduler.stop()


async def test_a_name_is_given_once(scheduler: Scheduler) -> None:
    scheduler.every(1, nothing, "tick")
    with pytest.raises(ValueError, match="tick"):
        scheduler.daily(3, 0, MOSCOW, nothing, "tick")
    with pytest.raises(KeyError):
        await scheduler.kick("nobody")


async def test_a_group_is_kicked_one_after_another_and_one_that_fails_stops_no_other(
    scheduler: Scheduler,
) -> None:
    ran = []

    def add(name: str) -> None:
        async def run() -> None:
            ran.append(name)
            if name == "second":
                raise RuntimeError("no luck")

        scheduler.every(NEVER_IN_A_TEST, run, name, group="all")

    for name in ("first", "second", "third"):
        add(name)
    with capture_logs() as lines:
        await scheduler.kick("all")
    assert ran == ["first", "second", "third"]
    assert [(line["event"], line["job"]) for line in lines] == [("job_failed", "second")]
    with pytest.raises(ValueError, match="all"):
        scheduler.every(1, nothing, "all")
    with pytest.raises(ValueError, match="first"):
        scheduler.every(1, nothing, "other", group="first")


class Seconds:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Timed:
    """A scheduler on clocks that a test moves, and a job that counts its runs."""

    def __init__(self, runs: RunsInMemory | None = None) -> None:
        self.wall = HandClock(moscow("12 12:00"))
        self.seconds = Seconds()
        self.scheduler = Scheduler(self.wall, runs, wall=self.wall, monotonic=self.seconds)
        self.runs: list[datetime] = []
        self.trouble = False

    async def job(self) -> None:
        self.runs.append(self.wall.now())
        if self.trouble:
            raise RuntimeError("no luck")

    def next_in(self, name: str) -> float:
        """Seconds of the real clock until APScheduler would run it."""
        job = self.scheduler._scheduler.get_job(name)
        left: timedelta = job.next_run_time - datetime.now(job.next_run_time.tzinfo)
        return left.total_seconds()

    def pass_time(self, seconds: float, *, on_the_wall: float | None = None) -> None:
        self.seconds.now += seconds
        self.wall.advance(seconds=seconds if on_the_wall is None else on_the_wall)

    async def look(self, name: str = "nightly") -> None:
        await self.scheduler._jobs[name].look()


@pytest.fixture
async def timed() -> AsyncIterator[Timed]:
    timed = Timed()
    yield timed
    await timed.scheduler.stop()


@pytest.mark.parametrize("step", [-3600, 3600, -86400 * 365, 3])
async def test_a_clock_that_is_set_is_noticed_said_and_everything_scheduled_anew(
    timed: Timed, step: int
) -> None:
    timed.scheduler.every(1000, timed.job, "seldom")
    timed.scheduler.start()
    timed.pass_time(2)
    with capture_logs() as lines:
        timed.scheduler.look()
        assert timed.next_in("seldom") > 900
        timed.pass_time(2, on_the_wall=2 + step)
        timed.scheduler.look()
        timed.pass_time(2)
        timed.scheduler.look()
    assert [(line["event"], line["seconds"]) for line in lines] == [("clock_stepped", step)]
    assert timed.next_in("seldom") < 1
    async with asyncio.timeout(5):
        while not timed.runs:
            await asyncio.sleep(0.005)


async def test_a_clock_that_is_slewed_is_nothing_to_speak_of(timed: Timed) -> None:
    timed.scheduler.every(1000, timed.job, "seldom")
    timed.scheduler.start()
    with capture_logs() as lines:
        for _ in range(10):
            timed.pass_time(2, on_the_wall=2.5)
            timed.scheduler.look()
    assert lines == []
    assert timed.next_in("seldom") > 900


async def test_what_the_clock_has_passed_by_runs_at_once(timed: Timed) -> None:
    """Whatever the reason: APScheduler's own idea of the time may be another than ours."""
    timed.scheduler.every(1000, timed.job, "seldom")
    timed.scheduler.start()
    timed.pass_time(2000 + LATE + 1)
    timed.scheduler.look()
    assert timed.next_in("seldom") < 1


def test_a_jump_of_years_is_not_counted_second_by_second() -> None:
    scheduler = Scheduler()
    scheduler.every(1, nothing, "tick")
    job = scheduler._scheduler._pending_jobs[0][0]
    start = moscow("12 12:00")
    following = job.trigger.get_next_fire_time(start, start + timedelta(days=20_000))
    assert following == start + timedelta(days=20_000, seconds=1)
    assert job.trigger.get_next_fire_time(start, start) == start + timedelta(seconds=1)


async def test_a_daily_job_runs_once_from_its_hour_on(timed: Timed) -> None:
    timed.scheduler.daily(3, 30, MOSCOW, timed.job, "nightly")
    await timed.look()
    timed.wall.moment = moscow("13 03:29")
    await timed.look()
    assert timed.runs == []
    for moment in ("13 03:30", "13 03:31", "13 12:00"):
        timed.wall.moment = moscow(moment)
        await timed.look()
    assert timed.runs == [moscow("13 03:30")]


async def test_what_was_missed_while_the_process_was_down_runs_when_it_is_back() -> None:
    kept = RunsInMemory()
    await kept.ran("nightly", moscow("11 03:30"))
    await kept.ran("morning", moscow("11 09:00"))
    timed = Timed(kept)
    timed.scheduler.daily(3, 30, MOSCOW, timed.job, "nightly")
    timed.scheduler.daily(9, 0, MOSCOW, timed.job, "morning", until=time(20))
    timed.wall.moment = moscow("12 23:00")
    await timed.look("nightly")
    await timed.look("morning")
    assert timed.runs == [moscow("12 23:00")], "at night nobody is reminded"
    timed.wall.moment = moscow("13 09:00")
    await timed.look("morning")
    assert len(timed.runs) == 2
    await timed.scheduler.stop()


async def test_a_daily_job_that_fails_is_tried_again_an_hour_later(timed: Timed) -> None:
    timed.scheduler.daily(3, 30, MOSCOW, timed.job, "nightly")
    await timed.look()
    timed.wall.moment = moscow("13 03:30")
    timed.trouble = True
    with capture_logs() as lines:
        await timed.look()
        timed.pass_time(30)
        await timed.look()
    assert (len(timed.runs), len(lines)) == (1, 1)
    timed.trouble = False
    timed.pass_time(TRIED_AGAIN_AFTER)
    await timed.look()
    await timed.look()
    assert len(timed.runs) == 2


async def test_a_job_that_always_fails_fills_no_disk(timed: Timed) -> None:
    timed.scheduler.every(1, timed.job, "tick")
    timed.trouble = True
    with capture_logs() as lines:
        for _ in range(120):
            timed.pass_time(1)
            await timed.scheduler.kick("tick")
    assert len(timed.runs) == 120
    assert len(lines) == 2

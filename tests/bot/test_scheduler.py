import asyncio
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.scheduler import Scheduler

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

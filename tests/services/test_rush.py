"""Five hundred people want twenty places at the same moment, of one process and of two."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from db.engine import Database, Session
from tests.services.desk import Desk
from tests.town import HandClock, add_person, moscow

PEOPLE, PLACES = 500, 20
HEARD = {"Signed": PLACES, "NoPlaces": PEOPLE - PLACES}


def add_crowd(session: Session) -> list[int]:
    return [add_person(session, municipality_code="sochi") for _ in range(PEOPLE)]


async def rush(desk: Desk, crowd: Sequence[int], slot: int) -> Counter[str]:
    """How many heard what."""
    outcomes = await asyncio.gather(*(desk.sign_up(person, slot) for person in crowd))
    return Counter(type(outcome).__name__ for outcome in outcomes)


def rush_of_a_process(url: str, crowd: Sequence[int], slot: int) -> Counter[str]:
    async def run() -> Counter[str]:
        database = Database(url)
        found = await rush(Desk(database, HandClock(moscow("12 12:00"))), crowd, slot)
        await database.close()
        return found

    return asyncio.run(run())


async def test_exactly_as_many_as_there_are_places(desk: Desk) -> None:
    crowd = await desk.database.write(add_crowd)
    slot = await desk.slot(capacity=PLACES)
    assert await rush(desk, crowd, slot) == HEARD
    assert await desk.counters(slot) == (PLACES, 0)


async def test_nor_do_two_processes_sell_one_twice(desk: Desk, database_url: str) -> None:
    crowd = await desk.database.write(add_crowd)
    slot = await desk.slot(capacity=PLACES)
    halves = crowd[::2], crowd[1::2]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        found = await asyncio.gather(
            *(loop.run_in_executor(processes, rush_of_a_process, database_url, half, slot) for half in halves)
        )
    assert sum(found, Counter()) == HEARD
    assert await desk.counters(slot) == (PLACES, 0)

"""A rush: 500 people want 20 places of a slot at the same moment, on SQLite and on PostgreSQL.

Run: python -m benchmarks.rush [--check]
A figure is the time from the moment of the rush to the answer of the database for 99 of 100 people, the median of ten
rushes. PostgreSQL is started for it, where it is installed. `--check` fails where a bound is broken.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._bounds import Bounds, arguments
from db.engine import Database, Session
from db.migrate import upgrade
from domain.people import Actor
from scripts.with_postgres import private_postgres
from services import booking
from services.booking import Signed
from tests.services.desk import Desk, actor_of
from tests.services.test_rush import PEOPLE, PLACES, add_crowd
from tests.town import MOSCOW, HandClock, moscow

ROUNDS = 10
P99_MS = 300.0


def crowd_of(session: Session) -> list[Actor]:
    return [actor_of(session, person) for person in add_crowd(session)]


async def rush(desk: Desk, crowd: list[Actor], day: int) -> list[float]:
    """Milliseconds until each was answered."""
    slot = await desk.slot(f"{day} 15:00", capacity=PLACES)
    begun = time.perf_counter()

    async def one(actor: Actor) -> tuple[bool, float]:
        outcome = await desk.database.write(booking.sign_up, actor, slot, 1, desk.now, MOSCOW)
        return isinstance(outcome, Signed), (time.perf_counter() - begun) * 1_000

    found = await asyncio.gather(*(one(actor) for actor in crowd))
    assert sum(signed for signed, _ in found) == PLACES
    return sorted(waited for _, waited in found)


async def measured(url: str) -> float:
    database = Database(url)
    desk = Desk(database, HandClock(moscow("12 12:00")))
    crowd = await database.write(crowd_of)
    rounds = [await rush(desk, crowd, 13 + number) for number in range(ROUNDS)]
    await database.close()
    return statistics.median(waited[PEOPLE * 99 // 100] for waited in rounds)


def main() -> int:
    parsed = arguments(__doc__).parse_args()
    bounds = Bounds()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'rush.sqlite3'}"
        upgrade(url)
        bounds.at_most("SQLite, p99", asyncio.run(measured(url)), P99_MS, " ms")
    if shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        with private_postgres() as url:
            upgrade(url)
            bounds.at_most("PostgreSQL, p99", asyncio.run(measured(url)), P99_MS, " ms")
    return bounds.exit_status(check=parsed.check)


if __name__ == "__main__":
    sys.exit(main())

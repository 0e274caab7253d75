"""Reminders: one look at the clock among 100,000 bookings, with nothing due and with 10,000 due.

Run: python -m benchmarks.reminders [--check]
Times are of the wall, of whole transactions with their commit, through the writer of the real database file. The
same looks are measured among few and among many past bookings: their number must not matter. Claiming is measured
with all 10,000 due. `--check` fails where a bound is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from db.engine import Database, Session
from db.migrate import upgrade
from db.models import ActivityRow, BookingRow, PersonRow, SlotRow, VenueRow
from domain.delivery import Sent
from domain.reminders import DEFAULT
from services.deliveries import claim, mark
from services.notices import settle
from services.reminders import derive

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 10, 12, 12, tzinfo=MOSCOW)
EVENING = datetime(2026, 10, 12, 18, tzinfo=MOSCOW)
PEOPLE, BOOKINGS, DUE, A_SLOT = 20_000, 100_000, 10_000, 100
IDLE_MS, DUE_S = 20.0, 2.0
ROUNDS = 50


def fill(session: Session, bookings: int) -> None:
    """``DUE`` bookings for tomorrow, a quarter of the rest later, the others past."""
    long_ago = NOW - timedelta(days=400)
    session.execute(
        insert(VenueRow).values(
            id=1, code="V", name="V", municipality_code="krasnodar", access="", directions=""
        )
    )
    session.execute(
        insert(ActivityRow).values(
            id=1, code="W", kind="workshop", title="W", track="agro", venue_id=1, bring="B", safety=""
        )
    )
    people = [
        {
            "id": number,
            "messenger": "telegram",
            "messenger_user_id": str(number),
            "reminders": int(DEFAULT),
            "created_at": long_ago,
            "seen_at": long_ago,
        }
        for number in range(1, PEOPLE + 1)
    ]
    session.execute(insert(PersonRow), people)
    tomorrow = NOW.replace(hour=0) + timedelta(days=1)
    slots, booked = [], []
    for number in range(bookings // A_SLOT):
        if number * A_SLOT < DUE:
            starts_at = tomorrow + timedelta(hours=9 + number % 10)
        elif number % 4 == 0:
            starts_at = tomorrow + timedelta(days=2 + number % 90, hours=9 + number % 10)
        else:
            starts_at = tomorrow - timedelta(days=2 + number % 300, hours=number % 10)
        slots.append(
            {
                "id": number + 1,
                "code": f"S{number}",
                "activity_id": 1,
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=1),
                "taken": A_SLOT,
            }
        )
        booked += [
            {
                "slot_id": number + 1,
                "person_id": (number * A_SLOT + place) % PEOPLE + 1,
                "companions": [],
                "status": "booked",
                "queued_at": long_ago,
                "held_since": long_ago,
            }
            for place in range(A_SLOT)
        ]
    session.execute(insert(SlotRow), slots)
    for start in range(0, len(booked), 10_000):
        session.execute(insert(BookingRow), booked[start : start + 10_000])


async def timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = await work()
    return time.perf_counter() - begun, result


async def measure(folder: Path, bookings: int) -> dict[str, float]:
    url = f"sqlite:///{folder}/bot-{bookings}.sqlite3"
    upgrade(url)
    database = Database(url)
    try:
        await database.write(fill, bookings)
        await database.write(derive, NOW, MOSCOW)
        idle = []
        for tick in range(ROUNDS):
            now = NOW + timedelta(seconds=61 * (tick + 1))

            async def look(now: datetime = now) -> int:
                created = await database.write(derive, now, MOSCOW)
                return created + await database.write(settle, now, MOSCOW)

            seconds, created = await timed(look)
            assert created == 0
            idle.append(seconds * 1000)
        due, created = await timed(lambda: database.write(derive, EVENING, MOSCOW))
        assert created == DUE, created
        claims, messages = [], 0
        while True:
            seconds, batch = await timed(lambda: database.write(claim, EVENING, MOSCOW, 48))
            if not batch.letters:
                break
            claims.append(seconds * 1000)
            messages += len(batch.letters)
            results = [(letter, Sent(1)) for letter in batch.letters]
            await database.write(mark, results, EVENING.astimezone(UTC))
        return {
            "idle": statistics.median(idle),
            "idle p99": sorted(idle)[int(len(idle) * 0.99)],
            "due": due,
            "claim": statistics.median(claims),
            "claim p99": sorted(claims)[int(len(claims) * 0.99)],
            "messages": messages,
        }
    finally:
        await database.close()


async def run() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        few = await measure(Path(folder), BOOKINGS // 5)
        many = await measure(Path(folder), BOOKINGS)
    for count, figures in ((BOOKINGS // 5, few), (BOOKINGS, many)):
        print(
            f"{count:7,} bookings: nothing due {figures['idle']:.2f} ms (p99 {figures['idle p99']:.2f}), "
            f"{DUE:,} due {figures['due']:.2f} s, "
            f"claim of 48 {figures['claim']:.1f} ms (p99 {figures['claim p99']:.1f}), "
            f"{figures['messages']:.0f} messages"
        )
    return many["idle"] < IDLE_MS and many["due"] < DUE_S


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    good = asyncio.run(run())
    if parser.parse_args().check and not good:
        sys.exit("a bound is broken")


if __name__ == "__main__":
    main()

"""Copies of a database that is being written to: whole, or not at all."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import func, select

from bot.backup import KEPT, nightly_backup
from db.backup import NotSqlite, back_up
from db.engine import Database
from db.models import BookingRow, PersonRow, SlotRow
from services.checks import integrity_problems
from tests.town import HandClock, add_activity, add_booking, add_person, add_slot, moscow


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def file_url(database_url: str) -> str:
    if not database_url.startswith("sqlite"):
        pytest.skip("of SQLite alone")
    return database_url


async def test_a_copy_holds_what_was_committed(database: Database, file_url: str, tmp_path: Path) -> None:
    await database.write(add_person, name="Аня")
    target = tmp_path / "copies" / "copy.sqlite3"
    size = await back_up(file_url, target)
    assert size == target.stat().st_size > 0
    copy = Database(f"sqlite:///{target}")
    assert await copy.read(lambda session: session.scalars(select(PersonRow.name)).all()) == ["Аня"]
    await copy.write(add_person)
    await copy.close()
    assert files(target.parent) == ["copy.sqlite3"]


async def test_a_copy_is_consistent_while_the_bot_writes_on(
    database: Database, file_url: str, tmp_path: Path
) -> None:
    """Bookings and counters change together; a copy has both or neither. Writing does not keep it from ending."""
    slot = await database.write(
        add_slot, await database.write(add_activity), moscow("20 15:00"), capacity=None
    )
    people = [await database.write(add_person, filters={"query": "x" * 100_000}) for _ in range(150)]
    copied = asyncio.Event()

    async def write_on() -> int:
        count = 0
        while not copied.is_set():
            await database.write(add_booking, slot, people[count % len(people)], status="cancelled")
            if count < len(people):
                await database.write(add_booking, slot, people[count])
            count += 1
        return count

    writing = asyncio.ensure_future(write_on())
    targets = [tmp_path / f"copy{number}.sqlite3" for number in range(3)]
    try:
        for target in targets:
            await asyncio.wait_for(back_up(file_url, target), 10)
    finally:
        copied.set()
    assert await writing >= 3
    for target in targets:
        copy = Database(f"sqlite:///{target}")
        assert await copy.read(integrity_problems) == []
        held, taken = await copy.read(
            lambda session: (
                session.scalar(select(func.count()).where(BookingRow.status == "booked")),
                session.scalar(select(SlotRow.taken)),
            )
        )
        assert held == taken
        await copy.close()


async def test_a_copy_replaces_an_older_one(database: Database, file_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite3"
    target.write_bytes(b"not a database")
    await back_up(file_url, target)
    with sqlite3.connect(target) as copy:
        assert copy.execute("PRAGMA quick_check").fetchone() == ("ok",)
    copy.close()


async def test_a_copy_that_fails_leaves_the_older_one(tmp_path: Path) -> None:
    broken, target = tmp_path / "broken.sqlite3", tmp_path / "copy.sqlite3"
    broken.write_bytes(b"this is no database " * 1000)
    target.write_bytes(b"older")
    with pytest.raises(OSError, match="not a database"):
        await back_up(f"sqlite:///{broken}", target)
    assert target.read_bytes() == b"older"
    assert files(tmp_path) == ["broken.sqlite3", "copy.sqlite3"]


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"absent\.sqlite3"):
        await back_up(f"sqlite:///{tmp_path / 'absent.sqlite3'}", tmp_path / "copy.sqlite3")
    assert files(tmp_path) == []


@pytest.mark.parametrize("url", ["postgresql://bot@localhost/bot", "sqlite://"])
async def test_only_files_are_copied(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotSqlite):
        await back_up(url, tmp_path / "copy.sqlite3")


async def test_every_night_a_copy_and_two_weeks_of_them(
    database: Database, file_url: str, tmp_path: Path, clock: HandClock
) -> None:
    folder = tmp_path / "backups"
    job = nightly_backup(file_url, folder, clock)
    for _ in range(KEPT + 2):
        await job()
        clock.moment += timedelta(days=1)
    kept = files(folder)
    assert len(kept) == KEPT
    assert (kept[0], kept[-1]) == ("bot-2026-10-14.sqlite3", "bot-2026-10-27.sqlite3")


async def test_a_night_on_another_database_copies_nothing(tmp_path: Path, clock: HandClock) -> None:
    await nightly_backup("postgresql://bot@localhost/bot", tmp_path / "backups", clock)()
    assert not (tmp_path / "backups").exists()


def damaged(template: Path, target: Path) -> None:
    content = bytearray(template.read_bytes())
    content[4096 : 3 * 4096] = bytes(8192)
    target.write_bytes(content)


async def test_a_damaged_database_replaces_no_copy_and_the_last_good_one_stays(
    template: Path, tmp_path: Path, clock: HandClock
) -> None:
    """However old it is; other copies of that age are gone."""
    folder, broken = tmp_path / "backups", tmp_path / "bot.sqlite3"
    folder.mkdir()
    for day in ("2026-08-30", "2026-08-31"):
        shutil.copyfile(template, folder / f"bot-{day}.sqlite3")
    damaged(template, broken)
    with structlog.testing.capture_logs() as lines:
        await nightly_backup(f"sqlite:///{broken}", folder, clock)()
    assert [line["event"] for line in lines] == ["backup_failed"]
    assert files(folder) == ["bot-2026-08-31.sqlite3"]


async def test_copies_made_before_an_update_go_with_their_days_too(
    file_url: str, tmp_path: Path, clock: HandClock
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    young, old = clock.now() - timedelta(days=13), clock.now() - timedelta(days=14)
    for place in (folder, tmp_path):
        for name, made in (("before-update", young), ("before-forum", old)):
            (place / f"{name}.sqlite3").touch()
            os.utime(place / f"{name}.sqlite3", (made.timestamp(), made.timestamp()))
    await nightly_backup(file_url, folder, clock)()
    assert files(folder) == ["before-update.sqlite3", "bot-2026-10-12.sqlite3"]
    assert "before-update.sqlite3" in files(tmp_path)
    assert "before-forum.sqlite3" not in files(tmp_path)


async def test_nobody_else_may_read_a_copy(file_url: str, tmp_path: Path) -> None:
    await back_up(file_url, tmp_path / "copy.sqlite3")
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o077 == 0

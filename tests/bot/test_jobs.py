"""Jobs by the clock: each of its own, and what must be forgotten is forgotten, all of it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot import jobs
from bot.jobs import RunsInDatabase
from db.engine import Database, Session
from db.models import PersonRow
from services import registration
from services.registration import FORGET_AFTER
from tests import town
from tests.e2e.stage import NOON, Stage


@pytest.fixture
async def stage(template: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    path = tmp_path / "bot.sqlite3"
    shutil.copyfile(template, path)
    stage = Stage(path)
    await stage.open()
    yield stage
    await stage.close()


def _people(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PersonRow)) or 0


def _add_gone(session: Session, count: int) -> None:
    for number in range(count):
        town.add_person(session, name=f"Н{number}", seen_at=NOON - FORGET_AFTER - timedelta(days=1))


async def test_everybody_who_is_long_gone_is_forgotten_in_one_night(stage: Stage) -> None:
    await stage.write(_add_gone, 320)
    await stage.application.scheduler.kick("clean_up")
    assert await stage.read(_people) == 0


async def test_somebody_who_cannot_be_forgotten_keeps_nobody_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.write(_add_gone, 120)
    really = registration._delete
    stuck = [3, 60, 61, 120]

    def delete(session: Session, person_id: int, *rest: object) -> None:
        if person_id in stuck:
            raise RuntimeError("no luck")
        really(session, person_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(registration, "_delete", delete)
    with capture_logs() as lines:
        await stage.application.scheduler.kick("clean_up")
    assert await stage.read(lambda session: sorted(session.scalars(select(PersonRow.id)))) == stuck
    untold = [line["person_id"] for line in lines if line["event"] == "person_not_forgotten"]
    assert untold == stuck
    assert {line["job"] for line in lines if line["event"] == "cleaned_up"} >= {
        "forget_people",
        "forget_forms",
        *jobs.FORGOTTEN_IN_PORTIONS,
    }


@pytest.mark.parametrize("group", ["tick", "look_around", "progress", "clean_up"])
async def test_each_job_runs_whichever_other_fails(
    stage: Stage, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = stage.application.scheduler
    await scheduler.stop()
    ran: list[str] = []

    def spoil(name: str) -> None:
        job = scheduler._jobs[name]
        job._closed = False

        async def fail() -> None:
            ran.append(name)
            raise RuntimeError("no luck")

        monkeypatch.setattr(job, "_job", fail)

    names = scheduler._groups[group]
    for name in names:
        spoil(name)
    with capture_logs() as lines:
        await scheduler.kick(group)
    assert ran == names
    assert [line["job"] for line in lines if line["event"] == "job_failed"] == names


async def test_the_last_run_of_a_daily_job_outlives_the_process(database: Database) -> None:
    assert await RunsInDatabase(database).last("nightly") is None
    for moment in (NOON, NOON + timedelta(days=1)):
        await RunsInDatabase(database).ran("nightly", moment)
        assert await RunsInDatabase(database).last("nightly") == moment
    assert await RunsInDatabase(database).last("another") is None

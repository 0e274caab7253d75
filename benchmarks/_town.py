"""The demonstration's programme with students of our own, and the bot that serves them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiogram import Bot
from sqlalchemy import select, update

from bot.application import Application
from bot.clock import MovableClock
from bot.limits import UNLIMITED, Limits
from bot.middleware import TELEGRAM
from bot.texts import Texts
from db.engine import Database, Session
from db.migrate import upgrade
from db.models import ActivityRow, SlotRow
from db.queries.demo import insert_people
from demo.consents import agreed
from demo.fill import fill
from demo.programme import ZONE
from domain.people import Address, Role
from domain.reminders import DEFAULT

__all__ = ["FIRST_STUDENT", "Town", "running_town", "town_database"]

FIRST_STUDENT = 5_000_001
"""Messenger id of the first student; the others follow."""


@dataclass(frozen=True)
class Town:
    """``slots`` are coming, open to every student, without a limit of places; ``activities`` are theirs."""

    application: Application
    bot: Bot
    clock: MovableClock
    students: range
    slots: tuple[int, ...]
    activities: tuple[int, ...]


async def town_database(path: Path, students: int, clock: MovableClock) -> None:
    """The demonstration in a new file, with registered students and room for all of them everywhere."""
    url = f"sqlite:///{path}"
    upgrade(url)
    database = Database(url)
    try:
        await fill(database, clock.now())
        await database.write(_open_to_all, students, clock)
    finally:
        await database.close()


def _open_to_all(session: Session, students: int, clock: MovableClock) -> None:
    now = clock.now()
    consent = agreed(session, now)
    rows = [
        {
            "messenger": TELEGRAM,
            "messenger_user_id": str(FIRST_STUDENT + number),
            "role": Role.STUDENT,
            "name": "Student",
            "municipality_code": "krasnodar",
            "grade": 9,
            **consent,
            "reminders": int(DEFAULT),
            "filters": {},
            "created_at": now,
            "seen_at": now,
        }
        for number in range(students)
    ]
    if rows:
        insert_people(session, rows, TELEGRAM)
    session.execute(update(ActivityRow).values(grade_from=None, grade_to=None, audience="all"))
    session.execute(update(SlotRow).values(capacity=100_000, waiting=0))


@asynccontextmanager
async def running_town(
    bot: Bot, students: int, *, clock: MovableClock | None = None, limits: Limits = UNLIMITED
) -> AsyncIterator[Town]:
    """The whole application on such a database, all but the polling; people are known as after a first tap."""
    clock = clock or MovableClock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.sqlite3"
        await town_database(path, students, clock)
        database = Database(f"sqlite:///{path}")
        application = Application(
            database=database, bot=bot, clock=clock, texts=Texts.load(strict=False), zone=ZONE, limits=limits
        )
        await application.start()
        people = range(FIRST_STUDENT, FIRST_STUDENT + students)
        for person in people:
            await application.actors.actor(Address(TELEGRAM, str(person)), clock.now())
        slots, activities = await database.read(_coming, clock)
        yield Town(application, bot, clock, people, slots, activities)
        await application.stop()


def _coming(session: Session, clock: MovableClock) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows = session.execute(
        select(SlotRow.id, SlotRow.activity_id)
        .where(SlotRow.starts_at > clock.now() + timedelta(days=1), SlotRow.cancelled_at.is_(None))
        .order_by(SlotRow.id)
    ).all()
    return tuple(slot for slot, _ in rows), tuple(dict.fromkeys(activity for _, activity in rows))

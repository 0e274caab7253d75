"""The bot of a crowd: a process of its own, of whatever tree it is started in.

    python _crowd_bot.py URL KNOWN_PEOPLE LIMITS

A new database with so many registered students. Prints the data of the button «Записаться» when it is about to poll,
and ends
when its input does. It keeps to what every version of the application has, so that two of them can be compared.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from sqlalchemy import select

from benchmarks._town import town_database
from bot.application import Application, make_bot
from bot.clock import MovableClock
from bot.limits import UNLIMITED, Limits
from bot.texts import Texts
from db.engine import Database, Session
from db.models import SlotRow
from demo.programme import ZONE
from handlers.booking.callbacks import TakeSlot

TOKEN = "1:demo"


def _last_slot(session: Session) -> tuple[int, int]:
    row = session.execute(select(SlotRow.id, SlotRow.sequence).order_by(SlotRow.starts_at.desc())).first()
    assert row is not None
    return row.id, row.sequence


async def _run(url: str, known: int, limits: Limits) -> None:
    clock = MovableClock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.sqlite3"
        await town_database(path, known, clock)
        database = Database(f"sqlite:///{path}")
        application = Application(
            database=database,
            bot=make_bot(TOKEN, url),
            clock=clock,
            texts=Texts.load(strict=False),
            zone=ZONE,
            limits=limits,
        )
        await application.start()
        slot, sequence = await database.read(_last_slot)
        seen = {"seen": sequence} if "seen" in TakeSlot.model_fields else {}
        print(TakeSlot.model_validate({"slot": slot, **seen}).pack(), flush=True)
        polling = asyncio.create_task(application.run_polling())
        await asyncio.to_thread(sys.stdin.read)
        await application.stop()
        await polling


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], int(sys.argv[2]), UNLIMITED if sys.argv[3] == "none" else Limits()))

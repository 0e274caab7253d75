"""A workbook of 5,000 rows sent to the bot while others tap: how long a preview and its application take, and they.

    python -m benchmarks.programme_import [--check]

The whole application with its database on disk, the messenger a stub in this process. First everything in the
workbook is new, then every slot moves by an hour, a fifth of them with somebody booked. Meanwhile somebody taps every
40 ms: sign-ups, lists and the menu by turns. Times are of the wall, from the update to the last answer to it.
"""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.methods import EditMessageText, GetFile, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import CallbackQuery, Chat, Document, File, Message, Update, User
from sqlalchemy import insert, select, update

from benchmarks._bounds import Bounds, arguments
from benchmarks._stub import LONG_AGO, AnsweringSession, tap
from benchmarks._town import FIRST_STUDENT, Town, running_town
from bot.middleware import TELEGRAM
from db.engine import Session
from db.migrate import MUNICIPALITIES
from db.models import BookingRow, PersonRow, RoleGrantRow, SlotRow
from demo.programme import ZONE
from domain.people import Address
from domain.programme import Track
from domain.programme_import import (
    Entry,
    Sheet,
    SlotEntry,
    SlotState,
    Stored,
    StoredProgramme,
    VenueEntry,
    WorkshopEntry,
)
from handlers.booking.callbacks import TakeSlot
from handlers.exchange.callbacks import ApplyFile
from handlers.menu.callbacks import OpenMenu
from handlers.workshops.callbacks import OpenList
from services.programme_export import write_workbook

STUDENTS = 2_000
VENUES, WORKSHOPS, SLOTS = 100, 600, 4_300
EVERY_SECONDS = 0.04
PREVIEW_S, APPLY_S, TAP_S = 10.0, 5.0, 1.0
COORDINATOR = FIRST_STUDENT


class FilingSession(AnsweringSession):
    """Also hands over one file, and answers with messages that can be edited."""

    def __init__(self) -> None:
        super().__init__()
        self.file = b""
        self.shown: SendMessage | EditMessageText | None = None
        """The latest screen of the coordinator."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the signature is aiogram's
    ) -> TelegramType:
        if isinstance(method, GetFile):
            return File(file_id="f", file_unique_id="f", file_path="f")  # type: ignore[return-value]
        if isinstance(method, SendMessage | EditMessageText) and method.chat_id == COORDINATOR:
            self.shown = method
            chat = Chat(id=COORDINATOR, type="private")
            return Message(message_id=9, date=LONG_AGO, chat=chat, text="-").as_(bot)  # type: ignore[return-value]
        return await super().make_request(bot, method, timeout)

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield self.file


def _name_of(code: str) -> str:
    """The municipality as its reference data spells it."""
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        return next(row["name"] for row in csv.DictReader(file) if row["code"] == code)


def workbook(first: datetime, shift: timedelta) -> bytes:
    """The programme with slots from ``first`` on, all of them moved by ``shift``."""
    venues: list[Entry] = [
        VenueEntry(f"BV{n}", f"Venue {n}", "krasnodar", f"Street, {n}") for n in range(VENUES)
    ]
    workshops: list[Entry] = [
        WorkshopEntry(
            f"BW{n}", f"Workshop {n}", Track.AGRO, f"BV{n % VENUES}", "What we do. " * 30, bring="Boots"
        )
        for n in range(WORKSHOPS)
    ]
    slots: list[Entry] = []
    for n in range(SLOTS):
        start = first + timedelta(days=n // 8 % 100, hours=n % 8) + shift
        slots.append(SlotEntry(f"BS{n}", f"BW{n % WORKSHOPS}", start, start + timedelta(minutes=50), 20, "5"))
    rows: dict[Sheet, dict[str, Stored]] = {sheet: {} for sheet in Sheet}
    for entry in (*venues, *workshops, *slots):
        rows[entry.sheet][entry.code] = Stored(1, entry, SlotState(1, 1, 0, 0, 0))
    stored = StoredProgramme(rows, frozenset(), frozenset(), {"krasnodar": _name_of("krasnodar")})
    file = io.BytesIO()
    write_workbook(stored, ZONE, file)
    return file.getvalue()


class Bench:
    def __init__(self, bot: Bot, session: FilingSession, town: Town) -> None:
        self._bot = bot
        self._session = session
        self._town = town
        self._numbers = itertools.count(1)
        self.taps: list[float] = []

    async def appoint(self) -> None:
        def grant(session: Session) -> None:
            person = session.scalars(
                select(PersonRow.id).where(PersonRow.messenger_user_id == str(COORDINATOR))
            ).one()
            session.execute(
                insert(RoleGrantRow).values(person_id=person, role="coordinator", granted_at=LONG_AGO)
            )

        await self._town.application.database.write(grant)
        self._town.application.actors.forget(Address(TELEGRAM, str(COORDINATOR)))

    async def book(self) -> None:
        """Somebody in every fifth of the workbook's slots."""

        def write(session: Session) -> None:
            slots = session.scalars(select(SlotRow.id).where(SlotRow.code.startswith("BS"))).all()[::5]
            people = session.scalars(
                select(PersonRow.id).where(PersonRow.messenger_user_id >= str(FIRST_STUDENT))
            )
            rows = [
                {
                    "slot_id": slot,
                    "person_id": person,
                    "status": "booked",
                    "queued_at": LONG_AGO,
                    "companions": [],
                }
                for slot, person in zip(slots, itertools.cycle(people.all()), strict=False)
            ]
            session.execute(insert(BookingRow), rows)
            taken = update(SlotRow).where(SlotRow.id.in_(slots)).values(taken=1)
            session.execute(taken)

        await self._town.application.database.write(write)

    def _document(self) -> Message:
        user = User(id=COORDINATOR, is_bot=False, first_name="A")
        document = Document(file_id="f", file_unique_id="f", file_name="programme.xlsx")
        return Message(
            message_id=8,
            date=LONG_AGO,
            chat=Chat(id=COORDINATOR, type="private"),
            from_user=user,
            document=document,
        )

    async def preview(self, file: bytes) -> float:
        self._session.file = file
        started = time.perf_counter()
        await self._feed(Update(update_id=next(self._numbers), message=self._document()))
        return time.perf_counter() - started

    async def apply(self) -> float:
        shown = self._session.shown
        assert shown is not None
        assert shown.reply_markup is not None
        data = shown.reply_markup.inline_keyboard[0][0].callback_data  # type: ignore[union-attr]
        assert data is not None
        assert data.startswith(f"{ApplyFile.__prefix__}:"), shown.text
        message = Message(
            message_id=9,
            date=LONG_AGO,
            chat=Chat(id=COORDINATOR, type="private"),
            text="-",
            reply_to_message=self._document(),
        )
        user = User(id=COORDINATOR, is_bot=False, first_name="A")
        query = CallbackQuery(id="1", from_user=user, chat_instance="1", message=message, data=data)
        started = time.perf_counter()
        await self._feed(Update(update_id=next(self._numbers), callback_query=query))
        return time.perf_counter() - started

    async def _feed(self, update: Update) -> None:
        await self._town.application.dispatcher.feed_update(self._bot, update)
        await self._town.application.screens.finished()

    async def tap_on(self) -> None:
        """Others, until cancelled."""
        running: set[asyncio.Task[None]] = set()
        for data, person in zip(self._data(), itertools.cycle(self._town.students[1:]), strict=False):
            task = asyncio.create_task(self._timed(tap(person, data, next(self._numbers))))
            running.add(task)
            task.add_done_callback(running.discard)
            await asyncio.sleep(EVERY_SECONDS)

    def _data(self) -> Iterator[str]:
        for slot in itertools.cycle(self._town.slots):
            yield TakeSlot(slot=slot, seen=0).pack()
            yield OpenList(page=slot % 8).pack()
            yield OpenMenu().pack()

    async def _timed(self, update: Update) -> None:
        started = time.perf_counter()
        await self._feed(update)
        self.taps.append(time.perf_counter() - started)


async def measure() -> Bounds:
    session = FilingSession()
    bot = Bot("1:benchmark", session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    bounds = Bounds()
    async with running_town(bot, STUDENTS) as town:
        bench = Bench(bot, session, town)
        await bench.appoint()
        first = eight_oclock(town.clock.now() + timedelta(days=3))
        for name, shift in (("new", timedelta()), ("moved", timedelta(hours=1))):
            file = workbook(first, shift)
            if name == "moved":
                await bench.book()
            bench.taps.clear()
            others = asyncio.create_task(bench.tap_on())
            await asyncio.sleep(1)
            quiet = list(bench.taps)
            bench.taps.clear()
            bounds.at_most(f"preview, {name}", await bench.preview(file), PREVIEW_S, " s")
            in_preview = list(bench.taps)
            bench.taps.clear()
            bounds.at_most(f"apply, {name}", await bench.apply(), APPLY_S, " s")
            in_apply = list(bench.taps)
            others.cancel()
            await asyncio.wait([others])
            print(f"taps before: median {statistics.median(quiet):.3f} s")
            for when, taps in (("preview", in_preview), ("apply", in_apply)):
                bounds.at_most(
                    f"a tap during the {when}, p95 of {len(taps)}", percentile(taps, 95), TAP_S, " s"
                )
                print(f"  median {statistics.median(taps):.3f} s, longest {max(taps):.3f} s")
    return bounds


def eight_oclock(moment: datetime) -> datetime:
    """Eight in the morning of that day."""
    return moment.astimezone(ZONE).replace(hour=8, minute=0, second=0, microsecond=0).astimezone(UTC)


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def main() -> int:
    given = arguments(__doc__).parse_args()
    return asyncio.run(measure()).exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())

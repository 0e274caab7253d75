"""``python -m bot demo``: the bot against the built-in Bot API server, with a chat page. No token, no network."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import structlog

from bot.application import Application, make_bot
from bot.clock import Clock, MovableClock
from bot.commands import Commands
from bot.dates import Dates
from bot.settings import Settings
from bot.texts import Texts
from db.engine import Database
from db.migrate import upgrade
from demo.fill import fill, filled_at
from demo.people import DEAF_EVERY, FIRST_LISTENER, LISTENERS, people
from domain.quiet import next_waking
from sandbox.actions import Action
from sandbox.server import Sandbox
from services.reminders import next_reminder

DATABASE = Path("var/demo.sqlite3")
"""Never the real database: whatever ``DATABASE_URL`` says."""
FINE, NO_PORT = 0, 2
BOT_USERNAME = "kuban_demo_bot"
JUST_BEFORE = timedelta(seconds=1)

log = structlog.get_logger(__name__)


def add_parser(commands: Commands, texts: Texts) -> None:
    parser = commands.add_parser("demo", help=texts.plain("command-demo-help"))
    parser.add_argument("--port", type=int, default=8080, help=texts.plain("command-demo-port"))
    parser.add_argument("--fresh", action="store_true", help=texts.plain("command-demo-fresh"))


def run(settings: Settings, texts: Texts, *, port: int, fresh: bool) -> int:
    """Serve until Ctrl+C. A demonstration of an earlier day is begun anew.

    Exit status: 0 stopped as asked, 2 the port is taken.
    """
    try:
        asyncio.run(_run(settings, texts, port, fresh=fresh))
    except PortTaken:
        sys.stderr.write(texts.plain("command-demo-port-taken", port=str(port), other=str(port + 1)) + "\n")
        return NO_PORT
    return FINE


async def _run(settings: Settings, texts: Texts, port: int, *, fresh: bool) -> None:
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    async with Demonstration(texts, settings.timezone, DATABASE, port, fresh=fresh) as url:
        sys.stdout.write("\n" + texts.plain("command-demo-open", url=url) + "\n\n")
        sys.stdout.flush()
        await stopped.wait()


class PortTaken(Exception):
    """Something else listens there, perhaps another demonstration."""


class Demonstration:
    """A whole demonstration: database, sandbox and bot. Gives the URL of the chat page.

    ``application`` and ``sandbox`` are there while it is open, for tests and for taking screenshots.
    """

    application: Application
    sandbox: Sandbox

    def __init__(
        self, texts: Texts, zone: tzinfo, path: Path, port: int, *, fresh: bool, clock: Clock | None = None
    ) -> None:
        """``clock``: what the movable clock starts from; the real one when left out."""
        self._texts = texts
        self._zone = zone
        self._path = path
        self._port = port
        self._fresh = fresh
        self._token = f"1:demo-{secrets.token_hex(8)}"
        self.clock = MovableClock(clock)
        # By night most messages wait for the morning: a visitor would see nothing happen.
        self.clock.advance_to(next_waking(self.clock.now(), zone))
        self._dates = Dates(texts, zone)

    async def __aenter__(self) -> str:
        """Raises PortTaken, before the database is touched: another demonstration may be using it."""
        self.sandbox = Sandbox(
            self._token,
            bot_name=self._texts.plain("command-demo-bot-name"),
            bot_username=BOT_USERNAME,
            title=self._texts.plain("command-demo-title"),
            actions=self._actions(),
            status=self._status,
            now=lambda: self.clock.now().timestamp(),
            unseen=range(FIRST_LISTENER, FIRST_LISTENER + LISTENERS),
        )
        for listener in self.sandbox.world.unseen[::DEAF_EVERY]:
            self.sandbox.world.chat(listener).blocked = True
        for person in people():
            self.sandbox.person(
                person.name, id=person.user_id, note=person.note, known=person.role is not None
            )
        self._serving = self.sandbox.running(self._port)
        try:
            url = await self._serving.__aenter__()
        except OSError as error:
            raise PortTaken from error
        database = await _open(self._path, self.clock.now(), self._zone, fresh=self._fresh)
        self.application = Application(
            database=database,
            bot=make_bot(self._token, url),
            clock=self.clock,
            texts=self._texts,
            zone=self._zone,
        )
        await self.application.start()
        await self.application.introduce()
        self.sandbox.busy = lambda: self.application.busy
        self._polling = asyncio.create_task(self.application.run_polling())
        return url

    async def __aexit__(self, *_: object) -> None:
        await self.application.stop()
        await asyncio.wait([self._polling])
        await self._serving.__aexit__(None, None, None)

    def _status(self) -> str:
        now = self.clock.now()
        return self._texts.plain("command-demo-status", moment=self._dates.moment(now, now=now))

    def _actions(self) -> list[Action]:
        async def plus_hour() -> str:
            return await self._move(self.clock.now() + timedelta(hours=1))

        async def plus_day() -> str:
            return await self._move(self.clock.now() + timedelta(days=1))

        async def to_next_reminder() -> str:
            due = await self.application.database.read(next_reminder, self.clock.now(), self._zone)
            if due is None:
                return self._texts.plain("command-demo-no-reminder")
            return await self._move(due + JUST_BEFORE)

        return [
            Action("hour", self._texts.plain("command-demo-plus-hour"), plus_hour),
            Action("day", self._texts.plain("command-demo-plus-day"), plus_day),
            Action("reminder", self._texts.plain("command-demo-next-reminder"), to_next_reminder),
        ]

    async def _move(self, moment: datetime) -> str:
        """Set the bot's clock forward and let it do at once what is due by then."""
        self.clock.advance_to(moment)
        await self.application.scheduler.kick("tick")
        await self.application.scheduler.kick("look_around")
        await self.application.outbox.idle()
        await self.application.scheduler.kick("progress")
        now = self.clock.now()
        return self._texts.plain("command-demo-moved", moment=self._dates.moment(now, now=now))


async def _open(path: Path, now: datetime, zone: tzinfo, *, fresh: bool) -> Database:
    """The demonstration's database of today; one of another day is begun anew, so that it never goes stale."""
    url = f"sqlite:///{path}"
    if not fresh and await asyncio.to_thread(path.exists):
        await asyncio.to_thread(upgrade, url)
        database = Database(url)
        filled = await database.read(filled_at)
        if filled is not None and filled.astimezone(zone).date() == now.astimezone(zone).date():
            return database
        await database.close()
    await asyncio.to_thread(_remove, path)
    await asyncio.to_thread(upgrade, url)
    database = Database(url)
    await fill(database, now)
    return database


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

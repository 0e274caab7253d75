"""``python -m bot run``: the bot itself, until SIGTERM or Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from aiogram.exceptions import AiogramError

from bot.application import Application, make_bot
from bot.backup import BACKUPS, nightly_backup
from bot.clock import SystemClock
from bot.commands import Commands
from bot.polling import REFUSED, TokenRefusedError
from bot.restored import forget_departed
from bot.settings import Settings
from bot.texts import Texts
from db.engine import Database
from db.lease import Lease
from db.migrate import upgrade

LEASE_LOST, WRONG_TOKEN, ANOTHER_RUNS = 1, 2, 2
BEAT_SECONDS = 1.0
"""Between two looks at who runs."""
RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 60.0

log = structlog.get_logger(__name__)


def add_parser(commands: Commands, texts: Texts) -> None:
    parser = commands.add_parser("run", help=texts.plain("command-run-help"))
    parser.add_argument("--standby", action="store_true", help=texts.plain("command-run-standby"))


def run(settings: Settings, texts: Texts, *, standby: bool = False) -> int:
    """Run as the only bot of a database.

    With ``standby`` it waits for the end of the one that runs, however that ends. Exit status: 0 stopped as asked, 1 it
    is not certain any more that no other runs, 2 the token is not accepted or another bot runs.
    """
    lease = Lease(settings.database_url)
    try:
        return asyncio.run(_run_alone(settings, texts, lease, standby=standby))
    except (*REFUSED, TokenRefusedError):
        sys.stderr.write(texts.plain("command-run-wrong-token") + "\n")
        return WRONG_TOKEN
    finally:
        lease.release()


async def _run_alone(settings: Settings, texts: Texts, lease: Lease, *, standby: bool) -> int:
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    if not lease.take():
        if not standby:
            sys.stderr.write(texts.plain("command-run-another") + "\n")
            return ANOTHER_RUNS
        log.info("standing_by")
        if not await _take_over(lease, stopped):
            return 0
    upgrade(settings.database_url)
    watching = asyncio.create_task(_watch(lease, stopped))
    await _run(settings, texts, stopped)
    stopped.set()
    await watching
    return 0 if lease.is_held() else LEASE_LOST


async def _take_over(lease: Lease, stopped: asyncio.Event) -> bool:
    """Wait until the other bot has ended. False when asked to stop before."""
    while not stopped.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), BEAT_SECONDS)
        if not stopped.is_set() and lease.take():
            return True
    return False


async def _watch(lease: Lease, stopped: asyncio.Event) -> None:
    """Stop when it is not certain any more that this bot is the only one."""
    while not stopped.is_set() and await asyncio.to_thread(lease.is_held):
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), BEAT_SECONDS)
    if stopped.is_set():
        return
    log.error("lease_lost")
    stopped.set()


async def _run(settings: Settings, texts: Texts, stopped: asyncio.Event) -> None:
    database = Database(settings.database_url)
    application = Application(
        database=database,
        bot=make_bot(settings.token, settings.telegram_api_url),
        clock=SystemClock(),
        texts=texts,
        zone=settings.timezone,
        coordinators=settings.coordinator_ids,
        coordinators_chat=settings.coordinators_chat,
        operator=settings.operator,
        nightly={"backup": nightly_backup(settings.database_url, BACKUPS, SystemClock())},
    )
    introducing: asyncio.Task[bool] | None = None
    try:
        if again := await forget_departed(database, SystemClock().now(), settings.timezone):
            log.warning("forgotten_again", count=again)
        if not await _insist(application.start, stopped):
            return
        polling = asyncio.create_task(application.run_polling())
        introducing = asyncio.create_task(_insist(application.introduce, stopped))
        log.info("started")
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait([polling, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if polling.done():
            polling.result()
    finally:
        if introducing is not None:
            introducing.cancel()
            await asyncio.gather(introducing, return_exceptions=True)
        await application.stop()
        log.info("stopped")


async def _insist(act: Callable[[], Awaitable[None]], stopped: asyncio.Event) -> bool:
    """Do it as soon as the messenger lets us. False when asked to stop before."""
    pause = RETRY_SECONDS
    while not stopped.is_set():
        try:
            await act()
        except REFUSED:
            raise
        except (AiogramError, OSError, TimeoutError) as error:
            log.warning("telegram_unreachable", seconds=pause, error=type(error).__name__)
        else:
            return True
        try:
            await asyncio.wait_for(stopped.wait(), pause)
        except TimeoutError:
            pause = min(pause * 2, LONGEST_RETRY_SECONDS)
    return False

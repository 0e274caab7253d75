"""``python -m bot run``: the bot itself, until SIGTERM or Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiogram.exceptions import AiogramError

from bot.application import Application, make_bot
from bot.backup import nightly_backup
from bot.clock import SystemClock
from bot.commands import Commands
from bot.polling import REFUSED, TokenRefusedError
from bot.settings import Settings
from bot.texts import Texts
from db.engine import Database

WRONG_TOKEN = 2
RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 60.0

log = structlog.get_logger(__name__)


def add_parser(commands: Commands, texts: Texts) -> None:
    commands.add_parser("run", help=texts.plain("command-run-help"))


def run(settings: Settings, texts: Texts) -> int:
    """Run on a database that is up to date. Exit status: 0 stopped as asked, 2 the token is not accepted."""
    try:
        asyncio.run(_run(settings, texts))
    except (*REFUSED, TokenRefusedError):
        sys.stderr.write(texts.plain("command-run-wrong-token") + "\n")
        return WRONG_TOKEN
    return 0


async def _run(settings: Settings, texts: Texts) -> None:
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    database = Database(settings.database_url)
    application = Application(
        database=database,
        bot=make_bot(settings.token, settings.telegram_api_url),
        clock=SystemClock(),
        texts=texts,
        zone=settings.timezone,
        coordinators=settings.coordinator_ids,
        coordinators_chat=settings.coordinators_chat,
        nightly={"backup": nightly_backup(settings.database_url, Path("var/backups"), SystemClock())},
    )
    introducing: asyncio.Task[bool] | None = None
    try:
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

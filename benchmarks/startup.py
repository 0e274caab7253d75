"""Start-up and idle memory of the bot, beside a bare aiogram bot's in the same run.

    python -m benchmarks.startup [--rounds N] [--check]

Each is started as a process of its own and counts as started when it asks a Bot API for updates for the first time;
its database is that of the demonstration and up to date, its modules are compiled. They take turns. Start-up is the
time of the processor until then (the time of the wall is shown, too), memory is what is resident two seconds later.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from aiohttp import web

from benchmarks._bounds import Bounds, arguments
from benchmarks._town import town_database
from bot.clock import MovableClock

ROOT = Path(__file__).resolve().parent.parent
BOUND = 1.25
SETTLES = 2.0
"""Seconds from the first question for updates to the look at memory."""


@dataclass
class Figures:
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def shown(self) -> str:
        cpu, wall, memory = (statistics.median(each) for each in (self.cpu, self.wall, self.memory))
        return f"{cpu:.2f} s of CPU, {wall:.2f} s of the wall, {memory:.0f} MB"


class QuietServer:
    """Knows who the bot is, and has never any updates for it."""

    def __init__(self) -> None:
        self.url = ""
        self.asked = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "getUpdates":
            self.asked.set()
            await asyncio.sleep(60)
            return web.json_response({"ok": True, "result": []})
        if method == "getMe":
            me = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"}
            return web.json_response({"ok": True, "result": me})
        return web.json_response({"ok": True, "result": True})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()


async def start(server: QuietServer, command: list[str], environment: dict[str, str], into: Figures) -> None:
    """Start it, wait until it asks for updates, look at it, and stop it."""
    server.asked.clear()
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=os.environ | environment, stdout=asyncio.subprocess.DEVNULL, stderr=sys.stderr
    )
    try:
        await asyncio.wait_for(server.asked.wait(), 60)
        seen = psutil.Process(process.pid)
        times = seen.cpu_times()
        into.wall.append(time.perf_counter() - began)
        into.cpu.append(times.user + times.system)
        await asyncio.sleep(SETTLES)
        into.memory.append(seen.memory_info().rss / 2**20)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()


async def measure(rounds: int) -> Bounds:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bot.sqlite3"
        await town_database(database, 0, MovableClock())
        server = QuietServer()
        bare, ours = Figures(), Figures()
        async with server.running():
            settings = {
                "BOT_TOKEN": "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "DATABASE_URL": f"sqlite:///{database}",
                "TELEGRAM_API_URL": server.url,
                "LOG_LEVEL": "WARNING",
            }
            # The first start of each compiles modules and warms the disk: it does not count.
            for nth in range(rounds + 1):
                uncounted = Figures()
                await start(
                    server,
                    [sys.executable, "-m", "benchmarks._bare_bot", server.url],
                    {},
                    bare if nth else uncounted,
                )
                await start(
                    server, [sys.executable, "-m", "bot", "run"], settings, ours if nth else uncounted
                )
    print(f"bare aiogram: {bare.shown()}")
    print(f"this bot:     {ours.shown()}")

    def ratio(mine: list[float], theirs: list[float]) -> float:
        return statistics.median(a / b for a, b in zip(mine, theirs, strict=True))

    bounds = Bounds()
    bounds.at_most("start-up to a bare bot's", ratio(ours.cpu, bare.cpu), BOUND, " x")
    bounds.at_most("idle memory to a bare bot's", ratio(ours.memory, bare.memory), BOUND, " x")
    return bounds


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    return asyncio.run(measure(given.rounds)).exit_status(check=given.check)


if __name__ == "__main__":
    sys.exit(main())

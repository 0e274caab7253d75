"""One running bot for a database: who comes second says so, or waits for the end of the first."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.commands import run as command
from bot.settings import Settings
from bot.texts import Texts
from db.lease import Lease

HOLDER = """
import sys, time
from db.lease import Lease
lease = Lease(sys.argv[1])
print(lease.take(), flush=True)
time.sleep(600)
"""
ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def another_process(url: str) -> Iterator[subprocess.Popen[str]]:
    """It holds the lease until it is killed."""
    arguments = [sys.executable, "-c", HOLDER, url]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "True\n"
            yield process
        finally:
            process.kill()


def settings(url: str) -> Settings:
    return Settings(_env_file=None, bot_token="123456:" + "x" * 35, database_url=url)  # type: ignore[call-arg, arg-type]


def test_a_second_bot_says_so_and_ends(
    database_url: str, texts: Texts, capsys: pytest.CaptureFixture[str]
) -> None:
    with another_process(database_url):
        assert command.run(settings(database_url), texts) == command.ANOTHER_RUNS == 2
    assert capsys.readouterr().err == texts.plain("command-run-another") + "\n"


def test_the_lease_ends_with_a_process_that_is_killed(database_url: str) -> None:
    lease = Lease(database_url)
    with another_process(database_url) as process:
        assert not lease.take()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert asyncio.run(asyncio.wait_for(command._take_over(lease, asyncio.Event()), 10))
    assert lease.is_held()
    lease.release()
    assert not lease.is_held()


def test_a_standby_that_is_asked_to_stop_stops(database_url: str) -> None:
    async def stop_soon(lease: Lease) -> bool:
        stopped = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stopped.set)
        return await asyncio.wait_for(command._take_over(lease, stopped), 10)

    with another_process(database_url):
        assert not asyncio.run(stop_soon(Lease(database_url)))


def test_a_lease_is_given_once_in_a_process_too(database_url: str) -> None:
    first, second = Lease(database_url), Lease(database_url)
    assert (first.take(), second.take()) == (True, False)
    first.release()
    assert second.take()
    second.release()


async def test_a_bot_that_is_not_certain_to_be_alone_stops(database_url: str) -> None:
    lease, stopped = Lease(database_url), asyncio.Event()
    assert lease.take()
    watching = asyncio.create_task(command._watch(lease, stopped))
    await asyncio.sleep(0.05)
    assert not stopped.is_set()
    lease.release()
    await asyncio.wait_for(stopped.wait(), 10)
    await watching


def test_other_commands_work_beside_a_running_bot(database_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "PYTHONWARNINGS": "ignore"}
    with another_process(database_url):
        done = subprocess.run(
            [sys.executable, "-m", "bot", "export", str(tmp_path / "programme.xlsx")],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")

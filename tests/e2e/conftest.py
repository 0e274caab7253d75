"""Conversations with a running bot. Whatever a test does, nothing may be logged as an error or refused."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from tests.e2e.stage import Stage


@pytest.fixture
def expected_errors() -> set[str]:
    """Names of events that this test causes on purpose."""
    return set()


@pytest.fixture(autouse=True)
def _no_errors_in_the_log(caplog: pytest.LogCaptureFixture, expected_errors: set[str]) -> Iterator[None]:
    with capture_logs(processors=[structlog.processors.format_exc_info]) as ours:
        yield
    wrong = [
        entry
        for entry in ours
        if entry["log_level"] in ("error", "critical") and entry["event"] not in expected_errors
    ]
    libraries = [
        record.getMessage()
        for phase in ("setup", "call", "teardown")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.ERROR
    ]
    assert (wrong, libraries) == ([], [])


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot with an empty programme on Monday the twelfth of October 2026, noon in Moscow."""
    stage = Stage(tmp_path / "bot.sqlite3", url=database_url)
    await stage.open()
    await stage.tick()
    yield stage
    await stage.settle()
    refused = stage.refusals()
    await stage.close()
    assert [(call, call.answer) for call in refused] == []

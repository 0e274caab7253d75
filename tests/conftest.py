"""Fixtures that tests of every layer share."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine import Database
from db.migrate import upgrade


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file that every test copies: milliseconds instead of a migration."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def database(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "bot.sqlite3"
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    await database.close()

"""Fixtures that tests of every layer share.

With ``TEST_DATABASE_URL`` (a PostgreSQL server on which databases may be created; ``make test-postgres`` starts one) every
test that asks for a database gets one there instead of a file, and the other tests are left out.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, event, make_url, text

from bot.texts import Texts
from db.engine import Database
from db.migrate import upgrade
from tests.town import HandClock, moscow

SERVER = os.environ.get("TEST_DATABASE_URL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the server, only what depends on it."""
    if SERVER is not None:
        depends = [item for item in items if "database_url" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(depends)])
        items[:] = depends


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file that every test copies: milliseconds instead of a migration."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def server_template() -> Iterator[str]:
    """The name of a migrated database on the server, for the server to copy."""
    name = f"template_{uuid4().hex}"
    _on_server(f'CREATE DATABASE "{name}"')
    upgrade(_url_on_server(name))
    yield name
    _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test alone, up to date and empty but for the reference data."""
    if SERVER is None:
        path = tmp_path / "bot.sqlite3"
        shutil.copyfile(request.getfixturevalue("template"), path)
        yield f"sqlite:///{path}"
        return
    name = f"test_{uuid4().hex}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{request.getfixturevalue("server_template")}"')
    yield _url_on_server(name)
    _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    for engine in database.engines:
        event.listen(engine, "connect", _without_waiting_for_the_disk)
    yield database
    await database.close()


@pytest.fixture
def clock() -> HandClock:
    """Noon of the first Monday of the town; a test moves it by hand."""
    return HandClock(moscow("12 12:00"))


@pytest.fixture(scope="session")
def texts() -> Texts:
    """Strict: a missing key or argument fails the test."""
    return Texts.load()


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    if SERVER is None:
        connection.execute("PRAGMA synchronous=OFF")


def _url_on_server(name: str) -> str:
    return make_url(SERVER or "").set(database=name).render_as_string(hide_password=False)


def _on_server(statement: str) -> None:
    engine = create_engine(
        make_url(SERVER or "").set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()

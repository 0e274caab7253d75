"""One running bot for a database: a second one would send everything twice.

``Lease(url).take()`` is a lock that ends with the process, however it ends: on SQLite of a file beside the database, on
PostgreSQL of a session of its own.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from db.failures import UnusableDatabase, failure_of_file

RUNNING = 0x6B_75_62_62_6F_74
"""The number of the lock that a running bot holds on PostgreSQL."""
ENDING = ".running"
"""Of the file's name, after that of the database."""


class Lease:
    """Taken by at most one process at a time. Other commands need none: they may work beside a running bot."""

    def __init__(self, database_url: str) -> None:
        url = make_url(database_url)
        self._file: int | None = None
        self._session: Connection | None = None
        self._path = Path(f"{url.database}{ENDING}") if url.get_backend_name() == "sqlite" else None
        self._url = url.set(drivername="postgresql+psycopg")

    def take(self) -> bool:
        """Try once. False: another process has it.

        Raises:
            UnusableDatabase: the file beside the database cannot be written.
            DBAPIError: PostgreSQL cannot be reached.
        """
        return self._take_file(self._path) if self._path else self._take_session()

    def is_held(self) -> bool:
        """Whether it is still ours: a session with PostgreSQL may end before its process does."""
        if self._session is None:
            return self._file is not None
        try:
            self._session.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._session is not None:
            self._session.close()
            self._session = None

    def _take_file(self, path: Path) -> bool:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UnusableDatabase(failure_of_file(error)) from error
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        self._file = opened
        return True

    def _take_session(self) -> bool:
        session = create_engine(self._url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()
        if session.scalar(text(f"SELECT pg_try_advisory_lock({RUNNING})")):
            self._session = session
            return True
        session.close()
        return False

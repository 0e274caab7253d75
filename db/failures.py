"""Why a database cannot be used, by what the driver or the file system says."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError


class Failure(StrEnum):
    """Each is told in a sentence of its own; the values name the texts."""

    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    FULL = "full"
    LOCKED = "locked"
    NOT_OPENED = "not-opened"
    NEWER = "newer"
    UNREACHABLE = "unreachable"
    NO_DRIVER = "no-driver"


PASSING = frozenset({Failure.FULL, Failure.LOCKED, Failure.UNREACHABLE})
"""What may be over when it is tried again."""

_SQLITE = {
    "SQLITE_READONLY": Failure.READ_ONLY,
    "SQLITE_NOTADB": Failure.DAMAGED,
    "SQLITE_CORRUPT": Failure.DAMAGED,
    "SQLITE_IOERR": Failure.DAMAGED,
    "SQLITE_FULL": Failure.FULL,
    "SQLITE_BUSY": Failure.LOCKED,
    "SQLITE_LOCKED": Failure.LOCKED,
    "SQLITE_CANTOPEN": Failure.NOT_OPENED,
    "SQLITE_PERM": Failure.NOT_OPENED,
    "SQLITE_AUTH": Failure.NOT_OPENED,
}
"""By the first two words of SQLite's names: SQLITE_READONLY_DIRECTORY is the first of them."""
_POSTGRES = {
    "25006": Failure.READ_ONLY,
    "53100": Failure.FULL,
    "55P03": Failure.LOCKED,
    "XX001": Failure.DAMAGED,
    "XX002": Failure.DAMAGED,
}
"""By SQLSTATE, PostgreSQL's manual, appendix A."""
_NOT_CONNECTED = {"08", "28", "3D", "53", "57"}
"""Classes of SQLSTATE: connection, password, name of the database, resources, shutting down."""
_FILES = {errno.EROFS: Failure.READ_ONLY, errno.ENOSPC: Failure.FULL}


class UnusableDatabase(Exception):
    """The database is there, or should be, and cannot be used."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


def failure_of(error: BaseException) -> Failure | None:
    """None for an error that says nothing about the database as a whole."""
    if isinstance(error, UnusableDatabase):
        return error.failure
    if isinstance(error, ModuleNotFoundError) and error.name == "psycopg":
        return Failure.NO_DRIVER
    driver = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(driver, sqlite3.Error):
        name = getattr(driver, "sqlite_errorname", "")
        return _SQLITE.get("_".join(name.split("_")[:2]))
    if isinstance(error, DBAPIError):
        state = getattr(driver, "sqlstate", None)
        # Who could not even connect is told no state.
        lost = error.connection_invalidated or (state is None and type(driver).__name__ == "OperationalError")
        if state in _POSTGRES:
            return _POSTGRES[state]
        return Failure.UNREACHABLE if lost or (state and state[:2] in _NOT_CONNECTED) else None
    return None


def shown(database_url: str) -> str:
    """The file, or the server and the database there; never a password."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return "/".join(part for part in (url.host, url.database) if part)


def is_address(database_url: str) -> bool:
    """Whether it names a database that outlives the process."""
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        return False
    return url.get_backend_name() != "sqlite" or url.database not in {None, "", ":memory:"}


def sqlite_file(database_url: str) -> Path | None:
    """None for a server."""
    url = make_url(database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def failure_of_file(error: OSError) -> Failure:
    """Of a file beside the database, or of its folder."""
    return _FILES.get(error.errno or 0, Failure.NOT_OPENED)

"""Units of work. The only module that knows how the database is reached.

A unit of work is a plain synchronous function ``fn(session, *args)``. It commits by returning; any
exception, and a cancellation of the caller while it still waits for its turn, leaves no trace. Nobody else
commits.

Every write runs in one writer thread, and up to ``GROUP`` writes that wait share one commit, each under its own
savepoint. Writes of several processes wait for each other: on SQLite through ``BEGIN IMMEDIATE``, on PostgreSQL
through a lock of the transaction at READ COMMITTED, so that nothing is ever to be tried again. Reads run beside it in
threads with connections of their own, each on a snapshot: WAL on SQLite, REPEATABLE READ on PostgreSQL.
"""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.engine.postgres import Postgres
from db.engine.sqlite import Sqlite
from db.engine.writer import GROUP, WriterStopped

__all__ = ["GROUP", "Database", "DatabaseError", "NestedWrite", "Session", "WriterStopped"]

P = ParamSpec("P")
T = TypeVar("T")

_inside_unit: contextvars.ContextVar[bool] = contextvars.ContextVar("inside_unit_of_work", default=False)


DatabaseError = DBAPIError
"""The database itself failed: for layers that know no SQL."""


class NestedWrite(RuntimeError):
    """A unit of work asked for another one: it would wait for itself."""


class Database:
    """Opened on a URL such as ``sqlite:///var/bot.sqlite3`` or ``postgresql://user@host/name``.

    ``unsafe_writes`` leaves out the write lock (SQLite only): plain ``BEGIN`` on many connections. It exists
    so that a test can show the race which the lock prevents.
    """

    def __init__(self, url: str | URL, *, unsafe_writes: bool = False) -> None:
        self.url = make_url(url)
        self._side: Sqlite | Postgres
        if self.url.get_backend_name() == "sqlite":
            self._side = Sqlite(self.url, unsafe_writes=unsafe_writes)
        else:
            self._side = Postgres(self.url)

    @property
    def engines(self) -> list[Engine]:
        """For diagnostics such as counting statements in tests: where reads run, then where writes do."""
        return self._side.engines

    async def read(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn`` on a consistent snapshot; what it writes is discarded."""

        def run(session: Session) -> T:
            token = _inside_unit.set(True)
            try:
                return fn(session, *args, **kwargs)
            finally:
                _inside_unit.reset(token)

        return await self._side.read(run)

    def write(
        self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Awaitable[T]:
        """Run ``fn`` as one transaction that sees every commit before it.

        Raises:
            NestedWrite: at once, when called from inside a unit of work.
            WriterStopped: when the database is closed.
        """
        if _inside_unit.get():
            raise NestedWrite(f"{fn.__qualname__} was written from inside a unit of work")

        def run(session: Session) -> T:
            token = _inside_unit.set(True)
            try:
                result = fn(session, *args, **kwargs)
                session.flush()
            finally:
                _inside_unit.reset(token)
            return result

        return self._side.write(run)

    async def close(self) -> None:
        """Finish the writes in hand and let go of every connection."""
        await self._side.close()

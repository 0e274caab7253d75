"""Units of work. The only module that knows how the database is reached.

A unit of work is a plain synchronous function ``fn(session, *args)``. It commits by returning; any
exception, and a cancellation of the caller while it still waits for its turn, leaves no trace. Nobody else
commits.

On SQLite every write runs in one writer thread with ``BEGIN IMMEDIATE``; up to ``GROUP`` writes that wait
share one commit, each under its own savepoint. Reads run beside it on their own connections (WAL). On
PostgreSQL both go through the asynchronous engine, writes at SERIALIZABLE with a bounded retry.
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import random
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

__all__ = ["Database", "NestedWrite", "Session", "WriterStopped"]

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2
"""Threads that read: more would only queue for the interpreter lock."""
GROUP = 64
"""Units of work that may share one commit."""
WRITERS = 4
"""Writes that one process begins at a time on PostgreSQL: more would mostly conflict with each other."""
RETRIES = 12
"""Tries of one write on PostgreSQL before its conflict is reported."""
LONGEST_PAUSE = 1.0
"""Seconds between two tries."""
SERIALIZATION_FAILURES = {"40001", "40P01"}

_inside_unit: contextvars.ContextVar[bool] = contextvars.ContextVar("inside_unit_of_work", default=False)


class NestedWrite(RuntimeError):
    """A unit of work asked for another one: it would wait for itself."""


class WriterStopped(RuntimeError):
    """The database is closed."""


@dataclass(slots=True)
class _Unit:
    run: Callable[[Session], Any]
    future: Future[Any] = field(default_factory=Future)


class Database:
    """Opened on a URL such as ``sqlite:///var/bot.sqlite3`` or ``postgresql://user@host/name``.

    ``unsafe_writes`` leaves out the write lock (SQLite only): plain ``BEGIN`` on many connections. It exists
    so that a test can show the race which the lock prevents.
    """

    def __init__(self, url: str | URL, *, unsafe_writes: bool = False) -> None:
        self.url = make_url(url)
        self._side: _Sqlite | _Postgres
        if self.url.get_backend_name() == "sqlite":
            self._side = _Sqlite(self.url, unsafe_writes=unsafe_writes)
        else:
            self._side = _Postgres(self.url)

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


class _Sqlite:
    """Reads in a few threads with a connection each: one hop for a whole unit of work, not one a statement."""

    def __init__(self, url: URL, *, unsafe_writes: bool) -> None:
        url = url.set(drivername="sqlite")
        self._engine = create_engine(url, pool_size=READERS, max_overflow=0 if not unsafe_writes else 64)
        _prepare_sqlite(self._engine, immediate=False)
        self._threads = ThreadPoolExecutor(
            READERS if not unsafe_writes else 32, thread_name_prefix="db-reader"
        )
        self._writer = None if unsafe_writes else _Writer(url)

    @property
    def engines(self) -> list[Engine]:
        return [self._engine, *([self._writer.engine] if self._writer else [])]

    async def read(self, run: Callable[[Session], T]) -> T:
        def unit() -> T:
            with Session(self._engine, expire_on_commit=False) as session:
                return run(session)

        return await asyncio.get_running_loop().run_in_executor(self._threads, unit)

    def write(self, run: Callable[[Session], T]) -> Awaitable[T]:
        if self._writer is not None:
            return self._writer.submit(run)

        def unit() -> T:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                return run(session)

        return asyncio.get_running_loop().run_in_executor(self._threads, unit)

    async def close(self) -> None:
        if self._writer is not None:
            await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


class _Postgres:
    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(url.set(drivername="postgresql+psycopg"), pool_size=10)
        self._writers = asyncio.Semaphore(WRITERS)

    @property
    def engines(self) -> list[Engine]:
        return [self._engine.sync_engine]

    async def read(self, run: Callable[[Session], T]) -> T:
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            return await session.run_sync(run)

    async def write(self, run: Callable[[Session], T]) -> T:
        async with self._writers:
            return await self._write(run)

    async def _write(self, run: Callable[[Session], T]) -> T:
        for attempt in range(RETRIES):
            try:
                async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
                    await session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
                    return await session.run_sync(run)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in SERIALIZATION_FAILURES or attempt == RETRIES - 1:
                    raise
            await asyncio.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.01 * 2**attempt)))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def close(self) -> None:
        await self._engine.dispose()


class _Writer:
    """One thread, one connection, one queue."""

    def __init__(self, url: URL) -> None:
        self.engine = create_engine(url.set(drivername="sqlite"), pool_size=1, max_overflow=0)
        _prepare_sqlite(self.engine, immediate=True)
        self._queue: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def submit(self, run: Callable[[Session], T]) -> Awaitable[T]:
        with self._lock:
            if self._stopped:
                raise WriterStopped
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="db-writer", daemon=True)
                self._thread.start()
            unit = _Unit(run)
            self._queue.put(unit)
        return asyncio.wrap_future(unit.future)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            thread = self._thread
            self._queue.put(None)
        if thread is not None:
            thread.join()
        self.engine.dispose()

    def _work(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            group, last = self._gather(first)
            self._commit(group)
            if last:
                return

    def _gather(self, first: _Unit) -> tuple[list[_Unit], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                unit = self._queue.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                return group, True
            group.append(unit)
        return group, False

    def _commit(self, group: list[_Unit]) -> None:
        done: list[tuple[_Unit, Any]] = []
        try:
            with self.engine.begin() as connection:
                for unit in group:
                    self._run(unit, connection, done, alone=len(group) == 1)
        except BaseException as error:  # noqa: BLE001 - the commit failed: everyone in the group must hear it
            for unit, _ in done:
                unit.future.set_exception(error)
            for unit in group:
                if not unit.future.done():
                    unit.future.set_exception(error)
            return
        for unit, result in done:
            unit.future.set_result(result)

    def _run(
        self, unit: _Unit, connection: Connection, done: list[tuple[_Unit, Any]], *, alone: bool
    ) -> None:
        """Units that share a commit have a savepoint each; one that is alone may fail with the transaction."""
        if not unit.future.set_running_or_notify_cancel():
            return
        savepoint = None if alone else connection.begin_nested()
        session = Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        try:
            result = unit.run(session)
            session.close()
            if savepoint is not None:
                savepoint.commit()
        except BaseException as error:
            session.close()
            # A flush that failed has rolled back already.
            if savepoint is not None and savepoint.is_active:
                savepoint.rollback()
            if savepoint is None or (isinstance(error, OperationalError) and "locked" in str(error)):
                raise
            unit.future.set_exception(error)
        else:
            done.append((unit, result))


def _prepare_sqlite(engine: Engine, *, immediate: bool) -> None:
    """SQLAlchemy's recipe for real transactions on SQLite: the driver begins nothing by itself, we do."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

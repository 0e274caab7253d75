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

import asyncio
import contextvars
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.erasing import Eraser

__all__ = ["Database", "DatabaseError", "NestedWrite", "Session", "WriterStopped"]

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 0.005
"""Seconds that a read waits for the one before it; then a second thread takes it, so that no long read is in the way.
Two that always read side by side would hand the interpreter lock to and fro: a third more time for each read."""
GROUP = 64
"""Units of work that may share one commit."""
READERS = 8
"""Reads at a time on PostgreSQL: most of each is waiting for the server."""
WRITE_LOCK = 0x6B_75_62_61_6E
"""The number of the lock that whoever writes to PostgreSQL holds until the end of the transaction."""
LONGEST_WAIT = 5
"""Seconds that a write waits for one of another process before it fails."""

PRAGMAS = (
    f"busy_timeout={LONGEST_WAIT * 1000}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
"""Of every connection with SQLite. A deleted row is overwritten, whatever the library was built with."""

_inside_unit: contextvars.ContextVar[bool] = contextvars.ContextVar("inside_unit_of_work", default=False)


DatabaseError = DBAPIError
"""The database itself failed: for layers that know no SQL."""


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
    def __init__(self, url: URL, *, unsafe_writes: bool) -> None:
        url = url.set(drivername="sqlite")
        self._engine = create_engine(url, pool_size=2, max_overflow=64 if unsafe_writes else 0)
        _prepare_sqlite(self._engine, immediate=False)
        self._readers = _Readers(self._engine)
        self._unsafe_writers = ThreadPoolExecutor(32) if unsafe_writes else None
        self._writer = _Writer(_sqlite_writer(url), Eraser(url))

    @property
    def engines(self) -> list[Engine]:
        return [self._engine, *([] if self._unsafe_writers else [self._writer.engine])]

    async def read(self, run: Callable[[Session], T]) -> T:
        return await self._readers.submit(run)

    def write(self, run: Callable[[Session], T]) -> Awaitable[T]:
        if self._unsafe_writers is None:
            return self._writer.submit(run)

        def unit() -> T:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                return run(session)

        return asyncio.get_running_loop().run_in_executor(self._unsafe_writers, unit)

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.stop)
        if self._unsafe_writers is not None:
            await asyncio.to_thread(self._unsafe_writers.shutdown)
        await asyncio.to_thread(self._readers.stop)
        self._engine.dispose()


@dataclass(slots=True, eq=False)
class _Reading:
    run: Callable[[Session], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class _Readers:
    """One thread that reads, and one that helps where a read takes long; each with a connection of its own.

    One hop for a whole unit of work, not one a statement; results that are there together wake the loop once.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Reading | None] = queue.SimpleQueue()
        self._invitations: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: deque[_Reading] = deque()
        self._told = False
        self._patient = False
        self._stopped = False

    def submit(self, run: Callable[[Session], T]) -> Awaitable[T]:
        """To be called in the loop that waits for the result."""
        if self._stopped:
            raise WriterStopped
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._told, self._patient = loop, False, False
        if not self._threads:
            self._threads = [
                threading.Thread(target=work, name="db-reader", daemon=True)
                for work in (self._read_on, self._help)
            ]
            for thread in self._threads:
                thread.start()
        reading = _Reading(run, loop.create_future())
        self._queue.put(reading)
        if not self._patient and self._queue.qsize():
            self._patient = True
            loop.call_later(PATIENCE, self._invite)
        return reading.future

    def stop(self) -> None:
        """Finish what is asked already."""
        self._stopped = True
        self._queue.put(None)
        self._invitations.put(False)
        for thread in self._threads:
            thread.join()

    def _invite(self) -> None:
        self._patient = False
        if self._queue.qsize():
            self._invitations.put(True)

    def _read_on(self) -> None:
        with self._engine.connect() as connection:
            while (reading := self._queue.get()) is not None:
                self._read(reading, connection)

    def _help(self) -> None:
        connection: Connection | None = None
        while self._invitations.get():
            connection = connection or self._engine.connect()
            while (reading := self._next()) is not None:
                self._read(reading, connection)
        if connection is not None:
            connection.close()

    def _next(self) -> _Reading | None:
        try:
            reading = self._queue.get_nowait()
        except queue.Empty:
            return None
        if reading is None:
            self._queue.put(None)  # The end is the other thread's to see.
        return reading

    def _read(self, reading: _Reading, connection: Connection) -> None:
        if reading.future.cancelled():
            return
        try:
            transaction = connection.begin()
            try:
                with Session(
                    connection, expire_on_commit=False, join_transaction_mode="rollback_only"
                ) as session:
                    reading.result = reading.run(session)
            finally:
                transaction.rollback()
        except BaseException as error:  # noqa: BLE001 - whoever waits hears it
            reading.error = error
        self._done.append(reading)
        loop = reading.future.get_loop()
        if not self._told and not loop.is_closed():
            self._told = True
            loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        # First this, then the look: what a thread adds from now on is told anew.
        self._told = False
        while self._done:
            reading = self._done.popleft()
            if reading.future.done():
                continue
            if reading.error is not None:
                reading.future.set_exception(reading.error)
            else:
                reading.future.set_result(reading.result)


class _Postgres:
    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=READERS,
            max_overflow=0,
            isolation_level="REPEATABLE READ",
        )
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-reader")
        self._writer = _Writer(postgres_writer(url))

    @property
    def engines(self) -> list[Engine]:
        return [self._engine, self._writer.engine]

    async def read(self, run: Callable[[Session], T]) -> T:
        def unit() -> T:
            with Session(self._engine, expire_on_commit=False) as session:
                return run(session)

        return await asyncio.get_running_loop().run_in_executor(self._readers, unit)

    def write(self, run: Callable[[Session], T]) -> Awaitable[T]:
        return self._writer.submit(run)

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()


class _Writer:
    """One thread, one connection, one queue."""

    def __init__(
        self,
        engine: Engine,
        after_commit: Callable[[Engine, Iterable[Mapping[str, Any]]], None] | None = None,
    ) -> None:
        """``after_commit`` is told what the units of each commit left in the ``info`` of their sessions."""
        self.engine = engine
        self._after_commit = after_commit
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
        done: list[tuple[_Unit, Any, Mapping[str, Any]]] = []
        try:
            with self.engine.begin() as connection:
                for unit in group:
                    self._run(unit, connection, done, alone=len(group) == 1)
        except BaseException as error:  # noqa: BLE001 - the commit failed: everyone in the group must hear it
            for unit, *_ in done:
                unit.future.set_exception(error)
            for unit in group:
                if not unit.future.done():
                    unit.future.set_exception(error)
            return
        if self._after_commit is not None:
            self._after_commit(self.engine, [said for _, _, said in done])
        for unit, result, _ in done:
            unit.future.set_result(result)

    def _run(
        self,
        unit: _Unit,
        connection: Connection,
        done: list[tuple[_Unit, Any, Mapping[str, Any]]],
        *,
        alone: bool,
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
            if savepoint is None or _ends_everybody(error):
                raise
            # A flush that failed has rolled back already.
            if savepoint.is_active:
                savepoint.rollback()
            unit.future.set_exception(error)
        else:
            done.append((unit, result, session.info))


def _ends_everybody(error: BaseException) -> bool:
    """Whether the transaction itself is lost, with all who share it."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or "locked" in str(error))


def _sqlite_writer(url: URL) -> Engine:
    engine = create_engine(url, pool_size=1, max_overflow=0)
    _prepare_sqlite(engine, immediate=True)
    return engine


def postgres_writer(url: URL) -> Engine:
    """An engine of PostgreSQL whose transactions take turns with those of every other process."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=1,
        max_overflow=0,
        connect_args={"options": f"-c lock_timeout={LONGEST_WAIT}s"},
    )

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # At READ COMMITTED a statement sees every commit before it, and behind the lock there are no others.
        # Past SQLAlchemy's own execution, as below.
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")

    return engine


def _prepare_sqlite(engine: Engine, *, immediate: bool) -> None:
    """SQLAlchemy's recipe for real transactions on SQLite: the driver begins nothing by itself, we do."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # Past SQLAlchemy's own execution, which costs more than SQLite's.
        raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        raw.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")

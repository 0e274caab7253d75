"""SQLite: a thread that writes behind ``BEGIN IMMEDIATE``, and two that read beside it in WAL."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.orm import Session

from db.contained import read_json
from db.engine.writer import LONGEST_WAIT, Writer, WriterStopped
from db.erasing import Eraser

T = TypeVar("T")

PATIENCE = 0.005
"""Seconds that a read waits for the one before it; then a second thread takes it, so that no long read is in the way.
Two that always read side by side would hand the interpreter lock to and fro: a third more time for each read."""
PRAGMAS = (
    f"busy_timeout={LONGEST_WAIT * 1000}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
"""Of every connection with SQLite. A deleted row is overwritten, whatever the library was built with."""


class Sqlite:
    def __init__(self, url: URL, *, unsafe_writes: bool) -> None:
        url = url.set(drivername="sqlite")
        self._engine = create_engine(
            url, pool_size=2, max_overflow=64 if unsafe_writes else 0, json_deserializer=read_json
        )
        _prepare(self._engine, immediate=False)
        self._readers = _Readers(self._engine)
        self._unsafe_writers = ThreadPoolExecutor(32) if unsafe_writes else None
        self._writer = Writer(_writer(url), Eraser(url))

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


def _writer(url: URL) -> Engine:
    engine = create_engine(url, pool_size=1, max_overflow=0, json_deserializer=read_json)
    _prepare(engine, immediate=True)
    return engine


def _prepare(engine: Engine, *, immediate: bool) -> None:
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

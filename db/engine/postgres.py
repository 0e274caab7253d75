"""PostgreSQL: a thread that writes behind a lock of the transaction, and eight that read beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.orm import Session

from db.engine.writer import LONGEST_WAIT, Writer

T = TypeVar("T")

READERS = 8
"""Reads at a time: most of each is waiting for the server."""
WRITE_LOCK = 0x6B_75_62_61_6E
"""The number of the lock that whoever writes holds until the end of the transaction."""


class Postgres:
    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=READERS,
            max_overflow=0,
            isolation_level="REPEATABLE READ",
        )
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-reader")
        self._writer = Writer(writer_of(url))

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


def writer_of(url: URL) -> Engine:
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
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")

    return engine

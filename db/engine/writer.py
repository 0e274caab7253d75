"""One thread that writes: units of work that wait share a commit, each under a savepoint."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, NestedTransaction
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

T = TypeVar("T")

GROUP = 64
"""Units of work that may share one commit."""
LONGEST_WAIT = 5
"""Seconds that a write waits for one of another process before it fails."""


class WriterStopped(RuntimeError):
    """The database is closed."""


@dataclass(slots=True)
class _Unit:
    run: Callable[[Session], Any]
    future: Future[Any] = field(default_factory=Future)


class Writer:
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
        self._only_read = True
        event.listen(engine, "before_cursor_execute", self._note)

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
        """Units that share a commit have a savepoint each; one that is alone may fail with the transaction.

        Behind a unit that only read, its savepoint serves the next one: of a crowd most find that nothing is left.
        """
        if not unit.future.set_running_or_notify_cancel():
            return
        savepoint = None if alone else connection.get_nested_transaction() or self._savepoint(connection)
        session = Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        try:
            result = unit.run(session)
            session.close()
            if savepoint is not None and not self._only_read:
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

    def _savepoint(self, connection: Connection) -> NestedTransaction:
        savepoint = connection.begin_nested()
        self._only_read = True
        return savepoint

    def _note(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        self._only_read &= statement.startswith("SELECT")


def _ends_everybody(error: BaseException) -> bool:
    """Whether the transaction itself is lost, with all who share it."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or "locked" in str(error))

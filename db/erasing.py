"""What is deleted is gone from the disk, too: from the file, from its write-ahead log, and from copies put back later.

A unit of work that deletes or overwrites what was somebody's says ``erase_traces(session)``; one that deletes a
person, also at the withdrawal of the consent, says ``note_departure``. After the commit the writer empties the log
(SQLite's own ``secure_delete`` has overwritten the pages) and notes who left in a list beside the database. The list
holds keyed hashes, so that it names nobody; when an older copy is put back, it tells who must be deleted again.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from domain.people import Address

_TRACES, _DEPARTED = "traces", "departed"
_PATIENCE = 100
"""Milliseconds that emptying the log waits for a reader; then it is tried again after the next commit."""

log = logging.getLogger(__name__)


def erase_traces(session: Session) -> None:
    """Of what this unit of work deletes nothing shall be left in the write-ahead log."""
    session.info[_TRACES] = True


def note_departure(session: Session, address: Address, at: datetime) -> None:
    """This unit of work deletes the person behind the address."""
    session.info.setdefault(_DEPARTED, []).append((address, at))
    erase_traces(session)


class Departures:
    """The list of those who left, beside a SQLite file. ``.departed-key`` is the key of its hashes."""

    def __init__(self, database: Path) -> None:
        self._list = Path(f"{database}.departed")
        self._key = Path(f"{database}.departed-key")

    @classmethod
    def beside(cls, url: URL) -> Departures | None:
        """None for a server: its copies are made by its own tools."""
        return cls(Path(url.database)) if url.get_backend_name() == "sqlite" and url.database else None

    def note(self, left: Iterable[tuple[Address, datetime]]) -> None:
        """Raises OSError when it cannot be written."""
        key = self._secret()
        with _private(self._list, os.O_APPEND) as file:
            file.writelines(f"{at.isoformat()} {_hash(key, address)}\n" for address, at in left)
            file.flush()
            os.fsync(file.fileno())

    def left(self) -> dict[str, datetime]:
        """When each left for the last time, by hash."""
        if not self._list.exists():
            return {}
        lines = self._list.read_text(encoding="ascii").splitlines()
        # A line that a power cut left unfinished names nobody.
        whole = [line.split() for line in sorted(lines) if line.count(" ") == 1]
        return {digest: datetime.fromisoformat(at) for at, digest in whole}

    def hashed(self, address: Address) -> str:
        return _hash(self._secret(), address)

    def forget(self, before: datetime) -> None:
        """Drop those who left so long ago that no copy knows them any more."""
        kept = {digest: at for digest, at in self.left().items() if at >= before}
        if self._list.exists():
            part = self._list.with_name(f".{self._list.name}.part")
            with _private(part, os.O_TRUNC) as file:
                file.writelines(f"{at.isoformat()} {digest}\n" for digest, at in kept.items())
            part.replace(self._list)

    def _secret(self) -> bytes:
        if not self._key.exists():
            with _private(self._key, os.O_EXCL) as file:
                file.write(secrets.token_hex(32))
        return bytes.fromhex(self._key.read_text(encoding="ascii"))


class Eraser:
    """What the writer of a SQLite file does after each commit."""

    def __init__(self, url: URL) -> None:
        self._departures = Departures.beside(url)
        self._left: list[tuple[Address, datetime]] = []
        self._traces = False

    def __call__(self, engine: Engine, units: Iterable[Mapping[str, Any]]) -> None:
        """``units``: what the units of work of the commit said about themselves."""
        for said in units:
            self._traces |= _TRACES in said
            self._left += said.get(_DEPARTED, ())
        if not self._traces:
            return
        try:
            if self._left and self._departures is not None:
                self._departures.note(self._left)
            self._left.clear()
            self._traces = not _emptied(engine)
        except (OSError, sqlite3.Error) as error:
            # The deletion itself is done; this is tried again after the next commit.
            log.warning("traces_left: %s", type(error).__name__)


def _emptied(engine: Engine) -> bool:
    """Bring the log into the file and cut it to nothing. False while somebody still reads from it."""
    pooled = engine.raw_connection()
    try:
        raw = cast("sqlite3.Connection", pooled.dbapi_connection)
        [before] = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute(f"PRAGMA busy_timeout={_PATIENCE}")
        [busy, *_] = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        raw.execute(f"PRAGMA busy_timeout={before}")
        return not busy
    finally:
        pooled.close()


def _hash(key: bytes, address: Address) -> str:
    return hmac.new(key, f"{address.messenger}:{address.user_id}".encode(), hashlib.sha256).hexdigest()


def _private(path: Path, flags: int) -> Any:
    """Open for writing; nobody else may read it."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    return os.fdopen(opened, "w", encoding="ascii")

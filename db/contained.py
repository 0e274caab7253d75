"""One row that cannot be read or dealt with stops nobody else.

    one_by_one(session, "slot_change", changes_by_id, settle_these, now)
    readable(session, "activity", rows, activity_of)

A job deals with its rows together; where that fails, with each by itself, under a savepoint of its own. The row that
fails is named in the log once, by table and id and without what is in it, and is left alone for an hour: a job of
every second passes it by (``set_aside``). A list is shown without the row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db.failures import failure_of

__all__ = ["TRIED_AGAIN_AFTER", "known", "one_by_one", "read_json", "readable", "set_aside"]

TRIED_AGAIN_AFTER = timedelta(hours=1)
"""Somebody may have mended the row meanwhile."""

OURS = ("domain", "db", "services")

Item = TypeVar("Item")
Made = TypeVar("Made")
Value = TypeVar("Value", bound=StrEnum)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Memory:
    named: set[tuple[str, int | str]] = field(default_factory=set)
    aside: dict[str, dict[int | str, datetime]] = field(default_factory=dict)


_memories: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()
"""What this process knows of each database; a restart tries every row anew."""


def one_by_one(
    session: Session,
    table: str,
    items: Mapping[int, Item],
    work: Callable[[Sequence[Item]], Made],
    now: datetime,
) -> list[Made]:
    """What ``work`` makes of all items, by their ids; where that fails, of each that can be dealt with.

    Raises:
        DBAPIError: the database itself fails, which is no fault of a row.
    """
    if not items:
        return []
    if len(items) > 1:
        try:
            with session.begin_nested():
                return [work(list(items.values()))]
        except Exception as error:
            if failure_of(error) is not None:
                raise
    made = []
    for id_, item in items.items():
        try:
            with session.begin_nested():
                made.append(work([item]))
        except Exception as error:
            if failure_of(error) is not None:
                raise
            memory = _name(session, table, id_, error)
            memory.aside.setdefault(table, {})[id_] = now + TRIED_AGAIN_AFTER
    return made


def set_aside(session: Session, table: str, now: datetime) -> set[int | str]:
    """Ids of the rows that failed within the last hour."""
    return {id_ for id_, until in _memory(session).aside.get(table, {}).items() if now < until}


def readable(
    session: Session,
    table: str,
    rows: Iterable[Any],
    make: Callable[[Any], Made],
    id_of: Callable[[Any], int | str] = lambda row: row[0],
) -> list[Made]:
    """What ``make`` makes of each row, without those it cannot read."""
    made = []
    for row in rows:
        try:
            made.append(make(row))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            _name(session, table, id_of(row), error)
    return made


def known(session: Session, values: type[Value], written: str | None, table: str, id_: int) -> Value | None:
    """A value of an enum as it is in the database; None also for one that this version does not know."""
    if not written:
        return None
    try:
        return values(written)
    except ValueError as error:
        _name(session, table, id_, error)
        return None


class UnreadableJson:
    """What a column holds that should hold JSON: whoever wants something of it fails, and with it this row alone."""


def read_json(written: str) -> Any:
    """For engines: a driver that raises here would fail the whole result, not one row of it."""
    try:
        return json.loads(written)
    except ValueError:
        return UnreadableJson()


def _name(session: Session, table: str, id_: int | str, error: Exception) -> _Memory:
    memory = _memory(session)
    if (table, id_) not in memory.named:
        memory.named.add((table, id_))
        log.error("row_passed_by", table=table, key=id_, error=type(error).__name__, problem=_where(error))
    return memory


def _memory(session: Session) -> _Memory:
    return _memories.setdefault(session.get_bind().engine, _Memory())


def _where(error: Exception) -> str:
    """The last function of ours in which it failed; what the error says may hold what is in the row."""
    found, step = "", error.__traceback__
    while step is not None:
        module = step.tb_frame.f_globals.get("__name__", "")
        if module.split(".")[0] in OURS:
            found = f"{module}.{step.tb_frame.f_code.co_qualname}"
        step = step.tb_next
    return found

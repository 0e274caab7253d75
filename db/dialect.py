"""The one place that names a SQL dialect: statements both databases know and SQLAlchemy's core does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import Select, true
from sqlalchemy.orm import Session

from db.models.base import Base


def _insert(session: Session, model: type[Base]) -> Any:
    # Imported by name: each brings a whole dialect, and one of the two is never needed.
    dialect = import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    return dialect.insert(model.__table__)


def _rows_of(session: Session, statement: Any) -> int:
    """Run an INSERT. How many rows it wrote, which drivers forget unless asked to keep it."""
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)  # type: ignore[attr-defined]


def insert_or_ignore(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows, skipping those that a UNIQUE constraint already holds. How many were new."""
    if not rows:
        return 0
    return _rows_of(session, _insert(session, model).values(list(rows)).on_conflict_do_nothing())


def insert_missing(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for many: one short statement run again and again, which nobody counts."""
    if rows:
        session.connection().execute(_insert(session, model).on_conflict_do_nothing(), list(rows))


def insert_select_or_ignore(
    session: Session, model: type[Base], columns: Sequence[str], query: Select[Any]
) -> int:
    """INSERT … SELECT, skipping rows that a UNIQUE constraint already holds. How many were new."""
    # SQLite takes ON CONFLICT after a SELECT without WHERE for a join's ON.
    query = query.where(true())
    statement = _insert(session, model).from_select(list(columns), query, include_defaults=False)
    return _rows_of(session, statement.on_conflict_do_nothing())


def insert_or_update(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert rows; where ``key`` is there already, overwrite the other columns."""
    if not rows:
        return
    statement = _insert(session, model).values(list(rows))
    columns = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=columns))

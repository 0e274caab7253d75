"""Open forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.dialect import insert_or_update
from db.erasing import erase_traces
from db.models import FormStateRow

Kept = tuple[str, str | None, dict[str, Any], bool, datetime]
"""Key, state, data, whether something typed is in it, when it was touched."""


def everything(session: Session) -> list[Kept]:
    row = FormStateRow
    rows = session.execute(select(row.key, row.state, row.data, row.typed, row.updated_at))
    return [(key, state, data, typed, touched_at) for key, state, data, typed, touched_at in rows]


def save_form(
    session: Session, key: str, state: str | None, data: Mapping[str, Any], now: datetime, *, typed: bool
) -> None:
    row = {"key": key, "state": state, "data": dict(data), "typed": typed, "updated_at": now}
    insert_or_update(session, FormStateRow, [row], key=("key",))


def delete_form(session: Session, key: str) -> None:
    """With what was typed into it, of which nothing may have been agreed to yet."""
    erase_traces(session)
    session.execute(delete(FormStateRow).where(FormStateRow.key == key))


def delete_older(session: Session, before: datetime) -> int:
    result = session.execute(delete(FormStateRow).where(FormStateRow.updated_at < before))
    return int(result.rowcount)  # type: ignore[attr-defined]

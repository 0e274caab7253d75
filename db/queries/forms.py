"""Open forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.dialect import insert_or_update
from db.models import FormStateRow


def everything(session: Session) -> list[tuple[str, str | None, dict[str, Any]]]:
    rows = session.execute(select(FormStateRow.key, FormStateRow.state, FormStateRow.data))
    return [(key, state, data) for key, state, data in rows]


def save_form(session: Session, key: str, state: str | None, data: Mapping[str, Any], now: datetime) -> None:
    row = {"key": key, "state": state, "data": dict(data), "updated_at": now}
    insert_or_update(session, FormStateRow, [row], key=("key",))


def delete_form(session: Session, key: str) -> None:
    session.execute(delete(FormStateRow).where(FormStateRow.key == key))


def delete_older(session: Session, before: datetime) -> int:
    result = session.execute(delete(FormStateRow).where(FormStateRow.updated_at < before))
    return int(result.rowcount)  # type: ignore[attr-defined]

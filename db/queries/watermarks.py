"""How far something periodic has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.dialect import insert_or_update
from db.models import WatermarkRow


def reached(session: Session, name: str) -> datetime | None:
    return session.scalar(select(WatermarkRow.reached).where(WatermarkRow.name == name))


def reach(session: Session, name: str, now: datetime) -> None:
    insert_or_update(session, WatermarkRow, [{"name": name, "reached": now}], key=("name",))

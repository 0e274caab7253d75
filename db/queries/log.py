"""The append-only log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.models import LogFileRow, LogRow, PersonRow
from domain.log import Action, Entry


def insert_entry(
    session: Session,
    *,
    at: datetime,
    actor_id: int | None,
    action: Action,
    municipality: str | None,
    subject: str,
    details: Mapping[str, Any],
) -> int:
    result = session.execute(
        insert(LogRow).values(
            at=at,
            actor_id=actor_id,
            action=action,
            municipality_code=municipality,
            subject=subject[:160],
            details=dict(details),
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def insert_file(session: Session, log_id: int, name: str, content: bytes, now: datetime) -> None:
    session.execute(insert(LogFileRow).values(log_id=log_id, name=name[:160], content=content, at=now))


def delete_files(session: Session, before: datetime) -> int:
    """Delete the files that were kept before then. How many."""
    result = session.execute(delete(LogFileRow).where(LogFileRow.at < before))
    return int(result.rowcount)  # type: ignore[attr-defined]


def askers(session: Session, action: Action, mark: str, since: datetime) -> set[int]:
    """Who left an entry with this mark in its details since then."""
    rows = session.execute(
        select(LogRow.actor_id, LogRow.details).where(LogRow.action == action, LogRow.at >= since)
    )
    return {actor_id for actor_id, details in rows if actor_id is not None and details.get("mark") == mark}


def entries(session: Session, municipalities: Collection[str] | None, offset: int, limit: int) -> list[Entry]:
    """The latest first; ``municipalities`` None: all of them."""
    statement = (
        select(LogRow, PersonRow.name, LogFileRow.log_id)
        .outerjoin(PersonRow, PersonRow.id == LogRow.actor_id)
        .outerjoin(LogFileRow, LogFileRow.log_id == LogRow.id)
        .order_by(LogRow.at.desc(), LogRow.id.desc())
        .offset(offset)
        .limit(limit)
    )
    if municipalities is not None:
        statement = statement.where(LogRow.municipality_code.in_(municipalities))
    return [
        Entry(
            id=row.id,
            at=row.at,
            actor_id=row.actor_id,
            actor_name=name,
            action=Action(row.action),
            municipality=row.municipality_code,
            subject=row.subject,
            details=row.details,
            has_file=file_id is not None,
        )
        for row, name, file_id in session.execute(statement)
    ]


def file_of(session: Session, log_id: int) -> tuple[str, bytes, str | None] | None:
    """Name, content and municipality of an entry's file."""
    row = session.execute(
        select(LogFileRow.name, LogFileRow.content, LogRow.municipality_code)
        .join(LogRow, LogRow.id == LogFileRow.log_id)
        .where(LogRow.id == log_id)
    ).first()
    return (row.name, row.content, row.municipality_code) if row else None


def names(session: Session, person_ids: Collection[int]) -> dict[int, str | None]:
    """Names of those who are still known."""
    rows = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(person_ids)))
    return dict(rows.all())

"""Wishes to be told when something appears."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.dialect import insert_or_ignore
from db.models import WatchRow


@dataclass(frozen=True, slots=True)
class Wish:
    id: int
    """Of the first person who had it."""
    key: str
    wish: dict[str, Any]


def insert_wish(session: Session, person_id: int, key: str, wish: dict[str, Any], now: datetime) -> None:
    row = {"person_id": person_id, "wish_key": key, "wish": wish, "created_at": now}
    insert_or_ignore(session, WatchRow, [row])


def keys_of(session: Session, person_id: int) -> set[str]:
    return set(session.scalars(select(WatchRow.wish_key).where(WatchRow.person_id == person_id)))


def distinct_wishes(session: Session, limit: int, without: Collection[int | str]) -> list[Wish]:
    """Each wish once, however many people have it.

    Beyond the limit the lot decides, so that wishes which never come true stand in nobody's way.
    ``without``: ids left out.
    """
    first = select(func.min(WatchRow.id)).group_by(WatchRow.wish_key)
    rows = session.execute(
        select(WatchRow.id, WatchRow.wish_key, WatchRow.wish)
        .where(WatchRow.id.in_(first), WatchRow.id.not_in(without))
        .order_by(func.random())
        .limit(limit)
    )
    return [Wish(id_, key, wish) for id_, key, wish in rows]


def wishers(session: Session, key: str) -> list[tuple[int, int, datetime]]:
    """Wish id, person id and when they asked."""
    rows = session.execute(
        select(WatchRow.id, WatchRow.person_id, WatchRow.created_at).where(WatchRow.wish_key == key)
    )
    return [(wish_id, person_id, created_at) for wish_id, person_id, created_at in rows]


def delete_wishes(session: Session, key: str) -> None:
    session.execute(delete(WatchRow).where(WatchRow.wish_key == key))


def delete_wishes_of(session: Session, person_id: int) -> None:
    session.execute(delete(WatchRow).where(WatchRow.person_id == person_id))

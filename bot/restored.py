"""People whom a copy of the database brought back after they had left."""

from __future__ import annotations

from datetime import datetime, tzinfo

from db.engine import Database
from db.erasing import Departures
from services import registration

__all__ = ["forget_departed"]


async def forget_departed(database: Database, now: datetime, zone: tzinfo) -> int:
    """Delete them again; how many. Nothing to be done on a server, whose copies are not ours."""
    departures = Departures.beside(database.url)
    left = departures.left() if departures is not None else {}
    if departures is None or not left:
        return 0
    return await database.write(registration.forget_departed, left, departures.hashed, now, zone)

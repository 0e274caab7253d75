"""When the daily jobs of the process ran last: what was missed while it was down runs when it is back."""

from __future__ import annotations

from datetime import datetime

from db.engine import Session
from db.queries import watermarks

_NAMES = "daily:"
"""Beside the other watermarks."""


def last_run(session: Session, job: str) -> datetime | None:
    return watermarks.reached(session, _NAMES + job)


def ran(session: Session, job: str, now: datetime) -> None:
    watermarks.reach(session, _NAMES + job, now)

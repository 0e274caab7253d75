"""Self-checks of the stored data."""

from __future__ import annotations

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from db.models import ActivityRow, BookingRow, SlotRow


def counts(session: Session) -> tuple[int, int]:
    activities = session.scalar(select(func.count()).select_from(ActivityRow))
    slots = session.scalar(select(func.count()).select_from(SlotRow))
    return activities or 0, slots or 0


def miscounted_slots(session: Session) -> list[str]:
    """Codes of slots whose ``taken`` or ``waiting`` is not the sum of their bookings."""
    held = func.coalesce(
        func.sum(case((BookingRow.status.in_(("booked", "offered")), BookingRow.places), else_=0)), 0
    )
    waiting = func.coalesce(func.sum(case((BookingRow.status == "waiting", BookingRow.places), else_=0)), 0)
    return list(
        session.scalars(
            select(SlotRow.code)
            .outerjoin(BookingRow, BookingRow.slot_id == SlotRow.id)
            .group_by(SlotRow.id)
            .having(or_(held != SlotRow.taken, waiting != SlotRow.waiting))
        )
    )

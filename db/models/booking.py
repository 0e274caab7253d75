"""Bookings: a person or a group holds, waits for or is offered n places of a slot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import NEVER_REUSED, Base, Json, ShortText

HOLDING = "status IN ('booked', 'offered')"
WAITING = "status = 'waiting'"


class BookingRow(Base):
    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("places >= 1", name="places_positive"),
        Index(
            "uq_booking_held",
            "slot_id",
            "person_id",
            unique=True,
            sqlite_where=text(HOLDING),
            postgresql_where=text(HOLDING),
        ),
        Index(
            "uq_booking_waiting",
            "slot_id",
            "person_id",
            unique=True,
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index("ix_booking_person", "person_id", "status"),
        Index("ix_booking_slot_queue", "slot_id", "status", "queued_at", "id"),
        Index(
            "ix_booking_offers",
            "offer_expires_at",
            sqlite_where=text("status = 'offered'"),
            postgresql_where=text("status = 'offered'"),
        ),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    places: Mapped[int] = mapped_column(default=1)
    companions: Mapped[list[str]] = mapped_column(Json, default=list)
    """First names of those who come with an adult; optional."""
    status: Mapped[str] = mapped_column(ShortText(20))
    queued_at: Mapped[datetime]
    """When the person asked: the order of the waiting list, with ``id`` for the same moment."""
    held_since: Mapped[datetime | None]
    """When the place became theirs; only reminders due after it are sent."""
    offer_expires_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(ShortText(20))
    """«Приду» or «Не приду» to the latest reminder or change."""
    read_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the slot, when its time and place were last told to the person: what its next change is news against."""
    agreed_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the slot, when the person last said yes to its time and place."""
    passed_over: Mapped[str | None] = mapped_column(ShortText(20))
    """``domain.booking.PassedOver``: why there is no place, as somebody who waits was told."""
    brings_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The adult only brings the children: other slots at that time do not clash."""
    came: Mapped[bool | None]
    """Attendance as the mentor marked it; None: not marked."""
    ended_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)
    """Grows when the booking itself changes; added to the slot's for the calendar entry."""

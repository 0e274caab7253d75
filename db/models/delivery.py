"""Messages owed to people: everything the bot says on its own goes through this one table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import NEVER_REUSED, Base, Json, ShortText

NOT_OF_A_BROADCAST = "kind <> 'broadcast'"
"""What waits its turn by itself; messages of broadcasts are found by their broadcast, however many wait."""


class DeliveryRow(Base):
    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_turn",
            "status",
            "priority",
            "due_at",
            sqlite_where=text(NOT_OF_A_BROADCAST),
            postgresql_where=text(NOT_OF_A_BROADCAST),
        ),
        Index("ix_delivery_person", "person_id"),
        Index("ix_delivery_booking", "booking_id"),
        Index("ix_delivery_broadcast", "broadcast_id", "kind", "status", "due_at", "read_at"),
        Index("ix_delivery_question", "question_id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(ShortText(120), unique=True)
    kind: Mapped[str] = mapped_column(ShortText(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    """What a message to coordinators or its answer is about: it goes when the question goes."""
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    priority: Mapped[int]
    """``domain.delivery.Lane``: the lower, the sooner."""
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(ShortText(20))
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    more_message_ids: Mapped[list[int] | None] = mapped_column(Json(none_as_null=True))
    """Of an album: its messages after the first."""
    revision: Mapped[int | None]
    """Of a broadcast or its correction: which of its texts was taken along."""
    read_at: Mapped[datetime | None]
    """When the person said so by «Ознакомлен(а)»."""
    error: Mapped[str | None] = mapped_column(ShortText(200))

"""What was done for others: an append-only log, and the files that came with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Json, ShortText


class LogRow(Base):
    """One thing that somebody did to the programme, to a role or for another person. Never changed."""

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_at", "at"),
        Index("ix_log_entry_municipality", "municipality_code", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """None: the operator, or somebody who has since been forgotten."""
    action: Mapped[str] = mapped_column(ShortText(40))
    """A value of ``domain.log.Action``."""
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    """Where it belongs: coordinators read what belongs to theirs. None: to all."""
    subject: Mapped[str] = mapped_column(ShortText(160), default="")
    """What it was done to, in words without personal data: a title, a code, a file name."""
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class LogFileRow(Base):
    """What a log entry wrote or gave away, as a file; kept for a while."""

    __tablename__ = "log_file"
    __table_args__ = (Index("ix_log_file_at", "at"),)

    log_id: Mapped[int] = mapped_column(ForeignKey("log_entry.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(ShortText(160))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]

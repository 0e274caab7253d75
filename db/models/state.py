"""What the process must find again after a restart: open forms and how far the clock has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Json, ShortText


class FormStateRow(Base):
    """An open form of one person in one chat. It waits for minutes from ``updated_at`` on."""

    __tablename__ = "form_state"

    key: Mapped[str] = mapped_column(ShortText(120), primary_key=True)
    """``messenger:user``, and in a chat with others its id and topic, too."""
    state: Mapped[str | None] = mapped_column(ShortText(120))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    typed: Mapped[bool] = mapped_column(default=False)
    """Something that the person typed is in it, and in no other table."""
    updated_at: Mapped[datetime]


class WatermarkRow(Base):
    """The moment up to which a periodic derivation has looked; after downtime it goes on from there."""

    __tablename__ = "watermark"

    name: Mapped[str] = mapped_column(ShortText(40), primary_key=True)
    reached: Mapped[datetime]

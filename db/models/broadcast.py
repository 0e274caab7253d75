"""Broadcasts, saved audiences, and what people want to hear."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from db.models.base import NEVER_REUSED, Base, Json, LongText, ShortText
from db.models.programme import ActivityRow


class BroadcastRow(Base):
    """One announcement to many; its recipients are rows of ``delivery``."""

    __tablename__ = "broadcast"
    __table_args__ = (
        Index("ix_broadcast_status", "status", "send_at"),
        Index("ix_broadcast_open", "is_open"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(ShortText(20))
    """A value of ``domain.broadcast.Status``."""
    text: Mapped[str] = mapped_column(LongText, default="")
    entities: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """The messenger's own formatting as typed: offsets in UTF-16 units."""
    media: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """``{"kind": "photo" | "document", "file_id": …}``; several are an album."""
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))
    """The activity that a button opens."""
    audience: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    within: Mapped[list[str] | None] = mapped_column(Json(none_as_null=True))
    """Municipalities in which the author might write when they sent it; None: all."""
    urgent_reason: Mapped[str] = mapped_column(ShortText(240), default="")
    """Why quiet hours do not count; empty: they do."""
    topic: Mapped[str | None] = mapped_column(ShortText(20))
    """A track, for people who chose topics; None: it concerns everybody."""
    wants_receipt: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    send_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    progress_chat: Mapped[str | None] = mapped_column(ShortText(64))
    progress_message_id: Mapped[int | None] = mapped_column(BigInteger)
    album: Mapped[str | None] = mapped_column(ShortText(64))
    """The messenger's mark of the album that it was written as."""
    reminds_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id", ondelete="SET NULL"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"))
    """The broadcast that it is another text of: it goes out as its correction."""
    revision: Mapped[int] = mapped_column(default=0)
    """Grows with «Исправить», and each time it is taken back."""
    is_open: Mapped[bool] = mapped_column(default=False)
    """Something of it may still go out or is on its way: messages, corrections, recalls."""
    activity_title: Mapped[str | None] = column_property(
        select(ActivityRow.title).where(ActivityRow.id == activity_id).scalar_subquery()
    )
    """No column: what the activity is called now."""


class AudienceRow(Base):
    """A saved audience, such as «Педагоги Лабинска»."""

    __tablename__ = "audience"
    __table_args__ = (UniqueConstraint("owner_id", "name"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(ShortText(80))
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]


class AnnouncementChoiceRow(Base):
    """What a person chose to hear: absent, the defaults of their role hold."""

    __tablename__ = "announcement_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    tracks: Mapped[list[str]] = mapped_column(Json, default=list)
    """Tracks they want to hear of; empty: all."""
    digest: Mapped[bool] = mapped_column(default=False)
    """«Раз в день в 18:00» instead of at once."""
    off: Mapped[bool] = mapped_column(default=False)

"""The programme: venues, activities, slots, what the forum says of itself, and edits not yet told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import NEVER_REUSED, Base, Json, LongText, ShortText


class VenueRow(Base):
    __tablename__ = "venue"
    __table_args__ = (Index("ix_venue_municipality", "municipality_code"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ShortText(40), unique=True)
    name: Mapped[str] = mapped_column(ShortText(160))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    address: Mapped[str] = mapped_column(ShortText(240), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    access: Mapped[str] = mapped_column(ShortText(120), default="")
    """Values of ``domain.programme.Access`` joined by commas, with a comma at both ends when not empty."""
    directions: Mapped[str] = mapped_column(LongText, default="")


class ActivityRow(Base):
    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_kind_track", "kind", "track"),
        Index("ix_activity_venue", "venue_id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ShortText(40), unique=True)
    kind: Mapped[str] = mapped_column(ShortText(20))
    title: Mapped[str] = mapped_column(ShortText(160))
    track: Mapped[str] = mapped_column(ShortText(20))
    format: Mapped[str | None] = mapped_column(ShortText(20))
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    description: Mapped[str] = mapped_column(LongText, default="")
    led_by: Mapped[str] = mapped_column(ShortText(240), default="")
    enterprise: Mapped[str] = mapped_column(ShortText(160), default="")
    grade_from: Mapped[int | None]
    grade_to: Mapped[int | None]
    audience: Mapped[str] = mapped_column(ShortText(20), default="all")
    bring: Mapped[str] = mapped_column(LongText, default="")
    safety: Mapped[str] = mapped_column(LongText, default="")


class SlotRow(Base):
    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        Index("ix_slot_starts", "starts_at"),
        Index("ix_slot_activity_starts", "activity_id", "starts_at"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ShortText(64), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    """Places held by bookings that are booked or offered; kept in the transaction that changes them."""
    waiting: Mapped[int] = mapped_column(default=0)
    """Places asked for in the waiting list."""
    room: Mapped[str] = mapped_column(ShortText(120), default="")
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(ShortText(240), default="", server_default="")
    """Why, in a coordinator's words; people booked read it."""
    sequence: Mapped[int] = mapped_column(default=0)


class ActivityMentorRow(Base):
    """Which people with the role of a mentor lead an activity: they see who comes, mark and warn."""

    __tablename__ = "activity_mentor"
    __table_args__ = (Index("ix_activity_mentor_person", "person_id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)


class SlotVersionRow(Base):
    """A slot as people could read it from this sequence on; written when a slot is edited."""

    __tablename__ = "slot_version"

    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    snapshot: Mapped[dict[str, Any]] = mapped_column(Json)
    """``domain.notices.SlotSnapshot``"""


class SlotChangeRow(Base):
    """Edits of a slot that those booked have not read yet: several within ten minutes are one."""

    __tablename__ = "slot_change"
    __table_args__ = (Index("ix_slot_change_settles", "told_at", "settles_at"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"))
    first_edit_at: Mapped[datetime]
    last_edit_at: Mapped[datetime]
    settles_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class EditRow(Base):
    """One edit made in the chat, which «Отменить правку» takes back while nobody has read of it."""

    __tablename__ = "edit"
    __table_args__ = (Index("ix_edit_settles_at", "settles_at"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(ShortText(20))
    """A value of ``domain.editing.EditKind``."""
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"))
    """None: the whole activity was edited."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    """Columns of the slot or the activity with the values that the edit replaced."""
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    told_slots: Mapped[list[int]] = mapped_column(Json)
    """Slots whose people are told of it when their change settles."""
    made_at: Mapped[datetime]
    settles_at: Mapped[datetime]
    """From here on it is told and cannot be taken back."""
    undone_at: Mapped[datetime | None]


class ForumFactRow(Base):
    """«О форуме»: one line of the sheet."""

    __tablename__ = "forum_fact"

    key: Mapped[str] = mapped_column(ShortText(80), primary_key=True)
    value: Mapped[str] = mapped_column(LongText)
    position: Mapped[int]

"""People, their consents and granted roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import NEVER_REUSED, Base, Json, LongText, ShortText


class MunicipalityRow(Base):
    __tablename__ = "municipality"

    code: Mapped[str] = mapped_column(ShortText(40), primary_key=True)
    name: Mapped[str] = mapped_column(ShortText(80))
    kind: Mapped[str] = mapped_column(ShortText(40))
    centre: Mapped[str] = mapped_column(ShortText(80))
    latitude: Mapped[float]
    longitude: Mapped[float]


class PersonRow(Base):
    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("messenger", "messenger_user_id"),
        Index("ix_person_audience", "role", "municipality_code"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    messenger: Mapped[str] = mapped_column(ShortText(20))
    messenger_user_id: Mapped[str] = mapped_column(ShortText(64))
    role: Mapped[str | None] = mapped_column(ShortText(20))
    name: Mapped[str | None] = mapped_column(ShortText(80))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    grade: Mapped[int | None]
    organisation: Mapped[str | None] = mapped_column(ShortText(120))
    consent_version: Mapped[str | None] = mapped_column(ShortText(20))
    consent_at: Mapped[datetime | None]
    consent_digest: Mapped[str | None] = mapped_column(ForeignKey("consent_text.digest"))
    """Which text was agreed to; None with a version: before texts were kept."""
    young_at: Mapped[datetime | None]
    """When the person said to be younger than fourteen; for a day, and with nothing else about them."""
    reminders: Mapped[int] = mapped_column(default=0)
    """Bits of ``domain.reminders.Offset``."""
    paused_until: Mapped[datetime | None]
    unreachable_at: Mapped[datetime | None]
    """When the messenger said that the person cannot be written to; empty again at their next tap."""
    filters: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the person last browsed by, so that lists open as they were left."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    questions_refused_at: Mapped[datetime | None]
    """Since when a coordinator takes no questions from this person."""


class ConsentTextRow(Base):
    """A text that somebody agreed to, as it was shown. Nothing of a person is in it, and it is never changed."""

    __tablename__ = "consent_text"

    digest: Mapped[str] = mapped_column(ShortText(64), primary_key=True)
    """SHA-256 of ``text``."""
    version: Mapped[str] = mapped_column(ShortText(20))
    text: Mapped[str] = mapped_column(LongText)
    agreed_first_at: Mapped[datetime]
    """When somebody agreed to it first."""


class RoleGrantRow(Base):
    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_person", "person_id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(ShortText(20))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """The coordinator whose invitation or hand it came from; None: the operator, or somebody forgotten."""
    revoked_at: Mapped[datetime | None]


class InviteRow(Base):
    """A link or code that gives a role to whoever opens it."""

    __tablename__ = "invite"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ShortText(40), unique=True)
    role: Mapped[str] = mapped_column(ShortText(20))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    uses_left: Mapped[int]
    expires_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Who came by an invitation that its author must confirm."""
    taken_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When its author said yes or no to who came."""


class WatchRow(Base):
    """«Сообщить, когда появится»: a wish for activities that match remembered filters or a query."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("person_id", "wish_key"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    wish_key: Mapped[str] = mapped_column(ShortText(200))
    """A digest of the wish: the same wish twice is one row."""
    wish: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]

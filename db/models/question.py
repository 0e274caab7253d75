"""Questions to coordinators and what was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import NEVER_REUSED, Base, LongText, ShortText


class QuestionRow(Base):
    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_open", "status", "municipality_code", "asked_at"),
        Index("ix_question_person", "person_id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    importance: Mapped[str] = mapped_column(ShortText(20))
    status: Mapped[str] = mapped_column(ShortText(20))
    """A value of ``domain.question.Status``."""
    about: Mapped[str] = mapped_column(ShortText(160), default="")
    """The broadcast or reminder that it replies to, in a few words."""
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """Of the latest answer; None while the person waits for one."""
    closed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    waits_since: Mapped[datetime | None]
    """When it came to wait for an answer anew; None: since it was asked."""


class QuestionMessageRow(Base):
    """One turn of the conversation."""

    __tablename__ = "question_message"
    __table_args__ = (Index("ix_question_message_question", "question_id", "id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    from_coordinator: Mapped[bool]
    text: Mapped[str] = mapped_column(LongText, default="")
    file_kind: Mapped[str | None] = mapped_column(ShortText(20))
    file_id: Mapped[str | None] = mapped_column(ShortText(240))
    at: Mapped[datetime]
    group_message_id: Mapped[int | None] = mapped_column(BigInteger)
    """In the coordinators' group."""
    album: Mapped[str | None] = mapped_column(ShortText(64))
    """Photos sent together come as messages of their own with one mark."""


class QuestionTopicRow(Base):
    """The place of a question in the coordinators' group. It outlives the question: the group must still be tidied."""

    __tablename__ = "question_topic"
    __table_args__ = (
        UniqueConstraint("question_id"),
        Index("ix_question_topic_due", "due_at"),
        Index("ix_question_topic_thread", "thread_id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"))
    messenger: Mapped[str] = mapped_column(ShortText(20))
    group_id: Mapped[str] = mapped_column(ShortText(64))
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    """0 where the group has no topics."""
    card_id: Mapped[int | None] = mapped_column(BigInteger)
    shown: Mapped[str] = mapped_column(ShortText(60), default="")
    closed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(ShortText(20))
    due_at: Mapped[datetime | None]
    """When something is to be done in the group; None: all is there."""
    attempts: Mapped[int] = mapped_column(default=0)
    refused_at: Mapped[datetime | None]
    """When the messenger first refused to delete what stands in it, of somebody who is gone."""


class TopicMessageRow(Base):
    """A message that stands in the group for a question: it must be found when the question is gone."""

    __tablename__ = "question_topic_message"

    topic_id: Mapped[int] = mapped_column(
        ForeignKey("question_topic.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class SavedAnswerRow(Base):
    """A frequent answer, offered to whoever answers next; it goes with the person whom it first answered."""

    __tablename__ = "saved_answer"
    __table_args__ = (Index("ix_saved_answer_question", "question_id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(ShortText(80))
    text: Mapped[str] = mapped_column(LongText)
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))

"""Questions in the coordinators' group, albums, and since when a question waits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

GIVEN_ONCE = {"sqlite_autoincrement": True}
"""Rebuilding a table reads back everything but this."""


def upgrade() -> None:
    op.create_table(
        "question_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("messenger", sa.String(length=20), nullable=False),
        sa.Column("group_id", sa.String(length=64), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("card_id", sa.BigInteger(), nullable=True),
        sa.Column("shown", sa.String(length=60), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=20), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_question_topic_question_id_question"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_topic")),
        sa.UniqueConstraint("question_id", name=op.f("uq_question_topic_question_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_topic_due", "question_topic", ["due_at"], unique=False)
    op.create_index("ix_question_topic_thread", "question_topic", ["thread_id"], unique=False)
    op.drop_index("ix_question_topic", "question")
    with op.batch_alter_table("question", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("topic_id")
    op.add_column("question_message", sa.Column("group_message_id", sa.BigInteger(), nullable=True))
    op.add_column("question_message", sa.Column("album", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("question_message", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_column("album")
        batch_op.drop_column("group_message_id")
    with op.batch_alter_table("question", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("topic_id", sa.BigInteger(), nullable=True))
        batch_op.drop_column("waits_since")
    op.create_index("ix_question_topic", "question", ["topic_id"], unique=False)
    op.drop_index("ix_question_topic_thread", "question_topic")
    op.drop_index("ix_question_topic_due", "question_topic")
    op.drop_table("question_topic")

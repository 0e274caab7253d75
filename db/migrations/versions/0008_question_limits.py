"""Files of the log for a while, saved answers with their question, what a group must forget, whom nobody asks for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.append_only import protection, unprotection

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GIVEN_ONCE = {"sqlite_autoincrement": True}
"""Rebuilding a table reads back everything but this."""
LOG_FILE = ("log_id", "name", "content")


def upgrade() -> None:
    for statement in unprotection(op.get_bind().dialect.name, "log_file"):
        op.execute(statement)
    with op.batch_alter_table("log_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at", sa.DateTime(timezone=True), nullable=True))
    # They hold what was sent, which may be anything: they go when their ninety days are over, as all files now.
    op.execute("UPDATE log_file SET at = (SELECT at FROM log_entry WHERE log_entry.id = log_file.log_id)")
    with op.batch_alter_table("log_file", schema=None) as batch_op:
        batch_op.alter_column("at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index("ix_log_file_at", "log_file", ["at"], unique=False)
    with op.batch_alter_table("saved_answer", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("question_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_saved_answer_question_id_question"),
            "question",
            ["question_id"],
            ["id"],
            ondelete="CASCADE",
        )
    said = "FROM question_message WHERE question_message.text = saved_answer.text AND from_coordinator"
    op.execute(f"UPDATE saved_answer SET question_id = (SELECT max(question_id) {said})")  # noqa: S608
    op.create_index("ix_saved_answer_question", "saved_answer", ["question_id"], unique=False)
    op.add_column("person", sa.Column("questions_refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("question_topic", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    _create_topic_messages()


def _create_topic_messages() -> None:
    op.create_table(
        "question_topic_message",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["question_topic.id"],
            name=op.f("fk_question_topic_message_topic_id_question_topic"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("topic_id", "message_id", name=op.f("pk_question_topic_message")),
    )
    op.execute(
        "INSERT INTO question_topic_message (topic_id, message_id) "
        "SELECT id, card_id FROM question_topic WHERE card_id IS NOT NULL UNION "
        "SELECT question_topic.id, question_message.group_message_id FROM question_topic "
        "JOIN question_message ON question_message.question_id = question_topic.question_id "
        "WHERE question_message.group_message_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("question_topic_message")
    op.drop_column("question_topic", "refused_at")
    op.drop_column("person", "questions_refused_at")
    op.drop_index("ix_saved_answer_question", "saved_answer")
    with op.batch_alter_table("saved_answer", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_saved_answer_question_id_question"), type_="foreignkey")
        batch_op.drop_column("question_id")
    op.drop_index("ix_log_file_at", "log_file")
    with op.batch_alter_table("log_file", schema=None) as batch_op:
        batch_op.drop_column("at")
    for statement in protection(op.get_bind().dialect.name, "log_file", LOG_FILE):
        op.execute(statement)

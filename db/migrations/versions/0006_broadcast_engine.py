"""Topics, albums and texts of broadcasts; what waits of them is found by broadcast"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GIVEN_ONCE = {"sqlite_autoincrement": True}
"""Rebuilding a table reads back everything but this."""
NOT_OF_A_BROADCAST = sa.text("kind <> 'broadcast'")


def upgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("topic", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index("ix_broadcast_open", ["is_open"], unique=False)
    op.execute("UPDATE broadcast SET is_open = (started_at IS NOT NULL AND finished_at IS NULL)")
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.alter_column("is_open", server_default=None)

    with op.batch_alter_table("delivery", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("more_message_ids", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=True))
        batch_op.drop_index("ix_delivery_broadcast")
        batch_op.drop_index("ix_delivery_turn")
        batch_op.create_index(
            "ix_delivery_broadcast", ["broadcast_id", "kind", "status", "due_at", "read_at"], unique=False
        )
        batch_op.create_index(
            "ix_delivery_turn",
            ["status", "priority", "due_at"],
            unique=False,
            sqlite_where=NOT_OF_A_BROADCAST,
            postgresql_where=NOT_OF_A_BROADCAST,
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_index("ix_delivery_turn")
        batch_op.drop_index("ix_delivery_broadcast")
        batch_op.create_index("ix_delivery_turn", ["status", "priority", "due_at"], unique=False)
        batch_op.create_index("ix_delivery_broadcast", ["broadcast_id", "status"], unique=False)
        batch_op.drop_column("revision")
        batch_op.drop_column("more_message_ids")

    with op.batch_alter_table("broadcast", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_index("ix_broadcast_open")
        batch_op.drop_column("is_open")
        batch_op.drop_column("topic")

"""Albums that come in parts, and broadcasts that remind of others"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GIVEN_ONCE = {"sqlite_autoincrement": True}
"""Rebuilding a table reads back everything but this."""


def upgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("album", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("reminds_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_broadcast_reminds_id_broadcast"),
            "broadcast",
            ["reminds_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_broadcast_reminds_id_broadcast"), type_="foreignkey")
        batch_op.drop_column("reminds_id")
        batch_op.drop_column("album")

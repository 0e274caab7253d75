"""Who came by an invitation, and corrections that are confirmed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GIVEN_ONCE = {"sqlite_autoincrement": True}
"""Rebuilding a table reads back everything but this."""


def upgrade() -> None:
    with op.batch_alter_table("invite", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("taken_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_invite_taken_by_person"), "person", ["taken_by"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_broadcast_corrects_id_broadcast"),
            "broadcast",
            ["corrects_id"],
            ["id"],
            ondelete="CASCADE",
        )
    # An invitation for a coordinator that is open to many, or for long, is a door without a guard.
    op.execute("UPDATE invite SET uses_left = 1 WHERE role = 'coordinator' AND uses_left > 1")


def downgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_constraint(op.f("fk_broadcast_corrects_id_broadcast"), type_="foreignkey")
        batch_op.drop_column("corrects_id")
    with op.batch_alter_table("invite", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_constraint(op.f("fk_invite_taken_by_person"), type_="foreignkey")
        batch_op.drop_column("settled_at")
        batch_op.drop_column("taken_at")
        batch_op.drop_column("taken_by")

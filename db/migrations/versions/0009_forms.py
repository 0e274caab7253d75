"""Forms: whether something typed is in one, and names that are addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Open forms last for minutes and are kept under other names now: those of before are let go.
    op.execute("DELETE FROM form_state")
    with op.batch_alter_table("form_state") as batch_op:
        batch_op.add_column(sa.Column("typed", sa.Boolean(), nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM form_state")
    with op.batch_alter_table("form_state") as batch_op:
        batch_op.drop_column("typed")

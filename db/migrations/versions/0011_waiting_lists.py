"""What people agreed to, why they were passed over, adults who only bring children, waiting for more places"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACTIVE = sa.text("status IN ('booked', 'waiting', 'offered')")
HOLDING = sa.text("status IN ('booked', 'offered')")
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    op.add_column("booking", sa.Column("agreed_sequence", sa.Integer(), server_default="0", nullable=False))
    op.add_column("booking", sa.Column("passed_over", sa.String(length=20), nullable=True))
    op.add_column(
        "booking", sa.Column("brings_only", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute("UPDATE booking SET agreed_sequence = read_sequence")
    op.drop_index("uq_booking_active", table_name="booking")
    for name, where in (("uq_booking_held", HOLDING), ("uq_booking_waiting", WAITING)):
        op.create_index(
            name,
            "booking",
            ["slot_id", "person_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    op.execute(
        "UPDATE slot SET waiting = waiting - COALESCE((SELECT SUM(w.places) FROM booking AS w"
        " WHERE w.slot_id = slot.id AND w.status = 'waiting' AND EXISTS (SELECT 1 FROM booking AS h"
        " WHERE h.slot_id = w.slot_id AND h.person_id = w.person_id AND h.status IN ('booked', 'offered'))), 0)"
    )
    op.execute(
        "UPDATE booking SET status = 'cancelled' WHERE status = 'waiting' AND EXISTS (SELECT 1 FROM booking AS h"
        " WHERE h.slot_id = booking.slot_id AND h.person_id = booking.person_id"
        " AND h.status IN ('booked', 'offered'))"
    )
    op.drop_index("uq_booking_waiting", table_name="booking")
    op.drop_index("uq_booking_held", table_name="booking")
    op.create_index(
        "uq_booking_active",
        "booking",
        ["slot_id", "person_id"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.drop_column("booking", "brings_only")
    op.drop_column("booking", "passed_over")
    op.drop_column("booking", "agreed_sequence")

"""Payloads of messages hold ids: names and words of people that stood in them are taken out"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEPT = {
    "watch": ("activity_id", "count"),
    "to_confirm": ("count", "revision"),
    "confirmed": (),
    "sent_back": (),
    "grew": (),
    "question": ("again",),
    "answer": ("closed",),
    "open_questions": (),
    "moved": (),
    "cannot_lead": ("slot_id", "starts_at", "mentor_id", "reason"),
}
"""By kind, what its letters still read; the rest is read from the rows when they are written."""
PORTION = 5_000


def upgrade() -> None:
    connection = op.get_bind()
    delivery = sa.table(
        "delivery",
        sa.column("id", sa.Integer),
        sa.column("kind", sa.String),
        sa.column("dedup_key", sa.String),
        sa.column("payload", sa.JSON),
    )
    last = 0
    while rows := connection.execute(
        sa.select(delivery.c.id, delivery.c.kind, delivery.c.dedup_key, sa.cast(delivery.c.payload, sa.Text))
        .where(delivery.c.kind.in_(KEPT), delivery.c.id > last)
        .order_by(delivery.c.id)
        .limit(PORTION)
    ).all():
        last = rows[-1][0]
        changed = [
            {"row": id_, "now": without}
            for id_, kind, key, payload in rows
            if (without := _without_names(kind, key, payload)) is not None
        ]
        if changed:
            connection.execute(
                delivery.update()
                .where(delivery.c.id == sa.bindparam("row"))
                .values(payload=sa.bindparam("now", type_=sa.JSON)),
                changed,
            )


def _without_names(kind: str, key: str, payload: str) -> dict[str, Any] | None:
    """None: it is as it should be, or nothing that anybody can read."""
    try:
        read = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    kept = {name: value for name, value in read.items() if name in KEPT[kind]}
    if kind == "cannot_lead" and "mentor_id" not in kept:
        # After its kind, the key names the mentor.
        kept["mentor_id"] = int(key.split(":")[1])
    return None if kept == read else kept


def downgrade() -> None:
    """What was taken out is written nowhere else, and older letters say only less without it."""

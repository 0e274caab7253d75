"""What people last read of a slot, and ids that are given once"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GIVEN_ONCE = (
    "activity",
    "audience",
    "booking",
    "broadcast",
    "delivery",
    "edit",
    "invite",
    "person",
    "question",
    "question_message",
    "role_grant",
    "saved_answer",
    "slot",
    "slot_change",
    "venue",
    "watch",
)
CHECKS: dict[str, tuple[sa.CheckConstraint, ...]] = {
    "booking": (sa.CheckConstraint("places >= 1", name="ck_booking_places_positive"),),
    "slot": (
        sa.CheckConstraint("ends_at > starts_at", name="ck_slot_ends_after_start"),
        sa.CheckConstraint("taken >= 0", name="ck_slot_taken_not_negative"),
    ),
}
"""Rebuilding a table reads back everything but these."""


def upgrade() -> None:
    op.create_table(
        "slot_version",
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_slot_version_slot_id_slot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slot_id", "sequence", name=op.f("pk_slot_version")),
    )
    op.add_column("booking", sa.Column("read_sequence", sa.Integer(), server_default="0", nullable=False))
    _note_what_was_read(op.get_bind())
    op.drop_column("slot_change", "before")
    op.drop_column("slot_change", "versions")
    _rebuild(given_once=True)


def downgrade() -> None:
    _rebuild(given_once=False)
    # What was not told yet is told to nobody: the older form cannot say who read what.
    op.execute("DELETE FROM slot_change WHERE told_at IS NULL")
    op.add_column("slot_change", sa.Column("before", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("slot_change", sa.Column("versions", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("slot_change", schema=None) as batch_op:
        batch_op.alter_column("before", server_default=None)
    op.drop_column("booking", "read_sequence")
    op.drop_table("slot_version")


def _note_what_was_read(connection: sa.Connection) -> None:
    """Everybody has read their slot as it is, but for changes not told yet: their versions move to the new table."""
    connection.execute(
        sa.text(
            "UPDATE booking SET read_sequence = (SELECT sequence FROM slot WHERE slot.id = booking.slot_id)"
        )
    )
    read = connection.execute(
        sa.text(
            "SELECT c.slot_id, s.sequence, c.before, c.versions FROM slot_change c JOIN slot s ON s.id = c.slot_id"
            " WHERE c.told_at IS NULL ORDER BY c.id"
        )
    )
    for slot_id, sequence, before, versions in read.all():
        later = _loaded(versions)
        snapshots = [_loaded(before), *(version["snapshot"] for version in later)]
        number = sequence - len(later)
        for snapshot in snapshots:
            _insert_version(connection, slot_id, number, snapshot)
            number += 1
        first = sequence - len(later)
        for index, since in enumerate([version["since"] for version in later]):
            _came_before(connection, slot_id, datetime.fromisoformat(since), first + index, first + index + 1)
    _note_what_waits(connection)


def _note_what_waits(connection: sa.Connection) -> None:
    """News that waits for the morning: what it is news against was written into it."""
    waiting = connection.execute(
        sa.text(
            "SELECT d.payload, d.booking_id, b.slot_id FROM delivery d JOIN booking b ON b.id = d.booking_id"
            " WHERE d.kind IN ('moved', 'cancelled') AND d.status IN ('pending', 'sending') ORDER BY d.id DESC"
        )
    )
    numbers: dict[tuple[int, str], int] = {}
    for payload, booking_id, slot_id in waiting.all():
        before = _loaded(payload).get("before")
        if before is None:
            continue
        key = slot_id, json.dumps(before, sort_keys=True)
        if key not in numbers:
            numbers[key] = _oldest(connection, slot_id) - 1
            _insert_version(connection, slot_id, numbers[key], before)
        connection.execute(
            sa.text("UPDATE booking SET read_sequence = :number WHERE id = :booking"),
            {"number": numbers[key], "booking": booking_id},
        )


def _oldest(connection: sa.Connection, slot_id: int) -> int:
    found = connection.execute(
        sa.text(
            "SELECT coalesce((SELECT min(sequence) FROM slot_version WHERE slot_id = :slot),"
            " (SELECT sequence FROM slot WHERE id = :slot))"
        ),
        {"slot": slot_id},
    )
    return int(found.scalar_one())


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _insert_version(connection: sa.Connection, slot_id: int, number: int, snapshot: dict[str, Any]) -> None:
    statement = sa.text(
        "INSERT INTO slot_version (slot_id, sequence, snapshot) VALUES (:slot, :number, :snapshot)"
    ).bindparams(sa.bindparam("snapshot", type_=sa.JSON()))
    connection.execute(
        statement, {"slot": slot_id, "number": number, "snapshot": {**snapshot, "sequence": number}}
    )


def _came_before(connection: sa.Connection, slot_id: int, moment: datetime, number: int, later: int) -> None:
    """Who asked before this moment, and not before an earlier version ended, read the version ``number``."""
    sqlite = connection.dialect.name == "sqlite"
    statement = sa.text(
        "UPDATE booking SET read_sequence = :number"
        " WHERE slot_id = :slot AND read_sequence >= :later AND queued_at < :moment"
    ).bindparams(sa.bindparam("moment", type_=sa.DateTime(timezone=True)))
    stored = moment.astimezone(UTC).replace(tzinfo=None) if sqlite else moment
    connection.execute(statement, {"number": number, "slot": slot_id, "later": later, "moment": stored})


def _rebuild(*, given_once: bool) -> None:
    """SQLite alone gives an id again when its row is gone, unless the table was made otherwise."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in GIVEN_ONCE:
        with op.batch_alter_table(
            name,
            schema=None,
            recreate="always",
            table_args=CHECKS.get(name, ()),
            table_kwargs={"sqlite_autoincrement": given_once},
        ):
            pass

"""Roles by invitation, the log, mentors and attendance"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.append_only import protection, unprotection

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOG = ("id", "at", "actor_id", "action", "municipality_code", "subject", "details")
LOG_FILE = ("log_id", "name", "content")


def upgrade() -> None:
    op.create_table(
        "invite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("municipality_code", sa.String(length=40), nullable=True),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_invite_created_by_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipality.code"],
            name=op.f("fk_invite_municipality_code_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("code", name=op.f("uq_invite_code")),
    )
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("municipality_code", sa.String(length=40), nullable=True),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_log_entry_actor_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipality.code"],
            name=op.f("fk_log_entry_municipality_code_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("ix_log_entry_at", ["at"], unique=False)
        batch_op.create_index("ix_log_entry_municipality", ["municipality_code", "at"], unique=False)

    op.create_table(
        "activity_mentor",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_activity_mentor_activity_id_activity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_activity_mentor_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity_id", "person_id", name=op.f("pk_activity_mentor")),
    )
    with op.batch_alter_table("activity_mentor", schema=None) as batch_op:
        batch_op.create_index("ix_activity_mentor_person", ["person_id"], unique=False)

    op.create_table(
        "log_file",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["log_id"], ["log_entry.id"], name=op.f("fk_log_file_log_id_log_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_log_file")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("came", sa.Boolean(), nullable=True))

    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("granted_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_role_grant_granted_by_person"),
            "person",
            ["granted_by"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("cancel_reason", sa.String(length=240), server_default="", nullable=False)
        )

    with op.batch_alter_table("slot_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("versions", sa.JSON(), server_default="[]", nullable=False))

    op.create_table(
        "edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("told_slots", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settles_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_edit_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_edit_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_edit_slot_id_slot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
    )
    with op.batch_alter_table("edit", schema=None) as batch_op:
        batch_op.create_index("ix_edit_settles_at", ["settles_at"], unique=False)

    dialect = op.get_bind().dialect.name
    for statement in (
        *protection(dialect, "log_entry", LOG, forgettable="actor_id"),
        *protection(dialect, "log_file", LOG_FILE),
    ):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*unprotection(dialect, "log_file"), *unprotection(dialect, "log_entry")):
        op.execute(statement)

    with op.batch_alter_table("edit", schema=None) as batch_op:
        batch_op.drop_index("ix_edit_settles_at")

    op.drop_table("edit")
    op.drop_column("slot_change", "versions")

    op.drop_column("slot", "cancel_reason")

    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_role_grant_granted_by_person"), type_="foreignkey")
        batch_op.drop_column("granted_by")

    op.drop_column("booking", "came")

    op.drop_table("log_file")
    with op.batch_alter_table("activity_mentor", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_mentor_person")

    op.drop_table("activity_mentor")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_log_entry_municipality")
        batch_op.drop_index("ix_log_entry_at")

    op.drop_table("log_entry")
    op.drop_table("invite")

"""Databases made while migrations 0002 and 0003 were still being rewritten: what they lack is added before 0004 runs.

Both were changed after databases had been made by them, so that a database of revision 0002 or 0003 may have one of
several forms. ``complete`` looks at what is there and brings each to the form that the files describe today. From 0004
on every revision has one form; a test holds the files to their hashes, so that this remains the only such place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, inspect

from db.append_only import protection

REVISIONS = ("0002", "0003")
LOG = ("id", "at", "actor_id", "action", "municipality_code", "subject", "details")
LOG_FILE = ("log_id", "name", "content")


def complete(connection: Connection, revision: str) -> None:
    """Add what a database of this revision lacks; nothing where it lacks nothing."""
    if revision not in REVISIONS:
        return
    steps = Operations(MigrationContext.configure(connection))
    _edits(connection, steps)
    _versions_of_changes(connection, steps)
    _log_that_only_grows(connection)
    if revision == "0003":
        _questions(connection, steps)
        _broadcasts(connection, steps)


def _columns(connection: Connection, table: str) -> set[str]:
    return {str(column["name"]) for column in inspect(connection).get_columns(table)}


def _edits(connection: Connection, steps: Operations) -> None:
    """Edits were columns of ``slot_change``, usable for ten minutes, before they had a table of their own."""
    if "undo" in _columns(connection, "slot_change"):
        with steps.batch_alter_table("slot_change") as batch:
            batch.drop_constraint("fk_slot_change_author_id_person", type_="foreignkey")
            batch.drop_column("author_id")
            batch.drop_column("undo")
    if inspect(connection).has_table("edit"):
        return
    steps.create_table(
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
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{parent}.id"], name=f"fk_edit_{column}_{parent}", ondelete=on_delete
            )
            for column, parent, on_delete in (
                ("activity_id", "activity", "CASCADE"),
                ("author_id", "person", "SET NULL"),
                ("slot_id", "slot", "CASCADE"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_edit"),
    )
    steps.create_index("ix_edit_settles_at", "edit", ["settles_at"])


def _versions_of_changes(connection: Connection, steps: Operations) -> None:
    if "versions" not in _columns(connection, "slot_change"):
        steps.add_column("slot_change", sa.Column("versions", sa.JSON(), server_default="[]", nullable=False))


def _log_that_only_grows(connection: Connection) -> None:
    dialect = connection.dialect.name
    kept_in = "sqlite_master" if dialect == "sqlite" else "pg_trigger"
    name = "name" if dialect == "sqlite" else "tgname"
    guarded = sa.text(f"SELECT 1 FROM {kept_in} WHERE {name} = 'log_entry_no_update'")  # noqa: S608 - ours
    if connection.scalar(guarded) is None:
        for statement in (
            *protection(dialect, "log_entry", LOG, forgettable="actor_id"),
            *protection(dialect, "log_file", LOG_FILE),
        ):
            connection.exec_driver_sql(statement)


def _questions(connection: Connection, steps: Operations) -> None:
    """A message about a question went on when the question was gone; a question knew the message it was about."""
    if "about" not in _columns(connection, "question"):
        with steps.batch_alter_table("question") as batch:
            batch.add_column(sa.Column("about", sa.String(length=160), nullable=False, server_default=""))
            batch.drop_constraint("fk_question_about_delivery_id_delivery", type_="foreignkey")
            batch.drop_column("about_delivery_id")
        with steps.batch_alter_table("question") as batch:
            batch.alter_column("about", server_default=None)
    if "question_id" not in _columns(connection, "delivery"):
        with steps.batch_alter_table("delivery") as batch:
            batch.add_column(sa.Column("question_id", sa.Integer(), nullable=True))
            batch.create_index("ix_delivery_question", ["question_id"])
            batch.create_foreign_key(
                "fk_delivery_question_id_question", "question", ["question_id"], ["id"], ondelete="CASCADE"
            )


def _broadcasts(connection: Connection, steps: Operations) -> None:
    if "within" not in _columns(connection, "broadcast"):
        steps.add_column("broadcast", sa.Column("within", sa.JSON(none_as_null=True), nullable=True))

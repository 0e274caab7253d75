"""Tables that only grow, kept so by the database itself: a slip in code cannot rewrite what was done.

Like ``db.dialect`` this names SQL dialects. A migration that rebuilds a protected table must protect it again.
"""

from __future__ import annotations

from collections.abc import Sequence

MESSAGE = "append-only"
"""What the database says when it refuses, after the name of the table."""


def protection(dialect: str, table: str, columns: Sequence[str], forgettable: str | None = None) -> list[str]:
    """Statements after which ``table`` refuses every DELETE, and every UPDATE but ``forgettable`` → NULL.

    ``columns`` are all columns of the table. A foreign key to somebody who is deleted empties ``forgettable``.
    """
    kept = [name for name in columns if name != forgettable]
    # PostgreSQL knows no equality of JSON but that of its text.
    same = {
        "sqlite": "NEW.{0} IS OLD.{0}",
        "postgresql": "NEW.{0}::text IS NOT DISTINCT FROM OLD.{0}::text",
    }[dialect]
    forgets = [f"NEW.{forgettable} IS NULL"] if forgettable else ["1 = 0"]
    allowed = " AND ".join([*forgets, *(same.format(name) for name in kept)])
    build = _sqlite if dialect == "sqlite" else _postgresql
    return build(table, columns[0], allowed)


def unprotection(dialect: str, table: str) -> list[str]:
    """Statements that undo ``protection`` and leave the table."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{name}" for name in ("update", "delete", "replace")]
    return [
        *(f"DROP TRIGGER {table}_no_{name} ON {table}" for name in ("update", "delete", "truncate")),
        f"DROP FUNCTION {table}_refuse()",
    ]


def _sqlite(table: str, key: str, allowed: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is {MESSAGE}'); END"
    known = f"SELECT 1 FROM {table} WHERE {key} = NEW.{key}"  # noqa: S608 - names of our own tables
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({allowed}) {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the old row without asking the trigger above.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({known}) {refuse}",
    ]


def _postgresql(table: str, _key: str, allowed: str) -> list[str]:
    refuse = f"EXECUTE FUNCTION {table}_refuse()"
    body = f"BEGIN RAISE EXCEPTION '{table} is {MESSAGE}'; END"
    on = f"ON {table} FOR EACH"
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {on} ROW WHEN (NOT ({allowed})) {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE {on} ROW {refuse}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE {on} STATEMENT {refuse}",
    ]

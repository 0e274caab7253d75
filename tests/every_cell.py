"""What stands in a database, cell by cell: for tests that somebody is not in it any more."""

from __future__ import annotations

from sqlalchemy import text

from db.engine import Session
from db.models import Base


def cells_with(session: Session, *words: str) -> list[tuple[str, str, str]]:
    """Table, column and value of every cell in which one of the words stands; JSON is read as people read it."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            for column, value in row.items():
                said = _said(value)
                if any(word in said for word in words):
                    found.append((table.name, column, said))
    return found


def _said(value: object) -> str:
    said = str(value)
    if "\\u0" in said:
        return said.encode("latin-1", "ignore").decode("unicode_escape")
    return said

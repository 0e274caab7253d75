"""A database that cannot be used, in a sentence for the operator."""

from __future__ import annotations

from bot.texts import Texts
from db.failures import Failure, shown

__all__ = ["sentence"]

FAILURE_KEYS = "command-database-"


def sentence(failure: Failure, database_url: str, texts: Texts) -> str:
    """Names the file, or the server and the database there; never a password."""
    key = FAILURE_KEYS + failure.value
    names = "database" in texts.variables(key)
    return texts.plain(key, **({"database": shown(database_url)} if names else {}))

"""Messages owed to people: written down in the transaction that causes them, sent by the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Session
from db.queries import deliveries as queries
from domain.delivery import Owed


def owe(session: Session, owed: Sequence[Owed]) -> int:
    """Owe messages; those whose ``dedup_key`` is owed or was sent already are skipped. How many were new."""
    return queries.insert_owed(session, owed)

"""«Сообщить, когда появится»: wishes, and telling those whose wish came true."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from db.contained import one_by_one, set_aside
from db.engine import Session
from db.queries import watches as queries
from domain.delivery import DeliveryKind, Lane, Owed
from domain.finding import Filters
from domain.limits import Kept, require_room
from domain.payloads import Found
from domain.people import Actor, Right
from domain.quiet import next_waking
from services.deliveries import owe
from services.finding import Rank, matching, remembered
from services.rights import needs

WISHES_AT_ONCE = 200
"""Distinct wishes looked at in one go."""


@needs(Right.AGREED)
def watch(session: Session, actor: Actor, now: datetime) -> None:
    """Remember the filters of the actor's last list as a wish; the same wish twice is one.

    Raises:
        LimitReached
    """
    filters = replace(remembered(session, actor), near=None)
    wish = filters.to_json()
    key = hashlib.sha256(json.dumps(wish, sort_keys=True).encode()).hexdigest()
    others = queries.keys_of(session, actor.person_id) - {key}
    require_room(Kept.WISHES, len(others))
    queries.insert_wish(session, actor.person_id, key, wish, now)


def fulfil(session: Session, now: datetime, zone: tzinfo, rank: Rank) -> int:
    """Tell everybody whose wish something matches now, and forget the wish. How many were told.

    A date that has passed makes a wish void: it is forgotten without a word.
    """
    without = set_aside(session, "watch", now)
    wishes = {wish.id: wish for wish in queries.distinct_wishes(session, WISHES_AT_ONCE, without)}

    def fulfil_these(some: Sequence[queries.Wish]) -> int:
        return sum(_fulfil(session, wish, now, zone, rank) for wish in some)

    return sum(one_by_one(session, "watch", wishes, fulfil_these, now))


def _fulfil(session: Session, wish: queries.Wish, now: datetime, zone: tzinfo, rank: Rank) -> int:
    filters = Filters.from_json(wish.wish)
    if filters.day is not None and filters.day < now.astimezone(zone).date():
        queries.delete_wishes(session, wish.key)
        return 0
    page = matching(session, replace(filters, only_free=True), 0, now, zone, rank)
    if not page.items:
        return 0
    best = page.items[0].activity
    told = owe(
        session,
        [
            Owed(
                dedup_key=f"{DeliveryKind.WATCH}:{wish_id}:{int(created_at.timestamp())}",
                kind=DeliveryKind.WATCH,
                person_id=person_id,
                due_at=next_waking(now, zone),
                lane=Lane.REMINDER,
                payload=Found(best.id, page.total),
            )
            for wish_id, person_id, created_at in queries.wishers(session, wish.key)
        ],
    )
    queries.delete_wishes(session, wish.key)
    return told

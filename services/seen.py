"""Nothing is done under a time or place that the person has not seen."""

from __future__ import annotations

from db.engine import Session
from db.queries import notices as queries
from domain.notices import SlotSnapshot
from domain.programme import Activity, Slot
from domain.seen import Seen, changed_since


class NotAsSeen(Exception):
    """The slot has changed since the tapped message showed it: show the change, ask again.

    ``before`` is the slot as it was seen, None when that is not known.
    """

    def __init__(self, slot: Slot, activity: Activity, before: SlotSnapshot | None) -> None:
        super().__init__(slot.id)
        self.slot = slot
        self.activity = activity
        self.before = before


def require_seen(session: Session, seen: Seen | None, slot: Slot, activity: Activity) -> None:
    """Let an act go on whose person saw the slot as it is. ``seen`` None: no button was tapped.

    Raises:
        NotAsSeen
    """
    if seen is None or seen.sequence == slot.sequence:
        return
    changed = changed_since(seen, queries.versions(session, [slot.id])[slot.id])
    if changed is not None:
        raise NotAsSeen(slot, activity, changed.before)

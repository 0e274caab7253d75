"""What a person saw travels in the button: a tap under an old time or place is asked about again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.booking import Engagement
from domain.notices import SlotSnapshot, Version

NEVER_EDITED = 0
"""The sequence of a slot that has only ever been as it is now: whoever saw it saw it so."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The slot's sequence that the tapped message showed; None under an old button, which does not say."""

    sequence: int | None


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """The slot is not as it was seen. ``before`` None: how it was seen is not known any more."""

    before: SlotSnapshot | None


def changed_since(seen: Seen, versions: Sequence[Version]) -> ChangedSince | None:
    """What a person must be shown before a tap counts, None when they saw the slot as it is.

    ``versions`` are all that could be read of the slot, the last as it is now.
    """
    current = versions[-1].snapshot
    if seen.sequence == current.sequence or (seen.sequence is None and current.sequence == NEVER_EDITED):
        return None
    known = [
        v.snapshot for v in versions if seen.sequence is not None and v.snapshot.sequence <= seen.sequence
    ]
    if not known:
        return ChangedSince(None)
    return None if known[-1] == current else ChangedSince(known[-1])


def mark_of(clashes: Iterable[Engagement]) -> str:
    """A short mark of what a swap would give up: another booking, or one at another time, has another mark."""
    what = ";".join(
        f"{clash.booking_id} {clash.starts_at.timestamp():.0f} {clash.ends_at.timestamp():.0f}"
        for clash in sorted(clashes, key=lambda clash: clash.booking_id)
    )
    return hashlib.sha256(what.encode()).hexdigest()[:8]

"""What a person saw, and what has changed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.booking import Engagement
from domain.notices import SlotSnapshot, versions_of
from domain.seen import NEVER_EDITED, ChangedSince, Seen, changed_since, mark_of
from tests.town import moscow

TEN = moscow("14 10:00")
BEFORE = SlotSnapshot(
    7, TEN, TEN + timedelta(hours=1), "12", "Школа", "Ленина, 1", cancelled=False, sequence=2
)
MOVED = replace(BEFORE, starts_at=moscow("17 18:00"), ends_at=moscow("17 19:00"), sequence=3)
BACK = replace(BEFORE, sequence=4)


@pytest.mark.parametrize(
    ("sequence", "read", "changed"),
    [
        (3, [BEFORE, MOVED], None),
        (2, [BEFORE, MOVED], ChangedSince(BEFORE)),
        (2, [BEFORE, MOVED, BACK], None),
        (3, [BEFORE, MOVED, BACK], ChangedSince(MOVED)),
        (1, [BEFORE, MOVED], ChangedSince(None)),
        (1, [MOVED], ChangedSince(None)),
        (None, [BEFORE], ChangedSince(None)),
        (None, [replace(BEFORE, sequence=NEVER_EDITED)], None),
    ],
)
def test_a_tap_counts_only_under_what_is_so_still(
    sequence: int | None, read: list[SlotSnapshot], changed: ChangedSince | None
) -> None:
    assert changed_since(Seen(sequence), versions_of(read)) == changed


def test_another_booking_or_another_time_to_give_up_has_another_mark() -> None:
    one = Engagement(1, 5, TEN, TEN + timedelta(hours=1), 3, "Сварка")
    two = replace(one, booking_id=2)
    later = replace(one, starts_at=TEN + timedelta(minutes=5))
    assert mark_of([one, two]) == mark_of([two, one])
    marks = [mark_of(clashes) for clashes in ([], [one], [two], [one, two], [later])]
    assert len(set(marks)) == len(marks)
    assert all(len(mark) == 8 for mark in marks)

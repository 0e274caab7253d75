"""What all buttons have in common."""

from __future__ import annotations

from collections import Counter

from tests.every_callback import every_callback


def test_no_two_kinds_of_buttons_share_a_prefix() -> None:
    prefixes = Counter(kind.__prefix__ for kind in every_callback())
    assert [prefix for prefix, count in prefixes.items() if count > 1] == []

"""What happens once a day is due from its hour on, once."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from domain.daily import is_due
from tests.town import MOSCOW, moscow

NIGHT, MORNING, EVENING = time(3, 30), time(9), time(20)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("12 03:29", "11 03:30", False),
        ("12 03:30", "11 03:30", True),
        ("12 03:31", "12 03:30", False),
        # It was down at that hour.
        ("12 14:00", "11 03:30", True),
        ("13 01:00", "11 03:30", True),
        ("13 01:00", "12 03:31", False),
        # A week away is one run.
        ("20 12:00", "11 03:30", True),
        # The clock went back an hour after the run; or was a month ahead.
        ("12 02:45", "12 03:31", False),
        ("12 02:45", "25 03:31", True),
    ],
)
def test_at_night(now: str, last: str, due: bool) -> None:
    assert is_due(moscow(now), moscow(last), NIGHT, MOSCOW) is due


@pytest.mark.parametrize(
    ("now", "due"),
    [("12 08:59", False), ("12 09:00", True), ("12 19:59", True), ("12 20:00", False), ("13 02:00", False)],
)
def test_too_late_for_today_waits_for_tomorrow(now: str, due: bool) -> None:
    assert is_due(moscow(now), moscow("11 09:00"), MORNING, MOSCOW, EVENING) is due


def test_the_hour_is_the_zones() -> None:
    utc = datetime.fromisoformat("2026-10-12T00:31:00+00:00")
    assert is_due(utc, moscow("11 03:30"), NIGHT, MOSCOW)

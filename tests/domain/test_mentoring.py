"""When a mentor's acts are open, and whom "led by" names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from domain.mentoring import is_named, later_than, may_be_late, may_decline, may_mark
from domain.programme import Slot
from tests.town import moscow


def slot(**values: Any) -> Slot:
    return Slot(
        **{
            "id": 1,
            "code": "S1",
            "activity_id": 1,
            "starts_at": moscow("14 15:00"),
            "ends_at": moscow("14 16:30"),
            "capacity": 10,
            "taken": 0,
            "room": "",
            "cancelled_at": None,
            "sequence": 0,
            **values,
        }
    )


@pytest.mark.parametrize(
    ("now", "mark", "late", "decline"),
    [
        ("14 11:59", False, False, True),
        ("14 12:00", False, True, True),
        ("14 14:29", False, True, True),
        ("14 14:30", True, True, True),
        ("14 15:00", True, True, False),
        ("14 16:29", True, True, False),
        ("14 16:30", True, False, False),
        ("16 16:29", True, False, False),
        ("16 16:30", False, False, False),
    ],
)
def test_each_act_is_open_in_its_time(now: str, mark: bool, late: bool, decline: bool) -> None:
    moment = moscow(now)
    assert (may_mark(slot(), moment), may_be_late(slot(), moment), may_decline(slot(), moment)) == (
        mark,
        late,
        decline,
    )


def test_nothing_is_open_for_a_cancelled_slot() -> None:
    gone = slot(cancelled_at=moscow("13 10:00"))
    now: datetime = moscow("14 14:45")
    assert (may_mark(gone, now), may_be_late(gone, now), may_decline(gone, now)) == (False, False, False)


def test_only_more_minutes_are_left_to_say() -> None:
    assert [later_than(told) for told in (0, 10, 20, 30)] == [(10, 20, 30), (20, 30), (30,), ()]


@pytest.mark.parametrize(
    ("name", "led_by", "named"),
    [
        ("Сергей Иванович", "Сергей Иванович (демо-наставник)", True),
        ("сергей  ИВАНОВИЧ", "Ольга П., Сергей Иванович", True),
        ("Пётр Королёв", "Петр Королев", True),
        ("Сергей", "Сергей Иванович", False),
        ("Иванович Сергей", "Сергей Иванович", False),
        ("Анна Иванова", "Марианна Ивановас", False),
        ("Иван Ив", "Иван Иванов", False),
        ("", "Сергей Иванович", False),
        ("Сергей Иванович", "", False),
    ],
)
def test_a_name_is_found_as_whole_words_in_their_order(name: str, led_by: str, named: bool) -> None:
    assert is_named(name, led_by) is named

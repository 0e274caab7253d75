"""The night: when nothing comes that is not urgent, and what does not count as waiting."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.quiet import add_waking_time, before_night, is_night, next_waking, reminders_sleep

MOSCOW = ZoneInfo("Europe/Moscow")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
durations = st.timedeltas(timedelta(), timedelta(days=3))


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-{text}").replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("now", "awake"),
    [
        ("12 07:59", "12 08:00"),
        ("12 08:00", "12 08:00"),
        ("12 20:59", "12 20:59"),
        ("12 21:00", "13 08:00"),
        ("12 00:00", "12 08:00"),
    ],
)
def test_what_is_not_urgent_waits_for_eight_in_the_morning(now: str, awake: str) -> None:
    assert next_waking(moscow(now), MOSCOW) == moscow(awake)


@pytest.mark.parametrize(
    ("moment", "comes"),
    [
        ("12 20:59", "12 20:59"),
        ("12 21:00", "12 20:00"),
        ("12 23:30", "12 20:00"),
        ("13 00:00", "12 20:00"),
        ("13 06:59", "12 20:00"),
        ("13 07:00", "13 07:00"),
    ],
)
def test_a_reminder_for_the_night_comes_the_evening_before(moment: str, comes: str) -> None:
    assert before_night(moscow(moment), MOSCOW) == moscow(comes)


@pytest.mark.parametrize(
    ("now", "expires"),
    [
        ("12 10:00", "12 12:00"),
        ("12 19:00", "12 21:00"),
        ("12 20:00", "13 09:00"),
        ("12 23:00", "13 10:00"),
        ("12 03:00", "12 10:00"),
    ],
)
def test_two_hours_to_answer_leave_out_the_night(now: str, expires: str) -> None:
    assert add_waking_time(moscow(now), timedelta(hours=2), MOSCOW) == moscow(expires)


def test_a_night_with_a_change_of_clocks_does_not_count_either() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 10, 24, 20, 30, tzinfo=berlin)
    morning = datetime(2026, 10, 25, 9, 30, tzinfo=berlin)
    assert add_waking_time(evening, timedelta(hours=2), berlin) == morning.astimezone(UTC)


@given(moments, durations, durations)
def test_waking_time_adds_up(moment: datetime, first: timedelta, second: timedelta) -> None:
    in_steps = add_waking_time(add_waking_time(moment, first, MOSCOW), second, MOSCOW)
    assert next_waking(in_steps, MOSCOW) == next_waking(
        add_waking_time(moment, first + second, MOSCOW), MOSCOW
    )


@given(moments)
def test_waking_is_never_at_night_and_never_earlier(moment: datetime) -> None:
    awake = next_waking(moment, MOSCOW)
    assert awake >= moment
    assert not is_night(awake, MOSCOW)
    assert not reminders_sleep(before_night(moment, MOSCOW), MOSCOW)
    assert before_night(moment, MOSCOW) <= moment

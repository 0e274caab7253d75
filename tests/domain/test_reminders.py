"""When reminders come, and that looking from the clock finds the very same ones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.quiet import is_night, reminders_sleep
from domain.reminders import LONGEST, Offset, due_at, start_ranges

MOSCOW = ZoneInfo("Europe/Moscow")
ZONES = [MOSCOW, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kamchatka"), UTC]
moments = st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 10), timezones=st.just(UTC))
offsets = st.sampled_from(list(Offset))


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-{text}").replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("offset", "starts", "due"),
    [
        (Offset.WEEK, "20 10:00", "13 18:00"),
        (Offset.EVENING, "20 10:00", "19 18:00"),
        (Offset.EVENING, "20 00:30", "19 18:00"),
        (Offset.MORNING, "20 10:00", "20 08:00"),
        (Offset.MORNING, "20 09:59", "19 20:00"),
        (Offset.TWO_HOURS, "20 10:00", "20 08:00"),
        (Offset.TWO_HOURS, "20 09:00", "20 07:00"),
        (Offset.TWO_HOURS, "20 08:59", "19 20:00"),
        (Offset.TWO_HOURS, "20 23:00", "20 20:00"),
        (Offset.TWO_HOURS, "20 22:59", "20 20:59"),
        (Offset.HALF_HOUR, "20 10:00", "20 09:30"),
        (Offset.HALF_HOUR, "20 06:00", "19 20:00"),
    ],
)
def test_a_reminder_comes_when_it_was_promised(offset: Offset, starts: str, due: str) -> None:
    assert due_at(offset, moscow(starts), MOSCOW) == moscow(due)


@given(offsets, moments, st.sampled_from(ZONES))
def test_no_reminder_comes_at_night_or_after_the_start(
    offset: Offset, starts: datetime, zone: ZoneInfo
) -> None:
    due = due_at(offset, starts, zone)
    assert not reminders_sleep(due, zone)
    assert starts - LONGEST < due < starts
    assert offset in (Offset.TWO_HOURS, Offset.HALF_HOUR) or not is_night(due, zone)


@given(offsets, moments, moments, st.timedeltas(timedelta(), timedelta(days=10)), st.sampled_from(ZONES))
@example(
    Offset.TWO_HOURS,
    moscow("20 10:00"),
    moscow("20 08:00") - timedelta(seconds=5),
    timedelta(seconds=5),
    MOSCOW,
)
@example(Offset.TWO_HOURS, moscow("20 10:00"), moscow("20 08:00"), timedelta(seconds=5), MOSCOW)
def test_a_slot_is_in_the_ranges_exactly_when_its_reminder_comes_due(
    offset: Offset, starts: datetime, after: datetime, length: timedelta, zone: ZoneInfo
) -> None:
    until = after + length
    expected = after < due_at(offset, starts, zone) <= until
    found = [begin <= starts < end for begin, end in start_ranges(offset, after, until, zone)]
    assert sum(found) == int(expected)


@given(offsets, moments, st.timedeltas(timedelta(minutes=-5), timedelta(minutes=5)), st.sampled_from(ZONES))
def test_a_tick_around_the_due_moment_finds_its_slot(
    offset: Offset, starts: datetime, shift: timedelta, zone: ZoneInfo
) -> None:
    due = due_at(offset, starts, zone)
    until = due + shift
    found = any(
        begin <= starts < end
        for begin, end in start_ranges(offset, due - timedelta(microseconds=1), until, zone)
    )
    assert found == (shift >= timedelta())


def test_a_tick_of_seconds_looks_at_one_short_range() -> None:
    now = moscow("20 12:00")
    assert start_ranges(Offset.EVENING, now - timedelta(seconds=5), now, MOSCOW) == []
    instant = timedelta(microseconds=1)
    assert start_ranges(Offset.TWO_HOURS, now - timedelta(seconds=5), now, MOSCOW) == [
        (now + timedelta(hours=2, seconds=-5) + instant, now + timedelta(hours=2) + instant)
    ]

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock, SystemClock


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 10, 12, 7, 0, tzinfo=UTC)


def test_the_system_clock_tells_aware_utc() -> None:
    before = datetime.now(UTC)
    told = SystemClock().now()
    assert before <= told <= datetime.now(UTC)
    assert told.utcoffset() == timedelta()


def test_a_movable_clock_goes_with_its_base_and_ahead_of_it() -> None:
    clock = MovableClock(StoppedClock())
    assert clock.now() == datetime(2026, 10, 12, 7, 0, tzinfo=UTC)
    clock.advance(timedelta(hours=1))
    clock.advance(timedelta(minutes=30))
    assert clock.now() == datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
    assert clock.offset == timedelta(minutes=90)


def test_a_movable_clock_moves_to_a_moment_but_never_back() -> None:
    clock = MovableClock(StoppedClock())
    clock.advance_to(datetime(2026, 10, 12, 18, 0, tzinfo=UTC))
    assert clock.now() == datetime(2026, 10, 12, 18, 0, tzinfo=UTC)
    clock.advance_to(datetime(2026, 10, 12, 9, 0, tzinfo=UTC))
    assert clock.now() == datetime(2026, 10, 12, 18, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="forward only"):
        clock.advance(timedelta(seconds=-1))

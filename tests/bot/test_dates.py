"""Russian days, hours, waiting and distances, on Moscow's clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dates import Dates, distance
from bot.texts import Texts

MOSCOW = ZoneInfo("Europe/Moscow")
TEXTS = Texts.load()
DATES = Dates(TEXTS, MOSCOW)
NOW = datetime(2026, 10, 9, 12, 0, tzinfo=MOSCOW)


def moscow(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    """A moment given on Moscow's clocks, in UTC as the product keeps it."""
    return datetime(year, month, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


def test_a_day_has_a_weekday_and_a_month_in_the_genitive() -> None:
    assert DATES.day(moscow(10, 12), now=NOW) == "пн 12 октября"


def test_every_month_has_its_name() -> None:
    names = [DATES.day(moscow(month, 1), now=NOW).split()[2][:3] for month in range(1, 13)]
    assert " ".join(names) == "янв фев мар апр мая июн июл авг сен окт ноя дек"


def test_the_week_begins_on_monday() -> None:
    week = [DATES.day(moscow(10, day), now=NOW).split()[0] for day in range(5, 12)]
    assert week == ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]


def test_another_year_is_named() -> None:
    assert DATES.day(moscow(10, 12, year=2027), now=NOW) == "вт 12 октября 2027"
    assert DATES.slot(moscow(10, 12, year=2027), moscow(10, 12, 11, year=2027), now=NOW) == (
        "вт 12 октября 2027, 10:00–11:00"
    )


def test_the_year_is_that_of_moscow_not_of_utc() -> None:
    new_year_in_moscow = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)
    assert DATES.day(new_year_in_moscow, now=NOW) == "пт 1 января 2027"


def test_a_slot_names_day_and_hours() -> None:
    assert DATES.slot(moscow(10, 17), moscow(10, 17, 11, 30), now=NOW) == "сб 17 октября, 10:00–11:30"


def test_a_slot_across_midnight_names_both_days() -> None:
    assert DATES.slot(moscow(10, 17, 22), moscow(10, 18, 1, 30), now=NOW) == (
        "сб 17 октября, 22:00 – вс 18 октября, 01:30"
    )


def test_a_slot_until_midnight_stays_on_its_day() -> None:
    assert DATES.slot(moscow(10, 17, 22), moscow(10, 18, 0), now=NOW) == "сб 17 октября, 22:00–00:00"


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        DATES.time(datetime(2026, 10, 12, 10, 0))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (moscow(10, 9, 23, 59), "сегодня"),
        (moscow(10, 10, 0, 0), "завтра"),
        (moscow(10, 11, 0, 0), "вс 11 октября"),
        (moscow(10, 8), "чт 8 октября"),
    ],
)
def test_near_days_have_words(moment: datetime, expected: str) -> None:
    assert DATES.relative_day(moment, now=NOW) == expected


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(seconds=-5), "сейчас"),
        (timedelta(0), "сейчас"),
        (timedelta(seconds=20), "через 1 минуту"),
        (timedelta(minutes=2), "через 2 минуты"),
        (timedelta(minutes=15), "через 15 минут"),
        (timedelta(minutes=59, seconds=30), "через 1 час"),
        (timedelta(hours=1, minutes=50), "через 2 часа"),
        (timedelta(hours=5), "через 5 часов"),
        (timedelta(hours=21), "через 21 час"),
        (timedelta(hours=23, minutes=40), "через 1 день"),
        (timedelta(hours=24), "через 1 день"),
        (timedelta(days=3), "через 3 дня"),
        (timedelta(days=14), "через 14 дней"),
    ],
)
def test_waiting_is_told_in_the_unit_that_fits(ahead: timedelta, expected: str) -> None:
    assert DATES.waiting(NOW + ahead, now=NOW) == expected


def test_almost_a_whole_day_ahead_is_never_zero_days() -> None:
    midnight = moscow(10, 9, 0)
    assert DATES.waiting(midnight + timedelta(hours=23, minutes=50), now=midnight) == "через 1 день"


@pytest.mark.parametrize(
    ("kilometres", "expected"),
    [
        (0.0, "0 м"),
        (0.004, "0 м"),
        (0.8, "800 м"),
        (0.994, "990 м"),
        (0.996, "1 км"),
        (3.0, "3 км"),
        (3.44, "3,4 км"),
        (9.97, "10 км"),
        (27.4, "27 км"),
        (1204.2, "1204 км"),
    ],
)
def test_distances_are_as_exact_as_useful(kilometres: float, expected: str) -> None:
    assert distance(TEXTS, kilometres) == expected

"""Calendar files as another program reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar

from domain.booking import Booking, BookingStatus
from services.calendar import calendar_file
from tests.domain.test_booking import SLOT, VENUE, WELDING
from tests.town import MOSCOW, moscow

NOW = moscow("12 09:00")
BOOKED = Booking(7, 1, 3, 1, (), BookingStatus.BOOKED, NOW, NOW, None, None, None, 0)
CARD = replace(
    WELDING,
    title="Сварка; для начинающих, и не только",
    bring="Удобная одежда",
    safety="Очки выдадут",
    venue=replace(VENUE, latitude=43.6, longitude=39.7),
)


def link(payload: str) -> str:
    return f"https://example.org/?start={payload}"


def read(*planned: tuple[Booking, object, object], zone: ZoneInfo = MOSCOW) -> Calendar:
    content = calendar_file(list(planned), now=NOW, zone=zone, name="Мои записи", link=link)  # type: ignore[arg-type]
    found = Calendar.from_ical(content)
    assert isinstance(found, Calendar)
    assert max(len(line) for line in content.splitlines()) <= 75, "RFC 5545, 3.1"
    assert content.replace(b"\r\n", b"").count(b"\n") == 0
    return found


def test_an_event_says_what_where_and_when() -> None:
    calendar = read((BOOKED, replace(SLOT, room="каб. 5"), CARD))
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert event["SUMMARY"] == CARD.title
    assert event["LOCATION"] == "Сочи, УПК, ул. Мира, 1, каб. 5"
    assert event["DESCRIPTION"] == "Удобная одежда\nОчки выдадут"
    assert event["URL"] == "https://example.org/?start=act_W1"
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("DTSTART") == moscow("12 10:00")
    assert event.decoded("DTEND") == moscow("12 11:00")
    assert event["DTSTART"].params["TZID"] == "Europe/Moscow"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Moscow"]
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(hours=-2)


def test_whatever_happens_an_entry_keeps_its_uid_and_its_sequence_grows() -> None:
    """The way a phone meets them: signed up, moved, given back, signed up anew."""
    moved = replace(SLOT, sequence=1, starts_at=moscow("13 10:00"), ends_at=moscow("13 11:00"))
    again = replace(BOOKED, id=8)
    history = [
        (BOOKED, SLOT, CARD),
        (BOOKED, moved, CARD),
        (replace(BOOKED, status=BookingStatus.CANCELLED, sequence=1), moved, CARD),
        (again, moved, CARD),
    ]
    events = [read(step).walk("VEVENT")[0] for step in history]
    assert {str(event["UID"]) for event in events} == {"slot-1-person-3@kuban-engineering-bot"}
    numbers = [int(event.decoded("SEQUENCE")) for event in events]
    assert numbers == sorted(set(numbers))
    assert max(numbers) < 2**31
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_what_is_gone_is_cancelled_without_an_alarm() -> None:
    for gone in (
        (replace(BOOKED, status=BookingStatus.CANCELLED), SLOT, CARD),
        (BOOKED, replace(SLOT, cancelled_at=NOW), CARD),
    ):
        calendar = read(gone)
        [event] = calendar.walk("VEVENT")
        assert (calendar["METHOD"], event["STATUS"], event.walk("VALARM")) == ("CANCEL", "CANCELLED", [])


def test_a_plan_with_something_gone_is_published_as_a_whole() -> None:
    other = replace(SLOT, id=2)
    gone = replace(BOOKED, id=9, slot_id=2, status=BookingStatus.CANCELLED)
    calendar = read((BOOKED, SLOT, CARD), (gone, other, CARD))
    assert calendar["METHOD"] == "PUBLISH"
    assert [event["STATUS"] for event in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
    assert read()["METHOD"] == "PUBLISH"


def test_an_entry_without_a_place_on_the_map_or_words_is_whole() -> None:
    [event] = read((BOOKED, SLOT, WELDING)).walk("VEVENT")
    assert "GEO" not in event
    assert event["LOCATION"] == "Сочи, УПК, ул. Мира, 1"


def test_a_change_of_clocks_is_in_the_file() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 9, tzinfo=UTC)
    [event] = read(
        (BOOKED, replace(SLOT, starts_at=start, ends_at=start + timedelta(hours=1)), CARD), zone=berlin
    ).walk("VEVENT")
    assert event.decoded("DTSTART") == start

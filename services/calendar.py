"""Calendar files: RFC 5545 with a stable UID, a growing SEQUENCE and the zone's own VTIMEZONE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from icalendar import Alarm, Calendar, Event, Timezone

from domain.booking import Booking
from domain.programme import Activity, Slot

PRODUCT = "-//kuban-engineering-bot//RU"
ALARM_BEFORE = timedelta(hours=2)
SEQUENCE_BITS = 8
"""A later booking of the same slot outranks every change of an earlier one: its id counts for 256 changes."""
UID_DOMAIN = "kuban-engineering-bot"


def calendar_file(
    planned: Sequence[tuple[Booking, Slot, Activity]],
    *,
    now: datetime,
    zone: tzinfo,
    name: str,
    link: Callable[[str], str],
) -> bytes:
    """An .ics with one event a booking; those given back or cancelled are marked CANCELLED.

    The UID is the slot's for this person, so that a moved slot, a cancellation and a new sign-up replace the
    entry that a phone already holds instead of adding another.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    gone = [not booking.status.holds_place or slot.cancelled_at is not None for booking, slot, _ in planned]
    calendar.add("method", "CANCEL" if planned and all(gone) else "PUBLISH")
    if isinstance(zone_key := getattr(zone, "key", None), str):
        calendar.add_component(Timezone.from_tzid(zone_key))
    for (booking, slot, activity), is_gone in zip(planned, gone, strict=True):
        calendar.add_component(_event(booking, slot, activity, now, zone, link, is_gone=is_gone))
    return bytes(calendar.to_ical())


def _event(
    booking: Booking,
    slot: Slot,
    activity: Activity,
    now: datetime,
    zone: tzinfo,
    link: Callable[[str], str],
    *,
    is_gone: bool,
) -> Event:
    event = Event()
    event.add("uid", f"slot-{slot.id}-person-{booking.person_id}@{UID_DOMAIN}")
    event.add("sequence", (booking.id << SEQUENCE_BITS) + slot.sequence + booking.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", slot.starts_at.astimezone(zone))
    event.add("dtend", slot.ends_at.astimezone(zone))
    event.add("summary", activity.title)
    venue = activity.venue
    place = [venue.town, venue.name, venue.address, slot.room]
    event.add("location", ", ".join(part for part in place if part))
    if venue.latitude is not None and venue.longitude is not None:
        event.add("geo", (venue.latitude, venue.longitude))
    event.add("description", "\n".join(part for part in (activity.bring, activity.safety) if part))
    event.add("url", link(f"act_{activity.code}"))
    event.add("status", "CANCELLED" if is_gone else "CONFIRMED")
    if not is_gone:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -ALARM_BEFORE)
        alarm.add("description", activity.title)
        event.add_component(alarm)
    return event

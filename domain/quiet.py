"""Quiet hours: nothing that is not urgent comes at night. Moments are aware, the zone is people's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

NIGHT_BEGINS = time(21)
NIGHT_ENDS = time(8)
REMINDERS_WAKE = time(7)
"""A reminder may come this early: whoever needs it has to leave the house."""
LAST_CALL = time(20)
"""When reminders that would fall between 21:00 and 07:00 come instead, the evening before."""
ONE_DAY = timedelta(days=1)


def at(day: date, clock: time, zone: tzinfo) -> datetime:
    """The moment when clocks of the zone show ``clock`` on ``day``, in UTC."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def is_night(moment: datetime, zone: tzinfo) -> bool:
    """Whether it is 21:00–08:00."""
    clock = moment.astimezone(zone).time()
    return clock >= NIGHT_BEGINS or clock < NIGHT_ENDS


def next_waking(moment: datetime, zone: tzinfo) -> datetime:
    """The moment itself by day, at night the next 08:00."""
    local = moment.astimezone(zone)
    if local.time() >= NIGHT_BEGINS:
        return at(local.date() + ONE_DAY, NIGHT_ENDS, zone)
    if local.time() < NIGHT_ENDS:
        return at(local.date(), NIGHT_ENDS, zone)
    return moment


def add_waking_time(moment: datetime, duration: timedelta, zone: tzinfo) -> datetime:
    """When ``duration`` of day will have passed since ``moment``; the night does not count. UTC."""
    moment = next_waking(moment, zone).astimezone(UTC)
    while True:
        nightfall = at(moment.astimezone(zone).date(), NIGHT_BEGINS, zone)
        left_today = nightfall - moment
        if duration <= left_today:
            return moment + duration
        duration -= left_today
        moment = next_waking(nightfall, zone)


def before_night(moment: datetime, zone: tzinfo) -> datetime:
    """When a reminder for ``moment`` comes: between 21:00 and 07:00 at 20:00 of the evening before."""
    local = moment.astimezone(zone)
    if local.time() >= NIGHT_BEGINS:
        return at(local.date(), LAST_CALL, zone)
    if local.time() < REMINDERS_WAKE:
        return at(local.date() - ONE_DAY, LAST_CALL, zone)
    return moment


def reminders_sleep(moment: datetime, zone: tzinfo) -> bool:
    """Whether it is 21:00–07:00, when even reminders keep still."""
    clock = moment.astimezone(zone).time()
    return clock >= NIGHT_BEGINS or clock < REMINDERS_WAKE

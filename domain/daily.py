"""When something that happens once a day is due."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

A_DAY = timedelta(days=1)


def is_due(now: datetime, last: datetime, at: time, zone: tzinfo, until: time | None = None) -> bool:
    """Whether the latest ``at`` in the zone came after the last run; from ``until`` on that day is over.

    A last run that lies in the future was noted by a clock that was wrong.
    """
    local = now.astimezone(zone)
    moment = datetime.combine(local.date(), at, zone)
    if moment > local:
        moment -= A_DAY
    if until is not None and local >= datetime.combine(moment.date(), until, zone):
        return False
    return last < moment or last > now + A_DAY

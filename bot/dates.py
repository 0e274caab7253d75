"""Moments and distances as people read them: "Sat 12 October, 10:00–11:30", "in 2 hours", "3.4 km".

Moments come in aware, in any zone; they are shown in the zone given once. `now` decides what needs no year.
"""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from bot.texts import Texts

__all__ = ["Dates", "distance"]

MOST_SLOTS = 4_000
"""Slots whose words are kept."""
_EN_DASH = "\N{EN DASH}"


class Dates:
    """One language's words and the zone of the screens; every method is a pure function of its arguments."""

    def __init__(self, texts: Texts, zone: tzinfo) -> None:
        self.zone = zone
        self._texts = texts
        self._weekdays = texts.plain("dates-weekdays").split()
        self._months = texts.plain("dates-months").split()
        self._slot = lru_cache(MOST_SLOTS)(self._written_slot)

    def local(self, moment: datetime) -> datetime:
        """The moment on the clocks of the zone. A naive moment is a mistake: ValueError."""
        if moment.tzinfo is None:
            raise ValueError(f"a moment without a zone: {moment}")
        return moment.astimezone(self.zone)

    def day(self, moment: datetime, *, now: datetime) -> str:
        """ "Sat 12 October", or "Tue 12 October 2027" in another year than now."""
        local = self.local(moment)
        month = self._months[local.month - 1]
        weekday = self.weekday(moment)
        if local.year == self.local(now).year:
            return self._texts.plain("dates-day", weekday=weekday, day=local.day, month=month)
        year = str(local.year)
        return self._texts.plain(
            "dates-day-of-another-year", weekday=weekday, day=local.day, month=month, year=year
        )

    def weekday(self, moment: datetime) -> str:
        """The short name of the day of the week: "Sat"."""
        return self._weekdays[self.local(moment).weekday()]

    def relative_day(self, moment: datetime, *, now: datetime) -> str:
        """ "Today", "tomorrow", or else the day as `day` writes it."""
        days_ahead = (self.local(moment).date() - self.local(now).date()).days
        if days_ahead == 0:
            return self._texts.plain("dates-today")
        if days_ahead == 1:
            return self._texts.plain("dates-tomorrow")
        return self.day(moment, now=now)

    def time(self, moment: datetime) -> str:
        """The time of day: "10:00"."""
        return f"{self.local(moment):%H:%M}"

    def hours(self, start: datetime, end: datetime) -> str:
        """From when to when: "10:00–11:30"."""
        return f"{self.time(start)}{_EN_DASH}{self.time(end)}"

    def moment(self, moment: datetime, *, now: datetime) -> str:
        """Day and time: "Sat 12 October, 10:00"."""
        return f"{self.day(moment, now=now)}, {self.time(moment)}"

    def slot(self, start: datetime, end: datetime, *, now: datetime) -> str:
        """Day and hours, "Sat 12 October, 10:00–11:30"; both days when the slot runs across midnight."""
        return self._slot(start, end, self.local(now).year)

    def _written_slot(self, start: datetime, end: datetime, year: int) -> str:
        # Of now, only the year is seen: lists name the same slots all day long.
        now = datetime(year, 7, 1, tzinfo=self.zone)
        last_instant = end - timedelta(microseconds=1) if end > start else end
        if self.local(start).date() == self.local(last_instant).date():
            return f"{self.day(start, now=now)}, {self.hours(start, end)}"
        return f"{self.moment(start, now=now)} {_EN_DASH} {self.moment(end, now=now)}"

    def waiting(self, moment: datetime, *, now: datetime) -> str:
        """How long to wait: "in 15 minutes", "in 2 hours", "in 3 days"; "now" for what has come.

        Minutes are rounded up, hours to the nearest; from 24 hours on, days of the calendar are counted.
        """
        seconds = (moment - now).total_seconds()
        if seconds <= 0:
            return self._texts.plain("dates-now")
        minutes = -int(-seconds // 60)
        if minutes < 60:
            return self._texts.plain("dates-in-minutes", count=minutes)
        hours = int(minutes / 60 + 0.5)
        if hours < 24:
            return self._texts.plain("dates-in-hours", count=hours)
        days = (self.local(moment).date() - self.local(now).date()).days
        return self._texts.plain("dates-in-days", count=max(days, 1))


def distance(texts: Texts, kilometres: float) -> str:
    """ "800 m" to the nearest 10 m below a kilometre, "3.4 km" below ten, "27 km" from there on."""
    metres = round(kilometres * 100) * 10
    if metres < 1000:
        return texts.plain("dates-metres", distance=metres)
    tenths = round(kilometres, 1)
    shown = tenths if tenths < 10 else round(kilometres)
    return texts.plain("dates-kilometres", distance=int(shown) if shown == int(shown) else shown)

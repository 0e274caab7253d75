"""Wrong codes are counted, so that nobody tries them one after another."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from domain.people import Address

WRONG_CODES = 5
"""How many in a row a person may try within ``REST``."""
WORDS_LIKE_CODES = 30
"""How many texts in the shape of a code, but written as words, are looked at within ``REST``; more are only words."""
REST = timedelta(minutes=10)
MOST_REMEMBERED = 10_000


class Tries:
    """In memory: a restart forgives, which a code of 40 bits can afford."""

    def __init__(self, most: int = WRONG_CODES) -> None:
        self._most = most
        self._wrong: OrderedDict[Address, list[datetime]] = OrderedDict()

    def rests_until(self, address: Address, now: datetime) -> datetime | None:
        """The moment from which this person may try again; None: now."""
        recent = [moment for moment in self._wrong.get(address, ()) if now - moment < REST]
        return recent[-self._most] + REST if len(recent) >= self._most else None

    def count(self, address: Address, now: datetime) -> None:
        """One more wrong code."""
        recent = [moment for moment in self._wrong.pop(address, ()) if now - moment < REST]
        self._wrong[address] = [*recent, now]
        if len(self._wrong) > MOST_REMEMBERED:
            self._wrong.popitem(last=False)

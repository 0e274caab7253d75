"""Who has taken which places before the visitor comes: full lists, waiting lists and empty rooms.

Every booking keeps the bot's own rules: grade and audience, one place at a time with time to travel, capacity,
and nobody waits while there is room for them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from demo.people import DemoPerson
from demo.programme import SEED, ZONE
from demo.scene import scene
from domain.booking import BookingStatus, Engagement, admits, is_tight, overlaps
from domain.people import Person, Role
from domain.programme import Activity, Kind, Slot

Offered = tuple[Slot, Activity]

ONE_DAY = timedelta(days=1)
FULL_SHARE = 0.15
"""Of the slots of the next days: full, with people waiting."""
MOST_WORKSHOPS = 24
"""Of one person of the crowd."""
NEIGHBOURHOOD = 40.0
"""Kilometres: how far apart two people of the crowd may live and still come in either order."""
GROUP: Mapping[Role, Sequence[int]] = {Role.PARENT: (1, 2, 2, 3), Role.TEACHER: (1, 1, 3, 5)}
"""Places that an adult takes."""
FILLED: Sequence[tuple[int, float, float]] = ((10, 0.3, 0.95), (21, 0.1, 0.7), (365, 0.0, 0.35))
"""Up to how many days ahead, and between which shares of their places slots are taken by then."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who may take places. ``distances`` from home to venues by id, in kilometres."""

    person: Person
    distances: Mapping[int, float]


class Dealer:
    """Hands out places; ``rows`` are the bookings, ``taken`` and ``waiting`` the counters by slot id."""

    def __init__(self, offered: Iterable[Offered], now: datetime, seed: str = SEED) -> None:
        self.rows: list[dict[str, Any]] = []
        self.taken: dict[int, int] = defaultdict(int)
        self.waiting: dict[int, int] = defaultdict(int)
        self._offered = sorted(offered, key=lambda pair: (pair[0].starts_at, pair[0].code))
        self._now = now
        self._today = now.astimezone(ZONE).date()
        self._seed = seed
        self._engagements: dict[tuple[int, date], list[Engagement]] = defaultdict(list)
        self._workshops: dict[int, int] = defaultdict(int)

    def ready(self, demo_person: DemoPerson, guest: Guest) -> None:
        """What a ready-made person holds already, as ``people.toml`` has it."""
        for wish in demo_person.bookings:
            day = self._today + timedelta(days=wish.day)
            fits = (pair for pair in self._offered if self._suits(guest, *pair))
            if wish.activity is None:
                slot, activity = min(
                    (pair for pair in fits if _day(pair[0]) == day),
                    key=lambda pair: guest.distances[pair[1].venue.id],
                )
            else:
                slot, activity = next(
                    pair for pair in fits if pair[1].code == wish.activity and _day(pair[0]) >= day
                )
            # Of this moment, so that no reminder of the past greets the visitor.
            asked = min(self._now, slot.starts_at - ONE_DAY)
            self._book(guest, slot, activity, wish.places, asked)

    def crowd(self, guests: Sequence[Guest]) -> None:
        """Fill the programme; the slots of the story get exactly what the story says."""
        story = {slot.code: slot.taken for slot in scene(self._today).slots}
        for slot, activity in self._offered:
            lot = random.Random(f"{self._seed}:{slot.code}:guests")
            queue = iter(self._in_order(guests, slot, activity, lot))
            if slot.code in story:
                self._seat(queue, slot, activity, story[slot.code], lot, alone=True)
            else:
                self._seat(queue, slot, activity, self._target(slot, lot), lot)
                if self.taken[slot.id] == slot.capacity:
                    self._queue_up(queue, slot, activity, lot)

    def _in_order(
        self, guests: Sequence[Guest], slot: Slot, activity: Activity, lot: random.Random
    ) -> Iterable[Guest]:
        """Those who may come, neighbours first; to the forum people come from everywhere."""
        workshop = activity.kind is Kind.WORKSHOP
        for guest in sorted(
            guests,
            key=lambda guest: (
                lot.uniform(0, NEIGHBOURHOOD) + (guest.distances[activity.venue.id] if workshop else 0)
            ),
        ):
            tired = workshop and self._workshops[guest.person.id] >= MOST_WORKSHOPS
            if not tired and self._suits(guest, slot, activity):
                yield guest

    def _suits(self, guest: Guest, slot: Slot, activity: Activity) -> bool:
        """Whether the guest may come and has the time for it."""
        if slot.cancelled_at is not None or admits(guest.person, activity) is not None:
            return False
        venue = activity.venue.id
        return not any(
            overlaps(slot.starts_at, slot.ends_at, other)
            or is_tight(slot.starts_at, slot.ends_at, venue, other)
            for other in self._engagements[guest.person.id, _day(slot)]
        )

    def _target(self, slot: Slot, lot: random.Random) -> int:
        """How many places are gone."""
        if slot.capacity is None:
            return lot.randint(20, 70)
        ahead = (_day(slot) - self._today).days
        last, least, most = next(stage for stage in FILLED if ahead <= stage[0])
        full = last == FILLED[0][0] and lot.random() < FULL_SHARE
        return slot.capacity if full else round(slot.capacity * lot.uniform(least, most))

    def _seat(
        self,
        queue: Iterator[Guest],
        slot: Slot,
        activity: Activity,
        target: int,
        lot: random.Random,
        *,
        alone: bool = False,
    ) -> None:
        """Give ``target`` places to those in ``queue``; ``alone``: to each of them one."""
        while (left := target - self.taken[slot.id]) > 0 and (guest := next(queue, None)):
            group = 1 if alone else min(left, self._group(guest, lot))
            asked = min(self._now, slot.starts_at) - timedelta(minutes=lot.randint(12 * 60, 8 * 24 * 60))
            self._book(guest, slot, activity, group, asked)

    def _queue_up(self, queue: Iterator[Guest], slot: Slot, activity: Activity, lot: random.Random) -> None:
        """One to four wait, each having asked after the one before; nobody waits for what is over."""
        if slot.starts_at <= self._now:
            return
        asked = self._now - timedelta(hours=11)
        for guest in islice(queue, lot.randint(1, 4)):
            asked += timedelta(minutes=lot.randint(5, 120))
            places = self._group(guest, lot)
            self._add(guest, slot, activity, places, asked, BookingStatus.WAITING)
            self.waiting[slot.id] += places

    def _group(self, guest: Guest, lot: random.Random) -> int:
        """How many come with an adult, the adult included."""
        return lot.choice(GROUP.get(guest.person.role or Role.STUDENT, (1,)))

    def _book(self, guest: Guest, slot: Slot, activity: Activity, places: int, asked: datetime) -> None:
        self._add(guest, slot, activity, places, asked, BookingStatus.BOOKED)
        self.taken[slot.id] += places

    def _add(
        self,
        guest: Guest,
        slot: Slot,
        activity: Activity,
        places: int,
        asked: datetime,
        status: BookingStatus,
    ) -> None:
        self.rows.append(
            {
                "slot_id": slot.id,
                "person_id": guest.person.id,
                "places": places,
                "companions": [],
                "status": status,
                "queued_at": asked,
                "held_since": asked if status is BookingStatus.BOOKED else None,
                "sequence": 0,
            }
        )
        # Those who wait keep the time free, too: whoever moves up never has to choose.
        self._engagements[guest.person.id, _day(slot)].append(
            Engagement(0, slot.id, slot.starts_at, slot.ends_at, activity.venue.id, activity.title)
        )
        self._workshops[guest.person.id] += activity.kind is Kind.WORKSHOP


def _day(slot: Slot) -> date:
    return slot.starts_at.astimezone(ZONE).date()

"""The invented programme: hand-written texts in ``demo/data``, days and hours by a seed.

Everything is relative to ``today``, a day of the programme's zone: workshops from two days ago to six weeks
ahead, the forum on the second and third day from now. The same seed and day give the same programme.
"""

from __future__ import annotations

import csv
import math
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.programme import Access, Audience, Format, Track
from domain.programme_import import Entry, FactEntry, ForumEntry, Sheet, SlotEntry, VenueEntry, WorkshopEntry

DATA = Path(__file__).parent / "data"
MUNICIPALITIES = Path(__file__).parent.parent / "db" / "data" / "municipalities.csv"
ZONE = ZoneInfo("Europe/Moscow")
SEED = "demo"
FIRST_DAY = -2
LAST_DAY = 42
"""Days from today, both included."""
FORUM_DAYS = (2, 3)
CANCELLED_SHARE = 0.02
"""Of the slots from the second day on: enough to meet one now and then."""
KILOMETRES_PER_DEGREE = 111.2
SUNDAY = 6
TRACK_FILES: Mapping[Track, str] = {
    Track.ENGINEERING: "engineering.toml",
    Track.TECHNOLOGY: "technology.toml",
    Track.AGRO: "agro.toml",
    Track.ENTREPRENEURSHIP: "business.toml",
}
STARTS: Mapping[bool, Sequence[str]] = {
    True: ("10:00", "10:30", "11:00", "12:30", "13:00", "14:30", "15:00"),
    False: ("14:00", "14:30", "15:00", "15:30", "16:00", "16:30", "17:00", "18:00"),
}
"""By whether the day is of a weekend: on other days school comes first."""


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre of a municipality, in degrees."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Programme:
    """Rows of the workbook, sheet by sheet."""

    venues: tuple[VenueEntry, ...]
    workshops: tuple[WorkshopEntry, ...]
    slots: tuple[SlotEntry, ...]
    forum: tuple[ForumEntry, ...]
    about: tuple[FactEntry, ...]

    def sheets(self) -> Mapping[Sheet, Sequence[Entry]]:
        return {
            Sheet.VENUES: self.venues,
            Sheet.WORKSHOPS: self.workshops,
            Sheet.SLOTS: self.slots,
            Sheet.FORUM: self.forum,
            Sheet.ABOUT: self.about,
        }


@cache
def data(name: str) -> Mapping[str, Any]:
    """A file of ``demo/data``."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def centres() -> Mapping[str, Centre]:
    """Municipalities by code."""
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Centre(row["name"], float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(file)
        }


def programme(today: date, seed: str = SEED) -> Programme:
    """Everything that the spreadsheet of the demonstration says on ``today``."""
    plans = tuple(_plans())
    leaders = _leaders(seed, data("people.toml")["mentor"])
    return Programme(
        venues=tuple(_venue(row) for row in data("venues.toml")["venue"]),
        workshops=tuple(plan.entry(next(leaders)) for plan in plans),
        slots=tuple(slot for plan in plans for slot in _slots(plan, today, seed)),
        forum=tuple(_forum(today, seed)),
        about=tuple(_about(today)),
    )


def moment(day: date, clock: str, zone: tzinfo = ZONE) -> datetime:
    """Clocks of the zone show ``clock`` ("10:00") on ``day``; in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def _venue(row: Mapping[str, Any]) -> VenueEntry:
    centre = centres()[row["municipality"]]
    east = KILOMETRES_PER_DEGREE * math.cos(math.radians(centre.latitude))
    return VenueEntry(
        code=row["key"],
        name=row["name"],
        municipality=row["municipality"],
        address=row["address"],
        latitude=round(centre.latitude + row["north"] / KILOMETRES_PER_DEGREE, 5),
        longitude=round(centre.longitude + row["east"] / east, 5),
        access=frozenset(Access(item) for item in row["access"]),
        directions=row["directions"],
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """A workshop as written down: what its concept says unless the take says otherwise."""

    code: str
    track: Track
    texts: Mapping[str, Any]
    room: str

    def entry(self, leader: str) -> WorkshopEntry:
        people = data("people.toml")
        grade_from, grade_to = self.texts["grades"]
        return WorkshopEntry(
            code=self.code,
            name=self.texts["title"],
            track=self.track,
            venue=self.texts["at"],
            description=self.texts["text"],
            led_by=people[self.texts["led_by"]] if "led_by" in self.texts else leader,
            enterprise=self.texts["enterprise"],
            grade_from=grade_from,
            grade_to=grade_to,
            bring=self.texts["bring"],
            safety=self.texts["safety"],
        )


def _plans() -> Iterator[_Plan]:
    rooms: dict[str, int] = {}
    names = data("people.toml")["rooms"]
    for track, file in TRACK_FILES.items():
        for concept in data(file)["concept"]:
            for take in concept["take"]:
                # Every workshop has its room: nothing of a venue ever meets in one.
                number = rooms[take["at"]] = rooms.get(take["at"], 0) + 1
                yield _Plan(
                    code=f"{concept['key']}-{take['at']}",
                    track=track,
                    texts={**concept, **take},
                    room=names[number % len(names)].format(n=number),
                )


def _slots(plan: _Plan, today: date, seed: str) -> Iterator[SlotEntry]:
    choice = random.Random(f"{seed}:{plan.code}")
    weekdays, starts = _habits(plan, choice)
    scenes = [scene for scene in data("scene.toml").values() if scene["activity"] == plan.code]
    for ahead in range(FIRST_DAY, LAST_DAY + 1):
        day = today + timedelta(days=ahead)
        if ahead == 1 and scenes:
            yield from (_slot(plan, day, scene["start"], scene["end"], scene["places"]) for scene in scenes)
        elif day.weekday() in weekdays:
            start = starts[day.weekday()]
            end = _later(start, plan.texts["minutes"])
            # Of its own for every day, so that a slot stays as it is when tomorrow becomes today.
            lot = random.Random(f"{seed}:{plan.code}:{day}")
            cancelled = lot.random() < CANCELLED_SHARE and ahead >= FORUM_DAYS[0]
            places = min(16, max(6, plan.texts["places"] + lot.choice((-2, 0, 0, 0, 2))))
            yield _slot(plan, day, start, end, places, cancelled=cancelled)


def _habits(plan: _Plan, choice: random.Random) -> tuple[frozenset[int], Mapping[int, str]]:
    """On which weekdays a workshop meets, and at what time on each."""
    starts = {weekday: choice.choice(STARTS[weekday >= SUNDAY - 1]) for weekday in range(7)}
    if "days" in plan.texts:
        days = plan.texts["days"]
        return frozenset(days), starts | dict.fromkeys(days, plan.texts["start"])
    weekdays = choice.sample(range(SUNDAY), choice.choice((1, 1, 1, 2)))
    if choice.random() < 1 / 5:
        weekdays.append(SUNDAY)
    return frozenset(weekdays), starts


def _slot(plan: _Plan, day: date, start: str, end: str, places: int, *, cancelled: bool = False) -> SlotEntry:
    return SlotEntry(
        code=slot_code(plan.code, day, start),
        activity=plan.code,
        starts_at=moment(day, start),
        ends_at=moment(day, end),
        capacity=places,
        room=plan.room,
        cancelled=cancelled,
    )


def slot_code(activity: str, day: date, start: str) -> str:
    """As the import makes it when the cell is empty."""
    return f"{activity}-{day:%Y%m%d}-{start.replace(':', '')}"


def _later(start: str, minutes: int) -> str:
    hour, minute = divmod(int(start[:2]) * 60 + int(start[3:]) + minutes, 60)
    return f"{hour:02}:{minute:02}"


def _leaders(seed: str, template: str) -> Iterator[str]:
    """First names with a letter, no two alike."""
    people = data("people.toml")
    pairs = list(product(people["adult_names"], people["letters"]))
    random.Random(f"{seed}:{template}").shuffle(pairs)
    return (template.format(name=name, letter=letter) for name, letter in pairs)


def _forum(today: date, seed: str) -> Iterator[ForumEntry]:
    forum = data("forum.toml")
    speakers = _leaders(seed, data("people.toml")["speaker"])
    seen: dict[tuple[str, int], int] = {}
    for session in forum["session"]:
        track, day = session["track"], session["day"]
        number = seen[track, day] = seen.get((track, day), 0) + 1
        first = len(forum["hours"]["first"])
        room = 0 if number <= first else 1
        start, end = (forum["hours"]["first"] + forum["hours"]["second"])[number - 1]
        date_of = today + timedelta(days=FORUM_DAYS[day - 1])
        kind = Format(session["format"])
        yield ForumEntry(
            code=f"forum-{track}-{day}{number:02}",
            name=session["title"],
            track=Track(track),
            venue=forum["rooms"][track]["venue"],
            starts_at=moment(date_of, start),
            ends_at=moment(date_of, end),
            format=kind,
            room=forum["rooms"][track]["names"][room],
            capacity=session["places"] or None,
            led_by=", ".join(next(speakers) for _ in range(3 if kind is Format.ROUND_TABLE else 1)),
            audience=Audience(session["audience"]),
            description=session["text"],
            cancelled=session.get("cancelled", False),
        )


def _about(today: date) -> Iterator[FactEntry]:
    first, second = (f"{today + timedelta(days=ahead):%d.%m.%Y}" for ahead in FORUM_DAYS)
    for key, value in data("forum.toml")["about"].items():
        yield FactEntry(key, value.format(first=first, second=second))

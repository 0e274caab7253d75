"""``schedule.json`` into sheets of the workbook, so that an event is checked as a row is."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from domain.people import Scope
from domain.programme import Format, Track
from domain.programme_import import (
    Column,
    ForumEntry,
    Problem,
    Sheet,
    StoredProgramme,
    UnusableFile,
    VenueEntry,
)
from services.programme_file import ROWS, TEXT_LENGTH, Cell, RawRow, RawSheet
from services.schedule.names import FALLBACK_ACRONYM, OTHER, START, URN, RoomNames, event_guid
from services.spreadsheet import Words, folded, load_words

FILE_BYTES = 8 * 1024 * 1024
"""A conference of a thousand talks takes two."""
LONGEST_CODE = 40
SHOWN_LENGTH = 60
"""Characters of a foreign word that a warning repeats."""

_NOT_IN_CODES = re.compile(r"[^A-Za-z0-9_-]+")
_DURATION = re.compile(r"([0-9]{1,4}):([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Event:
    """What an import takes from one event; texts as they stand, empty when absent."""

    id: str
    guid: str
    url: str
    title: str
    track: str
    type: str
    room: str
    speakers: str
    description: str
    date: str
    starts_at: datetime | None
    """None when the date cannot be read. Aware where the file says the zone."""
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Schedule:
    acronym: str
    title: str
    zone: str
    events: tuple[Event, ...]


def read_schedule(content: bytes) -> Schedule:
    """Understand the file as far as it is one.

    Raises:
        UnusableFile: too large, not JSON, or no schedule of a conference.
    """
    if len(content) > FILE_BYTES:
        raise _unusable("import-file-too-large", limit=FILE_BYTES // 1024 // 1024)
    if not content.strip():
        raise _unusable("import-file-empty")
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        raise _unusable("import-file-damaged-json") from None
    conference = _mapping(_mapping(_mapping(whole).get("schedule")).get("conference"))
    if not isinstance(conference.get("days"), list):
        raise _unusable("import-file-not-schedule")
    events = tuple(_events(conference["days"]))
    if len(events) > ROWS:
        raise _unusable("import-file-too-many-events", limit=ROWS)
    return Schedule(
        acronym=_text(conference.get("acronym")),
        title=_text(conference.get("title")),
        zone=_text(conference.get("time_zone_name")),
        events=events,
    )


def _unusable(key: str, **args: str | int) -> UnusableFile:
    return UnusableFile(Problem(key, args=args))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)[:TEXT_LENGTH].strip()


def _events(days: Sequence[Any]) -> Iterator[Event]:
    for day in days:
        for name, events in _mapping(_mapping(day).get("rooms")).items():
            for event in _listed(events):
                if isinstance(event, dict):
                    yield _event(event, name)


def _event(event: Mapping[str, Any], room: str) -> Event:
    starts_at = _moment(event.get("date"))
    ends_at = _moment(event.get("end"))
    length = _DURATION.fullmatch(_text(event.get("duration")))
    if ends_at is None and starts_at is not None and length:
        ends_at = starts_at + timedelta(hours=int(length[1]), minutes=int(length[2]))
    people = (
        _text(person.get("name")) or _text(person.get("public_name"))
        for person in map(_mapping, _listed(event.get("persons")))
    )
    parts = [_text(event.get(name)) for name in ("subtitle", "abstract", "description")]
    return Event(
        id=_text(event.get("id")),
        guid=_text(event.get("guid")),
        url=_text(event.get("url")),
        title=_text(event.get("title")),
        track=_text(event.get("track")),
        type=_text(event.get("type")),
        room=_text(event.get("room")) or _text(room),
        speakers=", ".join(filter(None, people)),
        description="\n\n".join(dict.fromkeys(filter(None, parts))),
        date=_text(event.get("date")),
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(value))
        # Beyond these years clocks of other zones leave the calendar.
        return moment if 1970 <= moment.year < 2200 else None
    except ValueError:
        return None


def schedule_sheets(
    schedule: Schedule, stored: StoredProgramme, zone: tzinfo, scope: Scope, words: Words | None = None
) -> tuple[tuple[RawSheet, ...], tuple[Problem, ...]]:
    """The schedule as sheets of the workbook, and what had to be guessed. A row's number counts the events."""
    return _Sheets(schedule, stored, zone, scope, words or load_words()).build()


class _Sheets:
    def __init__(
        self, schedule: Schedule, stored: StoredProgramme, zone: tzinfo, scope: Scope, words: Words
    ) -> None:
        self._schedule = schedule
        self._zone = zone
        self._words = words
        self._scope = scope
        self._sessions = {
            code: row.entry
            for code, row in stored.rows[Sheet.FORUM].items()
            if isinstance(row.entry, ForumEntry)
        }
        self._venues = {
            code: row.entry
            for code, row in stored.rows[Sheet.VENUES].items()
            if isinstance(row.entry, VenueEntry)
        }
        self._municipality_names = stored.municipality_names
        self._rooms = RoomNames(self._sessions.values(), self._venues)
        self._codes = {event_guid(code): code for code in self._sessions}
        self._warnings: list[Problem] = []
        self._unknown_tracks: Counter[tuple[str, str]] = Counter()
        self._new_venue: VenueEntry | None = None
        self._own_zone = _zone(schedule.zone)

    def build(self) -> tuple[tuple[RawSheet, ...], tuple[Problem, ...]]:
        columns = (
            *(Column.CODE, Column.NAME, Column.TRACK, Column.FORMAT, Column.VENUE, Column.ROOM),
            *(Column.DATE, Column.START, Column.END, Column.LED_BY, Column.DESCRIPTION),
        )
        rows = [self._headings(Sheet.FORUM, columns, number=0)]
        for number, event in enumerate(self._schedule.events, start=1):
            cells = self._cells(event)
            rows.append(_row(number, [cells.get(column, "") for column in columns]))
        for (track, kept), count in self._unknown_tracks.items():
            args: dict[str, str | int] = {"value": track or "-", "kept": kept, "count": count}
            self._warnings.append(Problem("import-warning-track", Sheet.FORUM, args=args))
        if self._schedule.zone and self._own_zone is None and self._has_naive_times():
            zone = {"zone": self._schedule.zone[:SHOWN_LENGTH]}
            self._warnings.append(Problem("import-warning-zone", Sheet.FORUM, args=zone))
        sheets = [RawSheet(self._words.titles[Sheet.FORUM], tuple(rows), ())]
        if self._new_venue is not None:
            sheets.insert(0, self._venue_sheet(self._new_venue))
        return tuple(sheets), tuple(self._warnings)

    def _has_naive_times(self) -> bool:
        moments = (moment for event in self._schedule.events for moment in (event.starts_at, event.ends_at))
        return any(moment is not None and moment.tzinfo is None for moment in moments)

    def _headings(self, sheet: Sheet, columns: Sequence[Column], number: int) -> RawRow:
        return _row(number, [self._words.headings[sheet][column] for column in columns])

    def _cells(self, event: Event) -> dict[Column, Cell]:
        code = self._code(event)
        session = self._sessions.get(code)
        venue, room = self._place(event.room, session)
        return {
            Column.CODE: code,
            Column.NAME: event.title,
            Column.TRACK: self._track(event.track, session),
            Column.FORMAT: self._format(event.type, session),
            Column.VENUE: venue,
            Column.ROOM: room,
            **self._when(event),
            Column.LED_BY: event.speakers,
            Column.DESCRIPTION: event.description,
        }

    def _code(self, event: Event) -> str:
        """The code in our own address, else the session of that guid, else made of the acronym and the id."""
        if event.guid.lower() in self._codes:
            return self._codes[event.guid.lower()]
        if event.url.startswith(URN):
            return event.url.removeprefix(URN)
        started = parse_qs(_query(event.url)).get("start", [""])[0]
        if started.startswith(START):
            return started.removeprefix(START)
        name = f"{self._schedule.acronym}-{event.id}" if event.id else event.guid
        return _NOT_IN_CODES.sub("-", name)[-LONGEST_CODE:].strip("-")

    def _track(self, track: str, session: ForumEntry | None) -> str:
        known = self._words.choice(Track, track)
        if known is not None:
            return track
        kept = session.track if session else Track.TECHNOLOGY
        self._unknown_tracks[track[:SHOWN_LENGTH], self._words.written(kept)] += 1
        return self._words.written(kept)

    def _format(self, kind: str, session: ForumEntry | None) -> str:
        """Words that other programs use are understood; an unknown one leaves what is stored."""
        known = self._words.choice(Format, kind) or self._words.schedule_format(kind)
        if known is None and session is not None and folded(kind) != OTHER:
            known = session.format
        return self._words.written(known) if known else ""

    def _place(self, name: str, session: ForumEntry | None) -> tuple[str, str]:
        """Venue and room of an event: those of the session, of that room, the forum's only venue, or a new one."""
        if session is not None and self._rooms.name(session) == name:
            return session.venue, session.room
        if (found := self._rooms.place(name)) is not None:
            return found
        if session is not None:
            return session.venue, name
        venues = {known.venue for known in self._sessions.values()}
        if len(venues) == 1:
            return venues.pop(), name
        return self._forum_venue(), name

    def _forum_venue(self) -> str:
        """A venue named after the conference: the format knows rooms and no addresses."""
        code = _NOT_IN_CODES.sub("-", self._schedule.acronym)[:LONGEST_CODE].strip("-") or FALLBACK_ACRONYM
        if code not in self._venues and self._new_venue is None:
            names = self._municipality_names
            place = next(iter(sorted(self._scope.municipalities & names.keys())), None) or self._words.capital
            self._new_venue = VenueEntry(code, self._schedule.title or code, place)
            name = names.get(place, place)
            args: dict[str, str | int] = {"code": code, "municipality": name}
            self._warnings.append(Problem("import-warning-venue-made", args=args))
        return code

    def _venue_sheet(self, venue: VenueEntry) -> RawSheet:
        columns = (Column.CODE, Column.NAME, Column.MUNICIPALITY)
        name = self._municipality_names.get(venue.municipality, venue.municipality)
        rows = self._headings(Sheet.VENUES, columns, 0), _row(1, [venue.code, venue.name, name])
        return RawSheet(self._words.titles[Sheet.VENUES], rows, ())

    def _when(self, event: Event) -> dict[Column, Cell]:
        if event.starts_at is None:
            return {Column.DATE: event.date or "?", Column.START: "?", Column.END: "?"}
        start = self._local(event.starts_at)
        cells: dict[Column, Cell] = {Column.DATE: f"{start:%d.%m.%Y}", Column.START: f"{start:%H:%M}"}
        if event.ends_at is not None:
            end = self._local(event.ends_at)
            # An end on another day cannot be told from one before the start.
            cells[Column.END] = f"{end:%H:%M}" if end.date() == start.date() else "00:00"
        return cells

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._own_zone or self._zone)
        return moment.astimezone(self._zone)


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def _row(number: int, cells: Sequence[Cell]) -> RawRow:
    return RawRow(number, {column: cell for column, cell in enumerate(cells, start=1) if cell != ""})

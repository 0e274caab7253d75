"""The forum as ``schedule.json``."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from domain.programme import Track
from domain.programme_import import FactEntry, ForumEntry, Sheet, StoredProgramme, VenueEntry
from services.schedule.names import FALLBACK_ACRONYM, OTHER, START, URN, RoomNames, event_guid
from services.spreadsheet import folded, load_words

SCHEMA = "https://c3voc.de/schedule/schema.json"
TIMESLOT = "00:05"
LANGUAGE = "ru"
BETWEEN_SPEAKERS = ", "

_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_ZONE_NAME = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+|UTC")


def speakers(led_by: str) -> list[str]:
    """The people of a list by commas; a line that is no such list is one name, so that it comes back as it was."""
    names = led_by.split(BETWEEN_SPEAKERS)
    if any(not name or name != name.strip() for name in names):
        return [led_by] if led_by else []
    return names


class NoSessions(Exception):
    """There is no forum to write a schedule of."""


def write_schedule(stored: StoredProgramme, zone: tzinfo, title: str, bot_username: str = "") -> bytes:
    """The forum as ``schedule.json``; cancelled sessions are left out.

    ``title`` is the conference's when the forum does not say its own. Events lead to their cards when the bot's name is
    known.

    Raises:
        NoSessions
    """
    sessions = {
        code: (row.id, row.entry)
        for code, row in stored.rows[Sheet.FORUM].items()
        if isinstance(row.entry, ForumEntry) and not row.entry.cancelled
    }
    if not sessions:
        raise NoSessions
    return _Writing(stored, zone, title, bot_username).schedule(sessions)


class _Writing:
    def __init__(self, stored: StoredProgramme, zone: tzinfo, title: str, bot_username: str) -> None:
        self._words = load_words()
        self._zone = zone
        self._bot_username = bot_username
        venues = {
            code: row.entry
            for code, row in stored.rows[Sheet.VENUES].items()
            if isinstance(row.entry, VenueEntry)
        }
        every = [row.entry for row in stored.rows[Sheet.FORUM].values() if isinstance(row.entry, ForumEntry)]
        self._venues = venues
        self._rooms = RoomNames(every, venues)
        facts = {
            folded(code): row.entry.value
            for code, row in stored.rows[Sheet.ABOUT].items()
            if isinstance(row.entry, FactEntry)
        }
        self._people: dict[str, int] = {}
        self._title = facts.get(self._words.forum_title, "") or title

    def schedule(self, sessions: Mapping[str, tuple[int, ForumEntry]]) -> bytes:
        by_day: dict[date, list[tuple[int, ForumEntry]]] = defaultdict(list)
        for number, session in sessions.values():
            by_day[session.starts_at.astimezone(self._zone).date()].append((number, session))
        days = sorted(by_day)
        acronym = f"{FALLBACK_ACRONYM}{days[0].year}"
        names = sorted({name for _, session in sessions.values() for name in speakers(session.led_by)})
        self._people = {name: number for number, name in enumerate(names, start=1)}
        used = {self._rooms.name(session) for _, session in sessions.values()}
        conference: dict[str, Any] = {
            "acronym": acronym,
            "title": self._title,
            "start": days[0].isoformat(),
            "end": days[-1].isoformat(),
            "daysCount": len(days),
            "timeslot_duration": TIMESLOT,
            "time_zone_name": str(self._zone),
            "tracks": [{"name": self._words.written(track), "slug": track.value} for track in Track],
            "rooms": [self._room(name, venue) for name, venue in self._rooms.all().items() if name in used],
            "days": [self._day(index, day, by_day[day], acronym) for index, day in enumerate(days, start=1)],
        }
        if not _ZONE_NAME.fullmatch(conference["time_zone_name"]):
            del conference["time_zone_name"]
        whole = {"$schema": SCHEMA, "schedule": {"version": _version(sessions), "conference": conference}}
        return json.dumps(whole, ensure_ascii=False, indent=1).encode()

    def _room(self, name: str, venue: str) -> dict[str, Any]:
        entry = self._venues.get(venue)
        where = ", ".join(filter(None, (entry.name, entry.address))) if entry else ""
        return {
            "name": name,
            "guid": str(uuid5(NAMESPACE_URL, f"urn:room:{venue}:{name}")),
            "description": where or None,
            "capacity": None,
        }

    def _day(
        self, index: int, day: date, sessions: Sequence[tuple[int, ForumEntry]], acronym: str
    ) -> dict[str, Any]:
        rooms: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for number, session in sorted(sessions, key=lambda item: (item[1].starts_at, item[1].code)):
            rooms[self._rooms.name(session)].append(self._event(number, session, acronym))
        begins = datetime.combine(day, time(), self._zone)
        return {
            "index": index,
            "date": day.isoformat(),
            "day_start": begins.isoformat(),
            "day_end": (begins + timedelta(days=1, minutes=-1)).isoformat(),
            "rooms": rooms,
        }

    def _event(self, number: int, session: ForumEntry, acronym: str) -> dict[str, Any]:
        start = session.starts_at.astimezone(self._zone)
        hours, minutes = divmod((session.ends_at - session.starts_at) // timedelta(minutes=1), 60)
        slug = _NOT_IN_SLUGS.sub("-", session.code.lower()).strip("-")
        return {
            "guid": event_guid(session.code),
            "id": number,
            "date": start.isoformat(),
            "start": f"{start:%H:%M}",
            "end": session.ends_at.astimezone(self._zone).isoformat(),
            "duration": f"{hours:02}:{minutes:02}",
            "room": self._rooms.name(session),
            "slug": f"{acronym}-{number}-{slug}".strip("-"),
            "url": self._url(session.code),
            "title": session.name,
            "subtitle": None,
            "track": self._words.written(session.track),
            "type": self._words.written(session.format) if session.format else OTHER,
            "language": LANGUAGE,
            "abstract": None,
            "description": session.description,
            "persons": [{"id": self._people[name], "public_name": name} for name in speakers(session.led_by)],
            "links": [],
            "attachments": [],
        }

    def _url(self, code: str) -> str:
        if not self._bot_username:
            return f"{URN}{code}"
        return f"https://t.me/{self._bot_username}?start={START}{code}"


def _version(sessions: Mapping[str, tuple[int, ForumEntry]]) -> str:
    """Another one whenever anything changed: apps compare it."""
    digest = uuid5(NAMESPACE_URL, repr([session for _, session in sessions.values()]))
    return f"{len(sessions)}-{digest.hex[:8]}"

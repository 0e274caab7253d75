"""What a schedule calls our sessions and rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import NAMESPACE_URL, uuid5

from domain.programme_import import ForumEntry, VenueEntry

START = "act_"
"""How a deep link names an activity."""
URN = "urn:activity:"
"""The address of an event where the bot's own is not known."""
FALLBACK_ACRONYM = "forum"
OTHER = "other"
"""A type that says nothing."""


def event_guid(code: str) -> str:
    """The same for the same session in every export."""
    return str(uuid5(NAMESPACE_URL, f"{URN}{code}"))


class RoomNames:
    """A conference knows rooms and no venues: a room of ours gets one name for both, and back."""

    def __init__(self, sessions: Iterable[ForumEntry], venues: Mapping[str, VenueEntry]) -> None:
        places = sorted({(session.venue, session.room) for session in sessions})
        self._venues = venues
        plain: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for venue, room in places:
            plain[room or self._venue_name(venue)].append((venue, room))
        self._names: dict[tuple[str, str], str] = {}
        self._places: dict[str, tuple[str, str]] = {}
        for name, same in plain.items():
            for venue, room in same:
                full = name if len(same) == 1 else f"{name} ({self._venue_name(venue)})"
                while full in self._places:
                    full = f"{full} [{venue}]"
                self._names[venue, room] = full
                self._places[full] = venue, room

    def _venue_name(self, code: str) -> str:
        return self._venues[code].name if code in self._venues else code

    def name(self, session: ForumEntry) -> str:
        return self._names.get((session.venue, session.room), session.room)

    def place(self, name: str) -> tuple[str, str] | None:
        """Venue and room of this name."""
        return self._places.get(name)

    def all(self) -> Mapping[str, str]:
        """Name of a room -> code of its venue."""
        return {name: venue for name, (venue, _) in self._places.items()}

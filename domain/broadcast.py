"""Announcements to many: what is said, to whom, and in which state it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.delivery import Media
from domain.people import Role
from domain.programme import Track

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""Characters that Telegram takes in a message, and under a picture or a file; counted in UTF-16 units."""
ALBUM = 10
"""Pictures or files in one album."""
LARGE = 500
"""Recipients above which a second coordinator confirms."""
NAME_VARIABLE = "name"
ACTIVITY_VARIABLE = "activity"


class Status(StrEnum):
    DRAFT = "draft"
    UNCONFIRMED = "unconfirmed"
    """Waits for a second coordinator."""
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"

    @property
    def is_going(self) -> bool:
        return self in (Status.SENDING, Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Content:
    """What every recipient reads. ``entities`` are the messenger's own, as typed: offsets in UTF-16 units."""

    text: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    media: tuple[Media, ...] = ()
    activity_id: int | None = None
    wants_receipt: bool = False


class Flaw(StrEnum):
    """Why a content or an audience cannot be sent; each has a sentence."""

    EMPTY = "empty"
    LONG = "long"
    LONG_CAPTION = "long_caption"
    MIXED_ALBUM = "mixed_album"
    LARGE_ALBUM = "large_album"
    ALBUM_BUTTONS = "album_buttons"
    NOBODY = "nobody"


def flaw(content: Content) -> Flaw | None:
    """What is wrong with a content, None when it can be sent."""
    if not content.text and not content.media:
        return Flaw.EMPTY
    length = utf16_length(content.text)
    if content.media and length > LONGEST_CAPTION:
        return Flaw.LONG_CAPTION
    if length > LONGEST_TEXT:
        return Flaw.LONG
    if len(content.media) > ALBUM:
        return Flaw.LARGE_ALBUM
    if len({media.kind for media in content.media}) > 1:
        return Flaw.MIXED_ALBUM
    if len(content.media) > 1 and (content.activity_id or content.wants_receipt):
        return Flaw.ALBUM_BUTTONS
    return None


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def personal(
    text: str, entities: Sequence[Mapping[str, Any]], values: Mapping[str, str]
) -> tuple[str, tuple[Mapping[str, Any], ...]]:
    """The text with every ``{variable}`` of ``values`` filled in, and its entities moved along.

    What stands in other braces stays as it was typed.
    """
    moved = [dict(entity) for entity in entities]
    for variable, value in values.items():
        mark = "{" + variable + "}"
        while (place := text.find(mark)) >= 0:
            start = utf16_length(text[:place])
            grown = utf16_length(value) - utf16_length(mark)
            text = text[:place] + value + text[place + len(mark) :]
            for entity in moved:
                if entity["offset"] > start:
                    entity["offset"] += grown
                elif entity["offset"] + entity["length"] > start:
                    entity["length"] += grown
            if mark in value:
                break
    return text, tuple(entity for entity in moved if entity["length"] > 0)


@dataclass(frozen=True, slots=True)
class Group:
    """People who fulfil every condition that is given; within one condition any of its values will do."""

    roles: tuple[Role, ...] = ()
    municipalities: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    """Booked on an activity of a track, or chose it as a topic."""
    grades: tuple[int, ...] = ()
    booked: tuple[int, ...] = ()
    """Activities on which they hold a place in something to come."""
    waiting: tuple[int, ...] = ()
    came: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()
    """Activities of which they have not said whether they come."""
    unread: tuple[int, ...] = ()
    """Broadcasts they were sent and have not confirmed."""

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True)
class Audience:
    """People in any of ``groups`` and in none of ``except_groups``; without groups, nobody."""

    groups: tuple[Group, ...] = ()
    except_groups: tuple[Group, ...] = ()

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Audience:
        return cls(
            tuple(_group(group) for group in data.get("groups", ())),
            tuple(_group(group) for group in data.get("except_groups", ())),
        )


def _group(data: Mapping[str, Any]) -> Group:
    return Group(
        roles=tuple(Role(value) for value in data.get("roles", ())),
        municipalities=tuple(data.get("municipalities", ())),
        tracks=tuple(Track(value) for value in data.get("tracks", ())),
        grades=tuple(data.get("grades", ())),
        booked=tuple(data.get("booked", ())),
        waiting=tuple(data.get("waiting", ())),
        came=tuple(data.get("came", ())),
        silent=tuple(data.get("silent", ())),
        unread=tuple(data.get("unread", ())),
    )


@dataclass(frozen=True, slots=True)
class Broadcast:
    id: int
    author_id: int | None
    status: Status
    content: Content
    audience: Audience
    within: tuple[str, ...] | None
    """Municipalities in which the author might write when they sent it; None: all."""
    urgent_reason: str
    created_at: datetime
    send_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    confirmed_by: int | None
    progress: tuple[str, int] | None
    """Chat and message that shows how it goes."""
    revision: int


@dataclass(frozen=True, slots=True)
class Count:
    """How a broadcast goes, in messages. ``doubtful``: in flight when the process was killed; not sent again."""

    sent: int = 0
    left: int = 0
    failed: int = 0
    unreachable: int = 0
    doubtful: int = 0
    dropped: int = 0
    read: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.left + self.failed + self.unreachable + self.doubtful + self.dropped


@dataclass(frozen=True, slots=True)
class Recipient:
    """One line of the report."""

    name: str
    role: Role | None
    municipality: str | None
    organisation: str
    status: str
    sent_at: datetime | None
    read_at: datetime | None
    error: str = field(default="")

"""What a row of the delivery table says beside its columns.

A payload holds ids, numbers and moments. Names and words of people are read when the letter is written, with the
consent of that moment, so that nothing of a person who has left goes out later.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Self, get_type_hints

Keyboard = tuple[tuple[tuple[str, str], ...], ...]
"""Rows of buttons: label and what comes back."""


class BrokenPayload(ValueError):
    """A row says something that its kind does not mean."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A frozen dataclass of plain values. What is not its own, such as fields of older releases, is passed by."""

    def to_json(self) -> dict[str, Any]:
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Raises BrokenPayload where a value is missing or of another kind."""
        if not isinstance(value, Mapping):
            raise BrokenPayload(cls.__name__)
        readers, read = _readers(cls), {}  # type: ignore[arg-type] # a class is hashable
        for each in fields(cls):
            if each.name in value:
                read[each.name] = readers[each.name](value[each.name])
            elif each.default is MISSING:
                raise BrokenPayload(f"{cls.__name__}.{each.name}")
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Nothing(Payload):
    """All there is to say follows from the ids in the row's columns."""


@dataclass(frozen=True, slots=True)
class Reminder(Payload):
    offset: int
    """``domain.reminders.Offset``."""
    starts_at: datetime
    """The start that it reminds of."""


@dataclass(frozen=True, slots=True)
class Promoted(Payload):
    more: int = 0
    """Places added to those that the person held before; 0: all of the booking is new."""


@dataclass(frozen=True, slots=True)
class Late(Payload):
    minutes: int
    starts_at: datetime
    """The start that it is later than."""


@dataclass(frozen=True, slots=True)
class CannotLead(Payload):
    slot_id: int
    starts_at: datetime
    """When it was to begin when the mentor said so."""
    mentor_id: int | None = None
    reason: str = ""
    """In the mentor's words; goes with the mentor (``people.forget_reports``)."""


@dataclass(frozen=True, slots=True)
class Found(Payload):
    """The best of what appeared, and how many there are."""

    activity_id: int
    count: int


@dataclass(frozen=True, slots=True)
class ToRecipient(Payload):
    digest: bool = False
    """To somebody who wants those of a day together."""


@dataclass(frozen=True, slots=True)
class OfMessage(Payload):
    """The message to correct or to delete; ``more``: those of an album after the first."""

    message_id: int
    more: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ToConfirm(Payload):
    count: int
    """Of recipients."""
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class OfTurn(Payload):
    """One message of the conversation about a question; ``turn`` None: the last one of that side."""

    turn: int | None = None
    again: bool = False
    """It is told of once more."""
    closed: bool = False
    """The question was closed without an answer."""


@dataclass(frozen=True, slots=True)
class Lost(Payload):
    blocked: bool = False
    """The asker has closed the bot."""
    gone: bool = False
    """The asker has left, and the question with them."""


@dataclass(frozen=True, slots=True)
class OfInvitation(Payload):
    """Somebody came by an invitation that its author must confirm."""

    invitation: int
    stranger: bool = False
    """They have no name yet, so there is nobody to confirm."""


@dataclass(frozen=True, slots=True)
class Answered(Payload):
    given: bool
    """The role that somebody asked for is theirs."""


@dataclass(frozen=True, slots=True)
class OfGrant(Payload):
    grant: int
    """The role that somebody was given."""


@dataclass(frozen=True, slots=True)
class GroupToTidy(Payload):
    """Whom to take out of the coordinators' group; None: somebody left, and what they wrote still stands there."""

    former_id: int | None = None


@dataclass(frozen=True, slots=True)
class LetGo(Payload):
    """Nothing of who it was: the chat is a stranger's by now."""

    bookings: int
    """Places and waits that were given back."""


@dataclass(frozen=True, slots=True)
class LateScreen(Payload):
    """An answer that did not arrive, as it was shown: it goes with the person and is worth saying for hours only."""

    text: str
    """Empty when it showed others to somebody with a role: only that it was lost is said."""
    rows: Keyboard = ()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BrokenPayload(type(value).__name__)
    return int(value)


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BrokenPayload("datetime")
    return moment


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BrokenPayload(type(value).__name__)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BrokenPayload(type(value).__name__)
    return value


def _numbers(value: object) -> tuple[int, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BrokenPayload(type(value).__name__)
    return tuple(_number(each) for each in value)


def _keyboard(value: object) -> Keyboard:
    if not isinstance(value, list):
        raise BrokenPayload(type(value).__name__)
    return tuple(tuple(_key(key) for key in row) for row in value)


def _key(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, str) for each in value):
        raise BrokenPayload(type(value).__name__)
    label, data = value
    return label, data


def _number_or_none(value: object) -> int | None:
    return None if value is None else _number(value)


_READERS: Mapping[object, Callable[[object], object]] = {
    int: _number,
    int | None: _number_or_none,
    str: _text,
    bool: _flag,
    datetime: _moment,
    tuple[int, ...]: _numbers,
    Keyboard: _keyboard,
}


@cache
def _readers(kind: Hashable) -> dict[str, Callable[[object], object]]:
    return {name: _READERS[hint] for name, hint in get_type_hints(kind).items()}

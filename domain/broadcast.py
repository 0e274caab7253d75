"""Announcements to many: what is said, to whom, and in which state it is."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from domain.delivery import Media
from domain.four_eyes import MANY
from domain.links import links
from domain.people import Role
from domain.programme import Track

T = TypeVar("T")

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""Characters that Telegram takes in a message, and under a picture or a file; counted in UTF-16 units."""
ALBUM = 10
"""Pictures or files in one album."""
LONGEST_REASON = 240
"""Characters of the reason why a broadcast is urgent."""
LARGE = MANY
"""Recipients above which a second coordinator confirms; those of one author within a day count together."""
LONGEST_VALUE = 120
"""To how much a variable may grow, in UTF-16 units: a text with it must fit for everybody."""
_VARIABLE = re.compile(r"\{([^{}\n]{1,40})\}")
STEERABLE = timedelta(hours=48)
"""How long after it ended a broadcast can be corrected, recalled and its unread reminded; then a new one is written."""
RECALLABLE = timedelta(hours=48)
"""How long after it was sent a message can be deleted: https://core.telegram.org/bots/api#deletemessage."""
MOST_GROUPS = 5
"""Groups that an audience adds, and groups that it leaves out: what one sentence can still say."""
MOST_ACTIVITIES = 5
"""Activities in one condition."""
LONGEST_AUDIENCE_NAME = 80
MOST_SAVED_AUDIENCES = 50


class Status(StrEnum):
    DRAFT = "draft"
    """Only its author sees it."""
    UNCONFIRMED = "unconfirmed"
    """Waits for a second coordinator."""
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    HELD = "held"
    """Its author may not write there any more: it stands still until a colleague takes it over or stops it."""
    STOPPED = "stopped"
    RECALLED = "recalled"
    DONE = "done"

    @property
    def is_going(self) -> bool:
        return self in (Status.SENDING, Status.PAUSED)


class Step(StrEnum):
    """What can be done with a broadcast."""

    EDIT = "edit"
    """Any change of a draft."""
    THROW_AWAY = "throw_away"
    SEND = "send"
    CONFIRM = "confirm"
    TAKE_BACK = "take_back"
    """It has not begun: back to the draft, and whoever confirmed it is asked anew."""
    START = "start"
    """Its hour has come."""
    FINISH = "finish"
    """Nothing is left."""
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    CORRECT = "correct"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Transition:
    """From where a step may be taken, and where it leads (None: it depends, or nothing changes).

    ``taken``: where it was taken already, so that a second tap changes nothing. Everywhere else it is refused.
    """

    before: frozenset[Status]
    after: Status | None = None
    taken: frozenset[Status] = frozenset()
    once_begun: bool = False
    """Something must have gone out: what was stopped before it began stays as it is."""


_BEGUN = frozenset({Status.SENDING, Status.PAUSED, Status.DONE})
_WAITING = frozenset({Status.UNCONFIRMED, Status.SCHEDULED})
_GOING = frozenset({Status.SENDING, Status.PAUSED})

TRANSITIONS: Mapping[Step, Transition] = {
    Step.EDIT: Transition(frozenset({Status.DRAFT})),
    Step.THROW_AWAY: Transition(frozenset({Status.DRAFT})),
    Step.SEND: Transition(frozenset({Status.DRAFT}), taken=_WAITING | _BEGUN),
    Step.CONFIRM: Transition(frozenset({Status.UNCONFIRMED}), taken=_BEGUN | {Status.SCHEDULED}),
    Step.TAKE_BACK: Transition(_WAITING | {Status.HELD}, Status.DRAFT, taken=frozenset({Status.DRAFT})),
    Step.START: Transition(frozenset({Status.SCHEDULED}), Status.SENDING),
    Step.FINISH: Transition(_GOING, Status.DONE),
    Step.PAUSE: Transition(frozenset({Status.SENDING}), Status.PAUSED, taken=frozenset({Status.PAUSED})),
    Step.RESUME: Transition(
        frozenset({Status.PAUSED, Status.STOPPED, Status.HELD}),
        Status.SENDING,
        taken=frozenset({Status.SENDING}),
        once_begun=True,
    ),
    Step.STOP: Transition(
        _WAITING | _GOING | {Status.HELD}, Status.STOPPED, taken=frozenset({Status.STOPPED})
    ),
    Step.CORRECT: Transition(_BEGUN | {Status.STOPPED}, once_begun=True),
    Step.RECALL: Transition(
        _BEGUN | {Status.STOPPED, Status.HELD},
        Status.RECALLED,
        taken=frozenset({Status.RECALLED}),
        once_begun=True,
    ),
}
"""The one source of what is possible when."""


class Verdict(StrEnum):
    GO = "go"
    TAKEN = "taken"
    """It was done already: nothing changes."""
    REFUSED = "refused"


def verdict(step: Step, status: Status, *, begun: bool) -> Verdict:
    """Whether a step may be taken from a status; ``begun``: something of it may have gone out."""
    transition = TRANSITIONS[step]
    if status in transition.taken:
        return Verdict.TAKEN
    if status not in transition.before or (transition.once_begun and not begun):
        return Verdict.REFUSED
    return Verdict.GO


@dataclass(frozen=True, slots=True)
class Content:
    """What every recipient reads. ``entities`` are the messenger's own, as typed: offsets in UTF-16 units."""

    text: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    media: tuple[Media, ...] = ()
    activity_id: int | None = None
    wants_receipt: bool = False
    activity_title: str = ""
    """Of the activity that a button opens, as it is called now."""


class Flaw(StrEnum):
    """Why a content or an audience cannot be sent; each has a sentence."""

    EMPTY = "empty"
    LONG = "long"
    LONG_CAPTION = "long_caption"
    MIXED_ALBUM = "mixed_album"
    LARGE_ALBUM = "large_album"
    ALBUM_BUTTONS = "album_buttons"
    NOBODY = "nobody"
    FALSE_LINK = "false_link"
    """A link reads as one address and leads to another."""
    PAST = "past"
    """It corrects what is over for too long."""
    ELSEWHERE = "elsewhere"
    """It corrects what went where its author may not write."""
    NO_SECOND = "no_second"
    """It needs a second coordinator, and there is none."""


def flaw(content: Content) -> Flaw | None:
    """What is wrong with a content, None when it can be sent."""
    if not content.text and not content.media:
        return Flaw.EMPTY
    if any(link.is_false for link in links(content.text, content.entities)):
        return Flaw.FALSE_LINK
    length = longest_length(content.text)
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


def longest_length(text: str) -> int:
    """Of the text with the longest values in the place of its variables, in UTF-16 units.

    Whatever stands in braces counts: which words are variables, only the language knows.
    """
    growth = sum(max(LONGEST_VALUE - utf16_length(found[0]), 0) for found in _VARIABLE.finditer(text))
    return utf16_length(text) + growth


def has_variables(text: str) -> bool:
    """Whether anything in it may be a variable."""
    return _VARIABLE.search(text) is not None


def unknown_variables(text: str, known: Collection[str]) -> tuple[str, ...]:
    """What stands in braces as a variable would and is none, braces included, each once."""
    words = {word.casefold() for word in known}
    unknown = [
        found[0]
        for found in _VARIABLE.finditer(text)
        if _word(found) not in words and any(letter.isalpha() for letter in found[1])
    ]
    return tuple(dict.fromkeys(unknown))


def _word(found: re.Match[str]) -> str:
    return found[1].strip().casefold()


def personal(
    text: str, entities: Sequence[Mapping[str, Any]], values: Mapping[str, str]
) -> tuple[str, tuple[Mapping[str, Any], ...]]:
    """The text with every ``{variable}`` of ``values`` filled in, in any case, and its entities moved along.

    What stands in other braces stays as it was typed, and so does what a value brings along. Formatting of a part
    of a variable becomes that of all of its value. A value that begins a sentence begins with a capital.
    """
    by_word = {word.casefold(): value for word, value in values.items()}
    filled: list[str] = []
    swaps: list[_Swap] = []
    done = 0
    for found in _VARIABLE.finditer(text):
        value = by_word.get(_word(found))
        if value is None:
            continue
        value = _shortened(value)
        if _begins_a_sentence(text[: found.start()]):
            value = value[:1].upper() + value[1:]
        start = utf16_length(text[: found.start()])
        swaps.append(_Swap(start, start + utf16_length(found[0]), utf16_length(value)))
        filled += [text[done : found.start()], value]
        done = found.end()
    filled.append(text[done:])
    moved = (_moved(entity, swaps) for entity in entities)
    return "".join(filled), tuple(entity for entity in moved if entity["length"] > 0)


def _shortened(value: str) -> str:
    return value.encode("utf-16-le")[: 2 * LONGEST_VALUE].decode("utf-16-le", "ignore")


def _begins_a_sentence(before: str) -> bool:
    said = before.rstrip(" ")
    return not said or said[-1] in ".!?…\n"


@dataclass(frozen=True, slots=True)
class _Swap:
    """A variable of the text and the length of its value, in UTF-16 units."""

    start: int
    end: int
    length: int


def _moved(entity: Mapping[str, Any], swaps: Sequence[_Swap]) -> Mapping[str, Any]:
    begin, end = entity["offset"], entity["offset"] + entity["length"]
    new_begin, new_end = begin, end
    for swap in swaps:
        grown = swap.length - (swap.end - swap.start)
        if begin >= swap.end:
            new_begin += grown
        elif begin > swap.start:
            new_begin -= begin - swap.start
        if end >= swap.end:
            new_end += grown
        elif end > swap.start:
            new_end += swap.start + swap.length - end
    return {**entity, "offset": new_begin, "length": new_end - new_begin}


class Side(StrEnum):
    """Whether a group adds people to an audience or leaves them out."""

    ADDED = "a"
    EXCEPT = "x"


class Tie(StrEnum):
    """What ties people to an activity; each names the condition of a group."""

    BOOKED = "booked"
    WAITING = "waiting"
    CAME = "came"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Group:
    """People who fulfil every condition that is given; within one condition any of its values will do.

    Without any condition it means nobody, so that nothing is ever sent to everybody by accident.
    """

    roles: tuple[Role, ...] = ()
    """As they count, ``Person.acting_roles``: who only says to be a teacher is meant with the students."""
    municipalities: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    """Hold, held or wait for a place in an activity of one of these tracks."""
    interests: tuple[Track, ...] = ()
    """Chose one of these as a topic of announcements, or asked to be told when something of it appears."""
    grades: tuple[int, ...] = ()
    booked: tuple[int, ...] = ()
    """Activities on which they hold a place in something to come."""
    waiting: tuple[int, ...] = ()
    """Activities in whose waiting list they are, or of which a freed place is offered to them."""
    came: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()
    """Activities of which they have not said whether they come."""
    unread: tuple[int, ...] = ()
    """Broadcasts they were sent and have not confirmed."""

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, each.name) for each in fields(self))

    @property
    def means_everybody(self) -> bool:
        """Whether its roles leave nobody out."""
        return set(self.roles) == set(Role)

    def tied(self, tie: Tie) -> tuple[int, ...]:
        """Ids of the activities of one condition."""
        found: tuple[int, ...] = getattr(self, tie.value)
        return found

    def with_tied(self, tie: Tie, activities: tuple[int, ...]) -> Group:
        match tie:
            case Tie.BOOKED:
                return replace(self, booked=activities)
            case Tie.WAITING:
                return replace(self, waiting=activities)
            case Tie.CAME:
                return replace(self, came=activities)
            case Tie.SILENT:
                return replace(self, silent=activities)


EVERYBODY = Group(roles=tuple(Role))


class AudienceFull(Exception):
    """One group, or one activity of a condition, more than an audience may have."""


def with_value(values: tuple[T, ...], value: T, *, on: bool) -> tuple[T, ...]:
    """The values with this one among them or not; asked again, nothing changes."""
    if not on:
        return tuple(each for each in values if each != value)
    return values if value in values else (*values, value)


@dataclass(frozen=True, slots=True)
class Audience:
    """People in any of ``groups`` and in none of ``except_groups``; without groups, nobody.

    A group keeps its number while others come and go, so that a button can name it: one that is taken out leaves an
    empty group behind, which means nobody.
    """

    groups: tuple[Group, ...] = ()
    except_groups: tuple[Group, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was chosen yet, not even whom to leave out."""
        return not self.used(Side.ADDED) and not self.used(Side.EXCEPT)

    @property
    def activities(self) -> frozenset[int]:
        """Ids of all activities in its conditions."""
        groups = (*self.groups, *self.except_groups)
        return frozenset(activity for group in groups for tie in Tie for activity in group.tied(tie))

    def side(self, side: Side) -> tuple[Group, ...]:
        return self.groups if side is Side.ADDED else self.except_groups

    def used(self, side: Side) -> list[tuple[int, Group]]:
        """Groups with a condition, with their numbers."""
        return [(number, group) for number, group in enumerate(self.side(side)) if not group.is_empty]

    def group(self, side: Side, number: int) -> Group:
        """An empty one where there is none."""
        groups = self.side(side)
        return groups[number] if number < len(groups) else Group()

    def unused(self, side: Side) -> int | None:
        """The number that the next group of a side gets; None when there are enough."""
        taken = {number for number, _ in self.used(side)}
        return next((number for number in range(MOST_GROUPS) if number not in taken), None)

    def with_group(self, side: Side, number: int, group: Group) -> Audience:
        """The audience with another group in the place of one. Raises AudienceFull for a number too large."""
        if number >= MOST_GROUPS:
            raise AudienceFull
        groups = [self.group(side, each) for each in range(max(number + 1, len(self.side(side))))]
        groups[number] = group
        while groups and groups[-1].is_empty:
            groups.pop()
        if side is Side.ADDED:
            return replace(self, groups=tuple(groups))
        return replace(self, except_groups=tuple(groups))

    def joined(self, other: Audience) -> Audience:
        """People of both, without those whom either leaves out; again changes nothing. Raises AudienceFull."""
        result = self
        for side in Side:
            for _, group in other.used(side):
                if group in result.side(side):
                    continue
                if (number := result.unused(side)) is None:
                    raise AudienceFull
                result = result.with_group(side, number, group)
        return result

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
        interests=tuple(Track(value) for value in data.get("interests", ())),
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
    """Grows with every correction, and each time it is taken back: whoever confirms says which one they saw."""
    topic: Track | None = None
    """People who chose topics get what is about one of them; None: it concerns everybody."""
    album: str | None = None
    """The messenger's mark of the album that it was written as: parts of it may still come."""
    reminds_id: int | None = None
    """The broadcast that it reminds to confirm."""
    corrects_id: int | None = None
    """The broadcast that it is another text of."""

    @property
    def begun(self) -> bool:
        """Something of it may have gone out."""
        return self.started_at is not None

    def is_past(self, now: datetime) -> bool:
        """What everybody has read is not touched any more (``STEERABLE``)."""
        last = self.finished_at or self.started_at
        return last is not None and now - last >= STEERABLE


@dataclass(frozen=True, slots=True)
class Count:
    """How a broadcast, its correction or its recall goes, in messages.

    ``doubtful``: on its way when the process was killed or the line broke; not sent again. ``dropped``: it was
    stopped or made no sense any more. Of a recall ``sent`` are those deleted, ``failed`` those that cannot be.
    """

    sent: int = 0
    left: int = 0
    failed: int = 0
    unreachable: int = 0
    doubtful: int = 0
    dropped: int = 0
    read: int = 0
    later: int = 0
    """Of those left: whose time has not come, for a digest or another try."""

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

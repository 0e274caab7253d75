"""Values to draw any screen with, made from the types of its arguments: usual, none at all, or as long as it gets.

``Preview(style, turn).of(hint)`` makes a value of an annotation. Turns go through the members of enumerations and
unions, so that a dozen of them shows every state.
"""

from __future__ import annotations

import csv
import dataclasses
import types
import typing
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum, Flag, StrEnum
from functools import cache
from typing import Any

from bot.dates import Dates
from bot.texts import Html, Texts
from db.migrate import MUNICIPALITIES
from domain.booking import Booking, BookingStatus
from domain.consent import CONSENT_VERSION, ConsentText, Operator
from domain.delivery import DeliveryKind
from domain.delivery_rules import RULES
from domain.finding import Filters, Page, Point
from domain.letters import Letter, Part
from domain.notices import Change
from domain.people import GRADES, Actor, Address, Grant, Person, Role, actor_for
from domain.programme import Access, Activity, Municipality, Slot, Venue
from handlers.registration.consent import consent_text
from handlers.view import View
from services.forum import SESSIONS_ON_PAGE, ForumPage
from tests.town import MOSCOW, moscow

NOW = moscow("12 12:00")
TEXTS = Texts.load()
DATES = Dates(TEXTS, MOSCOW)
STARTS = (
    timedelta(hours=3),
    timedelta(days=2),
    timedelta(minutes=-30),
    timedelta(days=400),
    timedelta(days=-3),
)
LARGEST_ID = 2**31 - 1

with MUNICIPALITIES.open(encoding="utf-8", newline="") as _file:
    KUBAN = tuple(
        Municipality(**{**row, "latitude": float(row["latitude"]), "longitude": float(row["longitude"])})  # type: ignore[arg-type]
        for row in csv.DictReader(_file)
    )

LONGEST = {
    "title": 160,
    "name": 160,
    "address": 240,
    "room": 120,
    "town": 30,
    "led_by": 240,
    "enterprise": 160,
    "description": 3000,
    "directions": 3000,
    "bring": 3000,
    "safety": 3000,
    "organisation": 100,
    "query": 100,
    "typed": 100,
    "companions": 30,
    "value": 300,
    "origin": 0,
    "text": 1000,
    "about": 160,
    "reason": 200,
    "subject": 160,
}
"""Characters that are stored at most, by the name of a field; 60 where nothing is said."""


class Style(StrEnum):
    USUAL = "usual"
    LONGEST = "longest"
    EMPTY = "empty"


def long_text(length: int) -> str:
    """Words, and what breaks HTML that is not escaped."""
    words = 'Щи & <b>борщ «Кубанские»</i> "по-домашнему" '
    return (words * (length // len(words) + 1))[:length].strip()


@cache
def hints_of(kind: Any) -> dict[str, Any]:
    """Annotations by name, resolved once."""
    return typing.get_type_hints(kind, include_extras=True)


@dataclasses.dataclass(frozen=True)
class Preview:
    style: Style
    turn: int

    def of(self, hint: Any, name: str = "") -> Any:
        """A value of an annotation; ``name`` is that of its field or argument."""
        origin = typing.get_origin(hint)
        if origin is typing.Annotated:
            return self.of(typing.get_args(hint)[0], name)
        if origin in (typing.Union, types.UnionType):
            return self._one_of(typing.get_args(hint), name)
        if origin is not None:
            return self._collection(origin, typing.get_args(hint), name)
        special = getattr(self, f"_{hint.__name__.lower()}", None) if isinstance(hint, type) else None
        if special is not None:
            return special(name)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self._member(hint)
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self.built(hint)
        if hint in (Any, object):
            return self._str(name)
        raise TypeError(f"no preview of {hint}")

    def built(self, kind: type, **values: Any) -> Any:
        """A dataclass with these values, the others made up."""
        hints = hints_of(kind)
        made = {
            field.name: self.of(hints[field.name], field.name)
            for field in dataclasses.fields(kind)
            if field.init and field.name not in values
        }
        return kind(**made, **values)

    def turned(self, by: int) -> Preview:
        return dataclasses.replace(self, turn=self.turn + by)

    def _one_of(self, options: tuple[Any, ...], name: str) -> Any:
        some = [option for option in options if option is not type(None)]
        if len(some) < len(options) and (self.style is Style.EMPTY or self.turn % 3 == 2):
            return None
        return self.of(some[self.turn % len(some)], name)

    def _count(self, name: str) -> int:
        if self.style is Style.EMPTY:
            return int(name in AT_LEAST_ONE)
        return (1 + self.turn % 3) if self.style is Style.USUAL else MANY.get(name, 5)

    def _collection(self, origin: Any, args: tuple[Any, ...], name: str) -> Any:
        if origin is tuple and Ellipsis not in args:
            return tuple(self.of(arg, name) for arg in args)
        if issubclass(origin, Mapping):
            return {
                self.turned(n).of(args[0], name): self.of(args[1], name) for n in range(self._count(name))
            }
        items = [self.turned(n).of(args[0], name) for n in range(self._count(name))]
        if issubclass(origin, tuple):
            return tuple(items)
        if issubclass(origin, frozenset | set):
            return frozenset(items)
        if issubclass(origin, Sequence | Iterator | Collection):
            return items
        raise TypeError(f"no preview of {origin}")

    def _member(self, kind: type[Enum]) -> Any:
        members = list(kind)
        if issubclass(kind, Flag):
            chosen = kind(0)
            if self.style is not Style.EMPTY:
                for number, member in enumerate(members):
                    if self.style is Style.LONGEST or (self.turn + number) % 2:
                        chosen |= member  # type: ignore[operator]
            return chosen
        return members[self.turn % len(members)]

    def _str(self, name: str) -> str:
        if "municipality" in name:
            return KUBAN[self.turn % len(KUBAN)].code
        if name in CODES:
            return f"{'W' * 37}-{self.turn:02}" if self.style is Style.LONGEST else f"W-{self.turn}"
        longest = LONGEST.get(name, 60)
        if self.style is Style.EMPTY and name not in REQUIRED:
            return ""
        return long_text(longest) if self.style is Style.LONGEST else f"Слово {self.turn}"[:longest]

    def _html(self, name: str) -> Html:
        return TEXTS("menu-text")

    def _int(self, name: str) -> int:
        if name == "id" or name.endswith("_id"):
            return LARGEST_ID - self.turn if self.style is Style.LONGEST else 1 + self.turn
        if "grade" in name:
            return GRADES[self.turn % len(GRADES)]
        if name in SMALL:
            return 1 + self.turn % 5
        if name in ("page", "number", "last"):
            return 0
        if self.style is Style.EMPTY:
            return 0
        return 1 + self.turn if self.style is Style.USUAL else 9000 + self.turn

    def _float(self, name: str) -> float:
        return 45.0 + self.turn / 10

    def _bool(self, name: str) -> bool:
        return bool(self.turn % 2)

    def _datetime(self, name: str) -> datetime:
        return NOW + STARTS[self.turn % len(STARTS)]

    def _date(self, name: str) -> date:
        return (NOW + timedelta(days=self.turn)).date()

    def _time(self, name: str) -> time:
        return time(10)

    def _timedelta(self, name: str) -> timedelta:
        return timedelta(minutes=15 * (self.turn + 1))

    def _municipality(self, name: str) -> Municipality:
        return KUBAN[(self.turn * 7) % len(KUBAN)]

    def _address(self, name: str) -> Address:
        return Address("telegram", str(1 + self.turn))

    def _point(self, name: str) -> Point:
        return Point(45.04, 38.97)

    def _venue(self, name: str) -> Venue:
        town = max(KUBAN, key=lambda m: len(m.centre)) if self.style is Style.LONGEST else KUBAN[self.turn]
        access = frozenset(Access) if self.style is Style.LONGEST else frozenset()
        return self.built(Venue, municipality=town.code, town=town.centre, access=access)  # type: ignore[no-any-return]

    def _activity(self, name: str) -> Activity:
        low, high = [(7, 11), (None, None), (9, 12), (None, 4), (12, 13), (5, 5), (10, None)][self.turn % 7]
        return self.built(  # type: ignore[no-any-return]
            Activity, code=f"W-{self.turn}", grade_from=low, grade_to=high
        )

    def _slot(self, name: str) -> Slot:
        starts_at = NOW + STARTS[self.turn % len(STARTS)]
        capacity = [10, None, 2][self.turn % 3]
        return self.built(  # type: ignore[no-any-return]
            Slot,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            cancelled_at=NOW if self.turn % 4 == 3 else None,
            capacity=capacity,
            taken=self.turn % 4,
            waiting=0 if capacity is None else self.turn % 2 * 3,
        )

    def _booking(self, name: str) -> Booking:
        status = list(BookingStatus)[self.turn % 5]
        return self.built(  # type: ignore[no-any-return]
            Booking,
            status=status,
            places=1 if self.style is Style.EMPTY else 1 + self.turn % 5,
            offer_expires_at=NOW + timedelta(hours=2) if status is BookingStatus.OFFERED else None,
        )

    def _person(self, name: str = "") -> Person:
        role = None if self.style is Style.EMPTY else list(Role)[self.turn % 4]
        if role is None:
            return Person(1, Address("telegram", "1"))
        return Person(
            id=1,
            address=Address("telegram", "1"),
            role=role,
            name=self._str("organisation")[:60],
            municipality=KUBAN[self.turn].code,
            grade=GRADES[self.turn % len(GRADES)] if role is Role.STUDENT else None,
            organisation=None if role is Role.STUDENT else self._str("organisation"),
            consent_version=CONSENT_VERSION,
            consent_digest=self._consent().digest,
            consent_at=NOW,
            grants=(Grant(Role.COORDINATOR, None), Grant(role, "sochi")) if self.turn % 2 else (),
        )

    def _consent(self) -> ConsentText:
        return consent_text(TEXTS, Operator(self._str("organisation"), "ул. Мира, 1", "8 900 000-00-00"))

    def _actor(self, name: str = "") -> Actor:
        return actor_for(self._person())

    def _filters(self, name: str) -> Filters:
        if self.style is Style.EMPTY:
            return Filters()
        made = self.built(Filters, municipality=KUBAN[self.turn].code)
        assert isinstance(made, Filters)
        return dataclasses.replace(made, access=frozenset(Access)) if self.style is Style.LONGEST else made

    def _page(self, name: str) -> Page:
        items = self.of(typing.get_type_hints(Page)["items"], "items")
        return Page(items, 0, len(items) * (3 if self.turn % 2 else 1))

    def _forumpage(self, name: str) -> ForumPage:
        sessions = [
            (self.turned(n).of(Slot), self.turned(n).of(Activity))
            for n in range(min(self._count(name), SESSIONS_ON_PAGE))
        ]
        own = {slot.id: self.turned(n).of(Booking) for n, (slot, _) in enumerate(sessions[:2])}
        clashing = {slot.id: self._str("title") for slot, _ in sessions[1:]}
        return ForumPage(sessions, own, clashing, 0, len(sessions) * (3 if self.turn % 2 else 1))

    def letter(self, kind: DeliveryKind) -> Letter:
        """A letter with all that its kind reads: about bookings as they are when it goes out."""
        made = self.of(Letter)
        assert isinstance(made, Letter)
        count = max(1, self._count("parts")) if kind is DeliveryKind.REMINDER else 1
        rule, parts = RULES[kind], []
        for number in range(count):
            part = self.turned(number).built(Part)
            slot = self.turned(number * 5).of(Slot)
            slot = dataclasses.replace(slot, cancelled_at=None, starts_at=NOW + timedelta(hours=2))
            slot = dataclasses.replace(slot, ends_at=slot.starts_at + timedelta(minutes=90))
            booking = dataclasses.replace(self.of(Booking), status=STATUS.get(kind, BookingStatus.BOOKED))
            parts.append(
                dataclasses.replace(
                    part,
                    delivery=dataclasses.replace(
                        part.delivery, kind=kind, payload=self.turned(number).of(rule.payload), question_id=1
                    ),
                    facts=self.turned(number).of(rule.facts) if rule.facts else None,
                    booking=booking if part.booking is None else dataclasses.replace(part.booking),
                    slot=slot,
                    activity=part.activity or self.of(Activity),
                    change=part.change or Change.MOVED,
                )
            )
        return dataclasses.replace(made, kind=kind, parts=tuple(parts))

    def view(self) -> View:
        return View(
            texts=TEXTS,
            dates=DATES,
            now=NOW,
            zone=MOSCOW,
            actor=self._actor(),
            bot_username="kuban_engineering_bot",
            municipalities=KUBAN,
            consent=self._consent(),
        )


MANY = {"shown": 6, "coming": 13, "items": 5, "slots": 8, "found": 6, "companions": 5, "days": 3, "parts": 5}
"""Items of the longest lists, by the name of the field: as many as a query gives at most; 5 where nothing is said."""
REQUIRED = {"title", "name", "town", "centre", "until", "when", "asker", "typed"}
"""Texts that are never empty."""
CODES = {"code", "key"}
AT_LEAST_ONE = {"visits", "days"}
SMALL = {"places", "uses", "days", "free", "more"}
STATUS: dict[DeliveryKind, BookingStatus] = {
    DeliveryKind.OFFER: BookingStatus.OFFERED,
    DeliveryKind.OFFER_LAPSED: BookingStatus.LAPSED,
    DeliveryKind.PASSED_OVER: BookingStatus.WAITING,
}

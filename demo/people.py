"""The invented people: a few to be, and a crowd that makes the lists lively.

Ready-made people are 1001 and up in the order of ``demo/data/people.toml``. The crowd is 900001 and up; nobody
can be one of them, and no message ever goes out to them: they are marked as unreachable from the start and
want no reminders. Listeners are 910001 and up: nobody can be one of them either, but announcements reach them, so that
a broadcast takes long enough to be watched.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from demo.programme import SEED, data
from domain.people import GRADES, Address, Role

MESSENGER = "telegram"
FIRST_READY = 1001
FIRST_OF_CROWD = 900_001
CROWD = 260
FIRST_LISTENER = 910_001
LISTENING_TEACHERS = 260
LISTENERS = 560
"""Teachers of two municipalities first, then pupils and parents from everywhere: with all, a second one confirms."""
TEACHERS_FROM = ("labinskiy", "kurganinskiy")
DEAF_EVERY = 40
"""Of the listeners, every so many has stopped the bot."""
LOWEST_GRADE = 5
ROLES = (Role.STUDENT,) * 14 + (Role.PARENT,) * 3 + (Role.TEACHER,) * 2 + (Role.MENTOR,)
"""Of the crowd, in this proportion."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A booking that somebody has from the start: the first slot of ``activity`` from ``day`` on.

    Without an activity: the one nearest to their home on that very day. Days are counted from today.
    """

    day: int
    activity: str | None = None
    places: int = 1


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody a visitor can be. Without a role: a newcomer whom the bot has never met."""

    key: str
    user_id: int
    name: str
    note: str
    """Who they are, in a few words for the chat page."""
    role: Role | None = None
    granted: Role | None = None
    """A role confirmed by a coordinator: for all municipalities if COORDINATOR, else for their own."""
    municipality: str | None = None
    grade: int | None = None
    organisation: str | None = None
    bookings: tuple[Wish, ...] = ()
    leads: tuple[str, ...] = ()
    """Codes of the workshops that a mentor leads."""

    @property
    def address(self) -> Address:
        return Address(MESSENGER, str(self.user_id))


@cache
def people() -> tuple[DemoPerson, ...]:
    """The ready-made people, in the order in which they are shown."""
    return tuple(
        _ready(number, row) for number, row in enumerate(data("people.toml")["person"], start=FIRST_READY)
    )


def person(key: str) -> DemoPerson:
    """A ready-made person by key: anya, timur, dasha, kirill, olga, sergey, marina, elena."""
    return next(ready for ready in people() if ready.key == key)


def _ready(user_id: int, row: dict[str, Any]) -> DemoPerson:
    return DemoPerson(
        key=row["key"],
        user_id=user_id,
        name=row["name"],
        note=row["note"],
        role=Role(row["role"]) if "role" in row else None,
        granted=Role(row["granted"]) if "granted" in row else None,
        municipality=row.get("municipality"),
        grade=row.get("grade"),
        organisation=row.get("organisation"),
        bookings=tuple(Wish(**wish) for wish in row.get("bookings", ())),
        leads=tuple(row.get("leads", ())),
    )


def crowd(municipalities: Sequence[str], seed: str = SEED) -> list[DemoPerson]:
    """People for the background, spread over ``municipalities`` evenly."""
    choice = random.Random(f"{seed}:crowd")
    return [
        _made(
            f"crowd-{number}",
            FIRST_OF_CROWD + number,
            choice.choice(ROLES),
            municipalities[number % len(municipalities)],
            choice,
        )
        for number in range(CROWD)
    ]


def listeners(municipalities: Sequence[str], seed: str = SEED) -> list[DemoPerson]:
    """People whom announcements reach: teachers of ``TEACHERS_FROM``, then others of all ``municipalities``."""
    choice = random.Random(f"{seed}:listeners")
    made = []
    for number in range(LISTENERS):
        role, homes = choice.choice((Role.STUDENT, Role.STUDENT, Role.PARENT)), municipalities
        if number < LISTENING_TEACHERS:
            role, homes = Role.TEACHER, TEACHERS_FROM
        home = homes[number % len(homes)]
        made.append(_made(f"listener-{number}", FIRST_LISTENER + number, role, home, choice))
    return made


def _made(key: str, user_id: int, role: Role, municipality: str, choice: random.Random) -> DemoPerson:
    words = data("people.toml")
    student = role is Role.STUDENT
    name = choice.choice(words["first_names"] if student else words["adult_names"])
    return DemoPerson(
        key=key,
        user_id=user_id,
        name=words["crowd"].format(name=name, letter=choice.choice(words["letters"])),
        note="",
        role=role,
        granted=role if role in (Role.TEACHER, Role.MENTOR) else None,
        municipality=municipality,
        grade=choice.choice(GRADES[LOWEST_GRADE - 1 :]) if student else None,
        organisation=None if student else words["organisation"][role].format(n=choice.randint(1, 60)),
    )

"""Four eyes: what reaches many people is let go by two coordinators who did not make each other.

The one rule of it, for broadcasts and for whatever else tells many at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MANY = 500
"""People whom one coordinator may reach alone within ``WINDOW``."""
WINDOW = timedelta(hours=24)
SEASONED = timedelta(days=7)
"""How long somebody holds the role before they vouch for others: a second account made today vouches for nothing."""


def takes_two(people: int, many: int = MANY) -> bool:
    """Whether so many, reached by one author within ``WINDOW``, take a second coordinator."""
    return people > many


@dataclass(frozen=True, slots=True)
class Appointment:
    """One time that somebody was given the role of a coordinator, ended since or not.

    ``given_by`` None: the operator, or somebody whose record is gone after a year.
    """

    person_id: int
    given_by: int | None
    since: datetime
    everywhere: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What a coordinator's word weighs."""

    person_id: int
    everywhere: bool
    """Coordinator of all municipalities."""
    since: datetime | None
    """The oldest appointment that still holds; None: the settings name them, which counts as long ago."""
    made_by: frozenset[int]
    """Who gave them the role, who gave it to those, and so on up; nobody for whom the settings name."""


def standings(appointments: Collection[Appointment], named: Iterable[int]) -> dict[int, Standing]:
    """Everybody who coordinates now, by id. ``named``: whom the settings name as coordinators of all."""
    trusted = frozenset(named)
    givers: dict[int, set[int]] = {}
    holding: dict[int, list[Appointment]] = {}
    for each in appointments:
        if each.given_by is not None and each.person_id not in trusted:
            givers.setdefault(each.person_id, set()).add(each.given_by)
        if not each.ended:
            holding.setdefault(each.person_id, []).append(each)
    found = {
        person_id: Standing(
            person_id,
            any(each.everywhere for each in held),
            min(each.since for each in held),
            _above(person_id, givers),
        )
        for person_id, held in holding.items()
    }
    return found | {person_id: Standing(person_id, True, None, frozenset()) for person_id in trusted}


def _above(person_id: int, givers: Mapping[int, Collection[int]]) -> frozenset[int]:
    """Everybody in the chain of invitations that leads to a person."""
    above: set[int] = set()
    to_follow = [person_id]
    while to_follow:
        new = set(givers.get(to_follow.pop(), ())) - above
        above |= new
        to_follow += new
    return frozenset(above)


class Objection(StrEnum):
    """Why somebody cannot be the second coordinator; each has a sentence."""

    OWN = "own"
    """They wrote it themselves."""
    PLACE = "place"
    """They do not answer for all municipalities."""
    MADE = "made"
    """The author gave them the role, or they gave it to the author, directly or through others."""
    NEW = "new"
    """They hold the role for too short a time."""


def objection(author: Standing, second: Standing, now: datetime) -> Objection | None:
    """Why ``second`` cannot let go what ``author`` wrote, None when they can."""
    if second.person_id == author.person_id:
        return Objection.OWN
    if not second.everywhere:
        return Objection.PLACE
    if author.person_id in second.made_by or second.person_id in author.made_by:
        return Objection.MADE
    if second.since is not None and now - second.since < SEASONED:
        return Objection.NEW
    return None

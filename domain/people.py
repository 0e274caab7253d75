"""People, the roles they hold and what a role may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import NamedTuple

MINIMUM_AGE = 14
"""Years. A younger child is signed up by an adult (federal law 152-FZ: consent of a legal representative)."""

GRADE_COLLEGE = 12
"""«СПО»: stored as the grade after the eleventh, so that ranges such as 9–12 compare as numbers."""
GRADE_UNIVERSITY = 13
GRADES: tuple[int, ...] = (*range(1, 12), GRADE_COLLEGE, GRADE_UNIVERSITY)


class Address(NamedTuple):
    """Who somebody is in a messenger. Never a bare number: another messenger may use the same one."""

    messenger: str
    user_id: str


class Role(StrEnum):
    """What a person says to be at registration; COORDINATOR is only ever granted."""

    STUDENT = "student"
    TEACHER = "teacher"
    MENTOR = "mentor"
    PARENT = "parent"
    COORDINATOR = "coordinator"

    @property
    def is_adult(self) -> bool:
        """Adults sign up with the children they bring."""
        return self is not Role.STUDENT


CHOSEN_ROLES = (Role.STUDENT, Role.TEACHER, Role.MENTOR, Role.PARENT)


class Right(Enum):
    """What a use case asks of the one who calls it."""

    PUBLIC = "public"
    """Anybody, registered or not."""
    SELF = "self"
    """A person acts on what is their own; the use case checks the owner."""
    LEAD_OWN_ACTIVITIES = "lead_own_activities"
    """A mentor acts on the activities that name them."""
    RUN_PROGRAMME = "run_programme"
    BROADCAST = "broadcast"
    GIVE_ROLES = "give_roles"
    OPERATE = "operate"
    """The operator at the command line: no person of a messenger ever holds it."""


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.STUDENT: frozenset(),
    Role.TEACHER: frozenset(),
    Role.PARENT: frozenset(),
    Role.MENTOR: frozenset({Right.LEAD_OWN_ACTIVITIES}),
    Role.COORDINATOR: frozenset({Right.RUN_PROGRAMME, Right.BROADCAST, Right.GIVE_ROLES}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given to a person by a coordinator; ``municipality`` None means all of them."""

    role: Role
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the bot has met. ``name`` and what follows stay empty until it is first needed."""

    id: int
    address: Address
    role: Role | None = None
    name: str | None = None
    municipality: str | None = None
    grade: int | None = None
    organisation: str | None = None
    consent_version: str | None = None
    consent_at: datetime | None = None
    reminders: int = 0
    paused_until: datetime | None = None
    grants: tuple[Grant, ...] = ()
    dormant: tuple[Grant, ...] = ()
    """Roles that have no effect until the person gives a name and their consent."""

    @property
    def is_registered(self) -> bool:
        """Consent and every answer that a booking needs are there."""
        if self.consent_version is None or self.role is None or not self.name or not self.municipality:
            return False
        return self.grade is not None if self.role is Role.STUDENT else bool(self.organisation)

    @property
    def acting_roles(self) -> frozenset[Role]:
        """Roles that count for rights and audiences.

        A teacher or mentor who only says so is like a student until a coordinator confirms it.
        """
        held = {grant.role for grant in self.grants}
        if self.role in (Role.STUDENT, Role.PARENT):
            held.add(self.role)
        return frozenset(held or {Role.STUDENT})

    @property
    def is_adult(self) -> bool:
        return self.role is not None and self.role.is_adult


@dataclass(frozen=True, slots=True)
class Scope:
    """Where somebody may act: everywhere, or in some municipalities."""

    everywhere: bool = False
    municipalities: frozenset[str] = frozenset()

    def covers(self, municipality: str | None) -> bool:
        """What belongs to no municipality, or to all of them, takes a scope of everywhere."""
        return self.everywhere or (municipality is not None and municipality in self.municipalities)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with their rights, or the operator (``person`` is None)."""

    person: Person | None
    rights: frozenset[Right] = field(default_factory=frozenset)

    @property
    def scope(self) -> Scope:
        """Where a coordinator's rights hold; the operator's hold everywhere."""
        if self.person is None:
            return Scope(everywhere=bool(self.rights))
        held = [grant for grant in self.person.grants if grant.role is Role.COORDINATOR]
        return Scope(
            everywhere=any(grant.municipality is None for grant in held),
            municipalities=frozenset(grant.municipality for grant in held if grant.municipality),
        )

    def require(self, municipality: str | None) -> None:
        """Raises Forbidden when the actor's scope does not cover the municipality (None: all of them)."""
        if not self.scope.covers(municipality):
            raise Forbidden(Right.RUN_PROGRAMME)

    def may(self, right: Right) -> bool:
        return right in self.rights

    def need(self, right: Right) -> None:
        """Raises Forbidden when the actor lacks the right: for screens that ask no use case."""
        if right not in self.rights:
            raise Forbidden(right)

    @property
    def person_id(self) -> int:
        """The id of the acting person.

        Raises:
            Forbidden: when the operator calls a use case that is a person's own.
        """
        if self.person is None:
            raise Forbidden(Right.SELF)
        return self.person.id


OPERATOR = Actor(person=None, rights=frozenset(Right) - {Right.SELF})


def actor_for(person: Person) -> Actor:
    """The person with every right of the roles that count for them."""
    rights = {Right.PUBLIC, Right.SELF}
    for role in person.acting_roles:
        rights |= _RIGHTS[role]
    return Actor(person, frozenset(rights))


class Forbidden(Exception):
    """The actor lacks the right that a use case asks for."""

    def __init__(self, right: Right) -> None:
        super().__init__(right.value)
        self.right = right

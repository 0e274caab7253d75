"""People, the roles they hold and what a role may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any, NamedTuple

from domain.consent import ConsentText

MINIMUM_AGE = 14
"""Years. A younger child is signed up by an adult (federal law 152-FZ: consent of a legal representative)."""

YOUNG_FOR = timedelta(days=1)
"""How long «мне меньше 14» holds: a moment beside the chat's number is all that is kept of it."""

GRADE_COLLEGE = 12
"""«СПО»: stored as the grade after the eleventh, so that ranges such as 9–12 compare as numbers."""
GRADE_UNIVERSITY = 13
YOUNG_GRADES = range(1, 7)
"""Pupils of these are younger than fourteen: an adult signs them up."""
DOUBTFUL_GRADES = range(7, 9)
"""Mostly thirteen or fourteen: whoever names one is asked again."""
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
    AGREED = "agreed"
    """A person who has agreed to the consent text of today has something new stored about them."""
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
    consent_digest: str | None = None
    """Of the text that was agreed to; None with a version: agreed before texts were kept, to nobody can prove what."""
    young_at: datetime | None = None
    """When the person last said to be younger than fourteen."""
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

    def has_agreed_to(self, text: ConsentText) -> bool:
        """Whether what the person agreed to is this very text."""
        return self.consent_version == text.version and self.consent_digest == text.digest

    def is_young(self, now: datetime) -> bool:
        """Whether the person said of late to be younger than fourteen: the next tap does not make them older."""
        return self.young_at is not None and now < self.young_at + YOUNG_FOR

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
    memory: dict[str, Any] = field(default_factory=dict, compare=False)
    """What the process remembers of somebody without consent, in no table: the last search."""

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

    @property
    def is_registered(self) -> bool:
        """Every answer that a booking needs is there, and was given under the consent text of today."""
        return self.person is not None and self.person.is_registered and self.may(Right.AGREED)

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


OPERATOR = Actor(person=None, rights=frozenset(Right) - {Right.SELF, Right.AGREED})


def actor_for(
    person: Person, consent: ConsentText | None = None, memory: dict[str, Any] | None = None
) -> Actor:
    """The person with every right of the roles that count for them.

    ``consent``: the text of today; None: whichever text they agreed to counts.
    """
    rights = {Right.PUBLIC, Right.SELF}
    if person.consent_version is not None and (consent is None or person.has_agreed_to(consent)):
        rights.add(Right.AGREED)
    for role in person.acting_roles:
        rights |= _RIGHTS[role]
    return Actor(person, frozenset(rights), {} if memory is None else memory)


class Forbidden(Exception):
    """The actor lacks the right that a use case asks for."""

    def __init__(self, right: Right) -> None:
        super().__init__(right.value)
        self.right = right

"""Roles by invitation: what a coordinator offers, how its code is written and read, when it is refused."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.people import Address, Grant, Role

INVITED_ROLES = (Role.TEACHER, Role.MENTOR, Role.COORDINATOR)
"""Who is invited; the other roles people choose themselves."""
USES = (1, 10, 50)
"""How many people may accept one invitation."""
DAYS = (1, 7, 30)
"""How long it stays open."""

STAFF_ROLES = (Role.MENTOR, Role.COORDINATOR)
"""Roles that read names of others. They are held under one's own name and consent, and leave a record."""
RECORD_KEPT = timedelta(days=365)
"""How long after the end of a staff role the record of it stays, whoever deletes themselves meanwhile: the address in
the messenger, the role and what the log holds. Security of processing, 152-FZ article 19."""


def uses_for(role: Role) -> tuple[int, ...]:
    """For how many people an invitation may be: a coordinator comes alone."""
    return (1,) if role is Role.COORDINATOR else USES


def days_for(role: Role) -> tuple[int, ...]:
    return (1,) if role is Role.COORDINATOR else DAYS


def counts(grant: Grant, *, named: bool) -> bool:
    """Whether a role has effect; ``named``: its holder gave a name and stands by their consent."""
    return named or grant.role not in STAFF_ROLES


ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, O and I: a code is read aloud and copied from paper."""
CODE_LENGTH = 8
"""40 bits: with a limit on wrong tries nobody guesses one."""
LONGEST_TYPED = 60

# Keyboards are often Russian: letters that look the same count as the same.
_LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u0420\u0421\u0422\u0423\u0425", "ABEKMHPCTYX"
)
_SEPARATORS = re.compile(r"[\s\u2010-\u2015-]+")
_CODE = re.compile(rf"(?=.*\d)(?=.*[A-Z])[{ALPHABET}]{{{CODE_LENGTH}}}\Z")

_SHOWN = re.compile(
    rf"[{ALPHABET}]{{{CODE_LENGTH // 2}}}[\u2010-\u2015-]?[{ALPHABET}]{{{CODE_LENGTH // 2}}}\Z"
)


def new_code() -> str:
    """An unguessable code with at least one letter and one digit, so that no word is taken for one."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if _CODE.match(code):
            return code


def written(code: str) -> str:
    """The code as people read it, in two halves: ABCD-2345."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in any case, with any separators, after any word with a colon; or None."""
    if len(typed) > LONGEST_TYPED:
        return None
    bare = _SEPARATORS.sub("", typed.rpartition(":")[2]).upper().translate(_LOOKALIKES)
    return bare if _CODE.match(bare) else None


def is_plainly_code(typed: str) -> bool:
    """Whether it is written as codes are shown. Anything else in the shape of one may be words: a word and a number."""
    return _SHOWN.match(typed.rpartition(":")[2].strip()) is not None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link or code that gives ``grant`` to whoever accepts it, ``uses_left`` more times."""

    id: int
    code: str
    grant: Grant
    uses_left: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    created_by: int | None = None
    taken_by: int | None = None
    """Who came and waits for its author's yes."""
    taken_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Somebody came, and its author has not said yes or no."""
        return self.taken_by is not None and self.settled_at is None and self.revoked_at is None


class Reason(StrEnum):
    """Why an invitation is not to be had."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"
    USED_UP = "used_up"
    TAKEN_BACK = "taken_back"
    """The role was taken from this person after the invitation was made: it takes a new one."""


class InvitationRefused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def refusal(invitation: Invitation, taken_back_at: datetime | None, now: datetime) -> Reason | None:
    """Why this person may not accept it now. ``taken_back_at``: when they last lost this role, if ever."""
    if invitation.revoked_at is not None:
        return Reason.REVOKED
    if now >= invitation.expires_at:
        return Reason.EXPIRED
    if invitation.uses_left < 1:
        return Reason.USED_UP
    if taken_back_at is not None and taken_back_at >= invitation.created_at:
        return Reason.TAKEN_BACK
    return None


def holds(grants: tuple[Grant, ...], wanted: Grant) -> bool:
    """Whether what somebody holds covers ``wanted`` already: a role for all covers every municipality."""
    return any(
        held.role is wanted.role and held.municipality in (None, wanted.municipality) for held in grants
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a role. ``id`` is the grant's; ``name`` None: they have not registered yet."""

    id: int
    person_id: int
    address: Address
    name: str | None
    grant: Grant
    since: datetime
    granted_by: str | None
    """The name of who gave it; None: the operator, or somebody who was forgotten since."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who came by an invitation, as its author sees them before they say yes."""

    invitation: Invitation
    address: Address
    name: str
    municipality: str | None
    known_since: datetime


class LastCoordinator(Exception):
    """Without this one nobody would answer for all municipalities."""

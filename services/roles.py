"""Who may do what, and where: invitations, accepting them, seeing who holds a role and taking it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Session
from db.queries import people
from db.queries import roles as queries
from domain.log import Action
from domain.people import Actor, Forbidden, Grant, Right, Role, actor_for
from domain.roles import (
    DAYS,
    INVITED_ROLES,
    USES,
    Holder,
    Invitation,
    InvitationRefused,
    LastCoordinator,
    Reason,
    holds,
    new_code,
    refusal,
)
from services import questions
from services.log import PERSON, record
from services.rights import needs

DOUBLE_TAP = timedelta(seconds=10)
"""The same invitation again within it is the same one."""


def _municipalities(actor: Actor) -> Collection[str] | None:
    scope = actor.scope
    return None if scope.everywhere else scope.municipalities


# Invitations.


@needs(Right.GIVE_ROLES)
def invite(
    session: Session,
    actor: Actor,
    role: Role,
    uses: int,
    days: int,
    municipality: str | None,
    now: datetime,
) -> Invitation:
    """An invitation to ``role`` for ``municipality`` (None: all), open for ``uses`` people and ``days`` days.

    Raises:
        Forbidden: outside the actor's scope, or nothing that is offered.
    """
    actor.require(municipality)
    if role not in INVITED_ROLES or uses not in USES or days not in DAYS:
        raise Forbidden(Right.GIVE_ROLES)
    if municipality is not None and not queries.municipality_exists(session, municipality):
        raise Forbidden(Right.GIVE_ROLES)
    grant = Grant(role, municipality)
    author = actor.person.id if actor.person else None
    expires_at = now + timedelta(days=days)
    made = queries.just_made(session, author, grant, uses, expires_at, DOUBLE_TAP)
    if made is not None:
        return made
    made = queries.insert_invitation(
        session, new_code(), grant, uses, created_by=author, now=now, expires_at=expires_at
    )
    details = {"role": role, "uses": uses, "days": days}
    record(session, actor, Action.INVITED, now, municipality=municipality, details=details)
    return made


@needs(Right.GIVE_ROLES)
def open_invitations(
    session: Session, actor: Actor, now: datetime, offset: int, limit: int
) -> tuple[list[Invitation], int]:
    """Those of the actor's scope that can still be accepted, the latest first, and how many there are in all."""
    where = _municipalities(actor)
    return queries.open_invitations(session, where, now, offset, limit), queries.count_open(
        session, where, now
    )


@needs(Right.GIVE_ROLES)
def open_invitation(session: Session, actor: Actor, invitation_id: int, now: datetime) -> Invitation | None:
    """One invitation that can still be accepted.

    Raises:
        Forbidden: it is for what lies outside the actor's scope.
    """
    found = queries.by_id(session, invitation_id)
    if found is None:
        return None
    actor.require(found.grant.municipality)
    return found if refusal(found, None, now) is None else None


@needs(Right.GIVE_ROLES)
def revoke_invitation(session: Session, actor: Actor, invitation_id: int, now: datetime) -> bool:
    """Nobody can accept it from now on. False: it was not open any more."""
    found = open_invitation(session, actor, invitation_id, now)
    if found is None:
        return False
    _revoke(session, actor, found, now)
    return True


def _revoke(session: Session, actor: Actor, found: Invitation, now: datetime) -> None:
    queries.revoke_invitations(session, [found.id], now)
    record(
        session,
        actor,
        Action.INVITE_REVOKED,
        now,
        municipality=found.grant.municipality,
        details={"role": found.grant.role, "uses": found.uses_left},
    )


# Accepting.


@dataclass(frozen=True, slots=True)
class Offered:
    """An invitation as the invited person sees it; ``held``: they have what it gives already."""

    invitation: Invitation
    held: bool


@needs(Right.SELF)
def look_at(session: Session, actor: Actor, code: str, now: datetime) -> Offered:
    """What a code offers to this person.

    Raises:
        InvitationRefused
    """
    found = queries.by_code(session, code)
    person = people.by_id(session, actor.person_id)
    if found is None or person is None:
        raise InvitationRefused(Reason.UNKNOWN)
    # Grants as they are now: the actor may have been read some minutes ago.
    if holds(person.grants, found.grant):
        return Offered(found, held=True)
    reason = refusal(found, queries.last_taken_back(session, person.id, found.grant.role), now)
    if reason is not None:
        raise InvitationRefused(reason)
    return Offered(found, held=False)


@needs(Right.SELF)
def accept(session: Session, actor: Actor, code: str, now: datetime) -> Offered:
    """Take the role. Again is the same as once, and uses the invitation up no further.

    Raises:
        InvitationRefused
    """
    offered = look_at(session, actor, code, now)
    if offered.held:
        return offered
    found = offered.invitation
    queries.spend(session, found.id)
    queries.insert_grant(
        session, actor.person_id, found.grant, granted_by=queries.inviter(session, found.id), now=now
    )
    record(
        session,
        actor,
        Action.ROLE_TAKEN,
        now,
        municipality=found.grant.municipality,
        details={"role": found.grant.role},
    )
    return offered


# Who holds what.


@dataclass(frozen=True, slots=True)
class Overview:
    """How many hold each role in the actor's scope, and how many invitations are open there."""

    holders: dict[Role, int]
    invitations: int


@needs(Right.GIVE_ROLES)
def overview(session: Session, actor: Actor, now: datetime) -> Overview:
    where = _municipalities(actor)
    return Overview(queries.counts(session, where), queries.count_open(session, where, now))


@needs(Right.GIVE_ROLES)
def holders(session: Session, actor: Actor, role: Role, offset: int, limit: int) -> tuple[list[Holder], int]:
    """Who holds a role in the actor's scope, and how many there are in all."""
    where = _municipalities(actor)
    return queries.holders(session, role, where, offset, limit), queries.counts(session, where).get(role, 0)


@needs(Right.GIVE_ROLES)
def holder(session: Session, actor: Actor, grant_id: int) -> Holder | None:
    """Who holds a role by this grant; None when it was taken back.

    Raises:
        Forbidden: outside the actor's scope.
    """
    found = queries.holder(session, grant_id)
    if found is not None:
        actor.require(found.grant.municipality)
    return found


@needs(Right.GIVE_ROLES)
def take_back(
    session: Session, actor: Actor, grant_id: int, now: datetime, *, settings_name_coordinators: bool
) -> Holder | None:
    """End a grant; None when it was ended before. What a former coordinator has invited to is closed with it.

    Raises:
        Forbidden: outside the actor's scope.
        LastCoordinator: nobody would be left for all municipalities, and the settings name nobody either.
    """
    found = holder(session, actor, grant_id)
    if found is None:
        return None
    grant = found.grant
    for_all = grant == Grant(Role.COORDINATOR, None)
    if for_all and not settings_name_coordinators and not queries.others_for_all(session, grant_id):
        raise LastCoordinator
    queries.end_grant(session, grant_id, now)
    record(
        session,
        actor,
        Action.ROLE_REVOKED,
        now,
        municipality=grant.municipality,
        details={"role": grant.role, PERSON: found.person_id},
    )
    if grant.role is Role.COORDINATOR:
        _close_invitations(session, actor, found.person_id, now)
        questions.let_go(session, found.person_id, now)
    return found


def _close_invitations(session: Session, actor: Actor, former_id: int, now: datetime) -> None:
    """Open invitations of somebody who may not make them any more: a way back in for them otherwise."""
    former = people.by_id(session, former_id)
    if former is None:
        return
    scope = actor_for(former).scope
    for found in queries.open_of(session, former_id, now):
        if not scope.covers(found.grant.municipality):
            _revoke(session, actor, found, now)

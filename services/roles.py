"""Who may do what, and where: invitations, accepting them, seeing who holds a role and taking it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Session
from db.queries import people
from db.queries import roles as queries
from domain.log import Action
from domain.people import Actor, Address, Forbidden, Grant, Right, Role, actor_for
from domain.roles import (
    DAYS,
    INVITED_ROLES,
    RECORD_KEPT,
    STAFF_ROLES,
    USES,
    Holder,
    Invitation,
    InvitationRefused,
    LastCoordinator,
    Reason,
    counts,
    days_for,
    holds,
    new_code,
    refusal,
    uses_for,
)
from services import handing_over, newcomers, questions
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

    A coordinator is invited alone and for a day, whatever is asked (an old button may ask for more).

    Raises:
        Forbidden: outside the actor's scope, or nothing that is offered.
    """
    actor.require(municipality)
    if role not in INVITED_ROLES or uses not in USES or days not in DAYS:
        raise Forbidden(Right.GIVE_ROLES)
    if municipality is not None and not queries.municipality_exists(session, municipality):
        raise Forbidden(Right.GIVE_ROLES)
    uses, days = min(uses, max(uses_for(role))), min(days, max(days_for(role)))
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
    """An invitation as the invited person sees it.

    ``held``: they have what it gives already. ``nameless``: they give a name and their consent first. ``waiting``: they
    accepted it, and its author has not said yes yet.
    """

    invitation: Invitation
    held: bool = False
    nameless: bool = False
    waiting: bool = False


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
    if found.taken_by == person.id and found.is_waiting:
        return Offered(found, waiting=True)
    reason = refusal(found, queries.last_taken_back(session, person.id, found.grant.role), now)
    if reason is not None:
        raise InvitationRefused(reason)
    named = bool(person.name) and person.consent_version is not None
    return Offered(found, nameless=not counts(found.grant, named=named))


@needs(Right.SELF)
def accept(session: Session, actor: Actor, code: str, now: datetime) -> Offered:
    """Take the role; that of a coordinator waits for the yes of who invited. Again is the same as once.

    Who has no name yet gets nothing, and the invitation stays as it was.

    Raises:
        InvitationRefused
    """
    offered = look_at(session, actor, code, now)
    found = offered.invitation
    if offered.nameless and found.grant.role is Role.COORDINATOR:
        newcomers.announce_stranger(session, found, now)
    if offered.held or offered.nameless or offered.waiting:
        return offered
    if found.grant.role is Role.COORDINATOR:
        newcomers.ask(session, found, actor.person_id, now)
        return Offered(found, waiting=True)
    queries.spend(session, found.id)
    queries.insert_grant(session, actor.person_id, found.grant, granted_by=found.created_by, now=now)
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
def brought_in(session: Session, actor: Actor, grant_id: int) -> list[Holder]:
    """Who holds a role in the actor's scope that came from this person, directly or through others.

    Raises:
        Forbidden: outside the actor's scope.
    """
    found = holder(session, actor, grant_id)
    if found is None or found.grant.role is not Role.COORDINATOR:
        return []
    brought: dict[int, Holder] = {}
    givers = {found.person_id}
    while new := [each for each in queries.given_by(session, givers) if each.id not in brought]:
        brought |= {each.id: each for each in new}
        givers = {each.person_id for each in new}
    return [
        each
        for each in brought.values()
        if each.person_id not in (found.person_id, actor.person_id)
        and actor.scope.covers(each.grant.municipality)
    ]


@needs(Right.GIVE_ROLES)
def take_back(
    session: Session,
    actor: Actor,
    grant_id: int,
    now: datetime,
    *,
    settings_name_coordinators: bool,
    with_brought_in: bool = False,
    coordinators: Collection[Address] = (),
) -> Holder | None:
    """End a grant; None when it was ended before. All that hangs on it ends or goes to colleagues (``_end``).

    ``with_brought_in``: and the roles of everybody whom they brought in. ``coordinators``: whom the settings name.

    Raises:
        Forbidden: outside the actor's scope.
        LastCoordinator: nobody would be left for all municipalities, and the settings name nobody either.
    """
    found = holder(session, actor, grant_id)
    if found is None:
        return None
    for_all = found.grant == Grant(Role.COORDINATOR, None)
    if for_all and not settings_name_coordinators and not queries.others_for_all(session, grant_id):
        raise LastCoordinator
    brought = brought_in(session, actor, grant_id) if with_brought_in else []
    for each in (found, *brought):
        _end(session, actor, each, now, coordinators)
    return found


def _end(
    session: Session, actor: Actor, found: Holder, now: datetime, coordinators: Collection[Address]
) -> None:
    """The role ends, and with it what it let somebody do later: invitations, questions, broadcasts, lists."""
    queries.end_grant(session, found.id, now)
    record(
        session,
        actor,
        Action.ROLE_REVOKED,
        now,
        municipality=found.grant.municipality,
        details={"role": found.grant.role, PERSON: found.person_id},
    )
    if found.grant.role is Role.COORDINATOR:
        _close_invitations(session, actor, found.person_id, now)
        questions.let_go(session, found.person_id, now, coordinators)
        handing_over.hand_over(session, found.person_id, now, coordinators)
    elif found.grant.role is Role.MENTOR:
        still = [each for each in queries.held_by(session, found.person_id) if each.grant.role is Role.MENTOR]
        queries.delete_links(session, found.person_id, found.grant.municipality if still else None)


def leave(session: Session, actor: Actor, now: datetime, coordinators: Collection[Address] = ()) -> None:
    """Somebody goes, or takes back their consent: the staff roles they hold end as if they were taken back."""
    for found in queries.held_by(session, actor.person_id):
        if found.grant.role in STAFF_ROLES:
            _end(session, actor, found, now, coordinators)


def keeps_record(session: Session, person_id: int, now: datetime) -> bool:
    """Whether a record of this person stays when they are deleted (``RECORD_KEPT``)."""
    return queries.has_record(session, person_id, now - RECORD_KEPT)


def forget_records(session: Session, now: datetime) -> None:
    """Roles that ended long ago are forgotten; who held them and has gone is deleted with other strangers."""
    queries.delete_ended(session, now - RECORD_KEPT)


def _close_invitations(session: Session, actor: Actor, former_id: int, now: datetime) -> None:
    """Invitations of somebody who may not make them any more: a way back in for them otherwise."""
    former = people.by_id(session, former_id)
    if former is None:
        return
    scope = actor_for(former).scope
    for found in (*queries.open_of(session, former_id, now), *queries.waiting_of(session, former_id)):
        if not scope.covers(found.grant.municipality):
            _revoke(session, actor, found, now)

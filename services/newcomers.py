"""Who came by an invitation to coordinate: its author looks at who it is, and says yes or no."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from db.engine import Session
from db.queries import people
from db.queries import roles as queries
from db.queries.questions import coordinators_of
from domain.delivery import DeliveryKind, Owed
from domain.log import Action
from domain.payloads import Answered, OfGrant, OfInvitation, Payload
from domain.people import Actor, Address, Forbidden, Right
from domain.roles import Invitation, Newcomer, holds
from services.deliveries import owe
from services.log import PERSON, record
from services.rights import needs


def ask(session: Session, found: Invitation, person_id: int, now: datetime) -> None:
    """Somebody came: the invitation is used up, and its author is asked."""
    queries.take(session, found.id, person_id, now)
    if found.created_by is not None:
        _tell(session, DeliveryKind.ROLE_ASKED, found.id, [found.created_by], now, OfInvitation(found.id))


def announce_stranger(session: Session, found: Invitation, now: datetime) -> None:
    """Somebody without a name holds the link: its author hears it once, and can still take it back."""
    if found.created_by is not None:
        key = f"{DeliveryKind.ROLE_ASKED}:stranger:{found.id}"
        payload = OfInvitation(found.id, stranger=True)
        owe(session, [Owed(key, DeliveryKind.ROLE_ASKED, found.created_by, now, payload=payload)])


@needs(Right.GIVE_ROLES)
def newcomer(session: Session, actor: Actor, invitation_id: int) -> Newcomer | None:
    """Who came by one's own invitation and waits; None: nobody waits any more.

    Raises:
        Forbidden: it is somebody else's, or outside the actor's scope by now.
    """
    found = queries.newcomer(session, invitation_id)
    if found is None:
        return None
    if found.invitation.created_by != actor.person_id:
        raise Forbidden(Right.GIVE_ROLES)
    actor.require(found.invitation.grant.municipality)
    return found


@needs(Right.GIVE_ROLES)
def let_in(
    session: Session,
    actor: Actor,
    invitation_id: int,
    now: datetime,
    coordinators: Collection[Address] = (),
) -> Newcomer | None:
    """Yes: from now on they coordinate. All coordinators of all hear of it. None: nobody waits any more.

    Raises:
        Forbidden: it is somebody else's, or outside the actor's scope by now.
    """
    found = newcomer(session, actor, invitation_id)
    if found is None or found.invitation.taken_by is None:
        return None
    grant, person_id = found.invitation.grant, found.invitation.taken_by
    queries.settle(session, invitation_id, now)
    person = people.by_id(session, person_id)
    if person is None or holds(person.grants, grant):
        return found
    grant_id = queries.insert_grant(session, person_id, grant, granted_by=actor.person_id, now=now)
    details = {"role": grant.role, PERSON: person_id}
    record(session, actor, Action.ROLE_GIVEN, now, municipality=grant.municipality, details=details)
    _tell(session, DeliveryKind.ROLE_ANSWERED, invitation_id, [person_id], now, Answered(given=True))
    others = set(coordinators_of(session, None, coordinators)) - {person_id, actor.person_id}
    _tell(session, DeliveryKind.NEW_COORDINATOR, grant_id, sorted(others), now, OfGrant(grant_id))
    return found


@needs(Right.GIVE_ROLES)
def turn_away(session: Session, actor: Actor, invitation_id: int, now: datetime) -> Newcomer | None:
    """No: nothing is given, and they are told. None: nobody waits any more.

    Raises:
        Forbidden: it is somebody else's, or outside the actor's scope by now.
    """
    found = newcomer(session, actor, invitation_id)
    if found is None or found.invitation.taken_by is None:
        return None
    queries.settle(session, invitation_id, now)
    queries.revoke_invitations(session, [invitation_id], now)
    record(
        session,
        actor,
        Action.INVITE_REVOKED,
        now,
        municipality=found.invitation.grant.municipality,
        details={"role": found.invitation.grant.role, PERSON: found.invitation.taken_by},
    )
    _tell(
        session,
        DeliveryKind.ROLE_ANSWERED,
        invitation_id,
        [found.invitation.taken_by],
        now,
        Answered(given=False),
    )
    return found


def _tell(
    session: Session,
    kind: DeliveryKind,
    about: int,
    people_ids: Collection[int],
    now: datetime,
    payload: Payload,
) -> None:
    owe(
        session,
        [
            Owed(
                dedup_key=f"{kind}:{about}:{person_id}",
                kind=kind,
                person_id=person_id,
                due_at=now,
                payload=payload,
            )
            for person_id in people_ids
        ],
    )

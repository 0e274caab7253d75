"""Invitations and granted roles. ``municipalities`` None asks for all of them, those for all included."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from db.contained import readable
from db.models import (
    ActivityMentorRow,
    ActivityRow,
    InviteRow,
    MunicipalityRow,
    PersonRow,
    RoleGrantRow,
    VenueRow,
)
from domain.four_eyes import Appointment
from domain.people import Address, Grant, Role
from domain.roles import STAFF_ROLES, Holder, Invitation, Newcomer


def municipality_exists(session: Session, code: str) -> bool:
    return session.scalar(select(MunicipalityRow.code).where(MunicipalityRow.code == code)) is not None


# Invitations.


def _invitation(row: InviteRow) -> Invitation:
    return Invitation(
        id=row.id,
        code=row.code,
        grant=Grant(Role(row.role), row.municipality_code),
        uses_left=row.uses_left,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        created_by=row.created_by,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        settled_at=row.settled_at,
    )


def insert_invitation(
    session: Session,
    code: str,
    grant: Grant,
    uses: int,
    *,
    created_by: int | None,
    now: datetime,
    expires_at: datetime,
) -> Invitation:
    row = InviteRow(
        code=code,
        role=grant.role,
        municipality_code=grant.municipality,
        uses_left=uses,
        expires_at=expires_at,
        created_by=created_by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _invitation(row)


def _first(session: Session, condition: ColumnElement[bool]) -> Invitation | None:
    row = session.scalars(
        select(InviteRow).where(condition).execution_options(populate_existing=True)
    ).first()
    return _invitation(row) if row else None


def by_code(session: Session, code: str) -> Invitation | None:
    return _first(session, InviteRow.code == code)


def by_id(session: Session, invitation_id: int) -> Invitation | None:
    return _first(session, InviteRow.id == invitation_id)


def just_made(
    session: Session, created_by: int | None, grant: Grant, uses: int, expires_at: datetime, within: timedelta
) -> Invitation | None:
    """The very same invitation, made by the same person less than ``within`` ago and used by nobody yet."""
    return _first(
        session,
        and_(
            InviteRow.created_by == created_by,
            InviteRow.role == grant.role,
            InviteRow.municipality_code.is_not_distinct_from(grant.municipality),
            InviteRow.uses_left == uses,
            InviteRow.revoked_at.is_(None),
            InviteRow.expires_at > expires_at - within,
            InviteRow.expires_at <= expires_at,
        ),
    )


def spend(session: Session, invitation_id: int) -> None:
    session.execute(
        update(InviteRow)
        .where(InviteRow.id == invitation_id, InviteRow.uses_left > 0)
        .values(uses_left=InviteRow.uses_left - 1)
        .execution_options(synchronize_session=False)
    )


def revoke_invitations(session: Session, ids: Collection[int], now: datetime) -> None:
    session.execute(
        update(InviteRow)
        .where(InviteRow.id.in_(ids))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def _open(municipalities: Collection[str] | None, now: datetime) -> ColumnElement[bool]:
    return (
        InviteRow.revoked_at.is_(None)
        & (InviteRow.expires_at > now)
        & (InviteRow.uses_left > 0)
        & _within(InviteRow.municipality_code, municipalities)
    )


def _within(column: Any, municipalities: Collection[str] | None) -> ColumnElement[bool]:
    within: ColumnElement[bool] = true() if municipalities is None else column.in_(municipalities)
    return within


def open_invitations(
    session: Session, municipalities: Collection[str] | None, now: datetime, offset: int, limit: int
) -> list[Invitation]:
    """The latest first."""
    rows = session.scalars(
        select(InviteRow)
        .where(_open(municipalities, now))
        .order_by(InviteRow.id.desc())
        .offset(offset)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return readable(session, "invite", rows, _invitation, lambda row: row.id)


def count_open(session: Session, municipalities: Collection[str] | None, now: datetime) -> int:
    return session.scalar(select(func.count(InviteRow.id)).where(_open(municipalities, now))) or 0


def take(session: Session, invitation_id: int, person_id: int, now: datetime) -> None:
    """Somebody came by an invitation that waits for its author's yes."""
    session.execute(
        update(InviteRow)
        .where(InviteRow.id == invitation_id)
        .values(uses_left=0, taken_by=person_id, taken_at=now)
        .execution_options(synchronize_session=False)
    )


def settle(session: Session, invitation_id: int, now: datetime) -> None:
    session.execute(
        update(InviteRow)
        .where(InviteRow.id == invitation_id)
        .values(settled_at=now)
        .execution_options(synchronize_session=False)
    )


def newcomer(session: Session, invitation_id: int) -> Newcomer | None:
    """Who waits, while they have a name and stand by their consent."""
    row = session.execute(
        select(InviteRow, PersonRow)
        .join(PersonRow, PersonRow.id == InviteRow.taken_by)
        .where(InviteRow.id == invitation_id, PersonRow.name != "", PersonRow.consent_version.is_not(None))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    invitation, person = _invitation(row[0]), row[1]
    if not invitation.is_waiting or person.name is None:
        return None
    address = Address(person.messenger, person.messenger_user_id)
    return Newcomer(invitation, address, person.name, person.municipality_code, person.created_at)


def waiting_of(session: Session, author_id: int) -> list[Invitation]:
    """By which of this author's invitations somebody came and waits."""
    rows = session.scalars(
        select(InviteRow).where(
            InviteRow.created_by == author_id,
            InviteRow.taken_by.is_not(None),
            InviteRow.settled_at.is_(None),
            InviteRow.revoked_at.is_(None),
        )
    )
    return readable(session, "invite", rows, _invitation, lambda row: row.id)


def open_of(session: Session, person_id: int, now: datetime) -> list[Invitation]:
    """What this person has invited to and is still open."""
    rows = session.scalars(select(InviteRow).where(_open(None, now), InviteRow.created_by == person_id))
    return readable(session, "invite", rows, _invitation, lambda row: row.id)


# Grants.


def insert_grant(
    session: Session, person_id: int, grant: Grant, *, granted_by: int | None, now: datetime
) -> int:
    """Its id."""
    result = session.execute(
        insert(RoleGrantRow).values(
            person_id=person_id,
            role=grant.role,
            municipality_code=grant.municipality,
            granted_at=now,
            granted_by=granted_by,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def inviter(session: Session, invitation_id: int) -> int | None:
    return session.scalar(select(InviteRow.created_by).where(InviteRow.id == invitation_id))


def last_taken_back(session: Session, person_id: int, role: Role) -> datetime | None:
    return session.scalar(
        select(func.max(RoleGrantRow.revoked_at)).where(
            RoleGrantRow.person_id == person_id, RoleGrantRow.role == role
        )
    )


def end_grant(session: Session, grant_id: int, now: datetime) -> None:
    session.execute(
        update(RoleGrantRow)
        .where(RoleGrantRow.id == grant_id)
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def counts(session: Session, municipalities: Collection[str] | None) -> dict[Role, int]:
    """How many hold each role."""
    rows = session.execute(
        select(RoleGrantRow.role, func.count(RoleGrantRow.id))
        .where(RoleGrantRow.revoked_at.is_(None), _within(RoleGrantRow.municipality_code, municipalities))
        .group_by(RoleGrantRow.role)
    )
    # A result has `keys`, and would pass for a mapping.
    found = dict(rows.all())
    return {role: found[role] for role in Role if role in found}


def _holders() -> Select[RoleGrantRow, PersonRow, str | None]:
    giver = aliased(PersonRow)
    return (
        select(RoleGrantRow, PersonRow, giver.name)
        .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
        .outerjoin(giver, giver.id == RoleGrantRow.granted_by)
        .where(RoleGrantRow.revoked_at.is_(None))
        .execution_options(populate_existing=True)
    )


def _holder(row: Any) -> Holder:
    grant, person, giver = row
    return Holder(
        id=grant.id,
        person_id=person.id,
        address=Address(person.messenger, person.messenger_user_id),
        name=person.name,
        grant=Grant(Role(grant.role), grant.municipality_code),
        since=grant.granted_at,
        granted_by=giver,
    )


def holders(
    session: Session, role: Role, municipalities: Collection[str] | None, offset: int, limit: int
) -> list[Holder]:
    """Those for all municipalities first, then by municipality and name."""
    rows = session.execute(
        _holders()
        .outerjoin(MunicipalityRow, MunicipalityRow.code == RoleGrantRow.municipality_code)
        .where(RoleGrantRow.role == role, _within(RoleGrantRow.municipality_code, municipalities))
        .order_by(
            RoleGrantRow.municipality_code.is_not(None),
            MunicipalityRow.name,
            PersonRow.name,
            RoleGrantRow.id,
        )
        .offset(offset)
        .limit(limit)
    )
    return readable(session, "role_grant", rows, _holder, lambda row: row[0].id)


def holder(session: Session, grant_id: int) -> Holder | None:
    row = session.execute(_holders().where(RoleGrantRow.id == grant_id)).first()
    return _holder(row) if row else None


def appointments(session: Session) -> list[Appointment]:
    """Every time that somebody was made a coordinator, also those that ended."""
    rows = session.execute(
        select(
            RoleGrantRow.person_id,
            RoleGrantRow.granted_by,
            RoleGrantRow.granted_at,
            RoleGrantRow.municipality_code,
            RoleGrantRow.revoked_at,
        )
        .where(RoleGrantRow.role == Role.COORDINATOR)
        .order_by(RoleGrantRow.id)
    )
    return [
        Appointment(person_id, given_by, since, everywhere=municipality is None, ended=ended is not None)
        for person_id, given_by, since, municipality, ended in rows
    ]


def named_among(session: Session, addresses: Collection[Address]) -> list[int]:
    """Ids of the people behind addresses, as far as the bot has met them."""
    if not addresses:
        return []
    person = tuple_(PersonRow.messenger, PersonRow.messenger_user_id)
    return list(session.scalars(select(PersonRow.id).where(person.in_([tuple(one) for one in addresses]))))


def held_by(session: Session, person_id: int) -> list[Holder]:
    """The roles that somebody holds now."""
    rows = session.execute(_holders().where(RoleGrantRow.person_id == person_id).order_by(RoleGrantRow.id))
    return readable(session, "role_grant", rows, _holder, lambda row: row[0].id)


def given_by(session: Session, person_ids: Collection[int]) -> list[Holder]:
    """The roles that people gave to others and that are held now."""
    rows = session.execute(
        _holders().where(RoleGrantRow.granted_by.in_(person_ids)).order_by(RoleGrantRow.id)
    )
    return readable(session, "role_grant", rows, _holder, lambda row: row[0].id)


def has_record(session: Session, person_id: int, ended_after: datetime) -> bool:
    """Whether somebody holds a staff role, or held one until after a moment."""
    return (
        session.scalar(
            select(RoleGrantRow.id)
            .where(RoleGrantRow.person_id == person_id, on_record(ended_after))
            .limit(1)
        )
        is not None
    )


def on_record(ended_after: datetime) -> ColumnElement[bool]:
    """A grant of a staff role that holds, or held until after a moment."""
    return and_(
        RoleGrantRow.role.in_(STAFF_ROLES),
        or_(RoleGrantRow.revoked_at.is_(None), RoleGrantRow.revoked_at > ended_after),
    )


def delete_ended(session: Session, ended_before: datetime) -> None:
    """Records of roles that ended long ago."""
    session.execute(
        delete(RoleGrantRow)
        .where(RoleGrantRow.revoked_at <= ended_before)
        .execution_options(synchronize_session=False)
    )


def delete_links(session: Session, person_id: int, municipality: str | None) -> None:
    """What somebody leads in a municipality (None: anywhere) is not theirs any more."""
    links = delete(ActivityMentorRow).where(ActivityMentorRow.person_id == person_id)
    if municipality is not None:
        here = (
            select(ActivityRow.id)
            .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
            .where(VenueRow.municipality_code == municipality)
        )
        links = links.where(ActivityMentorRow.activity_id.in_(here))
    session.execute(links.execution_options(synchronize_session=False))


def others_for_all(session: Session, grant_id: int) -> bool:
    """Whether another coordinator of all municipalities is left without this grant."""
    found = session.scalar(
        select(RoleGrantRow.id)
        .where(
            RoleGrantRow.role == Role.COORDINATOR,
            RoleGrantRow.municipality_code.is_(None),
            RoleGrantRow.revoked_at.is_(None),
            RoleGrantRow.id != grant_id,
        )
        .limit(1)
    )
    return found is not None

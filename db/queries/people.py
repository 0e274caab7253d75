"""People: meeting them, what they say of themselves, what they browse by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from db.contained import known
from db.dialect import insert_or_ignore
from db.erasing import note_departure
from db.models import (
    AudienceRow,
    BookingRow,
    ConsentTextRow,
    DeliveryRow,
    PersonRow,
    RoleGrantRow,
    SlotRow,
)
from db.models.base import Base
from db.queries.reading import person_table
from db.queries.roles import on_record
from domain.consent import ConsentText
from domain.delivery import DeliveryKind
from domain.people import YOUNG_GRADES, Address, Grant, Person, Role
from domain.roles import STAFF_ROLES, counts

KEPT = RoleGrantRow.__tablename__
"""The one table of a person's own that stays in a record."""


def person_from(session: Session, row: PersonRow | Any, grants: Iterable[Grant]) -> Person:
    """With the roles that have effect: nobody without a name and a consent holds one over others."""
    named = bool(row.name) and row.consent_version is not None
    grants = tuple(grants)
    return Person(
        id=row.id,
        address=Address(row.messenger, row.messenger_user_id),
        role=known(session, Role, row.role, "person", row.id),
        name=row.name,
        municipality=row.municipality_code,
        grade=row.grade,
        organisation=row.organisation,
        consent_version=row.consent_version,
        consent_at=row.consent_at,
        consent_digest=row.consent_digest,
        young_at=row.young_at,
        reminders=row.reminders,
        paused_until=row.paused_until,
        grants=tuple(grant for grant in grants if counts(grant, named=named)),
        dormant=tuple(grant for grant in grants if not counts(grant, named=named)),
    )


def by_address(session: Session, address: Address) -> tuple[PersonRow, Person] | None:
    row = session.scalars(
        select(PersonRow)
        .where(PersonRow.messenger == address.messenger, PersonRow.messenger_user_id == address.user_id)
        .execution_options(populate_existing=True)
    ).first()
    return (
        (row, person_from(session, row, _grants(session, PersonRow.id == row.id).get(row.id, ())))
        if row
        else None
    )


def by_id(session: Session, person_id: int) -> Person | None:
    row = session.get(PersonRow, person_id, populate_existing=True)
    return (
        person_from(session, row, _grants(session, PersonRow.id == row.id).get(row.id, ())) if row else None
    )


def by_ids(session: Session, person_ids: Collection[int]) -> dict[int, Person]:
    """People with the roles they hold, by id."""
    grants = _grants(session, RoleGrantRow.person_id.in_(person_ids))
    rows = session.scalars(
        select(PersonRow).where(PersonRow.id.in_(person_ids)).execution_options(populate_existing=True)
    )
    return {row.id: person_from(session, row, grants.get(row.id, ())) for row in rows}


def _grants(session: Session, *whose: ColumnElement[bool]) -> dict[int, list[Grant]]:
    """Roles that people hold, by person. One that this version does not know is none."""
    rows = session.execute(
        select(RoleGrantRow.id, RoleGrantRow.person_id, RoleGrantRow.role, RoleGrantRow.municipality_code)
        .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
        .where(*whose, RoleGrantRow.revoked_at.is_(None))
    )
    grants: dict[int, list[Grant]] = {}
    for id_, person_id, written, municipality in rows:
        role = known(session, Role, written, "role_grant", id_)
        if role is not None:
            grants.setdefault(person_id, []).append(Grant(role, municipality))
    return grants


@dataclass(frozen=True, slots=True)
class Met:
    """A person with what is known of their last visit."""

    person: Person
    seen_at: datetime
    reachable: bool


_MET = (
    PersonRow.id,
    PersonRow.messenger,
    PersonRow.messenger_user_id,
    PersonRow.role,
    PersonRow.name,
    PersonRow.municipality_code,
    PersonRow.grade,
    PersonRow.organisation,
    PersonRow.consent_version,
    PersonRow.consent_at,
    PersonRow.consent_digest,
    PersonRow.young_at,
    PersonRow.reminders,
    PersonRow.paused_until,
    PersonRow.unreachable_at,
    PersonRow.seen_at,
)


def by_addresses(session: Session, addresses: Collection[Address]) -> dict[Address, Met]:
    """Those of them who are known, in two statements for each messenger."""
    asked: dict[str, list[str]] = {}
    for address in addresses:
        asked.setdefault(address.messenger, []).append(address.user_id)
    found: dict[Address, Met] = {}
    for messenger, user_ids in asked.items():
        met = _met(session, PersonRow.messenger == messenger, PersonRow.messenger_user_id.in_(user_ids))
        found |= {each.person.address: each for each in met}
    return found


def seen_since(session: Session, since: datetime, limit: int) -> list[Person]:
    """The last seen of those who can be written to, the last one last."""
    newest = (
        select(PersonRow.id)
        .where(PersonRow.seen_at > since, PersonRow.unreachable_at.is_(None))
        .order_by(PersonRow.seen_at.desc())
        .limit(limit)
    )
    met = _met(session, PersonRow.id.in_(newest))
    return [each.person for each in sorted(met, key=lambda each: each.seen_at)]


def _met(session: Session, *where: ColumnElement[bool]) -> list[Met]:
    rows = session.execute(select(*_MET).where(*where)).all()
    grants = _grants(session, *where)
    return [
        Met(person_from(session, row, grants.get(row.id, ())), row.seen_at, row.unreachable_at is None)
        for row in rows
    ]


def address_of(session: Session, person_id: int) -> Address:
    row = session.execute(
        select(PersonRow.messenger, PersonRow.messenger_user_id).where(PersonRow.id == person_id)
    ).one()
    return Address(*row)


def insert_people(session: Session, addresses: Collection[Address], reminders: int, now: datetime) -> None:
    """Idempotent: two first taps at once make one person."""
    insert_or_ignore(
        session,
        PersonRow,
        [
            {
                "messenger": address.messenger,
                "messenger_user_id": address.user_id,
                "reminders": reminders,
                "filters": {},
                "created_at": now,
                "seen_at": now,
            }
            for address in addresses
        ],
    )


def keep_consent_text(session: Session, consent: ConsentText, now: datetime) -> None:
    """Keep the text as it was shown, once."""
    row = {"digest": consent.digest, "version": consent.version, "text": consent.text, "agreed_first_at": now}
    insert_or_ignore(session, ConsentTextRow, [row])


def forget_young(session: Session, before: datetime) -> None:
    """What was said before that moment about being too young no longer counts."""
    session.execute(
        update(PersonRow)
        .where(PersonRow.young_at < before)
        .values(young_at=None)
        .execution_options(synchronize_session=False)
    )


def young_pupils(session: Session, beyond: int, limit: int) -> dict[int, Address]:
    """Pupils of grades in which nobody is fourteen, by number: older releases stored them."""
    rows = session.execute(
        select(PersonRow.id, PersonRow.messenger, PersonRow.messenger_user_id)
        .where(PersonRow.id > beyond, PersonRow.role == Role.STUDENT, PersonRow.grade.in_(YOUNG_GRADES))
        .order_by(PersonRow.id)
        .limit(limit)
    )
    return {row[0]: Address(row[1], row[2]) for row in rows}


def update_person(session: Session, person_id: int, values: Mapping[str, Any]) -> None:
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == person_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def delete_person(session: Session, person_id: int, now: datetime) -> None:
    """Everything that hangs on the person goes with them (ON DELETE CASCADE), and what names them to others."""
    _depart(session, person_id, now)
    session.execute(delete(PersonRow).where(PersonRow.id == person_id))


def _depart(session: Session, person_id: int, now: datetime) -> None:
    known = session.execute(
        select(PersonRow.messenger, PersonRow.messenger_user_id).where(PersonRow.id == person_id)
    ).one_or_none()
    if known is not None:
        note_departure(session, Address(*known), now)
    forget_reports(session, person_id)
    session.execute(delete(AudienceRow).where(AudienceRow.owner_id == person_id))


def came_before(session: Session, moment: datetime) -> list[tuple[int, Address, datetime]]:
    """Id, address and first visit of everybody who was here before a moment."""
    found = session.execute(
        select(PersonRow.id, PersonRow.messenger, PersonRow.messenger_user_id, PersonRow.created_at).where(
            PersonRow.created_at < moment
        )
    )
    return [(row[0], Address(row[1], row[2]), row[3]) for row in found]


def reduce_to_record(session: Session, person_id: int, now: datetime) -> None:
    """Everything about somebody goes but their address in the messenger and the staff roles they held.

    What hangs on a person goes as if they were deleted, whichever tables there are; the log and what they wrote to
    others still point to the same row, which says no more than which account it was. Whoever comes back was first
    here after ``now``.
    """
    _depart(session, person_id, now)
    for table in reversed(Base.metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column is PersonRow.__table__.c.id and key.ondelete == "CASCADE" and table.name != KEPT:
                session.execute(delete(table).where(key.parent == person_id))
    session.execute(
        delete(RoleGrantRow).where(RoleGrantRow.person_id == person_id, RoleGrantRow.role.not_in(STAFF_ROLES))
    )
    blank = {column.name: None for column in PersonRow.__table__.columns if column.nullable}
    update_person(session, person_id, {**blank, "reminders": 0, "filters": {}, "created_at": now})


_FILTERS = select(person_table.c.filters).where(person_table.c.id == bindparam("person"))


def filters(session: Session, person_id: int) -> dict[str, Any]:
    return session.scalar(_FILTERS, {"person": person_id}) or {}


def consented_names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Names of those of these people whose consent stands."""
    rows = session.execute(
        select(PersonRow.id, PersonRow.name).where(
            PersonRow.id.in_(person_ids), PersonRow.consent_version.is_not(None), PersonRow.name.is_not(None)
        )
    )
    return {id_: name for id_, name in rows if name}


def forget_reports(session: Session, person_id: int) -> None:
    """What a mentor reported to coordinators holds their name."""
    reports = f"{DeliveryKind.CANNOT_LEAD}:{person_id}:"
    session.execute(delete(DeliveryRow).where(DeliveryRow.dedup_key.startswith(reports, autoescape=True)))


def not_seen(
    session: Session,
    *,
    registered_before: datetime,
    strangers_before: datetime,
    coming_after: datetime,
    record_after: datetime,
    limit: int,
    beyond: int = 0,
) -> list[int]:
    """People away for too long who hold no place in anything to come and no role given by a coordinator.

    ``record_after``: who held a staff role after it is kept on record.
    """
    expects = exists(
        select(BookingRow.id)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .where(
            BookingRow.person_id == PersonRow.id,
            BookingRow.status.in_(("booked", "waiting", "offered")),
            SlotRow.ends_at > coming_after,
        )
    )
    granted = exists(
        select(RoleGrantRow.id).where(
            RoleGrantRow.person_id == PersonRow.id,
            or_(RoleGrantRow.revoked_at.is_(None), on_record(record_after)),
        )
    )
    away = or_(
        PersonRow.seen_at < registered_before,
        and_(PersonRow.consent_version.is_(None), PersonRow.seen_at < strangers_before),
    )
    return list(
        session.scalars(
            select(PersonRow.id)
            .where(PersonRow.id > beyond, away, ~expects, ~granted)
            .order_by(PersonRow.id)
            .limit(limit)
        )
    )

"""People: meeting them, what they say of themselves, what they browse by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.dialect import insert_or_ignore
from db.models import PersonRow, RoleGrantRow
from domain.people import Address, Grant, Person, Role


def person_from(row: PersonRow, grants: tuple[Grant, ...]) -> Person:
    return Person(
        id=row.id,
        address=Address(row.messenger, row.messenger_user_id),
        role=Role(row.role) if row.role else None,
        name=row.name,
        municipality=row.municipality_code,
        grade=row.grade,
        organisation=row.organisation,
        consent_version=row.consent_version,
        consent_at=row.consent_at,
        reminders=row.reminders,
        paused_until=row.paused_until,
        grants=grants,
    )


def by_address(session: Session, address: Address) -> tuple[PersonRow, Person] | None:
    row = session.scalars(
        select(PersonRow)
        .where(PersonRow.messenger == address.messenger, PersonRow.messenger_user_id == address.user_id)
        .execution_options(populate_existing=True)
    ).first()
    return (row, person_from(row, _grants(session, row.id))) if row else None


def by_id(session: Session, person_id: int) -> Person | None:
    row = session.get(PersonRow, person_id, populate_existing=True)
    return person_from(row, _grants(session, row.id)) if row else None


def _grants(session: Session, person_id: int) -> tuple[Grant, ...]:
    rows = session.execute(
        select(RoleGrantRow.role, RoleGrantRow.municipality_code).where(
            RoleGrantRow.person_id == person_id, RoleGrantRow.revoked_at.is_(None)
        )
    )
    return tuple(Grant(Role(role), municipality) for role, municipality in rows)


def insert_person(session: Session, address: Address, reminders: int, now: datetime) -> None:
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
        ],
    )


def update_person(session: Session, person_id: int, values: Mapping[str, Any]) -> None:
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == person_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def delete_person(session: Session, person_id: int) -> None:
    """Everything that hangs on the person goes with them (ON DELETE CASCADE)."""
    session.execute(delete(PersonRow).where(PersonRow.id == person_id))


def filters(session: Session, person_id: int) -> dict[str, Any]:
    return session.scalar(select(PersonRow.filters).where(PersonRow.id == person_id)) or {}

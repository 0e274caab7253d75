"""Who has a booking of a slot, what they answered, and whether the last news reached them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.contained import known
from db.models import BookingRow, DeliveryRow, MunicipalityRow, PersonRow, SlotChangeRow
from domain.answers import Guest
from domain.booking import Answer, BookingStatus
from domain.delivery import DeliveryStatus
from domain.letters import CHANGES


def guests(session: Session, slot_id: int) -> list[Guest]:
    """Everybody who ever asked for the slot, by name."""
    newest = aliased(DeliveryRow)
    latest = (
        select(func.max(newest.id))
        .where(newest.booking_id == BookingRow.id, newest.kind.in_(CHANGES))
        .correlate(BookingRow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            BookingRow.id,
            PersonRow.id,
            PersonRow.name,
            MunicipalityRow.name,
            PersonRow.organisation,
            PersonRow.grade,
            BookingRow.places,
            BookingRow.status,
            BookingRow.answer,
            BookingRow.ended_at,
            PersonRow.unreachable_at,
            DeliveryRow.status,
        )
        .join(PersonRow, PersonRow.id == BookingRow.person_id)
        .outerjoin(MunicipalityRow, MunicipalityRow.code == PersonRow.municipality_code)
        .outerjoin(DeliveryRow, DeliveryRow.id == latest)
        .where(BookingRow.slot_id == slot_id, BookingRow.status.in_(list(BookingStatus)))
        .order_by(PersonRow.name, BookingRow.id)
    )
    return [
        Guest(
            booking_id=booking_id,
            person_id=person_id,
            name=name or "",
            municipality=municipality or "",
            organisation=organisation or "",
            grade=grade,
            places=places,
            status=BookingStatus(status),
            answer=known(session, Answer, answer, "booking", booking_id),
            ended_at=ended_at,
            unreachable=lost is not None,
            news=known(session, DeliveryStatus, news, "booking", booking_id),
        )
        for (
            booking_id,
            person_id,
            name,
            municipality,
            organisation,
            grade,
            places,
            status,
            answer,
            ended_at,
            lost,
            news,
        ) in rows
    ]


def changed_at(session: Session, slot_id: int) -> datetime | None:
    """When people were last told of a change of the slot."""
    return session.scalar(select(func.max(SlotChangeRow.told_at)).where(SlotChangeRow.slot_id == slot_id))

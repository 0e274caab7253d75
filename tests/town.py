"""A small town for tests: plain rows, each function one INSERT with everything that a test does not care about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from db.engine import Session
from db.models import (
    ActivityRow,
    BookingRow,
    DeliveryRow,
    MunicipalityRow,
    PersonRow,
    RoleGrantRow,
    SlotChangeRow,
    SlotRow,
    VenueRow,
)
from demo.consents import agreed
from domain.booking import BookingStatus
from domain.reminders import DEFAULT

MOSCOW = ZoneInfo("Europe/Moscow")
DISAGREED: dict[str, Any] = {"consent_version": None, "consent_digest": None, "consent_at": None}
LONG_AGO = datetime(2026, 9, 1, 12, tzinfo=MOSCOW)


def moscow(text: str) -> datetime:
    """ "12 10:00" is the twelfth of October 2026, a Monday, ten o'clock in Moscow."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-10-{int(day):02} {clock}").replace(tzinfo=MOSCOW)


class HandClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


def _next(session: Session, row: type[VenueRow | ActivityRow | SlotRow | PersonRow]) -> int:
    return (session.scalar(select(func.max(row.id))) or 0) + 1


def add_venue(session: Session, /, **values: Any) -> int:
    number = _next(session, VenueRow)
    municipality = session.scalars(select(MunicipalityRow.code).order_by(MunicipalityRow.code)).first()
    row = VenueRow(
        **{
            "code": f"V{number}",
            "name": f"УПК № {number}",
            "municipality_code": municipality,
            "address": f"ул. Мира, {number}",
            "access": "",
            "directions": "",
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row.id


def add_activity(session: Session, /, title: str = "Сварка", **values: Any) -> int:
    number = _next(session, ActivityRow)
    venue = values.pop("venue_id", None) or add_venue(session)
    row = ActivityRow(
        **{
            "code": f"W{number}",
            "kind": "workshop",
            "title": title,
            "track": "technology",
            "venue_id": venue,
            "description": "",
            "led_by": "",
            "enterprise": "",
            "audience": "all",
            "bring": "Удобная одежда",
            "safety": "",
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row.id


def add_slot(session: Session, /, activity_id: int, starts_at: datetime, **values: Any) -> int:
    number = _next(session, SlotRow)
    row = SlotRow(
        **{
            "code": f"S{number}",
            "activity_id": activity_id,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=90),
            "capacity": 10,
            "taken": 0,
            "waiting": 0,
            "room": "каб. 5",
            "sequence": 0,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row.id


def add_person(session: Session, /, **values: Any) -> int:
    number = _next(session, PersonRow)
    # Another version than today's is of a text that nobody here knows.
    consent = {"consent_at": LONG_AGO} if "consent_version" in values else agreed(session, LONG_AGO)
    row = PersonRow(
        **{
            "messenger": "telegram",
            "messenger_user_id": str(1000 + number),
            "role": "student",
            "name": "Аня",
            "grade": 9,
            **consent,
            "reminders": int(DEFAULT),
            "filters": {},
            "created_at": LONG_AGO,
            "seen_at": LONG_AGO,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row.id


def add_teacher(session: Session, /, **values: Any) -> int:
    """Somebody whom a coordinator has confirmed as a teacher."""
    person = add_person(session, **{"role": "teacher", "grade": None, "organisation": "Школа № 1", **values})
    session.add(RoleGrantRow(person_id=person, role="teacher", granted_at=LONG_AGO))
    session.flush()
    return person


def add_booking(session: Session, /, slot_id: int, person_id: int, **values: Any) -> int:
    status = values.pop("status", BookingStatus.BOOKED)
    at = values.pop("at", LONG_AGO)
    places = values.get("places", 1)
    slot = session.get(SlotRow, slot_id)
    assert slot is not None
    row = BookingRow(
        **{
            "slot_id": slot_id,
            "person_id": person_id,
            "places": 1,
            "companions": [],
            "status": status,
            "queued_at": at,
            "held_since": at if BookingStatus(status).holds_place else None,
            "sequence": 0,
            "read_sequence": slot.sequence,
            **values,
        }
    )
    session.add(row)
    if BookingStatus(status).holds_place:
        slot.taken += places
    elif status == BookingStatus.WAITING:
        slot.waiting += places
    session.flush()
    return row.id


def change_slot(session: Session, /, slot_id: int, **values: Any) -> None:
    slot = session.get(SlotRow, slot_id)
    assert slot is not None
    for name, value in values.items():
        setattr(slot, name, value)


def change_person(session: Session, /, person_id: int, **values: Any) -> None:
    person = session.get(PersonRow, person_id)
    assert person is not None
    for name, value in values.items():
        setattr(person, name, value)


def change_booking(session: Session, /, booking_id: int, **values: Any) -> None:
    booking = session.get(BookingRow, booking_id)
    assert booking is not None
    for name, value in values.items():
        setattr(booking, name, value)


def deliveries(session: Session) -> list[DeliveryRow]:
    return list(session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))


def owed(session: Session) -> list[tuple[str, int, str]]:
    """Kind, person and status of every message, in order of writing."""
    return [(row.kind, row.person_id, row.status) for row in deliveries(session)]


def changes(session: Session) -> list[SlotChangeRow]:
    return list(session.scalars(select(SlotChangeRow).order_by(SlotChangeRow.id)))

"""Fill an empty database with the demonstration: ``await fill(database, now)``, or ``python -m demo.fill URL``."""

from __future__ import annotations

import argparse
import asyncio
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.clock import SystemClock
from db.engine import Database, Session
from db.migrate import upgrade
from db.models import (
    ActivityRow,
    BookingRow,
    MunicipalityRow,
    PersonRow,
    RoleGrantRow,
    SlotRow,
    VenueRow,
    WatermarkRow,
)
from db.queries.programme import activity_from, slot_from
from demo.bookings import Dealer, Guest, Offered
from demo.people import MESSENGER, DemoPerson, crowd, people
from demo.programme import ZONE, data
from demo.workbook import write_workbook
from domain.finding import Point, distance_km
from domain.people import OPERATOR, Grant, Person, Role
from domain.registration import CONSENT_VERSION
from domain.reminders import DEFAULT, NONE
from services import programme_import
from services.programme_file import read_workbook
from services.programme_rows import read_rows

WATERMARK = "demo"


async def fill(database: Database, now: datetime) -> bool:
    """Programme, people and bookings in one transaction. False, and nothing done, where they are already.

    The database must be up to date (``db.migrate.upgrade``). Slots lie around the day of ``now``: a
    demonstration that was filled on another day (see ``filled_at``) is best begun anew in an empty database.
    """
    workbook = io.BytesIO()
    write_workbook(workbook, now.astimezone(ZONE).date())
    return await database.write(_fill, workbook, now)


def filled_at(session: Session) -> datetime | None:
    """When the demonstration was put into this database."""
    return session.scalar(select(WatermarkRow.reached).where(WatermarkRow.name == WATERMARK))


def _fill(session: Session, workbook: io.BytesIO, now: datetime) -> bool:
    if filled_at(session) is not None:
        return False
    _import(session, workbook, now)
    _settle(session, now)
    session.execute(insert(WatermarkRow).values(name=WATERMARK, reached=now))
    return True


def _import(session: Session, workbook: io.BytesIO, now: datetime) -> None:
    """As a coordinator would."""
    rows = read_rows(
        read_workbook(workbook),
        municipalities=programme_import.municipalities(session, OPERATOR),
        zone=ZONE,
    )
    programme_import.apply(session, OPERATOR, rows, now, ZONE)


def _settle(session: Session, now: datetime) -> None:
    """People, the roles that were confirmed, and who has which places."""
    municipalities = list(dict.fromkeys(venue["municipality"] for venue in data("venues.toml")["venue"]))
    ready = [person for person in people() if person.role is not None]
    background = crowd(municipalities)
    session.execute(
        insert(PersonRow),
        [
            *(_row(person, now, reminders=int(DEFAULT), unreachable_at=None) for person in ready),
            # Nobody can be one of the crowd, so nothing is ever to be sent to them.
            *(_row(person, now, reminders=int(NONE), unreachable_at=now) for person in background),
        ],
    )
    ids = _ids(session)
    granted = [person for person in (*ready, *background) if person.granted]
    session.execute(
        insert(RoleGrantRow), [_grant(person, ids[str(person.user_id)], now) for person in granted]
    )

    guests = _Guests(session, ids)
    dealer = Dealer(_offered(session), now)
    for person in ready:
        dealer.ready(person, guests.guest(person))
    dealer.crowd([guests.guest(person) for person in background])
    session.execute(insert(BookingRow), dealer.rows)
    session.connection().execute(
        update(SlotRow)
        .where(SlotRow.id == bindparam("slot"))
        .values(taken=bindparam("t"), waiting=bindparam("w")),
        [{"slot": slot, "t": taken, "w": dealer.waiting[slot]} for slot, taken in dealer.taken.items()],
    )


def _row(person: DemoPerson, now: datetime, **settings: Any) -> dict[str, Any]:
    return {
        "messenger": MESSENGER,
        "messenger_user_id": str(person.user_id),
        "role": person.role,
        "name": person.name,
        "municipality_code": person.municipality,
        "grade": person.grade,
        "organisation": person.organisation,
        "consent_version": CONSENT_VERSION,
        "consent_at": now,
        "filters": {},
        "created_at": now,
        "seen_at": now,
        **settings,
    }


def _ids(session: Session) -> dict[str, int]:
    """Ids of people by what their messenger calls them."""
    query = select(PersonRow.messenger_user_id, PersonRow.id).where(PersonRow.messenger == MESSENGER)
    return {row.messenger_user_id: row.id for row in session.execute(query)}


def _grant(person: DemoPerson, person_id: int, now: datetime) -> dict[str, Any]:
    everywhere = person.granted is Role.COORDINATOR
    return {
        "person_id": person_id,
        "role": person.granted,
        "municipality_code": None if everywhere else person.municipality,
        "granted_at": now,
    }


def _offered(session: Session) -> Iterable[Offered]:
    rows = session.execute(
        select(SlotRow, ActivityRow, VenueRow, MunicipalityRow.centre)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .join(VenueRow, VenueRow.id == ActivityRow.venue_id)
        .join(MunicipalityRow, MunicipalityRow.code == VenueRow.municipality_code)
    )
    return [(slot_from(slot), activity_from(activity, venue, town)) for slot, activity, venue, town in rows]


class _Guests:
    """People as those who take places; distances are computed once for each municipality."""

    def __init__(self, session: Session, ids: dict[str, int]) -> None:
        self._ids = ids
        venues = {
            row.id: Point(row.latitude, row.longitude)
            for row in session.scalars(select(VenueRow))
            if row.latitude is not None and row.longitude is not None
        }
        self._distances = {
            row.code: {
                venue: distance_km(Point(row.latitude, row.longitude), point)
                for venue, point in venues.items()
            }
            for row in session.scalars(select(MunicipalityRow))
        }

    def guest(self, person: DemoPerson) -> Guest:
        grants = (Grant(person.granted, person.municipality),) if person.granted else ()
        return Guest(
            Person(
                id=self._ids[str(person.user_id)],
                address=person.address,
                role=person.role,
                grade=person.grade,
                grants=grants,
            ),
            self._distances[person.municipality or ""],
        )


async def _fill_url(url: str) -> bool:
    database = Database(url)
    try:
        return await fill(database, SystemClock().now())
    finally:
        await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.fill", description=__doc__)
    parser.add_argument("url", help="sqlite:///var/demo.sqlite3")
    url = parser.parse_args().url
    upgrade(url)
    asyncio.run(_fill_url(url))


if __name__ == "__main__":
    main()

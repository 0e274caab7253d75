"""Fill an empty database with the demonstration: ``await fill(database, now)``, or ``python -m demo.fill URL``."""

from __future__ import annotations

import argparse
import asyncio
import io
from datetime import datetime
from typing import Any

from bot.clock import SystemClock
from db.engine import Database, Session
from db.migrate import upgrade
from db.queries import demo as queries
from db.queries import programme as programme_queries
from db.queries.demo import filled_at
from demo.bookings import Dealer, Guest
from demo.consents import agreed
from demo.people import MESSENGER, DemoPerson, crowd, listeners, people
from demo.programme import ZONE, data
from demo.workbook import write_workbook
from domain.finding import Point, distance_km
from domain.people import OPERATOR, Grant, Person, Role
from domain.reminders import DEFAULT, NONE
from services import programme_import
from services.programme_file import read_workbook
from services.programme_rows import read_rows

__all__ = ["fill", "filled_at"]


async def fill(database: Database, now: datetime) -> bool:
    """Programme, people and bookings in one transaction. False, and nothing done, where they are already.

    The database must be up to date (``db.migrate.upgrade``). Slots lie around the day of ``now``: a
    demonstration that was filled on another day (see ``filled_at``) is best begun anew in an empty database.
    """
    workbook = io.BytesIO()
    write_workbook(workbook, now.astimezone(ZONE).date())
    return await database.write(_fill, workbook, now)


def _fill(session: Session, workbook: io.BytesIO, now: datetime) -> bool:
    if filled_at(session) is not None:
        return False
    _import(session, workbook, now)
    _settle(session, now)
    queries.mark_filled(session, now)
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
    ready = [person for person in people() if person.role is not None]
    homes = list(dict.fromkeys(venue["municipality"] for venue in data("venues.toml")["venue"]))
    background, hearers = crowd(homes), listeners(homes)
    consent = agreed(session, now)
    rows = [_row(person, now, **consent, reminders=int(DEFAULT), unreachable_at=None) for person in ready]
    # Nobody can be one of the crowd, so nothing is ever to be sent to them.
    rows += [_row(person, now, **consent, reminders=int(NONE), unreachable_at=now) for person in background]
    rows += [_row(person, now, **consent, reminders=int(NONE), unreachable_at=None) for person in hearers]
    ids = queries.insert_people(session, rows, MESSENGER)
    granted = (person for person in (*ready, *background, *hearers) if person.granted)
    queries.insert_grants(session, [_grant(person, ids[str(person.user_id)], now) for person in granted])
    queries.link_mentors(session, {ids[str(person.user_id)]: person.leads for person in ready})

    guests = _Guests(session, ids)
    dealer = Dealer(queries.slots_with_activities(session), now)
    for person in ready:
        dealer.ready(person, guests.guest(person))
    dealer.crowd([guests.guest(person) for person in background])
    queries.insert_bookings(session, dealer.rows)
    queries.set_counters(
        session, {slot: (taken, dealer.waiting[slot]) for slot, taken in dealer.taken.items()}
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
        "filters": {},
        "created_at": now,
        "seen_at": now,
        **settings,
    }


def _grant(person: DemoPerson, person_id: int, now: datetime) -> dict[str, Any]:
    everywhere = person.granted is Role.COORDINATOR
    return {
        "person_id": person_id,
        "role": person.granted,
        "municipality_code": None if everywhere else person.municipality,
        "granted_at": now,
    }


class _Guests:
    """People as those who take places; distances are computed once for each municipality."""

    def __init__(self, session: Session, ids: dict[str, int]) -> None:
        self._ids = ids
        venues = queries.venue_points(session)
        self._distances = {
            home.code: {
                venue: distance_km(Point(home.latitude, home.longitude), point)
                for venue, point in venues.items()
            }
            for home in programme_queries.municipalities(session)
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

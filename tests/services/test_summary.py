"""Numbers for coordinators: counted right, only of their municipalities, in few statements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from db.engine import Database, Session
from domain.booking import BookingStatus
from domain.people import OPERATOR, Actor, Address, Forbidden, Grant, Person, Role, actor_for
from domain.programme import Track
from domain.summary import Absences, Bookings, Fill, Programme
from services import summary as service
from tests.town import LONG_AGO, MOSCOW, add_activity, add_booking, add_person, add_slot, add_venue, moscow

NOW = moscow("14 12:00")
"""A Wednesday."""


def coordinator(*municipalities: str | None) -> Actor:
    grants = tuple(Grant(Role.COORDINATOR, municipality) for municipality in municipalities)
    return actor_for(Person(id=1, address=Address("telegram", "1"), grants=grants))


@pytest.fixture(autouse=True)
async def town(database: Database) -> None:
    """Labinsk: a workshop; Armavir: a workshop and a lecture without a limit of places."""

    def build(session: Session) -> None:
        labinsk = add_venue(session, municipality_code="labinskiy")
        armavir = add_venue(session, municipality_code="armavir")
        welding = add_activity(session, "Сварка", venue_id=labinsk, track="engineering")
        drones = add_activity(session, "Дроны", venue_id=armavir, track="technology")
        lecture = add_activity(session, "Лекция", venue_id=armavir, track="technology", kind="forum")
        people = {
            name: add_person(session, name=name, municipality_code=place, role=role)
            for name, place, role in (
                ("Аня", "labinskiy", "student"),
                ("Борис", "labinskiy", "student"),
                ("Вера", "armavir", "student"),
                ("Олег", "armavir", "teacher"),
            )
        }
        add_person(
            session, name="Глеб", municipality_code="labinskiy", role="parent", unreachable_at=LONG_AGO
        )
        add_person(session, name=None, role=None, consent_version=None)
        tomorrow = add_slot(session, welding, moscow("15 10:00"), capacity=2)
        add_booking(session, tomorrow, people["Аня"], at=moscow("14 09:00"), answer="coming")
        add_booking(session, tomorrow, people["Борис"], at=moscow("12 00:00"))
        add_booking(
            session, tomorrow, people["Вера"], at=moscow("13 23:59"), status=BookingStatus.WAITING, places=3
        )
        add_booking(
            session,
            tomorrow,
            people["Олег"],
            at=moscow("11 23:59"),
            status=BookingStatus.CANCELLED,
            answer="not_coming",
        )
        later = add_slot(session, drones, moscow("16 10:00"), capacity=8)
        add_booking(session, later, people["Вера"])
        gone = add_slot(session, drones, moscow("16 12:00"), capacity=8, cancelled_at=NOW)
        add_booking(session, gone, people["Олег"])
        open_slot = add_slot(session, lecture, moscow("17 10:00"), capacity=None)
        add_booking(session, open_slot, people["Олег"], places=4)
        past = add_slot(session, drones, moscow("1 10:00"), capacity=8)
        add_booking(session, past, people["Аня"], came=False)
        add_booking(session, past, people["Вера"], came=True)
        add_booking(session, past, people["Борис"])
        forgotten = add_slot(session, welding, LONG_AGO, capacity=8)
        add_booking(session, forgotten, people["Аня"], came=False)

    await database.write(build)


async def test_everything_is_counted_once(database: Database) -> None:
    found = await database.read(service.summary, coordinator(None), NOW, MOSCOW)
    assert found.programme == Programme(
        workshops=2, forum=1, slots=3, fill=Fill(taken=3, places=10), unlimited=4, waiting=3
    )
    assert found.people == {Role.STUDENT: 3, Role.TEACHER: 1, Role.PARENT: 1}
    assert found.unreachable == 1
    assert found.bookings == Bookings(
        today=1, this_week=3, coming=1, not_coming=1, silent=1, absences=Absences(absent=1, marked=2)
    )


async def test_a_coordinator_counts_only_what_is_theirs(database: Database) -> None:
    found = await database.read(service.summary, coordinator("labinskiy"), NOW, MOSCOW)
    assert found.programme == Programme(
        workshops=1, forum=0, slots=1, fill=Fill(taken=2, places=2), unlimited=0, waiting=3
    )
    assert found.people == {Role.STUDENT: 2, Role.PARENT: 1}
    assert found.bookings.absences == Absences(absent=0, marked=0)
    assert (found.bookings.today, found.bookings.this_week) == (1, 3)

    found = await database.read(service.summary, coordinator("armavir"), NOW, MOSCOW)
    assert (found.bookings.today, found.bookings.silent, found.unreachable) == (0, 0, 0)
    assert found.bookings.absences == Absences(absent=1, marked=2)


async def test_pictures_show_the_same_numbers(database: Database) -> None:
    everywhere, labinsk = coordinator(None), coordinator("labinskiy")
    fill = await database.read(service.fill, everywhere, NOW)
    assert fill.tracks == {Track.TECHNOLOGY: Fill(1, 8), Track.ENGINEERING: Fill(2, 2)}
    assert list(fill.municipalities.values()) == [Fill(1, 8), Fill(2, 2)]
    assert len((await database.read(service.fill, labinsk, NOW)).municipalities) == 1

    days = (await database.read(service.sign_ups, everywhere, NOW, MOSCOW)).days
    assert (days[0][0], days[-1][0], len(days)) == (date(2026, 10, 1), date(2026, 10, 14), 14)
    assert [count for _, count in days[-4:]] == [1, 1, 1, 1]

    waiting = await database.read(service.waiting_lists, everywhere, NOW)
    assert ([slot.waiting for slot, _ in waiting.slots], waiting.total) == ([3], 3)
    assert (await database.read(service.waiting_lists, coordinator("armavir"), NOW)).slots == ()

    no_shows = await database.read(service.no_shows, everywhere, NOW)
    assert [(title, absences) for title, _, absences in no_shows.activities] == [("Дроны", Absences(1, 2))]
    assert (await database.read(service.no_shows, labinsk, NOW)).total == Absences(0, 0)


async def test_a_few_statements_are_enough(database: Database) -> None:
    statements: list[str] = []
    engine = database.engines[0]
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    await database.read(service.summary, coordinator("labinskiy", "armavir"), NOW, MOSCOW)
    assert sum(statement.startswith("SELECT") for statement in statements) == 8


@pytest.mark.parametrize("role", [None, Role.MENTOR, Role.TEACHER])
async def test_nobody_else_sees_numbers(database: Database, role: Role | None) -> None:
    grants = (Grant(role, None),) if role else ()
    actor = actor_for(Person(id=1, address=Address("telegram", "1"), grants=grants))
    for ask in (service.fill, service.waiting_lists, service.no_shows):
        with pytest.raises(Forbidden):
            await database.read(ask, actor, NOW)
    for ask_by_day in (service.summary, service.sign_ups):
        with pytest.raises(Forbidden):
            await database.read(ask_by_day, actor, NOW, MOSCOW)
    await database.read(service.summary, OPERATOR, NOW + timedelta(days=1), MOSCOW)


@pytest.mark.parametrize(
    ("taken", "places", "percent"),
    [(0, 0, 0), (0, 3, 0), (1, 3, 33), (999, 1000, 99), (3, 3, 100), (5, 3, 100)],
)
def test_full_is_only_what_has_no_place_left(taken: int, places: int, percent: int) -> None:
    assert Fill(taken, places).percent == percent

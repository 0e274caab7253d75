"""Mentors: whose slot it is, marks that can be tapped twice, who is told how often, and what the log keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.engine import Database, Session
from db.models import ActivityMentorRow, LogRow, RoleGrantRow
from db.queries import people
from domain.booking import BookingStatus
from domain.facts import OfReport
from domain.mentoring import NotLed, NotNow, attendance
from domain.payloads import CannotLead
from domain.people import Actor, Address, Forbidden, actor_for
from services import mentoring as service
from services.deliveries import claim
from services.registration import delete_me, everything_about_me, withdraw_consent
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    add_venue,
    change_person,
    change_slot,
    deliveries,
    moscow,
)

START = moscow("14 15:00")
BEFORE = moscow("14 14:40")


def grant(session: Session, /, person_id: int, role: str, municipality: str | None = None) -> None:
    session.add(
        RoleGrantRow(
            person_id=person_id, role=role, municipality_code=municipality, granted_at=moscow("1 10:00")
        )
    )


def mentor(session: Session, /, *activities: int, name: str = "Сергей Иванович") -> int:
    person = add_person(session, role="mentor", name=name, grade=None, organisation="Завод")
    grant(session, person, "mentor", "labinskiy")
    session.add_all(ActivityMentorRow(activity_id=activity, person_id=person) for activity in activities)
    return person


def acting(session: Session, person_id: int) -> Actor:
    person = people.by_id(session, person_id)
    assert person is not None
    return actor_for(person)


def journal(session: Session) -> list[tuple[str, str | None, dict[str, Any]]]:
    return [
        (row.action, row.municipality_code, row.details)
        for row in session.scalars(select(LogRow).order_by(LogRow.id))
    ]


class Shop:
    """Welding in Labinsk with three booked (one brings two children), one waiting, one who went away."""

    def __init__(self, session: Session) -> None:
        venue = add_venue(session, municipality_code="labinskiy")
        self.activity = add_activity(session, "Сварка", venue_id=venue)
        self.slot = add_slot(session, self.activity, START)
        self.anya = add_booking(session, self.slot, add_person(session, name="Аня", grade=8), answer="coming")
        self.boris = add_booking(session, self.slot, add_person(session, name="Борис", grade=9))
        parent = add_person(session, name="Ольга", role="parent", grade=None)
        self.olga = add_booking(session, self.slot, parent, places=3, companions=["Маша", "Петя"])
        self.waiting = add_booking(
            session, self.slot, add_person(session, name="Вера"), status=BookingStatus.WAITING
        )
        add_booking(session, self.slot, add_person(session, name="Глеб"), status=BookingStatus.CANCELLED)
        self.mentor = mentor(session, self.activity)


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await database.write(Shop)


@pytest.fixture
async def sergey(database: Database, shop: Shop) -> Actor:
    return await database.read(acting, shop.mentor)


async def test_a_mentor_sees_who_comes_as_far_as_consent_goes(
    database: Database, shop: Shop, sergey: Actor
) -> None:
    own = await database.read(service.own_slot, sergey, shop.slot, BEFORE)
    led = own.led
    assert (led.booked, led.coming, led.bookings, led.marked, led.slot.waiting) == (5, 1, 3, 0, 1)
    assert [(guest.name, guest.grade, guest.places, guest.companions) for guest in own.guests] == [
        ("Аня", 8, 1, ()),
        ("Борис", 9, 1, ()),
        ("Ольга", None, 3, ("Маша", "Петя")),
    ]

    def withdraw(session: Session) -> None:
        guest = people.by_id(session, 2)
        assert guest is not None
        change_person(session, 2, consent_version=None)

    await database.write(withdraw)
    own = await database.read(service.own_slot, sergey, shop.slot, BEFORE)
    assert [guest.name for guest in own.guests].count(None) == 1


async def test_the_list_holds_own_slots_only_until_attendance_closes(
    database: Database, shop: Shop, sergey: Actor
) -> None:
    other = await database.write(add_slot, await database.write(add_activity, "Чужое"), START)
    later = await database.write(add_slot, shop.activity, START + timedelta(days=7))

    async def listed(moment: str, offset: int = 0, limit: int = 5) -> tuple[list[int], list[int], bool]:
        found = await database.read(service.own_slots, sergey, moscow(moment), offset, limit)
        return [led.slot.id for led in found.page], [led.slot.id for led in found.over], found.has_more

    assert await listed("12 12:00") == ([shop.slot, later], [], False)
    assert await listed("12 12:00", limit=1) == ([shop.slot], [], True)
    assert await listed("12 12:00", offset=1, limit=1) == ([later], [], False)
    assert await listed("14 16:29") == ([shop.slot, later], [], False)
    assert await listed("16 16:29") == ([later], [shop.slot], False)
    assert await listed("16 16:29", offset=1) == ([], [], False)
    assert await listed("16 16:30") == ([later], [], False)
    assert other not in (await listed("12 12:00"))[0]


async def test_a_namesake_is_shown_but_never_linked(database: Database, shop: Shop) -> None:
    await database.write(add_activity, "Литьё", led_by="сергей  иванович (завод)")
    stranger = await database.write(mentor)
    actor = await database.read(acting, stranger)
    found = await database.read(service.own_slots, actor, BEFORE, 0, 5)
    assert (found.leads, found.page, found.named_in) == (False, (), ("Литьё",))
    with pytest.raises(NotLed):
        await database.read(service.own_slot, actor, shop.slot)


async def test_strangers_get_nothing(database: Database, shop: Shop) -> None:
    other = await database.read(acting, await database.write(mentor))
    pupil = await database.read(acting, await database.write(add_person))
    claimed = await database.read(acting, await database.write(add_person, role="mentor"))
    for actor, refusal in ((other, NotLed), (pupil, Forbidden), (claimed, Forbidden)):
        with pytest.raises(refusal):
            await database.read(service.own_slot, actor, shop.slot)
        with pytest.raises(refusal):
            await database.write(service.mark, actor, shop.slot, shop.anya, BEFORE, came=False)
        with pytest.raises(refusal):
            await database.write(service.mark_all_came, actor, shop.slot, BEFORE)
        with pytest.raises(refusal):
            await database.write(service.be_late, actor, shop.slot, 10, BEFORE)
        with pytest.raises(refusal):
            await database.write(service.cannot_lead, actor, shop.slot, "", BEFORE, MOSCOW)
    assert await database.read(deliveries) == []
    assert await database.read(journal) == []


async def test_all_came_then_the_absent_and_nothing_twice(
    database: Database, shop: Shop, sergey: Actor
) -> None:
    own = await database.write(service.mark_all_came, sergey, shop.slot, BEFORE)
    assert [guest.came for guest in own.guests] == [True, True, True]
    for _ in range(2):
        own = await database.write(service.mark, sergey, shop.slot, shop.boris, BEFORE, came=False)
    # The same old button once more keeps the absent absent.
    own = await database.write(service.mark_all_came, sergey, shop.slot, BEFORE)
    counts = attendance(own.guests)
    assert (counts.came, counts.absent, counts.unmarked) == (2, 1, 0)
    kept = {"slot": "S1", "starts_at": "2026-10-14T12:00:00+00:00"}
    assert await database.read(journal) == [
        ("attendance", "labinskiy", {**kept, "came": 3, "absent": 0, "unmarked": 0}),
        ("attendance", "labinskiy", {**kept, "came": 2, "absent": 1, "unmarked": 0}),
    ]


async def test_only_bookings_of_the_slot_are_marked(database: Database, shop: Shop, sergey: Actor) -> None:
    elsewhere = await database.write(add_slot, await database.write(add_activity), START)
    foreign = await database.write(add_booking, elsewhere, await database.write(add_person))
    for booking in (foreign, shop.waiting, 999):
        own = await database.write(service.mark, sergey, shop.slot, booking, BEFORE, came=True)
        assert {guest.came for guest in own.guests} == {None}
    assert await database.read(journal) == []


async def test_marks_and_leading_are_in_ones_own_data(database: Database, shop: Shop, sergey: Actor) -> None:
    await database.write(service.mark, sergey, shop.slot, shop.boris, BEFORE, came=False)
    boris = await database.read(acting, 2)
    of_boris = (await database.read(everything_about_me, boris)).records
    assert [each.values["came"] for each in of_boris if each.part == "booking"] == [False]
    of_sergey = await database.read(everything_about_me, sergey)
    led = [each.values["activity_id"] for each in of_sergey.records if each.part == "leads"]
    assert [of_sergey.names.activities[each] for each in led] == ["Сварка"]


async def test_attendance_has_its_time(database: Database, shop: Shop, sergey: Actor) -> None:
    for moment in ("14 14:29", "16 16:30"):
        with pytest.raises(NotNow):
            await database.write(service.mark_all_came, sergey, shop.slot, moscow(moment))


async def test_those_booked_hear_of_a_delay_once_and_of_a_longer_one_again(
    database: Database, shop: Shop, sergey: Actor
) -> None:
    told = [
        await database.write(service.be_late, sergey, shop.slot, minutes, BEFORE)
        for minutes in (20, 20, 10, 30)
    ]
    assert told == [3, None, None, 3]
    rows = await database.read(deliveries)
    assert [(row.kind, row.payload["minutes"]) for row in rows] == [("late", 20)] * 3 + [("late", 30)] * 3
    assert {(row.due_at, row.not_after, row.priority) for row in rows} == {
        (BEFORE, START + timedelta(minutes=90), 1)
    }
    assert [
        (action, details["minutes"], details["told"]) for action, _, details in await database.read(journal)
    ] == [
        ("late", 20, 3),
        ("late", 30, 3),
    ]
    own = await database.read(service.own_slot, sergey, shop.slot, BEFORE)
    assert own.told_late == 30
    await database.write(change_slot, shop.slot, starts_at=START + timedelta(minutes=15))
    assert (await database.read(service.own_slot, sergey, shop.slot, BEFORE)).told_late == 0


async def test_who_blocked_the_bot_cannot_be_told_of_a_delay(
    database: Database, shop: Shop, sergey: Actor
) -> None:
    for person in (1, 2, 3):
        await database.write(change_person, person, unreachable_at=BEFORE)
    assert await database.write(service.be_late, sergey, shop.slot, 10, BEFORE) == 0
    assert await database.read(journal) == []


async def test_a_delay_has_its_time_and_its_minutes(database: Database, shop: Shop, sergey: Actor) -> None:
    for moment in ("14 11:59", "14 16:30"):
        with pytest.raises(NotNow):
            await database.write(service.be_late, sergey, shop.slot, 10, moscow(moment))
    with pytest.raises(ValueError, match="600"):
        await database.write(service.be_late, sergey, shop.slot, 600, BEFORE)


def coordinators(session: Session) -> dict[str, int]:
    found = {}
    for name, municipality in (
        ("here", "labinskiy"),
        ("all", None),
        ("elsewhere", "armavir"),
        ("gone", "labinskiy"),
    ):
        found[name] = add_person(session, role="teacher", name=name)
        grant(session, found[name], "coordinator", municipality)
    change_person(session, found["gone"], unreachable_at=moscow("1 10:00"))
    found["appointed"] = add_person(session, messenger_user_id="77")
    return found


async def test_coordinators_of_the_place_and_of_all_decide(
    database: Database, shop: Shop, sergey: Actor
) -> None:
    who = await database.write(coordinators)
    appointed = [Address("telegram", "77"), Address("other", "1001")]
    now = moscow("14 09:00")
    told = await database.write(service.cannot_lead, sergey, shop.slot, " Заболел ", now, MOSCOW, appointed)
    assert told == 3
    again = await database.write(service.cannot_lead, sergey, shop.slot, "", now, MOSCOW, appointed)
    assert again is None
    rows = await database.read(deliveries)
    assert [row.person_id for row in rows] == [who["here"], who["all"], who["appointed"]]
    said = CannotLead.from_json(rows[0].payload)
    assert (rows[0].kind, said.reason, said.mentor_id) == ("cannot_lead", "Заболел", sergey.person_id)
    assert "Сергей" not in str(rows[0].payload)
    [letter, *_] = (await database.write(claim, now, MOSCOW, 10)).letters
    facts = letter.parts[0].facts
    assert isinstance(facts, OfReport)
    assert (facts.mentor, facts.led.booked) == ("Сергей Иванович", 5)
    [(action, municipality, details)] = await database.read(journal)
    assert (action, municipality, details["told"]) == ("cannot_lead", "labinskiy", 3)
    assert "Заболел" not in str(details)
    own = await database.read(service.own_slot, sergey, shop.slot, BEFORE)
    assert own.declined
    assert own.led.slot.cancelled_at is None


@pytest.mark.parametrize("leave", [delete_me, withdraw_consent])
async def test_who_goes_takes_along_what_named_them_to_others(
    database: Database, shop: Shop, sergey: Actor, leave: Any
) -> None:
    await database.write(coordinators)
    await database.write(service.cannot_lead, sergey, shop.slot, "", BEFORE, MOSCOW)
    assert len(await database.read(deliveries)) == 2
    await database.write(leave, sergey, BEFORE, MOSCOW)
    assert await database.read(deliveries) == []


@pytest.mark.parametrize(
    ("now", "due"),
    [("13 01:30", "13 08:00"), ("14 01:30", "14 08:00"), ("14 03:00", "14 03:00"), ("13 12:00", "13 12:00")],
)
async def test_at_night_coordinators_hear_only_of_what_begins_soon(
    database: Database, shop: Shop, sergey: Actor, now: str, due: str
) -> None:
    await database.write(coordinators)
    await database.write(service.cannot_lead, sergey, shop.slot, "", moscow(now), MOSCOW)
    assert {row.due_at for row in await database.read(deliveries)} == {moscow(due)}


async def test_whoever_has_begun_can_not_decline(database: Database, shop: Shop, sergey: Actor) -> None:
    with pytest.raises(NotNow):
        await database.write(service.cannot_lead, sergey, shop.slot, "", START, MOSCOW)

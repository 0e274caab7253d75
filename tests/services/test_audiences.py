"""Who is meant: every condition with people who match and people who nearly match, alone and combined."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update

from db.engine import Database, Session
from db.models import (
    ActivityRow,
    AnnouncementChoiceRow,
    AudienceRow,
    BookingRow,
    DeliveryRow,
    PersonRow,
    RoleGrantRow,
    SlotRow,
    WatchRow,
)
from db.queries import broadcasts as queries
from db.queries import people
from domain.booking import Answer, BookingStatus
from domain.broadcast import (
    EVERYBODY,
    MOST_GROUPS,
    MOST_SAVED_AUDIENCES,
    Audience,
    AudienceFull,
    Content,
    Group,
    Side,
    Tie,
)
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.finding import Filters
from domain.people import Actor, Forbidden, Role, actor_for
from domain.programme import Track
from services import audiences, broadcasts
from services.audiences import AudienceGone, NameTaken, NobodyChosen, TooManySaved
from services.broadcasts import BroadcastBegun, BroadcastGone
from tests.conftest import SERVER
from tests.town import (
    LONG_AGO,
    MOSCOW,
    HandClock,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_person,
    change_slot,
    moscow,
)


def any_of(*groups: Group, but: Sequence[Group] = ()) -> Audience:
    return Audience(groups, tuple(but))


class Square:
    """A square where people stand, and a coordinator who speaks to some of them."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database = database
        self.clock = clock
        self._coordinators: dict[str | None, Actor] = {}

    async def person(self, name: str, *granted: Role, **values: Any) -> int:
        """A pupil of the ninth grade from Лабинск unless told otherwise."""
        return await self.database.write(self._add, name, granted, None, **values)

    async def adult(self, name: str, *granted: Role, **values: Any) -> int:
        return await self.person(name, *granted, **{"role": None, "grade": None, **values})

    def _add(
        self,
        session: Session,
        name: str,
        granted: Sequence[Role],
        municipality: str | None,
        /,
        **values: Any,
    ) -> int:
        person = add_person(session, **{"name": name, "municipality_code": "labinskiy", **values})
        for role in granted:
            row = {"role": role, "municipality_code": municipality, "granted_at": LONG_AGO}
            session.add(RoleGrantRow(person_id=person, **row))
        session.flush()
        return person

    async def coordinator(self, municipality: str | None = None) -> Actor:
        """Not registered, so that nobody counts them among those who are meant."""
        if municipality not in self._coordinators:
            unknown = {"role": None, "grade": None, "municipality_code": None}
            person = await self.database.write(
                self._add, "Елена", [Role.COORDINATOR], municipality, **unknown
            )
            self._coordinators[municipality] = await self.actor(person)
            await self.database.write(self._withdraw, person)
        return self._coordinators[municipality]

    @staticmethod
    def _withdraw(session: Session, person: int, /) -> None:
        session.execute(
            update(PersonRow).where(PersonRow.id == person).values(name=None, consent_version=None)
        )

    async def actor(self, person_id: int) -> Actor:
        found = await self.database.read(people.by_id, person_id)
        assert found is not None
        return actor_for(found)

    async def draft(self, actor: Actor | None = None) -> int:
        actor = actor or await self.coordinator()
        state = await self.database.write(broadcasts.begin, actor, Content("Привет"), self.clock.now())
        return state.broadcast.id

    async def aim(self, audience: Audience, broadcast: int, actor: Actor | None = None) -> None:
        actor = actor or await self.coordinator()
        await self.database.write(broadcasts.aim_anew, actor, broadcast, lambda _: audience)

    async def reached(self, audience: Audience, within: str | None = None) -> list[str]:
        """Names of those to whom a broadcast to this audience is owed, as many as were counted before."""
        actor = await self.coordinator(within)
        broadcast = await self.draft(actor)
        now = self.clock.now()
        await self.aim(audience, broadcast, actor)
        counted = (await self.database.read(audiences.aimed, actor, broadcast, now)).total
        if counted:
            await self.database.write(broadcasts.send, actor, broadcast, None, now, MOSCOW, ())

        def owed(session: Session) -> list[str]:
            rows = select(PersonRow.name).join(DeliveryRow, DeliveryRow.person_id == PersonRow.id)
            rows = rows.where(DeliveryRow.broadcast_id == broadcast)
            return [name or "" for name in session.scalars(rows.order_by(PersonRow.id))]

        names = await self.database.read(owed)
        assert len(names) == counted
        return names

    async def slot(self, activity: int, when: str = "14 15:00", **values: Any) -> int:
        return await self.database.write(add_slot, activity, moscow(when), **values)

    async def activity(self, title: str = "Сварка", **values: Any) -> int:
        return await self.database.write(add_activity, title, **values)

    async def booking(self, slot: int, name: str, **values: Any) -> int:
        """Somebody new with a booking."""
        person = await self.person(name)
        await self.database.write(add_booking, slot, person, **values)
        return person


@pytest.fixture
def square(database: Database, clock: HandClock) -> Square:
    return Square(database, clock)


# One condition at a time.


async def test_a_role_is_the_one_that_counts(square: Square) -> None:
    """Whoever only says to be a teacher or a mentor reads what the students read, and no more."""
    await square.person("ученик")
    await square.adult("родитель", role="parent")
    await square.adult("педагог", Role.TEACHER, role="teacher")
    await square.adult("назвался педагогом", role="teacher")
    await square.adult("наставник", Role.MENTOR, role="mentor")
    await square.adult("координатор", Role.COORDINATOR, role="teacher")
    await square.person("студент-наставник", Role.MENTOR, grade=13)
    expected = {
        Role.STUDENT: ["ученик", "назвался педагогом", "студент-наставник"],
        Role.TEACHER: ["педагог"],
        Role.MENTOR: ["наставник", "студент-наставник"],
        Role.PARENT: ["родитель"],
        Role.COORDINATOR: ["координатор"],
    }
    for role, names in expected.items():
        assert await square.reached(any_of(Group(roles=(role,)))) == names, role
    assert await square.reached(any_of(Group(roles=(Role.PARENT, Role.TEACHER)))) == ["родитель", "педагог"]


async def test_a_role_that_was_taken_back_counts_no_more(square: Square, database: Database) -> None:
    teacher = await square.adult("педагог", Role.TEACHER, role="teacher")
    assert await square.reached(any_of(Group(roles=(Role.TEACHER,)))) == ["педагог"]

    def take_back(session: Session) -> None:
        session.scalars(
            select(RoleGrantRow).where(RoleGrantRow.person_id == teacher)
        ).one().revoked_at = LONG_AGO

    await database.write(take_back)
    assert await square.reached(any_of(Group(roles=(Role.TEACHER,)))) == []
    assert await square.reached(any_of(Group(roles=(Role.STUDENT,)))) == ["педагог"]


async def test_roles_in_the_database_are_those_of_the_domain(square: Square) -> None:
    """Everything that somebody may say, with everything that they may be given."""
    given = (Role.TEACHER, Role.MENTOR, Role.COORDINATOR)
    acting: dict[str, frozenset[Role]] = {}
    for said in (None, Role.STUDENT, Role.TEACHER, Role.MENTOR, Role.PARENT):
        for size in range(len(given) + 1):
            for granted in itertools.combinations(given, size):
                name = " ".join([str(said), *granted])
                person = (await square.actor(await square.adult(name, *granted, role=said))).person
                assert person is not None
                acting[name] = person.acting_roles
    for size in range(1, len(Role) + 1):
        for roles in itertools.combinations(Role, size):
            names = await square.reached(any_of(Group(roles=roles)))
            assert names == [name for name, held in acting.items() if held & set(roles)], roles
    assert await square.reached(any_of(EVERYBODY)) == list(acting)


async def test_a_municipality(square: Square) -> None:
    await square.person("здесь")
    await square.person("рядом", municipality_code="kurganinskiy")
    await square.person("далеко", municipality_code="sochi")
    await square.person("не сказал", municipality_code=None)
    near = Group(municipalities=("labinskiy", "kurganinskiy"))
    assert await square.reached(any_of(near)) == ["здесь", "рядом"]


async def test_a_municipality_that_is_none_means_nobody(square: Square) -> None:
    await square.person("здесь")
    assert await square.reached(any_of(Group(municipalities=("atlantis",)))) == []


async def test_a_grade_is_of_a_student(square: Square) -> None:
    await square.person("пятый", grade=5)
    await square.person("четвёртый", grade=4)
    await square.person("колледж", grade=12)
    await square.person("вуз", grade=13)
    await square.adult("родитель пятого", role="parent", grade=5)
    assert await square.reached(any_of(Group(grades=(5, 12)))) == ["пятый", "колледж"]


async def test_a_track_is_of_what_they_signed_up_for(square: Square) -> None:
    agro = await square.activity("Теплица", track="agro")
    other = await square.activity("Сварка", track="technology")
    coming, past = await square.slot(agro), await square.slot(agro, "5 10:00")
    await square.booking(coming, "записан")
    await square.booking(past, "был записан")
    await square.booking(coming, "ждёт", status=BookingStatus.WAITING)
    await square.booking(coming, "предложено", status=BookingStatus.OFFERED)
    await square.booking(coming, "отменил", status=BookingStatus.CANCELLED)
    await square.booking(coming, "не ответил на предложение", status=BookingStatus.LAPSED)
    await square.booking(await square.slot(other), "на другом")
    await square.person("нигде")
    expected = ["записан", "был записан", "ждёт", "предложено"]
    assert await square.reached(any_of(Group(tracks=(Track.AGRO,)))) == expected


async def test_an_interest_is_a_topic_or_a_wish(square: Square, database: Database) -> None:
    def choose(session: Session, person: int, tracks: list[str]) -> None:
        session.add(AnnouncementChoiceRow(person_id=person, tracks=tracks))

    def wish(session: Session, person: int, track: Track | None) -> None:
        data = Filters(query="agro", track=track).to_json()
        session.add(WatchRow(person_id=person, wish_key=f"{person}", wish=data, created_at=LONG_AGO))

    await database.write(choose, await square.person("выбрал"), ["technology", "agro"])
    await database.write(choose, await square.person("выбрал другое"), ["technology"])
    await database.write(choose, await square.person("выбрал всё сразу"), [])
    await database.write(wish, await square.person("ждёт теплицу"), Track.AGRO)
    await database.write(wish, await square.person("ждёт станок"), Track.ENGINEERING)
    await database.write(wish, await square.person("ждёт что угодно"), None)
    both = await square.person("и выбрал, и ждёт")
    await database.write(choose, both, ["agro"])
    await database.write(wish, both, Track.AGRO)
    await square.booking(await square.slot(await square.activity(track="agro")), "только записан")

    interested = Group(interests=(Track.AGRO,))
    assert await square.reached(any_of(interested)) == ["выбрал", "ждёт теплицу", "и выбрал, и ждёт"]
    engineers = Group(interests=(Track.ENGINEERING, Track.ENTREPRENEURSHIP))
    assert await square.reached(any_of(engineers)) == ["ждёт станок"]


async def test_booked_is_a_place_in_something_to_come(square: Square, database: Database) -> None:
    welding, other = await square.activity(), await square.activity("Робот")
    coming, past = await square.slot(welding), await square.slot(welding, "5 10:00")
    now_on = await square.slot(welding, "12 11:30")
    cancelled = await square.slot(welding, "16 10:00")
    await square.booking(coming, "записан")
    await square.booking(now_on, "уже там")
    await square.booking(past, "был раньше")
    await square.booking(coming, "ждёт", status=BookingStatus.WAITING)
    await square.booking(coming, "предложено", status=BookingStatus.OFFERED)
    await square.booking(coming, "отменил", status=BookingStatus.CANCELLED)
    await square.booking(await square.slot(other), "на другом")
    await square.booking(cancelled, "занятие отменили")
    await database.write(change_slot, cancelled, cancelled_at=LONG_AGO)
    assert await square.reached(any_of(Group(booked=(welding,)))) == ["записан", "уже там"]
    both = Group(booked=(welding, other))
    assert await square.reached(any_of(both)) == ["записан", "уже там", "на другом"]


async def test_waiting_is_for_a_place_that_may_still_come(square: Square, database: Database) -> None:
    welding, other = await square.activity(), await square.activity("Робот")
    coming, begun = await square.slot(welding), await square.slot(welding, "12 11:30")
    cancelled = await square.slot(welding, "16 10:00")
    waits = {"status": BookingStatus.WAITING}
    await square.booking(coming, "ждёт", **waits)
    await square.booking(coming, "предложено", status=BookingStatus.OFFERED)
    await square.booking(coming, "записан")
    await square.booking(begun, "не дождался", **waits)
    await square.booking(cancelled, "ждал отменённого", **waits)
    await square.booking(await square.slot(other), "ждёт другого", **waits)
    await database.write(change_slot, cancelled, cancelled_at=LONG_AGO)
    assert await square.reached(any_of(Group(waiting=(welding,)))) == ["ждёт", "предложено"]


async def test_came_is_what_the_mentor_marked(square: Square) -> None:
    welding, other = await square.activity(), await square.activity("Робот")
    past = await square.slot(welding, "5 10:00")
    await square.booking(past, "был", came=True)
    await square.booking(past, "не был", came=False)
    await square.booking(past, "не отметили")
    await square.booking(await square.slot(other, "5 12:00"), "был на другом", came=True)
    assert await square.reached(any_of(Group(came=(welding,)))) == ["был"]


async def test_silent_is_who_has_a_place_and_has_not_answered(square: Square, database: Database) -> None:
    welding = await square.activity()
    coming, begun = await square.slot(welding), await square.slot(welding, "12 11:30")
    cancelled = await square.slot(welding, "16 10:00")
    await square.booking(coming, "молчит")
    await square.booking(coming, "придёт", answer=Answer.COMING)
    await square.booking(coming, "не придёт", answer=Answer.NOT_COMING)
    await square.booking(coming, "ждёт", status=BookingStatus.WAITING)
    await square.booking(begun, "уже идёт")
    await square.booking(cancelled, "отменили")
    await database.write(change_slot, cancelled, cancelled_at=LONG_AGO)
    assert await square.reached(any_of(Group(silent=(welding,)))) == ["молчит"]


async def test_unread_is_who_got_a_broadcast_and_has_not_confirmed(
    square: Square, database: Database
) -> None:
    for name in ("прочёл", "не подтвердил", "не дошло"):
        await square.person(name)
    actor = await square.coordinator()
    earlier = await square.draft()
    await square.aim(any_of(EVERYBODY), earlier)
    await database.write(broadcasts.send, actor, earlier, None, square.clock.now(), MOSCOW, ())

    def go_out(session: Session) -> None:
        rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.person_id)).all()
        for row, status in zip(rows, ("sent", "sent", "unreachable"), strict=True):
            row.status = DeliveryStatus(status)
        rows[0].read_at = LONG_AGO
        session.add(
            DeliveryRow(
                dedup_key="correction",
                kind=DeliveryKind.CORRECTION,
                person_id=rows[0].person_id,
                broadcast_id=earlier,
                payload={},
                priority=3,
                due_at=LONG_AGO,
                status=DeliveryStatus.SENT,
            )
        )

    await database.write(go_out)
    assert await square.reached(any_of(Group(unread=(earlier,)))) == ["не подтвердил"]


# Nobody, never everybody by accident.


async def test_nothing_chosen_means_nobody(square: Square) -> None:
    await square.person("ученик")
    for audience in (Audience(), any_of(Group()), any_of(Group(), Group(), but=[Group()])):
        assert await square.reached(audience) == []
    assert await square.reached(any_of(but=[Group(roles=(Role.TEACHER,))])) == []


async def test_an_empty_group_beside_another_adds_and_takes_nobody(square: Square) -> None:
    await square.person("ученик")
    await square.adult("родитель", role="parent")
    pupils = Group(roles=(Role.STUDENT,))
    assert await square.reached(any_of(Group(), pupils)) == ["ученик"]
    assert await square.reached(any_of(pupils, but=[Group()])) == ["ученик"]


async def test_an_activity_that_is_gone_means_nobody(square: Square, database: Database) -> None:
    gone, welding = await square.activity("Была"), await square.activity()
    slot = await square.slot(gone)
    await square.booking(slot, "был записан")
    await square.booking(await square.slot(welding), "записан")

    def remove(session: Session) -> None:
        session.execute(delete(BookingRow).where(BookingRow.slot_id == slot))
        session.execute(delete(SlotRow).where(SlotRow.activity_id == gone))
        session.execute(delete(ActivityRow).where(ActivityRow.id == gone))

    await database.write(remove)
    for tie in Tie:
        assert await square.reached(any_of(Group().with_tied(tie, (gone,)))) == [], tie
    assert await square.reached(any_of(Group(booked=(gone, welding)))) == ["записан"]
    everybody_but = any_of(Group(roles=(Role.STUDENT,)), but=[Group(booked=(gone,))])
    assert await square.reached(everybody_but) == ["был записан", "записан"]


async def test_who_is_not_asked_is_not_counted(square: Square, database: Database) -> None:
    await square.person("читает")
    await square.person("без согласия", consent_version=None)
    await square.person("недоступен", unreachable_at=LONG_AGO)
    await square.person("на паузе", paused_until=square.clock.now() + timedelta(days=1))
    await square.person("пауза вышла", paused_until=square.clock.now() - timedelta(days=1))
    off = await square.person("отказался")

    def refuse(session: Session) -> None:
        session.add(AnnouncementChoiceRow(person_id=off, tracks=[], off=True))

    await database.write(refuse)
    assert await square.reached(any_of(EVERYBODY)) == ["читает", "пауза вышла"]


# Combined.


async def test_conditions_of_a_group_hold_together(square: Square) -> None:
    welding = await square.activity()
    slot = await square.slot(welding)
    await square.booking(slot, "подходит")
    await square.person("не записан")
    others: dict[str, dict[str, Any]] = {
        "не там": {"municipality_code": "sochi"},
        "не тот класс": {"grade": 4},
    }
    for name, values in others.items():
        person = await square.booking(slot, name)
        await square.database.write(change_person, person, **values)
    group = Group(
        roles=(Role.STUDENT,),
        municipalities=("labinskiy",),
        grades=(8, 9),
        tracks=(Track.TECHNOLOGY,),
        booked=(welding,),
        silent=(welding,),
    )
    assert await square.reached(any_of(group)) == ["подходит"]


async def test_or_and_except(square: Square) -> None:
    welding, agro = await square.activity(), await square.activity("Теплица", track="agro")
    welders, growers = await square.slot(welding), await square.slot(agro, "15 10:00")
    await square.booking(welders, "сварщик")
    both = await square.booking(growers, "садовод и сварщик")
    await square.database.write(add_booking, welders, both)
    await square.booking(growers, "садовод")
    await square.adult("педагог", Role.TEACHER, role="teacher")
    await square.adult("педагог из Сочи", Role.TEACHER, role="teacher", municipality_code="sochi")
    await square.person("ни при чём", municipality_code="sochi")

    teachers = Group(roles=(Role.TEACHER,))
    welds, grows = Group(booked=(welding,)), Group(tracks=(Track.AGRO,))
    everyone = ["сварщик", "садовод и сварщик", "садовод", "педагог", "педагог из Сочи"]
    assert await square.reached(any_of(welds, grows, teachers)) == everyone
    assert await square.reached(any_of(welds, grows, but=[welds])) == ["садовод"]
    sochi = Group(municipalities=("sochi",))
    assert await square.reached(any_of(welds, teachers, but=[grows, sochi])) == ["сварщик", "педагог"]
    both_conditions = Group(roles=(Role.TEACHER,), municipalities=("sochi",))
    assert await square.reached(any_of(teachers, but=[both_conditions])) == ["педагог"]


async def test_an_exception_leaves_those_of_whom_too_little_is_known(square: Square) -> None:
    """What a person has not said is not what the exception names."""
    slot = await square.slot(await square.activity())
    person = await square.booking(slot, "ничего не сказал")
    unsaid = {"role": None, "grade": None, "municipality_code": None}
    await square.database.write(change_person, person, **unsaid)
    everybody = any_of(EVERYBODY)
    for but in (
        Group(municipalities=("labinskiy",)),
        Group(grades=(9,)),
        Group(roles=(Role.PARENT,)),
        Group(roles=(Role.TEACHER, Role.PARENT), municipalities=("labinskiy",)),
    ):
        audience = Audience(everybody.groups, (but,))
        assert await square.reached(audience) == ["ничего не сказал"], but


async def test_a_person_in_two_saved_audiences_gets_one_message(square: Square, database: Database) -> None:
    await square.person("ученик из Лабинска")
    await square.person("ученик из Сочи", municipality_code="sochi")
    actor, broadcast = await square.coordinator(), await square.draft()
    for name, group in {
        "Ученики": Group(roles=(Role.STUDENT,)),
        "Лабинск": Group(municipalities=("labinskiy",)),
    }.items():
        await square.aim(any_of(group), broadcast)
        await database.write(audiences.save, actor, broadcast, name, square.clock.now())
    saved = await database.read(audiences.saved, actor)
    joined = Audience()
    for each in saved:
        joined = joined.joined(each.audience)
    assert len(joined.groups) == 2
    assert await square.reached(joined) == ["ученик из Лабинска", "ученик из Сочи"]


# Where a coordinator may write.


async def test_a_coordinator_of_a_municipality_reaches_nobody_beyond_it(square: Square) -> None:
    slot = await square.slot(await square.activity())
    await square.booking(slot, "свой")
    stranger = await square.booking(slot, "чужой")
    await square.database.write(change_person, stranger, municipality_code="sochi")
    nowhere = await square.booking(slot, "ниоткуда")
    await square.database.write(change_person, nowhere, municipality_code=None)
    for group in (EVERYBODY, Group(tracks=tuple(Track)), Group(municipalities=("labinskiy", "sochi"))):
        assert await square.reached(any_of(group), within="labinskiy") == ["свой"], group
    assert await square.reached(any_of(Group(municipalities=("sochi",))), within="labinskiy") == []


async def test_what_a_group_alone_means_is_counted_within_the_scope(square: Square) -> None:
    await square.person("свой")
    await square.person("чужой", municipality_code="sochi")
    here = await square.coordinator("labinskiy")
    broadcast = await square.draft(here)
    pupils, ninth = Group(roles=(Role.STUDENT,)), Group(grades=(9,))
    await square.aim(any_of(pupils, but=[ninth]), broadcast, here)

    async def facts(side: Side) -> tuple[int, int]:
        found = await square.database.read(
            audiences.group_facts, here, broadcast, side, 0, square.clock.now()
        )
        return found.alone, found.total

    assert await facts(Side.ADDED) == (1, 0)
    assert await facts(Side.EXCEPT) == (1, 0)


async def test_people_by_municipality_fulfil_the_other_conditions(square: Square) -> None:
    await square.person("ученик")
    await square.person("второй ученик")
    await square.person("ученик из Сочи", municipality_code="sochi")
    await square.adult("родитель из Анапы", role="parent", municipality_code="anapa")

    async def counted(group: Group, within: str | None = None) -> dict[str, int]:
        actor = await square.coordinator(within)
        broadcast = await square.draft(actor)
        await square.aim(any_of(group), broadcast, actor)
        facts = await square.database.read(
            audiences.group_facts, actor, broadcast, Side.ADDED, 0, square.clock.now()
        )
        return dict(
            await square.database.read(audiences.people_by_municipality, actor, facts, square.clock.now())
        )

    pupils = Group(roles=(Role.STUDENT,), municipalities=("anapa",))
    assert await counted(pupils) == {"labinskiy": 2, "sochi": 1}
    assert await counted(Group(municipalities=("anapa",))) == {"labinskiy": 2, "sochi": 1, "anapa": 1}
    assert await counted(pupils, "sochi") == {"sochi": 1}


async def test_all_counts_are_of_the_topic(square: Square, database: Database) -> None:
    """Who chose other topics is in none of the numbers on the screen."""
    choices: dict[str, list[str]] = {"про агро": ["agro"], "про станки": ["engineering"], "про всё": []}
    for name, tracks in choices.items():
        person = await square.person(name)

        def choose(session: Session, person: int = person, tracks: list[str] = tracks) -> None:
            session.add(AnnouncementChoiceRow(person_id=person, tracks=tracks))

        await database.write(choose)
    actor, broadcast, now = await square.coordinator(), await square.draft(), square.clock.now()
    pupils = Group(roles=(Role.STUDENT,))
    await square.aim(any_of(pupils, Group(grades=(9,))), broadcast)
    await database.write(broadcasts.set_topic, actor, broadcast, Track.AGRO, now)
    facts = await database.read(audiences.group_facts, actor, broadcast, Side.ADDED, 0, now)
    assert (facts.alone, facts.total) == (2, 2)
    places = await database.read(audiences.people_by_municipality, actor, facts, now)
    assert dict(places) == {"labinskiy": 2}
    await database.write(audiences.save, actor, broadcast, "Ученики", now)
    [saved] = await database.read(audiences.saved, actor)
    reach = await database.read(audiences.reach, actor, saved.audience, now, facts.topic)
    assert reach.total == 2


# Changing a draft.


async def test_taps_that_come_together_lose_nothing(square: Square, database: Database) -> None:
    actor, broadcast = await square.coordinator(), await square.draft()

    def adding(role: Role) -> Any:
        def change(audience: Audience) -> Audience:
            group = audience.group(Side.ADDED, 0)
            return audience.with_group(Side.ADDED, 0, Group(roles=(*group.roles, role)))

        return change

    for role in (Role.TEACHER, Role.MENTOR):
        await database.write(broadcasts.aim_anew, actor, broadcast, adding(role))
    kept = (await database.read(broadcasts.draft, actor, broadcast)).audience
    assert kept == any_of(Group(roles=(Role.TEACHER, Role.MENTOR)))


async def test_a_change_that_fails_changes_nothing(square: Square, database: Database) -> None:
    actor, broadcast = await square.coordinator(), await square.draft()
    await square.aim(any_of(EVERYBODY), broadcast)
    with pytest.raises(AudienceFull):
        await database.write(
            broadcasts.aim_anew,
            actor,
            broadcast,
            lambda audience: audience.with_group(Side.ADDED, MOST_GROUPS, EVERYBODY),
        )
    assert (await database.read(broadcasts.draft, actor, broadcast)).audience == any_of(EVERYBODY)


async def test_what_was_sent_is_aimed_no_more(square: Square, database: Database) -> None:
    await square.person("ученик")
    actor, broadcast = await square.coordinator(), await square.draft()
    await square.aim(any_of(EVERYBODY), broadcast)
    await database.write(broadcasts.send, actor, broadcast, None, square.clock.now(), MOSCOW, ())
    with pytest.raises(BroadcastBegun):
        await square.aim(Audience(), broadcast)
    with pytest.raises(BroadcastBegun):
        await database.read(audiences.aimed, actor, broadcast, square.clock.now())


async def test_a_draft_of_another_coordinator_is_not_there(square: Square, database: Database) -> None:
    here, elsewhere = await square.coordinator("labinskiy"), await square.coordinator("sochi")
    broadcast = await square.draft(here)
    await square.aim(any_of(EVERYBODY), broadcast, here)
    for other in (elsewhere, await square.coordinator()):
        with pytest.raises(BroadcastGone):
            await square.aim(Audience(), broadcast, other)
        for use_case in (audiences.aimed, broadcasts.state):
            with pytest.raises(BroadcastGone):
                await database.read(use_case, other, broadcast, square.clock.now())
        with pytest.raises(BroadcastGone):
            await database.write(audiences.save, other, broadcast, "Чужое", square.clock.now())


async def test_a_pupil_asks_in_vain(square: Square, database: Database) -> None:
    broadcast = await square.draft()
    pupil = await square.actor(await square.person("ученик"))
    with pytest.raises(Forbidden):
        await database.read(audiences.aimed, pupil, broadcast, square.clock.now())
    with pytest.raises(Forbidden):
        await square.aim(any_of(EVERYBODY), broadcast, pupil)


# Saved audiences.


class Shelf:
    """Saved audiences of one coordinator."""

    def __init__(self, square: Square, actor: Actor) -> None:
        self.square, self.actor = square, actor

    async def save(self, name: str, *groups: Group, replacing: int | None = None) -> None:
        broadcast = await self.square.draft(self.actor)
        await self.square.aim(any_of(*groups), broadcast, self.actor)
        now = self.square.clock.now()
        if replacing is None:
            await self.square.database.write(audiences.save, self.actor, broadcast, name, now)
        else:
            await self.square.database.write(audiences.replace_saved, self.actor, broadcast, replacing)

    async def names(self) -> list[str]:
        found = await self.square.database.read(audiences.saved, self.actor)
        return [saved.name for saved in found]

    async def id_of(self, name: str) -> int:
        found = await self.square.database.read(audiences.saved, self.actor)
        return next(saved.id for saved in found if saved.name == name)

    async def opened(self, saved: int) -> Audience:
        return (await self.square.database.read(audiences.open_saved, self.actor, saved)).audience


async def shelf(square: Square, municipality: str | None = None) -> Shelf:
    return Shelf(square, await square.coordinator(municipality))


async def test_a_name_that_is_taken_is_asked_about_in_any_case(square: Square) -> None:
    mine = await shelf(square)
    await mine.save("Педагоги Лабинска", Group(roles=(Role.TEACHER,)))
    with pytest.raises(NameTaken) as taken:
        await mine.save("педагоги  лабинска", EVERYBODY)
    assert taken.value.saved.name == "Педагоги Лабинска"
    assert await mine.names() == ["Педагоги Лабинска"]
    await mine.save("", EVERYBODY, replacing=taken.value.saved.id)
    assert await mine.names() == ["Педагоги Лабинска"]
    assert await mine.opened(taken.value.saved.id) == any_of(EVERYBODY)


async def test_saved_audiences_are_their_owners(square: Square, database: Database) -> None:
    mine, theirs = await shelf(square), await shelf(square, "sochi")
    await mine.save("Все", EVERYBODY)
    await theirs.save("Все", Group(roles=(Role.TEACHER,)))
    assert await theirs.opened(await theirs.id_of("Все")) == any_of(Group(roles=(Role.TEACHER,)))
    saved = await mine.id_of("Все")
    with pytest.raises(AudienceGone):
        await theirs.opened(saved)
    with pytest.raises(AudienceGone):
        await theirs.save("", EVERYBODY, replacing=saved)
    await database.write(audiences.forget, theirs.actor, saved)
    assert await mine.names() == ["Все"]


async def test_a_saved_audience_is_deleted_once(square: Square, database: Database) -> None:
    mine = await shelf(square)
    await mine.save("Все", EVERYBODY)
    saved = await mine.id_of("Все")
    for _ in range(2):
        await database.write(audiences.forget, mine.actor, saved)
        assert await mine.names() == []
    with pytest.raises(AudienceGone):
        await mine.opened(saved)


async def test_nobody_is_not_saved(square: Square) -> None:
    mine = await shelf(square)
    with pytest.raises(NobodyChosen):
        await mine.save("Никто", Group())
    assert await mine.names() == []


async def test_there_is_an_end_to_saving(square: Square) -> None:
    mine = await shelf(square)
    for number in range(MOST_SAVED_AUDIENCES):
        await mine.save(f"Список {number}", EVERYBODY)
    with pytest.raises(TooManySaved):
        await mine.save("Ещё один", EVERYBODY)
    assert len(await mine.names()) == MOST_SAVED_AUDIENCES


async def test_saved_audiences_go_with_their_owner(square: Square, database: Database) -> None:
    mine = await shelf(square)
    await mine.save("Все", EVERYBODY)
    await database.write(people.delete_person, mine.actor.person_id, square.clock.now())
    assert await database.read(lambda session: session.scalar(select(func.count(AudienceRow.id)))) == 0


# Finding activities.


async def test_activities_are_found_by_code_first_and_everywhere(square: Square, database: Database) -> None:
    welding = await square.activity("Сварка", code="W-7")
    forum = await square.activity("Сварка и робот", kind="forum")

    def rank(query: str, among: Collection[int] | None) -> list[int]:
        assert (query, among) == ("w-7", None)
        return [forum]

    actor = await square.coordinator("sochi")
    found = await database.read(audiences.find_activities, actor, "w-7", rank)
    assert [each.id for each in found] == [welding, forum]


# Speed.


@pytest.mark.skipif(SERVER is not None, reason="the plan is SQLite's")
async def test_no_condition_looks_at_people_one_by_one(database: Database, clock: HandClock) -> None:
    """Bookings, roles and topics are collected once: with 100,000 people that is a tenth of the time."""
    everything = Group(
        roles=(Role.TEACHER,),
        tracks=(Track.AGRO,),
        interests=(Track.AGRO,),
        booked=(1,),
        waiting=(1,),
        came=(1,),
        silent=(1,),
        unread=(1,),
    )

    def one_by_one(session: Session, audience: Audience) -> int:
        asked: list[tuple[str, Any]] = []

        def remember(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
            asked.append((statement, parameters))

        connection = session.connection()
        event.listen(connection, "before_cursor_execute", remember)
        queries.count_meant(session, audience, None, clock.now())
        event.remove(connection, "before_cursor_execute", remember)
        [(statement, parameters)] = asked
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return sum(step[3].startswith("CORRELATED") for step in steps)

    simple = await database.read(one_by_one, any_of(Group(grades=(9,))))
    assert await database.read(one_by_one, any_of(everything, but=[everything])) == simple

"""A right that ends takes along what it let somebody do later: broadcasts, corrections, invitations, lists, a record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from db.engine import Database, Session
from db.models import ActivityMentorRow, Base, PersonRow, RoleGrantRow
from db.queries import people
from domain.broadcast import LARGE, STEERABLE, Content, Flaw, Status
from domain.delivery import DeliveryKind
from domain.people import Role
from domain.roles import RECORD_KEPT, InvitationRefused
from services import broadcasts, mentoring, registration, roles
from services.broadcasts import BroadcastGone, BroadcastPast, NotSecond, Unsendable
from tests.services.newsroom import Newsroom, add_crowd
from tests.town import MOSCOW, HandClock, add_activity, add_booking, add_person, add_slot, add_venue, moscow

BETTER = Content("Завтра семинар в 16:00")


@pytest.fixture
def newsroom(database: Database, clock: HandClock) -> Newsroom:
    return Newsroom(database, clock)


@pytest.fixture
async def head(newsroom: Newsroom) -> int:
    return await newsroom.coordinator()


@pytest.fixture
async def local(newsroom: Newsroom) -> int:
    return await newsroom.coordinator("sochi")


def end_roles(session: Session, /, person: int) -> None:
    """As if by another program: no use case has seen it."""
    session.execute(
        update(RoleGrantRow).where(RoleGrantRow.person_id == person).values(revoked_at=moscow("12 12:00"))
    )


async def taken_back(newsroom: Newsroom, head: int, person: int) -> None:
    grant = await newsroom.database.read(
        lambda session: session.scalars(
            select(RoleGrantRow.id).where(RoleGrantRow.person_id == person, RoleGrantRow.revoked_at.is_(None))
        ).one()
    )
    actor = await newsroom.actor(head)
    await newsroom.database.write(
        roles.take_back, actor, grant, newsroom.now, settings_name_coordinators=False
    )


async def test_what_was_scheduled_waits_for_a_colleague_of_the_place(
    newsroom: Newsroom, head: int, local: int
) -> None:
    other = await newsroom.coordinator("sochi")
    stranger = await newsroom.coordinator("labinskiy")
    [reader] = await newsroom.teachers(1)
    broadcast = await newsroom.draft(local)
    await newsroom.send(local, broadcast, newsroom.now + timedelta(hours=1))
    await taken_back(newsroom, head, local)
    assert await newsroom.people(DeliveryKind.HANDED_OVER) == [head, other]
    newsroom.clock.advance(hours=2)
    assert [letter.kind for letter in await newsroom.deliver()] == [DeliveryKind.HANDED_OVER] * 2
    assert (await newsroom.state(other, broadcast)).broadcast.status is Status.HELD
    for outsider in (local, stranger):
        with pytest.raises(BroadcastGone):
            await newsroom.database.read(
                broadcasts._state, await newsroom.actor(outsider), broadcast, newsroom.now
            )
    draft = await newsroom.do(broadcasts.take_back, other, broadcast)
    assert draft is not None
    assert (draft.broadcast.status, draft.broadcast.author_id) == (Status.DRAFT, other)
    await newsroom.send(other, broadcast)
    assert await newsroom.people() == [reader]


@pytest.mark.parametrize("status", ["scheduled", "sending"])
async def test_the_hour_asks_for_the_right_whoever_ended_it(
    newsroom: Newsroom, head: int, local: int, status: str
) -> None:
    await newsroom.teachers(2)
    broadcast = await newsroom.draft(local)
    later = newsroom.now + timedelta(hours=1) if status == "scheduled" else None
    await newsroom.send(local, broadcast, later)
    await newsroom.write(end_roles, local)
    newsroom.clock.advance(hours=1)
    await newsroom.tick()
    assert await newsroom.status(head, broadcast) == "held"
    assert [letter.kind for letter in await newsroom.deliver()] == [DeliveryKind.HANDED_OVER]
    if status == "sending":
        await newsroom.do(broadcasts.resume, head, broadcast)
        assert (await newsroom.broadcast(head, broadcast)).author_id == head
        assert len(await newsroom.deliver()) == 2
    else:
        await newsroom.do(broadcasts.stop, head, broadcast)
        assert await newsroom.deliver() == []


def move(session: Session, /, person: int) -> None:
    end_roles(session, person)
    session.add(
        RoleGrantRow(
            person_id=person, role="coordinator", municipality_code="armavir", granted_at=moscow("12 12:00")
        )
    )


async def test_a_right_of_yesterday_steers_nothing(newsroom: Newsroom, local: int) -> None:
    """Every step of an author who coordinates elsewhere now; a correction is a draft that nobody gets to read."""
    await newsroom.teachers(2)
    broadcast = await newsroom.sent(local)
    await newsroom.deliver()
    await newsroom.write(move, local)
    for step in (broadcasts.pause, broadcasts.resume, broadcasts.stop, broadcasts.recall):
        with pytest.raises(BroadcastGone):
            await newsroom.do(step, local, broadcast)
    with pytest.raises(BroadcastGone):
        await newsroom.do(broadcasts.remind_unread, local, broadcast, "Напоминаем")
    with pytest.raises(Unsendable) as refused:
        await newsroom.correct(local, broadcast, BETTER)
    assert refused.value.reason is Flaw.ELSEWHERE
    assert await newsroom.deliver() == []


async def test_after_two_days_a_new_one_is_written(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    draft = await newsroom.do(broadcasts.correct, head, broadcast, BETTER)
    newsroom.clock.moment += STEERABLE
    with pytest.raises(BroadcastPast):
        await newsroom.do(broadcasts.recall, head, broadcast)
    with pytest.raises(Unsendable) as refused:
        await newsroom.send(head, draft.broadcast.id)
    assert refused.value.reason is Flaw.PAST


async def test_a_correction_for_many_takes_a_second_coordinator_again(newsroom: Newsroom, head: int) -> None:
    second = await newsroom.coordinator()
    await newsroom.write(add_crowd, LARGE + 1)
    broadcast = await newsroom.sent(head)
    await newsroom.confirm(second, broadcast)
    await newsroom.write(lambda session: session.execute(sent_to_all()))
    corrected = await newsroom.correct(head, broadcast, BETTER)
    assert (corrected.broadcast.status, corrected.meant) == (Status.UNCONFIRMED, LARGE + 1)
    with pytest.raises(NotSecond):
        await newsroom.confirm(head, corrected.broadcast.id)
    assert await newsroom.people(DeliveryKind.CORRECTION) == []
    shown = await newsroom.confirm(second, corrected.broadcast.id)
    assert (shown.broadcast.id, shown.broadcast.content.text) == (broadcast, BETTER.text)
    assert len(await newsroom.people(DeliveryKind.CORRECTION)) == LARGE + 1


def sent_to_all() -> Any:
    rows = Base.metadata.tables["delivery"]
    arrived = {"status": "sent", "sent_at": moscow("12 12:00"), "message_id": rows.c.id}
    return update(rows).where(rows.c.kind == "broadcast").values(**arrived)


async def test_a_mentor_without_the_role_leads_nothing_and_reads_names_for_two_days(
    newsroom: Newsroom, head: int
) -> None:
    def led(session: Session) -> tuple[int, int]:
        mentor = add_person(session, name="Сергей", role="mentor", grade=None)
        session.add(RoleGrantRow(person_id=mentor, role="mentor", granted_at=moscow("1 10:00")))
        activity = add_activity(session, venue_id=add_venue(session))
        session.add(ActivityMentorRow(activity_id=activity, person_id=mentor))
        slot = add_slot(session, activity, moscow("13 10:00"))
        add_booking(session, slot, add_person(session, name="Тайна"))
        return mentor, slot

    mentor, slot = await newsroom.write(led)
    actor = await newsroom.actor(mentor)
    for moment, name in (("15 11:29", "Тайна"), ("15 11:30", None)):
        own = await newsroom.database.read(mentoring.own_slot, actor, slot, moscow(moment))
        assert [(guest.name, guest.grade) for guest in own.guests] == [(name, 9)]
    await taken_back(newsroom, head, mentor)
    linked = await newsroom.database.read(
        lambda session: session.scalar(select(func.count()).select_from(ActivityMentorRow))
    )
    assert linked == 0


async def test_who_held_a_role_leaves_a_record_for_a_year_and_nothing_else(
    newsroom: Newsroom, head: int, local: int
) -> None:
    await newsroom.teachers(1)
    await newsroom.sent(local)
    invited = await newsroom.write(
        roles.invite, await newsroom.actor(local), Role.COORDINATOR, 50, 30, "sochi", newsroom.now
    )
    await newsroom.write(registration.delete_me, await newsroom.actor(local), newsroom.now, MOSCOW)
    await newsroom.write(registration.delete_me, await newsroom.actor(local), newsroom.now, MOSCOW)

    def left(session: Session) -> PersonRow:
        return session.get_one(PersonRow, local)

    row = await newsroom.database.read(left)
    kept = {name: value for name, value in vars(row).items() if not name.startswith("_") and value}
    assert kept.keys() == {"id", "messenger", "messenger_user_id", "created_at", "seen_at"}
    assert (await newsroom.actor(local)).person.grants == ()  # type: ignore[union-attr]
    assert {entry.actor_id for entry in await newsroom.log()} == {local}
    with pytest.raises(InvitationRefused):
        await newsroom.write(roles.look_at, await newsroom.actor(local), invited.code, newsroom.now)

    newsroom.clock.moment += RECORD_KEPT
    await newsroom.write(roles.forget_records, newsroom.now)
    await newsroom.write(registration.forget_the_gone, newsroom.now, MOSCOW)
    assert await newsroom.database.read(lambda session: session.get(PersonRow, local)) is None


async def test_nobody_without_a_name_and_a_consent_holds_a_role_over_others(newsroom: Newsroom) -> None:
    def nameless(session: Session, /, **values: Any) -> int:
        person = add_person(session, **values)
        for role in ("coordinator", "mentor", "teacher"):
            session.add(RoleGrantRow(person_id=person, role=role, granted_at=moscow("1 10:00")))
        return person

    for values in ({"name": None}, {"consent_version": None}):
        person = await newsroom.write(nameless, **values)
        found = await newsroom.database.read(people.by_id, person)
        assert found is not None
        assert [grant.role for grant in found.grants] == [Role.TEACHER]
        assert {grant.role for grant in found.dormant} == {Role.COORDINATOR, Role.MENTOR}


async def test_a_withdrawn_consent_ends_the_roles_over_others(newsroom: Newsroom, local: int) -> None:
    await newsroom.write(registration.withdraw_consent, await newsroom.actor(local), newsroom.now, MOSCOW)
    rows = await newsroom.database.read(
        lambda session: list(session.scalars(select(RoleGrantRow).where(RoleGrantRow.person_id == local)))
    )
    assert [row.revoked_at is not None for row in rows] == [True]

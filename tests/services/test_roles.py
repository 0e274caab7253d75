"""Inviting, accepting, seeing and taking back, each within its scope and each in the log."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from db.engine import Database, Session
from db.models import InviteRow, LogRow, PersonRow, RoleGrantRow
from db.queries import people
from domain.log import Action
from domain.people import OPERATOR, Actor, Forbidden, Grant, Role, actor_for
from domain.roles import DAYS, USES, Invitation, InvitationRefused, LastCoordinator, Reason
from services import log, newcomers, roles
from tests.town import HandClock, add_person

SOCHI = Grant(Role.TEACHER, "sochi")


class Office:
    """Coordinators at work, and the people they invite."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database = database
        self.clock = clock

    async def person(self, *grants: Grant, **values: Any) -> int:
        """Somebody registered who holds these roles."""

        def add(session: Session) -> int:
            person = add_person(session, **{"municipality_code": "labinskiy", **values})
            for grant in grants:
                session.add(
                    RoleGrantRow(
                        person_id=person,
                        role=grant.role,
                        municipality_code=grant.municipality,
                        granted_at=self.clock.now(),
                    )
                )
            return person

        return await self.database.write(add)

    async def coordinator(self, municipality: str | None = None, **values: Any) -> Actor:
        return await self.actor(await self.person(Grant(Role.COORDINATOR, municipality), **values))

    async def actor(self, person_id: int) -> Actor:
        found = await self.database.read(people.by_id, person_id)
        assert found is not None
        return actor_for(found)

    async def invite(self, actor: Actor, grant: Grant = SOCHI, uses: int = 1, days: int = 7) -> Invitation:
        return await self.database.write(
            roles.invite, actor, grant.role, uses, days, grant.municipality, self.clock.now()
        )

    async def accept(self, person_id: int, code: str) -> bool:
        """Whether the role was new to them; whoever invites a coordinator says yes at once."""
        actor = await self.actor(person_id)
        value = await self.database.write(roles.accept, actor, code, self.clock.now())
        if value.waiting and value.invitation.created_by is not None:
            author = await self.actor(value.invitation.created_by)
            await self.database.write(newcomers.let_in, author, value.invitation.id, self.clock.now())
        return not value.held

    async def refused(self, person_id: int, code: str) -> Reason:
        with pytest.raises(InvitationRefused) as refused:
            await self.accept(person_id, code)
        return refused.value.reason

    async def grants(self, person_id: int) -> tuple[Grant, ...]:
        return (await self.actor(person_id)).person.grants  # type: ignore[union-attr]

    async def grant_of(self, person_id: int) -> int:
        def find(session: Session) -> int:
            return session.scalars(
                select(RoleGrantRow.id).where(
                    RoleGrantRow.person_id == person_id, RoleGrantRow.revoked_at.is_(None)
                )
            ).one()

        return await self.database.read(find)

    async def take_back(self, actor: Actor, grant_id: int, *, settings: bool = False) -> bool:
        taken = await self.database.write(
            roles.take_back, actor, grant_id, self.clock.now(), settings_name_coordinators=settings
        )
        return taken is not None

    async def log(self) -> list[tuple[str, int | None, str | None, dict[str, Any]]]:
        """Action, who, where, details: the oldest first."""

        def read(session: Session) -> list[tuple[str, int | None, str | None, dict[str, Any]]]:
            rows = session.scalars(select(LogRow).order_by(LogRow.id))
            return [(row.action, row.actor_id, row.municipality_code, row.details) for row in rows]

        return await self.database.read(read)


@pytest.fixture
def office(database: Database, clock: HandClock) -> Office:
    return Office(database, clock)


async def test_an_invitation_gives_its_role_and_all_of_it_is_logged(office: Office) -> None:
    elena, anya = await office.coordinator(), await office.person()
    made = await office.invite(elena)
    office.clock.advance(minutes=5)

    assert await office.accept(anya, made.code)

    assert await office.grants(anya) == (SOCHI,)
    assert await office.log() == [
        (Action.INVITED, elena.person_id, "sochi", {"role": "teacher", "uses": 1, "days": 7}),
        (Action.ROLE_TAKEN, anya, "sochi", {"role": "teacher"}),
    ]
    shown, total = await office.database.read(roles.holders, elena, Role.TEACHER, 0, 10)
    assert (total, [(one.person_id, one.grant, one.granted_by) for one in shown]) == (
        1,
        [(anya, SOCHI, "Аня")],
    )


async def test_accepting_again_is_the_same_as_once(office: Office) -> None:
    made = await office.invite(await office.coordinator(), uses=10)
    anya = await office.person()
    assert [await office.accept(anya, made.code) for _ in range(3)] == [True, False, False]
    assert len(await office.grants(anya)) == 1
    left = await office.database.read(lambda session: session.get_one(InviteRow, made.id).uses_left)
    assert left == 9
    assert len(await office.log()) == 2


async def test_a_role_for_all_needs_none_for_a_municipality(office: Office) -> None:
    elena = await office.coordinator()
    everywhere, sochi = await office.invite(elena, Grant(Role.TEACHER, None)), await office.invite(elena)
    anya = await office.person()
    assert await office.accept(anya, everywhere.code)
    assert not await office.accept(anya, sochi.code)


async def test_the_last_use_is_given_once(office: Office) -> None:
    made = await office.invite(await office.coordinator())
    crowd = [await office.person() for _ in range(8)]
    outcomes = await asyncio.gather(
        *(office.accept(person, made.code) for person in crowd), return_exceptions=True
    )
    assert sorted(str(outcome) for outcome in outcomes) == ["True", *["used_up"] * 7]
    assert await office.refused(await office.person(), made.code) is Reason.USED_UP


async def test_an_expired_a_revoked_and_an_unknown_code_say_so(office: Office) -> None:
    elena, anya = await office.coordinator(), await office.person()
    old, taken = await office.invite(elena, days=1), await office.invite(elena, days=30)
    assert await office.database.write(roles.revoke_invitation, elena, taken.id, office.clock.now())
    office.clock.advance(days=1)
    assert await office.refused(anya, old.code) is Reason.EXPIRED
    assert await office.refused(anya, taken.code) is Reason.REVOKED
    assert await office.refused(anya, "ABCD2345") is Reason.UNKNOWN
    assert await office.grants(anya) == ()


async def test_what_is_no_longer_open_is_not_revoked_twice(office: Office) -> None:
    elena = await office.coordinator()
    made = await office.invite(elena)
    revoke = roles.revoke_invitation
    assert [await office.database.write(revoke, elena, made.id, office.clock.now()) for _ in range(2)] == [
        True,
        False,
    ]
    assert not await office.database.write(revoke, elena, 99, office.clock.now())
    assert [action for action, *_ in await office.log()] == [Action.INVITED, Action.INVITE_REVOKED]


async def test_a_double_tap_makes_one_invitation_and_a_later_tap_another(office: Office) -> None:
    elena = await office.coordinator()
    first = await office.invite(elena)
    office.clock.advance(seconds=2)
    assert (await office.invite(elena)).code == first.code
    assert (await office.invite(elena, uses=10)).code != first.code
    assert (await office.invite(await office.coordinator())).code != first.code
    office.clock.advance(seconds=60)
    assert (await office.invite(elena)).code != first.code


@pytest.mark.parametrize(
    ("uses", "days", "role"), [(2, 7, Role.TEACHER), (1, 2, Role.TEACHER), (1, 7, Role.PARENT)]
)
async def test_only_what_is_offered_can_be_made(office: Office, uses: int, days: int, role: Role) -> None:
    assert (uses in USES) + (days in DAYS) <= 2
    with pytest.raises(Forbidden):
        await office.invite(await office.coordinator(), Grant(role, "sochi"), uses, days)
    with pytest.raises(Forbidden):
        await office.invite(await office.coordinator(), Grant(Role.TEACHER, "atlantis"))
    assert await office.log() == []


@pytest.mark.parametrize("elsewhere", ["anapa", None])
async def test_a_coordinator_of_a_municipality_invites_only_there(
    office: Office, elsewhere: str | None
) -> None:
    local = await office.coordinator("sochi")
    assert (await office.invite(local, Grant(Role.COORDINATOR, "sochi"))).grant.municipality == "sochi"
    with pytest.raises(Forbidden):
        await office.invite(local, Grant(Role.TEACHER, elsewhere))


async def test_a_coordinator_of_a_municipality_sees_and_takes_back_only_there(office: Office) -> None:
    local = await office.coordinator("sochi")
    here = await office.person(SOCHI, name="Здешняя")
    there = await office.person(Grant(Role.TEACHER, "anapa"))
    everywhere = await office.person(Grant(Role.TEACHER, None))

    shown, total = await office.database.read(roles.holders, local, Role.TEACHER, 0, 10)
    assert (total, [one.person_id for one in shown]) == (1, [here])
    overview = await office.database.read(roles.overview, local, office.clock.now())
    assert overview.holders == {Role.TEACHER: 1, Role.COORDINATOR: 1}
    for stranger in (there, everywhere):
        with pytest.raises(Forbidden):
            await office.database.read(roles.holder, local, await office.grant_of(stranger))
        with pytest.raises(Forbidden):
            await office.take_back(local, await office.grant_of(stranger))
    assert await office.take_back(local, await office.grant_of(here))
    assert await office.grants(here) == ()
    assert await office.log() == [
        (Action.ROLE_REVOKED, local.person_id, "sochi", {"role": "teacher", "person_id": here})
    ]


async def test_a_coordinator_of_a_municipality_sees_and_revokes_only_its_invitations(office: Office) -> None:
    elena, local = await office.coordinator(), await office.coordinator("sochi")
    here = await office.invite(elena)
    others = [await office.invite(elena, Grant(Role.TEACHER, where)) for where in ("anapa", None)]
    now = office.clock.now()
    shown, total = await office.database.read(roles.open_invitations, local, now, 0, 10)
    assert (total, shown) == (1, [here])
    for other in others:
        with pytest.raises(Forbidden):
            await office.database.read(roles.open_invitation, local, other.id, now)
        with pytest.raises(Forbidden):
            await office.database.write(roles.revoke_invitation, local, other.id, now)
    assert (await office.database.read(roles.open_invitations, elena, now, 0, 10))[1] == 3


@pytest.mark.parametrize("grants", [(), (Grant(Role.TEACHER, None),), (Grant(Role.MENTOR, None),)])
async def test_nobody_else_gives_roles(office: Office, grants: tuple[Grant, ...]) -> None:
    elena, nobody = await office.coordinator(), await office.actor(await office.person(*grants))
    made, now = await office.invite(elena), office.clock.now()
    read, write = office.database.read, office.database.write
    for attempt in (
        lambda: office.invite(nobody),
        lambda: office.take_back(nobody, 1),
        lambda: write(roles.revoke_invitation, nobody, made.id, now),
        lambda: read(roles.open_invitation, nobody, made.id, now),
        lambda: read(roles.open_invitations, nobody, now, 0, 10),
        lambda: read(roles.overview, nobody, now),
        lambda: read(roles.holders, nobody, Role.TEACHER, 0, 10),
        lambda: read(roles.holder, nobody, 1),
        lambda: read(log.read_log, nobody, 0, 10),
        lambda: read(log.read_file, nobody, 1),
    ):
        with pytest.raises(Forbidden):
            await attempt()


async def test_a_role_that_was_taken_back_takes_a_new_invitation(office: Office) -> None:
    elena, anya = await office.coordinator(), await office.person()
    shared = await office.invite(elena, uses=50)
    office.clock.advance(minutes=1)
    await office.accept(anya, shared.code)
    grant = await office.grant_of(anya)
    office.clock.advance(minutes=1)
    assert [await office.take_back(elena, grant) for _ in range(2)] == [True, False]

    assert await office.refused(anya, shared.code) is Reason.TAKEN_BACK
    office.clock.advance(minutes=1)
    assert await office.accept(anya, (await office.invite(elena)).code)
    assert await office.accept(await office.person(), shared.code)


async def test_the_last_coordinator_of_all_stays(office: Office) -> None:
    elena = await office.coordinator()
    await office.coordinator("sochi")
    own = await office.grant_of(elena.person_id)
    with pytest.raises(LastCoordinator):
        await office.take_back(elena, own)
    second = await office.coordinator()
    assert await office.take_back(second, own)
    with pytest.raises(LastCoordinator):
        await office.take_back(second, await office.grant_of(second.person_id))


async def test_the_last_granted_one_goes_where_the_settings_name_another(office: Office) -> None:
    elena = await office.coordinator()
    assert await office.take_back(elena, await office.grant_of(elena.person_id), settings=True)


async def test_a_former_coordinators_open_invitations_close(office: Office) -> None:
    elena = await office.coordinator()
    former = await office.coordinator("sochi")
    theirs = await office.invite(former, Grant(Role.COORDINATOR, "sochi"))
    hers = await office.invite(elena)
    await office.take_back(elena, await office.grant_of(former.person_id))
    assert await office.refused(former.person_id, theirs.code) is Reason.REVOKED
    assert await office.accept(await office.person(), hers.code)


async def test_what_a_coordinator_may_still_give_stays_open(office: Office) -> None:
    elena = await office.coordinator()
    both = await office.person(Grant(Role.COORDINATOR, "sochi"))
    actor = await office.actor(both)
    kept = await office.invite(actor)
    await office.accept(both, (await office.invite(elena, Grant(Role.COORDINATOR, "anapa"))).code)
    shown, _ = await office.database.read(roles.holders, elena, Role.COORDINATOR, 0, 10)
    [anapa] = [one.id for one in shown if one.grant.municipality == "anapa"]
    await office.take_back(elena, anapa)
    assert await office.accept(await office.person(), kept.code)


async def test_holders_come_in_pages_those_of_all_first(office: Office) -> None:
    elena = await office.coordinator()
    for name, municipality in (("Яна", "anapa"), ("Ада", "sochi"), ("Вера", None), ("Анна", "anapa")):
        await office.person(Grant(Role.MENTOR, municipality), name=name)
    pages = [await office.database.read(roles.holders, elena, Role.MENTOR, start, 3) for start in (0, 3)]
    assert [[one.name for one in shown] for shown, _ in pages] == [["Вера", "Анна", "Яна"], ["Ада"]]
    assert [total for _, total in pages] == [4, 4]


async def test_the_log_names_whom_it_was_about_until_they_are_forgotten(office: Office) -> None:
    elena = await office.coordinator(name="Елена")
    anya = await office.person(SOCHI, name="Аня")
    await office.take_back(elena, await office.grant_of(anya))
    [entry] = await office.database.read(log.read_log, elena, 0, 10)
    assert (entry.actor_name, entry.about_name) == ("Елена", "Аня")

    def forget(session: Session) -> None:
        session.execute(delete(PersonRow).where(PersonRow.id == anya))

    await office.database.write(forget)
    [entry] = await office.database.read(log.read_log, elena, 0, 10)
    assert (entry.actor_name, entry.about_name) == ("Елена", None)


async def test_the_log_and_its_files_stay_within_the_scope(office: Office) -> None:
    local = await office.coordinator("sochi")

    def write(session: Session) -> list[int]:
        return [
            log.record(
                session,
                OPERATOR,
                Action.EXPORTED,
                office.clock.now() + timedelta(seconds=number),
                municipality=where,
                subject=f"{where}.xlsx",
                file=(f"{where}.xlsx", b"x"),
            )
            for number, where in enumerate(("sochi", "anapa", None))
        ]

    here, *elsewhere = await office.database.write(write)
    assert [entry.id for entry in await office.database.read(log.read_log, local, 0, 10)] == [here]
    assert await office.database.read(log.read_file, local, here) == ("sochi.xlsx", b"x")
    assert await office.database.read(log.read_file, local, 99) is None
    for other in elsewhere:
        with pytest.raises(Forbidden):
            await office.database.read(log.read_file, local, other)

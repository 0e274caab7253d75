"""Registration, leaving, and being forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from db.engine import Database, Session
from db.models import BookingRow, ConsentTextRow, DeliveryRow, PersonRow, RoleGrantRow, WatchRow
from domain.consent import ConsentText
from domain.delivery import DeliveryKind, Owed
from domain.people import OPERATOR, YOUNG_FOR, Address, Forbidden, Role, actor_for
from domain.registration import Draft
from services import booking, people, registration, watches
from services.checks import integrity_problems
from services.deliveries import owe
from services.finding import change_filters
from services.registration import (
    FORGET_AFTER,
    FORGET_STRANGERS_AFTER,
    IncompleteDraft,
    TooYoung,
    delete_me,
    everything_about_me,
    forget_the_gone,
    is_too_young,
    let_young_pupils_go,
    register,
    withdraw_consent,
)
from tests.services.desk import Desk
from tests.town import LONG_AGO, MOSCOW, add_booking, add_person, change_person, moscow

ADDRESS = Address("telegram", "77")
CONSENT = ConsentText("Я согласен: Организатор, ул. Мира, 1")
WHOLE = Draft(consent=True, role=Role.STUDENT, old_enough=True, name="Аня", municipality="sochi", grade=9)


def everything(session: Session, model: Any) -> list[Any]:
    return list(session.scalars(select(model)))


def add_grant(session: Session, /, person: int, **values: Any) -> None:
    session.add(
        RoleGrantRow(**{"person_id": person, "role": "coordinator", "granted_at": LONG_AGO, **values})
    )


async def test_a_stranger_is_met_once(database: Database) -> None:
    now = moscow("12 12:00")
    assert await database.read(people.recall, ADDRESS, now) is None
    person = await database.write(people.meet, ADDRESS, now)
    assert (person.address, person.name, person.is_registered) == (ADDRESS, None, False)
    assert await database.write(people.meet, ADDRESS, now) == person
    assert await database.read(people.recall, ADDRESS, now) == person
    elsewhere = await database.write(people.meet, Address("other", "77"), now)
    assert elsewhere.id != person.id


async def test_who_comes_back_after_a_day_is_seen_again(database: Database) -> None:
    now = moscow("12 12:00")
    person = await database.write(people.meet, ADDRESS, now)
    assert await database.read(people.recall, ADDRESS, now + timedelta(days=1)) == person
    later = now + timedelta(days=1, seconds=1)
    assert await database.read(people.recall, ADDRESS, later) is None
    await database.write(people.meet, ADDRESS, later)
    [row] = await database.read(everything, PersonRow)
    assert row.seen_at == later


async def test_who_taps_can_be_written_to_again(database: Database) -> None:
    now = moscow("12 12:00")
    person = await database.write(people.meet, ADDRESS, now)
    await database.write(change_person, person.id, unreachable_at=now)
    assert await database.read(people.recall, ADDRESS, now) is None
    await database.write(people.meet, ADDRESS, now)
    [row] = await database.read(everything, PersonRow)
    assert row.unreachable_at is None


async def test_a_whole_draft_becomes_the_persons_record(database: Database) -> None:
    now = moscow("12 12:00")
    met = await database.write(people.meet, ADDRESS, now)
    person = await database.write(register, actor_for(met), WHOLE, CONSENT, now)
    assert person.is_registered
    assert (person.name, person.role, person.grade, person.organisation) == ("Аня", "student", 9, None)
    assert (person.consent_version, person.consent_digest, person.consent_at) == (
        CONSENT.version,
        CONSENT.digest,
        now,
    )


async def test_a_later_change_keeps_the_moment_of_the_consent(database: Database) -> None:
    now = moscow("12 12:00")
    met = await database.write(people.meet, ADDRESS, now)
    person = await database.write(register, actor_for(met), WHOLE, CONSENT, now)
    teacher = Draft(
        consent=True, role=Role.TEACHER, name="Анна", municipality="anapa", grade=9, organisation="Школа № 5"
    )
    changed = await database.write(register, actor_for(person), teacher, CONSENT, now + timedelta(days=1))
    assert (changed.name, changed.role, changed.organisation) == ("Анна", "teacher", "Школа № 5")
    assert changed.grade is None, "a grade is a student's"
    assert (changed.consent_digest, changed.consent_at) == (CONSENT.digest, now)


async def test_a_draft_with_open_questions_is_no_registration(database: Database) -> None:
    now = moscow("12 12:00")
    actor = actor_for(await database.write(people.meet, ADDRESS, now))
    for draft in (Draft(), Draft(consent=True, role=Role.STUDENT, name="Аня", municipality="sochi", grade=9)):
        with pytest.raises(IncompleteDraft):
            await database.write(register, actor, draft, CONSENT, now)
    [row] = await database.read(everything, PersonRow)
    assert (row.name, row.consent_at) == (None, None)
    with pytest.raises(Forbidden):
        await database.write(register, OPERATOR, WHOLE, CONSENT, now)


async def busy(desk: Desk) -> tuple[int, int, int]:
    """A parent with all there is: (person, the slot to come, the one who waits behind them)."""
    parent = await desk.parent()
    slot = await desk.slot(capacity=2)
    past = await desk.slot("12 12:30", capacity=5)
    await desk.signed(parent, past, 2)
    held = await desk.signed(parent, slot, 2)
    actor = await desk.actor(parent)
    await desk.database.write(booking.name_companions, actor, held, ["Миша"])
    full = await desk.slot("15 10:00", capacity=1)
    await desk.filled(full, 1)
    await desk.waiting(parent, full)
    await desk.database.write(change_filters, actor, lambda filters: filters)
    await desk.database.write(watches.watch, actor, desk.now)
    message = Owed("x", DeliveryKind.REMINDER, parent, desk.now, booking_id=held)
    await desk.database.write(owe, [message])
    behind = await desk.waiting(await desk.pupil(), slot)
    desk.clock.moment = moscow("13 12:00")
    return parent, slot, behind


async def test_whoever_is_deleted_leaves_nothing_and_lets_others_move_up(desk: Desk) -> None:
    parent, slot, behind = await busy(desk)
    await desk.database.write(add_grant, parent, role="teacher")
    await desk.database.write(delete_me, await desk.actor(parent), desk.now, MOSCOW)
    assert parent not in [row.id for row in await desk.database.read(everything, PersonRow)]
    for model in (BookingRow, DeliveryRow, WatchRow, RoleGrantRow):
        assert parent not in [row.person_id for row in await desk.database.read(everything, model)]
    assert await desk.statuses(behind) == ["booked"]
    assert await desk.owed() == [("promoted", behind)]
    assert await desk.counters(slot) == (1, 0)


async def test_after_a_deletion_the_books_of_the_past_are_right_too(desk: Desk) -> None:
    parent, _, _ = await busy(desk)
    await desk.database.write(delete_me, await desk.actor(parent), desk.now, MOSCOW)
    assert await desk.database.read(integrity_problems) == []


async def test_whoever_withdraws_the_consent_keeps_an_address_and_nothing_else(desk: Desk) -> None:
    parent, slot, behind = await busy(desk)
    before = await desk.database.read(lambda session: session.get_one(PersonRow, parent))
    await desk.database.write(withdraw_consent, await desk.actor(parent), desk.now, MOSCOW)
    rows = await desk.database.read(everything, PersonRow)
    [row] = [row for row in rows if row.messenger_user_id == before.messenger_user_id]
    told = (row.role, row.name, row.municipality_code, row.grade, row.organisation, row.young_at)
    assert (*told, row.consent_version, row.consent_at, row.filters) == (*[None] * 8, {})
    for model in (BookingRow, WatchRow, DeliveryRow):
        kept = await desk.database.read(everything, model)
        assert [each.person_id for each in kept if each.person_id in (parent, row.id)] == []
    assert await desk.statuses(behind) == ["booked"]
    assert await desk.counters(slot) == (1, 0)


async def test_another_text_is_agreed_to_anew_and_both_are_kept(database: Database) -> None:
    now, later = moscow("12 12:00"), moscow("13 12:00")
    person = await database.write(people.meet, ADDRESS, now)
    other = ConsentText("Я согласен: Другой организатор")
    for text, at in ((CONSENT, now), (CONSENT, later), (other, later)):
        person = await database.write(register, actor_for(person), WHOLE, text, at)
        assert person.has_agreed_to(text)
    assert not person.has_agreed_to(CONSENT)
    kept = await database.read(everything, ConsentTextRow)
    assert {row.text: row.agreed_first_at for row in kept} == {CONSENT.text: now, other.text: later}
    assert all(sha256(row.text.encode()).hexdigest() == row.digest for row in kept)


async def test_who_is_too_young_is_not_stored_and_no_older_at_the_next_tap(desk: Desk) -> None:
    parent, _, behind = await busy(desk)
    address = (await desk.actor(parent)).person.address  # type: ignore[union-attr]
    await desk.database.write(is_too_young, await desk.actor(parent), desk.now, MOSCOW)
    child = await desk.database.write(people.meet, address, desk.now)
    assert (child.name, child.consent_version, child.young_at) == (None, None, desk.now)
    assert await desk.statuses(behind) == ["booked"]
    for draft in (WHOLE, replace(WHOLE, grade=3)):
        with pytest.raises(TooYoung):
            await desk.database.write(register, actor_for(child), draft, CONSENT, desk.now)
    tomorrow = desk.now + YOUNG_FOR
    with pytest.raises(TooYoung):
        await desk.database.write(register, actor_for(child), replace(WHOLE, grade=6), CONSENT, tomorrow)
    assert (await desk.database.write(register, actor_for(child), WHOLE, CONSENT, tomorrow)).is_registered
    await desk.database.write(forget_the_gone, tomorrow + timedelta(seconds=1), MOSCOW)
    assert (await desk.database.write(people.meet, address, tomorrow)).young_at is None


async def test_pupils_whom_an_older_release_stored_go_and_the_family_is_told(desk: Desk) -> None:
    child, slot, behind = await busy(desk)
    address = (await desk.actor(child)).person.address  # type: ignore[union-attr]
    await desk.database.write(change_person, child, role="student", grade=5)
    seventh = await desk.database.write(add_person, grade=7)
    teacher = await desk.database.write(add_person, role="teacher", grade=5, organisation="Школа № 1")
    gone = await desk.database.write(let_young_pupils_go, desk.now, MOSCOW)
    assert gone == {child: address}
    assert await desk.database.write(let_young_pupils_go, desk.now, MOSCOW) == {}
    stranger = await desk.database.write(people.meet, address, desk.now)
    told = (stranger.role, stranger.name, stranger.municipality, stranger.grade, stranger.consent_version)
    assert (told, stranger.is_young(desk.now)) == ((None,) * 5, True)
    kept = {row.id: row.grade for row in await desk.database.read(everything, PersonRow)}
    assert (kept[seventh], kept[teacher]) == (7, 5)
    assert (await desk.statuses(behind), await desk.counters(slot)) == (["booked"], (1, 0))
    assert sorted(kind for kind, _ in await desk.owed()) == ["child_let_go", "promoted"]
    [letter] = [
        row for row in await desk.database.read(everything, DeliveryRow) if row.kind == "child_let_go"
    ]
    assert (letter.person_id, letter.payload) == (stranger.id, {"bookings": 2})


async def test_a_pupil_who_cannot_be_let_go_keeps_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, free = [await desk.database.write(add_person, grade=grade) for grade in (4, 5)]
    really = registration._delete

    def delete(session: Session, person_id: int, *rest: Any) -> bool:
        if person_id == stuck:
            raise RuntimeError("no luck")
        return really(session, person_id, *rest)

    monkeypatch.setattr(registration, "_delete", delete)
    assert set(await desk.database.write(let_young_pupils_go, desk.now, MOSCOW)) == {stuck, free}
    assert await desk.database.write(let_young_pupils_go, desk.now, MOSCOW, stuck) == {}
    rows = {row.id: row.name for row in await desk.database.read(everything, PersonRow)}
    assert rows[stuck] == "Аня"
    assert [name for id_, name in rows.items() if id_ != stuck] == [None]


async def test_who_has_not_been_here_for_a_year_is_forgotten(database: Database) -> None:
    now = datetime(2028, 1, 1, tzinfo=MOSCOW)

    def add(session: Session, /, name: str, away: timedelta, **values: Any) -> int:
        return add_person(session, name=name, seen_at=now - away, **values)

    day = timedelta(days=1)
    stranger = {"consent_version": None, "consent_at": None}
    await database.write(add, "gone", FORGET_AFTER + day)
    await database.write(add, "seen", FORGET_AFTER - day)
    await database.write(add, "stranger gone", FORGET_STRANGERS_AFTER + day, **stranger)
    await database.write(add, "stranger seen", FORGET_STRANGERS_AFTER - day, **stranger)
    granted = await database.write(add, "granted", FORGET_AFTER + day)
    await database.write(add_grant, granted)
    revoked = await database.write(add, "revoked", FORGET_AFTER + day)
    await database.write(add_grant, revoked, revoked_at=LONG_AGO)

    assert await database.write(forget_the_gone, now, MOSCOW) == 3
    left = await database.read(everything, PersonRow)
    assert sorted(row.name for row in left) == ["granted", "seen", "stranger seen"]
    assert await database.write(forget_the_gone, now, MOSCOW) == 0


async def test_who_still_expects_something_is_not_forgotten(desk: Desk) -> None:
    away = desk.now - FORGET_AFTER - timedelta(days=1)
    slot = await desk.slot("14 15:00", capacity=9)
    people = {
        status: await desk.pupil(seen_at=away) for status in ("booked", "waiting", "offered", "cancelled")
    }
    for status, person in people.items():
        await desk.database.write(add_booking, slot, person, status=status)
    assert await desk.database.write(forget_the_gone, desk.now, MOSCOW) == 1
    left = {row.id for row in await desk.database.read(everything, PersonRow)}
    assert left == {people[status] for status in ("booked", "waiting", "offered")}
    after = moscow("14 16:30")
    assert await desk.database.write(forget_the_gone, after, MOSCOW, limit=2) == 2
    assert await desk.database.write(forget_the_gone, after, MOSCOW, limit=2) == 1


async def test_everything_about_a_person_is_theirs_alone(desk: Desk) -> None:
    parent, _, _ = await busy(desk)
    stranger = await desk.pupil()
    told = await desk.database.read(everything_about_me, await desk.actor(parent))
    assert told.person.id == parent
    kept = {
        part: [each.values for each in told.records if each.part == part]
        for part in ("booking", "message", "wish")
    }
    assert sorted(each["status"] for each in kept["booking"]) == ["booked", "booked", "waiting"]
    assert [each["kind"] for each in kept["message"]] == ["reminder"]
    assert len(kept["wish"]) == 1
    nothing = await desk.database.read(everything_about_me, await desk.actor(stranger))
    assert [each.part for each in nothing.records] == ["person", "consent"]

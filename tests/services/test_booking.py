"""Taking a place and giving it back: once, for sure, all or none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.booking import Answer, BookingStatus, Refusal
from domain.people import OPERATOR, Forbidden
from services import booking
from services.booking import (
    BookingOver,
    Clashing,
    NoPlaces,
    NotRegistered,
    NotYours,
    Refused,
    Signed,
    SlotGone,
    Waiting,
)
from tests.services.desk import Desk
from tests.town import MOSCOW, add_activity, change_person, change_slot, moscow


async def test_a_place_is_taken(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    outcome = await desk.sign_up(person, slot)
    assert isinstance(outcome, Signed)
    assert (outcome.fresh, outcome.booking.status, outcome.slot.taken) == (True, BookingStatus.BOOKED, 1)
    assert (outcome.booking.queued_at, outcome.booking.held_since) == (desk.now, desk.now)
    assert await desk.counters(slot) == (1, 0)


async def test_signing_up_twice_is_the_same_booking(desk: Desk) -> None:
    person, slot = await desk.parent(), await desk.slot()
    first = await desk.signed(person, slot, 3)
    again = await desk.sign_up(person, slot, 1)
    assert isinstance(again, Signed)
    assert (again.booking.id, again.fresh, again.booking.places) == (first, False, 3)
    assert await desk.counters(slot) == (3, 0)


async def test_twenty_taps_at_once_are_one_booking(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    outcomes = await asyncio.gather(*(desk.sign_up(person, slot) for _ in range(20)))
    assert {outcome.booking.id for outcome in outcomes if isinstance(outcome, Signed)} == {1}
    assert [outcome.fresh for outcome in outcomes if isinstance(outcome, Signed)].count(True) == 1
    assert await desk.counters(slot) == (1, 0)


async def test_a_crowd_takes_every_place_and_not_one_more(desk: Desk) -> None:
    slot = await desk.slot(capacity=7)
    crowd = [await desk.pupil() for _ in range(30)]
    outcomes = await asyncio.gather(*(desk.sign_up(person, slot) for person in crowd))
    assert sum(isinstance(outcome, Signed) for outcome in outcomes) == 7
    assert sum(isinstance(outcome, NoPlaces) for outcome in outcomes) == 23
    assert await desk.counters(slot) == (7, 0)


async def test_nobody_signs_up_before_the_registration(desk: Desk) -> None:
    slot = await desk.slot()
    for missing in ("consent_version", "role", "name", "municipality_code", "grade"):
        stranger = await desk.pupil(**{missing: None})
        with pytest.raises(NotRegistered):
            await desk.sign_up(stranger, slot)
        with pytest.raises(NotRegistered):
            await desk.wait(stranger, slot)
    assert await desk.counters(slot) == (0, 0)


async def test_a_slot_that_is_not_there(desk: Desk) -> None:
    person = await desk.pupil()
    with pytest.raises(SlotGone):
        await desk.sign_up(person, 999)
    with pytest.raises(SlotGone):
        await desk.wait(person, 999)


async def test_the_operator_takes_no_place(desk: Desk) -> None:
    slot = await desk.slot()
    with pytest.raises(Forbidden):
        await desk.database.write(booking.sign_up, OPERATOR, slot, 1, desk.now, MOSCOW)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"starts_at": moscow("12 12:00")}, Refusal.STARTED),
        ({"cancelled_at": moscow("1 12:00")}, Refusal.CANCELLED),
    ],
)
async def test_started_and_cancelled_slots_are_refused(
    desk: Desk, values: dict[str, Any], reason: Refusal
) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    await desk.database.write(change_slot, slot, **values)
    for outcome in (await desk.sign_up(person, slot), await desk.wait(person, slot)):
        assert isinstance(outcome, Refused)
        assert outcome.reason is reason
    assert await desk.counters(slot) == (0, 0)


async def test_full_offers_what_is_left(desk: Desk) -> None:
    slot = await desk.slot(capacity=4)
    await desk.filled(slot, 2)
    outcome = await desk.sign_up(await desk.parent(), slot, 3)
    assert isinstance(outcome, NoPlaces)
    assert (outcome.places, outcome.free) == (3, 2)


async def test_a_group_gets_all_its_places_or_none(desk: Desk) -> None:
    slot = await desk.slot(capacity=4)
    await desk.signed(await desk.parent(), slot, 3)
    assert isinstance(await desk.sign_up(await desk.parent(), slot, 2), NoPlaces)
    assert await desk.counters(slot) == (3, 0)


async def test_a_clash_names_what_it_clashes_with(desk: Desk) -> None:
    person = await desk.pupil()
    drones = await desk.database.write(add_activity, "Дроны")
    held = await desk.signed(person, await desk.slot(activity=drones))
    outcome = await desk.sign_up(person, await desk.slot("14 16:00"))
    assert isinstance(outcome, Clashing)
    assert [(clash.booking_id, clash.title) for clash in outcome.clashes] == [(held, "Дроны")]
    assert await desk.statuses(held) == ["booked"]


async def test_slots_that_touch_do_not_clash_but_may_be_tight(desk: Desk) -> None:
    person = await desk.pupil()
    await desk.signed(person, await desk.slot("14 15:00"))
    outcome = await desk.sign_up(person, await desk.slot("14 16:30"))
    assert isinstance(outcome, Signed)
    assert outcome.tight is not None
    assert outcome.tight.starts_at == moscow("14 15:00")


async def test_what_was_given_back_or_cancelled_clashes_no_more(desk: Desk) -> None:
    person, first, second = await desk.pupil(), await desk.slot(), await desk.slot()
    await desk.give_back(person, await desk.signed(person, first))
    await desk.signed(person, second)
    await desk.database.write(change_slot, second, cancelled_at=desk.now)
    await desk.signed(person, await desk.slot())


async def test_a_swap_holds_the_new_place_and_gives_up_all_that_clashes(desk: Desk) -> None:
    person = await desk.pupil()
    early = await desk.signed(person, await desk.slot("14 14:00"))
    late = await desk.signed(person, await desk.slot("14 16:00"))
    outcome = await desk.sign_up(person, await desk.slot("14 15:00"), swap=True)
    assert isinstance(outcome, Signed)
    assert await desk.statuses(early, late, outcome.booking.id) == ["cancelled", "cancelled", "booked"]


async def test_the_old_place_is_kept_when_the_new_one_is_not_there(desk: Desk) -> None:
    person, full = await desk.pupil(), await desk.slot(capacity=1)
    await desk.filled(full, 1)
    held = await desk.signed(person, await desk.slot())
    assert isinstance(await desk.sign_up(person, full, swap=True), NoPlaces)
    assert await desk.statuses(held) == ["booked"]


async def test_a_swap_without_a_clash_is_a_sign_up(desk: Desk) -> None:
    assert isinstance(await desk.sign_up(await desk.pupil(), await desk.slot(), swap=True), Signed)


async def test_a_swap_moves_the_waiting_list_of_what_was_given_up(desk: Desk) -> None:
    person, waiter, old = await desk.pupil(), await desk.pupil(), await desk.slot(capacity=1)
    await desk.signed(person, old)
    waits = await desk.waiting(waiter, old)
    await desk.sign_up(person, await desk.slot(), swap=True)
    assert await desk.statuses(waits) == ["booked"]
    assert await desk.owed() == [("promoted", waits)]


async def test_giving_back_frees_the_place(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    held = await desk.signed(person, slot)
    gone, _, _ = await desk.give_back(person, held)
    assert (gone.status, gone.ended_at, gone.answer) == (
        BookingStatus.CANCELLED,
        desk.now,
        Answer.NOT_COMING,
    )
    assert await desk.counters(slot) == (0, 0)


async def test_giving_back_twice_is_said_and_counts_once(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    await desk.filled(slot, 2)
    held = await desk.signed(person, slot)
    await desk.give_back(person, held)
    with pytest.raises(BookingOver) as caught:
        await desk.give_back(person, held)
    assert caught.value.planned[0].id == held
    assert await desk.counters(slot) == (2, 0)


async def test_who_gave_back_can_sign_up_anew(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    first = await desk.signed(person, slot)
    await desk.give_back(person, first)
    second = await desk.signed(person, slot)
    assert second == first
    assert await desk.statuses(second) == ["booked"]


async def test_what_is_over_cannot_be_given_back(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    held = await desk.signed(person, slot)
    desk.clock.moment = moscow("14 16:29")
    running = await desk.database.read(booking.own, await desk.actor(person), held)
    assert running[0].status is BookingStatus.BOOKED
    desk.clock.moment = moscow("14 16:30")
    with pytest.raises(BookingOver):
        await desk.give_back(person, held)
    assert await desk.counters(slot) == (1, 0)


async def test_another_persons_booking_is_as_if_it_were_not_there(desk: Desk) -> None:
    owner, stranger, slot = await desk.parent(), await desk.pupil(), await desk.slot()
    held = await desk.signed(owner, slot, 2)
    actor = await desk.actor(stranger)
    before = await desk.row(held)
    for number in (held, 999):
        with pytest.raises(NotYours):
            await desk.give_back(stranger, number)
        with pytest.raises(NotYours):
            await desk.accept(stranger, number)
        with pytest.raises(NotYours):
            await desk.database.write(booking.answer_coming, actor, number, desk.now)
        with pytest.raises(NotYours):
            await desk.database.write(booking.name_companions, actor, number, ["Миша"])
        with pytest.raises(NotYours):
            await desk.database.read(booking.own_with_position, actor, number)
    after = await desk.row(held)
    assert (after.status, after.sequence, after.companions) == (before.status, before.sequence, [])
    assert await desk.counters(slot) == (2, 0)


async def test_coming_is_noted_once(desk: Desk) -> None:
    person = await desk.pupil()
    held = await desk.signed(person, await desk.slot())
    actor = await desk.actor(person)
    for _ in range(2):
        noted, _, _ = await desk.database.write(booking.answer_coming, actor, held, desk.now)
        assert (noted.answer, noted.sequence) == (Answer.COMING, 1)


async def test_who_holds_no_place_any_more_cannot_say_that_they_come(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot(capacity=1)
    held = await desk.signed(person, slot)
    actor = await desk.actor(person)
    other = await desk.pupil()
    waits = await desk.waiting(other, slot)
    with pytest.raises(BookingOver):
        await desk.database.write(booking.answer_coming, await desk.actor(other), waits, desk.now)
    with pytest.raises(BookingOver):
        await desk.database.write(booking.answer_coming, actor, held, moscow("14 16:30"))
    await desk.give_back(person, held)
    with pytest.raises(BookingOver):
        await desk.database.write(booking.answer_coming, actor, held, desk.now)


async def test_companions_are_named_up_to_the_number_of_places(desk: Desk) -> None:
    person = await desk.parent()
    held = await desk.signed(person, await desk.slot(), 2)
    actor = await desk.actor(person)
    named, _, _ = await desk.database.write(booking.name_companions, actor, held, ["Миша", "Даша", "Саша"])
    assert named.companions == ("Миша", "Даша")
    await desk.give_back(person, held)
    with pytest.raises(BookingOver):
        await desk.database.write(booking.name_companions, actor, held, ["Миша"])


async def test_my_plan_shows_what_is_to_come_and_that_there_is_a_past(desk: Desk) -> None:
    person = await desk.pupil()
    later = await desk.signed(person, await desk.slot("16 10:00"))
    sooner = await desk.signed(person, await desk.slot("14 10:00"))
    full = await desk.slot("15 10:00", capacity=1)
    await desk.filled(full, 1)
    await desk.waiting(await desk.pupil(), full)
    waits = await desk.waiting(person, full)
    gone = await desk.signed(person, await desk.slot("17 10:00"))
    await desk.give_back(person, gone)
    actor = await desk.actor(person)

    plan = await desk.database.read(booking.my_plan, actor, desk.now)
    assert [planned[0].id for planned in plan.coming] == [sooner, waits, later]
    assert (plan.positions, plan.has_past) == ({waits: 2}, False)
    assert await desk.database.read(booking.my_past, actor, desk.now, 0, 5) == []

    running = await desk.database.read(booking.my_plan, actor, moscow("14 11:29"))
    assert [planned[0].id for planned in running.coming] == [sooner, waits, later]
    plan = await desk.database.read(booking.my_plan, actor, moscow("15 11:30"))
    assert ([planned[0].id for planned in plan.coming], plan.has_past) == ([later], True)
    past = await desk.database.read(booking.my_past, actor, moscow("16 11:30"), 0, 5)
    assert [planned[0].id for planned in past] == [later, sooner], "who only waited was not there"
    past = await desk.database.read(booking.my_past, actor, moscow("16 11:30"), 1, 5)
    assert [planned[0].id for planned in past] == [sooner]


async def test_a_booking_is_opened_with_its_place_in_the_waiting_list(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    await desk.waiting(await desk.pupil(), slot)
    person = await desk.pupil()
    waits = await desk.waiting(person, slot)
    planned, position = await desk.database.read(booking.own_with_position, await desk.actor(person), waits)
    assert (planned[0].status, position) == (BookingStatus.WAITING, 2)
    _, position = await desk.database.read(booking.own_with_position, await desk.actor(holder), held)
    assert position == 0


async def test_a_person_whose_grade_is_not_meant_is_refused(desk: Desk) -> None:
    activity = await desk.database.write(add_activity, grade_from=10, grade_to=11)
    slot = await desk.slot(activity=activity)
    person = await desk.pupil(grade=9)
    outcome = await desk.sign_up(person, slot)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Refusal.GRADE
    await desk.database.write(change_person, person, grade=10)
    assert isinstance(await desk.sign_up(person, slot), Signed)


async def test_waiting_where_there_is_room_is_a_sign_up(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    assert isinstance(await desk.wait(await desk.pupil(), slot), Signed)
    unlimited = await desk.slot(capacity=None)
    assert isinstance(await desk.wait(await desk.pupil(), unlimited), Signed)
    person = await desk.pupil()
    held = await desk.signed(person, await desk.slot())
    outcome = await desk.wait(person, await desk.slot())
    assert isinstance(outcome, Clashing), "a free place is taken by a swap, not waited for"
    assert await desk.statuses(held) == ["booked"]


async def test_waiting_twice_is_the_same_place_in_the_list(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    await desk.filled(slot, 1)
    person = await desk.pupil()
    first = await desk.wait(person, slot)
    for outcome in (await desk.wait(person, slot), await desk.sign_up(person, slot)):
        assert isinstance(outcome, Waiting)
        assert isinstance(first, Waiting)
        assert (outcome.booking.id, outcome.position, outcome.fresh) == (first.booking.id, 1, False)
    assert await desk.counters(slot) == (1, 1)


async def test_taking_and_giving_back_uses_one_row(desk: Desk) -> None:
    person, slot = await desk.pupil(), await desk.slot()
    ids = set()
    for _ in range(30):
        booking_id = await desk.signed(person, slot)
        ids.add(booking_id)
        await desk.give_back(person, booking_id)
    assert len(ids) == 1


async def test_who_takes_part_in_twenty_slots_takes_no_more(desk: Desk) -> None:
    person = await desk.pupil()
    held = [await desk.signed(person, await desk.slot(f"{day} {hour}:00")) for day, hour in days(20)]
    [(day, hour)] = days(21)[20:]
    next_one = await desk.slot(f"{day} {hour}:00")
    refused = await desk.sign_up(person, next_one)
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.TOO_MANY_BOOKINGS
    overlapping = await desk.slot(f"{days(1)[0][0]} {days(1)[0][1]}:00")
    assert isinstance(await desk.sign_up(person, overlapping, swap=True), Signed)
    await desk.give_back(person, held[1])
    assert isinstance(await desk.sign_up(person, next_one), Signed)


async def test_who_waits_for_five_slots_waits_for_no_more(desk: Desk) -> None:
    person = await desk.pupil()
    waits = []
    for day, hour in days(6):
        slot = await desk.slot(f"{day} {hour}:00", capacity=1)
        await desk.filled(slot, 1)
        waits.append(await desk.wait(person, slot))
    assert [type(one) for one in waits] == [*[Waiting] * 5, Refused]


def days(count: int) -> list[tuple[int, int]]:
    """Days of the month and hours at which slots do not overlap."""
    return [(14 + number // 4, 10 + 2 * (number % 4)) for number in range(count)]

"""Strict order, places offered and passed on, and everybody told exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.engine import Session
from domain.booking import BookingStatus, PassedOver
from services import notices, waiting_list
from services.booking import BookingOver, Clashing, NoPlaces, Refused, Signed, Waiting
from tests.services.desk import Desk
from tests.town import MOSCOW, add_activity, change_person, change_slot, moscow

FAR = "20 15:00"
"""More than 72 hours away: freed places gather."""


async def test_the_list_keeps_its_order(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    people = [await desk.pupil() for _ in range(3)]
    bookings = [await desk.waiting(person, slot) for person in people]
    positions = []
    for person in people:
        outcome = await desk.wait(person, slot)
        assert isinstance(outcome, Waiting)
        positions.append(outcome.position)
    assert positions == [1, 2, 3]
    await desk.give_back(holder, held)
    assert await desk.statuses(*bookings) == ["booked", "waiting", "waiting"]
    assert await desk.owed() == [("promoted", bookings[0])]


async def test_who_gets_a_place_gives_it_back_and_gets_one_again_is_told_twice(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    person = await desk.pupil()
    waits = await desk.waiting(person, slot)
    await desk.give_back(holder, held)
    await desk.give_back(person, waits)
    held = await desk.signed(holder, slot)
    again = await desk.waiting(person, slot)
    await desk.give_back(holder, held)
    assert await desk.statuses(again) == ["booked"]
    assert await desk.owed() == [("promoted", waits), ("promoted", again)]


async def test_of_the_same_moment_who_asked_first_is_first(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    outcomes = [await desk.wait(await desk.pupil(), slot) for _ in range(3)]
    assert [outcome.position for outcome in outcomes if isinstance(outcome, Waiting)] == [1, 2, 3]
    await desk.give_back(holder, held)
    first, *others = [outcome.booking.id for outcome in outcomes if isinstance(outcome, Waiting)]
    assert await desk.statuses(first, *others) == ["booked", "waiting", "waiting"]


async def test_a_newcomer_does_not_overtake_the_list(desk: Desk) -> None:
    slot = await desk.slot(FAR, capacity=3)
    await desk.filled(slot, 2)
    group = await desk.waiting(await desk.parent(), slot, 2)
    assert isinstance(await desk.sign_up(await desk.pupil(), slot), NoPlaces)
    assert await desk.statuses(group) == ["waiting"]
    assert await desk.counters(slot) == (2, 2)


async def test_a_group_moves_up_as_a_whole(desk: Desk) -> None:
    slot = await desk.slot(FAR, capacity=3)
    holders = await desk.filled(slot, 3)
    group = await desk.waiting(await desk.parent(), slot, 2)
    single = await desk.waiting(await desk.pupil(), slot)
    await desk.give_back(*holders[0])
    assert await desk.statuses(group, single) == ["waiting", "waiting"]
    await desk.give_back(*holders[1])
    assert await desk.statuses(group, single) == ["booked", "waiting"]
    assert await desk.counters(slot) == (3, 1)


async def test_who_leaves_the_list_lets_those_behind_move_up(desk: Desk) -> None:
    slot = await desk.slot(FAR, capacity=2)
    await desk.filled(slot, 1)
    parent = await desk.parent()
    group = await desk.waiting(parent, slot, 2)
    single = await desk.waiting(await desk.pupil(), slot)
    await desk.give_back(parent, group)
    assert await desk.statuses(group, single) == ["cancelled", "booked"]
    assert await desk.owed() == [("promoted", single)]
    assert await desk.counters(slot) == (2, 0)


async def test_more_places_let_several_move_up_at_once(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    await desk.filled(slot, 1)
    bookings = [await desk.waiting(await desk.pupil(), slot) for _ in range(4)]
    await desk.change(slot, capacity=4)
    assert await desk.statuses(*bookings) == ["booked", "booked", "booked", "waiting"]
    assert await desk.owed() == [("promoted", number) for number in bookings[:3]]
    assert await desk.counters(slot) == (4, 1)


async def test_no_limit_any_more_lets_everybody_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than are looked at in one go."""
    monkeypatch.setattr(waiting_list, "QUEUE_STEP", 3)
    slot = await desk.slot(capacity=1)
    await desk.filled(slot, 1)
    bookings = [await desk.waiting(await desk.pupil(), slot) for _ in range(7)]
    await desk.change(slot, capacity=None)
    assert await desk.statuses(*bookings) == ["booked"] * 7
    assert await desk.counters(slot) == (8, 0)
    assert len(await desk.owed()) == 7


async def test_fewer_places_take_nothing_from_anybody(desk: Desk) -> None:
    slot = await desk.slot(capacity=3)
    holders = await desk.filled(slot, 3)
    waits = await desk.waiting(await desk.pupil(), slot)
    await desk.change(slot, capacity=2)
    assert await desk.counters(slot) == (3, 1)
    await desk.give_back(*holders[0])
    assert await desk.statuses(waits) == ["waiting"]
    await desk.give_back(*holders[1])
    assert await desk.statuses(waits) == ["booked"]


async def test_a_group_that_can_never_fit_holds_nobody_up(desk: Desk) -> None:
    """The slot shrank while they waited: four would wait for ever, and everybody behind them."""
    slot = await desk.slot(FAR, capacity=5)
    holders = await desk.filled(slot, 3)
    group = await desk.waiting(await desk.parent(), slot, 4)
    single = await desk.waiting(await desk.pupil(), slot)
    await desk.change(slot, capacity=3)
    assert await desk.statuses(group, single) == ["waiting", "waiting"]
    await desk.give_back(*holders[0])
    assert await desk.statuses(group, single) == ["waiting", "booked"]
    await desk.give_back(*holders[1])
    assert isinstance(await desk.sign_up(await desk.pupil(), slot), Signed)
    assert isinstance(await desk.sign_up(await desk.pupil(), slot), NoPlaces)
    await desk.change(slot, capacity=7)
    assert await desk.statuses(group) == ["booked"]


async def test_nobody_moves_up_into_a_cancelled_slot_until_it_takes_place_again(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    waits = await desk.waiting(await desk.pupil(), slot)
    await desk.change(slot, cancelled_at=desk.now)
    await desk.give_back(holder, held)
    assert await desk.statuses(waits) == ["waiting"]
    await desk.change(slot, cancelled_at=None)
    assert await desk.statuses(waits) == ["booked"]


async def test_nobody_moves_up_once_it_has_begun(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    waits = await desk.waiting(await desk.pupil(), slot)
    desk.clock.moment = moscow("14 15:00")
    await desk.give_back(holder, held)
    assert await desk.statuses(waits) == ["waiting"]
    assert await desk.owed() == []


async def test_a_freed_place_is_told_by_day(desk: Desk) -> None:
    slot = await desk.slot("14 15:00", capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    await desk.waiting(await desk.pupil(), slot)
    desk.clock.moment = moscow("12 23:00")
    await desk.give_back(holder, held)
    told = await desk.delivery()
    assert (told.due_at, told.not_after) == (moscow("13 08:00"), moscow("14 15:00"))


async def test_a_place_freed_shortly_before_is_told_at_night_too(desk: Desk) -> None:
    slot = await desk.slot("14 09:00", capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    await desk.waiting(await desk.pupil(), slot)
    desk.clock.moment = moscow("13 23:00")
    await desk.give_back(holder, held)
    assert (await desk.delivery()).due_at == moscow("13 23:00")


async def offered(desk: Desk, slot: int, **values: int) -> tuple[int, int, int]:
    """Somebody who is offered a place of a slot while they hold another: (person, offer, what they hold)."""
    [(holder, held)] = await desk.filled(slot, 1)
    person = await desk.pupil()
    other = await desk.signed(person, await desk.slot("14 15:30"))
    waits = await desk.waiting(person, slot)
    await desk.give_back(holder, held)
    assert await desk.statuses(waits, other) == ["offered", "booked"]
    return person, waits, other


async def test_who_is_engaged_is_offered_the_place_for_two_hours(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    _, offer, _ = await offered(desk, slot)
    row, told = await desk.row(offer), await desk.delivery()
    assert row.offer_expires_at == desk.now + timedelta(hours=2)
    assert (told.kind, told.booking_id, told.not_after) == ("offer", offer, row.offer_expires_at)
    assert await desk.counters(slot) == (1, 0), "the place is held"
    assert isinstance(await desk.sign_up(await desk.pupil(), slot), NoPlaces)


async def test_the_night_does_not_count_for_an_offer(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    desk.clock.moment = moscow("12 20:00")
    _, offer, _ = await offered(desk, slot)
    assert (await desk.row(offer)).offer_expires_at == moscow("13 09:00") + timedelta(minutes=1)


async def test_an_offer_ends_when_the_slot_begins(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    desk.clock.moment = moscow("14 14:00")
    _, offer, _ = await offered(desk, slot)
    assert (await desk.row(offer)).offer_expires_at == moscow("14 15:00")


async def test_accepting_swaps_at_once(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    outcome = await desk.accept(person, offer)
    assert isinstance(outcome, Signed)
    assert (outcome.booking.id, outcome.fresh) == (offer, True)
    assert await desk.statuses(offer, held) == ["booked", "cancelled"]
    assert (await desk.row(offer)).offer_expires_at is None
    again = await desk.accept(person, offer)
    assert isinstance(again, Signed)
    assert again.fresh is False
    assert await desk.counters(slot) == (1, 0)


async def test_signing_up_for_an_offered_place_asks_before_it_swaps(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    outcome = await desk.sign_up(person, slot)
    assert isinstance(outcome, Clashing)
    assert [clash.booking_id for clash in outcome.clashes] == [held]
    assert isinstance(await desk.sign_up(person, slot, swap=True), Signed)
    assert await desk.statuses(offer, held) == ["booked", "cancelled"]


async def test_an_offer_that_clashes_no_more_is_simply_taken(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    await desk.give_back(person, held)
    assert isinstance(await desk.sign_up(person, slot), Signed)
    assert await desk.statuses(offer) == ["booked"]


async def test_an_offer_of_a_slot_that_was_cancelled_is_refused(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    await desk.database.write(change_slot, slot, cancelled_at=desk.now)
    assert isinstance(await desk.accept(person, offer), Refused)
    assert await desk.statuses(offer, held) == ["offered", "booked"]


async def test_accepting_where_one_still_waits_says_so(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    await desk.filled(slot, 1)
    person = await desk.pupil()
    waits = await desk.waiting(person, slot)
    outcome = await desk.accept(person, waits)
    assert isinstance(outcome, Waiting)
    assert outcome.position == 1


async def test_a_declined_offer_goes_to_the_next(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    following = await desk.waiting(await desk.pupil(), slot)
    await desk.give_back(person, offer)
    assert await desk.statuses(offer, held, following) == ["cancelled", "booked", "booked"]
    assert await desk.owed() == [("offer", offer), ("promoted", following)]


async def test_an_unanswered_offer_passes_on_and_says_so_once(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    following = await desk.waiting(await desk.pupil(), slot)
    expires_at = (await desk.row(offer)).offer_expires_at
    assert expires_at is not None
    desk.clock.moment = expires_at - timedelta(microseconds=1)
    assert await desk.expire() == 0
    desk.clock.moment = expires_at
    assert await desk.expire() == 1
    assert await desk.expire() == 0
    assert await desk.statuses(offer, held, following) == ["lapsed", "booked", "booked"]
    assert await desk.owed() == [("offer", offer), ("promoted", following), ("offer_lapsed", offer)]
    with pytest.raises(BookingOver):
        await desk.accept(person, offer)
    assert await desk.counters(slot) == (1, 0)


async def test_who_let_an_offer_lapse_may_wait_again(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, _ = await offered(desk, slot)
    following = await desk.waiting(await desk.pupil(), slot)
    desk.clock.advance(hours=3)
    await desk.expire()
    again = await desk.waiting(person, slot)
    assert again == offer
    assert await desk.statuses(again, following) == ["waiting", "booked"]


async def test_an_offered_place_counts_as_held_elsewhere(desk: Desk) -> None:
    """Two offers at the same time: taking one gives up the other, which passes on."""
    first, second = await desk.slot(capacity=1), await desk.slot("14 15:15", capacity=1)
    holders = [*await desk.filled(first, 1), *await desk.filled(second, 1)]
    person = await desk.pupil()
    held = await desk.signed(person, await desk.slot("14 15:30"))
    offers = [await desk.waiting(person, first), await desk.waiting(person, second)]
    following = await desk.waiting(await desk.pupil(), second)
    for holder in holders:
        await desk.give_back(*holder)
    assert await desk.statuses(*offers) == ["offered", "offered"]
    await desk.accept(person, offers[0])
    assert await desk.statuses(*offers, held, following) == ["booked", "cancelled", "cancelled", "booked"]


async def test_a_person_who_leaves_gives_everything_back(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    queue = await desk.slot("15 10:00", capacity=1)
    await desk.filled(queue, 1)
    waits = await desk.waiting(person, queue)
    past = await desk.signed(person, await desk.slot("12 12:30"))
    desk.clock.moment = moscow("12 14:00")

    await desk.database.write(waiting_list.release_everything, person, desk.now, MOSCOW)
    assert await desk.statuses(offer, held, waits, past) == ["cancelled"] * 3 + ["booked"]
    assert await desk.counters(slot) == (0, 0)
    assert await desk.counters(queue) == (1, 0)
    assert (await desk.row(waits)).status == BookingStatus.CANCELLED


async def test_from_72_hours_before_the_start_on_places_do_not_gather(desk: Desk) -> None:
    slot = await desk.slot(FAR, capacity=3)
    holders = await desk.filled(slot, 3)
    group = await desk.waiting(await desk.parent(), slot, 2)
    single = await desk.waiting(await desk.pupil(), slot)
    await desk.give_back(*holders[0])
    desk.clock.moment = moscow("17 14:59")
    await desk.expire()
    assert await desk.statuses(group, single) == ["waiting", "waiting"]
    desk.clock.moment = moscow("17 15:00")
    await desk.expire()
    assert await desk.statuses(group, single) == ["waiting", "booked"]


async def test_whoever_is_not_admitted_any_more_is_passed_over_and_told(desk: Desk) -> None:
    activity = await desk.database.write(add_activity, grade_from=8, grade_to=9)
    slot = await desk.slot(activity=activity, capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    grown = await desk.pupil()
    first = await desk.waiting(grown, slot)
    second = await desk.waiting(await desk.pupil(), slot)
    await desk.database.write(change_person, grown, grade=5)
    await desk.give_back(holder, held)
    assert await desk.statuses(first, second) == ["waiting", "booked"]
    assert await desk.owed() == [("passed_over", first), ("promoted", second)]
    assert (await desk.row(first)).passed_over == PassedOver.GRADE
    await desk.database.write(change_person, grown, grade=9)
    await desk.change(slot, capacity=2)
    assert await desk.statuses(first) == ["booked"]


async def test_whoever_waits_for_more_than_there_is_by_now_is_told_once(desk: Desk) -> None:
    slot = await desk.slot(FAR, capacity=4)
    await desk.filled(slot, 4)
    group = await desk.waiting(await desk.parent(), slot, 4)
    await desk.change(slot, capacity=3)
    await desk.change(slot, capacity=2)
    assert await desk.owed() == [("passed_over", group)]


async def test_a_place_at_another_time_than_asked_for_is_offered(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    waits = await desk.waiting(await desk.pupil(), slot)

    def move(session: Session) -> None:
        befores = list(notices.snapshot(session, [slot]).values())
        change_slot(session, slot, starts_at=moscow("17 18:00"), ends_at=moscow("17 19:30"), sequence=1)
        session.flush()
        notices.slots_edited(session, befores, desk.now)

    await desk.database.write(move)
    await desk.give_back(holder, held)
    await desk.expire()
    assert await desk.statuses(waits) == ["offered"]


async def test_an_offer_is_fulfilled_when_the_clash_is_gone(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    person, offer, held = await offered(desk, slot)
    await desk.give_back(person, held)
    assert await desk.statuses(offer) == ["booked"]
    assert await desk.owed() == [("offer", offer), ("promoted", offer)]


async def test_an_offer_is_fulfilled_when_what_it_clashed_with_is_cancelled(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    _, offer, held = await offered(desk, slot)
    other = (await desk.row(held)).slot_id
    await desk.database.write(change_slot, other, cancelled_at=desk.now)
    await desk.expire()
    assert await desk.statuses(offer) == ["booked"]


async def test_an_offer_stands_still_while_its_slot_is_cancelled(desk: Desk) -> None:
    slot = await desk.slot(FAR, capacity=1)
    [(holder, holding)] = await desk.filled(slot, 1)
    person = await desk.pupil()
    await desk.signed(person, await desk.slot("20 15:30"))
    offer = await desk.waiting(person, slot)
    await desk.give_back(holder, holding)
    await desk.database.write(change_slot, slot, cancelled_at=desk.now)
    desk.clock.advance(hours=5)
    await desk.expire()
    assert await desk.statuses(offer) == ["offered"]
    await desk.change(slot, cancelled_at=None)
    await desk.expire()
    assert await desk.statuses(offer) == ["offered"]
    desk.clock.advance(hours=2)
    await desk.expire()
    assert await desk.statuses(offer) == ["lapsed"]


async def test_whoever_waits_in_vain_is_told_before_the_start_and_once(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    early = await desk.waiting(await desk.pupil(), slot)
    desk.clock.moment = moscow("14 11:59")
    await desk.expire()
    assert await desk.owed() == []
    desk.clock.moment = moscow("14 12:00")
    await desk.expire()
    await desk.expire()
    late = await desk.waiting(await desk.pupil(), slot)
    await desk.expire()
    assert await desk.owed() == [("passed_over", early)]
    desk.clock.moment = moscow("14 14:30")
    await desk.expire()
    assert await desk.owed() == [("passed_over", early), ("passed_over", late)]
    await desk.give_back(holder, held)
    assert await desk.statuses(early, late) == ["booked", "waiting"]

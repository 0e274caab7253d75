"""«Изменить число»: some given back, more asked for, and an adult who only brings the children."""

from __future__ import annotations

import pytest

from db.engine import Session
from domain.booking import Refusal
from domain.names import LONGEST_FIRST_NAME, UnfitName, first_name
from services import booking, notices, party
from services.booking import BookingOver, Clashing, Refused, Signed, Waiting
from services.party import NotSoMany, Resized
from tests.services.desk import Desk
from tests.town import MOSCOW, change_slot


async def resize(desk: Desk, person: int, booking_id: int, places: int) -> party.Size:
    actor = await desk.actor(person)
    return await desk.database.write(party.change_places, actor, booking_id, places, desk.now, MOSCOW)


async def wait_for_more(desk: Desk, person: int, booking_id: int, more: int) -> party.Size:
    actor = await desk.actor(person)
    return await desk.database.write(party.wait_for_more, actor, booking_id, more, desk.now, MOSCOW)


async def test_fewer_places_free_the_rest_at_once(desk: Desk) -> None:
    slot = await desk.slot(capacity=3)
    olga = await desk.parent()
    held = await desk.signed(olga, slot, 3)
    waits = await desk.waiting(await desk.pupil(), slot)
    result = await resize(desk, olga, held, 2)
    assert isinstance(result, Resized)
    assert result.booking.places == 2
    assert await desk.statuses(held, waits) == ["booked", "booked"]
    assert await desk.counters(slot) == (3, 0)
    assert await desk.owed() == [("promoted", waits)]


async def test_more_places_are_all_or_none_and_never_risk_what_is_held(desk: Desk) -> None:
    slot = await desk.slot(capacity=5)
    olga = await desk.parent()
    held = await desk.signed(olga, slot, 2)
    assert isinstance(await resize(desk, olga, held, 3), Resized)
    await desk.filled(slot, 1)
    refused = await resize(desk, olga, held, 5)
    assert isinstance(refused, NotSoMany)
    assert (refused.more, refused.free, refused.booking.places) == (2, 1, 3)
    await desk.filled(slot, 1)
    await desk.waiting(await desk.pupil(), slot)
    assert isinstance(await resize(desk, olga, held, 4), NotSoMany)
    assert await desk.statuses(held) == ["booked"]
    assert await desk.counters(slot) == (5, 1)


async def test_places_waited_for_are_added_to_those_that_are_held(desk: Desk) -> None:
    slot = await desk.slot(capacity=3)
    [(holder, other)] = await desk.filled(slot, 1)
    olga = await desk.parent()
    held = await desk.signed(olga, slot, 2)
    assert isinstance(await wait_for_more(desk, olga, held, 1), Resized)
    assert await desk.counters(slot) == (3, 1)
    await desk.give_back(holder, other)
    assert (await desk.row(held)).places == 3
    assert await desk.counters(slot) == (3, 0)
    assert await desk.owed() == [("promoted", held)]


async def test_whoever_gives_back_what_they_hold_waits_for_no_more(desk: Desk) -> None:
    slot = await desk.slot(capacity=2)
    olga = await desk.parent()
    held = await desk.signed(olga, slot, 2)
    await wait_for_more(desk, olga, held, 1)
    await desk.give_back(olga, held)
    assert await desk.counters(slot) == (0, 0)


async def test_a_cancellation_is_told_once_to_whoever_holds_and_waits(desk: Desk) -> None:
    slot = await desk.slot(capacity=2)
    olga = await desk.parent()
    held = await desk.signed(olga, slot, 2)
    await wait_for_more(desk, olga, held, 1)

    def cancel(session: Session) -> None:
        befores = list(notices.snapshot(session, [slot]).values())
        change_slot(session, slot, cancelled_at=desk.now, sequence=1)
        session.flush()
        notices.slots_edited(session, befores, desk.now)

    await desk.database.write(cancel)
    desk.clock.advance(minutes=11)
    await desk.database.write(notices.settle, desk.now, MOSCOW)
    assert await desk.owed() == [("cancelled", held)]


async def test_some_now_and_the_rest_later(desk: Desk) -> None:
    slot = await desk.slot(capacity=3)
    await desk.filled(slot, 1)
    actor = await desk.actor(await desk.parent())
    result = await desk.database.write(party.sign_up_in_part, actor, slot, 4, 2, desk.now, MOSCOW)
    assert isinstance(result, Refused)
    assert await desk.counters(slot) == (1, 0)
    result = await desk.database.write(party.sign_up_in_part, actor, slot, 3, 2, desk.now, MOSCOW)
    assert isinstance(result, Signed)
    assert (result.booking.places, result.more) == (2, 1)
    assert await desk.counters(slot) == (3, 1)


async def test_who_waits_for_fewer_keeps_their_turn_and_for_more_goes_to_the_end(desk: Desk) -> None:
    slot = await desk.slot("20 15:00", capacity=3)
    await desk.filled(slot, 3)
    olga, marina = await desk.parent(), await desk.parent()
    first, second = await desk.waiting(olga, slot, 3), await desk.waiting(marina, slot)
    fewer = await resize(desk, olga, first, 2)
    assert isinstance(fewer, Resized)
    assert fewer.position == 1
    desk.clock.advance(minutes=1)
    more = await resize(desk, olga, first, 3)
    assert isinstance(more, Resized)
    assert more.position == 2
    assert await desk.statuses(first, second) == ["waiting", "waiting"]
    assert await desk.counters(slot) == (3, 4)


async def test_nobody_gets_more_than_anybody_may(desk: Desk) -> None:
    slot = await desk.slot(capacity=9)
    olga, anya = await desk.parent(), await desk.pupil()
    for person, places, reason in (
        (olga, 6, Refusal.TOO_MANY_PLACES),
        (anya, 2, Refusal.ONE_PLACE_ONLY),
        (olga, 0, Refusal.TOO_MANY_PLACES),
    ):
        held = await desk.signed(person, slot)
        refused = await resize(desk, person, held, places)
        assert isinstance(refused, Refused)
        assert refused.reason is reason


async def test_the_number_of_what_has_begun_is_not_changed(desk: Desk) -> None:
    olga, slot = await desk.parent(), await desk.slot()
    held = await desk.signed(olga, slot)
    desk.clock.advance(days=5)
    with pytest.raises(BookingOver):
        await resize(desk, olga, held, 2)


async def test_two_children_may_be_in_two_workshops_at_one_hour(desk: Desk) -> None:
    olga = await desk.parent()
    await desk.signed(olga, await desk.slot())
    other = await desk.slot()
    assert isinstance(await desk.sign_up(olga, other), Clashing)
    actor = await desk.actor(olga)
    both = await desk.database.write(booking.sign_up, actor, other, 1, desk.now, MOSCOW, brings_only=True)
    assert isinstance(both, Signed)
    assert both.booking.brings_only
    pupil = await desk.pupil()
    await desk.signed(pupil, await desk.slot())
    actor = await desk.actor(pupil)
    alone = await desk.database.write(booking.sign_up, actor, other, 1, desk.now, MOSCOW, brings_only=True)
    assert isinstance(alone, Clashing)


async def test_waiting_is_not_for_those_who_hold_already(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    olga = await desk.parent()
    await desk.signed(olga, slot)
    assert not isinstance(await desk.wait(olga, slot), Waiting)


@pytest.mark.parametrize("name", ["Маша", "Анна-Мария", "Ёлка", " Петя "])
def test_one_word_of_letters_is_a_first_name(name: str) -> None:
    assert first_name(name, LONGEST_FIRST_NAME) == name.strip()


@pytest.mark.parametrize(
    "name",
    ["", "Иванов Пётр", "Петя2015", "Аня.", "Иванова Анна аллергия", "а" * 21, "Аня-", "@anya", "Ан_я"],
)
def test_anything_more_is_not(name: str) -> None:
    assert isinstance(first_name(name, LONGEST_FIRST_NAME), UnfitName)

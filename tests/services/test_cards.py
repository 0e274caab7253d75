"""A card by id or by the code of a link, with what is the reader's own."""

from __future__ import annotations

from domain.people import OPERATOR
from services.cards import SLOTS, open_card, open_slot
from tests.services.desk import Desk
from tests.town import add_activity, moscow


async def test_a_card_is_found_by_id_and_by_code(desk: Desk) -> None:
    activity = await desk.database.write(add_activity, code="WELD-1")
    person = await desk.actor(await desk.pupil())
    for wanted in ({"activity_id": activity}, {"code": "WELD-1"}):
        card = await desk.database.read(open_card, person, desk.now, **wanted)
        assert card is not None
        assert (card.activity.id, card.slots, card.own) == (activity, [], {})
    for unknown in ({"activity_id": 999}, {"code": "weld-2"}, {}):
        assert await desk.database.read(open_card, person, desk.now, **unknown) is None


async def test_a_card_shows_what_is_to_come_and_what_is_ones_own(desk: Desk) -> None:
    activity = await desk.database.write(add_activity)
    person, other = await desk.pupil(), await desk.pupil()
    begun = await desk.slot("12 12:00", activity)
    later = await desk.slot("16 15:00", activity)
    sooner = await desk.slot("14 15:00", activity)
    called_off = await desk.slot("15 15:00", activity, cancelled_at=moscow("12 10:00"))
    held = await desk.signed(person, later)
    await desk.give_back(person, await desk.signed(person, sooner))
    await desk.signed(other, sooner)
    card = await desk.database.read(open_card, await desk.actor(person), desk.now, activity_id=activity)
    assert card is not None
    assert [slot.id for slot in card.slots] == [sooner, called_off, later]
    assert begun not in [slot.id for slot in card.slots]
    assert {slot: booking.id for slot, booking in card.own.items()} == {later: held}


async def test_a_card_of_many_slots_is_cut(desk: Desk) -> None:
    activity = await desk.database.write(add_activity)
    for day in range(13, 24):
        await desk.slot(f"{day} 15:00", activity)
    card = await desk.database.read(open_card, OPERATOR, desk.now, activity_id=activity)
    assert card is not None
    assert len(card.slots) == SLOTS


async def test_a_slot_is_opened_with_its_activity(desk: Desk) -> None:
    slot = await desk.slot()
    found = await desk.database.read(open_slot, OPERATOR, slot)
    assert found is not None
    assert (found[0].id, found[0].activity_id) == (slot, found[1].id)
    assert await desk.database.read(open_slot, OPERATOR, 999) is None

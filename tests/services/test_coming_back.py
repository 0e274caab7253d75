"""Who closed the bot and returns hears what became of their bookings meanwhile, once."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from db.engine import Database, Session
from db.models import PersonRow, SlotVersionRow
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, Lane, Owed, Unreachable
from domain.people import Address
from services.deliveries import owe
from services.notices import settle
from services.people import come_back, lose
from tests.services.test_notices import NOON, edit, news, sent
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_booking,
    moscow,
)

LATER = NOON + timedelta(hours=1)


async def gone_with_a_place(database: Database, status: BookingStatus = BookingStatus.BOOKED) -> list[int]:
    """Somebody who closed the bot, their slot and their booking."""

    def make(session: Session) -> list[int]:
        person = add_person(session)
        slot = add_slot(session, add_activity(session), moscow("20 15:00"))
        booking = add_booking(session, slot, person, status=status)
        session.flush()
        lose(session, address_of(session, person), NOON)
        return [person, slot, booking]

    return await database.write(make)


def address_of(session: Session, person: int) -> Address:
    query = select(PersonRow.messenger, PersonRow.messenger_user_id).where(PersonRow.id == person)
    return Address(*session.execute(query).one())


async def returns(database: Database, person: int, at: datetime = LATER) -> bool:
    return await database.write(lambda session: come_back(session, address_of(session, person), at))


async def test_what_moved_while_they_were_away_is_told_once(database: Database) -> None:
    person, slot, _ = await gone_with_a_place(database)
    await database.write(edit, slot, NOON, room="каб. 7")
    assert await news(database, NOON + timedelta(minutes=20)) == []
    await database.write(edit, slot, NOON + timedelta(minutes=30), room="каб. 8")
    assert await news(database, NOON + timedelta(minutes=50)) == []

    assert await returns(database, person)
    assert await sent(database, LATER) == [(person, "moved", "каб. 5", "каб. 8")]
    assert not await returns(database, person)
    assert await sent(database, LATER + timedelta(hours=1)) == []


async def test_a_slot_cancelled_meanwhile_is_told_to_those_who_wait_too(database: Database) -> None:
    person, slot, _ = await gone_with_a_place(database, BookingStatus.WAITING)
    await database.write(edit, slot, NOON, cancelled_at=NOON)
    assert await news(database, NOON + timedelta(minutes=20)) == []
    await returns(database, person)
    assert [(to, what) for to, what, _, _ in await sent(database, LATER)] == [(person, "cancelled")]


async def test_who_goes_again_before_hearing_hears_at_the_next_return(database: Database) -> None:
    person, slot, _ = await gone_with_a_place(database)
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(settle, NOON + timedelta(minutes=20), MOSCOW)
    await returns(database, person)
    await sent(database, LATER, Unreachable())
    next_time = LATER + timedelta(hours=1)
    assert await returns(database, person, next_time)
    assert await sent(database, next_time) == [(person, "moved", "каб. 5", "каб. 7")]


async def test_an_edit_that_is_about_to_be_told_is_told_once(database: Database) -> None:
    person, slot, _ = await gone_with_a_place(database)
    await database.write(edit, slot, LATER, room="каб. 7")
    await returns(database, person, LATER + timedelta(minutes=1))
    assert await sent(database, LATER + timedelta(minutes=1)) == []
    assert await news(database, LATER + timedelta(minutes=10)) == [(person, "moved", "каб. 5", "каб. 7")]


async def test_a_place_that_became_theirs_meanwhile_is_told_with_what_moved(database: Database) -> None:
    person, slot, booking = await gone_with_a_place(database, BookingStatus.WAITING)

    def promote(session: Session) -> None:
        change_booking(session, booking, status=BookingStatus.BOOKED)
        owe(session, [Owed("promoted", DeliveryKind.PROMOTED, person, NOON, Lane.URGENT, booking)])

    await database.write(promote)
    assert await sent(database, NOON) == []
    await database.write(edit, slot, NOON, room="каб. 7")
    await database.write(settle, NOON + timedelta(minutes=20), MOSCOW)

    await returns(database, person)
    assert await sent(database, LATER) == [(person, "moved", "каб. 5", "каб. 7")], (
        "in the letter of the place"
    )
    assert await sent(database, LATER + timedelta(hours=1)) == []


async def test_a_place_given_back_meanwhile_is_no_news(database: Database) -> None:
    person, _, booking = await gone_with_a_place(database, BookingStatus.BOOKED)
    place = Owed("promoted", DeliveryKind.PROMOTED, person, NOON, Lane.URGENT, booking)
    await database.write(owe, [place])
    assert await sent(database, NOON) == []
    await database.write(change_booking, booking, status=BookingStatus.CANCELLED)
    await returns(database, person)
    assert await sent(database, LATER) == []


async def test_a_version_that_cannot_be_read_keeps_back_that_booking_alone(database: Database) -> None:
    person, slot, _ = await gone_with_a_place(database)
    other = await database.write(lambda session: add_slot(session, add_activity(session), moscow("21 15:00")))
    await database.write(add_booking, other, person)
    for moved in (slot, other):
        await database.write(edit, moved, NOON, room="каб. 7")
    assert await news(database, NOON + timedelta(minutes=20)) == []

    def spoil(session: Session) -> None:
        session.execute(update(SlotVersionRow).where(SlotVersionRow.slot_id == slot).values(snapshot={}))

    await database.write(spoil)
    assert await returns(database, person)
    assert [(to, what) for to, what, _, _ in await sent(database, LATER)] == [(person, "moved")]

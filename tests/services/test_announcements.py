"""What a recipient gets of broadcasts: whose booking is named, digests, pauses, receipts, what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from db.engine import Database, Session
from db.models import AnnouncementChoiceRow, BookingRow, DeliveryRow
from domain.announcement import Choice, Pace, Receipt
from domain.booking import BookingStatus
from domain.broadcast import Audience, Group
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.letters import Letter
from domain.people import Role
from domain.programme import Track
from services import announcements as service
from services.announcements import NotReceived, Recalled
from services.broadcasts import advance
from services.registration import delete_me, everything_about_me, withdraw_consent
from tests.services.desk import actor_of
from tests.services.readership import Newsroom, texts
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_person,
    change_slot,
    deliveries,
    moscow,
)

NOON = moscow("12 12:00")
EVENING = moscow("12 18:00")


@pytest.fixture
async def newsroom(database: Database) -> Newsroom:
    newsroom = Newsroom(database, NOON)
    await newsroom.open()
    return newsroom


async def slot_of(newsroom: Newsroom, title: str, when: str, **values: Any) -> tuple[int, int]:
    """An activity and its slot."""
    activity = await newsroom.database.write(add_activity, title)
    return activity, await newsroom.database.write(add_slot, activity, moscow(when), **values)


def visits(letters: list[Letter]) -> dict[str, str | None]:
    """By the name of the reader, the activity that their message names."""
    return {
        letter.reader.name: part.speaks_of[2].title if part.speaks_of else None
        for letter in letters
        for part in letter.parts
    }


# Whose booking


async def test_everybody_reads_of_their_own_booking(newsroom: Newsroom) -> None:
    shops = {name: await slot_of(newsroom, name, "14 10:00") for name in ("Сварка", "Дроны", "Чужая")}
    people = {name: await newsroom.teacher(name) for name in ("Анна", "Борис", "Вера")}
    stranger = await newsroom.database.write(add_person, name="Гость")
    for name, shop in (("Анна", "Сварка"), ("Борис", "Дроны")):
        await newsroom.database.write(add_booking, shops[shop][1], people[name])
    await newsroom.database.write(add_booking, shops["Чужая"][1], stranger)

    await newsroom.send("{имя}, ждём: {запись}")
    letters = await newsroom.taken()
    assert visits(letters) == {"Анна": "Сварка", "Борис": "Дроны", "Вера": None}
    for letter in letters:
        for part in letter.parts:
            assert part.speaks_of is None or part.speaks_of[0].person_id == letter.reader.person_id


async def test_the_booking_is_the_nearest_on_what_the_announcement_is_about(newsroom: Newsroom) -> None:
    soon, later = await slot_of(newsroom, "Сварка", "13 10:00"), await slot_of(newsroom, "Дроны", "15 10:00")
    olga = await newsroom.teacher()
    await newsroom.database.write(add_booking, soon[1], olga)
    await newsroom.database.write(add_booking, later[1], olga)
    far = await newsroom.database.write(add_slot, later[0], moscow("20 10:00"))
    await newsroom.database.write(add_booking, far, olga)

    booked = Audience((Group(booked=(later[0],)),))
    silent = Audience((Group(silent=(later[0],)),))
    for audience in (booked, silent):
        await newsroom.send("{запись}", audience)
        (letter,) = await newsroom.delivered()
        assert letter.parts[0].speaks_of is not None
        assert letter.parts[0].speaks_of[1].id == later[1]
    await newsroom.send("{запись}")
    assert visits(await newsroom.delivered()) == {"Ольга": "Сварка"}
    await newsroom.send("{запись}", activity_id=later[0])
    assert visits(await newsroom.delivered()) == {"Ольга": "Дроны"}


async def test_a_place_that_is_waited_for_counts_only_for_those_who_wait(newsroom: Newsroom) -> None:
    soon, later = await slot_of(newsroom, "Сварка", "13 10:00"), await slot_of(newsroom, "Дроны", "15 10:00")
    olga = await newsroom.teacher()
    await newsroom.database.write(add_booking, soon[1], olga, status=BookingStatus.WAITING)
    await newsroom.database.write(add_booking, later[1], olga)
    await newsroom.send("{запись}", Audience((Group(waiting=(soon[0],)),)))
    assert visits(await newsroom.delivered()) == {"Ольга": "Сварка"}
    await newsroom.send("{запись}", activity_id=soon[0])
    assert visits(await newsroom.delivered()) == {"Ольга": "Дроны"}


async def test_what_is_over_cancelled_or_given_back_is_no_booking(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher()
    _, over = await slot_of(newsroom, "Прошлая", "12 09:00")
    _, cancelled = await slot_of(newsroom, "Отменённая", "13 09:00")
    _, given_back = await slot_of(newsroom, "Отданная", "13 12:00")
    for slot in (over, cancelled):
        await newsroom.database.write(add_booking, slot, olga)
    await newsroom.database.write(add_booking, given_back, olga, status=BookingStatus.CANCELLED)
    await newsroom.database.write(change_slot, cancelled, cancelled_at=NOON)
    await newsroom.send("{запись}")
    assert visits(await newsroom.delivered()) == {"Ольга": None}


async def test_bookings_of_a_batch_are_one_query_and_none_without_a_variable(newsroom: Newsroom) -> None:
    _, slot = await slot_of(newsroom, "Сварка", "13 10:00", capacity=20)
    for number in range(20):
        person = await newsroom.teacher(f"Педагог {number}")
        await newsroom.database.write(add_booking, slot, person)

    async def taken(text: str) -> tuple[int, int]:
        """How many letters name a booking, and how many queries looked for bookings."""
        await newsroom.send(text)
        with counted(newsroom.database) as statements:
            letters = await newsroom.taken()
        await newsroom.arrive(letters)
        assert len(letters) == 20
        looked = [statement for statement in statements if "FROM booking JOIN slot" in statement]
        return sum(letter.parts[0].speaks_of is not None for letter in letters), len(looked)

    plain, named = await taken("Всем привет"), await taken("{запись}")
    assert (plain[0], named[0]) == (0, 20)
    assert named[1] - plain[1] == 1


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Statements as they are executed."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(" ".join(statement.split()))

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in database.engines:
            event.remove(engine, "before_cursor_execute", note)


async def test_an_announcement_does_not_stand_for_the_notice_of_a_change(newsroom: Newsroom) -> None:
    _, slot = await slot_of(newsroom, "Сварка", "14 10:00")
    booking = await newsroom.database.write(add_booking, slot, await newsroom.teacher())
    await newsroom.database.write(change_slot, slot, room="каб. 7", sequence=1)
    for text in ("{имя}, привет", "{запись}"):
        await newsroom.send(text)
    assert len(await newsroom.delivered()) == 2

    def read_sequence(session: Session) -> int:
        row = session.get(BookingRow, booking)
        assert row is not None
        return row.read_sequence

    assert await newsroom.database.read(read_sequence) == 0


# The digest


async def test_announcements_of_a_day_come_as_one_in_the_evening(newsroom: Newsroom) -> None:
    await newsroom.teacher("Ольга", Pace.DAILY)
    await newsroom.teacher("Игорь")
    for text in ("Первое", "Второе", "Третье"):
        await newsroom.send(text)
    assert [(letter.reader.name, texts(letter)) for letter in await newsroom.delivered()] == [
        ("Игорь", ["Первое"]),
        ("Игорь", ["Второе"]),
        ("Игорь", ["Третье"]),
    ]
    newsroom.now = EVENING
    (letter,) = await newsroom.delivered()
    assert (letter.reader.name, texts(letter)) == ("Ольга", ["Третье", "Второе", "Первое"])
    assert await newsroom.delivered() == []


async def test_only_one_announcement_comes_as_itself(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher("Ольга", Pace.DAILY)
    broadcast_id = await newsroom.send("Одно")
    newsroom.now = EVENING
    (letter,) = await newsroom.delivered()
    assert (letter.is_digest, texts(letter)) == (False, ["Одно"])
    assert await newsroom.database.read(message_ids, broadcast_id) == {olga: 101}


async def test_what_is_urgent_comes_at_once_and_alone(newsroom: Newsroom) -> None:
    await newsroom.teacher("Ольга", Pace.DAILY)
    await newsroom.send("Обычное")
    await newsroom.send("Срочное", urgent="авария")
    assert [texts(letter) for letter in await newsroom.delivered()] == [["Срочное"]]
    newsroom.now = EVENING
    await newsroom.send("Срочное вечером", urgent="авария")
    assert sorted(texts(letter) for letter in await newsroom.delivered()) == [
        ["Обычное"],
        ["Срочное вечером"],
    ]


async def test_digests_of_several_people_are_put_together_whatever_the_batch(newsroom: Newsroom) -> None:
    for number in range(5):
        await newsroom.teacher(f"Педагог {number}", Pace.DAILY)
    for text in ("Раз", "Два", "Три"):
        await newsroom.send(text)
    newsroom.now = EVENING
    seen = []
    while letters := await newsroom.taken(limit=2):
        await newsroom.arrive(letters)
        seen += letters
    assert sorted((letter.reader.name, texts(letter)) for letter in seen) == [
        (f"Педагог {number}", ["Три", "Два", "Раз"]) for number in range(5)
    ]


def message_ids(session: Session, broadcast_id: int) -> dict[int, int | None]:
    rows = session.execute(
        select(DeliveryRow.person_id, DeliveryRow.message_id).where(
            DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.kind == DeliveryKind.BROADCAST
        )
    )
    return {row.person_id: row.message_id for row in rows}


async def test_a_digest_is_never_corrected_or_deleted(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher("Ольга", Pace.DAILY)
    igor = await newsroom.teacher("Игорь")
    first, second = await newsroom.send("Первое"), await newsroom.send("Второе")
    await newsroom.delivered()
    newsroom.now = EVENING
    await newsroom.delivered()
    assert (await newsroom.database.read(message_ids, first))[olga] is None
    await newsroom.correct(first, "Исправленное")
    await newsroom.recall(second)
    after = await newsroom.delivered()
    assert {(letter.kind, letter.reader.person_id) for letter in after} == {
        (DeliveryKind.CORRECTION, igor),
        (DeliveryKind.RECALL, igor),
    }


async def test_what_is_opened_from_a_digest_is_corrected_and_recalled_like_any_other(
    newsroom: Newsroom,
) -> None:
    olga = await newsroom.teacher("Ольга", Pace.DAILY)
    first, _ = await newsroom.send("Первое"), await newsroom.send("Второе")
    newsroom.now = EVENING
    await newsroom.delivered()
    for message_id in (501, 502):
        await newsroom.as_person(olga, service.was_shown, first, 0, message_id, (), newsroom.now)
    assert await newsroom.database.read(message_ids, first) == {olga: 501}
    await newsroom.correct(first, "Исправленное")
    (letter,) = await newsroom.delivered()
    assert (letter.kind, letter.parts[0].delivery.reached) == (DeliveryKind.CORRECTION, (501,))
    opened = await newsroom.as_person(olga, service.open_announcement, first, newsroom.now)
    assert opened.received.announcement.content.text == "Исправленное"


async def test_what_changes_while_it_is_opened_is_caught_up_with(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher("Ольга", Pace.DAILY)
    first, second = await newsroom.send("Первое"), await newsroom.send("Второе")
    newsroom.now = EVENING
    await newsroom.delivered()
    await newsroom.correct(first, "Исправленное")
    await newsroom.as_person(olga, service.was_shown, first, 1, 501, (), newsroom.now)
    assert await newsroom.delivered() == [], "it was shown with its newest text"
    newsroom.now = moscow("12 18:30")
    third = await newsroom.send("Третье")
    await newsroom.send("Четвёртое")
    newsroom.now = moscow("13 18:00")
    await newsroom.delivered()
    await newsroom.correct(third, "Исправленное")
    await newsroom.as_person(olga, service.was_shown, third, 0, 502, (), newsroom.now)
    await newsroom.recall(second)
    await newsroom.as_person(olga, service.was_shown, second, 0, 503, (504, 505), newsroom.now)
    after = {letter.kind: letter.parts[0].delivery.reached for letter in await newsroom.delivered()}
    assert after == {DeliveryKind.CORRECTION: (502,), DeliveryKind.RECALL: (503, 504, 505)}


async def test_of_a_paused_or_recalled_broadcast_nothing_is_in_the_digest(newsroom: Newsroom) -> None:
    await newsroom.teacher("Ольга", Pace.DAILY)
    paused, recalled = await newsroom.send("На паузе"), await newsroom.send("Отозванное")
    for text in ("Раз", "Два"):
        await newsroom.send(text)
    await newsroom.pause(paused)
    await newsroom.recall(recalled)
    newsroom.now = EVENING
    assert [texts(letter) for letter in await newsroom.delivered()] == [["Два", "Раз"]]


async def test_what_is_scheduled_for_the_evening_is_in_the_digest_of_the_day(newsroom: Newsroom) -> None:
    await newsroom.teacher("Ольга", Pace.DAILY)
    await newsroom.send("Дневное")
    await newsroom.send("Вечернее", at=EVENING)
    newsroom.now = EVENING + timedelta(milliseconds=400)
    await newsroom.database.write(advance, newsroom.now, MOSCOW)
    assert [texts(letter) for letter in await newsroom.delivered()] == [["Вечернее", "Дневное"]]


async def test_what_is_sent_in_the_evening_comes_with_the_next_day(newsroom: Newsroom) -> None:
    await newsroom.teacher("Ольга", Pace.DAILY)
    newsroom.now = moscow("12 18:01")
    await newsroom.send("Вечернее")
    newsroom.now = moscow("13 17:59")
    await newsroom.send("Дневное")
    assert await newsroom.delivered() == []
    newsroom.now = moscow("13 18:00")
    assert [texts(letter) for letter in await newsroom.delivered()] == [["Дневное", "Вечернее"]]


# A pause, and those who want nothing


async def test_what_comes_during_a_pause_never_comes(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher()
    igor = await newsroom.teacher("Игорь")
    until = moscow("14 00:00")
    await newsroom.database.write(change_person, olga, paused_until=until)
    before = await newsroom.send("Во время паузы")
    urgent = await newsroom.send("Срочное во время паузы", urgent="авария")
    await newsroom.delivered()
    newsroom.now = moscow("14 12:00")
    assert await newsroom.delivered() == []
    for broadcast_id in (before, urgent):
        assert set(await newsroom.database.read(message_ids, broadcast_id)) == {igor}
    await newsroom.send("После паузы")
    assert {letter.reader.name for letter in await newsroom.delivered()} == {"Ольга", "Игорь"}


async def test_a_pause_that_begins_before_the_digest_holds_it_up_for_good(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher("Ольга", Pace.DAILY)
    for text in ("Раз", "Два"):
        await newsroom.send(text)
    await newsroom.database.write(change_person, olga, paused_until=moscow("14 00:00"))
    newsroom.now = EVENING
    assert await newsroom.delivered() == []
    newsroom.now = moscow("14 18:00")
    assert await newsroom.delivered() == []
    statuses = await newsroom.database.read(lambda session: [row.status for row in deliveries(session)])
    assert statuses == [DeliveryStatus.OBSOLETE] * 2


async def test_whoever_wants_none_is_not_meant(newsroom: Newsroom) -> None:
    await newsroom.teacher("Ольга", Pace.NEVER)
    await newsroom.teacher("Игорь")
    await newsroom.send("Новости", urgent="авария")
    assert [letter.reader.name for letter in await newsroom.delivered()] == ["Игорь"]


async def test_topics_are_switched_one_by_one(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher()

    async def switch(track: Track | None, *, on: bool = True) -> tuple[Track, ...]:
        actor = await newsroom.database.read(actor_of, olga)
        value: Choice = await newsroom.database.write(service.choose_topic, actor, track, NOON, on=on)
        return value.tracks

    assert await switch(Track.AGRO) == (Track.AGRO,)
    assert await switch(Track.AGRO) == (Track.AGRO,)
    assert await switch(Track.TECHNOLOGY) == (Track.TECHNOLOGY, Track.AGRO)
    assert await switch(Track.AGRO, on=False) == (Track.TECHNOLOGY,)
    assert await switch(Track.TECHNOLOGY, on=False) == ()
    await switch(Track.AGRO)
    assert await switch(None) == ()
    await switch(Track.AGRO)
    assert (await newsroom.choose(olga, Pace.NEVER)).tracks == (Track.AGRO,)


# Receipts, and reading again


async def test_a_receipt_counts_once_and_only_for_whom_it_reached(newsroom: Newsroom) -> None:
    olga, igor = await newsroom.teacher(), await newsroom.teacher("Игорь", Pace.DAILY)
    stranger = await newsroom.database.write(add_person, name="Гость")
    broadcast_id = await newsroom.send("Прочтите", wants_receipt=True)

    async def confirm(person: int) -> Receipt:
        found: Receipt = await newsroom.as_person(person, service.acknowledge, broadcast_id, newsroom.now)
        return found

    assert await confirm(olga) is Receipt.NOT_YOURS, "it has not been sent yet"
    await newsroom.delivered()
    assert await confirm(stranger) is Receipt.NOT_YOURS
    assert await confirm(igor) is Receipt.NOT_YOURS, "it comes in the evening"
    assert await confirm(olga) is Receipt.TAKEN
    newsroom.now = moscow("12 13:00")
    assert await confirm(olga) is Receipt.TAKEN
    read = await newsroom.database.read(
        lambda session: {row.person_id: row.read_at for row in deliveries(session) if row.read_at}
    )
    assert read == {olga: NOON}
    assert await newsroom.as_person(olga, service.acknowledge, 999, newsroom.now) is Receipt.NOT_YOURS
    await newsroom.recall(broadcast_id)
    assert await confirm(olga) is Receipt.RECALLED


async def test_a_correction_remembers_who_has_confirmed(newsroom: Newsroom) -> None:
    olga = await newsroom.teacher()
    await newsroom.teacher("Игорь")
    broadcast_id = await newsroom.send("Прочтите", wants_receipt=True)
    await newsroom.delivered()
    await newsroom.as_person(olga, service.acknowledge, broadcast_id, newsroom.now)
    await newsroom.correct(broadcast_id, "Прочтите это")
    corrected = await newsroom.delivered()
    assert {letter.reader.name: letter.parts[0].was_read for letter in corrected} == {
        "Ольга": True,
        "Игорь": False,
    }


async def test_only_what_reached_somebody_is_opened(newsroom: Newsroom) -> None:
    olga, igor = await newsroom.teacher(), await newsroom.teacher("Игорь", Pace.DAILY)
    stranger = await newsroom.database.write(add_person, name="Гость")
    broadcast_id = await newsroom.send("Тайна")
    await newsroom.delivered()
    opened = await newsroom.as_person(olga, service.open_announcement, broadcast_id, newsroom.now)
    assert opened.received.announcement.content.text == "Тайна"
    for person, wanted in ((stranger, broadcast_id), (igor, broadcast_id), (olga, broadcast_id + 1)):
        with pytest.raises(NotReceived):
            await newsroom.as_person(person, service.open_announcement, wanted, newsroom.now)
    await newsroom.recall(broadcast_id)
    with pytest.raises(Recalled):
        await newsroom.as_person(olga, service.open_announcement, broadcast_id, newsroom.now)


async def test_what_came_is_listed_the_latest_first(newsroom: Newsroom) -> None:
    olga, igor = await newsroom.teacher(), await newsroom.teacher("Игорь", Pace.NEVER)
    for number in range(3):
        await newsroom.send(f"Новость {number}")
        await newsroom.delivered()
        newsroom.now = newsroom.now.replace(hour=newsroom.now.hour + 1)
    found = await newsroom.as_person(olga, service.received, 0, 2)
    assert [each.announcement.content.text for each in found] == ["Новость 2", "Новость 1"]
    assert [each.announcement.author for each in found] == ["Елена", "Елена"]
    found = await newsroom.as_person(olga, service.received, 2, 2)
    assert [each.announcement.content.text for each in found] == ["Новость 0"]
    assert await newsroom.as_person(igor, service.received, 0, 10) == []


# What is kept of a person


async def test_ones_own_data_holds_the_choice_and_what_came(newsroom: Newsroom) -> None:
    olga, igor = await newsroom.teacher("Ольга", Pace.DAILY), await newsroom.teacher("Игорь")
    await newsroom.database.write(add_person, name="Аня")
    await newsroom.send("Чужое", Audience((Group(roles=(Role.STUDENT,)),)))
    broadcast_id = await newsroom.send("Прочтите", wants_receipt=True)
    newsroom.now = EVENING
    await newsroom.delivered()
    await newsroom.as_person(olga, service.acknowledge, broadcast_id, newsroom.now)
    told = await newsroom.as_person(olga, everything_about_me)
    assert told.announcements.pace is Pace.DAILY
    assert [(each.announcement.content.text, each.read_at) for each in told.received] == [
        ("Прочтите", EVENING)
    ]
    told = await newsroom.as_person(igor, everything_about_me)
    assert [(each.announcement.content.text, each.read_at) for each in told.received] == [("Прочтите", None)]


@pytest.mark.parametrize("leave", [delete_me, withdraw_consent])
async def test_who_leaves_takes_their_choice_along(newsroom: Newsroom, leave: Any) -> None:
    olga, igor = await newsroom.teacher("Ольга", Pace.DAILY), await newsroom.teacher("Игорь", Pace.NEVER)
    await newsroom.as_person(olga, leave, NOON, MOSCOW)
    kept = await newsroom.database.read(
        lambda session: session.scalars(select(AnnouncementChoiceRow.person_id)).all()
    )
    assert kept == [igor]

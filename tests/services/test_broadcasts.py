"""Broadcasts from the draft to the report: who gets what, when, how often, and what the log says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.engine import Database, Session
from db.models import BroadcastRow, PersonRow
from db.queries import broadcasts as queries
from domain.booking import BookingStatus
from domain.broadcast import LARGE, Audience, Content, Count, Flaw, Group, Status
from domain.delivery import DeliveryKind, Lane, Media, Refused, Retry, Sent, Unknown, Unreachable, Withheld
from domain.four_eyes import Objection
from domain.letters import Letter
from domain.people import Grant, Role
from domain.programme import Track
from services import broadcasts, registration
from services.broadcasts import BroadcastBegun, BroadcastGone, NotSecond, Unsendable
from services.deliveries import release_orphans
from tests.services.newsroom import NEWS, TEACHERS, Newsroom, add_crowd, choose
from tests.town import (
    MOSCOW,
    HandClock,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_person,
    moscow,
)

BETTER = Content("Завтра семинар в 16:00")
PHOTOS = Content("Фото", media=(Media("photo", "a"), Media("photo", "b")))


@pytest.fixture
def newsroom(database: Database, clock: HandClock) -> Newsroom:
    return Newsroom(database, clock)


@pytest.fixture
async def head(newsroom: Newsroom) -> int:
    """A coordinator of everything."""
    return await newsroom.coordinator()


# from the draft to the last message


async def test_from_a_draft_to_the_last_message(newsroom: Newsroom, head: int) -> None:
    people = await newsroom.teachers(3)
    await newsroom.write(add_person)
    broadcast = await newsroom.draft(head)
    assert (await newsroom.state(head, broadcast)).meant == 3

    await newsroom.send(head, broadcast)
    assert await newsroom.people() == people
    assert await newsroom.count(head, broadcast) == Count(left=3)

    gone = await newsroom.deliver()
    assert [said(letter) for letter in gone] == [NEWS] * 3
    assert {letter.lane for letter in gone} == {Lane.BROADCAST}
    assert await newsroom.count(head, broadcast) == Count(sent=3)
    found = await newsroom.broadcast(head, broadcast)
    assert (found.status, found.started_at, found.finished_at) == (Status.DONE, newsroom.now, newsroom.now)


async def test_sending_twice_is_sending_once(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(2)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    assert (await newsroom.send(head, broadcast)).broadcast.status is Status.DONE
    assert await newsroom.deliver() == []
    assert len(await newsroom.log()) == 1


async def test_a_person_in_two_groups_gets_one_message(newsroom: Newsroom, head: int) -> None:
    [person] = await newsroom.teachers(1)
    await newsroom.sent(head, TEACHERS, Group(municipalities=("sochi",)), TEACHERS)
    assert await newsroom.people() == [person]


async def test_an_audience_without_people_is_refused_at_once(newsroom: Newsroom, head: int) -> None:
    for audience in (Audience((TEACHERS,)), Audience((Group(),)), Audience()):
        broadcast = await newsroom.draft(head)
        await newsroom.do(broadcasts.aim, head, broadcast, audience)
        with pytest.raises(Unsendable) as refused:
            await newsroom.send(head, broadcast)
        assert refused.value.reason is Flaw.NOBODY
        assert await newsroom.status(head, broadcast) == "draft"


async def test_a_text_that_is_too_long_is_refused_and_nothing_is_lost(newsroom: Newsroom, head: int) -> None:
    broadcast = await newsroom.draft(head)
    for attempt in (Content("x" * 5_000), Content()):
        with pytest.raises(Unsendable):
            await newsroom.do(broadcasts.write, head, broadcast, attempt)
    assert (await newsroom.broadcast(head, broadcast)).content == NEWS


# who is meant


async def test_whoever_should_not_be_written_to_is_left_out(newsroom: Newsroom, head: int) -> None:
    [willing, pausing, gone, silent, off, awake] = await newsroom.teachers(6)
    later = newsroom.now + timedelta(days=1)
    await newsroom.write(change_person, pausing, paused_until=later)
    await newsroom.write(change_person, gone, unreachable_at=newsroom.now)
    await newsroom.write(change_person, silent, consent_version=None)
    await newsroom.write(choose, off, off=True)
    await newsroom.write(change_person, awake, paused_until=newsroom.now - timedelta(days=1))
    broadcast = await newsroom.draft(head)
    assert (await newsroom.state(head, broadcast)).meant == 2
    await newsroom.send(head, broadcast)
    assert await newsroom.people() == [willing, awake]


async def test_whoever_changes_their_mind_before_their_turn_is_left_out(
    newsroom: Newsroom, head: int
) -> None:
    [willing, pausing, gone, silent, off] = await newsroom.teachers(5)
    broadcast = await newsroom.sent(head)
    await newsroom.write(change_person, pausing, paused_until=newsroom.now + timedelta(days=1))
    await newsroom.write(change_person, gone, unreachable_at=newsroom.now)
    await newsroom.write(change_person, silent, consent_version=None)
    await newsroom.write(choose, off, off=True)
    assert [letter.reader.person_id for letter in await newsroom.deliver()] == [willing]
    assert await newsroom.count(head, broadcast) == Count(sent=1, unreachable=1, dropped=3)


async def test_of_whom_nothing_is_known_is_not_in_a_group_that_is_left_out(
    newsroom: Newsroom, head: int
) -> None:
    [known] = await newsroom.teachers(1, grade=None)
    [homeless] = await newsroom.teachers(1, municipality_code=None)
    await newsroom.teachers(1, municipality_code="labinskiy")
    pupil = await newsroom.write(add_person, grade=9)
    no_role = await newsroom.write(add_person, role=None, grade=None, municipality_code=None)
    everybody = (TEACHERS, Group(roles=(Role.STUDENT,)))
    await newsroom.sent(head, *everybody, except_groups=(Group(municipalities=("labinskiy",)),))
    # Whoever has not said who they are counts as a student.
    assert await newsroom.people() == [known, homeless, pupil, no_role]


async def test_people_are_found_by_what_they_booked_wait_for_visited_and_left_open(
    newsroom: Newsroom, head: int
) -> None:
    activity = await newsroom.write(add_activity, "Сварка", track=Track.AGRO.value)
    coming = await newsroom.write(add_slot, activity, moscow("14 10:00"))
    past = await newsroom.write(add_slot, activity, moscow("10 10:00"))
    booked, answered, waiting, came, missed, chose = [await newsroom.write(add_person) for _ in range(6)]
    await newsroom.write(add_booking, coming, booked)
    await newsroom.write(add_booking, coming, answered, answer="yes")
    await newsroom.write(add_booking, coming, waiting, status=BookingStatus.WAITING)
    await newsroom.write(add_booking, past, came, came=True)
    await newsroom.write(add_booking, past, missed, came=False)
    await newsroom.write(choose, chose, tracks=["agro"])
    aims = {
        "booked": (Group(booked=(activity,)), [booked, answered]),
        "waiting": (Group(waiting=(activity,)), [waiting]),
        "came": (Group(came=(activity,)), [came]),
        "silent": (Group(silent=(activity,)), [booked]),
        "tracks": (Group(tracks=(Track.AGRO,)), [booked, answered, waiting, came, missed]),
        "interests": (Group(interests=(Track.AGRO,)), [chose]),
        "both": (Group(tracks=(Track.AGRO,), came=(activity,)), [came]),
    }
    for name, (group, people) in aims.items():
        broadcast = await newsroom.draft(head, group)
        assert (await newsroom.state(head, broadcast)).meant == len(people), name


async def test_topics_are_respected(newsroom: Newsroom, head: int) -> None:
    [everything, agro, engineering] = await newsroom.teachers(3)
    await newsroom.write(choose, agro, tracks=["agro", "technology"])
    await newsroom.write(choose, engineering, tracks=["engineering"])
    for topic, people in (
        (None, [everything, agro, engineering]),
        (Track.AGRO, [everything, agro]),
        (Track.ENGINEERING, [everything, engineering]),
        (Track.ENTREPRENEURSHIP, [everything]),
    ):
        broadcast = await newsroom.draft(head)
        state = await newsroom.do(broadcasts.set_topic, head, broadcast, topic)
        assert (state.meant, state.broadcast.topic) == (len(people), topic)
        await newsroom.send(head, broadcast)
        assert sorted(letter.reader.person_id for letter in await newsroom.deliver()) == people
        with pytest.raises(BroadcastBegun):
            await newsroom.do(broadcasts.set_topic, head, broadcast, None)


async def test_a_second_message_goes_to_those_who_have_not_confirmed(newsroom: Newsroom, head: int) -> None:
    [read, unread, elsewhere] = await newsroom.teachers(3)
    first = await newsroom.sent(head, content=Content("Прочитайте", wants_receipt=True))
    await newsroom.deliver()
    await newsroom.write(change_person, elsewhere, unreachable_at=newsroom.now)
    newsroom.clock.advance(minutes=5)
    assert await newsroom.do(broadcasts.confirm_read, read, first)
    assert await newsroom.count(head, first) == Count(sent=3, read=1)
    await newsroom.sent(head, Group(unread=(first,)))
    assert [letter.reader.person_id for letter in await newsroom.deliver()] == [unread]


async def test_only_what_was_sent_to_a_person_is_theirs_to_confirm(newsroom: Newsroom, head: int) -> None:
    [person] = await newsroom.teachers(1)
    stranger = await newsroom.write(add_person)
    broadcast = await newsroom.sent(head)
    assert not await newsroom.do(broadcasts.confirm_read, person, broadcast)
    await newsroom.deliver()
    assert not await newsroom.do(broadcasts.confirm_read, stranger, broadcast)
    first = newsroom.now
    assert await newsroom.do(broadcasts.confirm_read, person, broadcast)
    newsroom.clock.advance(minutes=1)
    assert await newsroom.do(broadcasts.confirm_read, person, broadcast)
    [line] = await newsroom.do(broadcasts.report, head, broadcast)
    assert line.read_at == first


# who may


async def test_a_coordinator_of_one_municipality_reaches_only_its_people(newsroom: Newsroom) -> None:
    local = await newsroom.coordinator("sochi")
    [here] = await newsroom.teachers(1, municipality_code="sochi")
    await newsroom.teachers(1, municipality_code="labinskiy")
    await newsroom.teachers(1, municipality_code=None)
    broadcast = await newsroom.draft(local)
    assert (await newsroom.state(local, broadcast)).meant == 1
    await newsroom.send(local, broadcast)
    assert await newsroom.people() == [here]
    assert (await newsroom.broadcast(local, broadcast)).within == ("sochi",)
    assert [row.municipality_code for row in await newsroom.log()] == ["sochi"]


async def test_where_the_author_might_write_is_kept_until_it_starts(newsroom: Newsroom, head: int) -> None:
    """Somebody else's look, confirmation or wider scope widens nothing."""
    local = await newsroom.coordinator("sochi")
    await newsroom.write(add_crowd, LARGE + 1)
    await newsroom.teachers(5, municipality_code="labinskiy")
    broadcast = await newsroom.draft(local)
    await newsroom.send(local, broadcast)
    assert (await newsroom.state(head, broadcast)).meant == LARGE + 1
    await newsroom.confirm(head, broadcast)
    assert len(await newsroom.people()) == LARGE + 1


async def test_a_draft_is_seen_by_its_author_alone(newsroom: Newsroom, head: int) -> None:
    local = await newsroom.coordinator("sochi")
    other = await newsroom.coordinator("sochi")
    await newsroom.teachers(1)
    broadcast = await newsroom.draft(local)
    for stranger in (head, other):
        for step in (broadcasts.state, broadcasts.stop, broadcasts.recall, broadcasts.report):
            with pytest.raises(BroadcastGone):
                await newsroom.do(step, stranger, broadcast)
        with pytest.raises(BroadcastGone):
            await newsroom.send(stranger, broadcast)
    assert await shown(newsroom, head) == []
    await newsroom.send(local, broadcast)
    assert (await shown(newsroom, head), await shown(newsroom, local)) == ([broadcast], [broadcast])
    assert await shown(newsroom, other) == []
    with pytest.raises(BroadcastGone):
        await newsroom.state(other, broadcast)


async def shown(newsroom: Newsroom, viewer: int) -> list[int]:
    actor = await newsroom.actor(viewer)
    return [each.id for each in await newsroom.database.read(broadcasts.latest, actor, 0, 10)]


async def test_drafts_go_with_their_author_and_what_was_sent_stays(newsroom: Newsroom, head: int) -> None:
    local = await newsroom.coordinator("sochi")
    await newsroom.teachers(1)
    sent = await newsroom.sent(local)
    draft = await newsroom.draft(local)
    actor = await newsroom.actor(local)
    await newsroom.write(registration.delete_me, actor, newsroom.now, MOSCOW)
    assert await shown(newsroom, head) == [sent]
    assert await newsroom.database.read(queries.broadcast, draft) is None


# a second coordinator


async def test_a_large_one_waits_for_a_second_coordinator(newsroom: Newsroom, head: int) -> None:
    second = await newsroom.coordinator()
    local = await newsroom.coordinator("sochi")
    await newsroom.write(add_crowd, LARGE + 1)
    broadcast = await newsroom.draft(head)
    assert (await newsroom.send(head, broadcast)).broadcast.status is Status.UNCONFIRMED
    assert (await newsroom.people(), await newsroom.log()) == ([], [])
    assert await newsroom.people(DeliveryKind.TO_CONFIRM) == [second]
    for not_them, why in ((head, Objection.OWN), (local, Objection.PLACE)):
        with pytest.raises(NotSecond) as refused:
            await newsroom.confirm(not_them, broadcast)
        assert refused.value.reason is why
    assert (await newsroom.confirm(second, broadcast)).broadcast.confirmed_by == second
    assert (await newsroom.confirm(second, broadcast)).broadcast.status is Status.SENDING
    assert len(await newsroom.people()) == LARGE + 1
    [entry] = await newsroom.log()
    assert (entry.actor_id, entry.details["text"]) == (second, NEWS.text)


async def test_as_many_as_may_be_need_nobody(newsroom: Newsroom, head: int) -> None:
    await newsroom.write(add_crowd, LARGE)
    broadcast = await newsroom.sent(head)
    assert await newsroom.status(head, broadcast) == "sending"


async def test_where_there_is_no_second_coordinator_that_is_said(newsroom: Newsroom, head: int) -> None:
    await newsroom.write(add_crowd, LARGE + 1)
    broadcast = await newsroom.draft(head)
    with pytest.raises(Unsendable) as refused:
        await newsroom.send(head, broadcast)
    assert refused.value.reason is Flaw.NO_SECOND
    assert await newsroom.status(head, broadcast) == "draft"


async def test_people_reached_alone_within_a_day_count_together(newsroom: Newsroom, head: int) -> None:
    second = await newsroom.coordinator()
    await newsroom.write(add_crowd, LARGE)
    await newsroom.teachers(1, municipality_code="labinskiy")
    in_sochi, elsewhere = Group(municipalities=("sochi",)), Group(municipalities=("labinskiy",))
    await newsroom.sent(head, in_sochi)
    again = await newsroom.sent(head, in_sochi)
    assert await newsroom.status(head, again) == "sending", "the same people are no more people"
    one_more = await newsroom.sent(head, elsewhere)
    assert await newsroom.status(head, one_more) == "unconfirmed"
    assert (await newsroom.state(head, one_more)).together == LARGE + 1
    await newsroom.confirm(second, one_more)
    other = await newsroom.sent(second, elsewhere)
    assert await newsroom.status(second, other) == "sending", "another author's people are others"
    newsroom.clock.advance(days=1)
    assert await newsroom.status(head, await newsroom.sent(head, elsewhere)) == "sending"


async def test_what_grows_until_its_hour_waits_for_a_second_coordinator(
    newsroom: Newsroom, head: int
) -> None:
    await newsroom.teachers(1, municipality_code="labinskiy")
    broadcast = await newsroom.draft(head)
    await newsroom.send(head, broadcast, newsroom.now + timedelta(hours=2))
    await newsroom.write(add_crowd, LARGE)
    newsroom.clock.advance(hours=2)
    await newsroom.tick()
    assert await newsroom.status(head, broadcast) == "draft", "there is nobody to ask"
    second = await newsroom.coordinator()
    await newsroom.write(change_crowd, consent_version=None)
    await newsroom.send(head, broadcast, newsroom.now + timedelta(hours=1))
    await newsroom.write(change_crowd, consent_version="1")
    newsroom.clock.advance(hours=1)
    await newsroom.tick()
    assert await newsroom.status(head, broadcast) == "unconfirmed"
    assert await newsroom.people(DeliveryKind.TO_CONFIRM) == [second]
    assert await newsroom.people(DeliveryKind.GREW) == [head]
    assert await newsroom.people() == []
    await newsroom.confirm(second, broadcast)
    assert len(await newsroom.people()) == LARGE + 1


def change_crowd(session: Session, /, **values: Any) -> None:
    session.execute(update(PersonRow).where(PersonRow.municipality_code == "sochi").values(**values))


async def test_whom_the_author_made_confirms_nothing(newsroom: Newsroom, head: int) -> None:
    made = await newsroom.coordinator(by=head)
    new = await newsroom.coordinator(since=newsroom.now)
    other = await newsroom.coordinator()
    await newsroom.write(add_crowd, LARGE + 1)
    broadcast = await newsroom.sent(head)
    assert await newsroom.people(DeliveryKind.TO_CONFIRM) == [other]
    for second, why in ((made, Objection.MADE), (new, Objection.NEW)):
        with pytest.raises(NotSecond) as refused:
            await newsroom.confirm(second, broadcast)
        assert refused.value.reason is why
    assert await newsroom.people() == []


async def test_what_a_second_coordinator_has_not_seen_is_not_confirmed(newsroom: Newsroom, head: int) -> None:
    second = await newsroom.coordinator()
    await newsroom.write(add_crowd, LARGE + 1)
    broadcast = await newsroom.draft(head)
    await newsroom.send(head, broadcast)
    with pytest.raises(BroadcastBegun):
        await newsroom.correct(head, broadcast, BETTER)
    seen = (await newsroom.broadcast(second, broadcast)).revision
    await newsroom.do(broadcasts.take_back, head, broadcast)
    with pytest.raises(BroadcastGone):
        await newsroom.confirm(second, broadcast)
    await newsroom.do(broadcasts.write, head, broadcast, BETTER)
    await newsroom.send(head, broadcast)
    with pytest.raises(BroadcastBegun):
        await newsroom.confirm(second, broadcast, seen)
    assert await newsroom.people(DeliveryKind.TO_CONFIRM, "pending") == [second]
    await newsroom.confirm(second, broadcast, seen + 1)
    told, *letters = await newsroom.take(to_many=2)
    assert (told.kind, told.reader.person_id) == (DeliveryKind.CONFIRMED, head)
    assert said(letters[0]) == BETTER


async def test_what_was_stopped_is_not_confirmed_any_more(newsroom: Newsroom, head: int) -> None:
    second = await newsroom.coordinator()
    await newsroom.write(add_crowd, LARGE + 1)
    broadcast = await newsroom.draft(head)
    await newsroom.send(head, broadcast)
    await newsroom.do(broadcasts.stop, head, broadcast)
    with pytest.raises(BroadcastBegun):
        await newsroom.confirm(second, broadcast)
    assert await newsroom.deliver() == []


async def test_a_coordinator_of_all_gives_it_back_to_its_author_who_is_told(
    newsroom: Newsroom, head: int
) -> None:
    local = await newsroom.coordinator("sochi")
    await newsroom.teachers(1)
    broadcast = await newsroom.draft(local)
    await newsroom.send(local, broadcast, moscow("13 10:00"))
    assert await newsroom.do(broadcasts.take_back, head, broadcast) is None
    assert await newsroom.status(local, broadcast) == "draft"
    [told] = await newsroom.take()
    assert (told.kind, told.reader.person_id) == (DeliveryKind.SENT_BACK, local)
    with pytest.raises(BroadcastGone):
        await newsroom.do(broadcasts.take_back, head, broadcast)
    newsroom.clock.moment = moscow("13 10:00")
    assert await newsroom.tick() == 0
    assert await newsroom.deliver() == []


# when


async def test_what_is_scheduled_starts_at_its_hour_and_once(newsroom: Newsroom, head: int) -> None:
    [first] = await newsroom.teachers(1)
    broadcast = await newsroom.draft(head)
    await newsroom.send(head, broadcast, moscow("13 10:00"))
    assert await newsroom.status(head, broadcast) == "scheduled"
    newsroom.clock.moment = moscow("13 09:59")
    assert (await newsroom.tick(), await newsroom.deliver()) == (0, [])
    [second] = await newsroom.teachers(1)
    newsroom.clock.moment = moscow("13 10:00")
    assert (await newsroom.tick(), await newsroom.tick()) == (1, 0)
    assert sorted(letter.reader.person_id for letter in await newsroom.deliver()) == [first, second]
    assert await newsroom.status(head, broadcast) == "done"


async def test_a_time_that_is_over_is_now(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.draft(head)
    await newsroom.send(head, broadcast, newsroom.now - timedelta(minutes=1))
    assert len(await newsroom.deliver()) == 1


async def test_what_is_scheduled_can_be_stopped(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.draft(head)
    await newsroom.send(head, broadcast, moscow("13 10:00"))
    await newsroom.do(broadcasts.stop, head, broadcast)
    newsroom.clock.moment = moscow("13 10:00")
    await newsroom.tick()
    assert await newsroom.deliver() == []
    for step in (broadcasts.resume, broadcasts.recall):
        with pytest.raises(BroadcastBegun):
            await newsroom.do(step, head, broadcast)


@pytest.mark.parametrize("moment", ["12 21:00", "12 23:30", "13 02:00", "13 07:30"])
async def test_at_night_it_waits_for_the_morning(newsroom: Newsroom, head: int, moment: str) -> None:
    await newsroom.teachers(2)
    newsroom.clock.moment = moscow(moment)
    await newsroom.sent(head)
    assert await newsroom.deliver() == []
    newsroom.clock.moment = moscow("13 07:59")
    assert await newsroom.deliver() == []
    newsroom.clock.moment = moscow("13 08:00")
    assert len(await newsroom.deliver()) == 2


async def test_what_is_not_through_by_nightfall_goes_on_in_the_morning(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(4)
    newsroom.clock.moment = moscow("12 20:59")
    broadcast = await newsroom.sent(head)
    await newsroom.mark(await newsroom.take(to_many=1))
    for moment in ("12 21:00", "13 07:00", "13 07:59"):
        newsroom.clock.moment = moscow(moment)
        assert await newsroom.deliver() == []
    assert await newsroom.status(head, broadcast) == "sending"
    newsroom.clock.moment = moscow("13 08:00")
    assert len(await newsroom.deliver()) == 3


async def test_what_is_urgent_comes_at_night_and_the_log_says_why(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    newsroom.clock.moment = moscow("12 23:00")
    broadcast = await newsroom.draft(head)
    await newsroom.do(broadcasts.call_urgent, head, broadcast, "Авария в корпусе")
    await newsroom.send(head, broadcast)
    [letter] = await newsroom.deliver()
    assert letter.lane is Lane.REMINDER
    [entry] = await newsroom.log()
    assert entry.details["urgent_reason"] == "Авария в корпусе"


async def test_a_recall_and_a_correction_do_not_wait_for_the_morning(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    newsroom.clock.moment = moscow("12 23:00")
    await newsroom.correct(head, broadcast, BETTER)
    assert [letter.kind for letter in await newsroom.deliver()] == [DeliveryKind.CORRECTION]
    await newsroom.do(broadcasts.recall, head, broadcast)
    assert [letter.kind for letter in await newsroom.deliver()] == [DeliveryKind.RECALL]


async def test_whoever_chose_a_digest_reads_it_in_the_evening(newsroom: Newsroom, head: int) -> None:
    [now, digest] = await newsroom.teachers(2)
    await newsroom.write(choose, digest, digest=True)
    broadcast = await newsroom.sent(head)
    assert [letter.reader.person_id for letter in await newsroom.deliver()] == [now]
    assert await newsroom.status(head, broadcast) == "sending"
    newsroom.clock.moment = moscow("12 18:00")
    assert [letter.reader.person_id for letter in await newsroom.deliver()] == [digest]
    assert await newsroom.status(head, broadcast) == "done"


# pause, resume, stop


async def test_a_pause_holds_everything_until_it_is_resumed(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(3)
    broadcast = await newsroom.sent(head)
    in_hand = await newsroom.take(to_many=1)
    for _ in range(2):
        await newsroom.do(broadcasts.pause, head, broadcast)
    await newsroom.mark(in_hand)
    assert await newsroom.deliver() == []
    assert await newsroom.status(head, broadcast) == "paused"
    assert await newsroom.count(head, broadcast) == Count(sent=1, left=2)
    for _ in range(2):
        await newsroom.do(broadcasts.resume, head, broadcast)
    assert len(await newsroom.deliver()) == 2
    for step in (broadcasts.pause, broadcasts.resume, broadcasts.stop):
        with pytest.raises(BroadcastBegun):
            await newsroom.do(step, head, broadcast)


async def test_paused_at_the_last_message_it_is_done(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    in_hand = await newsroom.take()
    await newsroom.do(broadcasts.pause, head, broadcast)
    await newsroom.mark(in_hand)
    await newsroom.tick()
    assert await newsroom.status(head, broadcast) == "done"


async def test_a_stop_ends_it_and_who_was_left_out_can_be_sent_it_later(
    newsroom: Newsroom, head: int
) -> None:
    people = await newsroom.teachers(3)
    broadcast = await newsroom.sent(head)
    await newsroom.mark(await newsroom.take(to_many=1))
    await newsroom.do(broadcasts.stop, head, broadcast)
    assert await newsroom.deliver() == []
    assert await newsroom.count(head, broadcast) == Count(sent=1, dropped=2)
    assert (await newsroom.broadcast(head, broadcast)).finished_at == newsroom.now

    await newsroom.correct(head, broadcast, BETTER)
    await newsroom.do(broadcasts.resume, head, broadcast)
    gone = await newsroom.deliver()
    assert [letter.kind.value for letter in gone] == ["correction", "broadcast", "broadcast"]
    assert {said(letter) for letter in gone} == {BETTER}
    assert [letter.reader.person_id for letter in gone] == people
    assert await newsroom.count(head, broadcast) == Count(sent=3)
    assert await newsroom.status(head, broadcast) == "done"
    assert [row.action for row in await newsroom.log()] == [
        "broadcast",
        "broadcast_stopped",
        "broadcast_corrected",
        "broadcast",
    ]


async def test_a_second_stop_changes_and_logs_nothing(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    for _ in range(2):
        await newsroom.do(broadcasts.stop, head, broadcast)
        newsroom.clock.advance(minutes=1)
    assert [row.action for row in await newsroom.log()] == ["broadcast", "broadcast_stopped"]


async def test_what_was_called_back_on_its_way_is_owed_as_before(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    in_hand = await newsroom.take()
    await newsroom.do(broadcasts.pause, head, broadcast)
    await newsroom.mark(in_hand, Withheld())
    await newsroom.do(broadcasts.resume, head, broadcast)
    [letter] = await newsroom.deliver()
    assert letter.attempts == 0


# corrections


async def test_a_correction_reaches_what_was_sent_and_what_is_still_to_be_sent(
    newsroom: Newsroom, head: int
) -> None:
    await newsroom.teachers(3)
    broadcast = await newsroom.sent(head)
    await newsroom.mark(await newsroom.take(to_many=1))
    on_its_way = await newsroom.take(to_many=1)
    assert said(on_its_way[0]) == NEWS
    await newsroom.correct(head, broadcast, BETTER)
    await newsroom.mark(on_its_way)
    gone = await newsroom.deliver()
    assert sorted((letter.kind.value, letter.parts[0].delivery.reached) for letter in gone
                  if letter.kind is DeliveryKind.CORRECTION) == [("correction", (1,)), ("correction", (2,))]  # fmt: skip
    assert [letter.kind.value for letter in gone].count("broadcast") == 1
    assert {said(letter) for letter in gone} == {BETTER}
    state = await newsroom.state(head, broadcast)
    assert (state.count, state.correction) == (Count(sent=3), Count(sent=2))


async def test_of_several_corrections_the_last_is_read_by_everybody(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(3)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    await newsroom.correct(head, broadcast, BETTER)
    done, on_its_way = await newsroom.take(limit=1), await newsroom.take(limit=1)
    await newsroom.mark(done)
    best = Content("Семинар отменён")
    await newsroom.correct(head, broadcast, best)
    await newsroom.mark(on_its_way)
    gone = await newsroom.deliver()
    assert [said(letter) for letter in gone] == [best] * 3
    assert (await newsroom.state(head, broadcast)).correction == Count(sent=3)


async def test_the_same_text_is_no_correction(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    await newsroom.correct(head, broadcast, NEWS)
    assert await newsroom.deliver() == []
    assert [row.action for row in await newsroom.log()] == ["broadcast"]


async def test_a_correction_that_cannot_be_sent_changes_nothing(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head, content=PHOTOS)
    await newsroom.deliver()
    for attempt in (Content("x" * 1_025), Content("x" * 5_000)):
        with pytest.raises(Unsendable):
            await newsroom.correct(head, broadcast, attempt)
    assert (await newsroom.broadcast(head, broadcast)).content == PHOTOS


# recalls


async def test_a_recall_deletes_what_was_sent_and_is_for_ever(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(4)
    broadcast = await newsroom.sent(head)
    await newsroom.mark(await newsroom.take(to_many=2))
    on_its_way = await newsroom.take(to_many=1)
    for _ in range(2):
        await newsroom.do(broadcasts.recall, head, broadcast)
    await newsroom.mark(on_its_way)
    gone = await newsroom.deliver()
    assert sorted(letter.parts[0].delivery.reached for letter in gone) == [(1,), (2,), (3,)]
    state = await newsroom.state(head, broadcast)
    assert (state.count, state.recall) == (Count(sent=3, dropped=1), Count(sent=3))
    assert state.broadcast.status is Status.RECALLED
    for step, more in ((broadcasts.resume, ()), (broadcasts.stop, ()), (broadcasts.correct, (BETTER,))):
        with pytest.raises(BroadcastBegun):
            await newsroom.do(step, head, broadcast, *more)
    assert [row.action for row in await newsroom.log()] == ["broadcast", "broadcast_recalled"]


async def test_all_of_an_album_is_recalled(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head, content=PHOTOS)
    await newsroom.mark(await newsroom.take(), Sent(7, (8, 9)))
    await newsroom.do(broadcasts.recall, head, broadcast)
    [letter] = await newsroom.take()
    assert letter.parts[0].delivery.reached == (7, 8, 9)


async def test_where_a_recall_comes_too_late_is_said(newsroom: Newsroom, head: int) -> None:
    [early, late, gone] = await newsroom.teachers(3)
    await newsroom.write(choose, late, digest=True)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    newsroom.clock.moment = moscow("12 18:00")
    await newsroom.deliver()
    await newsroom.write(change_person, gone, unreachable_at=newsroom.now)
    newsroom.clock.moment = moscow("14 12:00")
    await newsroom.do(broadcasts.recall, head, broadcast)
    assert [letter.reader.person_id for letter in await newsroom.deliver()] == [late]
    assert (await newsroom.state(head, broadcast)).recall == Count(sent=1, failed=2)
    assert early in await newsroom.people(DeliveryKind.RECALL, "failed")


async def test_what_cannot_be_deleted_or_is_out_of_reach_is_counted(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(3)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    await newsroom.do(broadcasts.recall, head, broadcast)
    first, second, third = await newsroom.take()
    await newsroom.mark((first,), Refused("message can't be deleted for everyone"))
    await newsroom.mark((second,), Unreachable("bot was blocked by the user"))
    await newsroom.mark((third,))
    assert (await newsroom.state(head, broadcast)).recall == Count(sent=1, failed=1, unreachable=1)


async def test_a_recall_leaves_no_correction_behind(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(2)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    await newsroom.correct(head, broadcast, BETTER)
    await newsroom.do(broadcasts.recall, head, broadcast)
    assert {letter.kind for letter in await newsroom.deliver()} == {DeliveryKind.RECALL}


# doubts


async def test_what_was_on_its_way_at_a_kill_is_named_and_not_sent_again(
    newsroom: Newsroom, head: int
) -> None:
    await newsroom.teachers(3)
    broadcast = await newsroom.sent(head)
    await newsroom.take(to_many=2)
    assert await newsroom.write(release_orphans) == (0, 2)
    assert len(await newsroom.deliver()) == 1
    assert await newsroom.count(head, broadcast) == Count(sent=1, doubtful=2)
    assert await newsroom.status(head, broadcast) == "done"
    lines = await newsroom.do(broadcasts.report, head, broadcast)
    assert sorted(line.status for line in lines) == ["doubtful", "doubtful", "sent"]


@pytest.mark.parametrize("step", ["correct", "recall"])
async def test_corrections_and_recalls_are_done_again_after_a_kill(
    newsroom: Newsroom, head: int, step: str
) -> None:
    await newsroom.teachers(2)
    broadcast = await newsroom.sent(head)
    await newsroom.deliver()
    if step == "correct":
        await newsroom.correct(head, broadcast, BETTER)
    else:
        await newsroom.do(broadcasts.recall, head, broadcast)
    await newsroom.take()
    assert await newsroom.write(release_orphans) == (2, 0)
    assert len(await newsroom.deliver()) == 2


async def test_a_doubt_ends_when_the_person_confirms(newsroom: Newsroom, head: int) -> None:
    [person] = await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    await newsroom.mark(await newsroom.take(), Unknown("ServerDisconnectedError"))
    assert await newsroom.count(head, broadcast) == Count(doubtful=1)
    assert await newsroom.do(broadcasts.confirm_read, person, broadcast)
    assert await newsroom.count(head, broadcast) == Count(sent=1, read=1)


async def test_what_surely_did_not_arrive_is_tried_again(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    await newsroom.mark(await newsroom.take(), Retry("Bad Gateway"))
    assert await newsroom.count(head, broadcast) == Count(left=1, later=1)
    newsroom.clock.advance(seconds=5)
    assert len(await newsroom.deliver()) == 1


# several at a time, reports, saved audiences


async def test_a_small_one_does_not_wait_for_a_large_one(newsroom: Newsroom, head: int) -> None:
    await newsroom.write(add_crowd, 100)
    [pupil] = [await newsroom.write(add_person)]
    large = await newsroom.sent(head)
    await newsroom.sent(head, Group(roles=(Role.STUDENT,)))
    letters = await newsroom.take(to_many=4)
    assert [letter.reader.person_id for letter in letters][1] == pupil
    assert len([each for each in letters if each.parts[0].delivery.broadcast_id == large]) == 3


async def test_what_goes_on_is_told_with_how_it_goes(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(2)
    broadcast = await newsroom.sent(head)
    assert await going(newsroom) == {broadcast: Count(left=2)}
    await newsroom.deliver()
    assert await going(newsroom) == {}
    await newsroom.correct(head, broadcast, BETTER)
    assert await going(newsroom) == {broadcast: Count(sent=2)}
    await newsroom.deliver()
    await newsroom.do(broadcasts.recall, head, broadcast)
    assert await going(newsroom) == {broadcast: Count(sent=2)}
    await newsroom.deliver()
    assert await going(newsroom) == {}


async def going(newsroom: Newsroom) -> dict[int, Count]:
    """What is still open an hour later, where a message shows it."""
    later = newsroom.now + timedelta(hours=1)
    await newsroom.write(show_everywhere)
    shown = await newsroom.database.read(broadcasts.on_show, later)
    return {state.broadcast.id: replace(state.count, later=0) for state in shown}


def show_everywhere(session: Session) -> None:
    session.execute(update(BroadcastRow).values(progress_chat="1", progress_message_id=1))


def said(letter: Letter) -> Content:
    announcement = letter.parts[0].announcement
    assert announcement is not None
    return announcement.content


async def test_the_report_names_everybody_with_the_reason_and_is_logged(
    newsroom: Newsroom, head: int
) -> None:
    [anya, boris, vera] = [
        (await newsroom.teachers(1, name=name, organisation="Школа № 1"))[0]
        for name in ("Аня", "Борис", "Галина")
    ]
    broadcast = await newsroom.sent(head)
    letters = {letter.reader.person_id: letter for letter in await newsroom.take()}
    await newsroom.mark((letters[anya],))
    await newsroom.mark((letters[boris],), Unreachable("bot was blocked by the user"))
    await newsroom.mark((letters[vera],), Refused("can't parse entities"))
    lines = await newsroom.do(broadcasts.report, head, broadcast)
    assert [(line.name, line.status, line.error, line.organisation) for line in lines] == [
        ("Аня", "sent", "", "Школа № 1"),
        ("Борис", "unreachable", "bot was blocked by the user", "Школа № 1"),
        ("Галина", "failed", "can't parse entities", "Школа № 1"),
    ]
    assert await newsroom.count(head, broadcast) == Count(sent=1, failed=1, unreachable=1)
    assert [row.action for row in await newsroom.log()] == ["broadcast", "exported"]


async def test_whoever_lost_a_municipality_sees_nobody_of_it_in_the_report(newsroom: Newsroom) -> None:
    author = await newsroom.coordinator("sochi")
    await newsroom.teachers(1, municipality_code="sochi")
    broadcast = await newsroom.sent(author)
    assert len(await newsroom.do(broadcasts.report, author, broadcast)) == 1
    actor = await newsroom.actor(author)
    assert actor.person is not None
    moved = replace(actor, person=replace(actor.person, grants=(Grant(Role.COORDINATOR, "labinskiy"),)))
    assert await newsroom.write(broadcasts.report, moved, broadcast, newsroom.now) == []


async def test_the_log_has_the_text_and_whom_it_was_for(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    long = Content("Очень длинный текст " * 10)
    broadcast = await newsroom.sent(head, content=long)
    [entry] = await newsroom.log()
    assert entry.details == {
        "broadcast": broadcast,
        "text": long.text,
        "audience": Audience((TEACHERS,)).to_json(),
        "urgent_reason": "",
    }
    assert entry.subject == long.text[:80]


async def test_a_draft_that_is_thrown_away_is_gone(newsroom: Newsroom, head: int) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.draft(head)
    actor = await newsroom.actor(head)
    await newsroom.write(broadcasts.throw_away, actor, broadcast)
    with pytest.raises(BroadcastGone):
        await newsroom.send(head, broadcast)
    sent = await newsroom.sent(head)
    with pytest.raises(BroadcastBegun):
        await newsroom.write(broadcasts.throw_away, actor, sent)


@pytest.mark.parametrize(
    "change",
    [
        lambda: (broadcasts.write, BETTER),
        lambda: (broadcasts.add_media, PHOTOS),
        lambda: (broadcasts.aim, Audience()),
        lambda: (broadcasts.link_activity, None),
        lambda: (broadcasts.call_urgent, "x"),
    ],
)
async def test_what_went_out_is_not_edited_any_more(
    newsroom: Newsroom, head: int, change: Callable[[], tuple[Any, Any]]
) -> None:
    await newsroom.teachers(1)
    broadcast = await newsroom.sent(head)
    use_case, value = change()
    with pytest.raises(BroadcastBegun):
        await newsroom.do(use_case, head, broadcast, value)


async def test_an_album_grows_picture_by_picture(newsroom: Newsroom, head: int) -> None:
    broadcast = await newsroom.draft(head, content=Content("Фото", media=(Media("photo", "a"),)))
    await newsroom.do(broadcasts.add_media, head, broadcast, Content(media=(Media("photo", "b"),)))
    assert (await newsroom.broadcast(head, broadcast)).content == PHOTOS
    with pytest.raises(Unsendable):
        await newsroom.do(broadcasts.add_media, head, broadcast, Content(media=(Media("document", "c"),)))

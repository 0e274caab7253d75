"""The forum's days, what runs now, and what clashes with the reader's own bookings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from db.engine import Session
from db.models import ForumFactRow
from domain.people import OPERATOR, Actor
from domain.programme import Track
from services import forum
from services.forum import SESSIONS_ON_PAGE, ForumPage
from tests.services.desk import Desk
from tests.town import MOSCOW, add_activity, add_slot, change_slot, moscow

FIRST, SECOND = date(2026, 10, 14), date(2026, 10, 15)


def add_session(session: Session, /, title: str, start: str, **values: Any) -> int:
    """A forum session of ninety minutes; the id of its slot."""
    activity = add_activity(session, title, kind="forum", format="lecture", track=values.pop("track", "agro"))
    return add_slot(session, activity, moscow(start), **values)


def titles(page: ForumPage) -> list[str]:
    return [activity.title for _, activity in page.sessions]


@pytest.fixture
async def actor(desk: Desk) -> Actor:
    return await desk.actor(await desk.pupil())


async def test_an_overview_tells_days_and_facts_in_order(desk: Desk) -> None:
    def facts(session: Session) -> None:
        session.add_all(
            [
                ForumFactRow(key="место", value="Экспоград", position=2),
                ForumFactRow(key="название", value="Форум", position=1),
            ]
        )

    await desk.database.write(facts)
    await desk.database.write(add_session, "Второй", "15 00:30")
    await desk.database.write(add_session, "Первый", "14 23:30")
    await desk.slot("16 10:00")
    value = await desk.database.read(forum.overview, OPERATOR, MOSCOW)
    assert list(value.days) == [FIRST, SECOND], "a workshop is no day of the forum"
    assert list(value.facts) == [("название", "Форум"), ("место", "Экспоград")]


async def test_a_day_by_time_and_by_track(desk: Desk, actor: Actor) -> None:
    add = desk.database.write
    await add(add_session, "Полдень", "14 12:00", track="technology")
    await add(add_session, "Утро", "14 00:00")
    await add(add_session, "Ночь", "14 23:59", cancelled_at=desk.now)
    await add(add_session, "Завтра", "15 00:00")
    await desk.slot("14 12:00")
    page = await desk.database.read(forum.day_page, actor, FIRST, None, 0, MOSCOW)
    assert (titles(page), page.total, page.last) == (["Утро", "Полдень", "Ночь"], 3, 0)
    page = await desk.database.read(forum.day_page, actor, FIRST, Track.TECHNOLOGY, 0, MOSCOW)
    assert (titles(page), page.total) == (["Полдень"], 1)
    page = await desk.database.read(forum.day_page, actor, FIRST, Track.ENGINEERING, 0, MOSCOW)
    assert (titles(page), page.total, page.last) == ([], 0, 0)


async def test_pages_follow_each_other_and_past_the_end_is_the_last(desk: Desk, actor: Actor) -> None:
    for hour in range(SESSIONS_ON_PAGE + 2):
        await desk.database.write(add_session, str(hour), f"14 {hour + 10}:00")
    pages = [
        await desk.database.read(forum.day_page, actor, FIRST, None, number, MOSCOW)
        for number in (0, 1, 99, -3)
    ]
    assert [page.number for page in pages] == [0, 1, 1, 0]
    assert [title for page in pages[:2] for title in titles(page)] == [str(number) for number in range(7)]
    assert titles(pages[2]) == titles(pages[1])
    assert {(page.total, page.last) for page in pages} == {(7, 1)}


async def test_now_and_soon(desk: Desk, actor: Actor) -> None:
    add = desk.database.write
    await add(add_session, "Кончилось", "14 10:30")
    await add(add_session, "Идёт", "14 10:31")
    await add(add_session, "Начинается", "14 12:00")
    await add(add_session, "Скоро", "14 12:59")
    await add(add_session, "Потом", "14 13:00")
    page = await desk.database.read(forum.now_and_soon, actor, 0, moscow("14 12:00"))
    assert titles(page) == ["Идёт", "Начинается", "Скоро"]
    nothing = await desk.database.read(forum.now_and_soon, actor, 7, moscow("15 12:00"))
    assert (titles(nothing), nothing.total) == ([], 0)


async def test_what_clashes_with_own_places_is_marked_before_the_tap(desk: Desk) -> None:
    person = await desk.pupil()
    workshop = await desk.database.write(add_activity, "Сварка")
    await desk.signed(person, await desk.slot("14 12:00", workshop))
    own = await desk.database.write(add_session, "Своя", "14 15:00")
    held = await desk.signed(person, own)
    given_back = await desk.database.write(add_session, "Отдана", "14 18:00")
    await desk.give_back(person, await desk.signed(person, given_back))
    full = await desk.database.write(add_session, "Полная", "14 20:00", capacity=1)
    await desk.filled(full, 1)
    waits = await desk.waiting(person, full)
    called_off = await desk.database.write(add_session, "Отменена", "14 09:00")
    await desk.signed(person, called_off)
    await desk.database.write(change_slot, called_off, cancelled_at=desk.now)

    others = {
        "10:30": None,
        "10:31": "Сварка",
        "13:29": "Сварка",
        "13:30": None,
        "09:30": None,
        "18:00": None,
        "20:30": None,
        "16:00": "Своя",
    }
    slots = {clock: await desk.database.write(add_session, clock, f"14 {clock}") for clock in others}
    clashing: dict[int, str] = {}
    seen: dict[int, int] = {}
    for number in range(3):
        page = await desk.database.read(forum.day_page, await desk.actor(person), FIRST, None, number, MOSCOW)
        clashing.update(page.clashing)
        seen.update({slot: booking.id for slot, booking in page.own.items()})
    assert {clock: clashing.get(slot) for clock, slot in slots.items()} == others
    assert own not in clashing
    assert (seen[own], seen[full]) == (held, waits)
    assert given_back not in seen


async def test_my_day_is_all_that_one_is_signed_up_for(desk: Desk) -> None:
    person, other = await desk.pupil(), await desk.pupil()
    session = await desk.database.write(add_session, "Форум", "14 15:00")
    await desk.signed(person, session)
    await desk.signed(person, await desk.slot("14 10:00"))
    await desk.signed(person, await desk.slot("15 10:00"))
    await desk.signed(other, await desk.slot("14 18:00"))
    planned, _ = await desk.database.read(forum.my_day, await desk.actor(person), FIRST, MOSCOW)
    assert [activity.title for _, _, activity in planned] == ["Сварка", "Форум"]
    assert await desk.database.read(forum.my_day, await desk.actor(other), SECOND, MOSCOW) == ([], {})

"""Lists by filters, nearest or soonest first, and searches: what is found, in which order, on which page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from db.engine import Session
from domain.finding import PAGE_SIZE, Filters, Listed, Page, Point
from domain.people import OPERATOR, Actor
from domain.programme import Access, Kind, Track
from services import finding
from services.finding import Found
from tests.services.desk import Desk
from tests.town import MOSCOW, add_activity, add_slot, add_venue, change_slot, moscow

KRASNODAR, SOCHI = Point(45.04534, 38.97678), Point(43.59699, 39.72477)


def by_id(_query: str, among: set[int] | None) -> Sequence[int]:
    """A search that finds all it may, in order of ids."""
    return sorted(among or ())


@pytest.fixture
async def actor(desk: Desk) -> Actor:
    return await desk.actor(await desk.pupil())


def add_workshop(session: Session, /, title: str, start: str = "14 15:00", **values: Any) -> int:
    """A workshop with one slot, at a venue of its own."""
    venue = {
        name: values.pop(name)
        for name in ("municipality_code", "latitude", "longitude", "access")
        if name in values
    }
    slot = {
        name: values.pop(name) for name in ("capacity", "taken", "waiting", "cancelled_at") if name in values
    }
    activity = add_activity(session, title, venue_id=add_venue(session, **venue), **values)
    add_slot(session, activity, moscow(start), **slot)
    return activity


async def listed(desk: Desk, actor: Actor, filters: Filters, number: int = 0) -> Found:
    await desk.database.write(finding.change_filters, actor, lambda _: filters)
    return await desk.database.read(finding.open_list, actor, number, desk.now, MOSCOW, by_id)


def titles(found: Found | Page) -> list[str]:
    page = found if isinstance(found, Page) else found.page
    return [item.activity.title for item in page.items]


async def test_each_filter_leaves_what_it_says(desk: Desk, actor: Actor) -> None:
    add = desk.database.write
    await add(add_workshop, "Сочи", municipality_code="sochi")
    await add(add_workshop, "Агро", track="agro")
    await add(add_workshop, "7–8", grade_from=7, grade_to=8)
    await add(add_workshop, "до 4", grade_to=4)
    await add(add_workshop, "Завтра", "13 00:00")
    await add(add_workshop, "Полная", capacity=2, taken=2)
    await add(add_workshop, "Очередь", capacity=2, taken=1, waiting=2)
    await add(add_workshop, "Лифт", access=",step_free,lift,")
    await add(add_workshop, "Форум", kind="forum", format="lecture")
    everything = {"Сочи", "Агро", "7–8", "до 4", "Завтра", "Полная", "Очередь", "Лифт"}

    async def left(**values: Any) -> set[str]:
        found = await listed(desk, actor, Filters(**values))
        second = await listed(desk, actor, Filters(**values), 1)
        assert found.page.total == len({*titles(found), *titles(second)})
        return {*titles(found), *titles(second)}

    assert await left() == everything
    assert await left(kind=None) == everything | {"Форум"}
    assert await left(municipality="sochi") == {"Сочи"}
    assert await left(track=Track.AGRO) == {"Агро"}
    assert await left(grade=9) == everything - {"7–8", "до 4"}
    assert await left(grade=3) == everything - {"7–8"}
    assert await left(day=date(2026, 10, 13)) == {"Завтра"}
    assert await left(only_free=True) == everything - {"Полная", "Очередь"}
    assert await left(access=frozenset({Access.LIFT})) == {"Лифт"}
    assert await left(access=frozenset({Access.LIFT, Access.STEP_FREE})) == {"Лифт"}
    assert await left(access=frozenset({Access.LIFT, Access.TOILET})) == set()
    assert await left(track=Track.AGRO, municipality="sochi") == set()


async def test_only_what_is_to_come_is_listed_the_soonest_first(desk: Desk, actor: Actor) -> None:
    await desk.database.write(add_workshop, "Прошла", "12 12:00")
    await desk.database.write(add_workshop, "Отменена", "13 12:00", cancelled_at=desk.now)
    await desk.database.write(add_workshop, "Позже", "16 12:00")
    await desk.database.write(add_workshop, "Скоро", "12 12:01")
    await desk.database.write(add_activity, "Без занятий")
    found = await listed(desk, actor, Filters())
    assert titles(found) == ["Скоро", "Позже"]


async def test_a_line_names_a_slot_with_places_before_a_nearer_full_one(desk: Desk, actor: Actor) -> None:
    activity = await desk.database.write(add_activity)
    await desk.slot("13 10:00", activity, capacity=5, taken=5)
    await desk.slot("15 10:00", activity, capacity=5, taken=2)
    await desk.slot("16 10:00", activity, capacity=None)
    [item] = (await listed(desk, actor, Filters())).page.items
    assert (item.starts_at, item.free, item.distance_km) == (moscow("15 10:00"), 3, None)


async def test_places_of_a_line(desk: Desk, actor: Actor) -> None:
    await desk.database.write(add_workshop, "Без предела", "13 10:00", capacity=None)
    await desk.database.write(add_workshop, "Перебор", "14 10:00", capacity=2, taken=3)
    await desk.database.write(add_workshop, "Очередь", "15 10:00", capacity=3, taken=2, waiting=2)
    found = await listed(desk, actor, Filters())
    assert {item.activity.title: item.free for item in found.page.items} == {
        "Без предела": None,
        "Перебор": 0,
        "Очередь": 0,
    }


async def test_near_me_sorts_by_distance_and_says_it(desk: Desk, actor: Actor) -> None:
    await desk.database.write(add_workshop, "Где-то", "12 13:00", latitude=None, longitude=None)
    await desk.database.write(add_workshop, "Краснодар", "16 10:00", latitude=45.04534, longitude=38.97678)
    await desk.database.write(add_workshop, "Сочи", "13 10:00", latitude=43.59699, longitude=39.72477)
    await desk.database.write(add_workshop, "Краснодар раньше", latitude=45.04534, longitude=38.97678)
    found = await listed(desk, actor, Filters(near=KRASNODAR))
    assert titles(found) == ["Краснодар раньше", "Краснодар", "Сочи", "Где-то"]
    distances = [item.distance_km for item in found.page.items]
    assert distances == [0, 0, pytest.approx(171.8, abs=0.5), None]
    assert titles(await listed(desk, actor, Filters(near=SOCHI)))[0] == "Сочи"


async def test_pages_follow_each_other_and_past_the_end_is_the_last(desk: Desk, actor: Actor) -> None:
    for number in range(PAGE_SIZE * 2 + 1):
        await desk.database.write(add_workshop, f"{number:02}", f"{13 + number} 10:00")
    pages = [await listed(desk, actor, Filters(), number) for number in (0, 1, 2, 99, -1)]
    assert [found.page.number for found in pages] == [0, 1, 2, 2, 0]
    assert [title for found in pages[:3] for title in titles(found)] == [f"{n:02}" for n in range(11)]
    assert {found.page.total for found in pages} == {11}
    searched = [await listed(desk, actor, Filters(query="х"), number) for number in (0, 1, 2, 99, -1)]
    assert [found.page.number for found in searched] == [0, 1, 2, 2, 0]
    assert [title for found in searched[:3] for title in titles(found)] == [f"{n:02}" for n in range(11)]


async def test_an_empty_list_says_how_many_there_are_without_the_filters(desk: Desk, actor: Actor) -> None:
    for _ in range(3):
        await desk.database.write(add_workshop, "Сварка", track="technology")
    await desk.database.write(add_workshop, "Форум", kind="forum", track="agro", format="lecture")
    found = await listed(desk, actor, Filters(track=Track.AGRO))
    assert (found.page.items, found.page.number, found.page.total, found.unfiltered) == ((), 0, 0, 3)
    assert (await listed(desk, actor, Filters(track=Track.TECHNOLOGY))).unfiltered == 0
    nothing = await desk.database.read(
        finding.open_list, await desk.actor(await desk.pupil()), 0, moscow("20 10:00"), MOSCOW, by_id
    )
    assert (nothing.page.total, nothing.unfiltered) == (0, 0)


async def test_a_search_is_remembered_beside_the_filters_and_looks_everywhere(
    desk: Desk, actor: Actor
) -> None:
    await desk.database.write(add_workshop, "Сварка", track="technology")
    await desk.database.write(add_workshop, "Форум", kind="forum", track="technology", format="lecture")
    await desk.database.write(add_workshop, "Теплица", track="agro")
    await desk.database.write(finding.change_filters, actor, lambda _: Filters(track=Track.TECHNOLOGY))
    found = await desk.database.write(finding.search, actor, "сварка", desk.now, MOSCOW, by_id)
    assert titles(found) == ["Сварка", "Форум"]
    assert found.filters == Filters(query="сварка", track=Track.TECHNOLOGY, kind=None)
    again = await desk.database.read(finding.open_list, actor, 0, desk.now, MOSCOW, by_id)
    assert again == found
    hub = await desk.database.read(finding.open_hub, actor, desk.now, MOSCOW, by_id)
    assert (hub.filters, hub.total) == (found.filters, 2)


async def test_a_search_keeps_the_order_of_meaning_and_the_filters(desk: Desk, actor: Actor) -> None:
    first = await desk.database.write(add_workshop, "Первая", "16 10:00")
    second = await desk.database.write(add_workshop, "Вторая", "13 10:00")
    third = await desk.database.write(add_workshop, "Полная", capacity=1, taken=1)

    def rank(_query: str, among: set[int] | None) -> Sequence[int]:
        assert among is not None
        return [number for number in (third, first, second) if number in among]

    await desk.database.write(finding.change_filters, actor, lambda _: Filters(only_free=True))
    found = await desk.database.write(finding.search, actor, "x", desk.now, MOSCOW, rank)
    assert titles(found) == ["Первая", "Вторая"]


async def test_filters_are_each_persons_own(desk: Desk, actor: Actor) -> None:
    other = await desk.actor(await desk.pupil())
    await desk.database.write(finding.change_filters, actor, lambda filters: replace(filters, grade=9))
    await desk.database.write(
        finding.change_filters, actor, lambda filters: replace(filters, track=Track.AGRO)
    )
    hub = await desk.database.read(finding.open_hub, actor, desk.now, MOSCOW, by_id)
    assert hub.filters == Filters(grade=9, track=Track.AGRO)
    assert (await desk.database.read(finding.open_hub, other, desk.now, MOSCOW, by_id)).filters == Filters()


async def test_choices_count_under_the_other_filters(desk: Desk, actor: Actor) -> None:
    for town, track in (("sochi", "agro"), ("sochi", "agro"), ("anapa", "agro"), ("anapa", "technology")):
        await desk.database.write(add_workshop, "М", municipality_code=town, track=track)
    await desk.database.write(add_workshop, "Ф", municipality_code="sochi", track="agro", kind="forum")
    await desk.database.write(
        finding.change_filters, actor, lambda _: Filters(track=Track.AGRO, municipality="anapa", query="х")
    )
    counts = await desk.database.read(finding.choices_of_municipality, actor, desk.now, MOSCOW)
    assert counts == {"sochi": 2, "anapa": 1}


async def test_days_to_choose_from_are_local_and_coming(desk: Desk, actor: Actor) -> None:
    activity = await desk.database.write(add_activity)
    for start in ("12 10:00", "13 00:30", "13 23:30", "15 10:00"):
        await desk.slot(start, activity)
    gone = await desk.slot("16 10:00", activity)
    await desk.database.write(change_slot, gone, cancelled_at=desk.now)
    await desk.database.write(
        finding.change_filters, actor, lambda _: Filters(day=date(2026, 10, 15), query="х")
    )
    days = await desk.database.read(finding.choices_of_day, actor, desk.now, MOSCOW)
    assert days == [date(2026, 10, 13), date(2026, 10, 15)]


async def test_inline_results(desk: Desk) -> None:
    add = desk.database.write
    codes = [f"W-{number}" for number in range(1, 8)]
    for number, code in enumerate(codes):
        await add(add_workshop, code, f"{13 + number} 10:00", code=code)
    await add(add_workshop, "Форум", kind="forum", format="lecture", code="F-1")

    async def results(query: str, offset: int = 0) -> tuple[list[str], bool]:
        page, more = await desk.database.read(
            finding.inline_results, OPERATOR, query, offset, 5, desk.now, MOSCOW, by_id
        )
        return titles(page), more

    assert await results("") == (codes[:5], True)
    assert await results("", 5) == (codes[5:], False)
    assert await results("W-3") == (["W-3"], False)
    assert await results("сварка") == (codes[:5], True)
    assert await results("сварка", 5) == ([*codes[5:], "Форум"], False)
    assert await results("сварка", 10) == ([], False)


async def test_a_code_without_coming_slots_is_still_shown(desk: Desk) -> None:
    await desk.database.write(add_activity, "Без занятий", code="EMPTY")
    page, more = await desk.database.read(
        finding.inline_results, OPERATOR, "EMPTY", 0, 5, desk.now, MOSCOW, by_id
    )
    [item] = page.items
    assert isinstance(item, Listed)
    assert (item.starts_at, item.ends_at, item.free, item.activity.kind, more) == (
        None,
        None,
        None,
        Kind.WORKSHOP,
        False,
    )

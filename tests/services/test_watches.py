"""«Сообщить, когда появится»: told once, with what appeared, and the wish is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import select

from db.engine import Session
from db.models import DeliveryRow, WatchRow
from domain.finding import Filters, Point
from domain.limits import LIMITS, Kept, LimitReached
from domain.programme import Track
from services import watches
from services.finding import change_filters
from services.watches import fulfil, watch
from tests.services.desk import Desk
from tests.town import MOSCOW, add_activity, change_slot, moscow


def nothing_found(_query: str, _among: set[int] | None) -> Sequence[int]:
    return []


async def wish(desk: Desk, person: int, filters: Filters) -> None:
    actor = await desk.actor(person)
    await desk.database.write(change_filters, actor, lambda _: filters)
    await desk.database.write(watch, actor, desk.now)


async def tell(desk: Desk) -> int:
    return await desk.database.write(fulfil, desk.now, MOSCOW, nothing_found)


async def wishes(desk: Desk) -> int:
    return len(await desk.database.read(lambda session: session.scalars(select(WatchRow)).all()))


async def told(desk: Desk) -> list[DeliveryRow]:
    def read(session: Session) -> list[DeliveryRow]:
        return list(session.scalars(select(DeliveryRow).order_by(DeliveryRow.person_id)))

    return await desk.database.read(read)


async def test_a_wish_is_told_once_when_it_comes_true(desk: Desk) -> None:
    person = await desk.pupil()
    await wish(desk, person, Filters(track=Track.AGRO))
    await desk.slot(activity=await desk.database.write(add_activity, "Сварка", track="technology"))
    assert await tell(desk) == 0
    greenhouse = await desk.database.write(add_activity, "Теплица", track="agro")
    assert await tell(desk) == 0, "an activity without a slot is nothing to sign up for"
    await desk.slot(activity=greenhouse)
    assert await tell(desk) == 1
    [message] = await told(desk)
    assert (message.kind, message.person_id, message.due_at) == ("watch", person, desk.now)
    assert message.payload == {"activity_id": greenhouse, "count": 1}
    assert (await tell(desk), await wishes(desk)) == (0, 0)


async def test_the_same_wish_twice_is_one_and_of_two_people_two(desk: Desk) -> None:
    for person in (await desk.pupil(), await desk.pupil()):
        for place in (Point(45, 39), Point(44, 38)):
            await wish(desk, person, Filters(grade=9, near=place))
    assert await wishes(desk) == 2, "where somebody stood is no part of a wish"
    await desk.slot()
    assert await tell(desk) == 2


async def test_a_wish_made_again_after_it_came_true_is_told_again(desk: Desk) -> None:
    person, _ = await desk.pupil(), await desk.slot()
    for _ in range(2):
        await wish(desk, person, Filters())
        assert await tell(desk) == 1
        desk.clock.advance(minutes=1)
    assert len(await told(desk)) == 2


async def test_only_what_has_places_fulfils_a_wish(desk: Desk) -> None:
    slot = await desk.slot(capacity=1)
    [(holder, held)] = await desk.filled(slot, 1)
    await wish(desk, await desk.pupil(), Filters())
    assert await tell(desk) == 0
    await desk.give_back(holder, held)
    assert await tell(desk) == 1


async def test_nobody_is_told_at_night(desk: Desk) -> None:
    await wish(desk, await desk.pupil(), Filters())
    await desk.slot()
    desk.clock.moment = moscow("12 22:00")
    await tell(desk)
    assert [message.due_at for message in await told(desk)] == [moscow("13 08:00")]


async def test_a_wish_for_a_day_that_has_passed_is_forgotten_without_a_word(desk: Desk) -> None:
    await wish(desk, await desk.pupil(), Filters(day=date(2026, 10, 12)))
    slot = await desk.slot("12 15:00")
    await desk.database.write(change_slot, slot, capacity=0)
    assert (await tell(desk), await wishes(desk)) == (0, 1), "the day is not over"
    desk.clock.moment = moscow("13 00:00")
    assert (await tell(desk), await wishes(desk)) == (0, 0)


async def test_a_wish_in_words_asks_the_search(desk: Desk) -> None:
    await wish(desk, await desk.pupil(), Filters(query="сварка", kind=None))
    activity = await desk.database.write(add_activity)
    await desk.slot(activity=activity)
    assert await tell(desk) == 0
    asked: list[str] = []

    def found(query: str, among: set[int] | None) -> Sequence[int]:
        asked.append(query)
        return sorted(among or ())

    assert await desk.database.write(fulfil, desk.now, MOSCOW, found) == 1
    assert asked == ["сварка"]


async def test_wishes_that_never_come_true_stand_in_nobodys_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "WISHES_AT_ONCE", 2)
    person = await desk.pupil()
    for grade in (1, 2, 3, 4, 5):
        await wish(desk, person, Filters(grade=grade))
    late = await desk.pupil()
    await wish(desk, late, Filters(grade=9))
    await desk.slot(activity=await desk.database.write(add_activity, grade_from=9, grade_to=9))
    looks = 0
    while not await tell(desk):
        looks += 1
        assert looks < 200
    assert [message.person_id for message in await told(desk)] == [late]


async def test_twenty_wishes_are_remembered_and_no_more(desk: Desk) -> None:
    person = await desk.pupil()
    queries = [f"сварка {number}" for number in range(LIMITS[Kept.WISHES].most)]
    for query in queries:
        await wish(desk, person, Filters(query=query))
    with pytest.raises(LimitReached):
        await wish(desk, person, Filters(query="ещё одна"))
    await wish(desk, person, Filters(query=queries[0]))
    assert await wishes(desk) == len(queries)

"""Does a check find what is wrong, and only that."""

from __future__ import annotations

from services.checks import integrity_problems, programme_size
from tests.services.desk import Desk
from tests.town import change_slot


async def test_books_that_are_right_have_no_problems(desk: Desk) -> None:
    slot = await desk.slot(capacity=2)
    [_, second] = await desk.filled(slot, 2)
    await desk.waiting(await desk.pupil(), slot)
    await desk.give_back(*second)
    await desk.change(slot, capacity=1)
    assert await desk.database.read(integrity_problems) == []
    assert await desk.database.read(programme_size) == (1, 1)


async def test_a_counter_that_differs_from_the_bookings_is_found(desk: Desk) -> None:
    wrong, right, waiting = [await desk.slot(code=code) for code in ("S-WRONG", "S-RIGHT", "S-WAITING")]
    for slot in (wrong, right, waiting):
        await desk.filled(slot, 2)
    await desk.database.write(change_slot, wrong, taken=1)
    await desk.database.write(change_slot, waiting, waiting=1)
    assert sorted(await desk.database.read(integrity_problems)) == ["S-WAITING", "S-WRONG"]

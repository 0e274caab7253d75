"""A list page, a card and «Мои записи» cost three statements at most, whatever their size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from db.engine import Session
from db.models import PersonRow
from tests import town
from tests.e2e.stage import Stage
from tests.town import moscow

MOST = 3
NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def _counted(stage: Stage) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(NOT_QUERIES):
            statements.append(statement)

    engines = stage.database.engines
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("size", [1, 30])
async def test_pages_cost_three_statements_at_most(stage: Stage, size: int) -> None:
    anya = await stage.registered("Аня")

    def fill(session: Session) -> None:
        venue = town.add_venue(session, municipality_code="labinskiy")
        person = session.scalars(select(PersonRow.id)).one()
        for number in range(size):
            activity = town.add_activity(session, f"Сварка {number}", venue_id=venue, code=f"W{number}")
            slot = town.add_slot(session, activity, moscow("13 10:00"), capacity=5)
            for day in range(1, min(size, 8)):
                town.add_slot(session, activity, moscow(f"{13 + day} 10:00"), capacity=5)
            status = "booked" if number % 2 == 0 else "waiting"
            town.add_booking(session, slot, person, status=status)

    await stage.write(fill)
    await stage.programme_is_ready()
    # The clock's own look at the table is not part of the page.
    await stage.application.scheduler.stop()
    await anya.send("/menu")
    costs = {}
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "list": lambda: anya.hack("wl:0"),
        "found": lambda: anya.send("сварка"),
        "found again": lambda: anya.hack("wl:0"),
        "card": lambda: anya.hack("c:1:w0"),
        "poster": lambda: anya.send("/start act_W0"),
        "my bookings": lambda: anya.send("/my"),
        "one booking": lambda: anya.hack("bo:1"),
    }
    for name, act in acts.items():
        with _counted(stage) as statements:
            await act()
        costs[name] = len(statements)
    # A search remembers its words beside the three of its page.
    assert {name: cost for name, cost in costs.items() if cost > MOST + (name == "found")} == {}

"""The people behind taps: met once, kept at hand, read anew when they change."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from bot import actors
from bot.actors import FRESH_FOR, Actors
from db.engine import Database
from db.models import PersonRow
from domain.people import Address, Right
from services import people
from tests.town import HandClock, change_person

ANYA, OLGA = Address("telegram", "1"), Address("telegram", "2")


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in database.engines:
        event.remove(engine, "before_cursor_execute", note)


async def person_id(cache: Actors, address: Address, clock: HandClock) -> int:
    return (await cache.actor(address, clock.now())).person_id


async def test_two_first_taps_at_once_are_one_person(database: Database, clock: HandClock) -> None:
    cache = Actors(database)
    assert len(set(await asyncio.gather(*(person_id(cache, ANYA, clock) for _ in range(8))))) == 1
    assert await person_id(cache, OLGA, clock) != await person_id(cache, ANYA, clock)
    assert await database.read(lambda s: s.scalar(select(func.count()).select_from(PersonRow))) == 2


async def test_who_taps_on_costs_no_statement(database: Database, clock: HandClock) -> None:
    cache = Actors(database)
    first = await cache.actor(ANYA, clock.now())
    clock.moment += FRESH_FOR - timedelta(seconds=1)
    with statements(database) as seen:
        assert await cache.actor(ANYA, clock.now()) is first
    assert seen == []


async def test_somebody_known_is_read_without_a_write(database: Database, clock: HandClock) -> None:
    await Actors(database).actor(ANYA, clock.now())
    with statements(database) as seen:
        await Actors(database).actor(ANYA, clock.now())
    assert {statement.split()[0] for statement in seen} - {"BEGIN"} == {"SELECT"}


@pytest.mark.parametrize("how", ["forgotten", "after a while"])
async def test_who_changed_is_read_anew(database: Database, clock: HandClock, how: str) -> None:
    cache = Actors(database)
    number = await person_id(cache, ANYA, clock)
    await database.write(change_person, number, name="Аня")
    kept = (await cache.actor(ANYA, clock.now())).person
    assert kept is not None
    assert kept.name is None
    if how == "forgotten":
        cache.forget(ANYA)
    else:
        clock.moment += FRESH_FOR
    found = (await cache.actor(ANYA, clock.now())).person
    assert found is not None
    assert found.name == "Аня"


async def test_who_changes_while_they_are_read_is_not_kept_as_they_were(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(people.meet, ANYA, clock.now())
    cache = Actors(database)
    was_read, may_return = threading.Event(), threading.Event()
    recall = people.recall_all

    def slow(*args: object) -> object:
        found = recall(*args)  # type: ignore[arg-type]
        was_read.set()
        assert may_return.wait(10)
        return found

    monkeypatch.setattr(people, "recall_all", slow)
    reading = asyncio.ensure_future(cache.actor(ANYA, clock.now()))
    await asyncio.to_thread(was_read.wait, 10)
    monkeypatch.setattr(people, "recall_all", recall)
    await database.write(change_person, 1, name="Аня")
    cache.forget(ANYA)
    may_return.set()
    await reading
    found = (await cache.actor(ANYA, clock.now())).person
    assert found is not None
    assert found.name == "Аня"


async def test_coordinators_of_the_settings_hold_their_rights(database: Database, clock: HandClock) -> None:
    olga = (await database.write(people.meet, OLGA, clock.now())).id
    await database.write(change_person, olga, name="Ольга", consent_version="1")
    cache = Actors(database, {OLGA})
    coordinator, pupil = await cache.actor(OLGA, clock.now()), await cache.actor(ANYA, clock.now())
    assert coordinator.may(Right.RUN_PROGRAMME)
    assert coordinator.may(Right.BROADCAST)
    assert not coordinator.may(Right.OPERATE)
    assert not pupil.may(Right.RUN_PROGRAMME)
    elsewhere = await cache.actor(Address("other", "2"), clock.now())
    assert not elsewhere.may(Right.RUN_PROGRAMME), "another messenger may use the same number"


async def test_only_so_many_are_remembered(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors, "MOST_REMEMBERED", 2)
    cache = Actors(database)
    for address in (ANYA, OLGA, ANYA, Address("telegram", "3")):
        await cache.actor(address, clock.now())
    with statements(database) as seen:
        await cache.actor(ANYA, clock.now())
        assert seen == [], "who taps often stays"
        await cache.actor(OLGA, clock.now())
        assert seen != []


async def test_a_crowd_of_strangers_is_met_in_a_few_statements(database: Database, clock: HandClock) -> None:
    cache = Actors(database)
    crowd = [Address("telegram", str(number)) for number in range(300)]
    with statements(database) as seen:
        met = await asyncio.gather(*(cache.actor(address, clock.now()) for address in crowd))
    assert len({actor.person_id for actor in met}) == 300
    assert len(seen) < 40


async def test_who_was_here_lately_costs_nothing_after_a_start(database: Database, clock: HandClock) -> None:
    await Actors(database).actor(ANYA, clock.now())
    cache = Actors(database)
    await cache.load(clock.now())
    with statements(database) as seen:
        await cache.actor(ANYA, clock.now())
    assert seen == []


@pytest.mark.parametrize("away", [{"days": 2}, {"minutes": 1}])
async def test_that_somebody_is_back_is_written_down_beside_their_answer(
    database: Database, clock: HandClock, away: dict[str, float]
) -> None:
    """Away for days, or lost a minute ago."""
    number = await person_id(Actors(database), ANYA, clock)
    await database.write(change_person, number, unreachable_at=clock.now() if "minutes" in away else None)
    cache, now = Actors(database), clock.advance(**away)
    await cache.load(now)
    await cache.actor(ANYA, now)
    await cache.finished()
    row = await database.read(lambda session: session.get(PersonRow, number))
    assert row is not None
    assert (row.unreachable_at, row.seen_at) == (None, now)


async def test_a_database_that_takes_no_writes_still_knows_people(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await person_id(Actors(database), ANYA, clock)
    later = clock.advance(days=2)

    def locked(*_: object) -> None:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(people, "note_seen", locked)
    cache = Actors(database)
    assert await person_id(cache, ANYA, clock) == number
    await cache.finished()
    monkeypatch.undo()
    clock.moment += FRESH_FOR
    await person_id(cache, ANYA, clock)
    await cache.finished()
    row = await database.read(lambda session: session.get(PersonRow, number))
    assert row is not None
    assert row.seen_at > later


async def test_an_error_is_heard_by_all_who_asked_and_not_remembered(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise RuntimeError("database is locked")

    cache = Actors(database)
    monkeypatch.setattr(people, "meet_all", locked)
    failed = await asyncio.gather(
        *(cache.actor(address, clock.now()) for address in (ANYA, ANYA, OLGA)), return_exceptions=True
    )
    assert [type(error) for error in failed] == [RuntimeError] * 3
    monkeypatch.undo()
    assert await person_id(cache, ANYA, clock) != await person_id(cache, OLGA, clock)

"""Units of work: all or nothing, one at a time, many to a commit."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError

from db.engine import GROUP, Database, NestedWrite, Session, WriterStopped
from db.models import PersonRow
from tests.town import add_person, change_person


class Refusal(Exception):
    """What a unit of work of these tests fails with."""


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PersonRow)) or 0


def names(session: Session) -> list[str | None]:
    return list(session.scalars(select(PersonRow.name).order_by(PersonRow.id)))


def add_and_fail(session: Session) -> None:
    add_person(session)
    raise Refusal


@pytest.fixture
async def file(database_url: str) -> AsyncIterator[Database]:
    """A database in a file, for what is promised of files alone."""
    if not database_url.startswith("sqlite"):
        pytest.skip("of SQLite alone")
    database = Database(database_url)
    yield database
    await database.close()


@asynccontextmanager
async def occupied(database: Database) -> AsyncIterator[Callable[[], None]]:
    """The writer is busy until the function is called, or the block ends."""
    begun, gate = threading.Event(), threading.Event()

    def wait(_session: Session) -> None:
        begun.set()
        assert gate.wait(10)

    busy = asyncio.ensure_future(database.write(wait))
    try:
        await asyncio.to_thread(begun.wait, 10)
        yield gate.set
    finally:
        gate.set()
        await busy


def statements(database: Database) -> list[str]:
    """What SQLite really executes from now on; before the first use of the database."""
    seen: list[str] = []

    def trace(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(seen.append)

    for engine in database.engines:
        event.listen(engine, "connect", trace)
    return seen


async def test_a_unit_of_work_commits_by_returning(database: Database) -> None:
    person = await database.write(add_person, name="Оля")
    assert (person, await database.read(names)) == (1, ["Оля"])


async def test_a_unit_of_work_that_raises_leaves_no_trace(database: Database) -> None:
    with pytest.raises(Refusal):
        await database.write(add_and_fail)
    assert await database.read(count) == 0


async def test_what_was_not_flushed_is_written_all_the_same(database: Database) -> None:
    person = await database.write(add_person)
    await database.write(change_person, person, name="Катя")
    assert await database.read(names) == ["Катя"]


async def test_a_violated_constraint_leaves_no_trace(database: Database) -> None:
    await database.write(add_person, messenger_user_id="7")
    with pytest.raises(IntegrityError):
        await database.write(add_person, messenger_user_id="7")
    assert await database.read(count) == 1


async def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.write(add_person, municipality_code="atlantis")


async def test_what_a_read_writes_is_discarded(database: Database) -> None:
    await database.read(add_person)
    assert await database.read(count) == 0


async def test_a_nested_write_is_refused_aloud(database: Database) -> None:
    def nested(_session: Session) -> None:
        database.write(add_person)

    with pytest.raises(NestedWrite, match="add_person"):
        await database.write(nested)
    assert await database.read(count) == 0


async def test_a_write_from_inside_a_read_is_refused_too(database: Database) -> None:
    def nested(_session: Session) -> None:
        database.write(add_person)

    with pytest.raises(NestedWrite, match="add_person"):
        await database.read(nested)
    await database.write(lambda _: None)
    assert await database.read(count) == 0


async def test_a_unit_that_rolls_back_by_itself_harms_only_itself(database: Database) -> None:
    def roll_back(session: Session) -> None:
        add_person(session)
        session.rollback()

    results = await asyncio.gather(
        database.write(add_person),
        database.write(roll_back),
        database.write(add_person),
        return_exceptions=True,
    )
    assert [isinstance(result, Exception) for result in results] == [False, True, False]
    assert await database.read(count) == 2


async def test_after_a_refusal_the_next_unit_is_written_as_ever(database: Database) -> None:
    with pytest.raises(Refusal):
        await database.write(add_and_fail)
    await database.write(add_person)
    assert await database.read(count) == 1


async def test_a_write_begins_when_it_is_asked_for_not_when_it_is_waited_for(database: Database) -> None:
    written = database.write(add_person)
    await database.write(lambda _: None)
    assert await database.read(count) == 1
    await written


async def test_a_caller_cancelled_while_it_waits_leaves_no_trace(database: Database) -> None:
    async with occupied(database) as release:
        waiting = asyncio.ensure_future(database.write(add_person))
        await asyncio.sleep(0)
        waiting.cancel()
        # The loop carries the cancellation to the writer's queue in its next round.
        await asyncio.sleep(0)
        release()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await database.write(lambda _: None)
    assert await database.read(count) == 0


async def test_a_read_sees_one_moment_however_long_it_takes(database: Database) -> None:
    begun, written = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def twice(session: Session) -> tuple[int, int]:
        before = count(session)
        begun.set()
        asyncio.run_coroutine_threadsafe(written.wait(), loop).result(10)
        session.expire_all()
        return before, count(session)

    reading = asyncio.ensure_future(database.read(twice))
    await asyncio.to_thread(begun.wait, 10)
    await database.write(add_person)
    written.set()
    assert await reading == (0, 0)
    assert await database.read(count) == 1


async def test_a_read_does_not_wait_for_a_write_in_hand(database: Database) -> None:
    async with occupied(database):
        assert await asyncio.wait_for(database.read(count), 5) == 0


async def test_a_write_takes_the_lock_before_it_reads(file: Database) -> None:
    seen = statements(file)
    await file.write(count)
    assert [statement.split(maxsplit=1)[0] for statement in seen if "SAVEPOINT" not in statement] == [
        "BEGIN",
        "SELECT",
        "COMMIT",
    ]
    assert seen[0] == "BEGIN IMMEDIATE"


async def test_writes_that_wait_share_a_commit(file: Database) -> None:
    seen = statements(file)
    async with occupied(file) as release:
        writes = [asyncio.ensure_future(file.write(add_person)) for _ in range(GROUP)]
        await asyncio.sleep(0)
        release()
        await asyncio.gather(*writes)
    assert seen.count("COMMIT") == 2
    assert await file.read(count) == GROUP


async def test_one_that_fails_in_a_shared_commit_harms_nobody(database: Database) -> None:
    writes = [database.write(add_and_fail if number % 8 == 3 else add_person) for number in range(GROUP)]
    results = await asyncio.gather(*writes, return_exceptions=True)
    failed = [number for number, result in enumerate(results) if isinstance(result, Refusal)]
    assert failed == list(range(3, GROUP, 8))
    written = [result for result in results if not isinstance(result, Refusal)]
    assert len(set(map(str, written))) == len(written) == await database.read(count)


async def test_units_that_only_read_share_a_savepoint_and_harm_no_writes(database: Database) -> None:
    said: list[str] = []
    event.listen(database.engines[-1], "before_cursor_execute", lambda *heard: said.append(heard[2]))
    async with occupied(database) as release:
        reads = [asyncio.ensure_future(database.write(count)) for _ in range(10)]
        mixed = [
            asyncio.ensure_future(database.write(unit))
            for unit in (add_person, count, add_and_fail, count, add_person, count)
        ]
        await asyncio.sleep(0)
        release()
        assert await asyncio.gather(*reads) == [0] * 10
        results = await asyncio.gather(*mixed, return_exceptions=True)
    assert [type(result) for result in results] == [int, int, Refusal, int, int, int]
    assert (results[1], results[3], results[5]) == (1, 1, 2)
    assert await database.read(count) == 2
    # One for the reads and the first write, and a new one behind each that wrote or failed.
    assert sum(statement.startswith("SAVEPOINT") for statement in said) == 4


async def test_a_commit_that_fails_is_heard_by_everybody_in_it(database: Database) -> None:
    commits: list[object] = []

    def refuse(connection: object) -> None:
        commits.append(connection)
        if len(commits) > 1:  # The first is that of the unit which keeps the writer busy.
            raise Refusal

    await database.write(lambda _: None)
    writer = database.engines[-1]
    async with occupied(database) as release:
        writes = [asyncio.ensure_future(database.write(add_person)) for _ in range(3)]
        await asyncio.sleep(0)
        event.listen(writer, "commit", refuse)
        release()
        results = await asyncio.gather(*writes, return_exceptions=True)
    event.remove(writer, "commit", refuse)
    assert [type(result) for result in results] == [Refusal] * 3
    assert await database.read(count) == 0
    await database.write(add_person)
    assert await database.read(count) == 1


async def test_closing_finishes_the_writes_in_hand(database: Database, database_url: str) -> None:
    async with occupied(database) as release:
        writes = [asyncio.ensure_future(database.write(add_person)) for _ in range(GROUP * 2)]
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(database.close())
        release()
        await closing
        await asyncio.gather(*writes)
    again = Database(database_url)
    assert await again.read(count) == GROUP * 2
    await again.close()


async def test_nothing_is_written_after_closing(database: Database) -> None:
    await database.close()
    with pytest.raises(WriterStopped):
        await database.write(add_person)
    await database.close()


async def test_every_connection_keeps_what_it_promised(file: Database) -> None:
    def pragmas(session: Session) -> dict[str, object]:
        return {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }

    promised = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
    }
    assert await file.write(pragmas) == promised
    assert await file.read(pragmas) == promised


async def test_without_the_write_lock_one_of_two_writers_fails(database_url: str) -> None:
    """The race that the write lock prevents, shown without it: both read 9, both would write 10."""
    if not database_url.startswith("sqlite"):
        pytest.skip("of SQLite alone")
    together = threading.Barrier(2)

    def next_grade(session: Session) -> None:
        grade = session.scalar(select(PersonRow.grade)) or 0
        together.wait(5)
        session.execute(text("UPDATE person SET grade = :grade"), {"grade": grade + 1})

    unsafe = Database(database_url, unsafe_writes=True)
    await unsafe.write(add_person, grade=9)
    results = await asyncio.gather(unsafe.write(next_grade), unsafe.write(next_grade), return_exceptions=True)
    await unsafe.close()
    assert any(isinstance(result, Exception) for result in results)


async def test_with_the_write_lock_every_update_counts(database: Database) -> None:
    def next_grade(session: Session) -> None:
        grade = session.scalar(select(PersonRow.grade)) or 0
        session.execute(text("UPDATE person SET grade = :grade"), {"grade": grade + 1})

    await database.write(add_person, grade=0)
    await asyncio.gather(*(database.write(next_grade) for _ in range(20)))
    assert await database.read(lambda session: session.scalar(select(PersonRow.grade))) == 20


async def test_a_long_read_is_in_nobodys_way(database: Database) -> None:
    begun, gate = threading.Event(), threading.Event()

    def long(session: Session) -> int:
        begun.set()
        assert gate.wait(10)
        return count(session)

    reading = asyncio.ensure_future(database.read(long))
    await asyncio.to_thread(begun.wait, 10)
    try:
        counts = await asyncio.wait_for(asyncio.gather(*(database.read(count) for _ in range(20))), 5)
    finally:
        gate.set()
    assert counts == [0] * 20
    assert await reading == 0


async def test_a_read_that_fails_is_heard_by_its_caller_alone(database: Database) -> None:
    def fail(_session: Session) -> None:
        raise Refusal

    reads = [database.read(count), database.read(fail), database.read(count)]
    results = await asyncio.gather(*reads, return_exceptions=True)
    assert [type(result) for result in results] == [int, Refusal, int]


async def test_closing_finishes_the_reads_in_hand(file: Database) -> None:
    reads = [asyncio.ensure_future(file.read(count)) for _ in range(5)]
    await asyncio.sleep(0)
    await file.close()
    assert await asyncio.gather(*reads) == [0] * 5
    with pytest.raises(WriterStopped):
        await file.read(count)

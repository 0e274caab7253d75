"""An older copy is put back: who has left since is deleted again, who came back stays."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.restored import forget_departed
from db.engine import Database, Session
from db.models import PersonRow
from db.queries import people
from services import registration
from tests.services.desk import actor_of
from tests.town import MOSCOW, HandClock, add_person


def names(session: Session) -> list[str | None]:
    return list(session.scalars(select(PersonRow.name).order_by(PersonRow.id)))


def put_back(copy: Path, file: Path) -> None:
    for part in ("", "-wal", "-shm"):
        Path(f"{file}{part}").unlink(missing_ok=True)
    shutil.copyfile(copy, file)


async def test_people_who_left_leave_an_older_copy_again(
    database_url: str, clock: HandClock, tmp_path: Path
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("the copies of a server are not ours")
    file, copy = Path(database_url.removeprefix("sqlite:///")), tmp_path / "copy"
    database = Database(database_url)
    stays = await database.write(add_person, name="Оля", created_at=clock.now())
    leaves = await database.write(add_person, name="Аня", created_at=clock.now())
    returns = await database.write(add_person, name="Катя", created_at=clock.now(), messenger_user_id="7")
    assert await forget_departed(database, clock.now(), MOSCOW) == 0
    await database.close()
    shutil.copyfile(file, copy)

    database = Database(database_url)
    for person in (leaves, returns):
        await database.write(people.delete_person, person, clock.advance(hours=1))
    back = clock.now() + timedelta(hours=1)
    await database.write(add_person, name="Катя", created_at=back, messenger_user_id="7")
    assert await forget_departed(database, clock.now(), MOSCOW) == 0
    assert await database.read(names) == ["Оля", "Катя"]
    await database.close()

    put_back(copy, file)
    database = Database(database_url)
    assert await database.read(names) == ["Оля", "Аня", "Катя"]
    assert await forget_departed(database, clock.now(), MOSCOW) == 2
    assert await forget_departed(database, clock.now(), MOSCOW) == 0
    assert await database.read(names) == ["Оля"]
    assert await database.read(lambda session: session.get(PersonRow, stays) is not None)
    await database.close()


async def test_who_withdrew_the_consent_leaves_an_older_copy_too(
    database_url: str, clock: HandClock, tmp_path: Path
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("the copies of a server are not ours")
    file, copy = Path(database_url.removeprefix("sqlite:///")), tmp_path / "copy"
    database = Database(database_url)
    person = await database.write(add_person, name="Аня", created_at=clock.now())
    actor = await database.read(actor_of, person)
    await database.close()
    shutil.copyfile(file, copy)

    database = Database(database_url)
    await database.write(registration.withdraw_consent, actor, clock.advance(hours=1), MOSCOW)
    assert await forget_departed(database, clock.now(), MOSCOW) == 0
    assert await database.read(names) == [None]
    await database.close()

    put_back(copy, file)
    database = Database(database_url)
    assert await database.read(names) == ["Аня"]
    assert await forget_departed(database, clock.now(), MOSCOW) == 1
    assert await database.read(names) == []
    await database.close()

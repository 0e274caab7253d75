"""What very many people would hear of takes two coordinators who did not appoint each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.engine import Database, Session
from db.models import LogRow, RoleGrantRow, SlotRow
from db.queries import people
from domain.editing import Edit, EditKind
from domain.people import OPERATOR, Actor, actor_for
from services import editing, programme_import
from services.second_look import NeedsSecond
from tests import town
from tests.services.programme_desk import NOW, SLOT, WHOLE, ZONE, Desk, book, new_database

MOVED = [{**SLOT, "кабинет": "7"}]


class Office(Desk):
    async def coordinator(self, municipality: str | None = None, granted_by: int | None = None) -> Actor:
        def write(session: Session) -> int:
            person_id = town.add_person(session, role="teacher")
            session.add(
                RoleGrantRow(
                    person_id=person_id,
                    role="coordinator",
                    municipality_code=municipality,
                    granted_by=granted_by,
                    granted_at=town.LONG_AGO,
                )
            )
            return person_id

        person_id = await self.database.write(write)
        person = await self.database.read(people.by_id, person_id)
        assert person is not None
        return actor_for(person)

    async def try_to_move(self, actor: Actor, now: datetime = NOW) -> bool:
        """Whether the file went in; when not, the actor asks a second coordinator."""
        rows = await self.rows(book(slots=MOVED))
        prepared = await self.database.read(programme_import.prepare, actor, rows, now, ZONE)
        try:
            await self.database.write(programme_import.apply, actor, rows, now, ZONE)
        except NeedsSecond as needed:
            await self.database.write(programme_import.ask_second, actor, needed, prepared, "a.xlsx", now)
            return False
        return True

    async def room(self) -> str:
        return (await self.slot("S1")).room


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr("services.second_look.MANY", 1)
    database = Database(new_database(tmp_path))
    office = Office(database)
    await office.apply(book(**{**WHOLE, "slots": [{**SLOT, "мест": 9}]}))
    for _ in range(2):
        await office.book_place("S1")
    yield office
    await database.close()


async def test_one_alone_writes_nothing_and_is_written_down(office: Office) -> None:
    first = await office.coordinator("labinskiy")
    assert not await office.try_to_move(first)
    assert not await office.try_to_move(first)
    assert await office.room() == "5"
    lines = await office.database.read(
        lambda session: session.execute(
            select(LogRow.action, LogRow.municipality_code).order_by(LogRow.id)
        ).all()
    )
    assert [tuple(line) for line in lines[-2:]] == [("second_asked", "labinskiy")] * 2


async def test_another_coordinator_of_all_does_the_same(office: Office) -> None:
    await office.try_to_move(await office.coordinator("labinskiy"))
    assert await office.try_to_move(await office.coordinator())
    assert await office.room() == "7"


async def test_the_second_acts_everywhere_and_was_not_appointed_by_the_first(office: Office) -> None:
    first = await office.coordinator()
    await office.try_to_move(first)
    assert not await office.try_to_move(await office.coordinator(granted_by=first.person_id))
    assert not await office.try_to_move(await office.coordinator("labinskiy"))


async def test_the_first_waits_for_a_day(office: Office) -> None:
    await office.try_to_move(await office.coordinator())
    assert not await office.try_to_move(await office.coordinator(), NOW + timedelta(days=1, seconds=1))


async def test_the_operator_and_small_changes_need_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.second_look.MANY", 2)
    assert await office.try_to_move(await office.coordinator())
    monkeypatch.setattr("services.second_look.MANY", 0)
    rows = await office.rows(book(slots=[{**SLOT, "кабинет": "8"}]))
    await office.database.write(programme_import.apply, OPERATOR, rows, NOW, ZONE)
    assert await office.room() == "8"


async def test_an_edit_in_the_chat_too_each_with_a_reason_of_their_own(office: Office) -> None:
    slot = (await office.slot("S1")).id
    one, other = await office.coordinator(), await office.coordinator()

    async def cancel(actor: Actor, reason: str) -> None:
        edit = Edit(EditKind.CANCEL, 1, slot, {"cancel_reason": reason})
        seen = await office.database.read(editing.preview, actor, edit, NOW, ZONE)
        try:
            await office.database.write(editing.apply, actor, edit, seen.mark, NOW, ZONE)
        except NeedsSecond as needed:
            await office.database.write(editing.ask_second, actor, needed, seen, NOW)

    async def cancelled() -> bool:
        return await office.database.read(
            lambda session: session.get_one(SlotRow, slot).cancelled_at is not None
        )

    await cancel(one, "мастер болеет")
    await cancel(one, "мастер болеет")
    assert not await cancelled()
    await cancel(other, "нет света")
    assert await cancelled()

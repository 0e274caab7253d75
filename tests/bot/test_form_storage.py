"""Open forms outlive a restart, and nothing of a closed one does."""

from __future__ import annotations

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import select

from bot.form_storage import FormStorage
from db.engine import Database
from db.models import FormStateRow
from domain.people import Role
from domain.registration import Draft
from services.forms import EMPTY, forget_stale, open_forms
from tests.town import HandClock, moscow

KEY = StorageKey(bot_id=1, chat_id=2, user_id=3)
OTHER = StorageKey(bot_id=1, chat_id=4, user_id=3)
TOPIC = StorageKey(bot_id=1, chat_id=2, user_id=3, thread_id=5)


class Form1(StatesGroup):
    name = State()


@pytest.fixture
async def storage(database: Database, clock: HandClock) -> FormStorage:
    return FormStorage(database, clock)


async def rows(database: Database) -> list[FormStateRow]:
    return await database.read(lambda session: list(session.scalars(select(FormStateRow))))


async def test_a_form_is_as_it_was_after_a_restart(
    storage: FormStorage, database: Database, clock: HandClock
) -> None:
    draft = Draft(consent=True, role=Role.STUDENT, old_enough=True, name="Аня")
    await storage.set_state(KEY, Form1.name)
    await storage.set_data(KEY, {"draft": draft.to_json(), "resume": {"slot": 7, "places": 1}})
    await storage.close()

    again = FormStorage(database, clock)
    assert await again.get_state(KEY) is None
    await again.load()
    assert await again.get_state(KEY) == "Form1:name"
    data = await again.get_data(KEY)
    assert Draft.from_json(data["draft"]) == draft
    assert data["resume"] == {"slot": 7, "places": 1}


async def test_conversations_do_not_mix(storage: FormStorage) -> None:
    await storage.set_state(KEY, "one")
    await storage.set_data(OTHER, {"a": 1})
    assert [await storage.get_state(key) for key in (KEY, OTHER, TOPIC)] == ["one", None, None]
    assert [await storage.get_data(key) for key in (KEY, OTHER, TOPIC)] == [{}, {"a": 1}, {}]


async def test_what_was_handed_out_may_be_changed_without_harm(storage: FormStorage) -> None:
    given = {"a": 1}
    await storage.set_data(KEY, given)
    given["a"] = 2
    taken = await storage.get_data(KEY)
    taken["a"] = 3
    assert await storage.get_data(KEY) == {"a": 1}


async def test_a_closed_form_leaves_no_row(storage: FormStorage, database: Database) -> None:
    await storage.set_state(KEY, Form1.name)
    await storage.set_data(KEY, {"a": 1})
    assert len(await rows(database)) == 1
    await storage.set_state(KEY)
    await storage.set_data(KEY, {})
    assert await rows(database) == []
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})


async def test_a_form_is_asked_in_one_write(
    storage: FormStorage, database: Database, clock: HandClock
) -> None:
    await storage.ask(KEY, "one", {"a": 1})
    clock.advance(minutes=1)
    await storage.touch(OTHER, typed=True)
    [row] = await rows(database)
    assert (row.key, row.state, row.data, row.typed) == ("telegram:3:2:0", "one", {"a": 1}, False)
    assert row.updated_at == moscow("12 12:00")


async def test_a_form_waits_for_half_an_hour_from_its_last_answer(
    storage: FormStorage, database: Database, clock: HandClock
) -> None:
    await storage.ask(KEY, "one", {"a": 1})
    clock.advance(minutes=29)
    await storage.touch(KEY, typed=True)
    clock.advance(minutes=29)
    assert await storage.get_state(KEY) == "one"
    clock.advance(minutes=1)
    again = FormStorage(database, clock)
    await again.load()
    for each in (storage, again):
        assert (await each.get_state(KEY), await each.get_data(KEY)) == (None, {})
        assert each.left(KEY).typed
    await storage.let_go(KEY)
    assert await rows(database) == []


async def test_a_private_chat_is_known_by_the_address_of_its_person(
    storage: FormStorage, database: Database
) -> None:
    await storage.ask(StorageKey(bot_id=1, chat_id=3, user_id=3), "one", {})
    assert [row.key for row in await rows(database)] == ["telegram:3"]


async def test_forms_that_nobody_touches_are_forgotten(
    storage: FormStorage, database: Database, clock: HandClock
) -> None:
    await storage.ask(KEY, "old", {"name": "Аня"})
    clock.advance(seconds=1)
    await storage.ask(OTHER, "new", {})
    storage.forget_stale(clock.now())
    assert await database.write(forget_stale, clock.now()) == 1
    assert set(await database.read(open_forms)) == {"telegram:3:4:0"}
    assert (storage.left(KEY), storage.left(OTHER).state) == (EMPTY, "new")

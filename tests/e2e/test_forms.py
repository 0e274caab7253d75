"""Every form waits for minutes, and lets go of itself: all states of all forms, walked.

A form that was left takes no later text: the text is a search, and nothing else is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import delete, select

from db.engine import Session
from db.models import ActivityRow, Base, BroadcastRow, PersonRow, QuestionMessageRow, QuestionRow
from handlers.forms import Form, is_own_button
from handlers.menu.callbacks import OpenMenu
from handlers.registration.callbacks import ChooseGrade
from handlers.registration.states import RegistrationForm
from services.forms import WAITS
from tests import town
from tests.e2e.stage import TEXTS, Stage, Visitor
from tests.e2e.test_roles import coordinator
from tests.town import moscow

WORDS = "робототехника"
COMMANDS = ("/start", "/menu", "/help", "/privacy", "/my", "/workshops", "/profile", "/ask", "/none")
CHANGES_BY_ITSELF = ("form_state", "delivery", "watermark")


def states() -> Iterator[State]:
    for form in Form.__subclasses__():
        yield from form.__states__


STATES = {str(state.state): state for state in states()}


def test_every_form_is_walked() -> None:
    groups = {name.partition(":")[0] for name in STATES}
    assert groups >= {"RegistrationForm", "EditingForm", "BroadcastForm", "QuestionForm", "BookingForm"}
    assert len(groups) == len(Form.__subclasses__())


def test_a_button_belongs_to_the_form_that_names_it() -> None:
    name = str(RegistrationForm.name.state)
    assert is_own_button(name, ChooseGrade(grade=9).pack())
    assert not is_own_button(name, OpenMenu().pack())
    assert not is_own_button(name, "")


class Scene:
    """A coordinator with something of everything that a form may be about."""

    def __init__(self, stage: Stage, elena: Visitor, data: dict[str, Any]) -> None:
        self.stage, self.elena, self.data = stage, elena, data
        self.key = StorageKey(bot_id=stage.application.bot.id, chat_id=elena.id, user_id=elena.id)

    async def open(self, state: str, *, typed: bool = True) -> None:
        storage = self.stage.application.storage
        await storage.ask(self.key, state, self.data)
        await storage.touch(self.key, typed=typed)
        self.elena.listen()

    async def open_now(self) -> str | None:
        return await self.stage.application.storage.get_state(self.key)

    async def written(self) -> dict[str, list[Any]]:
        def read(session: Session) -> dict[str, list[Any]]:
            found: dict[str, list[Any]] = {}
            for table in Base.metadata.sorted_tables:
                if table.name not in CHANGES_BY_ITSELF:
                    columns = [c for c in table.columns if c.name not in ("seen_at", "filters")]
                    found[table.name] = list(session.execute(select(*columns)))
            return found

        return await self.stage.read(read)

    async def is_a_search(self) -> None:
        """The next text is one, and it writes nothing."""
        before = await self.written()
        assert await self.elena.send(WORDS) == self.search
        assert await self.written() == before

    async def look_once(self) -> None:
        await self.stage.programme_is_ready()
        self.search = await self.elena.send(WORDS)
        assert "Робототехника" in self.search


@pytest.fixture
async def scene(stage: Stage) -> Scene:
    elena = await coordinator(stage)
    slot = await stage.slot(await stage.workshop("Робототехника", code="RO"), "14 10:00")

    def fill(session: Session) -> dict[str, Any]:
        person = session.scalars(select(PersonRow.id)).one()
        asked = QuestionRow(
            person_id=person, importance="usual", status="open", about="", asked_at=moscow("12 09:00")
        )
        draft = BroadcastRow(author_id=person, status="draft", text="Сбор", created_at=moscow("12 09:00"))
        session.add_all([asked, draft])
        session.flush()
        activity = session.scalars(select(ActivityRow.id)).one()
        adding = {"starts_at": "2026-10-20T10:00:00+00:00", "ends_at": "2026-10-20T11:00:00+00:00"}
        return {
            "booking": town.add_booking(session, slot, person, places=2),
            "question": asked.id,
            "broadcast": draft.id,
            "activity": activity,
            "slot": slot,
            "kind": "bring",
            "adding": {**adding, "capacity": 8},
            "side": "added",
            "number": 0,
            "tie": "booked",
            "draft": {"consent": True, "role": "teacher", "name": "Тайна"},
            "resume": {},
        }

    scene = Scene(stage, elena, await stage.write(fill))
    await scene.look_once()
    return scene


def _lost(scene: Scene) -> list[str]:
    said = {TEXTS("forms-lost"), TEXTS("forms-lost-late")}
    return [text for text in scene.elena.news if text in said]


async def test_after_half_an_hour(scene: Scene) -> None:
    for state in STATES:
        await scene.open(state)
        scene.stage.clock.advance_to(scene.stage.clock.now() + WAITS)
        await scene.is_a_search()
        assert _lost(scene) == [TEXTS("forms-lost-late")], state


async def test_a_minute_before_it_still_waits(scene: Scene) -> None:
    for state in STATES:
        await scene.open(state)
        scene.stage.clock.advance_to(scene.stage.clock.now() + WAITS - timedelta(minutes=1))
        assert await scene.open_now() == state


async def test_at_a_command(scene: Scene) -> None:
    for state, command in zip(STATES, cycle(COMMANDS), strict=False):
        await scene.open(state)
        await scene.elena.send(command)
        assert _lost(scene) == [TEXTS("forms-lost")], state
        assert await scene.open_now() is None, state
        await scene.is_a_search()


async def test_at_a_button_of_something_else(scene: Scene) -> None:
    for state in STATES:
        await scene.open(state)
        await scene.elena.hack(OpenMenu().pack())
        assert _lost(scene) == [TEXTS("forms-lost")], state
        await scene.is_a_search()


async def test_nothing_is_said_where_nothing_typed_is_lost(scene: Scene) -> None:
    for state in STATES:
        await scene.open(state, typed=False)
        await scene.elena.hack(OpenMenu().pack())
        assert _lost(scene) == [], state
        await scene.is_a_search()


async def test_after_a_restart(scene: Scene) -> None:
    for state in STATES:
        await scene.open(state)
        scene.stage.clock.advance_to(scene.stage.clock.now() + WAITS)
        await scene.stage.restart()
        await scene.stage.programme_is_ready()
        await scene.is_a_search()
        assert _lost(scene) == [TEXTS("forms-lost-late")], state


async def test_a_reply_is_about_what_it_replies_to(scene: Scene) -> None:
    await scene.stage.move_to(moscow("13 18:00"))
    reminder = scene.elena.last

    def take_questions(session: Session) -> list[str]:
        """And forget them, so that there are never too many."""
        texts = list(session.scalars(select(QuestionMessageRow.text)))
        session.execute(delete(QuestionRow).where(QuestionRow.id != scene.data["question"]))
        return texts

    for number, state in enumerate(STATES):
        scene.stage.clock.advance_to(scene.stage.clock.now() + timedelta(hours=1))
        await scene.open(state)
        said = f"Не смогу {number}"
        await scene.elena.show(lambda said=said: scene.elena.seat.send(said, reply_to=reminder))  # type: ignore[misc]
        assert said in await scene.stage.write(take_questions), state
        assert await scene.open_now() == state
        assert await scene.stage.application.storage.get_data(scene.key) == scene.data

"""A coordinator who sends announcements, and the post that brings them: use cases as one call each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from db.engine import Database, Session
from db.models import RoleGrantRow
from domain.announcement import Choice, Pace
from domain.broadcast import Audience, Content, Group
from domain.delivery import Sent
from domain.letters import Letter
from domain.people import Role
from services import announcements, broadcasts
from services.deliveries import claim, mark
from tests.services.desk import actor_of
from tests.town import LONG_AGO, MOSCOW, add_person, add_teacher

TEACHERS = Audience((Group(roles=(Role.TEACHER,)),))


class Newsroom:
    """``now`` is moved by hand; what is sent gets message ids from 101 on."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self.author = 0
        self._message_id = 100

    async def open(self) -> None:
        self.author = await self.database.write(_coordinator)

    async def teacher(self, name: str | None = "Ольга", pace: Pace = Pace.AT_ONCE, **values: Any) -> int:
        person = await self.database.write(add_teacher, **{"name": name, "organisation": "Школа", **values})
        if pace is not Pace.AT_ONCE:
            await self.choose(person, pace)
        return person

    async def choose(self, person: int, pace: Pace) -> Choice:
        choice: Choice = await self._as(person, announcements.choose_pace, pace, self.now)
        return choice

    async def send(
        self,
        text: str,
        audience: Audience = TEACHERS,
        *,
        urgent: str = "",
        at: datetime | None = None,
        **values: Any,
    ) -> int:
        """An announcement to everybody in an audience; its id."""
        content = Content(text, **values)
        broadcast_id: int = (await self._as(self.author, broadcasts.begin, content, self.now)).broadcast.id
        await self._as(self.author, broadcasts.aim, broadcast_id, audience, self.now)
        if urgent:
            await self._as(self.author, broadcasts.call_urgent, broadcast_id, urgent, self.now)
        await self._as(self.author, broadcasts.send, broadcast_id, at, self.now, MOSCOW, ())
        return broadcast_id

    async def correct(self, broadcast_id: int, text: str) -> None:
        draft = await self._as(self.author, broadcasts.correct, broadcast_id, Content(text), self.now)
        await self._as(self.author, broadcasts.send, draft.broadcast.id, None, self.now, MOSCOW, ())

    async def recall(self, broadcast_id: int) -> None:
        await self._as(self.author, broadcasts.recall, broadcast_id, self.now)

    async def pause(self, broadcast_id: int) -> None:
        await self._as(self.author, broadcasts.pause, broadcast_id, self.now)

    async def as_person(self, person: int, use_case: Any, *args: Any) -> Any:
        return await self._as(person, use_case, *args)

    async def _as(self, person: int, use_case: Any, *args: Any) -> Any:
        actor = await self.database.read(actor_of, person)
        return await self.database.write(use_case, actor, *args)

    async def taken(self, limit: int = 100) -> list[Letter]:
        """What is due, in hand."""
        return list((await self.database.write(claim, self.now, MOSCOW, limit)).letters)

    async def arrive(self, letters: list[Letter]) -> list[int]:
        """All of it arrives; ids of the messages."""
        first = self._message_id + 1
        results = [(letter, Sent(first + number)) for number, letter in enumerate(letters)]
        self._message_id += len(letters)
        await self.database.write(mark, results, self.now)
        return [result.message_id for _, result in results]

    async def delivered(self) -> list[Letter]:
        """What is due, taken and arrived."""
        letters = await self.taken()
        await self.arrive(letters)
        return letters


def _coordinator(session: Session) -> int:
    person = add_person(session, role="mentor", grade=None, organisation="УПК", name="Елена")
    session.add(RoleGrantRow(person_id=person, role=Role.COORDINATOR, granted_at=LONG_AGO))
    return person


def texts(letter: Letter) -> list[str]:
    """What the parts of a letter say, before anything is filled in."""
    return [part.announcement.content.text for part in letter.parts if part.announcement is not None]

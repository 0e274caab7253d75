"""A desk from which coordinators write to many: use cases as one call each, and a sender without a messenger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import insert, literal, select

from db.engine import Database, Session
from db.models import AnnouncementChoiceRow, DeliveryRow, LogRow, PersonRow, RoleGrantRow, UtcDateTime
from domain.broadcast import Audience, Broadcast, Content, Count, Group
from domain.delivery import DeliveryKind, SendResult, Sent
from domain.letters import Letter
from domain.people import Actor, Role
from services import broadcasts
from services.broadcasts import State
from services.deliveries import claim, mark
from tests.services.desk import actor_of
from tests.town import LONG_AGO, MOSCOW, HandClock, add_person, add_teacher

P = ParamSpec("P")
T = TypeVar("T")

TEACHERS = Group(roles=(Role.TEACHER,))
NEWS = Content("Завтра семинар")


def add_teachers(session: Session, /, count: int, **values: Any) -> list[int]:
    return [add_teacher(session, **{"municipality_code": "sochi", **values}) for _ in range(count)]


def add_crowd(session: Session, /, count: int, **values: Any) -> None:
    """As many as one likes, in one INSERT: they write under ids from a million on."""
    row = {
        "messenger": "telegram",
        "role": "teacher",
        "name": "Педагог",
        "municipality_code": "sochi",
        "consent_version": "1",
        "consent_at": LONG_AGO,
        "reminders": 0,
        "filters": {},
        "created_at": LONG_AGO,
        "seen_at": LONG_AGO,
        **values,
    }
    session.execute(
        insert(PersonRow), [row | {"messenger_user_id": str(1_000_000 + number)} for number in range(count)]
    )
    crowd = select(PersonRow.id, literal("teacher"), literal(LONG_AGO, UtcDateTime())).where(
        PersonRow.messenger_user_id.in_([str(1_000_000 + number) for number in range(count)])
    )
    session.execute(insert(RoleGrantRow).from_select(["person_id", "role", "granted_at"], crowd))


def add_coordinator(
    session: Session,
    /,
    municipality: str | None = None,
    *,
    by: int | None = None,
    since: datetime = LONG_AGO,
    **values: Any,
) -> int:
    person = add_person(session, **{"role": "coordinator", "name": "Вера", "grade": None, **values})
    session.add(
        RoleGrantRow(
            person_id=person,
            role="coordinator",
            municipality_code=municipality,
            granted_by=by,
            granted_at=since,
        )
    )
    session.flush()
    return person


def choose(session: Session, /, person: int, **values: Any) -> None:
    row = {"person_id": person, "tracks": [], "digest": False, "off": False, **values}
    session.add(AnnouncementChoiceRow(**row))


@dataclass
class Newsroom:
    database: Database
    clock: HandClock
    numbers: list[int] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def write(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.write(fn, *args, **kwargs)

    async def actor(self, person: int) -> Actor:
        return await self.database.read(actor_of, person)

    async def teachers(self, count: int, **values: Any) -> list[int]:
        return await self.write(add_teachers, count, **values)

    async def coordinator(self, municipality: str | None = None, **values: Any) -> int:
        return await self.write(add_coordinator, municipality, **values)

    async def draft(self, author: int, *groups: Group, content: Content = NEWS, **audience: Any) -> int:
        """The id of a draft that is aimed at teachers unless told."""
        actor = await self.actor(author)
        state = await self.write(broadcasts.begin, actor, content, self.now)
        aimed = Audience(groups or (TEACHERS,), **audience)
        await self.write(broadcasts.aim, actor, state.broadcast.id, aimed, self.now)
        return state.broadcast.id

    async def send(self, author: int, broadcast_id: int, at: datetime | None = None) -> State:
        actor = await self.actor(author)
        return await self.write(broadcasts.send, actor, broadcast_id, at, self.now, MOSCOW, ())

    async def sent(self, author: int, *groups: Group, **more: Any) -> int:
        """The id of a broadcast that goes out."""
        broadcast_id = await self.draft(author, *groups, **more)
        await self.send(author, broadcast_id)
        return broadcast_id

    async def do(self, step: Callable[..., T], author: int, broadcast_id: int, *more: Any) -> T:
        """One of the use cases that take a moment last, such as ``broadcasts.pause``."""
        return await self.write(step, await self.actor(author), broadcast_id, *more, self.now)

    async def correct(self, author: int, broadcast_id: int, content: Content) -> State:
        """Another text, looked at and sent."""
        draft = await self.do(broadcasts.correct, author, broadcast_id, content)
        return await self.send(author, draft.broadcast.id)

    async def confirm(self, second: int, broadcast_id: int, revision: int | None = None) -> State:
        actor = await self.actor(second)
        return await self.write(broadcasts.confirm, actor, broadcast_id, self.now, MOSCOW, revision)

    async def state(self, author: int, broadcast_id: int) -> State:
        actor = await self.actor(author)
        return await self.database.read(broadcasts.state, actor, broadcast_id, self.now)

    async def broadcast(self, author: int, broadcast_id: int) -> Broadcast:
        return (await self.state(author, broadcast_id)).broadcast

    async def status(self, author: int, broadcast_id: int) -> str:
        return (await self.broadcast(author, broadcast_id)).status.value

    async def count(self, author: int, broadcast_id: int) -> Count:
        return (await self.state(author, broadcast_id)).count

    async def tick(self) -> int:
        return await self.write(broadcasts.advance, self.now, MOSCOW)

    async def take(self, limit: int = 48, to_many: int | None = None) -> tuple[Letter, ...]:
        """Take in hand what is due."""
        batch = await self.write(claim, self.now, MOSCOW, limit, to_many=to_many)
        return batch.letters

    async def mark(self, letters: tuple[Letter, ...], result: SendResult | None = None) -> None:
        """Everything arrives, under numbers of its own, unless told."""
        results: list[tuple[Letter, SendResult]] = []
        for letter in letters:
            self.numbers.append(len(self.numbers) + 1)
            results.append((letter, result or Sent(self.numbers[-1])))
        await self.write(mark, results, self.now)

    async def deliver(self) -> list[Letter]:
        """Everything that is due arrives; what went out."""
        gone: list[Letter] = []
        while letters := await self.take():
            await self.mark(letters)
            gone += letters
        await self.tick()
        return gone

    async def people(self, kind: DeliveryKind = DeliveryKind.BROADCAST, *statuses: str) -> list[int]:
        """To whom messages of a kind are owed or were sent."""

        def read(session: Session) -> list[int]:
            query = select(DeliveryRow.person_id).where(DeliveryRow.kind == kind)
            if statuses:
                query = query.where(DeliveryRow.status.in_(statuses))
            return list(session.scalars(query.order_by(DeliveryRow.person_id)))

        return await self.database.read(read)

    async def log(self) -> list[LogRow]:
        return await self.database.read(lambda session: list(session.scalars(select(LogRow))))

"""A running bot on a small stage: the sandbox, the real Dispatcher and a real database file, people who talk to it.

stage.visitor("Аня") talks: every act waits until the bot has answered and sent whatever it caused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession

from bot.application import Application, make_bot
from bot.clock import MovableClock
from bot.limits import UNLIMITED
from bot.texts import Texts
from db.engine import Database, Session
from domain.consent import Operator
from sandbox.people import InlineAnswer, Message, Person, Toast
from sandbox.server import Call, Sandbox
from tests import town
from tests.town import MOSCOW, moscow

P = ParamSpec("P")
T = TypeVar("T")

TEXTS = Texts.load(strict=True)
NOON = moscow("12 12:00")
"""A Monday in October 2026; «завтра» is Tuesday the thirteenth."""
BOT_NAME = "stage_bot"
PATIENCE = 15.0
NOT_MODIFIED = "message is not modified"


class Frozen:
    """A clock that stands still until somebody moves the one built on it."""

    def now(self) -> datetime:
        return NOON


class Visitor:
    """A person who waits for the bot's whole answer after each act."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self.stage = stage
        self.seat = person

    @property
    def id(self) -> int:
        return self.seat.id

    @property
    def screen(self) -> str:
        """Text of the bot's newest message."""
        return self.seat.screen

    @property
    def last(self) -> Message:
        return self.seat.last

    @property
    def buttons(self) -> list[str]:
        """Words under the bot's newest message."""
        return [label for row in self.seat.buttons for label in row]

    @property
    def news(self) -> list[str]:
        """What the bot said or changed since this person's last act."""
        return [message.text for message in self.seat.news]

    @property
    def heard(self) -> list[str]:
        """Everything the bot ever said to this person that is still there."""
        return [message.text for message in self.seat.messages if message.from_bot]

    def listen(self) -> None:
        """From here on news are new."""
        self.seat._mark = self.seat._chat.version

    async def send(self, text: str) -> str:
        """Send a text; the screen that answers it."""
        await self.seat.send(text)
        return await self._answer()

    async def tap(self, *labels: str, message: Message | None = None) -> str:
        """Tap one button after another; the screen after the last. Silence is a failure."""
        for label in labels:
            await self.toast(label, message=message)
        return self.screen

    async def toast(self, label: str, *, message: Message | None = None) -> Toast:
        """Tap a button; what popped up."""
        toast = await self.seat.tap(label, message=message, timeout=PATIENCE)
        assert toast.answered, f"silence after {label!r}"
        await self.stage.settle()
        return toast

    async def hack(self, data: str, message: Message | int | None = None) -> Toast:
        """Send callback data that no button here carries."""
        target = self.last if message is None else message
        toast = await self.seat.tap_raw(target, data, timeout=PATIENCE)
        assert toast.answered, f"silence after {data!r}"
        await self.stage.settle()
        return toast

    async def inline(self, query: str, offset: str = "") -> InlineAnswer:
        return await self.seat.inline(query, offset)

    async def locate(self, latitude: float, longitude: float) -> str:
        await self.seat.send_location(latitude, longitude)
        return await self._answer()

    async def follow(self, url: str) -> str:
        await self.seat.follow(url)
        return await self._answer()

    async def show(self, act: Callable[[], Any]) -> str:
        """Any other act of the seat, such as ``anya.seat.send_sticker``."""
        await act()
        return await self._answer()

    async def _answer(self) -> str:
        await self.stage.settle()
        return self.screen


class Stage:
    """The bot, its world and its clock. ``path`` is the database file, ``url`` a database elsewhere."""

    application: Application
    database: Database

    def __init__(
        self, path: Path, coordinators: frozenset[int] = frozenset(), url: str | None = None
    ) -> None:
        self.path = path
        self.url = url or f"sqlite:///{path}"
        self.clock = MovableClock(Frozen())
        self.sandbox = Sandbox(bot_username=BOT_NAME, now=lambda: self.clock.now().timestamp())
        self.sandbox.busy = lambda: self._busy
        self._coordinators = coordinators
        self.group: int | None = None
        """The coordinators' group, for a bot that is started from now on."""
        self.operator: Operator | None = None
        """Who answers for the data, for a bot that is started from now on."""
        self._polling: asyncio.Task[None] | None = None
        self._visitors: dict[int, Visitor] = {}
        self._excused: set[int] = set()

    # running

    async def open(self) -> None:
        self._serving = self.sandbox.running()
        await self._serving.__aenter__()
        await self.start()

    async def start(self) -> None:
        self.database = Database(self.url)
        bot = make_bot(self.sandbox.token, self.sandbox.url)
        bot.session.close = partial(_close_at_once, bot.session)  # type: ignore[method-assign]
        self.application = Application(
            database=self.database,
            bot=bot,
            clock=self.clock,
            texts=TEXTS,
            zone=MOSCOW,
            coordinators=self._coordinators,
            coordinators_chat=self.group,
            operator=self.operator,
            limits=UNLIMITED,
        )
        await self.application.start()
        self._polling = asyncio.create_task(self.application.run_polling())

    async def stop(self) -> None:
        await self.application.stop()
        if self._polling is not None:
            await asyncio.wait([self._polling])

    async def restart(self) -> None:
        """Another process on the same database."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        await self.stop()
        await self._serving.__aexit__(None, None, None)

    @property
    def _busy(self) -> bool:
        delivery = self.application.outbox._delivery
        delivering = not (delivery is None or delivery.done())
        return self.application.busy or delivering or self.application.group.busy

    async def settle(self) -> None:
        """Until every update is taken and answered and nothing waits to be sent."""
        world, api = self.sandbox.world, self.sandbox._api
        end = asyncio.get_running_loop().time() + PATIENCE
        quiet = 0
        # aiogram confirms an update with its next poll, after the task that handles it was started.
        while quiet < 3:
            await asyncio.sleep(0)
            at_work = world.updates.pending or api.active or self._busy
            quiet = 0 if at_work else quiet + 1
            if at_work:
                await asyncio.sleep(0.001)
            if asyncio.get_running_loop().time() > end:
                raise TimeoutError("the bot is still at work")

    # time

    async def advance(self, by: timedelta) -> None:
        await self.move_to(self.clock.now() + by)

    async def move_to(self, moment: datetime) -> None:
        """Let time pass, and let the bot do what is due by then."""
        self.clock.advance_to(moment)
        await self.tick()

    async def tick(self) -> None:
        await self.application.scheduler.kick("tick")
        await self.application.scheduler.kick("look_around")
        await self.application.outbox.idle()
        await self.application.scheduler.kick("progress")
        await self.settle()

    # people

    def visitor(self, name: str, **details: Any) -> Visitor:
        """A newcomer; the same again for the same name."""
        return self._visitor(self.sandbox.person(name, **details))

    def namesake(self, name: str) -> Visitor:
        """Another person of that name."""
        return self._visitor(self.sandbox.new_person(name))

    def _visitor(self, person: Person) -> Visitor:
        return self._visitors.setdefault(person.id, Visitor(self, person))

    async def registered(self, name: str, **values: Any) -> Visitor:
        """Somebody who answered everything already: a pupil of the ninth grade from Лабинск unless told otherwise."""
        visitor = self.visitor(name, known=True)
        role = values.get("role", "student")
        details: dict[str, Any] = {
            "messenger_user_id": str(visitor.id),
            "name": name,
            "municipality_code": "labinskiy",
            "grade": 9 if role == "student" else None,
            "organisation": None if role == "student" else "Школа № 1",
            "seen_at": NOON,
            **values,
        }
        await self.write(lambda session: town.add_person(session, **details))
        return visitor

    # the world behind

    async def write(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.write(fn, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.read(fn, *args, **kwargs)

    async def workshop(self, title: str = "Сварка", **values: Any) -> int:
        """A workshop in Лабинск; its id. Call ``programme_is_ready`` to make it found by search."""
        return await self.write(lambda session: _workshop(session, title, values))

    async def slot(self, activity: int, when: str, **values: Any) -> int:
        """A slot of an hour and a half at a moment such as "13 10:00"."""
        return await self.write(lambda session: town.add_slot(session, activity, moscow(when), **values))

    async def programme_is_ready(self) -> None:
        """The search index as the next look around would build it."""
        self.application.search._built = False
        await self.application.search.refresh()

    # what went wrong

    def refusals(self) -> list[Call]:
        """Requests that the Bot API refused and that nobody has excused, which this does."""
        found = [call for call in self.sandbox.calls() if call.status >= 400 and call.n not in self._excused]
        self._excused |= {call.n for call in found}
        return found

    def expect_unmodified(self) -> None:
        """Excuse edits that change nothing: two taps in the same instant cannot know of each other."""
        for call in self.sandbox.calls("editMessageText"):
            if call.status == 400 and NOT_MODIFIED in call.answer["description"]:
                self._excused.add(call.n)


async def _close_at_once(session: BaseSession) -> None:
    """aiogram waits a quarter of a second for the end of encryption, which there is none of here."""
    assert isinstance(session, AiohttpSession)
    if session._session is not None:
        await session._session.close()


def _workshop(session: Session, title: str, values: dict[str, Any]) -> int:
    if "venue_id" not in values:
        place = {
            name: values.pop(name)
            for name in ("municipality_code", "latitude", "longitude", "access", "address", "directions")
            if name in values
        }
        values["venue_id"] = town.add_venue(session, **{"municipality_code": "labinskiy", **place})
    return town.add_activity(session, title, **values)

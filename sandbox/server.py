"""The server: a Bot API, a control API and a chat page on one local port."""

from __future__ import annotations

import asyncio
import mimetypes
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from sandbox.actions import Action
from sandbox.acts import Acts, Toast
from sandbox.api import BotApi
from sandbox.calls import Call
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.files import LARGEST_UPLOAD, StoredFile
from sandbox.guard import guard, made_up
from sandbox.limits import Limits
from sandbox.people import Group, Message, Person, Seat
from sandbox.state import World
from sandbox.wire import Json

DEMO_TOKEN = "1:demo"
HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
_HISTORY = 20_000
_QUIET_TURNS = 15
_BUSY_SHARE = 0.5

__all__ = ["Action", "Call", "Group", "Message", "Person", "Sandbox", "Seat", "Toast"]


class Sandbox:
    """A Telegram in memory for one bot.

    ``actions`` and ``status`` are what the host program shows on the page; ``now`` is Unix time in seconds for the
    dates of messages; ``history`` caps messages and logged calls; ``accept_unknown`` makes up a person for every
    unknown positive chat id, for load tests; ``unseen`` are ids of people who are there for the bot, not on the page.
    Only with ``webhooks`` it asks other addresses for anything.
    """

    def __init__(
        self,
        token: str = DEMO_TOKEN,
        *,
        bot_name: str = "Demo bot",
        bot_username: str = "demo_bot",
        title: str = "Demo",
        actions: Sequence[Action] = (),
        status: Callable[[], str] = lambda: "",
        now: Callable[[], float] = time.time,
        history: int = _HISTORY,
        accept_unknown: bool = False,
        unseen: range = range(0),
        webhooks: bool = False,
    ) -> None:
        token = made_up(token)
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.token = token
        self.world = World(bot, now, history, accept_unknown, unseen)
        self.url = ""
        """Where it listens, while it runs."""
        self.busy: Callable[[], bool] = lambda: False
        """Whether the bot is at work, as its process knows; ``idle`` waits until it is not."""
        self._acts = Acts(self.world)
        self._api = BotApi(self.world, token, webhooks=webhooks)
        self._control = Control(self.world, self._acts, self._api, title, actions, status)
        self._people: dict[int, Person] = {}

    # running

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[str]:
        """Listens on 127.0.0.1 (port 0: any free one) and gives the URL, such as ``http://127.0.0.1:8081``."""
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            self.url = f"http://{HOST}:{runner.addresses[0][1]}"
            self.world.updates.open()
            self._control.open()
            yield self.url
        finally:
            self._api.webhook.stop()
            self.world.updates.close()
            self._control.close()
            await runner.cleanup()
            self.url = ""

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_UPLOAD + 1024 * 1024, middlewares=[guard])
        application.router.add_route("*", "/bot{token:[^/]+}/{method}", self._api.handle)
        application.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._api.download)
        application.router.add_get("/", _page)
        application.router.add_get("/page/{path:.+}", _page)
        application.add_routes(self._control.routes())
        return application

    # people and groups

    def person(
        self,
        first_name: str,
        *,
        id: int | None = None,  # noqa: A002
        username: str = "",
        note: str = "",
        language: str = "ru",
        known: bool = False,
    ) -> Person:
        """The person of that name; a new one when there is none.

        ``known`` people have written to the bot before: it may write to them first.
        """
        for user in self.world.people.values():
            if user["first_name"] == first_name and id in (None, user["id"]):
                return self._person(user)
        return self.new_person(
            first_name, id=id, username=username, note=note, language=language, known=known
        )

    def new_person(
        self,
        first_name: str,
        *,
        id: int | None = None,  # noqa: A002
        username: str = "",
        note: str = "",
        language: str = "ru",
        known: bool = False,
    ) -> Person:
        """Another person, even if somebody has that name."""
        user = self.world.add_person(
            first_name, person_id=id, username=username, note=note, language=language, known=known
        )
        return self._person(user)

    def _person(self, user: Json) -> Person:
        known = self._people.get(user["id"])
        if known is None:
            known = self._people[user["id"]] = Person(self.world, self._acts, user)
        return known

    def group(self, title: str, topics: bool = False, members: Sequence[Person] = ()) -> Group:
        """A supergroup into which its first member takes the bot as an administrator."""
        chat = self._acts.make_group(title, [person.id for person in members], topics=topics)
        return Group(self.world, self._acts, chat)

    def channel(self, title: str, members: Sequence[Person] = ()) -> Group:
        """A channel with the bot as an administrator."""
        chat = self._acts.make_group(title, [person.id for person in members], kind="channel")
        return Group(self.world, self._acts, chat)

    def file(self, file_id: str) -> StoredFile | None:
        """A file that the bot or a person sent."""
        return self.world.files.find(file_id)

    # what the bot did

    def calls(self, method: str | None = None, *, chat: int | None = None, after: int = 0) -> list[Call]:
        """Requests of the bot, oldest first, without getUpdates; ``after`` is the number of a call."""
        return self.world.calls.select(method, after, chat)

    def count(self, method: str, status: int = 200) -> int:
        """How often a method was answered with that status: not capped as ``calls`` is."""
        return self.world.calls.counts[method, status]

    async def idle(self, timeout: float = 10.0, quiet: float = 0.03) -> None:  # noqa: ASYNC109
        """Waits until the bot has taken all updates, is not ``busy``, and has asked nothing for ``quiet`` seconds.

        A bot in this process can say exactly when it is busy: ``sandbox.busy = lambda: bool(tasks)``.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not await self._quiet_for(quiet):
            if loop.time() > end:
                raise TimeoutError(f"the bot is still at work; {self.world.updates.pending} updates wait")

    async def _quiet_for(self, seconds: float) -> bool:
        # A bot in this process may hold the loop or a thread for longer than the window before its request goes
        # out: the window therefore has turns of the loop, not only time, and little work of the processor in it.
        requests, worked, start = self._api.requests, time.process_time(), time.perf_counter()
        for _ in range(_QUIET_TURNS):
            if self.world.updates.pending or self._api.active or self.busy():
                await self.world.changed.wait(seconds)
                return False
            await asyncio.sleep(seconds / _QUIET_TURNS)
            if requests != self._api.requests:
                return False
        at_work = time.process_time() - worked
        return at_work < _BUSY_SHARE * (time.perf_counter() - start)

    async def polled(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Waits until the bot asks for updates for the first time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not self.world.updates.polls:
            if not await self.world.changed.wait(end - loop.time()):
                raise TimeoutError("the bot has not asked for updates")

    # trouble

    def deliver(self, kind: str, payload: object) -> int:
        """Queues an update as it is, whatever it is; returns its id, 0 when the bot does not want the kind."""
        return self.world.updates.push(kind, payload)

    @property
    def faults(self) -> Faults:
        """Trouble on demand: ``sandbox.faults.add("sendMessage", status=429, retry_after=3)``."""
        return self._api.faults

    def limits(
        self,
        per_second: int = 0,
        per_chat_per_second: int = 0,
        *,
        per_group_per_minute: int = 0,
        round_trip: float = 0.0,
        jitter: float = 0.0,
        strict: bool = True,
    ) -> Limits:
        """Enforces limits from now on, none without arguments; the answer counts what was refused."""
        self._api.limits = Limits(
            per_second,
            per_chat_per_second,
            per_group_per_minute=per_group_per_minute,
            round_trip=round_trip,
            jitter=jitter,
            strict=strict,
        )
        return self._api.limits

    def reset(self) -> None:
        """Forgets people, chats, files, calls and waiting updates; ids go on."""
        self.world.reset()
        self._people.clear()


async def _page(request: web.Request) -> web.StreamResponse:
    """The chat page and its files; always fresh, so that a change of them is seen at once."""
    path = (PAGE / request.match_info.get("path", "index.html")).resolve()
    if not path.is_relative_to(PAGE) or not path.is_file():
        raise web.HTTPNotFound
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    charset = "utf-8" if kind.startswith("text/") or kind.endswith(("javascript", "json")) else None
    return web.Response(body=path.read_bytes(), content_type=kind, charset=charset, headers=headers)

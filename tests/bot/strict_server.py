"""A Bot API server that knows nothing but Telegram's limits, and keeps them to the millisecond."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

UNCOUNTED = frozenset({"answerCallbackQuery", "getMe", "sendChatAction"})


@dataclass
class StrictWindows:
    """No second holds more than `per_second` accepted messages, or two of one chat."""

    per_second: int = 30
    accepted: list[float] = field(default_factory=list)
    refused: int = 0
    _recent: deque[float] = field(default_factory=deque)
    _last_in_chat: dict[str, float] = field(default_factory=lambda: defaultdict(lambda: float("-inf")))

    def admits(self, chat: str, now: float) -> bool:
        while self._recent and now - self._recent[0] >= 1.0:
            self._recent.popleft()
        if len(self._recent) >= self.per_second or now - self._last_in_chat[chat] < 1.0:
            self.refused += 1
            return False
        self._recent.append(now)
        self._last_in_chat[chat] = now
        self.accepted.append(now)
        return True


@dataclass
class StrictServer:
    """`way()` gives the seconds of one way, there or back; `windows` tells what the server has seen."""

    way: Callable[[], float] = lambda: 0.0
    windows: StrictWindows = field(default_factory=StrictWindows)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        await asyncio.sleep(self.way())
        answer = self.take(request.match_info["method"], form, asyncio.get_running_loop().time())
        await asyncio.sleep(self.way())
        return answer

    def take(self, method: str, form: Mapping[str, Any], now: float) -> web.Response:
        """What to say to a request that arrives at this moment."""
        if method in UNCOUNTED:
            return web.json_response({"ok": True, "result": True})
        chat = str(form["chat_id"])
        if not self.windows.admits(chat, now):
            refusal = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
            return web.json_response(refusal | {"parameters": {"retry_after": 1}}, status=429)
        message = {
            "message_id": len(self.windows.accepted),
            "date": 0,
            "chat": {"id": int(chat), "type": "private"},
        }
        return web.json_response({"ok": True, "result": message})


def jittery_way(round_trip: float, jitter: float) -> Callable[[], float]:
    """Half a round trip of `round_trip` ± `jitter` seconds; the seed is fixed."""
    dice = random.Random(28)
    return lambda: max(0.0, round_trip / 2 + dice.uniform(-jitter, jitter) / 2)


@asynccontextmanager
async def running(server: StrictServer) -> AsyncIterator[StrictServer]:
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()

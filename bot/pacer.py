"""The one pacer for everything that leaves the bot: a request middleware of the session.

    pacer = Pacer()
    bot.session.middleware(pacer)
    await message.answer("…")                              # an answer: the first lane
    await pacer.send(bot, SendMessage(…), Lane.REMINDER)   # what the bot says on its own

Requests that Telegram does not count (`bot.limits.cost_of`) pass at once. Every other one waits for its turn
(`bot.turnstile`), so callers send concurrently and as early as they like.

A 429 means that the request was not carried out, so the pacer itself repeats it, in its old place: nothing is
lost or doubled. After `MOST_REFUSALS`, or when Telegram asks for more than `LONGEST_SILENCE`, the caller gets
`TelegramRetryAfter`. Everything else (403, 400, 5xx, network) is the caller's to judge.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import EditMessageText, Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.limits import ChatKey, Limits, cost_of
from bot.personal_queues import step_aside
from bot.turnstile import Timers, Turn, Turnstile, TurnstileClosedError, TurnWithheldError
from domain.delivery import Lane

__all__ = ["LONGEST_SILENCE", "MOST_REFUSALS", "Pacer", "PacerClosedError", "PacerWithheldError"]

MOST_REFUSALS = 5
"""The 429 that is one too many for one request."""

LONGEST_SILENCE = 60
"""Seconds of `retry_after` that the pacer sits out itself."""

PacerClosedError = TurnstileClosedError
"""The bot is stopping: the request was not sent, and may be sent again later."""

PacerWithheldError = TurnWithheldError
"""The request was called back before its turn came: it was not sent."""

_Answer = TypeVar("_Answer")
_Method = TelegramMethod[Any]
_MessageKey = tuple[ChatKey | None, int]

log = structlog.get_logger(__name__)


class _Abandoned:
    """The request that carried this one's text was cancelled."""


_ABANDONED = _Abandoned()


@dataclass(eq=False, slots=True)
class _Call:
    """A request on its way.

    `key`: the message it edits. `text_order`: the place in the queue of the text that it carries.
    """

    method: _Method
    turn: Turn
    key: _MessageKey | None
    text_order: int
    carrier: asyncio.Future[Any] | None = None
    """The fate of the call that took this one's text along, or made it needless."""
    fate: asyncio.Future[Any] | None = None
    """Its own, once another call depends on it."""

    def settle(self, answer: object) -> None:
        if self.fate is not None and not self.fate.done():
            self.fate.set_result(answer)

    def fail(self, error: Exception) -> None:
        if self.fate is not None and not self.fate.done():
            self.fate.set_exception(error)
            self.fate.exception()  # Those it concerns may have been cancelled: then nobody need hear of it.


class Pacer(BaseRequestMiddleware):
    """Counters since the start: `sent`, `refused` (429), `merged` edits, and `waited` for their turn."""

    def __init__(self, limits: Limits | None = None, timers: Timers | None = None) -> None:
        self._turnstile = Turnstile(limits, timers)
        self._lanes: dict[int, tuple[Lane, int | None]] = {}
        self._series: dict[int, set[Turn]] = {}
        self._edits: dict[_MessageKey, list[_Call]] = {}
        self.sent = 0
        self.refused = 0
        self.merged = 0

    @property
    def waited(self) -> int:
        """Requests that could not go at once."""
        return self._turnstile.waited

    @property
    def waiting(self) -> int:
        """Requests in the queue now."""
        return self._turnstile.waiting

    @property
    def known_chats(self) -> int:
        return self._turnstile.known_chats

    async def send(
        self, bot: Bot, method: TelegramMethod[_Answer], lane: Lane, series: int | None = None
    ) -> _Answer:
        """Send in a lane; a plain `await bot(method)` is an answer. Raises what the request raises.

        All of one `series` can be called back together.
        """
        self._lanes[id(method)] = lane, series
        try:
            return await bot(method)
        finally:
            self._lanes.pop(id(method), None)

    def is_answer(self, method: _Method) -> bool:
        """It answers somebody: nobody asked for a lane of its own."""
        return id(method) not in self._lanes

    def withhold(self, series: int) -> int:
        """Call back what waits of a series: its callers get `PacerWithheldError`. How many."""
        return sum(self._turnstile.withhold(turn) for turn in tuple(self._series.get(series, ())))

    def close(self) -> None:
        """Refuse what waits and what comes with `PacerClosedError`; what is under way is left alone."""
        self._turnstile.close()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        cost = cost_of(method)
        if cost is None:
            return await make_request(bot, method)
        lane, series = self._lanes.get(id(method), (Lane.ANSWER, None))
        turn = self._turnstile.turn(lane, cost)
        call = _Call(method, turn, _edited_message(method, cost.chat), text_order=turn.order)
        if series is not None:
            self._series.setdefault(series, set()).add(turn)
        try:
            answer = await self._deliver(make_request, bot, call)
        except Exception as error:
            call.fail(error)
            raise
        else:
            call.settle(answer)
            return cast("Response[TelegramType]", answer)
        finally:
            call.settle(_ABANDONED)
            if series is not None:
                self._forget(series, turn)

    def _forget(self, series: int, turn: Turn) -> None:
        waiting = self._series[series]
        waiting.discard(turn)
        if not waiting:
            del self._series[series]

    async def _deliver(self, make_request: NextRequestMiddlewareType[Any], bot: Bot, call: _Call) -> object:
        """Wait for the turn and send, once more for each refusal."""
        refusals = 0
        while True:
            await self._wait(call)
            if call.carrier is not None:
                fate = await asyncio.shield(call.carrier)
                if not isinstance(fate, _Abandoned):
                    return fate
                call.carrier = None
                continue
            self._take_along(call)
            try:
                answer = await make_request(bot, call.method)
            except TelegramRetryAfter as refusal:
                refusals += 1
                self._refused(call, refusal.retry_after)
                if refusals >= MOST_REFUSALS or refusal.retry_after > LONGEST_SILENCE:
                    raise
            else:
                self.sent += 1
                return answer
            finally:
                self._turnstile.answered(call.turn)

    async def _wait(self, call: _Call) -> None:
        if call.turn.lane is Lane.ANSWER:
            step_aside()
        if call.key is None:
            await self._turnstile.enter(call.turn)
            return
        waiting = self._edits.setdefault(call.key, [])
        waiting.append(call)
        try:
            await self._turnstile.enter(call.turn)
        finally:
            waiting.remove(call)
            if not waiting:
                self._edits.pop(call.key, None)

    def _take_along(self, call: _Call) -> None:
        """Texts of one message that wait leave as one edit, the newest, and every caller gets its answer.

        Whoever taps faster than the chat's limit wants the last screen, not all of them one by one.
        Only among texts: each says the whole message, while a keyboard or a caption is a part of it.
        """
        others = [other for other in self._edits.get(call.key, ()) if other.turn.waiting] if call.key else []
        if not others or not all(isinstance(each.method, EditMessageText) for each in (call, *others)):
            return
        newest = max((call, *others), key=lambda each: each.text_order)
        call.method, call.text_order = newest.method, newest.text_order
        call.fate = call.fate or asyncio.get_running_loop().create_future()
        for other in others:
            other.carrier = call.fate
            self._turnstile.withdraw(other.turn)
            self.merged += 1

    def _refused(self, call: _Call, retry_after: int) -> None:
        self.refused += 1
        self._turnstile.refused(call.turn, retry_after)
        log.warning(
            "telegram_refused",
            method=call.method.__api_method__,
            lane=call.turn.lane.name,
            retry_after=retry_after,
        )


def _edited_message(method: _Method, chat: ChatKey | None) -> _MessageKey | None:
    message = getattr(method, "message_id", None)
    if isinstance(message, int) and method.__api_method__.startswith("editMessage"):
        return chat, message
    return None

"""Who may speak next: even slots for the whole bot, a queue per chat, lanes by priority.

A state machine over timers; it knows nothing of requests. What the bot says on its own takes the slots of `bot.slots`,
which count from the moment that a message really leaves: a busy loop calls nobody else in the meantime. A chat rests
1.05 s after a message left, and a second after it was answered, which keeps its order, too.

Answers wait for their chat only. Should the messenger refuse an answer all the same, answers take slots, too, for a
minute, and for as long as any of them has to wait for one.

Of everything whose chat is free the best lane goes first, then the chat that has been free for the longest: nobody
who waits for many messages keeps others from their first.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any, Protocol

from bot.chat_turns import Chat, Turn
from bot.limits import ChatKey, Cost, Limits, is_group
from bot.slots import TICK, Departure, Slots
from domain.delivery import Lane

__all__ = ["Timers", "Turn", "TurnWithheldError", "Turnstile", "TurnstileClosedError"]

ANSWERS_COUNTED = 60.0
"""Seconds for which answers take even slots like everything else, from the last one that was refused."""

_CROWD_IS_OVER = 1.0
"""Seconds in which no answer has waited for a slot: from then on they may go at once again."""


class Handle(Protocol):
    def cancel(self) -> None: ...


class Timers(Protocol):
    """Monotonic seconds and an alarm: what every asyncio loop has, and a test can move."""

    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], Any], /) -> Handle: ...


class TurnstileClosedError(Exception):
    """The bot is stopping; what asked for its turn was not sent."""


class TurnWithheldError(Exception):
    """It was called back while it waited; it was not sent."""


_Ready = list[tuple[Lane, int, int, Turn]]
"""Lane, place of the chat, order of the turn."""


class Turnstile:
    """Lets requests through one by one. `waited`: could not go at once; `waiting`: in the queue now."""

    def __init__(self, limits: Limits | None = None, timers: Timers | None = None) -> None:
        """Without `timers`, the loop that runs at the first request."""
        self._limits = limits or Limits()
        self._slots = Slots(self._limits)
        self._timers = timers
        self._orders = count()
        self._alarms = count()
        self._ready: _Ready = []
        self._resting: list[tuple[float, int, ChatKey]] = []
        self._chats: dict[ChatKey, Chat] = {}
        self._called: Turn | None = None
        self._slot_awaited = False
        self._stopped_until = -inf
        self._answers_counted_until = -inf
        self._last_refusal: tuple[float, ChatKey | None] = (-inf, None)
        self._timer: tuple[float, Handle] | None = None
        self._queued: set[Turn] = set()
        self._closed = False
        self.waited = 0

    @property
    def waiting(self) -> int:
        return len(self._queued)

    @property
    def known_chats(self) -> int:
        """Chats that are remembered because something waits, flies, or was sent just now."""
        return len(self._chats)

    def turn(self, lane: Lane, cost: Cost) -> Turn:
        """A place in the queue, in the order of the calls; nothing happens before `enter`."""
        return Turn(lane, cost, next(self._orders))

    async def enter(self, turn: Turn) -> None:
        """Wait until the turn may leave (or somebody calls `withdraw`).

        Cancelled while it waits, it leaves no trace. Raises `TurnstileClosedError`.
        """
        if self._closed:
            raise TurnstileClosedError
        turn.gate = asyncio.get_running_loop().create_future()
        turn.departure = None
        self._line_up(turn)
        self._open()
        if turn.waiting:
            self.waited += 1
        try:
            await turn.gate
        except asyncio.CancelledError:
            self._cancel(turn)
            raise
        if self._called is turn:
            self._depart(turn)

    def answered(self, turn: Turn) -> None:
        """What left with this turn has been answered, whatever the answer: it has surely arrived."""
        if turn.departure is None:
            return
        self._slots.answered(turn.departure, self._time())
        chat = self._chat_of(turn)
        if chat is not None:
            chat.flying -= 1
            self._rest(chat)
        self._open()

    def refused(self, turn: Turn, seconds: float) -> None:
        """Too many requests: the chat is silent for `seconds`.

        The refusal does not say whose limit it was. A second chat refused within a second, or a request
        without a chat, means the bot's: then everything is silent. A refused answer means that answers are counted.
        """
        now = self._time()
        if turn.lane is Lane.ANSWER:
            self._answers_counted_until = now + ANSWERS_COUNTED
        until = now + seconds
        refused_at, refused_chat = self._last_refusal
        self._last_refusal = (now, turn.cost.chat)
        if turn.cost.chat is None or (now - refused_at <= 1.0 and refused_chat != turn.cost.chat):
            self._stopped_until = max(self._stopped_until, until)
            self._slots.idle(self._stopped_until)
        chat = self._chat_of(turn)
        if chat is not None:
            chat.stopped_until = max(chat.stopped_until, until)
            chat.place = turn.order
            self._rest(chat)

    def withdraw(self, turn: Turn) -> None:
        """Let a waiting turn out of the queue without sending; its `enter` returns."""
        self._leave_the_queue(turn, None)

    def withhold(self, turn: Turn) -> bool:
        """Call a waiting turn back; its `enter` raises `TurnWithheldError`. False: it has left."""
        return self._leave_the_queue(turn, TurnWithheldError())

    def _leave_the_queue(self, turn: Turn, error: Exception | None) -> bool:
        if not turn.queued:
            return False
        turn.queued = False
        self._queued.discard(turn)
        if turn.gate is not None and not turn.gate.done():
            if error is None:
                turn.gate.set_result(None)
            else:
                turn.gate.set_exception(error)
        chat = self._chat_of(turn)
        if chat is not None:
            self._put_forward(chat, self._time())
        self._open()
        return True

    def close(self) -> None:
        """Nobody passes any more; those who wait get `TurnstileClosedError`."""
        self._closed = True
        if self._timer is not None:
            self._timer[1].cancel()
            self._timer = None
        for turn in self._queued:
            turn.queued = False
            if turn.gate is not None and not turn.gate.done():
                turn.gate.set_exception(TurnstileClosedError())
        self._queued.clear()
        self._ready.clear()
        self._resting.clear()
        self._chats.clear()

    def _line_up(self, turn: Turn) -> None:
        turn.queued = True
        self._queued.add(turn)
        key = turn.cost.chat
        if key is None:
            heappush(self._ready, (turn.lane, turn.order, turn.order, turn))
            return
        chat = self._chats.get(key)
        if chat is None:
            minute = deque[float](maxlen=self._limits.group_per_minute) if is_group(key) else None
            chat = self._chats[key] = Chat(key, minute=minute)
        heappush(chat.queue, (turn.lane, turn.order, turn))
        if chat.head() is turn:
            self._put_forward(chat, self._time())

    def _put_forward(self, chat: Chat, now: float) -> None:
        """The head of a chat that is free competes for the slot; a chat without any purpose is forgotten."""
        head = chat.head()
        if head is None:
            if chat.flying or chat.alarm is not None:
                return
            if chat.remembered_until() > now + TICK:
                self._set_alarm(chat, chat.remembered_until())
            else:
                self._chats.pop(chat.key, None)
        elif chat.free_at(self._limits.chat_spacing) <= now + TICK:
            if chat.place is None:
                chat.place = next(self._orders)
            heappush(self._ready, (head.lane, chat.place, head.order, head))

    def _open(self) -> None:
        """Call who may go now, or wake up when the next one may."""
        if self._closed:
            return
        now = self._time()
        self._wake(now)
        self._let_answers_pass(now)
        if self._called is not None:
            return
        turn = self._best(now)
        if turn is None:
            self._slot_awaited = False
        elif not self._slot_awaited:
            self._slots.idle(now)
            self._slot_awaited = True
        if turn is not None:
            opens_at = self._opens_at(turn, now)
            if opens_at <= now + TICK:
                self._call(turn)
            else:
                if turn.lane is Lane.ANSWER and now < self._answers_counted_until:
                    # The minute is not over while answers wait: they would leave all at once.
                    self._answers_counted_until = max(self._answers_counted_until, opens_at + _CROWD_IS_OVER)
                # A chat that has rested by then may have an answer to let pass.
                self._wake_up_at(min(opens_at, self._resting[0][0]) if self._resting else opens_at)
        elif self._queued:
            self._wake_up_at(self._resting[0][0])
        else:
            self._wake_up_at(None)

    def _let_answers_pass(self, now: float) -> None:
        """All whose chats are free, without a slot, unless the messenger counts them or wants silence."""
        if now < max(self._answers_counted_until, self._stopped_until - TICK):
            return
        while (turn := self._best(now)) is not None and turn.lane is Lane.ANSWER:
            self._take_out(turn)
            self._leave(turn, now)

    def _wake(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now + TICK:
            alarm, _, key = heappop(self._resting)
            chat = self._chats.get(key)
            if chat is None or chat.alarm != alarm:
                continue
            chat.alarm = None
            if chat.free_at(self._limits.chat_spacing) > now + TICK:
                self._rest(chat)
            else:
                self._put_forward(chat, now)

    def _best(self, now: float) -> Turn | None:
        """The turn at the top of `_ready`, once those whose time is over (or not yet there) are off it."""
        while self._ready:
            turn = self._ready[0][3]
            chat = self._chat_of(turn)
            free = chat is None or (
                chat.head() is turn and chat.free_at(self._limits.chat_spacing) <= now + TICK
            )
            if turn.waiting and free:
                return turn
            heappop(self._ready)
        return None

    def _opens_at(self, turn: Turn, now: float) -> float:
        if self._stopped_until > now + TICK:
            return self._stopped_until
        return self._slots.open_at(turn.cost.messages, now)

    def _call(self, turn: Turn) -> None:
        self._called = turn
        self._take_out(turn)

    def _take_out(self, turn: Turn) -> None:
        """Off the top of `_ready` and on its way."""
        heappop(self._ready)
        turn.queued = False
        self._queued.discard(turn)
        chat = self._chat_of(turn)
        if chat is not None:
            chat.flying += 1
        if turn.gate is not None:
            turn.gate.set_result(None)

    def _depart(self, turn: Turn) -> None:
        self._called = None
        self._slots.departed(self._leave(turn, self._time()), eager=turn.lane is Lane.ANSWER)
        self._open()

    def _leave(self, turn: Turn, now: float) -> Departure:
        """From now on its chat rests."""
        turn.departure = departure = Departure(now, turn.cost.messages)
        chat = self._chat_of(turn)
        if chat is not None:
            chat.last, chat.place = departure, None
            if chat.minute is not None:
                chat.minute.extend([now] * departure.messages)
            self._rest(chat)
        return departure

    def _cancel(self, turn: Turn) -> None:
        """The turn was cancelled while it waited, or after it was called but before it could leave."""
        self.withdraw(turn)
        if turn.departure is not None:
            # An answer that had passed: as far as others know it has left.
            self.answered(turn)
        if self._called is not turn:
            return
        self._called = None
        chat = self._chat_of(turn)
        if chat is not None:
            chat.flying -= 1
            self._put_forward(chat, self._time())
        self._open()

    def _rest(self, chat: Chat) -> None:
        """See to it that the chat is looked at when it is free again."""
        self._set_alarm(chat, chat.free_at(self._limits.chat_spacing))

    def _set_alarm(self, chat: Chat, at: float) -> None:
        if chat.alarm != at:
            chat.alarm = at
            heappush(self._resting, (at, next(self._alarms), chat.key))

    def _wake_up_at(self, when: float | None) -> None:
        if self._timer is not None:
            if self._timer[0] == when:
                return
            self._timer[1].cancel()
            self._timer = None
        if when is not None and self._timers is not None:
            self._timer = (when, self._timers.call_at(when, self._on_timer))

    def _on_timer(self) -> None:
        self._timer = None
        self._open()

    def _chat_of(self, turn: Turn) -> Chat | None:
        return None if turn.cost.chat is None else self._chats.get(turn.cost.chat)

    def _time(self) -> float:
        if self._timers is None:
            self._timers = asyncio.get_running_loop()
        return self._timers.time()

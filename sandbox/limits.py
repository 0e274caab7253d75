"""Telegram's limits on what a bot may send, and the distance to its servers.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this (about 30 messages a second
over all, 1 a second to one chat, 20 a minute to one group). Edits count like messages; answers to taps do not.
"""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass, field

from sandbox.refusal import too_many_requests
from sandbox.wire import Json

_UNCOUNTED_SENDS = frozenset({"sendChatAction", "sendMessageDraft", "sendRichMessageDraft"})
_COUNTED = frozenset({"copyMessage", "copyMessages", "forwardMessage", "forwardMessages", "stopPoll"})


def messages_in(method: str, params: Json) -> int:
    """How many messages a request counts for: 0 for what is not limited."""
    if method == "sendMediaGroup":
        return len(params.get("media", ()))
    if method in {"copyMessages", "forwardMessages"}:
        return len(params.get("message_ids", ()))
    counted = method.startswith(("send", "editMessage")) and method not in _UNCOUNTED_SENDS
    return 1 if counted or method in _COUNTED else 0


@dataclass(slots=True)
class _Window:
    """At most ``most`` messages in any ``seconds``, counted at each moment anew."""

    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int) -> float:
        """Seconds until so many more are allowed; 0 when they are now."""
        while self.times and now - self.times[0] >= self.seconds:
            self.times.popleft()
        over = len(self.times) + count - self.most
        if over <= 0 or not self.times:
            return 0.0
        return self.times[min(over, len(self.times)) - 1] + self.seconds - now

    def take(self, now: float, count: int) -> None:
        self.times.extend([now] * count)


class Limits:
    """Limits in force; without arguments there are none.

    With ``strict`` no window of one second may hold more than the limit; otherwise bursts of the size of three
    seconds pass when what went before was quiet, which is nearer to what Telegram is seen to do.
    """

    def __init__(
        self,
        per_second: int = 0,
        per_chat_per_second: int = 0,
        *,
        per_group_per_minute: int = 0,
        round_trip: float = 0.0,
        jitter: float = 0.0,
        strict: bool = True,
    ) -> None:
        self.per_second = per_second
        self.per_chat_per_second = per_chat_per_second
        self.per_group_per_minute = per_group_per_minute
        self.round_trip = round_trip
        self.jitter = jitter
        self.refused = 0
        """Requests answered 429 so far."""
        self._seconds = 1.0 if strict else 3.0
        self._all = _Window(int(per_second * self._seconds), self._seconds)
        self._chats: dict[int | str, _Window] = {}
        self._groups: dict[int, _Window] = {}
        self._random = random.Random(7)

    def way_there(self) -> float:
        """Seconds until a request arrives: half the round trip, and the jitter."""
        return self.round_trip / 2 + self._random.uniform(0, self.jitter)

    def way_back(self) -> float:
        return self.round_trip / 2

    def admit(self, method: str, params: Json, now: float) -> None:
        """Counts the request, or refuses it with 429 and the seconds to wait; ``now`` in monotonic seconds."""
        count = messages_in(method, params)
        if not count:
            return
        windows = self._windows(params.get("chat_id"))
        wait = max((window.wait(now, count) for window in windows), default=0.0)
        if wait > 0:
            self.refused += 1
            raise too_many_requests(math.ceil(wait))
        for window in windows:
            window.take(now, count)

    def _windows(self, chat: int | str | None) -> list[_Window]:
        windows = [self._all] if self.per_second else []
        if chat is None:
            return windows
        if self.per_chat_per_second:
            most = int(self.per_chat_per_second * self._seconds)
            windows.append(self._chats.setdefault(chat, _Window(most, self._seconds)))
        if self.per_group_per_minute and isinstance(chat, int) and chat < 0:
            windows.append(self._groups.setdefault(chat, _Window(self.per_group_per_minute, 60.0)))
        return windows

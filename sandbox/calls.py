"""What the bot requested: a capped log with uncapped counters."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from sandbox.wire import Json, dump, load


class Call:
    """One request of the bot and its answer, as they were at that moment."""

    __slots__ = ("_answer", "_params", "at", "chat_id", "method", "n", "status")

    def __init__(self, n: int, at: float, method: str, params: Json, status: int, answer: bytes) -> None:
        self.n = n
        self.at = at
        """Monotonic seconds at which the request came in."""
        self.method = method
        self.chat_id: int | str | None = params.get("chat_id")
        self.status = status
        self._params = dump(params)
        self._answer = answer

    @property
    def params(self) -> Json:
        params: Json = load(self._params)
        return params

    @property
    def answer(self) -> Any:
        """The whole answer, ``{"ok": true, "result": …}`` or ``{"ok": false, …}``; None when it was lost."""
        return load(self._answer) if self._answer else None

    def __repr__(self) -> str:
        return f"<{self.n} {self.method} {self.params} -> {self.status}>"

    def as_json(self) -> Json:
        return {
            "n": self.n,
            "at": self.at,
            "method": self.method,
            "params": self.params,
            "status": self.status,
            "answer": self.answer,
        }


class CallLog:
    """The last calls, oldest first, without getUpdates; ``counts`` has them all."""

    def __init__(self, capacity: int) -> None:
        self._calls: deque[Call] = deque(maxlen=capacity)
        self._last = 0
        self.counts: Counter[tuple[str, int]] = Counter()
        """How often a (method, status) was answered."""

    @property
    def last(self) -> int:
        return self._last

    def add(self, at: float, method: str, params: Json, status: int, answer: bytes) -> None:
        self.counts[method, status] += 1
        if method != "getUpdates":
            self._last += 1
            self._calls.append(Call(self._last, at, method, params, status, answer))

    def select(self, method: str | None = None, after: int = 0, chat: int | None = None) -> list[Call]:
        return [
            call
            for call in self._calls
            if call.n > after
            and (method is None or call.method == method)
            and (chat is None or call.chat_id == chat)
        ]

    def clear(self) -> None:
        """Forgets the calls; numbers go on."""
        self._calls.clear()
        self.counts.clear()

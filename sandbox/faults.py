"""Trouble on demand: error answers, slow answers, connections that break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.refusal import Refusal, too_many_requests
from sandbox.wire import Json

_WORDS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the requests it matches."""

    id: int
    method: str = "*"
    """A method, or ``*`` for each but getUpdates."""
    chat: int | None = None
    status: int = 200
    """200 leaves the answer alone (for a delay or a drop)."""
    description: str = ""
    retry_after: int = 0
    delay: float = 0.0
    """Seconds before anything else happens."""
    drop: bool = False
    """Break the connection in place of an answer."""
    after: bool = False
    """Do the request first, and only then break the connection or answer with the error."""
    times: int = 1
    """How many requests it still meets; 0 is until it is removed."""

    def meets(self, method: str, params: Json) -> bool:
        wanted = self.method == method or (self.method == "*" and method != "getUpdates")
        return wanted and (self.chat is None or params.get("chat_id") == self.chat)

    def refusal(self) -> Refusal | None:
        if self.status == 429:
            refusal = too_many_requests(self.retry_after)
            return Refusal(429, self.description or refusal.description, refusal.parameters)
        if self.status == 200:
            return None
        return Refusal(
            self.status, self.description or _WORDS.get(self.status, "Bad Request: trouble on demand")
        )


class Faults:
    """The faults in force, the oldest first; a request meets at most one."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._last = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._faults.values()))

    def add(
        self,
        method: str = "*",
        *,
        status: int = 200,
        chat: int | None = None,
        description: str = "",
        retry_after: int = 0,
        delay: float = 0.0,
        drop: bool = False,
        after: bool = False,
        times: int = 1,
    ) -> Fault:
        self._last += 1
        fault = Fault(self._last, method, chat, status, description, retry_after, delay, drop, after, times)
        self._faults[fault.id] = fault
        return fault

    def remove(self, fault_id: int) -> bool:
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, params: Json) -> Fault | None:
        """The fault that this request meets; one that has met all its requests goes."""
        if not self._faults:
            return None
        for fault in self:
            if fault.meets(method, params):
                if fault.times == 1:
                    del self._faults[fault.id]
                elif fault.times > 1:
                    fault.times -= 1
                return fault
        return None

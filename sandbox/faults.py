"""Trouble on demand: error answers, slow, late and unreadable answers, connections that break; or a dice for all."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    late: float = 0.0
    """Seconds between the deed and its answer."""
    unreadable: bool = False
    """Answer 200 with a page in place of JSON, as a gateway does; with ``after`` the deed is done all the same."""

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


TROUBLES = (
    Fault(0, status=500),
    Fault(0, status=429, retry_after=1),
    Fault(0, drop=True),
    Fault(0, drop=True, after=True),
    Fault(0, late=2.0),
    Fault(0, unreadable=True),
    Fault(0, unreadable=True, after=True),
)
"""What a request can meet by chance."""


class Faults:
    """The faults in force, the oldest first; a request meets at most one."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._last = 0
        self._share = 0.0
        self._dice = random.Random()
        self._troubles: Sequence[Fault] = TROUBLES
        self.met = 0
        """How many requests met something by chance."""

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
        late: float = 0.0,
        unreadable: bool = False,
    ) -> Fault:
        self._last += 1
        fault = Fault(
            self._last,
            method,
            chat,
            status,
            description,
            retry_after,
            delay,
            drop,
            after,
            times,
            late,
            unreadable,
        )
        self._faults[fault.id] = fault
        return fault

    def at_random(self, share: float, seed: int = 7, troubles: Sequence[Fault] = TROUBLES) -> None:
        """From now on this share of all requests, getUpdates too, meets one of the troubles; 0 ends it.

        The same seed throws the same dice.
        """
        if not 0 <= share <= 1:
            raise ValueError("a share is between 0 and 1")
        self._share, self._dice, self._troubles = share, random.Random(seed), troubles

    def remove(self, fault_id: int) -> bool:
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        """No trouble any more, by chance neither."""
        self._faults.clear()
        self._share = 0.0

    def take(self, method: str, params: Json) -> Fault | None:
        """The fault that this request meets; one that has met all its requests goes."""
        for fault in self:
            if fault.meets(method, params):
                if fault.times == 1:
                    del self._faults[fault.id]
                elif fault.times > 1:
                    fault.times -= 1
                return fault
        if self._share and self._dice.random() < self._share:
            self.met += 1
            return replace(self._dice.choice(self._troubles))
        return None

"""The two ways to say no: an error answer of the Bot API, and an act that no person can do."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A refused request: HTTP status, Telegram's description, and its ``parameters`` (for example ``retry_after``)."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> Refusal:
    """400 in Telegram's form: ``Bad Request: <reason>``."""
    return Refusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """403 in Telegram's form: ``Forbidden: <reason>``."""
    return Refusal(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> Refusal:
    """429 with ``retry_after`` in whole seconds, at least 1: aiogram does not recognise 0."""
    seconds = max(1, retry_after)
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


class Impossible(Exception):
    """A person cannot do that: there is no such chat, message or button."""

    def __init__(self, reason: str, status: int = 404) -> None:
        super().__init__(reason)
        self.status = status

"""The table of methods with behaviour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.decode import Uploads
from sandbox.state import World
from sandbox.wire import Json

Handler = Callable[[World, Json, Uploads], Any]
"""World, parameters (never to be changed), uploads → the result: a JSON value, or bytes that are JSON already."""

HANDLERS: dict[str, Handler] = {}


def method(*names: str) -> Callable[[Handler], Handler]:
    """Registers a function as the behaviour of these methods."""

    def register(handler: Handler) -> Handler:
        for name in names:
            HANDLERS[name] = handler
        return handler

    return register

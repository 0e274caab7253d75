"""What the host program adds to the chat page: buttons of its own, for example to move its clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the page; ``run`` does it and returns a sentence on what happened."""

    id: str
    label: str
    run: Callable[[], Awaitable[str]]

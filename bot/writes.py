"""Whether what somebody asked for has been written, in case that nobody can show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from db.engine import Database, Session

__all__ = ["NotedWrites"]

P = ParamSpec("P")
T = TypeVar("T")


class NotedWrites:
    """The database as the routes of one update see it. What forms and acquaintance keep goes past it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.done = False
        """The last write of this update is committed."""

    async def read(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.read(fn, *args, **kwargs)

    async def write(
        self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self.done = False
        result = await self._database.write(fn, *args, **kwargs)
        self.done = True
        return result

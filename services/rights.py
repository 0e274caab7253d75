"""How a use case says which right it needs: by decorator, or a test refuses it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from db.engine import Session
from domain.people import Actor, Forbidden, Right

P = ParamSpec("P")
T = TypeVar("T")

UseCase = Callable[Concatenate[Session, Actor, P], T]


def needs(right: Right) -> Callable[[UseCase[P, T]], UseCase[P, T]]:
    """Mark ``fn(session, actor, …)`` as a use case for actors who hold ``right``.

    Raises:
        Forbidden: when the use case is called by an actor without it.
    """

    def declare(fn: UseCase[P, T]) -> UseCase[P, T]:
        @wraps(fn)
        def checked(session: Session, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if not actor.may(right):
                raise Forbidden(right)
            return fn(session, actor, *args, **kwargs)

        checked.needs = right  # type: ignore[attr-defined]
        return checked

    return declare

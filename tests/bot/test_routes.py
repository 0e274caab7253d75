"""No route of ours runs in a thread: aiogram sends plain functions there, once for every update."""

from __future__ import annotations

from collections.abc import Iterator

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject

from bot.dispatcher import routers


def _handlers(router: Router) -> Iterator[tuple[str, HandlerObject]]:
    for one in router.chain_tail:
        for observer in one.observers.values():
            for handler in observer.handlers:
                yield f"{one.name}.{getattr(handler.callback, '__name__', handler.callback)}", handler


def test_no_filter_and_no_handler_is_synchronous() -> None:
    found = [pair for router in routers() for pair in _handlers(router)]
    assert len(found) > 50
    slow = [name for name, handler in found if not handler.awaitable]
    slow += [
        f"{name}: {each.callback}"
        for name, handler in found
        for each in handler.filters or ()
        if not each.awaitable
    ]
    assert slow == []


def test_every_router_has_a_name_of_its_own() -> None:
    names = [router.name for router in routers()]
    assert len(names) == len(set(names))

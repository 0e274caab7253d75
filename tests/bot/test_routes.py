"""No route of ours runs in a thread: aiogram sends plain functions there, once for every update."""

from __future__ import annotations

from typing import Any

from aiogram import BaseMiddleware, F, Router
from aiogram.dispatcher.event.handler import CallableObject
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from bot.dispatcher import StraightDispatcher, routers
from handlers.questions import group


def _in_a_thread(included: list[Router]) -> tuple[list[str], int]:
    """Handlers and filters of the tree that aiogram would run in a thread; how many there are in all."""
    found: list[tuple[str, CallableObject]] = []
    for router in included:
        for one in router.chain_tail:
            for event, observer in one.observers.items():
                # A filter of the whole observer is kept as one of a handler that nobody calls.
                filters = list(observer._handler.filters or ())
                for handler in observer.handlers:
                    found.append((f"{one.name}.{getattr(handler.callback, '__name__', event)}", handler))
                    filters += handler.filters or ()
                found += [(f"{one.name}.{event}: {each.callback}", each) for each in filters]
    return [name for name, each in found if not each.awaitable], len(found)


def test_no_filter_and_no_handler_is_synchronous() -> None:
    slow, found = _in_a_thread([*routers(), group.router()])
    assert found > 200
    assert slow == []


def test_the_walk_finds_whatever_is_synchronous() -> None:
    below = Router(name="below")

    @below.message(F.text)
    async def asked_by_a_plain_filter(_message: Message) -> None: ...

    @below.callback_query()
    def synchronous(_query: CallbackQuery) -> None: ...

    below.inline_query.filter(lambda _query: True)
    above = Router(name="above")
    above.include_router(below)

    slow, _ = _in_a_thread([above])
    assert [name.partition(":")[0] for name in slow] == [
        "below.message",
        "below.inline_query",
        "below.synchronous",
    ]


async def test_a_tap_goes_straight_to_the_router_of_its_button() -> None:
    asked: list[str] = []

    class Asked(BaseMiddleware):
        """Notes which router a tap comes to."""

        def __init__(self, router: Router) -> None:
            self._router = router

        async def __call__(self, handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
            asked.append(str(self._router.name))
            return await handler(event, data)

    class Ends(BaseMiddleware):
        """No handler is called."""

        async def __call__(self, _handler: Any, _event: TelegramObject, _data: dict[str, Any]) -> Any:
            return None

    dispatcher = StraightDispatcher(storage=MemoryStorage())
    included = routers()
    dispatcher.include_routers(*included)
    dispatcher.learn_owners()
    for router in included:
        router.callback_query.outer_middleware(Asked(router))
        router.callback_query.middleware(Ends())

    user = User(id=1, is_bot=False, first_name="A")
    for data in ("c:1:", "wl:0"):
        query = CallbackQuery(id="1", from_user=user, chat_instance="1", data=data)
        await dispatcher.propagate_event(update_type="callback_query", event=query)
    assert asked == ["card", "workshops"]
    asked.clear()
    query = CallbackQuery(id="1", from_user=user, chat_instance="1", data="nobodys:1")
    await dispatcher.propagate_event(update_type="callback_query", event=query)
    assert asked == [router.name for router in included]


def test_every_router_has_a_name_of_its_own() -> None:
    names = [router.name for router in routers()]
    assert len(names) == len(set(names))

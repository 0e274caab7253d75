"""All routes in one readable list, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from aiogram import BaseMiddleware, Dispatcher, Router
from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.fsm.storage.base import BaseStorage
from aiogram.types import CallbackQuery

from bot import errors
from bot.middleware import Acquaintance
from handlers.answers import routes as answers
from handlers.booking import routes as booking
from handlers.card import routes as card
from handlers.coordination import routes as coordination
from handlers.editing import routes as editing
from handlers.exchange import routes as exchange
from handlers.fallback import routes as fallback
from handlers.inline import routes as inline
from handlers.journal import routes as journal
from handlers.mentoring import routes as mentoring
from handlers.menu import routes as menu
from handlers.notices import routes as notices
from handlers.profile import routes as profile
from handlers.programme import routes as programme
from handlers.questions import routes as questions
from handlers.registration import routes as registration
from handlers.reminders import routes as reminders
from handlers.roles import routes as roles
from handlers.roster import routes as roster
from handlers.summary import routes as summary
from handlers.workshops import routes as workshops

SEPARATOR = ":"
"""Between the prefix of a button's data and its values."""


def routers() -> list[Router]:
    """Commands and stateless buttons first, forms next, search for any other text, the catch-all last."""
    return [
        errors.router(),
        roles.router(),
        menu.router(),
        card.router(),
        notices.router(),
        reminders.router(),
        programme.router(),
        workshops.router(),
        profile.router(),
        booking.router(),
        registration.router(resume=booking.take),
        mentoring.router(),
        coordination.router(),
        summary.router(),
        journal.router(),
        editing.router(),
        answers.router(),
        exchange.router(),
        roster.router(),
        questions.router(),
        inline.router(),
        workshops.search_router(),
        fallback.router(),
    ]


def build_dispatcher(
    acquaintance: Acquaintance, storage: BaseStorage, *outermost: BaseMiddleware, **data: Any
) -> Dispatcher:
    """A dispatcher with every route; ``data`` is what handlers take by name (``db``, ``outbox``, …).

    ``outermost`` middlewares come before everything, the handling of errors too.
    """
    dispatcher = Dispatcher(storage=storage, **data)
    registered = dispatcher.update.outer_middleware
    aiograms_own = list(registered)
    for own in aiograms_own:
        registered.unregister(own)
    # The outermost see an update out even where it ends in an error; the acquaintance comes after aiogram's own,
    # which find out from whom an update comes.
    for middleware in outermost:
        registered(middleware)
    for own in aiograms_own:
        registered(own)
    registered(acquaintance)
    included = routers()
    for router in included:
        _ask_only_about_its_own(router)
    dispatcher.include_routers(*included)
    return dispatcher


class _OneOf(Filter):
    """A tap on one of these kinds of buttons."""

    def __init__(self, prefixes: Collection[str]) -> None:
        self._prefixes = frozenset(prefixes)

    async def __call__(self, query: CallbackQuery) -> bool:
        return (query.data or "").partition(SEPARATOR)[0] in self._prefixes


def _ask_only_about_its_own(router: Router) -> None:
    """One look at a tap instead of one for each button of the router; routers that take any tap are left alone."""
    prefixes = []
    for handler in router.callback_query.handlers:
        asked = [each.callback for each in handler.filters or ()]
        own = [each.callback_data.__prefix__ for each in asked if isinstance(each, CallbackQueryFilter)]
        if not own:
            return
        prefixes += own
    if prefixes:
        router.callback_query.filter(_OneOf(prefixes))

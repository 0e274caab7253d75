"""All routes in one readable list, in the order in which they are asked."""

from __future__ import annotations

from typing import Any

from aiogram import BaseMiddleware, Dispatcher, Router
from aiogram.fsm.storage.base import BaseStorage

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

    ``outermost`` middlewares come before the acquaintance.
    """
    dispatcher = Dispatcher(storage=storage, **data)
    # Registered after aiogram's own, so that it already knows from whom an update comes.
    for middleware in (*outermost, acquaintance):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_routers(*routers())
    return dispatcher

"""All routes in one readable list, in the order in which they are asked."""

from __future__ import annotations

from typing import Any

from aiogram import Dispatcher, Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.fsm.storage.base import BaseStorage
from aiogram.types import CallbackQuery, TelegramObject

from bot import errors
from bot.form_storage import FormStorage
from bot.middleware import Acquaintance
from bot.open_forms import OpenForms
from handlers.announcements import routes as announcements
from handlers.answers import routes as answers
from handlers.audiences import routes as audiences
from handlers.booking import routes as booking
from handlers.broadcasts import routes as broadcasts
from handlers.card import routes as card
from handlers.coordination import routes as coordination
from handlers.editing import routes as editing
from handlers.exchange import routes as exchange
from handlers.fallback import routes as fallback
from handlers.inline import routes as inline
from handlers.journal import routes as journal
from handlers.membership import routes as membership
from handlers.mentoring import routes as mentoring
from handlers.menu import routes as menu
from handlers.notices import routes as notices
from handlers.profile import routes as profile
from handlers.programme import routes as programme
from handlers.questions import group as questions_group
from handlers.questions import routes as questions
from handlers.registration import routes as registration
from handlers.reminders import routes as reminders
from handlers.roles import routes as roles
from handlers.roster import routes as roster
from handlers.summary import routes as summary
from handlers.workshops import routes as workshops

FROM_A_CHAT = ("message", "edited_message", "callback_query")
SEPARATOR = ":"
"""Between the prefix of a button's data and its values."""


def routers() -> list[Router]:
    """Replies first: they say themselves what they are about. Then commands and stateless buttons, forms, search for
    any other text, and the catch-all last.
    """
    return [
        errors.router(),
        questions.replies_router(),
        roles.router(),
        menu.router(),
        card.router(),
        notices.router(),
        announcements.router(),
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
        roster.router(),
        # A file that a form waits for comes before a file with the programme.
        broadcasts.router(),
        questions.router(),
        audiences.router(),
        exchange.router(),
        inline.router(),
        membership.router(),
        workshops.search_router(),
        fallback.router(),
    ]


def build_dispatcher(acquaintance: Acquaintance, storage: FormStorage, **data: Any) -> Dispatcher:
    """A dispatcher with every route; ``data`` is what handlers take by name (``db``, ``outbox``, …)."""
    dispatcher = StraightDispatcher(storage=storage, **data)
    # After aiogram's own, which find out from whom an update comes.
    dispatcher.update.outer_middleware(acquaintance)
    dispatcher.update.outer_middleware(OpenForms(storage))
    dispatcher.include_routers(*routers())
    dispatcher.learn_owners()
    dispatcher.group = questions_group.router()
    return dispatcher


class StraightDispatcher(Dispatcher):
    """Takes a tap straight to the router whose button it is, instead of asking one router after another.

    Only past routers that leave other routers' buttons alone: from one that takes any tap on, the order decides.
    """

    def __init__(self, *, storage: BaseStorage, **data: Any) -> None:
        super().__init__(storage=storage, **data)
        self._owners: dict[str, Router] = {}
        self.group: Router | None = None
        """All that comes from the coordinators' group, and nothing else, goes to this one."""

    def learn_owners(self) -> None:
        """Look who has which button, once all routers are included."""
        for router in self.sub_routers:
            prefixes = _own_prefixes(router)
            if prefixes is None:
                return
            for prefix in prefixes:
                self._owners.setdefault(prefix, router)

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        if self.group is not None and kwargs.get("in_group") and update_type in FROM_A_CHAT:
            return await self.group.propagate_event(update_type=update_type, event=event, **kwargs)
        if isinstance(event, CallbackQuery):
            owner = self._owners.get((event.data or "").partition(SEPARATOR)[0])
            if owner is not None:
                response = await owner.propagate_event(update_type=update_type, event=event, **kwargs)
                if response is not UNHANDLED:
                    return response
        return await super().propagate_event(update_type=update_type, event=event, **kwargs)


def _own_prefixes(router: Router) -> set[str] | None:
    """The first words of the buttons that a router answers; None when it also takes others."""
    prefixes = set()
    for handler in router.callback_query.handlers:
        asked = [each.callback for each in handler.filters or ()]
        own = [each.callback_data.__prefix__ for each in asked if isinstance(each, CallbackQueryFilter)]
        if not own:
            return None
        prefixes.update(own)
    return prefixes

"""The one place where errors end: a sentence for the person, a line in the log, never a silence."""

from __future__ import annotations

import structlog
from aiogram import Router
from aiogram.exceptions import TelegramForbiddenError
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ErrorEvent, Message

from bot.turnstile import TurnstileClosedError
from bot.writes import NotedWrites
from domain.limits import LimitReached
from domain.people import Forbidden, Right
from domain.registration import Question
from handlers.booking.routes import explain as explain_booking
from handlers.broadcasts.routes import explain as explain_broadcast
from handlers.editing.routes import explain as explain_editing
from handlers.limits import limit_reached
from handlers.menu import screens as menu
from handlers.questions.routes import explain as explain_question
from handlers.registration.routes import begin_edit
from handlers.screen import AWAY, acknowledge, send, show, toast
from handlers.view import View
from services.booking import NotRegistered

PRIVATE = "private"

log = structlog.get_logger(__name__)


def router() -> Router:
    router = Router(name="errors")

    @router.errors()
    async def on_error(
        event: ErrorEvent,
        view: View | None = None,
        state: FSMContext | None = None,
        writes: NotedWrites | None = None,
    ) -> bool:
        error, update = event.exception, event.update
        if isinstance(error, TelegramForbiddenError | TurnstileClosedError):
            # Blocked by the person, or the bot is stopping: nobody is there to be told.
            return True
        source = update.callback_query or update.message
        if view is None or source is None:
            log.error("update_failed", update_type=update.event_type, exc_info=error)
            return True
        # Of what is done nobody must read that it broke, and do it again.
        ours = "error-done" if writes is not None and writes.done else "error-ours"
        try:
            await _tell(source, view, state, error, update.event_type, ours)
        except Exception as second:
            log.error("error_not_told", update_type=update.event_type, exc_info=second)
        return True

    return router


async def _tell_the_group(
    source: CallbackQuery | Message, view: View, error: Exception, update_type: str, ours: str
) -> None:
    """No screen of one person may take the place of what everybody reads."""
    log.error("update_failed", update_type=update_type, exc_info=error)
    if isinstance(source, CallbackQuery):
        await acknowledge(source, view.label(ours), alert=True)
    else:
        await source.reply(view.text(ours))


async def _explained(source: CallbackQuery | Message, view: View, error: Exception) -> bool:
    for explain in (explain_booking, explain_editing, explain_question, explain_broadcast):
        if await explain(source, view, error):
            return True
    return False


def _lacks_consent(error: Exception) -> bool:
    return isinstance(error, NotRegistered) or (isinstance(error, Forbidden) and error.right is Right.AGREED)


async def _tell(
    source: CallbackQuery | Message,
    view: View,
    state: FSMContext | None,
    error: Exception,
    update_type: str,
    ours: str,
) -> None:
    """``ours``: the key of what is said of a mistake of ours."""
    said = source.message if isinstance(source, CallbackQuery) else source
    in_group = said is not None and said.chat.type != PRIVATE
    if isinstance(error, AWAY):
        # What the route wanted to send beside its screen, such as a file: the session has tried more than once.
        log.warning("telegram_unreachable", error=type(error).__name__)
        if not in_group:
            away = menu.menu(view, note=view.text("error-away"))
            await (send(source, away) if isinstance(source, CallbackQuery) else show(source, away))
        return
    if in_group:
        await _tell_the_group(source, view, error, update_type, ours)
        return
    if await _explained(source, view, error):
        return
    if isinstance(error, LimitReached):
        await show(source, menu.menu(view, note=limit_reached(view, error.kept)))
        return
    if state is not None and _lacks_consent(error):
        # Nothing new is stored of somebody who has not agreed to the text of today: they are asked here.
        await begin_edit(source, state, view, Question.CONSENT)
        return
    if isinstance(error, Forbidden):
        key = "error-forbidden-mentor" if error.right is Right.LEAD_OWN_ACTIVITIES else "error-forbidden"
        if isinstance(source, CallbackQuery):
            await acknowledge(source, view.label(key), alert=True)
        else:
            await show(source, menu.menu(view, note=view.text(key)))
        return
    log.error("update_failed", update_type=update_type, exc_info=error)
    if isinstance(source, CallbackQuery):
        if not await toast(source, view.label(ours), alert=True):
            # The wheel stopped before the error: only a message can still say so.
            await send(source, menu.menu(view, note=view.text(ours)))
    else:
        await show(source, menu.menu(view, note=view.text(ours)))

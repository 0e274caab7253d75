"""Inline mode: cards in any chat, each with a button that opens the bot on that card."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from db.engine import Database
from domain.finding import LONGEST_QUERY, PAGE_SIZE, Listed
from handlers.card.screens import address, clip, head
from handlers.ports import ActivitySearch
from handlers.view import View
from services import finding

RESULTS = PAGE_SIZE * 2
CACHE_SECONDS = 30
LONGEST_DESCRIPTION = 300
OFFSET_DIGITS = 6
"""Of a number further than any list goes. It is our own, but anybody may send another."""


def result(view: View, item: Listed) -> InlineQueryResultArticle:
    """One card: read in the list of results, sent as a message that leads back to the bot."""
    activity = item.activity
    when = view.label("workshops-line-no-date")
    if item.starts_at is not None and item.ends_at is not None:
        when = view.dates.slot(item.starts_at, item.ends_at, now=view.now)
    parts = [
        *head(view, activity),
        view.text("inline-description", text=clip(activity.description, LONGEST_DESCRIPTION)),
        view.text("card-where", where=address(activity)),
        view.text("inline-when", when=when, places=view.places(item.free)),
    ]
    return InlineQueryResultArticle(
        id=activity.code,
        title=activity.title,
        description=view.label("inline-line", town=activity.venue.town, when=when),
        input_message_content=InputTextMessageContent(message_text="\n\n".join(parts), parse_mode="HTML"),
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[
                [
                    InlineKeyboardButton(
                        text=view.label("inline-button-open"), url=view.link(f"act_{activity.code}")
                    )
                ]
            ]
        ),
    )


def router() -> Router:
    router = Router(name="inline")

    @router.inline_query()
    async def inline(query: InlineQuery, view: View, db: Database, search: ActivitySearch) -> None:
        text = query.query.strip()[:LONGEST_QUERY]
        digits = query.offset[:OFFSET_DIGITS]
        offset = int(digits) if digits.isascii() and digits.isdecimal() else 0
        page, more = await db.read(
            finding.inline_results, view.actor, text, offset, RESULTS, view.now, view.zone, search.search
        )
        await query.answer(
            [result(view, item) for item in page.items],
            cache_time=CACHE_SECONDS,
            is_personal=False,
            next_offset=str(offset + len(page.items)) if more else "",
            button=InlineQueryResultsButton(text=view.label("inline-button-all"), start_parameter="inline"),
        )

    return router

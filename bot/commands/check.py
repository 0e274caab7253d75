"""``python -m bot check``: settings, texts, database and token, one line each."""

from __future__ import annotations

import asyncio
import sys
from typing import TextIO

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramUnauthorizedError,
)
from aiogram.types import ChatMemberAdministrator, ChatMemberOwner

from bot.application import make_bot
from bot.backup import BACKUPS
from bot.commands import Commands
from bot.database_check import check_database
from bot.settings import Settings
from bot.texts import BadTextFileError, Texts

FINE, PROBLEMS = 0, 1


def add_parser(commands: Commands, texts: Texts) -> None:
    commands.add_parser("check", help=texts.plain("command-check-help"))


def run(settings: Settings, texts: Texts, *, out: TextIO | None = None) -> int:
    """Exit status: 0 all is well, 1 something is not."""
    return asyncio.run(_run(settings, texts, out or sys.stdout))


async def _run(settings: Settings, texts: Texts, out: TextIO) -> int:
    problems = 0

    def say(line: str, *, fine: bool = True) -> None:
        nonlocal problems
        problems += not fine
        mark = texts.plain("command-check-fine" if fine else "command-check-problem")
        out.write(f"{mark} {line}\n")

    say(texts.plain("command-check-settings"))
    try:
        Texts.load()
        say(texts.plain("command-check-texts"))
    except BadTextFileError:
        say(texts.plain("command-check-texts-broken"), fine=False)
    await check_database(settings, texts, say, BACKUPS)
    if settings.operator is None:
        out.write(f"{texts.plain('command-check-warning')} {texts.plain('command-check-no-operator')}\n")
    if settings.bot_token is None:
        say(texts.plain("command-check-no-token"), fine=False)
    else:
        await _check_token(settings, texts, say)
    return PROBLEMS if problems else FINE


async def _check_token(settings: Settings, texts: Texts, say: object) -> None:
    assert callable(say)  # noqa: S101 - the closure above
    bot = make_bot(settings.token, settings.telegram_api_url)
    try:
        me = await bot.me()
        say(texts.plain("command-check-token", name=me.username or ""))
        if settings.coordinators_chat is not None:
            problem = await _group_problem(bot, settings.coordinators_chat)
            say(texts.plain(problem or "command-check-group"), fine=problem is None)
    except TelegramUnauthorizedError:
        say(texts.plain("command-check-token-wrong"), fine=False)
    except TelegramNetworkError:
        say(texts.plain("command-check-no-network"), fine=False)
    finally:
        await bot.session.close()


async def _group_problem(bot: Bot, group: int) -> str | None:
    """The text for what keeps the coordinators' group from being used as it should; None: all is well."""
    try:
        chat = await bot.get_chat(group)
        member = await bot.get_chat_member(group, bot.id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return "command-check-group-wrong"
    if chat.username is not None:
        return "command-check-group-public"
    if isinstance(member, ChatMemberOwner):
        return None if chat.is_forum else "command-check-group-wrong"
    may = isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics)
    if not chat.is_forum or not may:
        return "command-check-group-wrong"
    deletes = isinstance(member, ChatMemberAdministrator) and member.can_delete_messages
    return None if deletes else "command-check-group-deletes"

"""What Telegram counts, and how much of it: the figures the pacer keeps.

Sources: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this (30 a second per
bot, 1 a second per chat, 20 a minute per group) and what the Bot API's developer says in its issues: edits
share the limits of messages, a forum topic's creation is a message about it, `answerCallbackQuery` has no
limit (github.com/tdlib/td 2592 and 3034, github.com/tdlib/telegram-bot-api 648).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiogram.methods import (
    CopyMessages,
    DeleteMessage,
    DeleteMessages,
    ForwardMessages,
    SendMediaGroup,
    TelegramMethod,
)

__all__ = ["UNLIMITED", "ChatKey", "Cost", "Limits", "cost_of", "is_group"]

ChatKey = int | str
"""A chat as Telegram tells chats apart: its id, `@name`, or an inline message's own id."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast the bot may speak. Telegram's limits, with a margin for the way there."""

    per_second: float = 28.5
    """Even slots: one message every 1/28.5 s."""
    ceiling: int = 30
    """No second, wherever it begins, sees more messages than this."""
    chat_spacing: float = 1.05
    """Seconds between two messages of one chat."""
    group_per_minute: int = 20


UNLIMITED = Limits(per_second=1e6, ceiling=10**9, chat_spacing=0.0, group_per_minute=10**6)
"""For a server without limits, as in tests: only the order in each chat is kept."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request takes: how many messages, and whose chat must rest after them (None: nobody's)."""

    chat: ChatKey | None
    messages: int = 1


_MESSAGE_PREFIXES = ("send", "copyMessage", "forwardMessage", "editMessage", "editEphemeralMessage")
_NO_MESSAGE = frozenset(
    {"sendChatAction", "sendChatJoinRequestWebApp", "sendGift", "sendMessageDraft", "sendRichMessageDraft"}
)
_CHANGES_A_MESSAGE = frozenset({"setGameScore", "stopMessageLiveLocation", "stopPoll"})
_ANNOUNCED_IN_THE_CHAT = frozenset(
    {
        "closeForumTopic",
        "closeGeneralForumTopic",
        "createForumTopic",
        "editForumTopic",
        "editGeneralForumTopic",
        "pinChatMessage",
        "reopenForumTopic",
        "reopenGeneralForumTopic",
    }
)


def cost_of(method: TelegramMethod[Any]) -> Cost | None:
    """The cost of a request; None for what is free (answers to taps, actions, settings, questions).

    Deleting takes a slot, because a recalled broadcast deletes thousands, but no chat rests after it.
    """
    if isinstance(method, DeleteMessage | DeleteMessages):
        return Cost(chat=None)
    name = method.__api_method__
    if name.startswith(_MESSAGE_PREFIXES):
        if name in _NO_MESSAGE:
            return None
    elif name not in _CHANGES_A_MESSAGE and name not in _ANNOUNCED_IN_THE_CHAT:
        return None
    return Cost(_chat_of(method), _messages_in(method))


def is_group(chat: ChatKey) -> bool:
    """Groups, and channels, which cannot be told from them by their id."""
    return chat < 0 if isinstance(chat, int) else chat.startswith("@")


def _chat_of(method: TelegramMethod[Any]) -> ChatKey | None:
    chat = getattr(method, "chat_id", None)
    if chat is None:
        inline_message = getattr(method, "inline_message_id", None)
        return None if inline_message is None else f"inline:{inline_message}"
    if isinstance(chat, str) and chat.removeprefix("-").isdecimal():
        return int(chat)
    return chat if isinstance(chat, int) else str(chat)


def _messages_in(method: TelegramMethod[Any]) -> int:
    if isinstance(method, SendMediaGroup):
        return max(1, len(method.media))
    if isinstance(method, CopyMessages | ForwardMessages):
        return max(1, len(method.message_ids))
    return 1

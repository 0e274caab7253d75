from typing import Any

import aiogram.methods
import pytest
from aiogram.methods import (
    AnswerCallbackQuery,
    CopyMessages,
    CreateForumTopic,
    DeleteMessage,
    EditMessageText,
    GetFile,
    GetMe,
    GetUpdates,
    SendChatAction,
    SendMediaGroup,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import InputMediaPhoto

from bot.limits import Cost, cost_of, is_group

PHOTO = InputMediaPhoto(media="file-id")


@pytest.mark.parametrize(
    ("method", "cost"),
    [
        (SendMessage(chat_id=7, text="x"), Cost(7)),
        (SendMessage(chat_id="7", text="x"), Cost(7)),
        (SendMessage(chat_id="-1007", text="x"), Cost(-1007)),
        (SendMessage(chat_id="@channel", text="x"), Cost("@channel")),
        (EditMessageText(chat_id=7, message_id=1, text="x"), Cost(7)),
        (EditMessageText(inline_message_id="abc", text="x"), Cost("inline:abc")),
        (SendMediaGroup(chat_id=7, media=[PHOTO, PHOTO, PHOTO]), Cost(7, messages=3)),
        (CopyMessages(chat_id=7, from_chat_id=8, message_ids=[1, 2]), Cost(7, messages=2)),
        (CreateForumTopic(chat_id=-7, name="x"), Cost(-7)),
        (DeleteMessage(chat_id=7, message_id=1), Cost(None)),
        (AnswerCallbackQuery(callback_query_id="1"), None),
        (SendChatAction(chat_id=7, action="typing"), None),
        (GetUpdates(), None),
        (GetMe(), None),
        (GetFile(file_id="x"), None),
    ],
)
def test_messages_and_edits_count_and_answers_to_taps_do_not(
    method: TelegramMethod[Any], cost: Cost | None
) -> None:
    assert cost_of(method) == cost


def test_a_new_version_of_the_bot_api_is_looked_at_before_it_is_counted() -> None:
    """What is counted among all methods that begin like a message; a new one here wants a decision."""
    begins_like_a_message = {
        method.__api_method__
        for name in aiogram.methods.__all__
        if isinstance(method := getattr(aiogram.methods, name), type)
        and issubclass(method, TelegramMethod)
        and isinstance(getattr(method, "__api_method__", None), str)
        and method.__api_method__.startswith(("send", "edit", "copy", "forward"))
    }
    free = {name for name in begins_like_a_message if cost_of(_bare(name)) is None}
    assert free == {
        "editChatInviteLink",
        "editChatSubscriptionInviteLink",
        "editStory",
        "editUserStarSubscription",
        "sendChatAction",
        "sendChatJoinRequestWebApp",
        "sendGift",
        "sendMessageDraft",
        "sendRichMessageDraft",
    }


def _bare(api_method: str) -> TelegramMethod[Any]:
    method: type[TelegramMethod[Any]] = getattr(aiogram.methods, api_method[0].upper() + api_method[1:])
    return method.model_construct(media=[], message_ids=[])


def test_groups_and_channels_are_told_from_people() -> None:
    assert [is_group(chat) for chat in (7, -7, -1007, "@channel", "inline:abc")] == [
        False,
        True,
        True,
        True,
        False,
    ]

"""Telegram as a `Sender`: every way a request can end becomes a result; nothing is raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    DeleteMessage,
    EditMessageCaption,
    EditMessageText,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MediaUnion,
    Message,
    MessageEntity,
)

from bot.pacer import Pacer, PacerClosedError
from domain.delivery import Act, Lane, Media, Outgoing, Refused, Retry, SendResult, Sent, Unreachable
from domain.people import Address

__all__ = ["MESSENGER", "TelegramSender"]

MESSENGER = "telegram"

GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot can't initiate conversation")
"""What Telegram answers with 400 although it is the person who cannot be reached."""

NOT_MODIFIED = "message is not modified"
"""A correction that arrived before its answer was lost: it says already what it should."""

log = structlog.get_logger(__name__)


class TelegramSender:
    """Sends through the pacer, which waits its turn in the lane and sits out every 429."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer

    async def send(self, to: Address, message: Outgoing, lane: Lane) -> SendResult:
        try:
            sent = await self._pacer.send(self._bot, _method(int(to.user_id), message), lane)
        except TelegramRetryAfter as error:
            return Retry("too many requests", timedelta(seconds=error.retry_after))
        except TelegramForbiddenError as error:
            return Unreachable(error.message)
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            if NOT_MODIFIED in error.message:
                return Sent(message.message_id or 0)
            if any(reason in error.message.lower() for reason in GONE):
                return Unreachable(error.message)
            log.error("telegram_refuses", reason=error.message)
            return Refused(error.message)
        except PacerClosedError:
            return Retry("stopping")
        except TelegramServerError as error:
            return Retry(error.message)
        except (TimeoutError, AiogramError, OSError) as error:
            return Retry(type(error).__name__)
        return Sent(_message_id(sent, message))


def _method(chat_id: int, message: Outgoing) -> TelegramMethod[Any]:
    """The one request that does what the message asks for."""
    keyboard, words = _keyboard(message), _words(message)
    match message.act:
        case Act.DELETE:
            return DeleteMessage(chat_id=chat_id, message_id=message.message_id or 0)
        case Act.EDIT if message.media:
            caption = _captioned(words)
            return EditMessageCaption(
                chat_id=chat_id, message_id=message.message_id, reply_markup=keyboard, **caption
            )
        case Act.EDIT:
            return EditMessageText(
                chat_id=chat_id, message_id=message.message_id, reply_markup=keyboard, **words
            )
        case _ if len(message.media) > 1:
            return SendMediaGroup(chat_id=chat_id, media=_album(message.media, _captioned(words)))
        case _ if message.media and message.media[0].kind == "photo":
            return SendPhoto(
                chat_id=chat_id,
                photo=message.media[0].file_id,
                reply_markup=keyboard,
                **_captioned(words),
            )
        case _ if message.media:
            return SendDocument(
                chat_id=chat_id,
                document=message.media[0].file_id,
                reply_markup=keyboard,
                **_captioned(words),
            )
        case _:
            return SendMessage(chat_id=chat_id, reply_markup=keyboard, **words)


def _words(message: Outgoing) -> dict[str, Any]:
    """Text with its formatting: entities as typed, or our own HTML."""
    if message.entities is None:
        return {"text": message.text, "parse_mode": "HTML"}
    entities = [MessageEntity.model_validate(dict(entity)) for entity in message.entities]
    return {"text": message.text, "entities": entities, "parse_mode": None}


def _captioned(words: dict[str, Any]) -> dict[str, Any]:
    """The same words under a picture or a file."""
    names = {"text": "caption", "entities": "caption_entities"}
    return {names.get(name, name): value for name, value in words.items()}


def _album(media: Sequence[Media], caption: dict[str, Any]) -> list[MediaUnion]:
    """The caption stands under the first."""
    makers = {"photo": InputMediaPhoto, "document": InputMediaDocument}
    return [
        makers[each.kind](media=each.file_id, **(caption if position == 0 else {}))
        for position, each in enumerate(media)
    ]


def _message_id(sent: Any, message: Outgoing) -> int:
    """Of what was sent (the first of an album); of an edit or a deletion, the message it was done to."""
    if isinstance(sent, list):
        return int(sent[0].message_id)
    if isinstance(sent, Message):
        return sent.message_id
    return message.message_id or 0


def _keyboard(message: Outgoing) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=payload) for label, payload in row]
            for row in message.rows
        ]
    )

"""Telegram as a `Sender`: every way a request can end becomes a result; nothing is raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
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
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.pacer import Pacer, PacerClosedError, PacerWithheldError
from domain.delivery import (
    TOO_MANY,
    Act,
    Lane,
    Media,
    Outgoing,
    Refused,
    Retry,
    SendResult,
    Sent,
    Unknown,
    Unreachable,
    Withheld,
)
from domain.people import Address

__all__ = ["MESSENGER", "TelegramSender"]

MESSENGER = "telegram"

GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot can't initiate conversation")
"""What Telegram answers with 400 although it is the person who cannot be reached."""

NOT_MODIFIED = "message is not modified"
"""A correction that arrived before its answer was lost: it says already what it should."""

GONE_ALREADY = "message to delete not found"
"""A recall of what the person deleted, or whose answer was lost."""

NEVER_LEFT = (ClientConnectorError, ConnectionTimeoutError)
"""No connection, no name, no answer to the first call: nothing was sent."""

log = structlog.get_logger(__name__)


class TelegramSender:
    """Sends through the pacer, which waits its turn in the lane and sits out every 429."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer

    async def send(self, to: Address, message: Outgoing, lane: Lane) -> SendResult:
        method = _method(int(to.user_id), message)
        try:
            answer = await self._pacer.send(self._bot, method, lane, message.broadcast_id)
        except TelegramRetryAfter as error:
            return Retry(TOO_MANY, timedelta(seconds=error.retry_after))
        except TelegramForbiddenError as error:
            return Unreachable(error.message)
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            return _refused(error.message, message)
        except PacerWithheldError:
            return Withheld()
        except PacerClosedError:
            return Retry("stopping")
        except TelegramServerError as error:
            return Retry(error.message)
        except TelegramNetworkError as error:
            # A connection that broke later may have carried the message all the same.
            reason = type(error.__cause__ or error).__name__
            return Retry(reason) if isinstance(error.__cause__, NEVER_LEFT) else Unknown(reason)
        except ClientDecodeError as error:
            # An answer that cannot be read, or the page of a gateway: what it was about may have been done.
            return _accepted(error.data, message) or Unknown(type(error).__name__)
        except AiogramError as error:
            # The messenger answers, and refuses the request as such: a token, an address.
            return Retry(type(error).__name__)
        except (TimeoutError, OSError) as error:
            return Unknown(type(error).__name__)
        return _sent(answer, message)

    def withhold(self, broadcast_id: int) -> int:
        return self._pacer.withhold(broadcast_id)


def _refused(reason: str, message: Outgoing) -> SendResult:
    """What a refusal means: some say that all is as it should be."""
    if NOT_MODIFIED in reason or (message.act is Act.DELETE and GONE_ALREADY in reason):
        return Sent(message.message_id or 0)
    if any(words in reason.lower() for words in GONE):
        return Unreachable(reason)
    if message.act is Act.SEND:
        log.error("telegram_refuses", reason=reason)
    else:
        # Why a message cannot be edited or deleted is for the messenger to say, and nobody's mistake.
        log.warning("telegram_refuses", reason=reason)
    return Refused(reason)


def _method(chat_id: int, message: Outgoing) -> TelegramMethod[Any]:
    """The one request that does what the message asks for."""
    keyboard, words = _keyboard(message), _words(message)
    match message.act:
        case Act.DELETE if message.more_ids:
            return DeleteMessages(chat_id=chat_id, message_ids=[message.message_id or 0, *message.more_ids])
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


def _sent(answer: Any, message: Outgoing) -> Sent:
    """The messages sent, all of an album; of an edit or a deletion, the message it was done to."""
    if isinstance(answer, list):
        first, *others = (each.message_id for each in answer)
        return Sent(first, tuple(others))
    if isinstance(answer, Message):
        return Sent(answer.message_id)
    return Sent(message.message_id or 0)


def _accepted(answer: Any, message: Outgoing) -> Sent | None:
    """What an answer says that is JSON and yet none of aiogram's: only that it arrived, and under which number."""
    if not isinstance(answer, dict) or answer.get("ok") is not True:
        return None
    result = answer.get("result")
    number = result.get("message_id") if isinstance(result, dict) else message.message_id
    return Sent(number) if isinstance(number, int) else None


def _keyboard(message: Outgoing) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=payload) for label, payload in row]
            for row in message.rows
        ]
    )

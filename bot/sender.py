"""Telegram as a `Sender`: every way a request can end becomes a result; nothing is raised."""

from __future__ import annotations

from datetime import timedelta

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
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.pacer import Pacer, PacerClosedError
from domain.delivery import Lane, Outgoing, Refused, Retry, SendResult, Sent, Unreachable
from domain.people import Address

__all__ = ["MESSENGER", "TelegramSender"]

MESSENGER = "telegram"

GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot can't initiate conversation")
"""What Telegram answers with 400 although it is the person who cannot be reached."""

log = structlog.get_logger(__name__)


class TelegramSender:
    """Sends through the pacer, which waits its turn in the lane and sits out every 429."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer

    async def send(self, to: Address, message: Outgoing, lane: Lane) -> SendResult:
        method = SendMessage(
            chat_id=int(to.user_id),
            text=message.text,
            parse_mode="HTML",
            reply_markup=_keyboard(message),
        )
        try:
            sent = await self._pacer.send(self._bot, method, lane)
        except TelegramRetryAfter as error:
            return Retry("too many requests", timedelta(seconds=error.retry_after))
        except TelegramForbiddenError as error:
            return Unreachable(error.message)
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
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
        return Sent(sent.message_id)


def _keyboard(message: Outgoing) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=payload) for label, payload in row]
            for row in message.rows
        ]
    )

"""One message that says how far a file is, and at last what came of it."""

from __future__ import annotations

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message, ReplyParameters

from handlers.screen import NOT_MODIFIED, Screen


class Progress:
    """A message of the bot that answers the one with the file: so the file is found again after any restart."""

    def __init__(self, shown: Message, file: Message) -> None:
        self._shown = shown
        self._file = file

    @classmethod
    async def begin(cls, file: Message, screen: Screen) -> Progress:
        return cls(await _reply(file, screen), file)

    async def show(self, screen: Screen) -> None:
        """Edit the message, or say it anew when the message is gone."""
        try:
            await self._shown.edit_text(screen.text, reply_markup=screen.keyboard)
        except TelegramBadRequest as error:
            if NOT_MODIFIED not in error.message:
                self._shown = await _reply(self._file, screen)


async def _reply(file: Message, screen: Screen) -> Message:
    # A file that was deleted meanwhile must not stop the answer.
    reply = ReplyParameters(message_id=file.message_id, allow_sending_without_reply=True)
    return await file.answer(screen.text, reply_markup=screen.keyboard, reply_parameters=reply)

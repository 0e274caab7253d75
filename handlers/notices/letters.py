"""Letters in words: from what is owed to a message that any messenger can send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from bot.dates import Dates
from bot.texts import Texts
from domain.delivery import DeliveryKind, Outgoing
from domain.letters import Letter
from domain.people import Actor
from handlers.notices import screens
from handlers.screen import Screen
from handlers.view import View

LetterScreen = Callable[[View, Letter], Screen | Outgoing]
"""A screen of ours, or a message that is said in somebody else's words and formatting."""

SCREENS: Mapping[DeliveryKind, LetterScreen] = {
    DeliveryKind.REMINDER: screens.reminder,
    DeliveryKind.PROMOTED: screens.promoted,
    DeliveryKind.OFFER: screens.offer,
    DeliveryKind.OFFER_LAPSED: screens.offer_lapsed,
    DeliveryKind.PASSED_OVER: screens.passed_over,
    DeliveryKind.MOVED: screens.moved,
    DeliveryKind.CANCELLED: screens.cancelled,
}


class LetterWriter:
    """Called with a letter and the moment it goes out. ``more``: screens of kinds that other features owe."""

    def __init__(
        self,
        texts: Texts,
        zone: tzinfo,
        bot_username: str = "",
        more: Mapping[DeliveryKind, LetterScreen] | None = None,
    ) -> None:
        self._texts = texts
        self._dates = Dates(texts, zone)
        self._zone = zone
        self._bot_username = bot_username
        self._screens = {**SCREENS, **(more or {})}

    def __call__(self, letter: Letter, now: datetime) -> Outgoing:
        """Raises KeyError for a kind that has no screen."""
        view = View(
            texts=self._texts,
            dates=self._dates,
            now=now,
            zone=self._zone,
            actor=Actor(None),
            bot_username=self._bot_username,
            municipalities=(),
        )
        screen = self._screens[letter.kind](view, letter)
        if isinstance(screen, Outgoing):
            return screen
        return Outgoing(
            screen.text,
            tuple(tuple((key.text, key.callback_data or "") for key in row) for row in screen.rows),
        )

"""What every screen is drawn with: texts, dates, the moment and who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot import dates
from bot.dates import Dates
from bot.texts import Argument, Html, Texts
from domain.consent import NO_TEXT, ConsentText
from domain.people import Actor
from domain.programme import Municipality, Slot
from handlers.menu.callbacks import OpenMenu
from handlers.screen import Button, button


@dataclass(frozen=True, slots=True)
class View:
    """Built once an update by the middleware; screens take it first and their values after it."""

    texts: Texts
    dates: Dates
    now: datetime
    zone: tzinfo
    actor: Actor
    bot_username: str
    municipalities: tuple[Municipality, ...]
    consent: ConsentText = NO_TEXT
    """The text of today; empty where nobody is asked, as in letters."""

    def text(self, key: str, **args: Argument) -> Html:
        return self.texts(key, **args)

    def label(self, key: str, **args: Argument) -> str:
        return self.texts.plain(key, **args)

    def when(self, slot: Slot) -> str:
        return self.dates.slot(slot.starts_at, slot.ends_at, now=self.now)

    def municipality(self, code: str) -> Municipality:
        """Raises KeyError for a code that is none of the 44."""
        for municipality in self.municipalities:
            if municipality.code == code:
                return municipality
        raise KeyError(code)

    def places(self, free: int | None) -> str:
        """«5 мест», «мест нет», «без ограничения мест»."""
        if free is None:
            return self.label("common-places-unlimited")
        return self.label("common-places-left", count=free) if free else self.label("common-places-none")

    def distance(self, kilometres: float) -> str:
        return dates.distance(self.texts, kilometres)

    def link(self, payload: str) -> str:
        """A deep link that opens the bot with ``/start payload``."""
        return f"https://t.me/{self.bot_username}?start={payload}"

    def menu_button(self) -> Button:
        return button(self.label("common-button-menu"), OpenMenu())

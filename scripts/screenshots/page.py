"""The chat page in a browser, and people of the demonstration who talk there on a fixed day.

What is tapped is found by the keys of the texts, so a reworded button needs no change in a story.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.commands.demo import Demonstration
from bot.dates import Dates
from bot.texts import Texts
from demo.people import person
from demo.programme import ZONE
from sandbox.people import Message, Person
from scripts.palette import with_palette

NOW = datetime(2026, 10, 8, 9, 5, tzinfo=UTC)
"""A Thursday at noon in Moscow: the story is on Friday, the forum on the weekend."""
TOMORROW = date(2026, 10, 9)
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=800)
PATIENCE_MS = 10_000
LABEL_BEGINNING = 30
"""Letters that a button surely shows of a long title."""


class StoppedClock:
    """The same pictures at every run: only the story's own steps move the time."""

    def now(self) -> datetime:
        return NOW


@dataclass
class Stage:
    """The open chat page, and the words for what is on it."""

    demonstration: Demonstration
    texts: Texts
    page: Page
    url: str
    folder: Path

    async def enter(self, who: Person) -> Actor:
        await self.page.goto(f"{self.url}/#chat={who.id}")
        await expect(self.page.locator("#input")).to_be_visible()
        return Actor(self, who)

    def somebody(self, key: str) -> Person:
        ready = person(key)
        return self.demonstration.sandbox.person(ready.name, id=ready.user_id)

    async def to_next_reminder(self) -> None:
        """As the button of the page does."""
        label = self.texts.plain("command-demo-next-reminder")
        async with self.page.expect_response("**/control/actions/reminder"):
            await self.page.get_by_role("button", name=label).click()
        await self.demonstration.sandbox.idle()
        await self.page.clock.set_fixed_time(self.demonstration.clock.now())

    async def later(self, by: timedelta) -> None:
        """Time passes, and the bot does what is due by then."""
        application = self.demonstration.application
        self.demonstration.clock.advance(by)
        for job in ("tick", "look_around"):
            await application.scheduler.kick(job)
        await application.outbox.idle()
        await self.pass_by(timedelta())

    async def pass_by(self, by: timedelta) -> None:
        """Time passes, and messages that show a broadcast are redrawn; nothing else is waited for."""
        self.demonstration.clock.advance(by)
        await self.demonstration.application.scheduler.kick("progress")
        await self.demonstration.sandbox.idle()
        await self.page.clock.set_fixed_time(self.demonstration.clock.now())

    @property
    def dates(self) -> Dates:
        return Dates(self.texts, ZONE)

    async def picture(self, name: str, *, from_the_top: bool = False) -> None:
        """What is on the page now; ``from_the_top``: a long last message from its first line on."""
        await expect(self.page.locator("#toasts > *")).to_have_count(0)
        await self.page.evaluate("document.activeElement?.blur()")
        await self.page.mouse.move(0, 0)
        if from_the_top:
            await self.page.locator("#to-end").evaluate("e => e.style.display = 'none'")
            await self.page.locator("#log").get_by_role("article").last.evaluate("e => e.scrollIntoView()")
        png = await self.page.screenshot(animations="disabled", caret="hide")
        file = self.folder / f"{name}.png"
        file.write_bytes(with_palette(png))
        sys.stdout.write(f"{file} {file.stat().st_size // 1024} KB\n")


@dataclass
class Actor:
    """One person at the page: says, taps, and waits for what the bot makes of it."""

    stage: Stage
    who: Person

    async def say(self, text: str) -> None:
        await self.stage.page.locator("#input").fill(text)
        await self.stage.page.keyboard.press("Enter")
        await expect(self.stage.page.locator("#input")).to_have_value("")
        await self._see()

    async def open(self, *keys: str) -> None:
        """From the menu on, button after button."""
        await self.say("/menu")
        await self.tap(*keys)

    async def tap(self, *keys: str) -> None:
        """The newest button with the words of each key, one after another."""
        for key in keys:
            await self.tap_words(self.stage.texts.plain(key))

    async def show(self, act: Awaitable[object]) -> None:
        """Any other act of the person, such as ``who.send_photo(…)``."""
        await act
        await self._see()

    async def tap_words(self, words: str) -> None:
        """The newest button that contains these words."""
        button = self.stage.page.locator("#log").get_by_role("button", name=words[:LABEL_BEGINNING]).last
        await button.click()
        await self._see()

    async def _see(self) -> None:
        """Wait until the bot has said everything and the page shows it."""
        await self.stage.demonstration.sandbox.idle()
        for message in self.who.news:
            await expect(self.stage.page.locator("#log")).to_contain_text(_first_line(message))
            for label in message.buttons[-1] if message.buttons else ():
                await expect(
                    self.stage.page.locator("#log").get_by_role("button", name=label).last
                ).to_be_visible()


def _first_line(message: Message) -> str:
    return message.text.partition("\n")[0]


async def open_page(browser: Browser, size: ViewportSize, now: datetime, *, sharpness: int) -> Page:
    """An empty page that shows this moment as now."""
    context = await browser.new_context(
        viewport=size,
        device_scale_factor=sharpness,
        locale="ru-RU",
        timezone_id=str(ZONE),
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.clock.set_fixed_time(now)
    return page

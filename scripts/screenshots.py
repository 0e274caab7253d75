"""The pictures of the README: the story of the demonstration, played in a browser on a fixed day.

``python -m scripts.screenshots [FOLDER]`` (``make screenshots``) writes PNGs into ``docs/screenshots``. What is
tapped is found by the keys of the texts, so a reworded button needs no change here.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.commands.demo import Demonstration
from bot.dates import Dates
from bot.texts import Texts
from demo.people import person
from demo.programme import ZONE, data, moment, programme
from sandbox.people import Message, Person
from scripts.palette import with_palette

FOLDER = Path("docs/screenshots")
NOW = datetime(2026, 10, 8, 9, 5, tzinfo=UTC)
"""A Thursday at noon in Moscow: the story is on Friday, the forum on the weekend."""
TOMORROW = date(2026, 10, 9)
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=800)
BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu")
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

    async def tap(self, key: str) -> None:
        """The newest button with the words of this key."""
        await self.tap_words(self.stage.texts.plain(key))

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


async def play(stage: Stage) -> None:
    """Anya finds two workshops that clash, keeps one, gives its place back; Timur was waiting for it."""
    texts = stage.texts
    dates = Dates(texts, ZONE)
    scene = data("scene.toml")
    titles = {workshop.code: workshop.name for workshop in programme(NOW.astimezone(ZONE).date()).workshops}

    def title(name: str) -> str:
        return titles[scene[name]["activity"]]

    def time(name: str) -> str:
        start, end = (moment(TOMORROW, scene[name][key]) for key in ("start", "end"))
        return dates.slot(start, end, now=NOW)

    anya = await stage.enter(stage.somebody("anya"))
    await anya.say("/start")
    await anya.tap("menu-button-workshops")
    await anya.tap("workshops-button-near")
    await anya.tap("workshops-button-home")
    await stage.picture("near", from_the_top=True)
    await anya.say(title("clash"))
    await anya.tap_words(title("clash"))
    await stage.picture("card", from_the_top=True)
    await anya.tap_words(time("clash"))
    await stage.picture("signed-up")
    await anya.say(title("last_place"))
    await anya.tap_words(title("last_place"))
    await anya.tap_words(time("last_place"))
    await stage.picture("clash")
    await anya.tap("booking-button-swap")

    timur = await stage.enter(stage.somebody("timur"))
    await timur.say(title("last_place"))
    await timur.tap_words(title("last_place"))
    await timur.tap_words(time("last_place"))
    await timur.tap("booking-button-wait")
    await stage.picture("waiting")

    anya = await stage.enter(stage.somebody("anya"))
    await stage.to_next_reminder()
    await stage.picture("reminder")
    await anya.tap("notices-button-not-coming")
    await anya.tap("notices-button-free")

    timur = await stage.enter(stage.somebody("timur"))
    await stage.picture("next-in-line")
    await timur.tap("notices-button-my")
    await stage.picture("my-bookings", from_the_top=True)

    dasha = await stage.enter(stage.somebody("dasha"))
    await dasha.say("/programme")
    await stage.picture("forum")
    await dasha.tap_words(dates.day(moment(TOMORROW + timedelta(days=1), "12:00"), now=NOW))
    await stage.picture("forum-day", from_the_top=True)
    await dasha.say("/reminders")
    await stage.picture("reminder-settings")


async def take(folder: Path) -> None:
    """Start the demonstration, play the story, write the pictures."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        raise SystemExit("There is no Chromium: run scripts/install-chromium.sh, then try again.")
    texts = Texts.load()
    with tempfile.TemporaryDirectory() as work:
        demonstration = Demonstration(
            texts, ZONE, Path(work) / "demo.sqlite3", 0, fresh=True, clock=StoppedClock()
        )
        async with demonstration as url, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
            expect.set_options(timeout=PATIENCE_MS)
            page = await _page(browser, PHONE, NOW, sharpness=2)
            await play(Stage(demonstration, texts, page, url, folder))
            page = await _page(browser, DESK, demonstration.clock.now(), sharpness=1)
            desk = Stage(demonstration, texts, page, url, folder)
            await desk.enter(desk.somebody("anya"))
            await desk.picture("desktop")
            await browser.close()


async def _page(browser: Browser, size: ViewportSize, now: datetime, *, sharpness: int) -> Page:
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


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder))


if __name__ == "__main__":
    main()

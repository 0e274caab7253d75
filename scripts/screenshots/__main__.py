"""``make screenshots``, or ``python -m scripts.screenshots [FOLDER]``: play every story, write the pictures as PNGs."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import async_playwright, expect

from bot.commands.demo import Demonstration
from bot.texts import Texts
from demo.programme import ZONE
from scripts.screenshots import announcements, organisers, pupils
from scripts.screenshots.page import DESK, NOW, PATIENCE_MS, PHONE, Stage, StoppedClock, open_page

FOLDER = Path("docs/screenshots")
BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu")


async def take(folder: Path) -> None:
    """Start the demonstration, play the stories, write the pictures."""
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
            page = await open_page(browser, PHONE, NOW, sharpness=2)
            stage = Stage(demonstration, texts, page, url, folder)
            await pupils.play(stage)
            desk_page = await open_page(browser, DESK, demonstration.clock.now(), sharpness=1)
            desk = Stage(demonstration, texts, desk_page, url, folder)
            await desk.enter(desk.somebody("anya"))
            await desk.picture("desktop")
            await organisers.play(stage)
            await announcements.play(stage)
            await browser.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder))


if __name__ == "__main__":
    main()

"""A pupil finds two workshops that clash and gives a place back; another one was waiting for it."""

from __future__ import annotations

from datetime import timedelta

from demo.programme import ZONE, data, moment, programme
from scripts.screenshots.page import NOW, TOMORROW, Stage


async def play(stage: Stage) -> None:
    """Anya finds two workshops that clash, keeps one, gives its place back; Timur was waiting for it."""
    dates = stage.dates
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
    await dasha.tap_words(dates.day(moment(TOMORROW + timedelta(days=1), "12:00"), now=NOW))
    await stage.picture("forum-day", from_the_top=True)
    await dasha.say("/reminders")
    await stage.picture("reminder-settings")

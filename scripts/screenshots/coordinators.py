"""A coordinator's days: the programme comes in, a slot moves, people are told and asked, teachers are written to."""

from __future__ import annotations

import asyncio
import io
from datetime import date, timedelta
from pathlib import Path

from openpyxl import load_workbook
from playwright.async_api import expect

from demo.programme import data, moment, programme
from demo.workbook import write_workbook
from scripts.screenshots.page import NOW, TOMORROW, Actor, Stage

A_WHILE = 1.5
"""Seconds in which some of a broadcast goes out."""
AT_REST = timedelta(seconds=4)
"""After that, a message that shows a broadcast may be redrawn."""


def _workbook(day: date) -> bytes:
    """The programme as it is, with a new workshop on three days; one row has a slip."""
    file = io.BytesIO()
    write_workbook(file, day)
    book = load_workbook(file)
    for added in data("screenshots.toml")["added"]:
        sheet = book[added.pop("sheet")]
        columns = [cell.value for cell in sheet[1]]
        for row in added["rows"]:
            values = {column: _cell(value, day) for column, value in row.items()}
            sheet.append([values.get(str(column)) for column in columns])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(value: object, day: date) -> object:
    """``+3`` is a day so many days ahead."""
    if isinstance(value, str) and value.startswith("+"):
        return f"{day + timedelta(days=int(value)):%d.%m.%Y}"
    return value


async def play(stage: Stage) -> None:
    """Two days, from the file to the report."""
    elena = await stage.enter(stage.somebody("elena"))
    await _programme(stage, elena)
    await _moved(stage, elena)
    await _answers(stage)
    await stage.later(timedelta(days=1))
    await _mentor(stage)
    await _summary(stage)
    await _broadcast(stage)


async def _hub(actor: Actor) -> None:
    await actor.say("/menu")
    await actor.tap("menu-button-coordination")


async def _programme(stage: Stage, elena: Actor) -> None:
    await _hub(elena)
    await stage.picture("coordinator")
    await elena.tap("exchange-button-open")
    words = data("screenshots.toml")
    workbook = _workbook(NOW.date())
    await elena.show(elena.who.send_document(workbook, words["file_name"]))
    await stage.picture("import-preview", from_the_top=True)
    await elena.tap("exchange-button-apply")


def _story(stage: Stage) -> tuple[str, str]:
    """Title and time of the slot with the last place."""
    scene = data("scene.toml")["last_place"]
    titles = {workshop.code: workshop.name for workshop in programme(TOMORROW - timedelta(days=1)).workshops}
    start = moment(TOMORROW, scene["start"])
    return titles[scene["activity"]], stage.dates.day(start, now=NOW)


async def _open_slot(stage: Stage, elena: Actor) -> None:
    title, day = _story(stage)
    await _hub(elena)
    await elena.tap("editing-button-open")
    await elena.say(title)
    await elena.tap_words(title)
    await elena.tap_words(day)


async def _moved(stage: Stage, elena: Actor) -> None:
    await _open_slot(stage, elena)
    await elena.tap("editing-button-change", "editing-button-time", "editing-button-shift-on-30")
    await stage.picture("edit-preview", from_the_top=True)
    await elena.tap("editing-button-apply")
    await stage.picture("edit-undo")
    await stage.later(timedelta(minutes=11))


async def _answers(stage: Stage) -> None:
    timur = await stage.enter(stage.somebody("timur"))
    await stage.picture("slot-moved")
    await timur.tap("notices-button-coming")
    elena = await stage.enter(stage.somebody("elena"))
    await _open_slot(stage, elena)
    await elena.tap("editing-button-answers")
    await stage.picture("answers", from_the_top=True)


async def _mentor(stage: Stage) -> None:
    sergey = await stage.enter(stage.somebody("sergey"))
    await sergey.say("/menu")
    await sergey.tap("menu-button-led")
    await sergey.tap_words(stage.texts.plain("dates-today"))
    await sergey.tap("mentoring-button-attendance", "mentoring-button-all-came")
    await stage.picture("attendance", from_the_top=True)


async def _summary(stage: Stage) -> None:
    elena = await stage.enter(stage.somebody("elena"))
    await _hub(elena)
    await elena.tap("summary-button-open", "summary-button-fill")
    await expect(stage.page.locator("#log img").last).to_be_visible()
    await stage.picture("summary", from_the_top=True)


async def _broadcast(stage: Stage) -> None:
    words = data("screenshots.toml")["broadcast"]
    elena = await stage.enter(stage.somebody("elena"))
    await _hub(elena)
    await elena.tap("broadcasts-button-new")
    await elena.show(elena.who.send_photo(_poster(words["poster"]), caption=words["text"]))
    await elena.tap("broadcasts-button-whom", "audiences-button-role-teacher")
    await elena.tap_words(stage.texts.plain("audiences-button-group", number="1", words="").strip(": "))
    await elena.tap("audiences-button-places")
    for place in words["places"]:
        await elena.tap_words(place)
    await stage.picture("audience", from_the_top=True)
    await elena.tap("common-button-back", "common-button-back", "audiences-button-done")
    await elena.tap("broadcasts-button-receipt-off")
    await stage.picture("broadcast-draft")
    await elena.tap("broadcasts-button-send", "broadcasts-button-now")
    await asyncio.sleep(A_WHILE)
    await elena.tap("broadcasts-button-pause")
    await stage.picture("broadcast-paused")
    await elena.tap("broadcasts-button-correct")
    await elena.say(words["corrected"])
    await elena.tap("broadcasts-button-resume")
    await stage.demonstration.application.outbox.idle()
    await stage.later(AT_REST)
    await stage.later(AT_REST)
    await stage.picture("broadcast-done")

    olga = await stage.enter(stage.somebody("olga"))
    await olga.tap("announcements-button-read")
    await stage.picture("announcement")
    await olga.show(olga.who.send(words["reply"], reply_to=olga.who.last))
    elena = await stage.enter(stage.somebody("elena"))
    await stage.picture("question")
    await elena.tap("questions-button-answer")
    await elena.say(words["answer"])
    await stage.enter(stage.somebody("olga"))
    await stage.picture("answered")


def _poster(line: str) -> bytes:
    """A plain picture with one line of text: real photos would have real people on them."""
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
    picture = Image.new("RGB", (800, 420), "#1f5f8b")
    drawing = ImageDraw.Draw(picture)
    drawing.text((400, 210), line, fill="white", font=ImageFont.truetype(str(font), 56), anchor="mm")
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()

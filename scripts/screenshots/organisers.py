"""A coordinator's two days: the programme comes in, slots move and are cancelled, people are told and asked."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from random import Random as SameEveryRun
from unittest.mock import patch

from openpyxl import load_workbook
from playwright.async_api import expect

from demo.programme import data, moment, programme
from demo.workbook import write_workbook
from domain import roles
from scripts.screenshots.page import NOW, TOMORROW, Actor, Stage

LINK = re.compile(r"https://\S+")
UNTIL_THE_REST = timedelta(hours=3, minutes=10)
"""From half an hour before the workshop, when a mentor is still on the way, until after it."""


async def play(stage: Stage) -> None:
    """From the empty template to the day of the workshop."""
    elena = await stage.enter(stage.somebody("elena"))
    await _programme(stage, elena)
    await _published(stage)
    await _invited(stage)
    await _moved(stage)
    await _cancelled(stage)
    await _answers(stage)
    await stage.later(timedelta(days=1) - UNTIL_THE_REST)
    await _mentor(stage)
    await _summary(stage)


async def _programme(stage: Stage, elena: Actor) -> None:
    await elena.open("menu-button-coordination")
    await stage.picture("coordinator")
    await elena.tap("exchange-button-open", "exchange-button-template")
    await stage.picture("template")
    await elena.show(elena.who.send_document(_workbook(NOW.date()), data("screenshots.toml")["file_name"]))
    await stage.picture("import-preview", from_the_top=True)
    await elena.tap("exchange-button-apply")


def _workbook(day: date) -> bytes:
    """The programme as it is, with a new workshop on three days; one row has a slip."""
    file = io.BytesIO()
    write_workbook(file, day)
    book = load_workbook(file)
    for added in data("screenshots.toml")["added"]:
        sheet = book[added["sheet"]]
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


async def _published(stage: Stage) -> None:
    title = data("screenshots.toml")["title"]
    anya = await stage.enter(stage.somebody("anya"))
    await anya.say(title)
    await anya.tap_words(title)
    await stage.picture("published", from_the_top=True)


async def _invited(stage: Stage) -> None:
    words = data("screenshots.toml")["invited"]
    elena = await stage.enter(stage.somebody("elena"))
    await elena.open("menu-button-coordination", "roles-button-open", "roles-button-invite-teacher")
    await elena.tap_words(stage.texts.plain("roles-button-uses", count=1))
    await elena.tap_words(stage.texts.plain("roles-button-days", count=7))
    while not any(words["place"] in row for row in elena.who.buttons):
        await elena.tap("common-button-next-page")
    with patch.object(roles, "secrets", SameEveryRun(0)):
        await elena.tap_words(words["place"])
    await stage.picture("invitation")
    found = LINK.search(elena.who.last.text)
    assert found is not None
    nina = await stage.enter(stage.demonstration.sandbox.person(words["name"]))
    await nina.show(nina.who.follow(found[0]))
    await stage.picture("invited")
    await nina.tap("roles-button-accept")


async def _open_slot(elena: Actor, title: str, day: str) -> None:
    await elena.open("menu-button-coordination", "editing-button-open")
    await elena.say(title)
    await elena.tap_words(title)
    await elena.tap_words(day)


def _story(stage: Stage) -> tuple[str, str]:
    """Title and day of the slot with the last place."""
    scene = data("scene.toml")["last_place"]
    return _title(scene["activity"]), stage.dates.day(moment(TOMORROW, scene["start"]), now=NOW)


def _title(code: str) -> str:
    """Of a workshop of the demonstration."""
    return next(workshop.name for workshop in programme(NOW.date()).workshops if workshop.code == code)


async def _moved(stage: Stage) -> None:
    elena = await stage.enter(stage.somebody("elena"))
    await _open_slot(elena, *_story(stage))
    await elena.tap("editing-button-change", "editing-button-time", "editing-button-shift-on-30")
    await stage.picture("edit-preview", from_the_top=True)
    await elena.tap("editing-button-apply")
    await stage.picture("edit-undo")
    await stage.later(timedelta(minutes=11))


async def _cancelled(stage: Stage) -> None:
    words = data("screenshots.toml")["cancelled"]
    title = _title(words["activity"])
    day = stage.dates.day(moment(NOW.date() + timedelta(days=words["day"]), "12:00"), now=NOW)
    elena = await stage.enter(stage.somebody("elena"))
    await _open_slot(elena, title, day)
    await elena.tap("editing-button-cancel", "editing-reason-1")
    await stage.picture("cancel-preview", from_the_top=True)
    await elena.tap("editing-button-apply", "editing-button-send-now")
    await stage.later(timedelta())
    await stage.enter(stage.somebody(words["reader"]))
    await stage.picture("slot-cancelled", from_the_top=True)


async def _answers(stage: Stage) -> None:
    timur = await stage.enter(stage.somebody("timur"))
    await stage.picture("slot-moved")
    await timur.tap("notices-button-coming")
    elena = await stage.enter(stage.somebody("elena"))
    await _open_slot(elena, *_story(stage))
    await elena.tap("editing-button-answers")
    await stage.picture("answers", from_the_top=True)
    await elena.tap_words(stage.texts.plain("answers-button-call-sheet", count=7))
    await stage.picture("call-sheet")


async def _mentor(stage: Stage) -> None:
    sergey = await stage.enter(stage.somebody("sergey"))
    await _open_led(sergey)
    await stage.picture("led", from_the_top=True)
    await stage.later(UNTIL_THE_REST)
    await _open_led(sergey)
    await sergey.tap("mentoring-button-attendance", "mentoring-button-all-came")
    await sergey.tap_words(sergey.who.buttons[1][0])
    await stage.picture("attendance", from_the_top=True)


async def _open_led(sergey: Actor) -> None:
    await sergey.open("menu-button-led")
    await sergey.tap_words(sergey.stage.texts.plain("dates-today"))


async def _summary(stage: Stage) -> None:
    elena = await stage.enter(stage.somebody("elena"))
    await elena.open("menu-button-coordination", "summary-button-open", "summary-button-fill")
    await expect(stage.page.locator("#log img").last).to_be_visible()
    await stage.picture("summary", from_the_top=True)

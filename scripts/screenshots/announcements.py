"""Teachers of two municipalities are written to: drafted, paused half-way, corrected, confirmed, asked about."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

from demo.programme import data
from scripts.screenshots.gate import Gate
from scripts.screenshots.page import Actor, Stage

SENT_BEFORE_THE_PAUSE = 60
AT_REST = timedelta(seconds=4)
"""After that, a message that shows a broadcast may be redrawn."""


async def play(stage: Stage) -> None:
    """From the draft to the answer."""
    words = data("screenshots.toml")["broadcast"]
    elena = await stage.enter(stage.somebody("elena"))
    await _written(stage, elena, words)
    await _sent(stage, elena, words["corrected"])
    await _answered(stage, words)


async def _written(stage: Stage, elena: Actor, words: dict[str, str]) -> None:
    await elena.open("menu-button-coordination", "broadcasts-button-new")
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
    await elena.tap("broadcasts-button-preview")
    await stage.picture("broadcast-preview")


async def _sent(stage: Stage, elena: Actor, corrected: str) -> None:
    gate = Gate(
        stage.demonstration.application.database, SENT_BEFORE_THE_PAUSE, stage.demonstration.clock.now
    )
    stage.demonstration.application.bot.session.middleware(gate)
    await elena.tap("broadcasts-button-send", "broadcasts-button-now")
    await gate.reached()
    await stage.pass_by(AT_REST)
    await stage.picture("broadcast-going")
    await elena.tap("broadcasts-button-pause")
    await stage.picture("broadcast-paused")
    gate.open()
    await stage.demonstration.application.outbox.idle()
    await elena.tap("broadcasts-button-correct")
    await elena.say(corrected)
    await elena.tap("broadcasts-button-resume")
    await stage.demonstration.application.outbox.idle()
    await stage.later(AT_REST)
    await stage.later(AT_REST)
    await stage.picture("broadcast-done")


async def _answered(stage: Stage, words: dict[str, str]) -> None:
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

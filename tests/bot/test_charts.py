"""Pictures come from a process of their own, whatever happens to it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys

import pytest

from bot.charts import ChartPainter
from domain.chart import Bar, CannotPaint, Chart, Panel, Shape
from tests.source_tree import ROOT

CHART = Chart(
    title="Сколько мест занято",
    subtitle="На пн 12 октября",
    panels=(
        Panel(
            (Bar("Технологии", 72.0, "72 % · 130 из 180"), Bar("Агро", 0.0, "0 % · 0 из 40")),
            "Направления",
            full=100.0,
        ),
        Panel((Bar("вс\n11", 1234, "1234"), Bar("пн\n12", 3, "3", open=True)), shape=Shape.COLUMNS),
    ),
)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_chart_survives_json() -> None:
    assert Chart.from_json(json.loads(json.dumps(CHART.to_json()))) == CHART


async def test_a_picture_is_made_for_a_phone_held_upright() -> None:
    width, height = size(await ChartPainter().paint(CHART))
    assert width == 1080
    assert 1080 < height < 3000


async def test_a_chart_of_zeros_is_a_picture_too() -> None:
    chart = Chart(
        "Нули", "", (Panel((Bar("Агро", 0, "0"),)), Panel((Bar("пн", 0, "0"),), shape=Shape.COLUMNS))
    )
    assert size(await ChartPainter().paint(chart))[0] == 1080


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", "raise SystemExit('no such font')"),
        (sys.executable, "-c", ""),
        (sys.executable, "-c", "import time; time.sleep(60)"),
        ("/no/such/python",),
    ],
)
async def test_a_process_that_fails_is_no_picture(command: tuple[str, ...]) -> None:
    with pytest.raises(CannotPaint):
        await ChartPainter(command, patience=1.0).paint(CHART)


def test_the_bot_itself_never_loads_the_plotting_library() -> None:
    program = "import sys, bot.application; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


async def test_a_dollar_is_a_dollar_and_no_mathematics() -> None:
    for title in ("$\\frac{1}{$", "от 100$ до 200$"):
        chart = Chart(title, title, (Panel((Bar(title, 1, title),), title),))
        assert size(await ChartPainter().paint(chart))[0] == 1080
    assert await ChartPainter().paint(titled("a$x$b")) != await ChartPainter().paint(titled("axb"))


def titled(title: str) -> Chart:
    return Chart(title, "", (Panel((Bar("", 1, ""),)),))


async def test_the_process_that_paints_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "secret")
    names = (sys.executable, "-c", "import os, sys; sys.stdout.write(' '.join(os.environ))")
    found = (await ChartPainter(names).paint(CHART)).decode().split()
    assert set(found) <= {"MPLCONFIGDIR", "LC_CTYPE"}

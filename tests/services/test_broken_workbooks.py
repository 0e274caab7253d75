"""Two hundred broken workbooks: each gets sentences, none gets half in, and memory stays bounded."""

from __future__ import annotations

import io
import random
import resource
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.import_report import WHOLE as EVERYTHING
from bot.import_report import ImportReport
from bot.texts import Texts
from db.engine import Database
from domain.people import OPERATOR
from domain.programme_import import Preview, Problem, UnusableFile
from services import programme_export, programme_import, programme_source
from services.programme_source import read_source, understand
from tests.services.programme_desk import (
    NOW,
    SESSION,
    SLOT,
    VENUE,
    WHOLE,
    WORKSHOP,
    ZONE,
    Desk,
    book,
    new_database,
)

MEGABYTES = 200
"""More than this a reader may not take beyond what the tests hold already."""
FIRST_SHEET, LAST_SHEET = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet5.xml"
ODD_CELLS: list[Any] = [
    *("вчера", "12/13/2026", "31.02.2026", "25:00", "10-00", "=1+1", "=A1", "=HYPERLINK(1)", "#REF!", "#N/A"),
    *(
        "",
        " ",
        "\n",
        "x" * 5000,
        "🤖" * 400,
        "<b>&amp;",
        "\u202eабв",
        "\u200b",
        "Код",
        "W1",
        "нет",
        "да",
        "-1",
        "1e99",
    ),
    *(
        True,
        False,
        0,
        -5,
        1.5,
        1e15,
        99999999,
        0.999999,
        46307,
        date(1900, 1, 1),
        datetime(2099, 12, 31, 23, 59),
    ),
    *(time(0), time(23, 59), None),
]

Break = Callable[[random.Random], bytes]


@cache
def whole() -> bytes:
    """A programme of some rows on every sheet."""
    return book(
        venues=[{**VENUE, "код": f"V{number}"} for number in range(1, 5)],
        workshops=[{**WORKSHOP, "код": f"W{number}"} for number in range(1, 6)],
        slots=[
            {**SLOT, "код": f"S{number}", "начало": f"1{number}:00", "конец": f"1{number}:45"}
            for number in range(8)
        ],
        forum=[{**SESSION, "код": f"F{number}"} for number in range(1, 5)],
        about=WHOLE["about"],
    ).getvalue()


def saved(workbook: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def loaded() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(whole()))


def truncated(chance: random.Random) -> bytes:
    return whole()[: chance.randrange(len(whole()))]


def flipped(chance: random.Random) -> bytes:
    content = bytearray(whole())
    for _ in range(chance.choice((1, 3, 30))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def wrong_types(chance: random.Random) -> bytes:
    workbook = loaded()
    for page in workbook.worksheets:
        for _ in range(chance.randrange(12)):
            row, column = (
                chance.randint(1 + (chance.random() < 0.9), page.max_row),
                chance.randint(1, page.max_column),
            )
            page.cell(row, column).value = chance.choice(ODD_CELLS)
    return saved(workbook)


def merged(chance: random.Random) -> bytes:
    workbook = loaded()
    for page in workbook.worksheets:
        row, column = chance.randint(1, page.max_row), chance.randint(1, page.max_column)
        page.merge_cells(
            start_row=row,
            start_column=column,
            end_row=row + chance.randrange(3),
            end_column=column + chance.randrange(3),
        )
    return saved(workbook)


def duplicated(chance: random.Random) -> bytes:
    workbook = loaded()
    for page in workbook.worksheets:
        line = [cell.value for cell in page[chance.randint(2, page.max_row)]]
        for _ in range(chance.randint(1, 3)):
            page.append(line)
    return saved(workbook)


def other_headings(chance: random.Random) -> bytes:
    workbook = loaded()
    for page in workbook.worksheets:
        match chance.randrange(4):
            case 0:
                page.delete_cols(chance.randint(1, page.max_column))
            case 1:
                page.insert_rows(1, chance.randint(1, 14))
            case 2:
                page.cell(1, chance.randint(1, page.max_column)).value = chance.choice(("Код", "??", None, 5))
            case _:
                page.title = chance.choice(("Лист1", "форум ", "Занятия2", "x")) + chance.choice("абвгде")
    return saved(workbook)


def with_part(part: str, content: bytes | None, times: int = 1) -> bytes:
    """The workbook with a part replaced by ``content`` so many times over, or taken out; written as a stream."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole())) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            if name != part:
                archive.writestr(name, source.read(name))
        if content is not None:
            info = zipfile.ZipInfo(part)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as stream:
                for _ in range(times):
                    stream.write(content)
    return target.getvalue()


def broken_parts(chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole())) as source:
        part = chance.choice(source.namelist())
        content = source.read(part)
    cut = chance.randrange(len(content))
    return with_part(
        part,
        chance.choice(
            (
                None,
                b"",
                b"<x/>",
                content[:cut],
                content[:cut] + b"<a>" + content[cut:],
                b"<a>" * 50_000,
                b"\0" * 99,
            )
        ),
    )


def endless(chance: random.Random) -> bytes:
    """A million rows, full or nearly empty."""
    row = chance.choice((b"<row><c><v>1</v></c></row>", b'<row><c t="inlineStr"><is><t>a</t></is></c></row>'))
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part(chance.choice((FIRST_SHEET, LAST_SHEET)), head + row * 10_000 + row * 10_000, times=50)


def bomb(chance: random.Random) -> bytes:
    return with_part(
        chance.choice((FIRST_SHEET, "xl/styles.xml", "xl/workbook.xml")), b" " * 1_000_000, times=70
    )


def entities(chance: random.Random) -> bytes:
    names = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ха" * 10}">' for n in range(9)]
    text = f"<!DOCTYPE x [{''.join(names)}]><worksheet><c>&a8;</c></worksheet>"
    return with_part(chance.choice((FIRST_SHEET, "xl/workbook.xml")), text.encode())


BREAKS: dict[Break, int] = {
    truncated: 30,
    flipped: 40,
    wrong_types: 50,
    merged: 15,
    duplicated: 15,
    other_headings: 20,
    broken_parts: 20,
    endless: 3,
    bomb: 3,
    entities: 4,
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(new_database(tmp_path))
    yield Desk(database)
    await database.close()


async def import_of(desk: Desk, content: bytes) -> Preview | Problem:
    """As coordinators do it: preview, then apply what was seen; or why the file cannot be used."""
    database = desk.database
    try:
        source = read_source("программа.xlsx", io.BytesIO(content))
        behind = await database.read(programme_source.background, OPERATOR, source)
        rows = understand(source, behind, ZONE)
    except UnusableFile as unusable:
        return unusable.problem
    seen = await database.read(programme_import.prepare, OPERATOR, rows, NOW, ZONE)
    applied = await database.write(
        programme_import.apply, OPERATOR, rows, NOW, ZONE, seen.preview.fingerprint, prepared=seen
    )
    return applied.preview


async def test_two_hundred_broken_workbooks_get_sentences_and_nothing_goes_half_in(
    desk: Desk, texts: Texts
) -> None:
    assert sum(BREAKS.values()) == 200
    report = ImportReport(texts, EVERYTHING)
    await desk.apply(io.BytesIO(whole()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes: Counter[str] = Counter()
    for break_it, times in BREAKS.items():
        for number in range(times):
            content = break_it(random.Random(f"{break_it.__name__} {number}"))
            stored = await desk.database.read(programme_export.programme, OPERATOR)
            outcome = await import_of(desk, content)
            if isinstance(outcome, Problem):
                assert len(report.problem(outcome)) > 20
                outcomes["refused"] += 1
                assert await desk.database.read(programme_export.programme, OPERATOR) == stored
                continue
            assert all(report.lines(outcome))
            outcomes["problems" if outcome.problems else "fine"] += 1
            again = await desk.preview(io.BytesIO(content))
            assert (again.is_empty, again.problems) == (True, outcome.problems)
    # Whatever got in is whole: it goes out and comes back without a change.
    back = await desk.preview(await desk.export())
    assert (back.is_empty, back.problems) == (True, ())
    assert min(outcomes["refused"], outcomes["problems"]) > 40
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES

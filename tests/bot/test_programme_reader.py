"""Files with the programme are read in a process of their own, with an end to patience and to memory."""

from __future__ import annotations

import sys

import pytest

from bot.programme_reader import ProgrammeReader
from domain.people import Scope
from domain.programme import Municipality
from domain.programme_import import Sheet, UnusableFile
from services.programme_reading import Background
from tests.services.programme_desk import VENUE, WHOLE, ZONE, book

BEHIND = Background(
    (Municipality("labinskiy", "Лабинский район", "district", "Лабинск", 44.6, 40.7),), None, Scope()
)


async def refused(reader: ProgrammeReader, name: str, content: bytes) -> str:
    with pytest.raises(UnusableFile) as caught:
        await reader.read(name, content, BEHIND, ZONE)
    return caught.value.problem.key


async def test_it_gives_the_rows_of_a_workbook() -> None:
    rows = await ProgrammeReader().read("план.xlsx", book(**WHOLE).getvalue(), BEHIND, ZONE)
    assert [row.entry.code for row in rows.rows[Sheet.VENUES]] == [VENUE["код"]]
    assert rows.problems == ()


async def test_it_says_why_a_file_is_none() -> None:
    assert await refused(ProgrammeReader(), "план.xlsx", b"x") == "import-file-not-workbook"


@pytest.mark.parametrize(
    "program", ["while True: pass", "raise MemoryError", "import os; os.kill(os.getpid(), 9)"]
)
async def test_one_that_takes_too_much_is_given_up(program: str) -> None:
    reader = ProgrammeReader((sys.executable, "-c", program), patience=0.5)
    assert await refused(reader, "a.xlsx", b"x") == "import-file-too-heavy"


async def test_whoever_reads_strangers_files_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    told = "import os, pickle, sys; pickle.dump(sorted(os.environ), sys.stdout.buffer)"
    known = await ProgrammeReader((sys.executable, "-c", told)).read("a", b"", BEHIND, ZONE)
    assert "BOT_TOKEN" not in known  # type: ignore[operator]

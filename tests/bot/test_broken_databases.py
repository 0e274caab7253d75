"""A database that cannot be used is told in a sentence with an exit status, by every command, and never by a traceback."""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot import __main__ as program
from bot.backup import BACKUPS
from bot.commands import check
from bot.settings import Settings
from bot.texts import Texts
from db.failures import Failure, failure_of

PAGE = 4096
WORDS_OF_COMMANDS = {
    "run": ["run"],
    "export": ["export", "programme.xlsx"],
    "import": ["import", "programme.csv"],
    "backup": ["backup", "copy.sqlite3"],
    "check": ["check"],
}


@pytest.fixture
def file(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of the settings, in a folder of its own in which the commands run."""
    path = tmp_path / "bot.sqlite3"
    shutil.copyfile(template, path)
    (tmp_path / "programme.csv").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("BOT_TOKEN", "123456:" + "x" * 35)
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(program, "configure_logs", lambda *_: None)
    return path


def not_a_database(file: Path) -> None:
    file.write_bytes(b"this is no database " * 1000)


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


TROUBLES: dict[Callable[[Path], None], Failure] = {
    not_a_database: Failure.DAMAGED,
    newer: Failure.NEWER,
    a_folder: Failure.NOT_OPENED,
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("command", WORDS_OF_COMMANDS)
def test_every_command_says_it_in_a_sentence(
    command: str,
    trouble: Callable[[Path], None],
    file: Path,
    texts: Texts,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trouble(file)
    status = program.main(WORDS_OF_COMMANDS[command])
    said = capsys.readouterr()
    if command == "check":
        assert status == check.PROBLEMS
        assert texts.plain("command-check-problem") in said.out
    else:
        sentence = texts.plain(f"command-database-{TROUBLES[trouble]}", database=str(file))
        assert (status, said.err) == (2, sentence + "\n")


def test_what_is_no_matter_of_the_database_is_raised_as_ever(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slip(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(program, "_bring_up_to_date", slip)
    with pytest.raises(ZeroDivisionError):
        program.main(["export", "programme.xlsx"])


@contextmanager
def failing(file: Path, *pragmas: str, uri: str = "") -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{file.as_uri()}{uri}", uri=True, timeout=0, isolation_level=None)) as one:
        for pragma in pragmas:
            one.execute(pragma)
        yield one


def test_sqlites_own_words_are_understood(file: Path) -> None:
    def failure(one: sqlite3.Connection, statement: str) -> Failure | None:
        with pytest.raises(sqlite3.Error) as caught:
            one.execute(statement)
        return failure_of(caught.value)

    with failing(file, uri="?mode=ro") as one:
        assert failure(one, "DELETE FROM person") is Failure.READ_ONLY
    with failing(file) as first, failing(file) as second:
        first.execute("BEGIN IMMEDIATE")
        assert failure(second, "BEGIN IMMEDIATE") is Failure.LOCKED
    with failing(file, "PRAGMA max_page_count = 1") as one:
        assert failure(one, "CREATE TABLE large AS SELECT zeroblob(1000000)") is Failure.FULL
    with failing(file) as one:
        assert failure(one, "SELECT * FROM nothing") is None


@pytest.mark.parametrize("page", range(1, 9))
def test_broken_pages_are_named_by_check_and_never_by_a_traceback(
    page: int, file: Path, texts: Texts, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(file.read_bytes())
    content[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    file.write_bytes(content)
    BACKUPS.mkdir(parents=True)
    (BACKUPS / "bot-2026-10-11.sqlite3").write_bytes(content)
    assert program.main(["check"]) == check.PROBLEMS
    said = capsys.readouterr().out
    assert texts.plain("command-check-damaged", problem="X").partition("X")[0] in said
    assert texts.plain("command-check-copy-damaged", file="bot-2026-10-11.sqlite3") in said
    assert texts.plain("command-check-no-good-copy") in said


def test_check_names_the_last_good_copy(file: Path, template: Path, texts: Texts) -> None:
    BACKUPS.mkdir(parents=True)
    for day in (9, 10):
        shutil.copyfile(template, BACKUPS / f"bot-2026-10-{day:02}.sqlite3")
    (BACKUPS / "bot-2026-10-11.sqlite3").write_bytes(b"x")
    not_a_database(file)
    out = io.StringIO()
    assert check.run(Settings.load(need_token=False, env_file=None), texts, out=out) == check.PROBLEMS
    assert texts.plain("command-check-good-copy", file="bot-2026-10-10.sqlite3") in out.getvalue()
    assert out.getvalue().count("2026-10-11") == 1


def test_a_server_that_is_not_there_may_be_there_soon(
    file: Path, texts: Texts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:hunter2@127.0.0.1:9/kuban")
    assert program.main(["export", "programme.xlsx"]) == program.TRY_AGAIN
    said = capsys.readouterr().err
    assert said == texts.plain("command-database-unreachable", database="127.0.0.1/kuban") + "\n"


def test_without_the_driver_the_command_that_brings_it_is_named(file: Path, texts: Texts) -> None:
    """In a process of its own: here the driver is loaded already."""
    hide = (
        "import sys; sys.modules['psycopg'] = None; from bot.__main__ import main; sys.exit(main(['check']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", hide],
        env={
            "DATABASE_URL": "postgresql://bot@127.0.0.1:9/kuban",
            "PYTHONPATH": str(Path(program.__file__).parents[1]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == check.PROBLEMS
    assert texts.plain("command-database-no-driver") in done.stdout

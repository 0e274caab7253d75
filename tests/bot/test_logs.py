"""Logs hold what an operator needs and nothing of what people told the bot."""

import ast
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from enum import Enum

import pytest
import structlog

from bot.logs import ALLOWED, configure_logs, redact
from bot.settings import LogFormat, LogLevel
from tests.source_tree import PRODUCT_PACKAGES, name_of, python_files, syntax_tree

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
PHONE = "+7 (918) 123-45-67"
NAME = "Аня Петрова"
LATIN_NAME = "Anna Petrova"

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers, root.level, sys.excepthook, threading.excepthook)
    yield
    root.handlers, root.level, sys.excepthook, threading.excepthook = before
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
def lines() -> Lines:
    stream = io.StringIO()
    configure_logs(LogLevel.DEBUG, LogFormat.JSON, stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_an_event_with_values_a_level_and_a_moment(lines: Lines) -> None:
    structlog.get_logger("bot.tick").info("reminders_due", count=3, key="booking-card", reason=None)
    (line,) = lines()
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "reminders_due",
        "level": "info",
        "logger": "bot.tick",
        "count": 3,
        "key": "booking-card",
        "reason": None,
    }


def test_console_lines_are_for_people() -> None:
    stream = io.StringIO()
    configure_logs(LogLevel.INFO, LogFormat.CONSOLE, stream)
    structlog.get_logger("bot").info("started", version="1")
    assert "started" in stream.getvalue()
    assert "version=1" in stream.getvalue()


def test_the_level_is_kept(lines: Lines) -> None:
    configure_logs(LogLevel.WARNING, LogFormat.JSON, stream := io.StringIO())
    structlog.get_logger("bot").info("quiet")
    structlog.get_logger("bot").warning("loud")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["loud"]


def test_values_under_unknown_names_are_withheld(lines: Lines) -> None:
    structlog.get_logger("bot").info("registered", name=NAME, text="hello", phone=PHONE, person_id=7)
    (line,) = lines()
    assert (line["person_id"], line["withheld"]) == (7, ["name", "phone", "text"])
    assert NAME not in json.dumps(line, ensure_ascii=False)


def test_bound_context_is_filtered_like_everything_else(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(update_id=5, username="anna"):
        structlog.get_logger("bot").bind(title=NAME).info("handled")
    (line,) = lines()
    assert (line["update_id"], line["withheld"]) == (5, ["title", "username"])


def test_values_of_odd_types_become_short_safe_text(lines: Lines) -> None:
    class Role(Enum):
        STUDENT = "student"

    structlog.get_logger("bot").info(
        "odd", role=Role.STUDENT, rows=[1, NAME], error=ValueError(f"bad {NAME!r}")
    )
    (line,) = lines()
    assert (line["role"], line["rows"], line["error"]) == ("student", [1, "***"], "ValueError: bad ***")


@pytest.mark.parametrize(
    ("free_text", "kept"),
    [
        (f"https://api.telegram.org/bot{TOKEN}/getMe", "https://api.telegram.org/bot***/getMe"),
        (f"token {TOKEN}.", "token ***."),
        (f"call {PHONE} now", "call *** now"),
        ("call 89181234567", "call ***"),
        ("call 8-918-123-45-67!", "call ***!"),
        (f"person {NAME}, row 5", "person ***, row 5"),
        ("postgresql://bot:hunter2@db/bot", "postgresql://***@db/bot"),
        ("took 12345 ms in 2026-10-12T10:00:00 for update 987654321", None),
        ("x" * 500, "x" * 200 + "…"),
    ],
)
def test_free_text_is_redacted(free_text: str, kept: str | None) -> None:
    assert redact(free_text) == (free_text if kept is None else kept)


def test_an_exception_shows_code_and_no_data(lines: Lines) -> None:
    def register(name: str) -> None:
        raise ValueError(f"invalid name: '{name}'\n[parameters: {LATIN_NAME}, {PHONE}]")

    try:
        try:
            register(LATIN_NAME)
        except ValueError as error:
            raise RuntimeError(f"bot{TOKEN} failed for {NAME}") from error
    except RuntimeError:
        structlog.get_logger("bot").exception("update_failed", update_id=1)
    (line,) = lines()
    shown = str(line["exception"])
    assert "RuntimeError: bot*** failed for ***" in shown
    assert "ValueError: invalid name: ***" in shown
    assert "test_logs.py" in shown
    assert " register" in shown
    for secret in (LATIN_NAME, NAME, TOKEN, "918"):
        assert secret not in json.dumps(line, ensure_ascii=False)


def test_a_programming_mistake_keeps_the_name_it_quotes(lines: Lines) -> None:
    try:
        _ = object().nothing  # type: ignore[attr-defined]
    except AttributeError:
        structlog.get_logger("bot").exception("update_failed")
    assert "'nothing'" in str(lines()[0]["exception"])


def test_groups_of_exceptions_show_their_members(lines: Lines) -> None:
    try:
        raise ExceptionGroup("two", [ValueError("one"), KeyError(NAME)])
    except ExceptionGroup:
        structlog.get_logger("bot").exception("stopped")
    shown = str(lines()[0]["exception"])
    assert "ValueError: one" in shown
    assert "KeyError: ***" in shown


def test_lines_of_libraries_come_the_same_way(lines: Lines) -> None:
    logging.getLogger("aiogram.event").error("Cause exception: %s", f"text '{LATIN_NAME}' {NAME}\n{PHONE}")
    (line,) = lines()
    assert (line["event"], line["logger"], line["level"]) == (
        "Cause exception: text *** ***",
        "aiogram.event",
        "error",
    )


def test_an_exception_of_a_library_is_as_safe(lines: Lines) -> None:
    try:
        raise ValueError(f"'{LATIN_NAME}' {PHONE}")
    except ValueError:
        logging.getLogger("aiogram.event").exception("failed")
    shown = json.dumps(lines(), ensure_ascii=False)
    assert "ValueError: *** ***" in shown
    assert LATIN_NAME not in shown


def test_chatty_libraries_are_quiet_even_when_we_debug(lines: Lines) -> None:
    logging.getLogger("aiogram.event").info("Update id=%d is handled.", 1)
    logging.getLogger("sqlalchemy.engine").info("INSERT %s", NAME)
    logging.getLogger("aiosqlite").debug("executing %s", NAME)
    logging.getLogger("aiohttp.access").info("GET /bot%s/getMe", TOKEN)
    logging.getLogger("aiogram.dispatcher").info("Start polling")
    assert [line["event"] for line in lines()] == ["Start polling"]


def test_warnings_and_crashes_are_logged_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"old way for {NAME}", stacklevel=1)
    sys.excepthook(ValueError, ValueError(NAME), None)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert [line["event"] for line in lines()][-2:] == ["crashed", "thread_crashed"]
    assert "ZeroDivisionError: division by zero" in str(lines()[-1]["exception"])
    assert NAME not in json.dumps(lines(), ensure_ascii=False)


@pytest.mark.parametrize("separator", ["\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\x1b[2K"])
def test_a_value_is_one_line_of_visible_letters(lines: Lines, separator: str) -> None:
    structlog.get_logger("bot").info("said", reason=f"refused{separator}forged")
    logging.getLogger("aiogram").warning("refused%sforged", separator)
    for line in lines():
        assert all(value.isprintable() for value in line.values() if isinstance(value, str))


def test_what_is_quoted_in_our_own_values_is_blanked_too(lines: Lines) -> None:
    structlog.get_logger("bot").info("said", reason=f"can't parse '{LATIN_NAME}' and «{LATIN_NAME}»")
    assert LATIN_NAME not in json.dumps(lines(), ensure_ascii=False)


def test_a_secret_at_the_cut_is_blanked_and_what_is_long_is_not_read_to_its_end() -> None:
    for before in range(150, 210):
        assert TOKEN[-20:-10] not in redact("x" * before + " " + TOKEN)
        assert TOKEN[:12] not in redact("x" * before + " " + TOKEN)
    assert len(redact("1" * 10_000_000)) < 300


def logged_names() -> Iterator[tuple[str, str]]:
    levels = {"debug", "info", "warning", "error", "exception", "critical", "bind"}
    for path in python_files(*PRODUCT_PACKAGES):
        for node in ast.walk(syntax_tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            logger = node.func.value
            name = logger.attr if isinstance(logger, ast.Attribute) else getattr(logger, "id", "")
            if name.lstrip("_") in {"log", "logger"} and node.func.attr in levels:
                for keyword in node.keywords:
                    if keyword.arg and keyword.arg != "exc_info":
                        yield keyword.arg, f"{name_of(path)}:{node.lineno}"


def test_nothing_that_code_logs_is_withheld() -> None:
    assert [f"{where}: {name}" for name, where in logged_names() if name not in ALLOWED] == []

"""Logs that an operator can read and nobody can be found in.

Our own lines are an event name and named values: `log.info("reminders_due", count=3)`. Only the names of
`ALLOWED` are written, so that a person's name or a message cannot slip in under a new one. Lines of libraries
and the messages of exceptions are free text: they are cut to one line, and tokens, phone numbers, quoted text
and anything in Cyrillic letters is blanked. Tracebacks keep file, line and function.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from enum import Enum
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from bot.settings import LogFormat, LogLevel

__all__ = ["ALLOWED", "configure_logs", "redact"]

ALLOWED = frozenset(
    {
        # Who and what: numbers and codes that mean nothing outside the database.
        "activity", "booking", "broadcast", "code", "delivery", "kind", "messenger", "person_id",
        "role", "slot", "update_id", "update_type",
        # Where in the product.
        "command", "feature", "file", "handler", "job", "key", "lane", "meant", "method", "path",
        "setting", "table", "version",
        # How much, how long, how it ended.
        "attempt", "attempts", "changes", "count", "doubtful", "due", "expired", "failed", "milliseconds", "offers",
        "reason", "reminders", "retry_after", "rows", "seconds", "sent", "skipped", "status",
        # What went wrong: in our own words, or redacted.
        "error", "problem",
    }
)  # fmt: skip
"""Names under which a value may be logged. A new one is added here with thought: what could it hold?"""

OURS = ("__main__", "bot", "db", "demo", "domain", "handlers", "sandbox", "services")
LONGEST = 200
LONGEST_READ = 2_000
"""Letters that are looked at, of which so many are written."""

_STRUCTURE = {"event", "level", "logger", "timestamp", "exception", "withheld"}
_HIDDEN = "***"
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_URL_PASSWORD = re.compile(r"(?<=://)[^\s/@]+@")
_PHONE = re.compile(r"(?<![\w.:-])\+?\d(?:[\s().-]{0,2}\d){9,14}(?![\w.:-])")
_CYRILLIC = re.compile(r"[\u0400-\u04ff][^\x21-\x2f\x3a-\x7e]*")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# An apostrophe within a word opens nothing; what is not closed goes to the end.
_QUOTED = re.compile(r"(?<!\w)'.*?(?:'(?!\w)|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)")
# Mistakes of programmers: what they quote is a name in our code.
_QUOTE_CODE = (AttributeError, ImportError, NameError, TypeError)


def configure_logs(level: LogLevel, form: LogFormat, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process, by whomever, to `stream` (the error stream)."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())
    )
    stamp: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            *stamp,
            _safe_exception,
            _only_allowed,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.value),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *stamp, _safe_exception, _one_safe_line],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # Libraries log each request, each update and each statement with its values below this.
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.value)
    for name in ("aiogram.dispatcher", "aiogram.webhook"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level.value)))
    logging.captureWarnings(True)
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def redact(text: str) -> str:
    """Free text without tokens, passwords in addresses, phone numbers and Cyrillic words."""
    # What is long is cut twice: the patterns need not see all of it, and must see what would be cut through.
    text = _UNSEEN.sub(" ", text[:LONGEST_READ])
    text = _URL_PASSWORD.sub(f"{_HIDDEN}@", _TOKEN.sub(_HIDDEN, text))
    text = _CYRILLIC.sub(_HIDDEN, _PHONE.sub(_HIDDEN, text))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _only_allowed(_logger: object, _method: str, event: EventDict) -> EventDict:
    withheld = sorted(event.keys() - ALLOWED - _STRUCTURE)
    safe = {
        key: value if key in _STRUCTURE else _safe_value(value)
        for key, value in event.items()
        if key not in withheld
    }
    safe["event"] = redact(str(event.get("event", "")))
    if withheld:
        safe["withheld"] = withheld
    return safe


def _safe_value(value: object) -> object:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return _describe(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe_value(one) for one in list(value)[:20]]
    return redact(_QUOTED.sub(_HIDDEN, _first_line(str(value))))


def _one_safe_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A library's line: its first line, with quoted text blanked."""
    event["event"] = redact(_QUOTED.sub(_HIDDEN, _first_line(str(event.get("event", "")))))
    event.pop("stack_info", None)
    return event


def _safe_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by a traceback that names code and no values."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_traceback_lines(error))
    return event


def _traceback_lines(error: BaseException, depth: int = 0) -> Iterator[str]:
    yield _describe(error)
    for frame in traceback.extract_tb(error.__traceback__)[-30:]:
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    if depth >= 5:
        return
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inner = list(error.exceptions[:5]) if isinstance(error, BaseExceptionGroup) else []
    for other in [*inner, *([cause] if cause else [])]:
        yield from (f"  | {line}" for line in _traceback_lines(other, depth + 1))


def _describe(error: BaseException) -> str:
    message = _first_line(str(error))
    if not isinstance(error, _QUOTE_CODE):
        message = _QUOTED.sub(_HIDDEN, message)
    return f"{type(error).__name__}: {redact(message)}" if message else type(error).__name__


def _first_line(text: str) -> str:
    lines = text[:LONGEST_READ].strip().splitlines()
    return lines[0] if lines else ""


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger("bot").critical("crashed", exc_info=error)


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    structlog.get_logger("bot").critical("thread_crashed", exc_info=crash.exc_value)

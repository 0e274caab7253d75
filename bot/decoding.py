"""One update, as the messenger sent it, made a value: what cannot be read of it is left out.

Telegram now and then sends what aiogram's models refuse, such as an old message forwarded from somebody without a
name. The rest of such an update is as good as any: whoever wrote it gets an answer. This is where text comes
in: halves of characters and NUL, which no database keeps and no answer carries, become signs as long as they are.
"""

from __future__ import annotations

from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from domain.keepable import keepable

__all__ = ["UnreadableUpdateError", "read_update", "update_id_of"]

MOST_LEFT_OUT = 10
"""Parts that are left out of one update before it is passed by."""
_UNKNOWN = "unknown"

log = structlog.get_logger(__name__)


class UnreadableUpdateError(Exception):
    """Nothing can be made of it. ``kind`` is the update's, ``problem`` says where and what, without any content."""

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(f"{kind}: {problem}")
        self.kind = kind
        self.problem = problem


def update_id_of(raw: object) -> int | None:
    """The number of an update, if it carries one."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def read_update(raw: Any, bot: Bot) -> Update:
    """The update with the bot mounted on all of it.

    Raises:
        UnreadableUpdateError: it is of no kind that we know, or what cannot be read is essential.
    """
    kind, raw = _kind(raw), _keepable(raw)
    for _ in range(MOST_LEFT_OUT):
        try:
            update = Update.model_validate(raw, context={"bot": bot})
            update.event_type  # noqa: B018 - raises when there is none
        except UpdateTypeLookupError:
            raise UnreadableUpdateError(kind, "nothing known in it") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            problem = f"{'.'.join(str(step) for step in first['loc'])}: {first['type']}"
            if not _leave_out(raw, first["loc"]):
                raise UnreadableUpdateError(kind, problem) from None
            log.warning("update_read_in_part", update_type=kind, problem=problem)
        else:
            return update
    raise UnreadableUpdateError(kind, "too much of it")


def _kind(raw: object) -> str:
    found = (
        [key for key in raw if key in Update.model_fields and key != "update_id"]
        if isinstance(raw, dict)
        else []
    )
    return found[0] if found else _UNKNOWN


def _keepable(raw: Any) -> Any:
    """A copy whose texts can be kept."""
    match raw:
        case str():
            return keepable(raw)
        case dict():
            return {key: _keepable(value) for key, value in raw.items()}
        case list():
            return [_keepable(value) for value in raw]
    return raw


def _leave_out(raw: object, where: tuple[int | str, ...]) -> bool:
    """Take out the innermost named part that the path leads to. False: that would be the update itself."""
    named: list[tuple[dict[str, Any], str]] = []
    inner = raw
    for step in where:
        # A step that is not there is the name of a model, or of what is missing.
        if isinstance(inner, dict) and step in inner:
            named.append((inner, str(step)))
            inner = inner[str(step)]
        elif isinstance(inner, list) and isinstance(step, int) and step < len(inner):
            inner = inner[step]
    if len(named) < 2:
        return False
    holder, name = named[-1]
    del holder[name]
    return True

"""Text that every database keeps: without NUL, and without halves of characters."""

from __future__ import annotations

import re

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_INSTEAD = "\N{REPLACEMENT CHARACTER}"


def keepable(text: str) -> str:
    """The text with a sign for each character that cannot be kept; it stays as long, so that places in it hold."""
    return _UNKEEPABLE.sub(_INSTEAD, text)


def is_keepable(text: str) -> bool:
    return _UNKEEPABLE.search(text) is None

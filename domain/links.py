"""Where the links of a text lead, so that whoever sends it, or lets it go, sees it before everybody taps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://)?(?:[^\s/?#@]{1,200}@)?([^\s/?#:@]{1,100}\.[^\W\d_]{2,30})\b",
    re.IGNORECASE,
)
"""Something that reads as an address: a name with a dot and an ending of letters."""
_PUNYCODE = "xn--"


@dataclass(frozen=True, slots=True)
class Link:
    """``shown``: what people read; ``target``: where a tap leads; ``host``: whose it is, as machines write it."""

    shown: str
    target: str
    host: str
    is_false: bool = False
    """It reads as an address and leads to another."""

    @property
    def is_plain(self) -> bool:
        """Whoever is between can read and change it."""
        return self.target.lower().startswith("http://")

    @property
    def is_foreign(self) -> bool:
        """Letters of several alphabets can make it look like another address."""
        return not self.host.isascii() or _PUNYCODE in self.host


def links(text: str, entities: Sequence[Mapping[str, Any]]) -> tuple[Link, ...]:
    """Each once, in order. ``entities`` are the messenger's: offsets in UTF-16 units."""
    units = text.encode("utf-16-le")
    found = []
    for entity in entities:
        begin, end = 2 * int(entity["offset"]), 2 * (int(entity["offset"]) + int(entity["length"]))
        shown = " ".join(units[begin:end].decode("utf-16-le", "replace").split())
        match entity["type"]:
            case "text_link":
                found.append(_link(shown, str(entity.get("url") or "")))
            case "url":
                found.append(_link(shown, shown))
            case "mention":
                found.append(Link(shown, f"https://t.me/{shown.lstrip('@')}", "t.me"))
    return tuple(dict.fromkeys(found))


def _link(shown: str, target: str) -> Link:
    host = _host(target)
    said = [_bare(each[1]) for each in _ADDRESS.finditer(shown)]
    return Link(shown, target, host, is_false=any(each != _bare(host) for each in said))


def _host(target: str) -> str:
    """Of an address with or without its scheme; empty for what is none."""
    whole = target if "://" in target else f"//{target}"
    try:
        return (urlsplit(whole).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")

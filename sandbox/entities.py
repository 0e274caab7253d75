"""Formatted text: Telegram's HTML into plain text and entities, with its refusals.

Source of the rules: https://core.telegram.org/bots/api#html-style. Offsets and lengths are UTF-16 code units.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from sandbox.refusal import bad_request
from sandbox.wire import Json

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_SPECIAL = re.compile(r"[<&]")
_START_TAG = re.compile(r"<([^\s>]*)((?:\s+[^\s=>]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']*))?)*)\s*>")
_END_TAG = re.compile(r"</([^\s>]*)\s*>")
_ATTRIBUTE = re.compile(r"([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']*)))?")
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]|(?<![\w@./])t\.me/[\w+/?=&-]+)"
    r"|(?P<email>(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})"
    r"|(?P<bot_command>(?<![\w/<])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{3,31})"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
    r"|(?P<phone_number>(?<![\w+])\+\d[\d ()-]{8,16}\d)"
)
_HINT = re.compile(r"[/@#+]|t\.me")


def utf16_length(text: str) -> int:
    """Length as Telegram counts offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        position = 0
        while special := _SPECIAL.search(self._source, position):
            self._append(self._source[position : special.start()])
            position = self._special(special.start())
        self._append(self._source[position:])
        if self._open:
            tag = self._open[-1].tag
            raise self._refuse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        self._entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self._parts), self._entities

    def _append(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += utf16_length(text)

    def _special(self, position: int) -> int:
        if self._source[position] == "&":
            found = _CHARACTER.match(self._source, position)
            self._append(html.unescape(found.group()) if found else "&")
            return found.end() if found else position + 1
        if self._source.startswith("</", position):
            return self._end_tag(position)
        return self._start_tag(position)

    def _start_tag(self, position: int) -> int:
        name = re.match(r"<([^\s>]*)", self._source[position:])
        tag = name.group(1).lower() if name else ""
        if ">" not in self._source[position:]:
            raise self._refuse(f"Unclosed start tag at byte offset {self._bytes(position)}")
        if tag not in _STYLES:
            raise self._refuse(f'Unsupported start tag "{tag}" at byte offset {self._bytes(position)}')
        found = _START_TAG.match(self._source, position)
        if found is None:
            raise self._refuse(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {self._bytes(position)}"
            )
        attributes = {
            key.lower(): html.unescape(double or single or bare)
            for key, double, single, bare in _ATTRIBUTE.findall(found.group(2))
        }
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refuse(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(position)}'
            )
        self._open.append(_Open(tag, self._length, attributes))
        return found.end()

    def _end_tag(self, position: int) -> int:
        found = _END_TAG.match(self._source, position)
        if not self._open:
            raise self._refuse(f"Unexpected end tag at byte offset {self._bytes(position)}")
        if found is None:
            raise self._refuse(f"Unclosed end tag at byte offset {self._bytes(position)}")
        tag, opened = found.group(1).lower(), self._open.pop()
        if tag and tag != opened.tag:
            raise self._refuse(
                f"Unmatched end tag at byte offset {self._bytes(position)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self._length > opened.start:
            self._close(opened)
        return found.end()

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": _STYLES[opened.tag],
            "offset": opened.start,
            "length": self._length - opened.start,
        }
        language = opened.attributes.get("class", "")
        if opened.tag == "a":
            url = opened.attributes.get("href") or "".join(self._parts)[-entity["length"] :]
            if "." not in url and ":" not in url:
                return
            entity["url"] = url
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and language.startswith("language-") and self._inside_pre(opened):
            self._open[-1].attributes["language"] = language.removeprefix("language-")
            return
        elif opened.tag == "pre" and "language" in opened.attributes:
            entity["language"] = opened.attributes["language"]
        self._entities.append(entity)

    def _inside_pre(self, opened: _Open) -> bool:
        return bool(self._open) and self._open[-1].tag == "pre" and self._open[-1].start == opened.start

    def _bytes(self, position: int) -> int:
        return len(self._source[:position].encode())

    @staticmethod
    def _refuse(reason: str) -> Exception:
        return bad_request(f"can't parse entities: {reason}")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities of Telegram's HTML; refuses what Telegram refuses."""
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).parse()


def formatted(
    source: str, parse_mode: str | None, entities: list[Json] | None = None
) -> tuple[str, list[Json]]:
    """Text as it is shown, trimmed, with its entities, those that Telegram finds by itself included."""
    found: list[Json] = []
    if entities:
        text, found = source, [dict(entity) for entity in entities]
    elif parse_mode is None or not parse_mode:
        text = source
    elif parse_mode.lower() == "html":
        text, found = parse_html(source)
    else:
        raise bad_request(f"unsupported parse_mode (this server reads HTML only, not {parse_mode})")
    text, found = _trimmed(text, found)
    return text, found + _links(text, found) if _HINT.search(text) else found


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text = text.rstrip()
    start = len(text) - len(text.lstrip())
    size = utf16_length(text) - start
    text = text[start:]
    kept = []
    for entity in entities:
        begin = max(0, entity["offset"] - start)
        end = min(size, entity["offset"] - start + entity["length"])
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return text, kept


def _links(text: str, taken: list[Json]) -> list[Json]:
    links: list[Json] = []
    for found in _FOUND.finditer(text):
        offset = utf16_length(text[: found.start()])
        length = utf16_length(found.group())
        if not any(offset < e["offset"] + e["length"] and e["offset"] < offset + length for e in taken):
            links.append({"type": str(found.lastgroup), "offset": offset, "length": length})
    return links

"""What the messenger's own apps make of marks that a person types: ``**bold**``, ``__italic__`` and the rest.

Source of the marks: https://telegram.org/faq#q-how-do-i-format-text. Bots get plain text and entities, never the marks.
"""

from __future__ import annotations

import re

from sandbox.entities import formatted, utf16_length
from sandbox.wire import Json

_MARKS = {"**": "bold", "__": "italic", "~~": "strikethrough", "||": "spoiler", "`": "code"}
_MARKED = re.compile(
    r"(?<![\w*_~|`])(?P<mark>\*\*|__|~~|\|\||`)(?=\S)(?P<inside>[*_~|`]*[^*_~|`].*?)(?<=\S)(?P=mark)(?![\w*_~|`])",
    re.DOTALL,
)


def as_typed(text: str) -> tuple[str, list[Json]]:
    """A text as it arrives: trimmed, its marks, commands and links as entities."""
    shown, entities = _unmarked(text)
    return formatted(shown, None, entities)


def _unmarked(text: str) -> tuple[str, list[Json]]:
    """The text without the marks, and the entities that they stood for."""
    entities: list[Json] = []
    done, rest = "", text
    while found := _MARKED.search(rest):
        done += rest[: found.start()]
        inside = found["inside"]
        nested: list[Json] = []
        if found["mark"] != "`":
            inside, nested = _unmarked(inside)
        start = utf16_length(done)
        entities.append({"type": _MARKS[found["mark"]], "offset": start, "length": utf16_length(inside)})
        entities += [{**entity, "offset": entity["offset"] + start} for entity in nested]
        done += inside
        rest = rest[found.end() :]
    return done + rest, entities

"""What counts as a name of a person: one rule for everybody whose name others read."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

LONGEST_NAME = 60
LONGEST_FIRST_NAME = 20
"""Of a companion: more than a first name about other people's children is not kept."""
MOST_MARKS = 2
"""Marks above and below one letter; no language that people write here needs more."""

IGNORABLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\u2800")
"""Characters of the letters' and marks' kinds (and an empty braille cell) that nobody sees. Those of the kinds C* are
known by their kind."""
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212"
_APOSTROPHES = "\u2019\u02bc\u2018`\u00b4"
_ALIKE = {ord(c): "-" for c in _HYPHENS} | {ord(c): "'" for c in _APOSTROPHES}
_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^\W\d_]+")
_DOT_INSIDE = re.compile(r"([^\W\d_]+)\.([^\W\d_]{2,})")

_POSITIONS = (
    "координатор",
    "администра",
    "админ",
    "модератор",
    "поддержк",
    "техподдержк",
    "организатор",
    "официальн",
    "телеграм",
    "госуслуг",
    "coordinator",
    "admin",
    "moderator",
    "support",
    "official",
    "telegram",
)
"""How words begin that pass somebody off as the bot's staff."""
_POSITION_WORDS = frozenset({"бот", "bot", "служба"})


class UnfitName(StrEnum):
    """Why what was typed is no name."""

    EMPTY = "empty"
    LONG = "long"
    LETTERS = "letters"
    """Something else than letters, spaces, hyphens, apostrophes and dots, or letters of two scripts."""
    ADDRESS = "address"
    """A messenger would make a link of it."""
    POSITION = "position"
    """A position or a service instead of a name."""


def clean_name(text: str, longest: int = LONGEST_NAME) -> str | UnfitName:
    """The name on one line, in NFC; or why it will not do."""
    line = unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip()).translate(_ALIKE)
    if not line:
        return UnfitName.EMPTY
    if len(line) > longest:
        return UnfitName.LONG
    if any(_is_address(*found.groups()) for found in _DOT_INSIDE.finditer(line)):
        return UnfitName.ADDRESS
    if not _is_of_letters(line):
        return UnfitName.LETTERS
    words = [word.casefold() for word in _WORDS.findall(line)]
    if any(word.startswith(_POSITIONS) or word in _POSITION_WORDS for word in words):
        return UnfitName.POSITION
    return line


def first_name(text: str, longest: int) -> str | UnfitName:
    """A first name alone, as somebody else's: one word without initials that begins and ends with a letter."""
    name = clean_name(text, longest)
    if isinstance(name, UnfitName):
        return name
    if " " in name or "." in name or name.strip("-'") != name:
        return UnfitName.LETTERS
    return name


def _is_address(before: str, after: str) -> bool:
    """Initials before a surname («И.Иванов») are none."""
    is_initial = len(before) == 1 and before.isupper() and after[0].isupper() and not after.isascii()
    return not is_initial


def _is_of_letters(line: str) -> bool:
    scripts, marks = set(), 0
    if not line[0].isalpha():
        return False
    for character in line:
        if character in IGNORABLE:
            return False
        if character.isalpha():
            if unicodedata.normalize("NFKC", character) != character:
                # Ligatures, full-width and other look-alikes of letters.
                return False
            scripts.add(unicodedata.name(character, "").partition(" ")[0])
            marks = 0
        elif unicodedata.category(character) in ("Mn", "Mc"):
            marks += 1
        elif character not in " -'.":
            return False
        if marks > MOST_MARKS:
            return False
    return len(scripts) == 1

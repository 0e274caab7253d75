"""From text to terms: letters made alike, words cut out, stems, roots, the parts of compound words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import Stemmer

from services.search import lexicon

LONGEST_FIELD = 10_000
"""Characters of one field that are indexed."""
LONGEST_WORD = 40
SHORTEST_ROOT = 4
PART_SHARE = 0.5
"""What a part of a compound word counts beside the whole: Ust-Labinsk is not Labinsk."""

_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufe0f\ufeff]")
_COMPOUND = re.compile(r"[^\W_]+(?:\+\+|#)?(?:[-\u2010\u2011][^\W_]+)*")
_PART = re.compile(r"[0-9]*[a-z][0-9a-z]*(?:\+\+|#)?|[^\W_a-z]+")
_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[\u0430-\u044f]")
_SOFT_SIGN = "\N{CYRILLIC SMALL LETTER SOFT SIGN}"
_YO, _YE = "\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}"


def normalise(text: str) -> str:
    """One form for every spelling: lower case, no accents, yo as ye, compatibility characters resolved."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).lower()).replace(_YO, _YE)


def is_latin(word: str) -> bool:
    return _LATIN.search(word) is not None and _CYRILLIC.search(word) is None


@cache
def _lookalikes() -> dict[int, int]:
    letters = lexicon.sections("letters")
    return str.maketrans(letters["lookalikes latin"][0], letters["lookalikes russian"][0])


def compounds(text: str) -> Iterator[tuple[str, ...]]:
    """The words of normalised `text`, each as its parts: one for most, two for a word with a hyphen or with
    both alphabets in it (3D printing in one word)."""
    for match in _COMPOUND.finditer(text):
        word = match[0][:LONGEST_WORD]
        if _LATIN.search(word) and _CYRILLIC.search(word):
            russian = word.translate(_lookalikes())
            # A Latin letter that only looks Russian is a slip; one that does not begins another word.
            word = word if _LATIN.search(russian) else russian
        parts = tuple(_PART.findall(word))
        if parts:
            yield parts


@cache
def function_words() -> frozenset[str]:
    return _stop_words("function")


@cache
def stop_words() -> frozenset[str]:
    """Words that a query can do without."""
    return _stop_words("generic") | function_words()


def _stop_words(section: str) -> frozenset[str]:
    return frozenset(normalise(" ".join(lexicon.sections("stopwords")[section])).split())


class Analyzer:
    """Stems and terms, remembered word by word. Each index has its own: a stemmer is not to be shared."""

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("russian")
        self._stems: dict[str, str] = {}
        self._terms: dict[tuple[str, ...], tuple[tuple[str, float], ...]] = {}

    def stem(self, word: str) -> str:
        known = self._stems.get(word)
        return known if known is not None else self._stemmer.stemWord(word)

    def terms(self, parts: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
        """The terms of a word of a document with the share of each: the whole, its parts, and what a
        combining form leaves."""
        known = self._terms.get(parts)
        if known is None:
            known = self._terms[parts] = tuple(self._cut(parts))
        return known

    def _cut(self, parts: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        whole = "".join(parts)
        self._stems[whole] = stem = self._stemmer.stemWord(whole)
        yield stem, 1.0
        if len(parts) > 1:
            for part in parts:
                if part not in function_words():
                    yield self._stemmer.stemWord(part), PART_SHARE
            return
        for head in lexicon.words("combining"):
            if whole.startswith(head) and len(whole) >= len(head) + SHORTEST_ROOT:
                yield head, PART_SHARE
                if (
                    len(head) > SHORTEST_ROOT
                ):  # Without its linking vowel it is the stem of the word by itself.
                    yield head[:-1], PART_SHARE
                yield self._stemmer.stemWord(whole[len(head) :]), PART_SHARE
                return


@cache
def _suffixes() -> tuple[frozenset[str], int]:
    suffixes = lexicon.words("suffixes")
    return frozenset(suffixes), len(suffixes[0])


def roots(word: str, stem: str) -> list[str]:
    """What derived words may share with a word: its stem, and that without an ending that derives words.
    A root of three letters must have lost a long ending."""
    found = [stem]
    if word.endswith(_SOFT_SIGN):  # The stemmer takes some nouns for infinitives and cuts too much off.
        found.append(word[:-1])
    suffixes, longest = _suffixes()
    for left in range(max(SHORTEST_ROOT - 1, len(stem) - longest), len(stem)):
        suffix = stem[left:]
        long_enough = left >= SHORTEST_ROOT or len(suffix) >= SHORTEST_ROOT
        # Two of the same letter at the seam are a slip.
        if long_enough and suffix in suffixes and suffix != stem[left - 1]:
            found.append(stem[:left])
    return found

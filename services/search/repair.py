"""Words nobody wrote: another keyboard layout, transliteration, misspellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.search import lexicon
from services.search.analysis import is_latin

SHORTEST_REPAIRED = 4
"""Letters that a word must have to be taken for a misspelling."""
CANDIDATES = 3
SURE = 8
"""Letters of a word that two slips, or a wrong beginning, leave recognisable."""


@cache
def _layouts() -> tuple[dict[int, int], dict[int, int]]:
    letters = lexicon.sections("letters")
    latin, russian = letters["latin keys"][0], letters["russian keys"][0]
    back = dict(zip(reversed(russian), reversed(latin), strict=True))
    return str.maketrans(latin, russian), str.maketrans("".join(back), "".join(back.values()))


@cache
def _transliteration() -> tuple[
    tuple[re.Pattern[str], dict[str, str]], tuple[re.Pattern[str], dict[str, str]]
]:
    pairs = [line.split() for line in lexicon.sections("letters")["transliteration"]]
    return _replacement([(a, b) for a, b in pairs]), _replacement([(b, a) for a, b in pairs])


def _replacement(pairs: list[tuple[str, str]]) -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, str] = {}
    for source, target in pairs:
        table.setdefault(source, target)
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), table


def readings(chunk: str) -> Iterator[str]:
    """What somebody may have meant who typed `chunk` (normalised, no spaces): itself first, then the same keys
    in the other layout, then the same sounds in the other alphabet."""
    yield chunk
    to_russian, to_latin = _layouts()
    into_russian, into_latin = _transliteration()
    latin = is_latin(chunk)
    yield chunk.translate(to_russian if latin else to_latin)
    pattern, table = into_russian if latin else into_latin
    yield pattern.sub(lambda match: table[match[0]], chunk)


@cache
def _sounds() -> dict[int, int]:
    letters = lexicon.sections("letters")
    return str.maketrans(letters["heard as written"][0], letters["heard as"][0])


def sound(word: str) -> str:
    """A key that words share which sound alike: unstressed vowels, voiced endings, double letters, soft signs."""
    heard = word.translate(_sounds()).replace("_", "")
    return "".join(letter for at, letter in enumerate(heard) if at == 0 or heard[at - 1] != letter)


def slips(word: str) -> int:
    """Letters too many, missing, wrong or swapped with the next that a word of this length may hold."""
    return 1 if len(word) < 7 else 2 if len(word) < 11 else 3


class Speller:
    """The nearest of a fixed set of words (or stems)."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        """`frequencies`: the words with the number of documents each is in."""
        self._frequencies = frequencies
        # By first letter and length; under "" whatever the first letter is.
        self._alike: dict[tuple[str, int], list[str]] = {}
        self._by_sound: dict[str, list[str]] = {}
        for word in frequencies:
            if len(word) >= SHORTEST_REPAIRED - 1 and word.isalpha():
                for start in ("", word[0]):
                    self._alike.setdefault((start, len(word)), []).append(word)
                self._by_sound.setdefault(sound(word), []).append(word)

    def nearest(self, word: str, *, most: int | None = None) -> list[str]:
        """Up to `CANDIDATES` words, all equally near; none if none is near enough. `most`: slips, by
        default what the length allows."""
        allowed = most or slips(word)
        heard = sound(word)
        alike = [known for known in self._by_sound.get(heard, ()) if OSA.distance(word, known) <= allowed]
        if alike:
            return self._most_used(alike)
        # The first letter is seldom wrong, and in a short word it makes another word.
        start = word[0] if len(word) < SURE else ""
        found = [
            (known, distance)
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for known, distance, _ in process.extract(
                word, self._alike.get((start, length), ()), scorer=OSA.distance, score_cutoff=allowed, limit=8
            )
        ]
        # One sound apart is nearer than one letter apart.
        ranks = {
            known: (
                distance,
                OSA.distance(heard, sound(known)),
                known[0] != word[0],
                abs(len(known) - len(word)),
            )
            for known, distance in found
        }
        # In a word of middling length two slips must be of the ear, or many another word is as near.
        if len(word) <= SURE:
            ranks = {known: rank for known, rank in ranks.items() if rank[0] == 1 or rank[1] <= 1}
        best = min(ranks.values(), default=None)
        return self._most_used(known for known, rank in ranks.items() if rank == best)

    def _most_used(self, words: Iterable[str]) -> list[str]:
        return sorted(words, key=lambda word: (-self._frequencies[word], word))[:CANDIDATES]

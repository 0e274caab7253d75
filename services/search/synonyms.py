"""Words that mean the same, and words that take others in: each line of synonyms.txt is one meaning."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from services.search import lexicon
from services.search.analysis import Analyzer, compounds, function_words, normalise

Phrase = tuple[str, ...]
"""Stems of one expression, in order."""


_SAME, _WIDER = "=", ">"


def closeness(meaning: str) -> float:
    """What a meaning counts beside the word itself."""
    return 0.8 if meaning.startswith(_SAME) else 0.5


class Thesaurus:
    """A meaning is a term of its own (`=12`, or `>13` if it takes others in): documents carry it when they say it
    in any of its words, and a query asks for it when it uses one of the words that ask."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.vocabulary: dict[str, set[str]] = {}
        """Words of the lines as written, with the meanings they can ask for."""
        self.single: dict[str, set[str]] = {}
        """Stems that ask for meanings by themselves."""
        self._carried: dict[str, list[tuple[Phrase, str]]] = {}
        self._asked: dict[str, list[tuple[Phrase, str]]] = {}
        equal: dict[Phrase, set[Phrase]] = {}
        wider: list[tuple[str, str, str]] = []
        for number, line in enumerate(lexicon.lines("synonyms")):
            left, arrow, right = line.partition(" > ")
            meaning = f"{_WIDER if arrow else _SAME}{number}"
            if arrow:
                wider.append((meaning, left, right))
                continue
            phrases = set(self._phrases(line))
            for phrase in phrases:
                equal.setdefault(phrase, {phrase}).update(phrases)
            self._learn(meaning, line, phrases, phrases)
        for meaning, left, right in wider:
            asking, carrying = (
                {same for phrase in self._phrases(side) for same in equal.get(phrase, {phrase})}
                for side in (left, right)
            )
            self._learn(meaning, left, asking, carrying)

    def _learn(self, meaning: str, written: str, asking: set[Phrase], carrying: set[Phrase]) -> None:
        for phrase in asking:
            self._asked.setdefault(phrase[0], []).append((phrase, meaning))
            if len(phrase) == 1:
                self.single.setdefault(phrase[0], set()).add(meaning)
        for phrase in carrying:
            self._carried.setdefault(phrase[0], []).append((phrase, meaning))
        for parts in compounds(normalise(written)):
            for part in parts:
                self.vocabulary.setdefault(part, set()).add(meaning)

    def _phrases(self, side: str) -> Iterator[Phrase]:
        for expression in normalise(side).split(","):
            words = [part for parts in compounds(expression) for part in parts]
            phrase = tuple(self._analyzer.stem(word) for word in words if word not in function_words())
            if phrase:
                yield phrase
            if len(words) == len(phrase) == 2 and "-" in expression:
                yield (self._analyzer.stem("".join(words)),)

    def carried(self, stems: Sequence[str]) -> Iterator[str]:
        """Meanings that a text says; expressions of several words stand together in it."""
        for at, stem in enumerate(stems):
            for phrase, meaning in self._carried.get(stem, ()):
                if len(phrase) == 1 or tuple(stems[at : at + len(phrase)]) == phrase:
                    yield meaning

    def asked(self, stems: Collection[str]) -> Iterator[tuple[Phrase, str]]:
        """Expressions of several words that a query uses, in any order, with what they mean."""
        present = set(stems)
        for stem in present:
            for phrase, meaning in self._asked.get(stem, ()):
                if len(phrase) > 1 and present.issuperset(phrase):
                    yield phrase, meaning

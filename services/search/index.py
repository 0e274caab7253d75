"""The search index: built whole from the programme, held in memory, read-only afterwards.

A query becomes slots, one for each word that matters; a slot is the terms that may stand for the word. A document
that answers every slot is found; only if none does, those that answer most.
Ranking follows BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009): fields add up inside
the saturation. The rarity of a slot, not of its terms, counts, so that a rare derived word never outranks the
word itself.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Container, Iterable
from dataclasses import dataclass

from services.search.analysis import LONGEST_FIELD, Analyzer, compounds, function_words, normalise
from services.search.query import Query, Reader, Slot
from services.search.synonyms import Thesaurus
from services.search.vocabulary import Vocabulary

SATURATION = 3.0
"""BM25's k1."""
COVERED = 0.5
"""The least part of a query, by rarity, that a document answers when none answers all of it."""
TAIL = 0.1
"""Documents below this part of the best score are left out."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What can be found: plain text by field; `id` is the caller's."""

    id: int
    title: str
    description: str = ""
    track: str = ""
    format: str = ""
    mentor: str = ""
    enterprise: str = ""
    venue: str = ""
    town: str = ""
    municipality: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` compares the hits of one search only."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class _Field:
    """`weight` of a word in the field; beyond `words` words, each counts less."""

    name: str
    weight: float
    words: int


_FIELDS = (
    _Field("title", 6.0, 5),
    _Field("track", 3.0, 4),
    _Field("format", 3.0, 4),
    _Field("mentor", 2.5, 6),
    _Field("enterprise", 2.5, 6),
    _Field("venue", 2.0, 6),
    _Field("town", 2.5, 4),
    _Field("municipality", 2.0, 4),
    _Field("description", 1.0, 25),
    _Field("extra", 0.8, 25),
)
_LENGTH = 0.5
"""BM25's b: how much of the surplus length of a field counts."""

_Postings = tuple["array[int]", "array[float]"]
"""Positions of documents, ascending, and how well the term stands for each, 0 to 1."""


class SearchIndex:
    """Safe to build in a thread while another one answers."""

    def __init__(self, ids: list[int], postings: dict[str, _Postings], reader: Reader) -> None:
        self._ids = ids
        self._postings = postings
        self._reader = reader
        self._last = ("", reader.read(""))

    @classmethod
    def build(cls, documents: Iterable[SearchDocument]) -> SearchIndex:
        analyzer = Analyzer()
        thesaurus = Thesaurus(analyzer)
        ids: list[int] = []
        words: dict[str, str] = {}
        postings: dict[str, _Postings] = {}
        for position, document in enumerate(documents):
            ids.append(document.id)
            for term, weight in _weigh(document, analyzer, thesaurus, words).items():
                positions, weights = postings.setdefault(term, (array("I"), array("f")))
                positions.append(position)
                weights.append(weight / (SATURATION + weight))
        frequencies = {term: len(positions) for term, (positions, _) in postings.items()}
        return cls(ids, postings, Reader(Vocabulary(analyzer, thesaurus, words, frequencies)))

    def search(self, query: str, *, limit: int = 50, among: Container[int] | None = None) -> list[Hit]:
        """The best first. `among`: the ids that filters allow; None for all."""
        slots = self._read(query).slots
        if not slots:
            return []
        answers = [self._answers(slot) for slot in slots]
        rarities = [math.log1p(len(self._ids) / len(answer)) for answer in answers]
        scores = self._allowed(_answering_all(answers, rarities), among) or self._allowed(
            _answering_most(answers, rarities), among
        )
        if not scores:
            return []
        least = TAIL * max(scores.values())
        best = heapq.nsmallest(
            limit, ((-score, position) for position, score in scores.items() if score >= least)
        )
        return [Hit(self._ids[position], -score) for score, position in best]

    def suggestion(self, query: str) -> str | None:
        """The query with its words put right, if the search had to; None if it was taken as it is."""
        return self._read(query).repaired

    def unknown_words(self, query: str) -> tuple[str, ...]:
        """Words of the query that nothing could be made of; the search went on without them."""
        return self._read(query).unknown

    def _read(self, text: str) -> Query:
        """A screen asks several things about one query: the last one is remembered."""
        last = self._last
        if last[0] != text:
            last = self._last = (text, self._reader.read(text))
        return last[1]

    def _answers(self, slot: Slot) -> dict[int, float]:
        """Positions of documents with the best that any term of the slot gives them."""
        best: dict[int, float] = {}
        for term, weight in sorted(slot.senses.items(), key=lambda sense: -sense[1]):
            positions, scores = self._postings[term]
            if not best and weight == 1.0:
                best = dict(zip(positions, scores, strict=True))
                continue
            for position, score in zip(positions, scores, strict=True):
                if best.get(position, 0.0) < score * weight:
                    best[position] = score * weight
        return best

    def _allowed(self, scores: dict[int, float], among: Container[int] | None) -> dict[int, float]:
        if among is None:
            return scores
        return {position: score for position, score in scores.items() if self._ids[position] in among}


def _weigh(
    document: SearchDocument, analyzer: Analyzer, thesaurus: Thesaurus, words: dict[str, str]
) -> dict[str, float]:
    """The weight of each term over all fields; new words go into `words` with their stems."""
    weights: dict[str, float] = {}
    for field in _FIELDS:
        text: str = getattr(document, field.name)
        if not text:
            continue
        found = list(compounds(normalise(text[:LONGEST_FIELD])))
        weight = field.weight / (1 + _LENGTH * max(0, len(found) / field.words - 1))
        stems: list[str] = []
        for parts in found:
            whole = "".join(parts)
            if whole in function_words():
                continue
            for term, share in analyzer.terms(parts):
                weights[term] = weights.get(term, 0.0) + weight * share
            for word in (whole, *parts):
                if word not in words:
                    words[word] = analyzer.stem(word)
            stems += [words[part] for part in parts]
        for meaning in set(thesaurus.carried(stems)):
            weights[meaning] = weights.get(meaning, 0.0) + weight
    return weights


def _answering_all(answers: list[dict[int, float]], rarities: list[float]) -> dict[int, float]:
    (fewest, rarity), *others = sorted(zip(answers, rarities, strict=True), key=lambda pair: len(pair[0]))
    scores = {position: rarity * score for position, score in fewest.items()}
    for answer, rarity in others:
        scores = {
            position: score + rarity * answer[position]
            for position, score in scores.items()
            if position in answer
        }
    return scores


def _answering_most(answers: list[dict[int, float]], rarities: list[float]) -> dict[int, float]:
    """Documents that answer enough of the query; what they leave out counts against them twice."""
    scores: dict[int, float] = {}
    covered: dict[int, float] = {}
    for answer, rarity in zip(answers, rarities, strict=True):
        for position, score in answer.items():
            scores[position] = scores.get(position, 0.0) + rarity * score
            covered[position] = covered.get(position, 0.0) + rarity
    total = sum(rarities)
    return {
        position: score * (covered[position] / total) ** 2
        for position, score in scores.items()
        if covered[position] >= COVERED * total
    }

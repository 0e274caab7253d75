"""Invented workshops and queries that somebody judged: which of the workshops each query is after.

corpus.csv: `slug` is the municipality, `topics` what the workshop is about, by hand, whatever its words are.
queries_*.csv: `relevant` is a rule: `|` any, `&` all, `!` not; an atom is a topic, `@municipality`, `mentor:Name` or
`enterprise:Name`; `-` is nothing at all.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.search import SearchDocument, SearchIndex

_FOLDER = Path(__file__).parent
_TEXTS = ("title", "description", "track", "format", "mentor", "enterprise", "venue", "town", "municipality")


@dataclass(frozen=True, slots=True)
class Judged:
    kind: str
    query: str
    relevant: frozenset[int]


def rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def documents() -> list[SearchDocument]:
    return [
        SearchDocument(id=int(row["id"]), **{field: row[field] for field in _TEXTS}) for row in rows("corpus")
    ]


def queries(name: str) -> list[Judged]:
    corpus = rows("corpus")
    return [
        Judged(
            row["kind"],
            row["query"],
            frozenset(int(document["id"]) for document in corpus if _matches(document, row["relevant"])),
        )
        for row in rows(name)
    ]


def _matches(document: dict[str, str], rule: str) -> bool:
    return any(
        all(_holds(document, atom.strip()) for atom in option.split("&")) for option in rule.split("|")
    )


def _holds(document: dict[str, str], atom: str) -> bool:
    if atom == "-":
        return False
    if atom.startswith("!"):
        return not _holds(document, atom[1:])
    if atom.startswith("@"):
        return document["slug"] == atom[1:]
    field, colon, value = atom.partition(":")
    return value in document[field] if colon else atom in document["topics"].split()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one query; each figure from 0 to 1.

    precision: relevant ones in the first min(10, number of relevant ones) places: what P@10 can reach at best is 1.
    shown: relevant ones among the first ten shown, however many they are.
    recall: relevant ones found at all.
    A query after nothing scores 1 where nothing is found, else 0.
    """

    judged: Judged
    precision: float
    shown: float
    recall: float


def outcome(index: SearchIndex, judged: Judged) -> Outcome:
    found = [hit.id for hit in index.search(judged.query, limit=1000)]
    relevant = judged.relevant
    if not relevant:
        return Outcome(judged, *[float(not found)] * 3)
    depth = min(10, len(relevant))
    shown = found[:10]
    return Outcome(
        judged,
        precision=len(relevant.intersection(found[:depth])) / depth,
        shown=len(relevant.intersection(shown)) / len(shown) if shown else 0.0,
        recall=len(relevant.intersection(found)) / len(relevant),
    )


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)

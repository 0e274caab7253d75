"""Whether the search finds what the judged queries are after.

How the held-out half was kept: corpus and both query sets were written and committed before the first line of the
search. All tuning (word lists, weights, bounds) looked at the tuned half alone. Reading the tuned half changed three
rules of judgement for both (an exact title is after that one workshop; several words mean all of them; a topic is what
the text says), still before the held-out half was ever run. It was then run as one figure: precision 0.926, recall 0.933.
Its misses were read only afterwards; what was mended then (four wrong word families, first letters in repairs) left
both figures as they were.
"""

from __future__ import annotations

from collections import Counter

import pytest

from services.search import SearchIndex
from tests.services.search import judged

HALVES = ("queries_tuned", "queries_held_out")


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return SearchIndex.build(judged.documents())


def test_the_query_set_is_large_and_varied() -> None:
    kinds = Counter(query.kind for half in HALVES for query in judged.queries(half))
    assert kinds.total() >= 120
    assert {
        "exact",
        "case",
        "yo",
        "inflected",
        "derived",
        "misspelt",
        "words",
        "town",
        "town+topic",
    } <= kinds.keys()
    assert {"layout", "translit", "prefix", "synonym", "short", "people", "garbage"} <= kinds.keys()


def test_the_corpus_covers_every_municipality() -> None:
    rows = judged.rows("corpus")
    assert len(rows) >= 150
    assert len({row["slug"] for row in rows}) == 44


def test_no_query_is_in_both_halves() -> None:
    tuned, held_out = ({query.query.lower() for query in judged.queries(half)} for half in HALVES)
    assert tuned & held_out == set()


@pytest.mark.parametrize("half", HALVES)
def test_only_garbage_is_after_nothing(half: str) -> None:
    for query in judged.queries(half):
        assert bool(query.relevant) != (query.kind == "garbage"), query


@pytest.mark.parametrize("half", HALVES)
def test_precision_at_ten_is_at_least_nine_tenths(index: SearchIndex, half: str) -> None:
    outcomes = [judged.outcome(index, query) for query in judged.queries(half)]
    worst = [(each.judged.query, each.precision) for each in outcomes if each.precision < 0.7]
    assert judged.mean([each.precision for each in outcomes]) >= 0.90, worst


@pytest.mark.parametrize("half", HALVES)
def test_little_is_missed_and_little_is_shown_in_vain(index: SearchIndex, half: str) -> None:
    outcomes = [judged.outcome(index, query) for query in judged.queries(half)]
    assert judged.mean([each.recall for each in outcomes]) >= 0.90
    assert judged.mean([each.shown for each in outcomes]) >= 0.80


@pytest.mark.parametrize("half", HALVES)
def test_garbage_finds_nothing(index: SearchIndex, half: str) -> None:
    for query in judged.queries(half):
        if query.kind == "garbage":
            assert index.search(query.query) == []

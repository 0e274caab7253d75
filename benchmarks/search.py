"""Search: time of a query on 5,000 documents, with filters, beside a bare substring scan in the same run.

Run: python -m benchmarks.search [--check]
Documents mix the texts of the judged corpus with invented names, so that the vocabulary is that of a real programme;
queries are the judged ones, and each again with a letter missing. Times are of the processor, so that a busy machine
does not count; none is answered from memory. `--check` fails where a bound is broken.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence

from services.search import SearchDocument, SearchIndex
from tests.services.search import judged

DOCUMENTS = 5_000
MEDIAN_MS, P99_MS, BUILD_S = 0.5, 10.0, 2.0
ROUNDS = 3


def programme(size: int, random_: random.Random) -> list[SearchDocument]:
    """Every text of a document is from another one of the corpus, its people and firms are made of syllables."""
    corpus = judged.documents()
    syllables = [
        word[at : at + 3] for document in corpus for word in document.title.lower().split() for at in (0, 2)
    ]
    invented = ["".join(random_.choices(syllables, k=3)).capitalize() for _ in range(6_000)]
    names, firms, rest = invented[:800], invented[800:1_200], invented[1_200:]
    made = []
    for number in range(size):
        place, topic = random_.choice(corpus), random_.choice(corpus)
        name, firm, extra = (" ".join(random_.choices(words, k=2)) for words in (names, firms, rest))
        made.append(
            dataclasses.replace(
                topic,
                id=number,
                description=f"{topic.description} {random_.choice(corpus).description} {extra}",
                mentor=name,
                enterprise=firm,
                venue=place.venue,
                town=place.town,
                municipality=place.municipality,
            )
        )
    return made


def asked(random_: random.Random) -> list[str]:
    texts = [query.query for half in ("queries_tuned", "queries_held_out") for query in judged.queries(half)]
    cut = [random_.randrange(len(text)) for text in texts]
    return texts + [text[:at] + text[at + 1 :] for text, at in zip(texts, cut, strict=True)]


def timed(call: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    """Milliseconds of each call, `ROUNDS` times over."""
    times = []
    for query in list(queries) * ROUNDS:
        start = time.thread_time()
        call(query)
        times.append((time.thread_time() - start) * 1000)
    return sorted(times)


def percentile(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="exit with 1 where a bound is broken")
    check: bool = arguments.parse_args().check
    random_ = random.Random(44)
    documents, queries = programme(DOCUMENTS, random_), asked(random_)

    start = time.thread_time()
    index = SearchIndex.build(documents)
    build = time.thread_time() - start
    tracemalloc.start()
    weighed = SearchIndex.build(documents)
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del weighed

    among = frozenset(document.id for document in documents if document.id % 3)
    texts = [
        (document.id, " ".join(str(text) for text in dataclasses.astuple(document)[1:]).lower())
        for document in documents
    ]

    def scan(query: str) -> list[int]:
        words = query.lower().split()
        return [number for number, text in texts if number in among and all(word in text for word in words)][
            :50
        ]

    rows = {
        "substring scan (baseline)": timed(scan, queries),
        "search, all documents": timed(index.search, queries),
        "search, two thirds allowed": timed(lambda query: index.search(query, among=among), queries),
        "10,000 characters": timed(
            lambda query: index.search((query + " ") * (10_000 // len(query))), queries[::8]
        ),
    }
    base = statistics.median(rows["substring scan (baseline)"])
    print(
        f"{DOCUMENTS} documents, {len(queries)} queries x {ROUNDS}; built in {build:.2f} s, {memory / 1e6:.0f} MB"
    )
    print(f"{'':28}{'median ms':>10}{'p99 ms':>10}{'max ms':>10}{'of the scan':>13}")
    for name, times in rows.items():
        median = statistics.median(times)
        print(
            f"{name:28}{median:10.3f}{percentile(times, 0.99):10.2f}{times[-1]:10.2f}{median / base:12.2f}x"
        )
    filtered = rows["search, two thirds allowed"]
    kept = statistics.median(filtered) < MEDIAN_MS and percentile(filtered, 0.99) < P99_MS and build < BUILD_S
    print(
        "within bounds" if kept else "OUT OF BOUNDS",
        f"(median {MEDIAN_MS} ms, p99 {P99_MS} ms, build {BUILD_S} s)",
    )
    return 1 if check and not kept else 0


if __name__ == "__main__":
    sys.exit(main())

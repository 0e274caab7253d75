"""What a query asks for: one slot for each word that matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from services.search.analysis import compounds, function_words, normalise, stop_words
from services.search.repair import SHORTEST_REPAIRED, readings
from services.search.synonyms import closeness
from services.search.vocabulary import Senses, Vocabulary

LONGEST_QUERY = 300
"""Characters of a query that are read."""
MOST_WORDS = 12
MOST_REPAIRS = 4
SHORTEST_HALF = 3
"""Letters of each word when a missing space is looked for."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The terms that answer one word. `written` is the word as it should have been."""

    written: str
    stem: str
    senses: Senses


@dataclass(frozen=True, slots=True)
class Query:
    slots: tuple[Slot, ...]
    repaired: str | None
    """The whole query with its words put right; None if nothing had to be."""
    unknown: tuple[str, ...]
    """Words that nothing could be made of."""


@dataclass(slots=True)
class _Chunk:
    """What stands between two spaces, as understood."""

    slots: list[Slot] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    """Stop words: searched if nothing else is there."""
    unknown: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)


Strategy = Callable[[str], list[Slot]]


class Reader:
    """Reads queries against one vocabulary. Each strategy is bolder than the one before: a word that is known in
    any reading (as typed, other keyboard layout, other alphabet) is never completed or corrected."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._strategies: tuple[Strategy, ...] = (
            self._known,
            self._derived,
            self._completed,
            self._corrected,
        )

    def read(self, text: str) -> Query:
        words = dict.fromkeys(normalise(text[:LONGEST_QUERY])[:LONGEST_QUERY].split())
        chunks = self._joined(list(words)[:MOST_WORDS])
        repairs = 0
        understood: list[_Chunk] = []
        written: list[str] = []
        for chunk in chunks:
            reading, put_right = self._chunk(chunk, may_repair=repairs < MOST_REPAIRS)
            repairs += put_right or bool(reading.unknown)
            understood.append(reading)
            written.append(" ".join(reading.written) if put_right and not reading.unknown else chunk)
        slots = self._with_expressions([slot for chunk in understood for slot in chunk.slots])
        unknown = [word for chunk in understood for word in chunk.unknown]
        unknown += [slot.written for slot in slots if not slot.senses]
        slots = [slot for slot in slots if slot.senses]
        if not slots and not unknown:
            spare = [word for chunk in understood for word in chunk.spare if word not in function_words()]
            slots = [slot for word in spare for slot in self._known(word) if slot.senses]
        return Query(tuple(slots), " ".join(written) if written != chunks else None, tuple(unknown))

    def _joined(self, chunks: list[str]) -> list[str]:
        """Two chunks that are one known word, where either alone is none, become one: a space too many."""
        joined: list[str] = []
        for chunk in chunks:
            known = all(map(self._vocabulary.has_form, (*joined[-1:], chunk)))
            if joined and not known and joined[-1] + chunk in self._vocabulary:
                joined[-1] += chunk
            else:
                joined.append(chunk)
        return joined

    def _chunk(self, chunk: str, *, may_repair: bool) -> tuple[_Chunk, bool]:
        """The best reading of a chunk, and whether it is another than what was typed."""
        words = sum(1 for _ in compounds(chunk))
        if not words:
            return _Chunk(), False
        may_repair = may_repair and words <= MOST_REPAIRS
        variants = list(dict.fromkeys(readings(chunk)))
        for bold in range(1, len(self._strategies) + may_repair):
            for variant in variants:
                reading = self._reading(variant, self._strategies[:bold])
                # Another layout may not make mere signs, or of signs a stop word.
                says_something = reading.slots or variant == chunk or (reading.spare and chunk.isalpha())
                if says_something and not reading.unknown:
                    return reading, variant != chunk or bold == len(self._strategies)
        return self._reading(chunk, self._strategies[:-1]), False

    def _reading(self, text: str, strategies: tuple[Strategy, ...]) -> _Chunk:
        chunk = _Chunk()
        for parts in islice(compounds(text), MOST_WORDS):
            whole = "".join(parts)
            words = parts if len(parts) > 1 and whole not in self._vocabulary else (whole,)
            for word in words:
                if word in stop_words():
                    chunk.spare.append(word)
                    chunk.written.append(word)
                    continue
                slots = next((found for strategy in strategies if (found := strategy(word))), [])
                if not slots:
                    chunk.unknown.append(word)
                chunk.slots += slots
                chunk.written += [slot.written for slot in slots]
        return chunk

    def _slot(self, word: str, senses: Senses) -> Slot:
        return Slot(word, self._vocabulary.analyzer.stem(word), senses)

    def _known(self, word: str) -> list[Slot]:
        return [self._slot(word, self._vocabulary.senses(word))] if self._vocabulary.has_form(word) else []

    def _derived(self, word: str) -> list[Slot]:
        senses = self._vocabulary.senses(word)
        return [self._slot(word, senses)] if senses and not self._vocabulary.is_slip(word) else []

    def _completed(self, word: str) -> list[Slot]:
        senses = self._vocabulary.completions(word)
        return [self._slot(word, senses)] if senses else []

    def _corrected(self, word: str) -> list[Slot]:
        if len(word) < SHORTEST_REPAIRED or not word.isalpha():
            return []
        corrections = self._vocabulary.corrections(word)
        if corrections:
            senses: Senses = {}
            for correction in corrections:
                for term, weight in self._vocabulary.senses(correction).items():
                    senses[term] = max(weight, senses.get(term, 0.0))
            return [self._slot(corrections[0], senses)]
        for at in (
            range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1) if len(word) > 2 * SHORTEST_HALF else ()
        ):
            left, right = word[:at], word[at:]
            if left in self._vocabulary and right in self._vocabulary:
                return [*self._known(left), *self._known(right)]
        return []

    def _with_expressions(self, slots: list[Slot]) -> list[Slot]:
        """Each word of an expression that the thesaurus knows is also answered by what the expression means."""
        for phrase, meaning in self._vocabulary.thesaurus.asked([slot.stem for slot in slots]):
            if self._vocabulary.has_term(meaning):
                for slot in slots:
                    if slot.stem in phrase:
                        slot.senses[meaning] = max(closeness(meaning), slot.senses.get(meaning, 0.0))
        return slots

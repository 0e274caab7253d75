"""The words of an index, and which of its terms may stand for a word that somebody typed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Mapping

from rapidfuzz.distance import OSA

from services.search.analysis import Analyzer, roots
from services.search.repair import Speller, slips
from services.search.synonyms import Thesaurus, closeness

SHORTEST_PREFIX = 3
MOST_COMPLETIONS = 64
LONGEST_ENDING = 2
"""Letters by which an ending may set a misspelt form apart from the nearest known one."""
RELATED, COMPLETION = 0.8, 0.7
"""Weights of a derived word and of a word that the typed letters begin, beside the word itself."""

Senses = dict[str, float]
"""Terms that stand for a word, each with its weight, 1 for the word itself."""


class Vocabulary:
    def __init__(
        self,
        analyzer: Analyzer,
        thesaurus: Thesaurus,
        words: Mapping[str, str],
        frequencies: Mapping[str, int],
    ) -> None:
        """`words`: every word of the documents with its stem; `frequencies`: every term of the index with the
        number of documents it is in."""
        self.analyzer = analyzer
        self.thesaurus = thesaurus
        self._terms: Container[str] = frequencies
        self._words = sorted(words)
        self._stem_of = dict(words)
        for word, meanings in thesaurus.vocabulary.items():
            if any(meaning in frequencies for meaning in meanings):
                self._stem_of.setdefault(word, analyzer.stem(word))
        self._spellings: dict[str, list[str]] = {}
        for word, stem in self._stem_of.items():
            self._spellings.setdefault(stem, []).append(word)
        self._families: dict[str, set[str]] = {}
        for word, stem in (self._stem_of | {stem: stem for stem in thesaurus.single}).items():
            for root in roots(word, stem):
                self._families.setdefault(root, set()).add(stem)
        self._stems = Speller({stem: frequencies.get(stem, 0) for stem in self._spellings})
        self._forms = Speller({word: frequencies.get(stem, 0) for word, stem in self._stem_of.items()})

    def senses(self, word: str) -> Senses:
        """Terms for a word spelt right: its own, those of its family, and what they mean; empty if unknown."""
        stem = self.analyzer.stem(word)
        family = {stem: 1.0}
        for root in roots(word, stem):
            for relative in self._families.get(root, ()):
                weight = RELATED * (1 + len(root) / max(len(stem), len(relative))) / 2
                family[relative] = max(weight, family.get(relative, 0.0))
        senses: Senses = {}
        for relative, weight in family.items():
            if relative in self._terms:
                senses[relative] = weight
            for meaning in self.thesaurus.single.get(relative, ()):
                if meaning in self._terms:
                    senses[meaning] = max(closeness(meaning) * weight, senses.get(meaning, 0.0))
        return senses

    def has_term(self, term: str) -> bool:
        return term in self._terms

    def completions(self, prefix: str) -> Senses:
        """Terms of the words that begin so, the shorter the likelier."""
        if len(prefix) < SHORTEST_PREFIX:
            return {}
        senses: Senses = {}
        at = bisect_left(self._words, prefix)
        while at < len(self._words) and self._words[at].startswith(prefix) and len(senses) < MOST_COMPLETIONS:
            word = self._words[at]
            stem = self._stem_of[word]
            weight = COMPLETION * len(prefix) / len(word)
            for term in (stem, *self.thesaurus.single.get(stem, ())):
                if term in self._terms:
                    closer = weight if term == stem else weight * closeness(term)
                    senses[term] = max(closer, senses.get(term, 0.0))
            at += 1
        return senses

    def corrections(self, word: str) -> list[str]:
        """Words that somebody may have meant who misspelt one, the likeliest first, all equally near."""
        near = (self._spelling(stem, word) for stem in self._stems.nearest(self.analyzer.stem(word)))
        likely = [form for form in near if OSA.distance(form, word) <= slips(word) + LONGEST_ENDING]
        return likely or self._forms.nearest(word)

    def is_slip(self, word: str) -> bool:
        """Whether an unknown word is one slip away from a known one, and not merely longer or shorter, as derived
        words are."""
        stem = self.analyzer.stem(word)
        near = self._stems.nearest(stem, most=1)
        return bool(near) and not any(
            a.startswith(b) for known in near for a, b in ((known, stem), (stem, known))
        )

    def has_form(self, word: str) -> bool:
        """Whether a document or the thesaurus has the word in any of its forms."""
        return self.analyzer.stem(word) in self._spellings or word in self

    def _spelling(self, stem: str, like: str) -> str:
        """The form of a word that is nearest to what was typed."""
        return min(self._spellings[stem], key=lambda word: (OSA.distance(word, like), len(word), word))

    def __contains__(self, word: str) -> bool:
        """Whether a document or the thesaurus has the word in this very form."""
        return word in self._stem_of or word in self.thesaurus.vocabulary

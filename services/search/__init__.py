"""Full-text search over the programme, in memory: Russian word forms, derived words, synonyms, misspellings."""

from services.search.index import Hit, SearchDocument, SearchIndex

__all__ = ["Hit", "SearchDocument", "SearchIndex"]

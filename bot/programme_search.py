"""The search index of this process: built from the programme, built anew when another version is there."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.texts import Texts
from db.engine import Database
from domain.programme import Activity
from services.search import SearchIndex
from services.search_documents import changed_at, read_documents

LONGEST_RESULT = 200
"""Activities that a search may find: forty pages."""

log = structlog.get_logger(__name__)


class ProgrammeSearch:
    """What handlers see as ``ActivitySearch``. Finds nothing until the first ``refresh``."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts
        self._index = SearchIndex.build([])
        self._version: datetime | None = None
        self._built = False

    async def refresh(self) -> None:
        """Build the index anew if the programme changed since; beside the loop, the old one serves until then."""
        if self._built and await self._database.read(changed_at) == self._version:
            return
        version, documents = await self._database.read(read_documents, self._words)
        self._index = await asyncio.to_thread(SearchIndex.build, documents)
        self._version, self._built = version, True
        log.info("search_index_built", count=len(documents))

    def search(self, query: str, among: set[int] | None = None) -> list[int]:
        """Ids of activities, the best first."""
        return [hit.id for hit in self._index.search(query, limit=LONGEST_RESULT, among=among)]

    def suggestion(self, query: str) -> str | None:
        """The query with its words repaired, when they had to be."""
        return self._index.suggestion(query)

    def _words(self, activity: Activity) -> tuple[str, str]:
        track = self._texts.plain(f"track-{activity.track}")
        if activity.format is None:
            return track, ""
        return track, self._texts.plain(f"format-{activity.format.replace('_', '-')}")

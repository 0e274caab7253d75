"""What handlers ask of the process around them, without knowing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import tzinfo
from typing import Protocol

from domain.chart import Chart
from domain.people import Address
from domain.programme_import import ProgrammeRows
from services.programme_reading import Background


class Wakeable(Protocol):
    """The outbox: something may be owed now, look at once."""

    def kick(self) -> None: ...


class Halting(Wakeable, Protocol):
    """The outbox, for whoever pauses, stops or recalls a broadcast: after that is written."""

    async def halt(self, broadcast_id: int) -> None:
        """Nothing more of it leaves; what has left arrives."""


class People(Protocol):
    """The cache of people behind taps."""

    def forget(self, address: Address) -> None:
        """Read this person anew at their next tap: they have changed."""

    @property
    def appointed(self) -> Collection[Address]:
        """Whom the settings make coordinators, beside those who were given the role."""


class Painter(Protocol):
    """Pictures of numbers."""

    async def paint(self, chart: Chart) -> bytes:
        """A PNG for a phone.

        Raises:
            CannotPaint: there is none this time.
        """


class ProgrammeReader(Protocol):
    """Files with the programme, read where they hold nobody up."""

    async def read(self, name: str, content: bytes, behind: Background, zone: tzinfo) -> ProgrammeRows:
        """What a file says.

        Raises:
            UnusableFile: nothing can be taken from it.
        """


class ActivitySearch(Protocol):
    """Search by meaning over the programme as it is now."""

    def search(self, query: str, among: set[int] | None = None) -> Sequence[int]:
        """Ids of activities, the best first."""

    def suggestion(self, query: str) -> str | None:
        """What the query may have meant when its words had to be repaired."""

    async def refresh(self) -> None:
        """Search the programme as it is now, if it has changed."""

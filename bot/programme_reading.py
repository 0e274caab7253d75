"""The reading process: ``python -m bot.programme_reading`` takes a file with the programme and gives its rows.

Both ways pickled: the two ends are the same program. What is in the file is only ever text to it.
"""

from __future__ import annotations

import io
import pickle
import resource
import sys
from dataclasses import dataclass
from datetime import tzinfo

from domain.programme_import import Problem, ProgrammeRows, UnusableFile
from services.programme_reading import Background, read_source, understand

MEMORY = 1024**3
"""Bytes. The largest file that is taken, 20 MB, needs a third of it."""


@dataclass(frozen=True, slots=True)
class Order:
    name: str
    content: bytes
    behind: Background
    zone: tzinfo


def read(order: Order) -> ProgrammeRows | Problem:
    """The rows, or why nothing can be taken from the file."""
    try:
        return understand(read_source(order.name, io.BytesIO(order.content)), order.behind, order.zone)
    except UnusableFile as unusable:
        return unusable.problem


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    order = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the bot that started this process
    pickle.dump(read(order), sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()

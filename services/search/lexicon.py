"""The word lists of the search, read from the files beside this module. All that is Russian in it is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "words"


def lines(name: str) -> list[str]:
    """The lines of `name`.txt without comments and blank ones."""
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def words(name: str) -> tuple[str, ...]:
    """All words of `name`.txt, the longest first."""
    return tuple(sorted({word for line in lines(name) for word in line.split()}, key=len, reverse=True))


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """Lines of `name`.txt under each `[heading]`."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in lines(name):
        if line.startswith("[") and line.endswith("]"):
            heading = line[1:-1]
        else:
            found.setdefault(heading, []).append(line)
    return {heading: tuple(body) for heading, body in found.items()}

"""Our own source files, for tests that read code instead of running it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT_PACKAGES = ("bot", "domain", "services", "handlers", "db")


def python_files(*packages: str) -> Iterator[Path]:
    """Every module of these top-level packages, in a steady order."""
    for package in packages:
        yield from sorted(path for path in (ROOT / package).rglob("*.py") if "__pycache__" not in path.parts)


def name_of(path: Path) -> str:
    """A path as people write it: from the root, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def syntax_tree(path: Path) -> ast.Module:
    """The parsed module; parsed once for all tests of a run."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))

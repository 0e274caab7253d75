"""What every measurement that has bounds shares: ``--check``, and one line for each figure."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field

__all__ = ["Bounds", "arguments"]


def arguments(description: str | None) -> argparse.ArgumentParser:
    """A command line with ``--check``."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bound is broken")
    return parser


@dataclass
class Bounds:
    """Figures beside the most, or the least, that they may be."""

    broken: list[str] = field(default_factory=list)

    def at_most(self, name: str, value: float, most: float, unit: str = "") -> None:
        kept = value <= most
        print(f"{name}: {value:.3g}{unit} (at most {most:g}{unit}){'' if kept else '  OUT OF BOUNDS'}")
        if not kept:
            self.broken.append(name)

    def at_least(self, name: str, value: float, least: float, unit: str = "") -> None:
        kept = value >= least
        print(f"{name}: {value:.3g}{unit} (at least {least:g}{unit}){'' if kept else '  OUT OF BOUNDS'}")
        if not kept:
            self.broken.append(name)

    def exit_status(self, *, check: bool) -> int:
        return 1 if check and self.broken else 0

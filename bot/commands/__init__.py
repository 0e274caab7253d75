"""One module a command of ``python -m bot``: ``add_parser`` declares it, ``run`` does it."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from typing import TypeAlias

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"
"""What ``ArgumentParser.add_subparsers`` returns."""

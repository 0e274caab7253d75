"""Reading files with the programme in a process of their own: a table may hold a processor, never the bot.

``await ProgrammeReader().read(name, content, behind, zone)`` gives rows.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from contextlib import suppress
from datetime import tzinfo
from pathlib import Path

import structlog

from bot.programme_reading import Order
from domain.programme_import import Problem, ProgrammeRows, UnusableFile
from services.programme_reading import Background

__all__ = ["ProgrammeReader"]

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-m", "bot.programme_reading")
PATIENCE = 60.0
"""Seconds for one file. The largest that is taken needs ten on a slow server."""

log = structlog.get_logger(__name__)


class ProgrammeReader:
    """One file at a time: each takes a processor and up to some hundred megabytes while it is read."""

    def __init__(self, command: tuple[str, ...] = COMMAND, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._turn = asyncio.Lock()

    async def read(self, name: str, content: bytes, behind: Background, zone: tzinfo) -> ProgrammeRows:
        """What the file says.

        Raises:
            UnusableFile: nothing can be taken from it, or it took too long or too much memory.
        """
        async with self._turn:
            found = await self._read(pickle.dumps(Order(name, content, behind, zone)))
        if isinstance(found, Problem):
            raise UnusableFile(found)
        return found

    async def _read(self, order: bytes) -> ProgrammeRows | Problem:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=ROOT,
            # Whoever reads strangers' files knows no token.
            env={},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            answer, complaint = await asyncio.wait_for(process.communicate(order), self._patience)
        except TimeoutError:
            log.warning("programme_unreadable", reason="too slow")
            return Problem("import-file-too-heavy")
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            log.error("programme_unreadable", status=process.returncode, error=_last_line(complaint))
            return Problem("import-file-too-heavy")
        found: ProgrammeRows | Problem = pickle.loads(answer)  # noqa: S301 - from a process of our own
        return found


def _last_line(complaint: bytes) -> str:
    """Only the kind of an error: its words may be somebody's cells."""
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1].partition(":")[0] if lines else ""

"""Painting charts in a process of their own: the plotting library takes seconds to load and holds the interpreter.

``await ChartPainter().paint(chart)`` gives a PNG. Nothing of the library is ever imported into the bot's process.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path

import structlog

from domain.chart import CannotPaint, Chart

__all__ = ["ChartPainter"]

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-m", "bot.chart_drawing")
ENVIRONMENT = {"MPLCONFIGDIR": str(ROOT / "var" / "matplotlib")}
"""All that the process knows of ours: a place for its list of fonts, and never the token."""
PATIENCE = 60.0
"""Seconds for one picture. The first after an installation looks for fonts, which takes long on a busy server."""

log = structlog.get_logger(__name__)


class ChartPainter:
    """One picture at a time: a process takes a core and 100 MB for about two seconds."""

    def __init__(self, command: tuple[str, ...] = COMMAND, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._brush = asyncio.Lock()

    async def paint(self, chart: Chart) -> bytes:
        """The chart as PNG, 1080 pixels wide.

        Raises:
            CannotPaint: the process failed or took too long; why is in the log.
        """
        async with self._brush:
            return await self._paint(json.dumps(chart.to_json()).encode())

    async def _paint(self, order: bytes) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                env=ENVIRONMENT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            log.error("chart_failed", error=str(error))
            raise CannotPaint from error
        try:
            picture, complaint = await asyncio.wait_for(process.communicate(order), self._patience)
        except TimeoutError as error:
            log.error("chart_failed", error="too slow")
            raise CannotPaint from error
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode or not picture:
            log.error("chart_failed", status=process.returncode, error=_last_line(complaint))
            raise CannotPaint
        return picture


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""

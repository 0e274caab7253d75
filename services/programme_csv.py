"""A sheet of the programme as .csv: which sheet it is, its columns tell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from domain.programme_import import REQUIRED, Problem, Sheet, UnusableFile
from services.programme_file import (
    CELLS,
    COLUMNS,
    FILE_BYTES,
    PROGRESS_STEP,
    ROWS,
    TEXT_LENGTH,
    Progress,
    RawRow,
    RawSheet,
)
from services.spreadsheet import Words, load_words

DELIMITERS = ";,\t"
HEADING_ROWS = 10
"""Headings may stand below a title, but not far."""
FEWEST_HEADINGS = 2
"""Known headings that make a table one of the programme's."""
_ZIP_SIGNATURE, _OLE_SIGNATURE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_csv(content: bytes, progress: Progress | None = None, words: Words | None = None) -> RawSheet:
    """The only sheet, as plain cells of text.

    UTF-8, UTF-16 as spreadsheets save it, or CP1251; columns apart by semicolons, commas or tabs.

    Raises:
        UnusableFile: too large, damaged, or no sheet of the programme.
    """
    words = words or load_words()
    if len(content) > FILE_BYTES:
        raise _unusable("import-file-too-large", limit=FILE_BYTES // 1024 // 1024)
    if not content.strip(b" \t\r\n\0"):
        raise _unusable("import-file-empty")
    if content.startswith((_ZIP_SIGNATURE, _OLE_SIGNATURE)):
        raise _unusable("import-file-not-csv")
    text = _decoded(content)
    delimiter, sheet = _recognised(text, words)
    rows = tuple(_rows(text, delimiter, words.titles[sheet], progress))
    return RawSheet(words.titles[sheet], rows, ())


def _unusable(key: str, **args: str | int) -> UnusableFile:
    return UnusableFile(Problem(key, args=args))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _recognised(text: str, words: Words) -> tuple[str, Sheet]:
    """The delimiter and the sheet under which most headings are known; of equals, the one that lacks least."""
    best: tuple[int, int] = (0, 0)
    found: tuple[str, Sheet] | None = None
    for delimiter in DELIMITERS:
        for row in _first_rows(text, delimiter):
            for sheet in Sheet:
                columns = {words.column(sheet, cell) for cell in row} - {None}
                missing = sum(column not in columns for column in REQUIRED[sheet])
                if len(columns) >= FEWEST_HEADINGS and (len(columns), -missing) > best:
                    best = len(columns), -missing
                    found = delimiter, sheet
    if found is None:
        raise _unusable("import-file-csv-unknown", sheets=", ".join(words.titles.values()))
    return found


def _first_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text[: 64 * 1024], newline=""), delimiter=delimiter)
    try:
        for _, row in zip(range(HEADING_ROWS), reader, strict=False):
            yield row[:COLUMNS]
    except csv.Error:
        return


def _rows(text: str, delimiter: str, title: str, progress: Progress | None) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    kept = cells = 0
    try:
        for number, row in enumerate(reader, start=1):
            filled = {
                column: cell[:TEXT_LENGTH]
                for column, cell in enumerate(row[:COLUMNS], start=1)
                if cell and not cell.isspace()
            }
            if not filled:
                continue
            kept += 1
            cells += len(filled)
            if kept > ROWS or cells > CELLS:
                raise _unusable("import-file-too-many-rows", sheet=title, limit=ROWS)
            if progress and kept % PROGRESS_STEP == 0:
                progress(title, kept)
            yield RawRow(number, dict(filled))
    except csv.Error:
        # A quote that never closes: the rest of the file became one cell.
        raise _unusable("import-file-damaged-csv") from None

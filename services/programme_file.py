"""Read an .xlsx workbook into plain cells without trusting it.

The file comes from anybody. A reader that lays a sheet out as a grid dies of two cells in opposite corners,
and one that loads whole parts dies of a file that unpacks to gigabytes; so sheets are read as a stream, with
limits on what is unpacked and kept. Formats: ECMA-376 part 1, sections 18.2-18.9 (workbook, sheets, shared
strings, styles).
"""

from __future__ import annotations

import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import IO, BinaryIO, NamedTuple
from xml.parsers import expat

from domain.programme_import import Problem, UnusableFile

__all__ = ["Cell", "Faulty", "RawRow", "RawSheet", "Serial", "read_workbook"]

FILE_BYTES = 20 * 1024 * 1024
"""A messenger hands no larger file to a bot."""
UNPACKED_BYTES = 64 * 1024 * 1024
"""Of all parts that are read. 20,000 rows of long texts take about 40 MB."""
STRINGS_BYTES = 32 * 1024 * 1024
"""Of the texts that all sheets share; they stay in memory."""
DIRECTORY_BYTES = 8 * 1024 * 1024
"""Of each part that lists sheets, links or styles."""
STRINGS = 400_000
"""Different texts: 20,000 rows of all sheets hold fewer."""
ROWS = 20_000
"""Rows with anything in them, in one sheet."""
CELLS = 600_000
"""Kept of the whole workbook, and..."""
CHARACTERS = 24_000_000
"""...of their texts: 20,000 full rows on two sheets."""
COLUMNS = 100
"""Columns that are looked at; the programme has 14."""
SHEETS = 50
MERGED_RANGES = 2_000
TEXT_LENGTH = 32_767
"""Characters that a spreadsheet keeps in one cell."""
TITLE_LENGTH = 60
"""Characters of a sheet's name that matter; spreadsheets allow 31."""
CHUNK = 64 * 1024
PROGRESS_STEP = 1_000

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_DAYS_TO_1904 = 1462
_BUILT_IN_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_FORMAT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Serial:
    """A number shown as a date or a time: days since 1899-12-30."""

    days: float


@dataclass(frozen=True, slots=True)
class Faulty:
    """A cell without a usable value: an error such as #REF!, or a formula that nothing has calculated."""

    shown: str | None


Cell = str | float | bool | Serial | Faulty


@dataclass(frozen=True, slots=True)
class RawRow:
    number: int
    cells: dict[int, Cell]
    """By column, the first is 1. Empty cells are absent."""


class Merged(NamedTuple):
    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class RawSheet:
    name: str
    rows: tuple[RawRow, ...]
    merged: tuple[Merged, ...]


Progress = Callable[[str, int], None]
"""Called with a sheet's name and the rows read so far."""


def read_workbook(source: Path | BinaryIO, progress: Progress | None = None) -> tuple[RawSheet, ...]:
    """Every worksheet in order, empty rows left out.

    Raises:
        UnusableFile: missing, too large, encrypted, damaged, or no .xlsx; the problem says which.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return _read(file, progress)
        return _read(source, progress)
    except FileNotFoundError:
        raise _unusable("import-file-missing") from None
    except IsADirectoryError:
        raise _unusable("import-file-not-workbook") from None
    except PermissionError:
        raise _unusable("import-file-forbidden") from None
    except (
        *(zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError),
        *(EOFError, OSError, KeyError, IndexError, ValueError, RecursionError),
    ):
        raise _unusable("import-file-damaged") from None


def _unusable(key: str, **args: str | int) -> UnusableFile:
    return UnusableFile(Problem(key, args=args))


def _too_much() -> UnusableFile:
    return _unusable("import-file-unpacks-too-large", limit=UNPACKED_BYTES // 1024 // 1024)


def _read(file: BinaryIO, progress: Progress | None) -> tuple[RawSheet, ...]:
    size = file.seek(0, 2)
    file.seek(0)
    if size > FILE_BYTES:
        raise _unusable("import-file-too-large", limit=FILE_BYTES // 1024 // 1024)
    if size == 0:
        raise _unusable("import-file-empty")
    signature = file.read(8)
    file.seek(0)
    if signature == _OLE_SIGNATURE:
        encrypted = _ENCRYPTED_STREAM in file.read()
        raise _unusable("import-file-encrypted" if encrypted else "import-file-old-format")
    if not zipfile.is_zipfile(file):
        # A cut download still begins like an archive; anything else never was a workbook.
        raise _unusable("import-file-damaged" if signature[:2] == b"PK" else "import-file-not-workbook")
    with zipfile.ZipFile(file) as archive:
        return _Workbook(archive).read(progress)


class _Workbook:
    """The parts of one archive, unpacked only as far as the budget goes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {info.filename.replace("\\", "/").lower(): info for info in archive.infolist()}
        self._budget = UNPACKED_BYTES
        self._kept = _Kept()

    def read(self, progress: Progress | None) -> tuple[RawSheet, ...]:
        path = self._workbook_path()
        listing = _Listing()
        self._parse(path, listing, limit=DIRECTORY_BYTES)
        targets = self._relations(path)
        places = dict(targets.values())
        sheets = [(name, targets[link][1]) for name, link in listing.sheets if link in targets]
        if not sheets:
            raise _unusable("import-file-not-workbook")
        strings = _SharedStrings()
        styles = _Styles()
        if "sharedstrings" in places:
            self._parse(places["sharedstrings"], strings, limit=STRINGS_BYTES)
        if "styles" in places:
            self._parse(places["styles"], styles, limit=DIRECTORY_BYTES)
        read = []
        for name, part in sheets[:SHEETS]:
            if part.lower() not in self._parts:
                continue
            sheet = _SheetParts(name, strings.texts, styles.dates(), listing.first_day, self._kept, progress)
            self._parse(part, sheet, limit=UNPACKED_BYTES)
            read.append(RawSheet(name, tuple(sheet.rows), tuple(sheet.merged)))
        return tuple(read)

    def _workbook_path(self) -> str:
        if "_rels/.rels" in self._parts:
            for kind, target in self._relations("").values():
                if kind == "officedocument" and target.lower().endswith(".xml"):
                    if target.lower() not in self._parts:
                        break
                    if target.lower().startswith("xl/"):
                        return target
        if "xl/workbook.xml" in self._parts:
            return "xl/workbook.xml"
        raise _unusable(
            "import-file-other-format" if "xl/workbook.bin" in self._parts else "import-file-not-workbook"
        )

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id of a link -> its kind and the part it leads to."""
        path = join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels")
        relations = _Relations()
        self._parse(path, relations, limit=DIRECTORY_BYTES)
        return {
            link: (kind, normpath(join("/", dirname(part), target)).lstrip("/"))
            for link, kind, target in relations.found
        }

    def _parse(self, part: str, handler: _Part, *, limit: int) -> None:
        info = self._parts[part.lower()]
        if info.flag_bits & 1:
            raise _unusable("import-file-encrypted")
        # The declared size is an upper bound: the archive module reads no further than it says.
        self._budget -= info.file_size
        if info.file_size > limit or self._budget < 0:
            raise _too_much()
        with self._archive.open(info) as stream:
            _feed(stream, handler)


class _Part:
    """What a part of the workbook tells an XML parser. Names come without their namespaces."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Most parts say everything in attributes."""

    def text(self, text: str) -> None:
        """Most parts have no text."""


def _feed(stream: IO[bytes], handler: _Part) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        handler.start(name.rpartition(" ")[2], attributes)

    def end(name: str) -> None:
        handler.end(name.rpartition(" ")[2])

    def refuse(*_: object) -> None:
        # No spreadsheet program writes a DTD; entities are how small files become large.
        raise _unusable("import-file-damaged")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = refuse
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


class _Relations(_Part):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2].lower()
            target = attributes.get("Target", "").replace("\\", "/")
            self.found.append((attributes.get("Id", ""), kind, target))


class _Listing(_Part):
    """Names of sheets, and from which day they count."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.first_day = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            name = "".join(filter(str.isprintable, attributes.get("name", "")[:TITLE_LENGTH]))
            self.sheets.append((name, link))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.first_day = _DAYS_TO_1904


class _SharedStrings(_Part):
    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._in_text = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._in_text = not self._phonetic

    def text(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            if len(self.texts) >= STRINGS:
                raise _too_much()
            self.texts.append(_unescaped("".join(self._pieces)))


class _Styles(_Part):
    """Which cell styles show a number as a date or a time."""

    def __init__(self) -> None:
        self._formats: dict[str, str] = {}
        self._used: list[str] = []
        self._in_cell_formats = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cell_formats = True
        elif name == "xf" and self._in_cell_formats:
            self._used.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cell_formats = False

    def dates(self) -> frozenset[str]:
        """Numbers of the styles, as cells name them."""
        return frozenset(str(number) for number, used in enumerate(self._used) if self._is_date(used))

    def _is_date(self, used: str) -> bool:
        code = self._formats.get(used)
        if code is None:
            return used.isdecimal() and int(used) in _BUILT_IN_DATE_FORMATS
        letters = _NOT_FORMAT_LETTERS.sub("", code[:200]).lower()
        return "general" not in letters and any(letter in letters for letter in "dmyhs")


class _Kept:
    """Counts what stays in memory, over all sheets."""

    def __init__(self) -> None:
        self._cells = 0
        self._characters = 0

    def add(self, value: Cell) -> None:
        self._cells += 1
        if isinstance(value, str):
            self._characters += len(value)
        if self._cells > CELLS or self._characters > CHARACTERS:
            raise _too_much()


class _SheetParts(_Part):
    """The rows of a sheet, as they stream by."""

    def __init__(
        self,
        name: str,
        strings: list[str],
        date_styles: frozenset[str],
        first_day: int,
        kept: _Kept,
        progress: Progress | None,
    ) -> None:
        self.rows: list[RawRow] = []
        self.merged: list[Merged] = []
        self._name = name
        self._strings = strings
        self._date_styles = date_styles
        self._first_day = first_day
        self._kept = kept
        self._progress = progress
        self._row = 0
        self._column = 0
        self._cells: dict[int, Cell] = {}
        self._kind = "n"
        self._style = ""
        self._pieces: list[str] = []
        self._in_value = False
        self._has_formula = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._in_value = not self._phonetic
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._phonetic = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        if self._in_value:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._in_value = False
        elif name == "c":
            if 1 <= self._column <= COLUMNS:
                value = self._value("".join(self._pieces))
                if value is not None:
                    self._kept.add(value)
                    self._cells[self._column] = value
        elif name == "rPh":
            self._phonetic = False
        elif name == "row" and self._cells:
            self._end_row()

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if number.isdecimal() and len(number) <= 7 else self._row + 1
        self._column = 0
        self._cells = {}

    def _end_row(self) -> None:
        if len(self.rows) >= ROWS:
            raise _unusable("import-file-too-many-rows", sheet=self._name, limit=ROWS)
        self.rows.append(RawRow(self._row, self._cells))
        self._cells = {}
        if self._progress and len(self.rows) % PROGRESS_STEP == 0:
            self._progress(self._name, len(self.rows))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _column_number(reference[1]) if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._pieces = []
        self._has_formula = False

    def _value(self, text: str) -> Cell | None:
        if not text:
            return Faulty(None) if self._has_formula and self._kind != "str" else None
        match self._kind:
            case "s":
                return self._strings[int(text)] or None
            case "n":
                return self._number(text)
            case "b":
                return text.strip() == "1"
            case "e":
                return Faulty(text[:20])
            case _:
                return _unescaped(text) or None

    def _number(self, text: str) -> Cell:
        number = float(text)
        if not math.isfinite(number):
            return Faulty(text[:20])
        return Serial(number + self._first_day) if self._style in self._date_styles else number

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if len(self.merged) >= MERGED_RANGES:
            raise _unusable("import-file-too-many-merged", sheet=self._name)
        if corners[0] and corners[1]:
            self.merged.append(
                Merged(
                    int(corners[0][2]),
                    _column_number(corners[0][1]),
                    int(corners[1][2]),
                    _column_number(corners[1][1]),
                )
            )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as ``_x000D_`` (ECMA-376 part 1, 22.9.2.19)."""
    text = text[:TEXT_LENGTH]
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: _character(int(match[1], 16)), text)


def _character(code: int) -> str:
    return "" if 0xD800 <= code <= 0xDFFF else chr(code)


def column_letters(number: int) -> str:
    """``A`` for 1, ``AB`` for 28."""
    return "".join(reversed(list(_letters(number))))


def _letters(number: int) -> Iterator[str]:
    while number:
        number, digit = divmod(number - 1, 26)
        yield chr(ord("A") + digit)

"""The programme as a workbook: rows of its sheets, what is wrong with them, what an import would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from domain.programme import Access, Audience, Format, Track

MAXIMUM_CAPACITY = 100_000
"""Places of one slot. More is a slip of the finger."""
SLOT_CODE_LENGTH = 54
"""Characters: a code of 40, and the start that is added when the cell is empty (``-20261012-1000``)."""
FIRST_YEAR, LAST_YEAR = 2000, 2099


class Sheet(StrEnum):
    VENUES = "venues"
    WORKSHOPS = "workshops"
    SLOTS = "slots"
    FORUM = "forum"
    ABOUT = "about"


class Column(StrEnum):
    """Headings. Values are the names of the fields they fill, where one column fills one field."""

    CODE = "code"
    NAME = "name"
    MUNICIPALITY = "municipality"
    ADDRESS = "address"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    ACCESS = "access"
    DIRECTIONS = "directions"
    TRACK = "track"
    VENUE = "venue"
    DESCRIPTION = "description"
    LED_BY = "led_by"
    ENTERPRISE = "enterprise"
    GRADES = "grades"
    BRING = "bring"
    SAFETY = "safety"
    ACTIVITY = "activity"
    DATE = "date"
    START = "start"
    END = "end"
    CAPACITY = "capacity"
    ROOM = "room"
    CANCELLED = "cancelled"
    FORMAT = "format"
    AUDIENCE = "audience"
    KEY = "key"
    VALUE = "value"


REQUIRED: Mapping[Sheet, tuple[Column, ...]] = {
    Sheet.VENUES: (Column.CODE, Column.NAME, Column.MUNICIPALITY),
    Sheet.WORKSHOPS: (Column.CODE, Column.NAME, Column.TRACK, Column.VENUE),
    Sheet.SLOTS: (Column.ACTIVITY, Column.DATE, Column.START, Column.END, Column.CAPACITY),
    Sheet.FORUM: (
        *(Column.CODE, Column.NAME, Column.TRACK, Column.VENUE),
        *(Column.DATE, Column.START, Column.END),
    ),
    Sheet.ABOUT: (Column.KEY, Column.VALUE),
}
"""Without these a row says too little. Every other cell may be empty, and its column missing."""

TEXT_LENGTHS: Mapping[tuple[Sheet, Column], int] = {
    (Sheet.VENUES, Column.NAME): 160,
    (Sheet.VENUES, Column.ADDRESS): 240,
    (Sheet.VENUES, Column.DIRECTIONS): 1000,
    (Sheet.WORKSHOPS, Column.NAME): 160,
    (Sheet.WORKSHOPS, Column.DESCRIPTION): 3000,
    (Sheet.WORKSHOPS, Column.LED_BY): 240,
    (Sheet.WORKSHOPS, Column.ENTERPRISE): 160,
    (Sheet.WORKSHOPS, Column.BRING): 1000,
    (Sheet.WORKSHOPS, Column.SAFETY): 1000,
    (Sheet.SLOTS, Column.ROOM): 120,
    (Sheet.FORUM, Column.NAME): 160,
    (Sheet.FORUM, Column.DESCRIPTION): 3000,
    (Sheet.FORUM, Column.LED_BY): 240,
    (Sheet.FORUM, Column.ROOM): 120,
    (Sheet.ABOUT, Column.KEY): 80,
    (Sheet.ABOUT, Column.VALUE): 3000,
}
"""Characters, as the tables hold them; a card with all of them must still fit into messages."""

MULTILINE = frozenset(
    {Column.DIRECTIONS, Column.DESCRIPTION, Column.BRING, Column.SAFETY, Column.LED_BY, Column.VALUE}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to tell about a file. ``key`` names the text, ``args`` fill it; no row: about the sheet."""

    key: str
    sheet: Sheet | None = None
    row: int | None = None
    """As the spreadsheet counts: headings are usually row 1."""
    column: Column | None = None
    args: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, int]:
        """Sorts problems as a reader meets them: the workbook's own, then sheet by sheet and row by row."""
        return (list(Sheet).index(self.sheet) + 1 if self.sheet else 0, self.row or 0)


class UnusableFile(Exception):
    """Nothing can be taken from the file; ``problem`` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.key)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class VenueEntry:
    sheet: ClassVar[Sheet] = Sheet.VENUES

    code: str
    name: str
    municipality: str
    """Code of the municipality."""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access: frozenset[Access] = frozenset()
    directions: str = ""


@dataclass(frozen=True, slots=True)
class WorkshopEntry:
    sheet: ClassVar[Sheet] = Sheet.WORKSHOPS

    code: str
    name: str
    track: Track
    venue: str
    """Code of the venue."""
    description: str = ""
    led_by: str = ""
    enterprise: str = ""
    grade_from: int | None = None
    grade_to: int | None = None
    bring: str = ""
    safety: str = ""


@dataclass(frozen=True, slots=True)
class SlotEntry:
    """Times are aware UTC here and in ``ForumEntry``; the workbook shows them in the programme's zone."""

    sheet: ClassVar[Sheet] = Sheet.SLOTS

    code: str
    activity: str
    """Code of the workshop."""
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    room: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ForumEntry:
    """A forum session: an activity and its only slot, which shares the code."""

    sheet: ClassVar[Sheet] = Sheet.FORUM

    code: str
    name: str
    track: Track
    venue: str
    starts_at: datetime
    ends_at: datetime
    format: Format | None = None
    room: str = ""
    capacity: int | None = None
    led_by: str = ""
    audience: Audience = Audience.ALL
    description: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A line of what the forum says of itself; ``code`` is its key."""

    sheet: ClassVar[Sheet] = Sheet.ABOUT

    code: str
    value: str


Entry = VenueEntry | WorkshopEntry | SlotEntry | ForumEntry | FactEntry


@dataclass(frozen=True, slots=True)
class SlotState:
    """What the database knows of a slot beyond its row in the workbook."""

    id: int
    activity_id: int
    sequence: int
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is in the database. ``id`` of a slot's row is the slot's, of a forum session's the activity's."""

    id: int
    entry: Entry
    slot: SlotState | None = None
    """Of slots and forum sessions."""


@dataclass(frozen=True, slots=True)
class StoredProgramme:
    """The whole programme by sheet and code, in the order of the export."""

    rows: Mapping[Sheet, Mapping[str, Stored]]
    activity_codes: frozenset[str]
    slot_codes: frozenset[str]
    municipality_names: Mapping[str, str]
    """By code."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that is right in itself. Whether its codes lead anywhere is known only beside the database."""

    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class ProgrammeRows:
    """What a workbook says."""

    rows: Mapping[Sheet, tuple[ReadRow, ...]]
    """By sheet; a sheet that the workbook lacks, or whose headings are unusable, is absent."""
    columns: Mapping[Sheet, frozenset[Column]]
    """Headings found: a missing column leaves what is stored as it is."""
    broken: Mapping[Sheet, frozenset[str]]
    """Codes of rows that were refused: others may refer to them, and they have not vanished."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    partial: frozenset[Sheet] = frozenset()
    """Sheets that add and change but do not list everything: what they lack has not vanished."""


@dataclass(frozen=True, slots=True)
class Named:
    """A row as people call it."""

    sheet: Sheet
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell before and after, in the words of the workbook; empty text for an empty cell."""

    column: Column
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    what: Named
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, in the order of sheets and rows."""

    new: tuple[Named, ...]
    changed: tuple[Changed, ...]
    vanished: tuple[Named, ...]
    """Stored but not in the file: listed, and left alone."""
    unchanged: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    people: int
    """Distinct people who hold places of slots that move, change rooms or are cancelled."""
    fingerprint: str
    """The same for the same changes: apply with it to be sure that nothing else happened in between."""
    mark: str
    """The same for the same changes, whoever previews them: what is not in the file does not count."""

    @property
    def is_empty(self) -> bool:
        """Applying it would change nothing."""
        return not self.new and not self.changed


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import did. Ids tell callers what to index again and whom a wish may interest."""

    preview: Preview
    activity_ids: frozenset[int]
    """Activities that are new, changed, or whose venue or slots changed."""
    new_activity_ids: frozenset[int]
    new_slot_ids: frozenset[int]


class ProgrammeChanged(Exception):
    """The import would do something else than the preview said: show ``preview``, the new one."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview.fingerprint)
        self.preview = preview

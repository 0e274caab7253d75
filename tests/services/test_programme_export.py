"""The programme goes out and comes back: nothing changes on the way, and an edited copy moves slots."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Database
from domain.people import Actor, Forbidden
from domain.programme import Access, Audience, Format, Track
from domain.programme_import import (
    Entry,
    FactEntry,
    ForumEntry,
    Sheet,
    SlotEntry,
    SlotState,
    Stored,
    StoredProgramme,
    VenueEntry,
    WorkshopEntry,
)
from services.programme_export import programme, write_workbook
from services.programme_file import read_workbook
from services.programme_plan import plan
from services.programme_rows import read_rows
from services.spreadsheet import load_words
from tests.services.programme_desk import NOW, SLOT, WHOLE, ZONE, Desk, book, new_database
from tests.services.test_programme_rows import municipalities

NAMES = {place.code: place.name for place in municipalities()}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(new_database(tmp_path))
    yield Desk(database)
    await database.close()


async def test_an_export_comes_back_without_a_change(desk: Desk) -> None:
    unlimited = {**SLOT, "код": None, "дата": "13.10.2026", "мест": "без ограничений", "отменено": "да"}
    await desk.apply(book(**{**WHOLE, "slots": [SLOT, unlimited]}))
    preview = await desk.preview(await desk.export())
    assert (preview.is_empty, preview.unchanged) == (True, 6)
    assert (preview.vanished, preview.problems, preview.warnings) == ((), (), ())


async def test_an_edited_export_moves_a_slot_instead_of_replacing_it(desk: Desk) -> None:
    await desk.apply(book(**{**WHOLE, "slots": [{**SLOT, "код": None}]}))
    edited = openpyxl.load_workbook(await desk.export())
    page = edited["Занятия"]
    assert page["A2"].value == "W1-20261012-1000"
    page["D2"].value = "14:00"
    page["E2"].value = "15:00"
    file = io.BytesIO()
    edited.save(file)
    applied = await desk.apply(file)
    assert (applied.preview.new, len(applied.preview.changed), applied.preview.vanished) == ((), 1, ())
    assert (await desk.slot("W1-20261012-1000")).starts_at == datetime(2026, 10, 12, 11, tzinfo=UTC)


async def test_the_export_is_kind_to_spreadsheets(desk: Desk) -> None:
    await desk.apply(book(**WHOLE))
    exported = openpyxl.load_workbook(await desk.export())
    assert exported.sheetnames == ["Площадки", "Мастерские", "Занятия", "Форум", "О форуме"]
    slot = exported["Занятия"]
    assert [cell.value for cell in slot[1]] == [*SLOT]
    assert [cell.number_format for cell in slot[2]][:6] == [
        "@",
        "@",
        "DD.MM.YYYY",
        "HH:MM",
        "HH:MM",
        "General",
    ]
    assert exported["Мастерские"]["H2"].number_format == "@"
    assert slot.freeze_panes == "A2"


async def test_only_those_who_run_the_programme_may_export(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        await desk.database.read(programme, Actor(None))


# Any programme that an import could have stored.

codes = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
visible = st.characters(
    exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"), max_codepoint=0x1FFFF
)
words = st.text(visible, min_size=1, max_size=12).map(lambda text: normalize("NFC", text))
lines = st.lists(words, min_size=1, max_size=4).map(" ".join) | st.sampled_from(
    [
        "=1+1",
        "_x0041_",
        "_x005F_x0041_",
        "-",
        "'",
        "07",
        "1e5",
        "да",
        "12.10.2026",
        "#REF!",
        "TRUE",
        "<b>&",
        "🤖👨\u200d🔧",
    ]
)
texts = st.just("") | lines
paragraphs = texts | st.lists(lines, min_size=2, max_size=3).map("\n".join)
degrees = st.floats(-90, 90).map(lambda degree: round(degree, 6))
places = st.just((None, None)) | st.tuples(degrees, degrees)
starts = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(
    lambda moment: moment.replace(hour=moment.hour % 20, second=0, microsecond=0, tzinfo=ZONE)
)
lengths = st.integers(1, 3 * 60)
capacities = st.none() | st.integers(1, 500)
grades = st.sampled_from(
    [(None, None), (7, 11), (5, 5), (9, 12), (12, 13), (13, 13), (8, None), (None, 6), (1, 13)]
)


def draw_venue(draw: st.DrawFn, code: str) -> VenueEntry:
    latitude, longitude = draw(places)
    return VenueEntry(
        code=code,
        name=draw(lines),
        municipality=draw(st.sampled_from(sorted(NAMES))),
        address=draw(texts),
        latitude=latitude,
        longitude=longitude,
        access=draw(st.frozensets(st.sampled_from(Access))),
        directions=draw(paragraphs),
    )


@st.composite
def programmes(draw: st.DrawFn) -> StoredProgramme:
    names = iter(draw(st.lists(codes, min_size=12, max_size=12, unique=True)))
    count = st.integers(1, 3)
    venues = [draw_venue(draw, next(names)) for _ in range(draw(count))]
    venue_codes = st.sampled_from([venue.code for venue in venues])
    workshops = [
        WorkshopEntry(
            next(names),
            draw(lines),
            draw(st.sampled_from(Track)),
            draw(venue_codes),
            *(draw(paragraphs), draw(paragraphs), draw(texts)),
            *draw(grades),
            *(draw(paragraphs), draw(paragraphs)),
        )
        for _ in range(draw(count))
    ]
    workshop_codes = st.sampled_from([workshop.code for workshop in workshops])
    slots = [
        SlotEntry(
            next(names),
            draw(workshop_codes),
            *hours(draw),
            draw(capacities),
            draw(texts),
            draw(st.booleans()),
        )
        for _ in range(draw(count))
    ]
    sessions = [
        ForumEntry(
            next(names),
            draw(lines),
            draw(st.sampled_from(Track)),
            draw(venue_codes),
            *hours(draw),
            draw(st.none() | st.sampled_from(Format)),
            draw(texts),
            draw(capacities),
            draw(paragraphs),
            draw(st.sampled_from(Audience)),
            draw(paragraphs),
            draw(st.booleans()),
        )
        for _ in range(draw(count))
    ]
    facts = [FactEntry(key, draw(lines)) for key in draw(st.lists(lines, max_size=3, unique=True))]
    return stored_programme([*venues, *workshops, *slots, *sessions, *facts])


def hours(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(starts).astimezone(UTC)
    return start, start + timedelta(minutes=draw(lengths))


def stored_programme(entries: list[Entry]) -> StoredProgramme:
    state = SlotState(1, 1, 0, 0, 0)
    rows: dict[Sheet, dict[str, Stored]] = {sheet: {} for sheet in Sheet}
    for entry in entries:
        dated = isinstance(entry, SlotEntry | ForumEntry)
        number = (
            len(rows[Sheet.ABOUT]) if isinstance(entry, FactEntry) else 1
        )  # Facts are numbered in their order.
        rows[entry.sheet][entry.code] = Stored(number, entry, state if dated else None)
    return StoredProgramme(
        rows=rows,
        activity_codes=frozenset({*rows[Sheet.WORKSHOPS], *rows[Sheet.FORUM]}),
        slot_codes=frozenset({*rows[Sheet.SLOTS], *rows[Sheet.FORUM]}),
        municipality_names=NAMES,
    )


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(stored=programmes())
def test_any_programme_comes_back_without_a_change(stored: StoredProgramme) -> None:
    file = io.BytesIO()
    write_workbook(stored, ZONE, file)
    rows = read_rows(read_workbook(file), municipalities=municipalities(), zone=ZONE)
    planned = plan(stored, rows, load_words(), NOW)
    assert planned.problems == []
    assert [(step.before and step.before.entry, step.after) for step in planned.changed] == []
    assert (planned.new, planned.vanished) == ([], [])
    assert planned.unchanged == sum(len(sheet) for sheet in stored.rows.values())

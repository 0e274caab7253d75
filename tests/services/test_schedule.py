"""A conference's schedule.json: others' go in, ours is valid, and what it holds comes back unchanged."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft6Validator

from db.engine import Database
from domain.people import OPERATOR, Scope
from domain.programme_import import ForumEntry, Preview, Sheet, StoredProgramme, UnusableFile
from services import programme_export, programme_import, programme_source
from services.programme_plan import plan
from services.programme_source import Background, understand
from services.schedule.reading import FILE_BYTES, read_schedule
from services.schedule.writing import NoSessions, write_schedule
from services.spreadsheet import load_words
from tests.services.programme_desk import NOW, SESSION, VENUE, WHOLE, ZONE, Desk, book, new_database
from tests.services.test_programme_export import programmes
from tests.services.test_programme_rows import municipalities

DATA = Path(__file__).parent.parent / "data"
EXAMPLE = (DATA / "schedule-example.json").read_bytes()
SCHEMA = Draft6Validator(json.loads((DATA / "schedule-schema.json").read_bytes()))
EVERYWHERE = Scope(everywhere=True)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(new_database(tmp_path))
    yield Desk(database)
    await database.close()


def events(content: bytes) -> Iterator[dict[str, Any]]:
    for day in json.loads(content)["schedule"]["conference"]["days"]:
        for room in day["rooms"].values():
            yield from room


async def exported(desk: Desk, bot: str = "kuban_bot") -> bytes:
    stored = await desk.database.read(programme_export.programme, OPERATOR)
    return write_schedule(stored, ZONE, "Форум", bot)


async def preview(desk: Desk, content: bytes, *, apply: bool = False) -> Preview:
    source = read_schedule(content)
    behind = await desk.database.read(programme_source.background, OPERATOR, source)
    rows = understand(source, behind, ZONE)
    if apply:
        applied = await desk.database.write(programme_import.apply, OPERATOR, rows, NOW, ZONE)
        return applied.preview
    return await desk.database.read(programme_import.preview, OPERATOR, rows, NOW, ZONE)


async def test_the_example_of_pretalx_goes_in_and_then_changes_nothing(desk: Desk) -> None:
    first = await preview(desk, EXAMPLE, apply=True)
    assert first.problems == ()
    assert len(first.new) == 1 + len(list(events(EXAMPLE)))
    assert {warning.key for warning in first.warnings} == {
        "import-warning-venue-made",
        "import-warning-track",
        "import-warning-past",
    }
    again = await preview(desk, EXAMPLE)
    assert (again.is_empty, again.vanished) == (True, ())
    back = await preview(desk, await exported(desk))
    assert (back.is_empty, back.vanished, back.problems) == (True, (), ())


async def test_an_event_becomes_a_session_of_the_forum(desk: Desk) -> None:
    await preview(desk, EXAMPLE, apply=True)
    stored = await desk.database.read(programme_export.programme, OPERATOR)
    session = stored.rows[Sheet.FORUM]["democon-25"].entry
    assert isinstance(session, ForumEntry)
    assert (session.name, session.room, session.led_by) == (
        "Focused 5thgeneration hardware",
        "Gray Room",
        "Brian Robinson",
    )
    assert (session.starts_at.isoformat(), session.ends_at.isoformat()) == (
        "2020-12-14T08:00:00+00:00",
        "2020-12-14T08:30:00+00:00",
    )
    assert session.description.startswith("Brand back-end models!\n\nStation provide")


async def test_ours_is_valid_and_leads_to_the_cards(desk: Desk) -> None:
    more = {**SESSION, "код": "F2", "зал": None, "спикеры": "Анна, Борис", "формат": None}
    cancelled = {**SESSION, "код": "F3", "отменено": "да"}
    await desk.apply(book(**{**WHOLE, "forum": [SESSION, more, cancelled]}))
    content = await exported(desk)
    assert list(SCHEMA.iter_errors(json.loads(content))) == []
    found = {event["url"]: event for event in events(content)}
    assert set(found) == {"https://t.me/kuban_bot?start=act_F1", "https://t.me/kuban_bot?start=act_F2"}
    event = found["https://t.me/kuban_bot?start=act_F2"]
    assert [person["public_name"] for person in event["persons"]] == ["Анна", "Борис"]
    assert (event["room"], event["start"], event["duration"], event["track"]) == (
        "УПК №1",
        "12:00",
        "01:00",
        "агро",
    )


async def test_an_edited_schedule_moves_a_session_and_keeps_what_the_format_lacks(desk: Desk) -> None:
    await desk.apply(book(venues=[VENUE], forum=[{**SESSION, "мест": 30, "для кого": "педагоги"}]))
    text = (await exported(desk)).decode().replace("T12:00:00", "T14:00:00").replace("T13:00:00", "T15:00:00")
    changed = await preview(desk, text.encode())
    (row,) = changed.changed
    assert [(cell.column.value, cell.new) for cell in row.fields] == [("start", "14:00"), ("end", "15:00")]


async def test_without_the_name_of_the_bot_sessions_are_still_known(desk: Desk) -> None:
    await desk.apply(book(**WHOLE))
    content = await exported(desk, bot="")
    assert (await preview(desk, content)).is_empty
    strangers = content.replace(b'"guid"', b'"other"')
    assert (await preview(desk, strangers)).is_empty


async def test_there_is_no_schedule_of_no_forum(desk: Desk) -> None:
    with pytest.raises(NoSessions):
        await exported(desk)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"{", "damaged-json"),
        (b"\xff\xfe\x00", "damaged-json"),
        (b"[" * 100_000, "damaged-json"),
        (b"[]", "not-schedule"),
        (b'{"schedule": {"conference": {"days": {}}}}', "not-schedule"),
        (b'{"schedule": 5}', "not-schedule"),
        (b" " * (FILE_BYTES + 1), "too-large"),
    ],
    ids=["empty", "cut", "bytes", "deep", "list", "days", "number", "large"],
)
def test_what_is_no_schedule_is_told(content: bytes, expected: str) -> None:
    with pytest.raises(UnusableFile) as caught:
        read_schedule(content)
    assert caught.value.problem.key == f"import-file-{expected}"


anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("2026-10-12T10:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
fields = st.dictionaries(
    st.sampled_from(
        "guid id url title track type room date end duration persons abstract description".split()
    ),
    anything | st.sampled_from(["2026-10-12T10:00:00+03:00", "01:30", "99:99", "9999-12-31T23:00:00Z"]),
)


def nothing_stored() -> StoredProgramme:
    names = {place.code: place.name for place in municipalities()}
    return StoredProgramme({sheet: {} for sheet in Sheet}, frozenset(), frozenset(), names)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(fields | anything, max_size=3), anything, anything)
def test_any_events_are_rows_or_problems(found: list[Any], acronym: Any, zone: Any) -> None:
    conference = {"acronym": acronym, "time_zone_name": zone, "days": [{"rooms": {"А": found}}, acronym]}
    source = read_schedule(json.dumps({"schedule": {"conference": conference}}).encode())
    behind = Background(tuple(municipalities()), nothing_stored(), EVERYWHERE)
    rows = understand(source, behind, ZONE)
    planned = plan(nothing_stored(), rows, load_words(), NOW)
    refused = {problem.row for problem in planned.problems if problem.sheet is Sheet.FORUM}
    taken = [step for step in planned.new if step.after.sheet is Sheet.FORUM]
    assert len(taken) + len(refused) == sum(isinstance(event, dict) for event in found)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(stored=programmes())
def test_any_forum_comes_back_without_a_change(stored: StoredProgramme) -> None:
    sessions = [row.entry for row in stored.rows[Sheet.FORUM].values()]
    assume(any(isinstance(entry, ForumEntry) and not entry.cancelled for entry in sessions))
    content = write_schedule(stored, ZONE, "Форум", "kuban_bot")
    assert list(SCHEMA.iter_errors(json.loads(content))) == []
    behind = Background(tuple(municipalities()), stored, EVERYWHERE)
    planned = plan(stored, understand(read_schedule(content), behind, ZONE), load_words(), NOW)
    assert planned.problems == []
    assert (planned.new, planned.changed, planned.vanished) == ([], [], [])

"""The demonstration: enough of everything, nothing said twice, marked as invented, and never stale."""

import asyncio
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from rapidfuzz import fuzz
from sqlalchemy import create_engine, select

from db.engine import Database, Session
from db.migrate import upgrade
from db.models import ActivityRow, BookingRow, DeliveryRow, PersonRow, SlotChangeRow, SlotRow
from db.queries.people import by_address
from demo.fill import fill, filled_at
from demo.people import CROWD, LISTENERS, crowd, listeners, people, person
from demo.programme import FORUM_DAYS, ZONE, Programme, data, programme
from demo.scene import scene
from demo.workbook import demo_workbook, write_workbook
from domain.booking import BookingStatus
from domain.broadcast import LARGE
from domain.people import OPERATOR, Actor, Right, Role, actor_for
from domain.programme import CODE, Access, Audience, Format, Track
from domain.programme_import import ForumEntry, Preview, Sheet
from services import booking, programme_export, programme_import, programme_source
from services.programme_file import read_workbook
from services.programme_rows import read_rows
from services.programme_source import understand
from services.schedule.reading import read_schedule
from services.schedule.writing import write_schedule

TODAY = date(2026, 11, 24)
TODAYS = (date(2026, 12, 30), date(2028, 2, 27), date(2027, 6, 5))
"""Around New Year, around a leap day, and a Saturday."""
NOON = timedelta(hours=9)
"""From midnight UTC to noon in Moscow."""
WORN_OUT = re.compile(
    "погруз|окун[уё]|увлекательн|уникальн|незабываем|невероятн|удивительн|раскро[йе].{0,10}потенциал"
    "|шаг в будущее|мир возможност|безопасн.{0,5} пространств|лайфхак|команда профессионалов",
    re.IGNORECASE,
)


@pytest.fixture(scope="module", params=TODAYS, ids=str)
def any_day(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module")
def today_programme() -> Programme:
    return programme(TODAY)


@dataclass(frozen=True)
class Text:
    code: str
    title: str
    description: str


def texts(of: Programme) -> list[Text]:
    workshops = [Text(entry.code, entry.name, entry.description) for entry in of.workshops]
    return workshops + [Text(entry.code, entry.name, entry.description) for entry in of.forum]


# Enough of everything.


def test_there_is_as_much_as_was_promised(today_programme: Programme) -> None:
    municipalities = {venue.code: venue.municipality for venue in today_programme.venues}
    assert len(today_programme.workshops) >= 120
    assert len({municipalities[workshop.venue] for workshop in today_programme.workshops}) >= 30
    assert len(today_programme.slots) >= 900
    assert Counter(session.track for session in today_programme.forum) == dict.fromkeys(Track, 20)
    assert {session.format for session in today_programme.forum} == set(Format)
    assert {session.audience for session in today_programme.forum} == set(Audience)
    assert {workshop.track for workshop in today_programme.workshops} == set(Track)
    assert (
        len([c for file in ("engineering", "technology", "agro", "business") for c in concepts(file)]) >= 60
    )


def concepts(file: str) -> list[object]:
    found: list[object] = data(f"{file}.toml")["concept"]
    return found


def test_places_differ_and_some_sessions_have_no_limit(today_programme: Programme) -> None:
    assert {slot.capacity for slot in today_programme.slots} == {6, 8, 10, 12, 14, 16}
    forum = [session.capacity for session in today_programme.forum]
    assert None in forum
    assert {places for places in forum if places} <= set(range(12, 121))


def test_some_slots_are_cancelled_and_none_of_the_next_day(today_programme: Programme) -> None:
    cancelled = [slot for slot in today_programme.slots if slot.cancelled]
    assert 5 <= len(cancelled) <= 60
    assert min(local_day(slot.starts_at) for slot in cancelled) > TODAY + timedelta(days=1)
    assert sum(session.cancelled for session in today_programme.forum) == 1


def test_access_differs_from_venue_to_venue(today_programme: Programme) -> None:
    assert {item for venue in today_programme.venues for item in venue.access} == set(Access)
    assert any(not venue.access for venue in today_programme.venues)


def test_forum_sessions_run_in_parallel_but_never_twice_in_a_room(today_programme: Programme) -> None:
    by_start = Counter(session.starts_at for session in today_programme.forum)
    assert max(by_start.values()) >= 4
    rooms = defaultdict(list)
    for session in today_programme.forum:
        rooms[session.venue, session.room].append((session.starts_at, session.ends_at))
    assert len(rooms) == 8
    assert all(before[1] <= after[0] for held in rooms.values() for before, after in pairwise(sorted(held)))


def test_a_room_and_a_mentor_are_in_one_place_at_a_time(today_programme: Programme) -> None:
    workshops = {workshop.code: workshop for workshop in today_programme.workshops}
    engaged: dict[object, list[tuple[datetime, datetime]]] = defaultdict(list)
    for slot in today_programme.slots:
        workshop = workshops[slot.activity]
        engaged[workshop.led_by].append((slot.starts_at, slot.ends_at))
        engaged[workshop.venue, slot.room].append((slot.starts_at, slot.ends_at))
    assert all(before[1] <= after[0] for held in engaged.values() for before, after in pairwise(sorted(held)))


# Words.


def test_no_two_titles_are_alike(today_programme: Programme) -> None:
    titles = [text.title for text in texts(today_programme)]
    assert alike(titles, 75) == []


def test_no_two_descriptions_are_alike(today_programme: Programme) -> None:
    descriptions = [text.description for text in texts(today_programme)]
    assert alike(descriptions, 65) == []


def alike(values: list[str], limit: int) -> list[tuple[str, str]]:
    """Pairs that share more than ``limit`` percent of their letters or of their words."""
    return [
        (one, other)
        for one, other in combinations(values, 2)
        if max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) > limit
    ]


def test_descriptions_are_short_plain_and_not_worn_out(today_programme: Programme) -> None:
    for text in texts(today_programme):
        assert 60 <= len(text.description) <= 300, text
        assert not WORN_OUT.search(f"{text.title} {text.description}"), text
        sentences = re.split(r"(?<=[.!?]) ", text.description)
        assert max(len(sentence.split()) for sentence in sentences) <= 25, text
        assert text.description.endswith((".", "?", "!")), text


def test_every_workshop_says_what_to_bring_and_how_to_be_safe(today_programme: Programme) -> None:
    assert all(
        workshop.bring and workshop.safety and workshop.enterprise for workshop in today_programme.workshops
    )
    assert all(venue.directions and venue.address for venue in today_programme.venues)
    assert len({venue.directions for venue in today_programme.venues}) == len(today_programme.venues)


def test_everything_is_marked_as_a_demonstration(today_programme: Programme) -> None:
    assert all(venue.name.startswith("Демо-") for venue in today_programme.venues)
    assert all("«Демо-" in workshop.enterprise for workshop in today_programme.workshops)
    assert all(workshop.led_by.endswith("(демо-наставник)") for workshop in today_programme.workshops)
    speakers = [name for session in today_programme.forum for name in session.led_by.split(", ")]
    assert all(name.endswith("(демо-спикер)") for name in speakers)
    assert len(set(speakers)) == len(speakers)
    about = {fact.code: fact.value for fact in today_programme.about}
    assert about["название"].startswith("Демо-форум")
    assert "придуманы" in about["описание"]
    background = [*crowd(["krasnodar"]), *listeners(["krasnodar"])]
    assert all(one.name.endswith("(демо)") for one in background)
    assert all("Демо-" in one.organisation for one in (*people(), *background) if one.organisation)


# Codes and days.


def test_codes_are_valid_and_their_own(today_programme: Programme) -> None:
    activities = [text.code for text in texts(today_programme)]
    slots = [slot.code for slot in today_programme.slots]
    venues = [venue.code for venue in today_programme.venues]
    for codes in (activities + slots, venues):
        assert [code for code in codes if not CODE.fullmatch(code)] == []
        assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_days_stay_around_today(any_day: date) -> None:
    days = Counter(local_day(slot.starts_at) for slot in programme(any_day).slots)
    expected = {any_day + timedelta(days=ahead) for ahead in range(-2, 43)}
    assert set(days) == expected
    assert min(days.values()) >= 12
    forum = {local_day(session.starts_at) for session in programme(any_day).forum}
    assert forum == {any_day + timedelta(days=ahead) for ahead in FORUM_DAYS}


def test_slots_are_by_day(any_day: date) -> None:
    for slot in programme(any_day).slots:
        assert slot.starts_at < slot.ends_at
        start, end = slot.starts_at.astimezone(ZONE), slot.ends_at.astimezone(ZONE)
        assert start.date() == end.date()
        assert start.hour >= 10
        assert end.hour <= 20


def test_the_same_day_gives_the_same_programme_and_the_next_day_moves_on_slowly() -> None:
    assert programme(TODAY) == programme(TODAY)
    today = {slot.code for slot in programme(TODAY).slots}
    tomorrow = {slot.code for slot in programme(TODAY + timedelta(days=1)).slots}
    assert len(today & tomorrow) > 0.9 * len(today)
    assert programme(TODAY, "another").slots != programme(TODAY).slots


def local_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


# The workbook.


def test_the_workbook_reads_back_as_it_was_meant(database_url: str, any_day: date) -> None:
    with opened(database_url) as session:
        preview = imported(session, any_day)
    written = programme(any_day)
    entries = [entry for rows in written.sheets().values() for entry in rows]
    assert preview.problems == ()
    assert {warning.key for warning in preview.warnings} == {"import-warning-past"}
    assert len(preview.new) == len(entries)


def test_rows_fit_their_headings() -> None:
    sheets = demo_workbook(TODAY)
    assert [sheet.name for sheet in sheets] == ["Площадки", "Мастерские", "Занятия", "Форум", "О форуме"]
    assert all(len(row) == len(sheet.header) for sheet in sheets for row in sheet.rows)


def test_the_workbook_is_written_to_a_file(tmp_path: Path) -> None:
    write_workbook(tmp_path / "demo.xlsx", TODAY)
    assert next(sheet.name for sheet in read_workbook(tmp_path / "demo.xlsx")) == "Площадки"


def imported(session: Session, today: date) -> Preview:
    file = BytesIO()
    write_workbook(file, today)
    rows = read_rows(
        read_workbook(file),
        municipalities=programme_import.municipalities(session, OPERATOR),
        zone=ZONE,
    )
    assert set(rows.rows) == set(Sheet)
    return programme_import.preview(session, OPERATOR, rows, noon(today), ZONE)


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + NOON


# The database.


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Up to date and empty."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'empty.sqlite3'}"
    upgrade(url)
    return url


@pytest.fixture(scope="module")
def filled_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Filled at noon of ``TODAY``."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'filled.sqlite3'}"
    upgrade(url)

    async def run() -> None:
        database = Database(url)
        try:
            began = time.process_time()
            assert await fill(database, noon(TODAY))
            assert time.process_time() - began < 3
            assert not await fill(database, noon(TODAY))
        finally:
            await database.close()

    asyncio.run(run())
    return url


@pytest.fixture(scope="module")
def filled(filled_url: str) -> Iterator[Session]:
    with opened(filled_url) as session:
        yield session


@contextmanager
def opened(url: str) -> Iterator[Session]:
    engine = create_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_filling_says_when_it_was(filled: Session) -> None:
    assert filled_at(filled) == noon(TODAY)


def test_the_demonstration_goes_out_and_comes_back_without_a_change(filled: Session) -> None:
    file = BytesIO()
    stored = programme_export.programme(filled, OPERATOR)
    programme_export.write_workbook(stored, ZONE, file)
    places = programme_import.municipalities(filled, OPERATOR)
    rows = read_rows(read_workbook(file), municipalities=places, zone=ZONE)
    seen = programme_import.preview(filled, OPERATOR, rows, noon(TODAY), ZONE)
    assert (seen.new, seen.changed, seen.vanished, seen.problems) == ((), (), (), ())
    assert seen.unchanged == sum(len(sheet) for sheet in stored.rows.values())


def test_its_forum_goes_out_as_a_schedule_and_comes_back_without_a_change(filled: Session) -> None:
    stored = programme_export.programme(filled, OPERATOR)
    source = read_schedule(write_schedule(stored, ZONE, "Форум", "kuban_bot"))
    rows = understand(source, programme_source.background(filled, OPERATOR, source), ZONE)
    seen = programme_import.preview(filled, OPERATOR, rows, noon(TODAY), ZONE)
    assert (seen.new, seen.changed, seen.vanished, seen.problems) == ((), (), (), ())
    coming = [row.entry for row in stored.rows[Sheet.FORUM].values()]
    shown = [row.entry for row in rows.rows[Sheet.FORUM]]
    assert len(shown) == len(
        [entry for entry in coming if isinstance(entry, ForumEntry) and not entry.cancelled]
    )


def test_filling_owes_nobody_a_message(filled: Session) -> None:
    assert filled.scalars(select(DeliveryRow)).all() == []
    assert filled.scalars(select(SlotChangeRow)).all() == []


def test_importing_the_same_workbook_again_changes_nothing(filled: Session) -> None:
    assert imported(filled, TODAY).is_empty


def test_counters_agree_with_bookings_and_places(filled: Session) -> None:
    taken: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    for row in filled.scalars(select(BookingRow)):
        counter = waiting if row.status == BookingStatus.WAITING else taken
        counter[row.slot_id] += row.places
    for slot in filled.scalars(select(SlotRow)):
        assert (slot.taken, slot.waiting) == (taken[slot.id], waiting[slot.id]), slot.code
        assert slot.capacity is None or slot.taken <= slot.capacity
        assert slot.waiting == 0 or slot.taken == slot.capacity
        assert slot.cancelled_at is None or slot.taken == 0


def test_nobody_is_in_two_places_at_once(filled: Session) -> None:
    plans = defaultdict(list)
    for row, slot in filled.execute(
        select(BookingRow, SlotRow).join(SlotRow, SlotRow.id == BookingRow.slot_id)
    ):
        plans[row.person_id].append((slot.starts_at, slot.ends_at))
    assert all(before[1] <= after[0] for plan in plans.values() for before, after in pairwise(sorted(plan)))


def test_pupils_go_only_where_their_grade_may(filled: Session) -> None:
    rows = filled.execute(
        select(PersonRow.grade, ActivityRow.grade_from, ActivityRow.grade_to)
        .join(BookingRow, BookingRow.person_id == PersonRow.id)
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(ActivityRow, ActivityRow.id == SlotRow.activity_id)
        .where(PersonRow.grade.is_not(None), ActivityRow.grade_from.is_not(None))
    ).all()
    assert len(rows) > 1000
    assert all(grade in range(first or 1, (last or 13) + 1) for grade, first, last in rows)


def test_lists_are_lively(filled: Session) -> None:
    coming = filled.scalars(select(SlotRow).where(SlotRow.starts_at > noon(TODAY))).all()
    next_days = [slot for slot in coming if local_day(slot.starts_at) <= TODAY + timedelta(days=10)]
    assert sum(slot.waiting > 0 for slot in next_days) >= 15
    assert sum(slot.taken == slot.capacity for slot in next_days) >= 20
    assert sum(slot.capacity is not None and slot.capacity - slot.taken in (1, 2) for slot in next_days) >= 20
    assert sum(slot.taken == 0 for slot in coming) >= 20


def test_the_crowd_is_never_written_to(filled: Session) -> None:
    background = filled.scalars(select(PersonRow).where(PersonRow.unreachable_at.is_not(None))).all()
    assert len(background) == CROWD
    assert all(one.reminders == 0 for one in background)
    assert min(int(one.messenger_user_id) for one in background) == 900_001


def test_listeners_hear_announcements_and_nothing_else(filled: Session) -> None:
    hearers = filled.scalars(
        select(PersonRow).where(PersonRow.reminders == 0, PersonRow.unreachable_at.is_(None))
    ).all()
    assert {int(one.messenger_user_id) for one in hearers} == {*range(910_001, 910_001 + LISTENERS)}
    teachers = [one for one in hearers if one.role == Role.TEACHER]
    assert (len(teachers), {one.municipality_code for one in teachers}) == (
        260,
        {"labinskiy", "kurganinskiy"},
    )
    booked = select(BookingRow.id).where(BookingRow.person_id.in_([one.id for one in hearers]))
    assert filled.scalars(booked).all() == []
    # Enough that a second coordinator confirms a broadcast to everybody, and not one to the teachers.
    assert len(teachers) < LARGE < len(hearers)


def test_ready_made_people_are_known_but_for_the_newcomer(filled: Session) -> None:
    known = {
        row.messenger_user_id: row.name
        for row in filled.scalars(select(PersonRow).where(PersonRow.reminders != 0))
    }
    assert known == {str(one.user_id): one.name for one in people() if one.role}
    assert [one.key for one in people() if one.role is None] == ["kirill"]
    assert {one.role for one in people()} == {*Role} - {Role.COORDINATOR} | {None}
    assert {one.key for one in people() if one.granted is Role.COORDINATOR} == {"elena", "vera"}


# The story.


def test_the_story_is_set_for_tomorrow(filled: Session) -> None:
    story = scene(TODAY)
    slots = {
        slot.code: slot
        for slot in filled.scalars(select(SlotRow).where(SlotRow.code.in_([s.code for s in story.slots])))
    }
    for said in story.slots:
        slot = slots[said.code]
        assert (slot.capacity, slot.taken, slot.waiting) == (said.places, said.taken, 0)
        assert local_day(slot.starts_at) == TODAY + timedelta(days=1)
    last_place, clash, after = (slots[said.code] for said in story.slots)
    assert last_place.capacity == last_place.taken + 1
    assert last_place.starts_at < clash.starts_at < last_place.ends_at
    assert timedelta() < after.starts_at - clash.ends_at < timedelta(minutes=30)
    pupils = select(PersonRow.id).where(PersonRow.messenger_user_id.in_(["1001", "1002"]))
    days = filled.scalars(
        select(SlotRow.starts_at)
        .join(BookingRow, BookingRow.slot_id == SlotRow.id)
        .where(BookingRow.person_id.in_(pupils))
    ).all()
    assert days
    assert TODAY + timedelta(days=1) not in {local_day(starts_at) for starts_at in days}


def test_the_story_is_there_on_any_day(any_day: date) -> None:
    written = programme(any_day)
    codes = {slot.code: slot for slot in written.slots}
    assert [codes[said.code].capacity for said in scene(any_day).slots] == [
        said.places for said in scene(any_day).slots
    ]
    welding = next(workshop for workshop in written.workshops if workshop.code == "svarka-labinsk")
    assert welding.led_by.startswith(person("sergey").name)


def test_the_story_plays_as_told(filled_url: str) -> None:
    now = noon(TODAY)
    with opened(filled_url) as session:
        anya, timur = (actor_of(session, key) for key in ("anya", "timur"))
        last_place, clash, after = (
            session.scalars(select(SlotRow.id).where(SlotRow.code == said.code)).one()
            for said in scene(TODAY).slots
        )
        first = booking.sign_up(session, anya, last_place, 1, now, ZONE)
        assert isinstance(first, booking.Signed)
        assert first.slot.free == 0
        assert isinstance(booking.sign_up(session, timur, last_place, 1, now, ZONE), booking.NoPlaces)
        waiting = booking.wait(session, timur, last_place, 1, now, ZONE)
        assert isinstance(waiting, booking.Waiting)
        assert waiting.position == 1
        refused = booking.sign_up(session, anya, clash, 1, now, ZONE)
        assert isinstance(refused, booking.Clashing)
        assert [other.slot_id for other in refused.clashes] == [last_place]
        assert isinstance(booking.sign_up(session, anya, clash, 1, now, ZONE, swap=True), booking.Signed)
        promoted, _, _ = booking.own(session, timur, waiting.booking.id)
        assert promoted.status is BookingStatus.BOOKED
        late = booking.sign_up(session, anya, after, 1, now, ZONE)
        assert isinstance(late, booking.Signed)
        assert late.tight is not None
        assert late.tight.slot_id == clash


def actor_of(session: Session, key: str) -> Actor:
    found = by_address(session, person(key).address)
    assert found is not None
    return actor_for(found[1])


def test_ready_made_people_are_registered_with_their_roles(filled: Session) -> None:
    rights = {one.key: actor_of(filled, one.key) for one in people() if one.role}
    assert all(actor.person is not None and actor.person.is_registered for actor in rights.values())
    assert [key for key, actor in rights.items() if actor.may(Right.RUN_PROGRAMME)] == ["elena", "vera"]
    assert [key for key, actor in rights.items() if actor.may(Right.LEAD_OWN_ACTIVITIES)] == ["sergey"]
    olga = rights["olga"].person
    assert olga is not None
    assert olga.acting_roles == {Role.TEACHER}

"""Workbooks meet the database: what is new, changed or gone, who hears of it, and what stays as it is."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from db.engine import Database, Session
from db.models import (
    ActivityRow,
    BookingRow,
    DeliveryRow,
    ForumFactRow,
    SlotChangeRow,
    SlotRow,
    VenueRow,
    WatermarkRow,
)
from domain.people import Actor, Forbidden
from domain.programme_import import Column, FieldChange, ProgrammeChanged
from services import notices, programme_import
from tests.services.programme_desk import (
    NOW,
    SESSION,
    SLOT,
    VENUE,
    WHOLE,
    WORKSHOP,
    ZONE,
    Desk,
    Row,
    book,
    new_database,
    told,
)

LATER = NOW + timedelta(hours=1)
PAST = datetime(2026, 12, 1, tzinfo=UTC)
"""When everything in these workbooks is over."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(new_database(tmp_path))
    yield Desk(database)
    await database.close()


@pytest.fixture
async def running(desk: Desk) -> Desk:
    """A programme of one row a sheet is in."""
    await desk.apply(book(**WHOLE))
    return desk


ELSEWHERE: Row = {**VENUE, "код": "V2", "название": "УПК №2"}


def moved(**cells: object) -> Row:
    return {**SLOT, **cells}


async def counts(desk: Desk) -> list[int]:
    tables = (VenueRow, ActivityRow, SlotRow, ForumFactRow)

    def count(session: Session) -> list[int]:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return await desk.database.read(count)


async def changes_to_tell(desk: Desk) -> list[int]:
    return await desk.database.read(lambda session: list(session.scalars(select(SlotChangeRow.slot_id))))


async def test_a_first_import_is_all_new(desk: Desk) -> None:
    preview = await desk.preview(book(**WHOLE))
    assert [(named.sheet, named.code, named.title) for named in preview.new] == [
        ("venues", "V1", "УПК №1"),
        ("workshops", "W1", "Сварка"),
        ("slots", "S1", "W1, 12.10.2026 10:00"),
        ("forum", "F1", "Агродроны"),
        ("about", "название", "название"),
    ]
    assert (preview.changed, preview.vanished, preview.problems, preview.people) == ((), (), (), 0)
    assert await counts(desk) == [0, 0, 0, 0]


async def test_what_is_applied_is_stored(desk: Desk) -> None:
    applied = await desk.apply(book(**WHOLE))
    assert await counts(desk) == [1, 2, 2, 1]
    slot = await desk.slot("S1")
    assert (slot.starts_at, slot.capacity, slot.room, slot.sequence, slot.cancelled_at) == (
        datetime(2026, 10, 12, 7, tzinfo=UTC),
        12,
        "5",
        0,
        None,
    )
    session = await desk.slot("F1")
    assert (session.capacity, session.room) == (None, "Большой")
    assert applied.new_slot_ids == {slot.id, session.id}
    assert applied.new_activity_ids == applied.activity_ids == {slot.activity_id, session.activity_id}


async def test_the_same_file_twice_changes_nothing(running: Desk) -> None:
    applied = await running.apply(book(**WHOLE), LATER)
    assert applied.preview.is_empty
    assert (applied.preview.unchanged, applied.activity_ids) == (5, frozenset())
    assert (await running.slot("S1")).sequence == 0
    assert await changes_to_tell(running) == []
    watermark = await running.database.read(
        lambda session: session.scalars(select(WatermarkRow.reached)).all()
    )
    assert watermark == [NOW]


async def test_changes_are_shown_old_to_new_in_the_words_of_the_workbook(running: Desk) -> None:
    file = book(
        venues=[{**VENUE, "муниципалитет": "Сочи", "доступная среда": "лифт"}],
        workshops=[{**WORKSHOP, "классы": "9–СПО", "направление": "технологии"}],
        slots=[moved(начало="10:30", мест=10, отменено="да")],
        forum=[{**SESSION, "мест": 30, "для кого": "педагоги", "формат": None}],
        about=[{"ключ": "название", "значение": "Форум 2026"}],
    )
    preview = await running.preview(file)
    assert {change.what.sheet: change.fields for change in preview.changed} == {
        "venues": (
            FieldChange(Column.MUNICIPALITY, "Лабинский", "Сочи"),
            FieldChange(Column.ACCESS, "лифт, туалет", "лифт"),
        ),
        "workshops": (
            FieldChange(Column.TRACK, "инженерия", "технологии"),
            FieldChange(Column.GRADES, "7–11", "9–СПО"),
        ),
        "slots": (
            FieldChange(Column.START, "10:00", "10:30"),
            FieldChange(Column.CAPACITY, "12", "10"),
            FieldChange(Column.CANCELLED, "", "да"),
        ),
        "forum": (
            FieldChange(Column.FORMAT, "лекция", ""),
            FieldChange(Column.CAPACITY, "", "30"),
            FieldChange(Column.AUDIENCE, "все", "педагоги"),
        ),
        "about": (FieldChange(Column.VALUE, "Форум", "Форум 2026"),),
    }
    await running.apply(file)
    assert (await running.preview(file)).is_empty


async def test_a_long_text_is_shown_around_its_change(running: Desk) -> None:
    description = "Варим " * 100
    await running.apply(book(workshops=[{**WORKSHOP, "описание": description + "мангал"}]))
    preview = await running.preview(book(workshops=[{**WORKSHOP, "описание": description + "качели"}]))
    (field,) = preview.changed[0].fields
    assert (field.old[0], field.old[-6:], field.new[-6:], len(field.new) <= 82) == (
        "…",
        "мангал",
        "качели",
        True,
    )


async def test_a_missing_column_leaves_what_is_stored(running: Desk) -> None:
    short = {name: VENUE[name] for name in ("код", "муниципалитет")} | {"название": "УПК №2"}
    preview = await running.preview(book(venues=[short]))
    assert preview.changed[0].fields == (FieldChange(Column.NAME, "УПК №1", "УПК №2"),)


async def test_missing_sheets_are_fine_and_nothing_on_them_has_vanished(running: Desk) -> None:
    preview = await running.preview(book(slots=[SLOT]))
    assert (preview.is_empty, preview.vanished, preview.problems) == (True, (), ())


async def test_what_vanished_is_listed_and_left_alone(running: Desk) -> None:
    file = book(
        venues=[{**VENUE, "код": "V2"}],
        workshops=[{**WORKSHOP, "код": "W2"}],
        slots=[moved(код="S2", мастерская="W2")],
        forum=[{**SESSION, "код": "F2"}],
        about=[{"ключ": "сайт", "значение": "пример.рф"}],
    )
    applied = await running.apply(file)
    assert [named.code for named in applied.preview.vanished] == ["V1", "W1", "S1", "F1", "название"]
    assert await counts(running) == [2, 4, 4, 2]
    assert (await running.slot("S1")).cancelled_at is None


async def test_slots_that_are_over_or_cancelled_do_not_vanish(running: Desk) -> None:
    assert (await running.preview(book(slots=[moved(код="S2")]), PAST)).vanished == ()
    await running.apply(book(slots=[moved(отменено="да")]))
    assert (await running.preview(book(slots=[moved(код="S2")]))).vanished == ()


async def test_a_refused_row_has_not_vanished(running: Desk) -> None:
    preview = await running.preview(book(slots=[moved(мест="много")], venues=[{**VENUE, "название": None}]))
    assert (preview.vanished, len(preview.problems)) == ((), 2)


async def test_wrong_rows_are_told_and_the_rest_goes_in(desk: Desk) -> None:
    file = book(
        venues=[VENUE, {**VENUE, "код": "V2", "муниципалитет": "Париж"}],
        workshops=[
            WORKSHOP,
            {**WORKSHOP, "код": "W2", "площадка": "V2"},
            {**WORKSHOP, "код": "W3", "площадка": "V11"},
        ],
        slots=[
            SLOT,
            moved(код="S2", мастерская="W2"),
            moved(код="S3", мастерская="W3"),
            moved(код="S4", мастерская="Q"),
        ],
    )
    applied = await desk.apply(file)
    assert told(applied.preview.problems) == [
        ("venues", 3, "municipality", "problem-municipality"),
        ("workshops", 3, "venue", "problem-depends"),
        ("workshops", 4, "venue", "problem-reference"),
        ("slots", 3, "activity", "problem-depends"),
        ("slots", 4, "activity", "problem-depends"),
        ("slots", 5, "activity", "problem-reference"),
    ]
    assert [problem.args.get("suggestion") for problem in applied.preview.problems] == [
        *("none", None, "V1", None, None, "none")
    ]
    assert await counts(desk) == [1, 1, 1, 0]


async def test_a_wrong_row_that_is_stored_keeps_others_going(running: Desk) -> None:
    """A slip in the description of a workshop must not hold up a cancellation of its slot."""
    applied = await running.apply(
        book(workshops=[{**WORKSHOP, "классы": "все-все"}], slots=[moved(отменено="да")])
    )
    assert told(applied.preview.problems) == [("workshops", 2, "grades", "problem-grades")]
    assert (await running.slot("S1")).cancelled_at == NOW


@pytest.mark.parametrize(
    ("sheets", "problem"),
    [
        ({"workshops": [{**WORKSHOP, "код": "F1"}]}, ("workshops", 2, "code", "problem-code-taken")),
        ({"forum": [{**SESSION, "код": "W1"}]}, ("forum", 2, "code", "problem-code-taken")),
        ({"forum": [{**SESSION, "код": "S1"}]}, ("forum", 2, "code", "problem-code-taken")),
        ({"slots": [moved(код="F1")]}, ("slots", 2, "code", "problem-code-taken")),
        ({"slots": [moved(код="S2", мастерская="F1")]}, ("slots", 2, "activity", "problem-slot-of-forum")),
    ],
)
async def test_codes_that_another_kind_holds_are_refused(
    running: Desk, sheets: dict[str, list[Row]], problem: tuple[str, int, str, str]
) -> None:
    preview = await running.preview(book(**sheets))
    assert (told(preview.problems), preview.is_empty) == ([problem], True)


async def test_a_slot_stays_with_its_workshop(running: Desk) -> None:
    preview = await running.preview(
        book(workshops=[WORKSHOP, {**WORKSHOP, "код": "W2"}], slots=[moved(мастерская="W2")])
    )
    assert told(preview.problems) == [("slots", 2, "activity", "problem-other-workshop")]


async def test_cancelling_is_dated_once_and_taken_back(running: Desk) -> None:
    await running.apply(book(slots=[moved(отменено="да")], forum=[{**SESSION, "отменено": "1"}]))
    await running.apply(
        book(slots=[moved(отменено="да", кабинет="6")], forum=[{**SESSION, "отменено": "да"}]), LATER
    )
    assert [(await running.slot(code)).cancelled_at for code in ("S1", "F1")] == [NOW, NOW]
    await running.apply(book(slots=[moved(кабинет="6")], forum=[SESSION]), LATER)
    slot = await running.slot("S1")
    assert (slot.cancelled_at, slot.room, slot.sequence) == (None, "6", 2)


@pytest.mark.parametrize(
    ("sheets", "edited"),
    [
        ({"slots": [moved(начало="10:15")]}, ["S1"]),
        ({"slots": [moved(конец="12:00")]}, ["S1"]),
        ({"slots": [moved(кабинет="6")]}, ["S1"]),
        ({"slots": [moved(отменено="да")]}, ["S1"]),
        ({"forum": [{**SESSION, "зал": "Малый"}]}, ["F1"]),
        ({"venues": [{**VENUE, "адрес": "ул. Новая, 2"}]}, ["S1", "F1"]),
        ({"venues": [VENUE, ELSEWHERE], "workshops": [{**WORKSHOP, "площадка": "V2"}]}, ["S1"]),
        ({"venues": [VENUE, ELSEWHERE], "forum": [{**SESSION, "площадка": "V2"}]}, ["F1"]),
        ({"slots": [moved(мест=20)]}, []),
        ({"workshops": [{**WORKSHOP, "название": "Сварка труб", "описание": "x"}]}, []),
        ({"venues": [{**VENUE, "как добраться": "пешком", "широта": 44.7}]}, []),
        ({"forum": [{**SESSION, "спикеры": "Пётр"}]}, []),
    ],
)
async def test_what_people_must_hear_of_counts_up_and_is_remembered(
    running: Desk, sheets: dict[str, list[Row]], edited: list[str]
) -> None:
    anya = await running.book_place("S1")
    await running.book_place("F1", person=anya)
    await running.book_place("F1", "offered")
    await running.book_place("S1", "waiting")
    await running.book_place("S1", "cancelled")
    cancelled = "отменено" in str(sheets) and any(row.get("отменено") for row in sheets.get("slots", ()))
    expected = {(): 0, ("S1",): 2 if cancelled else 1, ("F1",): 2, ("S1", "F1"): 2}[tuple(edited)]
    assert (await running.preview(book(**sheets))).people == expected
    await running.apply(book(**sheets))
    slots = {code: await running.slot(code) for code in ("S1", "F1")}
    assert [code for code, slot in slots.items() if slot.sequence == 1] == edited
    assert await changes_to_tell(running) == [slots[code].id for code in edited]


async def test_who_booked_between_two_imports_is_counted_and_told_by_what_they_read(running: Desk) -> None:
    early = await running.book_place("S1")
    await running.apply(book(slots=[moved(кабинет="6")]))
    between = await running.book_place("S1")
    there, back = book(slots=[moved(кабинет="7")]), book(slots=[SLOT])
    assert [(await running.preview(file)).people for file in (there, back)] == [2, 1]
    await running.apply(there)
    await running.apply(back)
    await running.database.write(notices.settle, LATER, ZONE)
    told = await running.database.read(lambda session: session.scalars(select(DeliveryRow.person_id)).all())
    assert told == [between] != [early]


@pytest.mark.parametrize(
    "sheets",
    [
        {"venues": [{**VENUE, "адрес": "ул. Новая, 2"}]},
        {"venues": [VENUE, ELSEWHERE], "workshops": [{**WORKSHOP, "площадка": "V2"}]},
        {"venues": [VENUE, ELSEWHERE], "forum": [{**SESSION, "площадка": "V2"}]},
    ],
    ids=["venue", "workshop", "session"],
)
async def test_a_place_that_goes_back_before_anybody_heard_is_nobodys_news(
    running: Desk, sheets: dict[str, list[Row]]
) -> None:
    for code in ("S1", "F1"):
        await running.book_place(code)
    applied = await running.apply(book(**sheets))
    assert applied.preview.people > 0
    assert (await running.preview(book(**{**WHOLE, "about": []}))).people == 0


async def test_slots_that_are_over_are_told_to_nobody(running: Desk) -> None:
    await running.book_place("S1")
    for sheets in ({"slots": [moved(кабинет="6")]}, {"venues": [{**VENUE, "адрес": "ул. Новая, 2"}]}):
        applied = await running.apply(book(**sheets), PAST)
        assert applied.preview.people == 0
    assert await changes_to_tell(running) == []


async def test_a_slot_that_was_over_by_mistake_and_moves_to_come_is_told(running: Desk) -> None:
    await running.book_place("S1")
    applied = await running.apply(book(slots=[moved(дата="12.10.2028")]), PAST)
    assert applied.preview.people == 1
    assert await changes_to_tell(running) == [(await running.slot("S1")).id]


async def test_a_cancelled_slot_that_moves_is_told_to_nobody(running: Desk) -> None:
    await running.apply(book(slots=[moved(отменено="да")]))
    await running.book_place("S1")
    preview = await running.preview(book(slots=[moved(отменено="да", начало="9:00")]))
    assert (len(preview.changed), preview.people) == (1, 0)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (moved(мест=1), moved(мест=2)),
        (moved(мест=1), moved(мест="без ограничений")),
        (moved(мест=2, отменено="да"), moved(мест=2)),
    ],
    ids=["raised", "without a limit", "takes place after all"],
)
async def test_more_places_move_the_waiting_list(desk: Desk, first: Row, then: Row) -> None:
    await desk.apply(book(venues=[VENUE], workshops=[WORKSHOP], slots=[first]))
    await desk.book_place("S1")
    await desk.book_place("S1", "waiting")
    await desk.apply(book(slots=[then]))
    slot = await desk.slot("S1")
    assert (slot.taken, slot.waiting) == (2, 0)
    deliveries = await desk.database.read(lambda session: session.scalars(select(DeliveryRow.kind)).all())
    assert deliveries == ["promoted"]


async def test_who_fits_moves_up_when_who_does_not_fit_any_more_holds_nobody_up(desk: Desk) -> None:
    await desk.apply(book(venues=[VENUE], workshops=[WORKSHOP], slots=[moved(мест=5)]))
    await desk.book_place("S1")
    large = await desk.book_place("S1", "waiting")
    small = await desk.book_place("S1", "waiting")

    def ask_for_five(session: Session) -> None:
        row = session.scalars(select(BookingRow).where(BookingRow.person_id == large)).one()
        row.places = 5
        session.get_one(SlotRow, row.slot_id).waiting += 4

    await desk.database.write(ask_for_five)
    await desk.apply(book(slots=[moved(мест=4)]))
    told = await desk.database.read(
        lambda session: session.execute(select(DeliveryRow.kind, DeliveryRow.person_id)).all()
    )
    assert {tuple(row) for row in told} == {("promoted", small), ("passed_over", large)}


async def test_a_slot_that_had_begun_by_mistake_moves_its_waiting_list(desk: Desk) -> None:
    await desk.apply(book(venues=[VENUE], workshops=[WORKSHOP], slots=[SLOT]))
    await desk.book_place("S1", "waiting")
    begun = datetime(2026, 10, 12, 7, 30, tzinfo=UTC)
    await desk.apply(book(slots=[moved(начало="11:00", конец="12:30")]), begun)
    slot = await desk.slot("S1")
    assert (slot.taken, slot.waiting) == (1, 0)


async def test_fewer_places_than_taken_are_worth_a_look_and_take_nothing_away(running: Desk) -> None:
    await running.book_place("S1")
    await running.book_place("S1")
    applied = await running.apply(book(slots=[moved(мест=1)]))
    assert told(applied.preview.warnings) == [("slots", 2, "capacity", "warning-overbooked")]
    booked = await running.database.read(lambda session: session.scalars(select(BookingRow.status)).all())
    assert booked == ["booked", "booked"]


async def test_a_new_slot_in_the_past_is_worth_a_look(running: Desk) -> None:
    preview = await running.preview(book(slots=[SLOT, moved(код="S2", дата="12.10.2025")]))
    assert told(preview.warnings) == [("slots", 3, "date", "warning-past")]


async def test_an_edited_venue_touches_its_activities(running: Desk) -> None:
    applied = await running.apply(book(venues=[{**VENUE, "название": "УПК Лабинск"}]))
    assert len(applied.activity_ids) == 2


async def test_facts_keep_the_order_of_the_sheet(running: Desk) -> None:
    facts = [{"ключ": "сайт", "значение": "пример.рф"}, {"ключ": "название", "значение": "Форум"}]
    for order in (facts, facts[::-1]):
        await running.apply(book(about=order))
        keys = await running.database.read(
            lambda session: session.scalars(select(ForumFactRow.key).order_by(ForumFactRow.position)).all()
        )
        assert keys == [fact["ключ"] for fact in order]


async def test_a_preview_that_is_not_true_any_more_is_refused(running: Desk) -> None:
    file = book(slots=[moved(кабинет="6")])
    preview = await running.preview(file)
    await running.book_place("S1")
    assert (await running.preview(file)).fingerprint == preview.fingerprint
    await running.apply(book(slots=[moved(кабинет="7")]))
    with pytest.raises(ProgrammeChanged) as caught:
        await running.apply(file, expected=preview.fingerprint)
    assert caught.value.preview.changed[0].fields == (FieldChange(Column.ROOM, "7", "6"),)
    assert (await running.slot("S1")).room == "7"
    await running.apply(file, expected=caught.value.preview.fingerprint)
    assert (await running.slot("S1")).room == "6"


async def test_a_failure_half_way_leaves_nothing(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    await running.book_place("S1")
    monkeypatch.setattr(notices, "slots_edited", fail)
    file = book(venues=[{**VENUE, "название": "Другая"}], slots=[moved(кабинет="6"), moved(код="S2")])
    with pytest.raises(RuntimeError):
        await running.apply(file)
    assert await counts(running) == [1, 2, 2, 1]
    assert (await running.slot("S1")).room == "5"


async def test_only_those_who_run_the_programme_may(running: Desk) -> None:
    rows = await running.rows(book(**WHOLE))
    nobody = Actor(None)
    for use_case in (programme_import.preview, programme_import.apply):
        with pytest.raises(Forbidden):
            await running.database.write(use_case, nobody, rows, NOW, ZONE)


async def test_texts_that_look_like_markup_or_sql_are_only_text(desk: Desk) -> None:
    nasty = "Robert'); DROP TABLE slot;-- <b>&amp;</b> 🤖 =1+1 {x} %s"
    file = book(venues=[{**VENUE, "название": nasty, "адрес": nasty}])
    await desk.apply(file)
    assert (await desk.preview(file)).is_empty
    assert (await desk.preview(await desk.export())).is_empty


async def test_five_thousand_rows_take_seconds_and_few_statements(desk: Desk) -> None:
    venues = [{**VENUE, "код": f"V{number}"} for number in range(50)]
    workshops = [{**WORKSHOP, "код": f"W{number}", "площадка": f"V{number % 50}"} for number in range(950)]
    slots = [
        moved(код=None, мастерская=f"W{number % 950}", дата=f"{number // 950 + 10}.10.2026")
        for number in range(4000)
    ]
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    for engine in desk.database.engines:
        event.listen(engine, "before_cursor_execute", count)
    file = book(venues=venues, workshops=workshops, slots=slots)
    started = time.perf_counter()
    applied = await desk.apply(file)
    again = await desk.apply(file)
    took = time.perf_counter() - started
    assert (len(applied.preview.new), again.preview.unchanged, again.preview.is_empty) == (5000, 5000, True)
    assert statements < 60
    assert took < 10

"""Rows of the workbook as coordinators type them: understood, or refused with a place and a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from db.migrate import MUNICIPALITIES
from domain.programme import Access, Audience, Format, Municipality, Track
from domain.programme_import import (
    Entry,
    FactEntry,
    ForumEntry,
    Problem,
    ProgrammeRows,
    SlotEntry,
    UnusableFile,
    VenueEntry,
    WorkshopEntry,
)
from services.programme_cells import CellReader, Refused
from services.programme_file import Faulty, Serial, read_workbook
from services.programme_rows import read_rows
from services.spreadsheet import Municipalities, load_words
from tests.services.programme_desk import (
    SESSION,
    SLOT,
    VENUE,
    WHOLE,
    WORKSHOP,
    ZONE,
    book,
    sheets_book,
    table,
    told,
)


def municipalities() -> Iterator[Municipality]:
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = float(row["latitude"]), float(row["longitude"])
            yield Municipality(row["code"], row["name"], row["kind"], row["centre"], *place)


PLACES = Municipalities(municipalities(), load_words())
CELLS = CellReader(load_words(), PLACES)


def understood(file: io.BytesIO) -> ProgrammeRows:
    return read_rows(read_workbook(file), municipalities=municipalities(), zone=ZONE)


def entries(file: io.BytesIO) -> list[Entry]:
    rows = understood(file)
    assert rows.problems == ()
    return [row.entry for sheet in rows.rows.values() for row in sheet]


def problems(file: io.BytesIO) -> list[tuple[str | None, int | None, str | None, str]]:
    return told(understood(file).problems)


def only_problem(file: io.BytesIO) -> Problem:
    (problem,) = understood(file).problems
    return problem


def test_every_sheet_is_understood() -> None:
    start = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)
    assert entries(book(**WHOLE)) == [
        VenueEntry(
            "V1",
            "УПК №1",
            "labinskiy",
            "ул. Мира, 1",
            44.63604,
            40.7357,
            frozenset({Access.LIFT, Access.TOILET}),
            "от вокзала 5 минут",
        ),
        WorkshopEntry(
            code="W1",
            name="Сварка",
            track=Track.ENGINEERING,
            venue="V1",
            description="Свариваем мангал",
            led_by="Пётр Петров",
            enterprise="Завод",
            grade_from=7,
            grade_to=11,
            bring="закрытую обувь",
            safety="очки дадим",
        ),
        SlotEntry("S1", "W1", start, start.replace(hour=8, minute=30), 12, "5"),
        ForumEntry(
            code="F1",
            name="Агродроны",
            track=Track.AGRO,
            venue="V1",
            starts_at=datetime(2026, 10, 20, 9, tzinfo=UTC),
            ends_at=datetime(2026, 10, 20, 10, tzinfo=UTC),
            format=Format.LECTURE,
            room="Большой",
            led_by="Анна",
            audience=Audience.ALL,
            description="О полях с высоты",
        ),
        FactEntry("название", "Форум"),
    ]


def test_headings_are_found_in_any_order_case_and_dress() -> None:
    rows: list[list[object]] = [
        ["Программа УПК на осень", None, None],
        [" НАЗВАНИЕ* ", "Код (латиницей)", "Муниципалитет  (район или город):"],
        ["УПК", "V1", "Сочи"],
    ]
    assert entries(sheets_book({" площадки ": rows})) == [VenueEntry("V1", "УПК", "sochi")]


def test_unknown_columns_and_sheets_are_told_and_skipped() -> None:
    file = sheets_book(
        {
            "Площадки": [
                ["код", "название", "муниципалитет", "телефон", "код"],
                ["V1", "У", "Сочи", "1", "x"],
            ],
            "Бюджет": [["рубли"]],
            "Подсказки": [["как заполнять"]],
        }
    )
    warnings = understood(file).warnings
    assert [(problem.key, dict(problem.args)) for problem in warnings] == [
        ("import-warning-column", {"name": "телефон", "letters": "D"}),
        ("import-warning-column-twice", {"name": "код", "letters": "E"}),
        ("import-warning-sheet", {"name": "Бюджет"}),
    ]


def test_a_workbook_without_our_sheets_is_unusable() -> None:
    with pytest.raises(UnusableFile) as caught:
        understood(sheets_book({"Лист1": [["код"]]}))
    assert caught.value.problem.key == "import-file-no-sheets"


def test_a_sheet_without_a_needed_heading_is_skipped_whole() -> None:
    rows = understood(
        sheets_book({"Занятия": [["мастерская", "дата", "начало"], ["W1", "12.10.2026", "10:00"]]})
    )
    assert told(rows.problems) == [("slots", None, None, "problem-headings")]
    assert rows.problems[0].args == {"columns": "конец, мест"}
    assert "slots" not in rows.rows


def test_an_empty_sheet_says_nothing() -> None:
    rows = understood(sheets_book({"Площадки": [], "Занятия": []}))
    assert (rows.rows, rows.problems) == ({}, ())


def test_rows_empty_in_every_known_column_are_no_rows() -> None:
    file = sheets_book(
        {"О форуме": [["ключ", "значение", "прим."], [None, None, "сам себе"], ["сайт", "x.ru", None]]}
    )
    assert entries(file) == [FactEntry("сайт", "x.ru")]


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    slot = {
        **SLOT,
        "код": "S 1",
        "дата": "32.10.2026",
        "конец": "полдень",
        "мест": 0,
        "отменено": "может быть",
    }
    assert problems(book(slots=[slot])) == [
        ("slots", 2, "date", "problem-date"),
        ("slots", 2, "end", "problem-time"),
        ("slots", 2, "code", "problem-code"),
        ("slots", 2, "capacity", "problem-capacity"),
        ("slots", 2, "cancelled", "problem-cancelled"),
    ]


def test_needed_cells_that_are_empty_are_told() -> None:
    assert problems(book(workshops=[{**WORKSHOP, "название": "  ", "площадка": None}])) == [
        ("workshops", 2, "venue", "problem-empty"),
        ("workshops", 2, "name", "problem-empty"),
    ]


def test_a_slot_ends_after_it_starts() -> None:
    for end in ("10:00", "9:00"):
        problem = only_problem(book(slots=[{**SLOT, "конец": end}]))
        assert (problem.key, problem.column, problem.row) == ("import-problem-ends-first", "end", 2)


def test_a_slot_without_a_code_is_called_after_workshop_and_start() -> None:
    (slot,) = entries(book(slots=[{**SLOT, "код": None}]))
    assert slot.code == "W1-20261012-1000"


def test_the_longest_workshop_code_makes_a_slot_code_that_can_be_read_back() -> None:
    made = entries(book(slots=[{**SLOT, "код": None, "мастерская": "W" * 40}]))[0].code
    assert len(made) == 54
    assert entries(book(slots=[{**SLOT, "код": made, "мастерская": "W" * 40}]))[0].code == made


def test_a_refused_slot_without_a_code_is_still_known() -> None:
    rows = understood(book(slots=[{**SLOT, "код": None, "мест": "много"}]))
    assert rows.broken == {"slots": {"W1-20261012-1000"}}


def test_the_same_code_twice_refuses_both_rows_and_names_the_other() -> None:
    rows = understood(book(venues=[VENUE, {**VENUE, "код": "V2"}, {**VENUE, "название": "Другая"}]))
    assert [(problem.row, problem.args["row"]) for problem in rows.problems] == [(2, "4"), (4, "2")]
    assert [row.entry.code for row in rows.rows[VenueEntry.sheet]] == ["V2"]
    assert rows.broken == {"venues": {"V1"}}


def test_a_workshop_and_a_session_never_share_a_code() -> None:
    rows = understood(book(workshops=[{**WORKSHOP, "код": "F1"}], forum=[SESSION]))
    assert [(problem.sheet, problem.args["sheet"]) for problem in rows.problems] == [
        ("workshops", "Форум"),
        ("forum", "Мастерские"),
    ]


def test_a_slot_and_a_session_never_share_a_code() -> None:
    assert problems(book(slots=[{**SLOT, "код": "F1"}], forum=[SESSION])) == [
        ("slots", 2, "code", "problem-duplicate"),
        ("forum", 2, "code", "problem-duplicate"),
    ]


def test_two_slots_of_a_workshop_at_one_time_need_codes_of_their_own() -> None:
    slot = {**SLOT, "код": None}
    assert [key for *_, key in problems(book(slots=[slot, slot]))] == ["problem-duplicate"] * 2


def test_a_code_in_look_alike_cyrillic_is_told_apart() -> None:
    problem = only_problem(book(venues=[{**VENUE, "код": "В1"}]))
    assert (problem.key, problem.args["letters"]) == ("import-problem-code-cyrillic", "В")


@pytest.mark.parametrize("code", ["W 1", "W/1", "w" * 41, "é", "W1\u202e2", "<b>"])
def test_codes_fit_deep_links(code: str) -> None:
    if code == "W1\u202e2":
        # A character nobody sees is dropped, as it is from every text.
        assert entries(book(venues=[{**VENUE, "код": code}]))[0].code == "W12"
    else:
        assert only_problem(book(venues=[{**VENUE, "код": code}])).key == "import-problem-code"


def test_a_number_may_be_a_code() -> None:
    assert entries(book(venues=[{**VENUE, "код": 12}]))[0].code == "12"


def test_texts_too_long_are_told_and_not_cut() -> None:
    problem = only_problem(book(venues=[{**VENUE, "название": "я" * 161}]))
    assert (problem.key, dict(problem.args)) == ("import-problem-too-long", {"length": 161, "limit": 160})


def test_texts_lose_what_nobody_sees() -> None:
    (venue,) = entries(
        book(
            venues=[
                {
                    **VENUE,
                    "название": " УПК\u200b \u202e№1\n Лабинск \u00a0",
                    "как добраться": "a\r\n\r\n\r\n\nб ",
                }
            ]
        )
    )
    assert isinstance(venue, VenueEntry)
    assert (venue.name, venue.directions) == ("УПК №1 Лабинск", "a\n\nб")


def test_letters_typed_as_two_characters_become_one() -> None:
    (venue,) = entries(book(venues=[{**VENUE, "название": "Учебныи\u0306"}]))
    assert isinstance(venue, VenueEntry)
    assert venue.name == "Учебный"


def test_merged_cells_are_told_in_each_row_they_swallow() -> None:
    rows = table([{**SLOT, "код": "S1"}, {**SLOT, "код": "S2", "кабинет": None}, {**SLOT, "код": "S3"}])
    assert problems(sheets_book({"Занятия": rows}, merged="G2:G3")) == [
        ("slots", 3, "room", "problem-merged")
    ]


def test_a_point_needs_both_coordinates() -> None:
    assert problems(book(venues=[{**VENUE, "долгота": None}])) == [
        ("venues", 2, "longitude", "problem-half-a-point")
    ]


def test_a_point_far_from_the_region_is_worth_a_look() -> None:
    rows = understood(book(venues=[{**VENUE, "широта": 40.7357, "долгота": "44,63604"}]))
    assert (rows.problems, told(rows.warnings)) == ((), [("venues", 2, "latitude", "warning-far-point")])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Лабинский район", "labinskiy"),
        ("Лабинский", "labinskiy"),
        ("лабинск", "labinskiy"),
        ("г. Краснодар", "krasnodar"),
        ("Краснодар", "krasnodar"),
        ("город-курорт Сочи", "sochi"),
        ("МО Тимашевский район", "timashyovskiy"),
        ("ТИМАШЁВСК", "timashyovskiy"),
        ("г.Горячий Ключ", "goryachiy-klyuch"),
        ("муниципальное образование город Армавир", "armavir"),
        ("ст. Динская", "dinskoy"),
        ("Приморско - Ахтарский р-н", None),
        ("Приморско–Ахтарский р-н", "primorsko-akhtarskiy"),
        ("Славянск-на-Кубани", "slavyanskiy"),
        ("Муниципальный округ Ейский", "eyskiy"),
        ("Москва", None),
        ("", None),
    ],
)
def test_municipalities_are_known_by_many_names(text: str, code: str | None) -> None:
    assert PLACES.code(text) == code


def test_every_municipality_is_known_by_its_own_names() -> None:
    wrong = [
        (place.code, name)
        for place in municipalities()
        for name in (place.name, f"{place.name} район", f"{place.kind} {place.name}", place.name.upper())
        if PLACES.code(name) != place.code
    ]
    assert wrong == []


def test_a_misspelt_municipality_gets_a_suggestion() -> None:
    problem = only_problem(book(venues=[{**VENUE, "муниципалитет": "Лабенский район"}]))
    assert dict(problem.args) == {"value": "Лабенский район", "suggestion": "Лабинский"}
    problem = only_problem(book(venues=[{**VENUE, "муниципалитет": "Париж"}]))
    assert dict(problem.args) == {"value": "Париж", "suggestion": "none"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.10.2026", date(2026, 10, 12)),
        ("12.10.26", date(2026, 10, 12)),
        ("2026-10-12", date(2026, 10, 12)),
        ("2026-10-12T00:00:00", date(2026, 10, 12)),
        (" 1.2.2027 ", date(2027, 2, 1)),
        ("12/10/2026", date(2026, 10, 12)),
        (Serial(46307.0), date(2026, 10, 12)),
        (46307.0, date(2026, 10, 12)),
        ("29.02.2026", None),
        ("12.13.2026", None),
        ("завтра", None),
        ("12.10", None),
        ("12.10.1026", None),
        (12.0, None),
        (1e300, None),
        (-5.0, None),
        (True, None),
        (Faulty(None), None),
    ],
)
def test_dates(cell: Any, expected: date | None) -> None:
    assert taken(CELLS.date, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("10:00", time(10)),
        ("10.00", time(10)),
        ("9:30", time(9, 30)),
        ("09:30:00", time(9, 30)),
        (Serial(0.4166666666), time(10)),
        (0.395833333, time(9, 30)),
        (Serial(46307.4375), time(10, 30)),
        (0.0, time(0)),
        ("24:00", None),
        ("10:60", None),
        ("10", None),
        (10.0, None),
        (-0.5, None),
        (Serial(-3.0), None),
        ("утром", None),
        (Faulty("#REF!"), None),
    ],
)
def test_times(cell: Any, expected: time | None) -> None:
    assert taken(CELLS.time, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("7–11", (7, 11)),
        ("7-11", (7, 11)),
        ("7 — 11 классы", (7, 11)),
        ("5", (5, 5)),
        (5.0, (5, 5)),
        ("9–СПО", (9, 12)),
        ("СПО, вуз", (12, 13)),
        ("1–вуз", (1, 13)),
        ("7, 8, 9", (7, 9)),
        ("8+", (8, None)),
        ("с 8 класса", (8, None)),
        ("до 6", (None, 6)),
        ("все", (None, None)),
        (Serial(46333.0), (7, 11)),
        (Serial(46214.0), (7, 11)),
        ("11–7", "refused"),
        ("5, 9", "refused"),
        ("12", "refused"),
        ("0", "refused"),
        ("старшие", "refused"),
        (7.5, "refused"),
        ("7–", "refused"),
        (Serial(46340.0), "refused"),
    ],
)
def test_grades(cell: Any, expected: object) -> None:
    """The serials are November 7th and July 11th of 2026, what spreadsheets make of "7-11", and the 14th."""
    assert (taken(CELLS.grades, cell) or "refused") == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("да", True),
        ("Отменено", True),
        ("1", True),
        (1.0, True),
        (True, True),
        ("нет", False),
        (False, False),
    ],
)
def test_cancelled(cell: Any, expected: bool) -> None:
    assert CELLS.cancelled(cell) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (12.0, 12),
        ("12", 12),
        ("1 000", 1000),
        ("12,0", 12),
        (0.0, "refused"),
        (1.5, "refused"),
        ("-3", "refused"),
    ],
)
def test_capacity(cell: Any, expected: object) -> None:
    assert (taken(CELLS.capacity, cell) or "refused") == expected


def test_no_limit_is_said_in_words_for_a_slot_and_by_nothing_for_a_session() -> None:
    slot, session = entries(book(slots=[{**SLOT, "мест": "Без ограничений"}], forum=[SESSION]))
    assert isinstance(slot, SlotEntry)
    assert isinstance(session, ForumEntry)
    assert (slot.capacity, session.capacity) == (None, None)
    assert problems(book(slots=[{**SLOT, "мест": None}])) == [("slots", 2, "capacity", "problem-empty")]


def test_words_outside_the_list_are_told_with_the_list() -> None:
    problem = only_problem(book(workshops=[{**WORKSHOP, "направление": "балет"}]))
    assert dict(problem.args) == {
        "value": "балет",
        "words": "технологии, инженерия, агро, предпринимательство",
    }
    assert problems(book(venues=[{**VENUE, "доступная среда": "лифт, бассейн"}])) == [
        ("venues", 2, "access", "problem-choice")
    ]


def test_faulty_cells_say_what_to_do() -> None:
    for cell, key in (
        (Faulty(None), "formula"),
        (Faulty("#REF!"), "cell-error"),
        (Serial(46307.0), "date-for-text"),
    ):
        with pytest.raises(Refused) as caught:
            CELLS.code(cell)
        assert caught.value.key == f"import-problem-{key}"


def taken(read: Any, cell: Any) -> Any:
    """What a reader makes of a cell, None when it refuses it."""
    try:
        return read(cell)
    except Refused:
        return None

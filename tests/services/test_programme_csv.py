"""One sheet as .csv: however a spreadsheet saved it, it is the same sheet."""

from __future__ import annotations

import io

import pytest

from domain.programme_import import Sheet, SlotEntry, UnusableFile, VenueEntry
from services import programme_csv
from services.programme_csv import read_csv
from services.programme_rows import read_rows
from services.programme_source import read_source
from services.spreadsheet import load_words
from tests.services.programme_desk import SESSION, SLOT, VENUE, WORKSHOP, ZONE, Row
from tests.services.test_programme_rows import municipalities

TITLES = load_words().titles


def csv(row: Row, delimiter: str = ";") -> str:
    quoted = [f'"{cell}"' if cell is not None else "" for cell in row.values()]
    return f"{delimiter.join(row)}\r\n{delimiter.join(quoted)}\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_way_of_saving_gives_the_same_sheet(encoding: str, delimiter: str) -> None:
    text = csv({**VENUE, "широта": "44,63604"}, delimiter)
    sheet = read_csv(text.encode(encoding))
    rows = read_rows([sheet], municipalities=municipalities(), zone=ZONE)
    ((read,),) = rows.rows.values()
    assert (rows.problems, rows.warnings) == ((), ())
    assert isinstance(read.entry, VenueEntry)
    assert (read.number, read.entry.name, read.entry.latitude) == (2, "УПК №1", 44.63604)


@pytest.mark.parametrize(
    ("row", "sheet"),
    [
        (VENUE, Sheet.VENUES),
        (WORKSHOP, Sheet.WORKSHOPS),
        (SLOT, Sheet.SLOTS),
        (SESSION, Sheet.FORUM),
        ({"ключ": "место", "значение": "Краснодар"}, Sheet.ABOUT),
        ({name: WORKSHOP[name] for name in ("код", "название", "направление", "площадка")}, Sheet.WORKSHOPS),
    ],
)
def test_columns_tell_which_sheet_it_is(row: Row, sheet: Sheet) -> None:
    assert read_csv(csv(row).encode()).name == TITLES[sheet]


def test_dates_and_texts_over_several_lines_are_read_and_rows_counted_as_a_spreadsheet_does() -> None:
    text = "Занятия на октябрь;;\r\n" + csv(SLOT) + ";;;\r\n" + csv({**SLOT, "код": "S2", "кабинет": "а\nб"})
    rows = read_rows([read_csv(text.encode())], municipalities=municipalities(), zone=ZONE)
    numbers = [(row.number, row.entry.code) for row in rows.rows[Sheet.SLOTS]]
    assert numbers == [(3, "S1"), (6, "S2")]
    last = rows.rows[Sheet.SLOTS][-1].entry
    assert isinstance(last, SlotEntry)
    assert last.room == "а б"
    assert {problem.row for problem in rows.problems} == {5}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"\n\r\n  ", "empty"),
        (b"a;b\n1;2\n", "csv-unknown"),
        ("код;цена\n1;2\n".encode(), "csv-unknown"),
        (b"PK\x03\x04" + b"\0" * 50, "not-csv"),
        (bytes(range(256)) * 20, "csv-unknown"),
    ],
    ids=["empty", "blank", "foreign", "one heading", "archive", "bytes"],
)
def test_what_is_no_sheet_is_told(content: bytes, expected: str) -> None:
    with pytest.raises(UnusableFile) as caught:
        read_source("лист.csv", io.BytesIO(content))
    assert caught.value.problem.key == f"import-file-{expected}"


def test_a_file_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme_csv, "ROWS", 3)
    text = csv(VENUE) + "V2;x;Анапа;;;;;\r\n" * 3
    with pytest.raises(UnusableFile) as caught:
        read_csv(text.encode())
    assert caught.value.problem.key == "import-file-too-many-rows"


def test_a_quote_that_never_closes_is_damage() -> None:
    text = csv(VENUE) + 'V2;"' + "x" * 200_000
    with pytest.raises(UnusableFile) as caught:
        read_csv(text.encode())
    assert caught.value.problem.key == "import-file-damaged-csv"

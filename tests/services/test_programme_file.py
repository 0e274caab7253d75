"""Files from anybody: read when they are workbooks, refused in one sentence when they are not, never fatal."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest

from domain.programme_import import UnusableFile
from services import programme_file
from services.programme_file import Faulty, RawSheet, Serial, read_workbook
from tests.services.programme_desk import book, sheet_xml, sheets_book, table, with_part

FIRST_SHEET = "xl/worksheets/sheet1.xml"


def refusal(source: Path | io.BytesIO) -> str:
    with pytest.raises(UnusableFile) as caught:
        read_workbook(source)
    return caught.value.problem.key.removeprefix("import-file-")


def only_sheet(file: io.BytesIO) -> RawSheet:
    (sheet,) = read_workbook(file)
    return sheet


def cells(file: io.BytesIO) -> list[dict[int, object]]:
    return [dict(row.cells) for row in only_sheet(file).rows]


def raw(rows: str, after: str = "") -> io.BytesIO:
    return with_part(sheets_book({"Л": [["x"]]}), FIRST_SHEET, sheet_xml(rows, after))


def test_cells_come_with_their_kinds() -> None:
    file = sheets_book({"Л": [["текст", 12, 0.5, True, None, date(2026, 10, 12), time(10, 0)]]})
    assert cells(file) == [{1: "текст", 2: 12.0, 3: 0.5, 4: True, 6: Serial(46307.0), 7: Serial(10 / 24)}]


def shared(strings: str, rows: str) -> io.BytesIO:
    """A workbook whose texts are shared, as Excel itself writes them."""
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{links}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId9" Type="{links}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    file = with_part(raw(rows), "xl/_rels/workbook.xml.rels", relations)
    return with_part(file, "xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{strings}</sst>')


def test_shared_texts_are_found_by_number() -> None:
    strings = "<si><t>код</t></si><si><r><t>Свар</t></r><r><t>ка_x000D_</t></r><rPh><t>x</t></rPh></si><si/>"
    rows = '<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row>'
    assert cells(shared(strings, rows)) == [{1: "Сварка\r", 2: "код"}]


def test_a_shared_text_that_is_not_there_is_damage() -> None:
    assert refusal(shared("<si><t>код</t></si>", '<row><c t="s"><v>7</v></c></row>')) == "damaged"


def test_days_since_1904_are_understood() -> None:
    workbook_xml = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<workbookPr date1904="1"/><sheets><sheet name="Л" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    file = sheets_book({"Л": [[datetime(2026, 10, 12)]]})
    ((cell,),) = [row.values() for row in cells(with_part(file, "xl/workbook.xml", workbook_xml))]
    assert cell == Serial(46307.0 + 1462)


def test_rows_and_cells_without_references_are_counted() -> None:
    file = raw("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>5</v></c></row>")
    sheet = only_sheet(file)
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, {1: 1.0, 3: 3.0}), (3, {1: 5.0})]


def test_rich_text_is_joined_and_phonetic_marks_are_left_out() -> None:
    file = raw(
        '<row><c t="inlineStr"><is><r><t>Свар</t></r><r><t>ка</t></r><rPh><t>x</t></rPh></is></c></row>'
    )
    assert cells(file) == [{1: "Сварка"}]


def test_a_formula_gives_its_result_and_without_one_is_faulty() -> None:
    file = raw(
        '<row><c><f>1+1</f><v>2</v></c><c><f>1+1</f></c><c t="str"><f>A1</f><v>да</v></c>'
        '<c t="str"><f>A1</f><v></v></c><c t="e"><f>A1/0</f><v>#DIV/0!</v></c></row>'
    )
    assert cells(file) == [{1: 2.0, 2: Faulty(None), 3: "да", 5: Faulty("#DIV/0!")}]


def test_a_cell_in_the_far_corner_costs_nothing() -> None:
    file = raw('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert cells(file) == [{1: 1.0}]


def test_rows_that_are_only_formatted_do_not_count() -> None:
    file = raw('<row r="1"><c><v>1</v></c></row>' + "<row/>" * 100_000)
    assert cells(file) == [{1: 1.0}]


def test_a_million_full_rows_are_refused_in_little_memory() -> None:
    file = raw("<row><c><v>1</v></c></row>" * 1_000_000)
    tracemalloc.start()
    try:
        assert refusal(file) == "too-many-rows"
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme_file, "UNPACKED_BYTES", 10_000_000)
    bomb = with_part(sheets_book({"Л": [["x"]]}), FIRST_SHEET, b" " * (programme_file.UNPACKED_BYTES + 1))
    assert len(bomb.getvalue()) < 100_000
    assert refusal(bomb) == "unpacks-too-large"


def test_a_part_that_lies_about_its_size_is_damaged() -> None:
    file = bytearray(sheets_book({"Л": [["x" * 200]]}).getvalue())
    # The size in the archive's directory, 24 bytes into the entry of the sheet.
    entry = file.rindex(b"PK\x01\x02", 0, file.rindex(FIRST_SHEET.encode()))
    file[entry + 24 : entry + 28] = (50).to_bytes(4, "little")
    assert refusal(io.BytesIO(bytes(file))) == "damaged"


def test_shared_strings_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme_file, "STRINGS", 2)
    assert refusal(shared("<si/>" * 3, "<row/>")) == "unpacks-too-large"


@pytest.mark.parametrize("limit", ["CELLS", "CHARACTERS"])
def test_what_stays_in_memory_is_limited_over_all_sheets(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    two_sheets = sheets_book({"А": [["а", "б"]], "Б": [["в"]]})
    monkeypatch.setattr(programme_file, limit, 3)
    assert len(read_workbook(two_sheets)) == 2
    monkeypatch.setattr(programme_file, limit, 2)
    assert refusal(two_sheets) == "unpacks-too-large"


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + sheet_xml(
        "<row><c><v>&b;</v></c></row>"
    )
    assert refusal(with_part(sheets_book({"Л": [["x"]]}), FIRST_SHEET, bomb)) == "damaged"


def test_too_many_merged_ranges_are_refused() -> None:
    ranges = "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 3000 + "</mergeCells>"
    assert refusal(raw("<row/>", ranges)) == "too-many-merged"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"hello, world", "not-workbook"),
        ("код;название\n".encode("cp1251"), "not-workbook"),
        (b"%PDF-1.7\n" + b"x" * 500, "not-workbook"),
        (b"PK\x03\x04" + b"\0" * 300, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
    ],
    ids=["empty", "text", "csv", "pdf", "beginning of an archive", "old Excel", "encrypted"],
)
def test_what_is_no_workbook_is_told_apart(content: bytes, expected: str) -> None:
    assert refusal(io.BytesIO(content)) == expected


def test_other_archives_are_no_workbooks() -> None:
    for part, expected in (
        ("word/document.xml", "not-workbook"),
        ("content.xml", "not-workbook"),
        ("xl/workbook.bin", "other-format"),
    ):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(part, "<x/>")
        assert refusal(file) == expected


def test_a_file_larger_than_a_messenger_hands_over_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme_file, "FILE_BYTES", 1000)
    assert refusal(book(venues=[{"код": "V1"}])) == "too-large"


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx") == "missing"
    assert refusal(tmp_path) == "not-workbook"


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
def test_a_cut_file_is_damaged(keep: float) -> None:
    content = sheets_book({"Л": table([{"код": f"V{number}"} for number in range(500)])}).getvalue()
    assert refusal(io.BytesIO(content[: int(len(content) * keep)])) == "damaged"


def test_flipped_bytes_never_raise_anything_else() -> None:
    content = sheets_book({"Л": table([{"код": f"V{number}"} for number in range(20)])}).getvalue()
    for position in range(0, len(content), 29):
        broken = bytearray(content)
        broken[position] ^= 0x55
        try:
            read_workbook(io.BytesIO(bytes(broken)))
        except UnusableFile:
            continue


def test_progress_is_told_every_thousand_rows() -> None:
    seen: list[tuple[str, int]] = []
    read_workbook(sheets_book({"Л": [[1]] * 2500}), lambda sheet, count: seen.append((sheet, count)))
    assert seen == [("Л", 1000), ("Л", 2000)]

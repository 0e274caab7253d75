"""A coordinator at a desk: workbooks made of rows, and a database of one's own to bring them to."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from sqlalchemy import insert, select

from db.engine import Database, Session
from db.migrate import upgrade
from db.models import BookingRow, PersonRow, SlotRow
from domain.people import OPERATOR
from domain.programme import Municipality
from domain.programme_import import Applied, Preview, Problem, ProgrammeRows
from services import programme_export, programme_import
from services.programme_file import read_workbook
from services.programme_rows import read_rows

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)

Row = Mapping[str, Any]
VENUE: Row = {
    "код": "V1",
    "название": "УПК №1",
    "муниципалитет": "Лабинский район",
    "адрес": "ул. Мира, 1",
    "широта": 44.63604,
    "долгота": 40.7357,
    "доступная среда": "лифт, туалет",
    "как добраться": "от вокзала 5 минут",
}
WORKSHOP: Row = {
    "код": "W1",
    "название": "Сварка",
    "направление": "инженерия",
    "площадка": "V1",
    "описание": "Свариваем мангал",
    "наставник": "Пётр Петров",
    "предприятие": "Завод",
    "классы": "7–11",
    "что взять": "закрытую обувь",
    "безопасность": "очки дадим",
}
SLOT: Row = {
    "код": "S1",
    "мастерская": "W1",
    "дата": "12.10.2026",
    "начало": "10:00",
    "конец": "11:30",
    "мест": 12,
    "кабинет": "5",
    "отменено": None,
}
SESSION: Row = {
    "код": "F1",
    "название": "Агродроны",
    "направление": "агро",
    "формат": "лекция",
    "площадка": "V1",
    "зал": "Большой",
    "дата": "20.10.2026",
    "начало": "12:00",
    "конец": "13:00",
    "мест": None,
    "спикеры": "Анна",
    "для кого": "все",
    "описание": "О полях с высоты",
    "отменено": None,
}
TITLES = {
    "venues": "Площадки",
    "workshops": "Мастерские",
    "slots": "Занятия",
    "forum": "Форум",
    "about": "О форуме",
}
WHOLE: Mapping[str, Sequence[Row]] = {
    "venues": [VENUE],
    "workshops": [WORKSHOP],
    "slots": [SLOT],
    "forum": [SESSION],
    "about": [{"ключ": "название", "значение": "Форум"}],
}


def book(**sheets: Sequence[Row]) -> io.BytesIO:
    """A workbook of rows given as heading -> cell; headings are all that any row of the sheet has."""
    return sheets_book({TITLES[name]: table(rows) for name, rows in sheets.items()})


def table(rows: Sequence[Row]) -> list[list[Any]]:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    return [headings, *([row.get(heading) for heading in headings] for row in rows)]


def sheets_book(sheets: Mapping[str, Sequence[Sequence[Any]]], *, merged: str | None = None) -> io.BytesIO:
    """A workbook of plain rows by title; ``merged`` cells are of the last sheet."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        page = workbook.create_sheet(title)
        for row in rows:
            page.append(list(row))
        if merged and title == list(sheets)[-1]:
            page.merge_cells(merged)
    file = io.BytesIO()
    workbook.save(file)
    return file


def with_part(file: io.BytesIO, part: str, content: str | bytes) -> io.BytesIO:
    """The same archive with one part replaced or added."""
    source, target = zipfile.ZipFile(file), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in source.namelist():
            if name != part:
                archive.writestr(name, source.read(name))
        archive.writestr(part, content)
    return target


def sheet_xml(rows: str, after: str = "") -> str:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def told(problems: Sequence[Problem]) -> list[tuple[str | None, int | None, str | None, str]]:
    """Problems as short tuples: sheet, row, column, key without its beginning."""
    return [
        (problem.sheet, problem.row, problem.column, problem.key.removeprefix("import-"))
        for problem in problems
    ]


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp()) / "template.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


def new_database(folder: Path) -> str:
    """The URL of an up-to-date database that holds nothing but the municipalities."""
    path = folder / "bot.sqlite3"
    shutil.copy(_template(), path)
    return f"sqlite:///{path}"


class Desk:
    """Reads, previews and applies workbooks; signs people up to have somebody to tell."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._people = 0

    async def rows(self, file: io.BytesIO) -> ProgrammeRows:
        municipalities: list[Municipality] = await self.database.read(
            programme_import.municipalities, OPERATOR
        )
        return read_rows(read_workbook(file), municipalities=municipalities, zone=ZONE)

    async def preview(self, file: io.BytesIO, now: datetime = NOW) -> Preview:
        rows = await self.rows(file)
        return await self.database.read(programme_import.preview, OPERATOR, rows, now, ZONE)

    async def apply(self, file: io.BytesIO, now: datetime = NOW, expected: str | None = None) -> Applied:
        rows = await self.rows(file)
        return await self.database.write(programme_import.apply, OPERATOR, rows, now, ZONE, expected)

    async def export(self) -> io.BytesIO:
        file = io.BytesIO()
        stored = await self.database.read(programme_export.programme, OPERATOR)
        programme_export.write_workbook(stored, ZONE, file)
        return file

    async def slot(self, code: str) -> SlotRow:
        def find(session: Session) -> SlotRow:
            return session.scalars(select(SlotRow).where(SlotRow.code == code)).one()

        return await self.database.read(find)

    async def book_place(self, slot: str, status: str = "booked", person: int | None = None) -> int:
        """A person, new unless given, with a booking in this state; the person's id."""
        self._people += 1
        number = self._people

        def write(session: Session) -> int:
            person_id = person or session.scalar(
                insert(PersonRow)
                .values(
                    messenger="telegram",
                    messenger_user_id=str(number),
                    reminders=0,
                    filters={},
                    created_at=NOW,
                    seen_at=NOW,
                    role="student",
                    name=f"Ученик {number}",
                    grade=8,
                    municipality_code="labinskiy",
                    consent_version="1",
                    consent_at=NOW,
                )
                .returning(PersonRow.id)
            )
            found = session.scalars(select(SlotRow).where(SlotRow.code == slot)).one()
            if status in ("booked", "offered"):
                found.taken += 1
            elif status == "waiting":
                found.waiting += 1
            session.add(
                BookingRow(
                    slot_id=found.id,
                    person_id=person_id,
                    status=status,
                    queued_at=NOW,
                    companions=[],
                    read_sequence=found.sequence,
                )
            )
            assert person_id is not None
            return person_id

        return await self.database.write(write)

"""The programme goes in and out through the chat: from the empty template to a published day, and lists to print."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select

from db.engine import Session
from db.models import ActivityRow, LogFileRow, LogRow, PersonRow, RoleGrantRow, SlotRow
from tests import town
from tests.e2e.stage import NOON, Stage, Visitor
from tests.services.programme_desk import SLOT, VENUE, WHOLE, WORKSHOP, book
from tests.town import moscow

EXAMPLE = Path(__file__).parent.parent / "data" / "schedule-example.json"


def _grant(session: Session, user: int, municipality: str | None) -> None:
    person = session.scalars(select(PersonRow).where(PersonRow.messenger_user_id == str(user))).one()
    session.add(
        RoleGrantRow(person_id=person.id, role="coordinator", municipality_code=municipality, granted_at=NOON)
    )


async def coordinator(stage: Stage, name: str = "Елена", municipality: str | None = None) -> Visitor:
    elena = await stage.registered(name, role="teacher")
    await stage.write(_grant, elena.id, municipality)
    return elena


async def send_file(visitor: Visitor, content: bytes, name: str = "programme.xlsx") -> str:
    await visitor.seat.send_document(content, name)
    await visitor.stage.settle()
    return visitor.news[0]


def files(visitor: Visitor) -> list[tuple[str, bytes]]:
    return [
        (message.file.name, message.file.content)
        for message in visitor.seat.messages
        if message.file and message.from_bot
    ]


async def ask_for(visitor: Visitor, *labels: str) -> tuple[str, bytes]:
    """The file that a row of taps brings."""
    await visitor.send("/start")
    await visitor.tap("Координатору", *labels)
    return files(visitor)[-1]


async def rows_of(stage: Stage, table: Any) -> list[Any]:
    return await stage.read(lambda session: list(session.scalars(select(table))))


async def actions(stage: Stage) -> list[tuple[str, str]]:
    return [(row.action, row.subject) for row in await rows_of(stage, LogRow)]


def filled(template: bytes, rows: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(template))
    for title, lines in rows.items():
        for line in lines:
            workbook[title].append(list(line))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def edited(content: bytes, sheet: str, cells: dict[str, Any]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        workbook[sheet][place].value = value
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


async def test_from_the_empty_template_to_a_published_day(stage: Stage) -> None:
    elena = await coordinator(stage)
    name, template = await ask_for(elena, "Программа из файла", "Шаблон")
    assert name == "Шаблон программы.xlsx"
    await stage.slot(await stage.workshop("Пайка"), "14 10:00")
    shown = await send_file(elena, template, name)
    assert shown == "Шаблон программы.xlsx проверен. Пока ничего не записано.\n\nИзменений нет."

    day = date(2026, 10, 13)
    content = filled(
        template,
        {
            "Площадки": [["LAB-1", "УПК", "Лабинский район", "ул. Мира, 1"]],
            "Мастерские": [["WELD", "Сварка", "инженерия", "LAB-1"]],
            "Занятия": [
                [None, "WELD", day, time(10), time(11, 30), 12],
                [None, "WELD", "вчера", time(12), time(13), 12],
            ],
        },
    )
    shown = await send_file(elena, content, "план.xlsx")
    assert "план.xlsx проверен. Пока ничего не записано." in shown
    assert "Новое: 3" in shown
    assert "«Занятия», строка 3, «дата»: «вчера» – не дата. Нужно так: 12.10.2026." in shown
    assert elena.buttons == ["✅ Применить", "Отмена"]
    assert len(await rows_of(stage, SlotRow)) == 1

    assert "Готово, программа обновлена." in await elena.tap("Применить")
    assert "Новое: 3. Изменено: 0." in elena.screen
    assert "Осталась 1 ошибка" in elena.screen
    assert [row.code for row in await rows_of(stage, SlotRow)][1:] == ["WELD-20261013-1000"]
    assert ("imported", "план.xlsx") in await actions(stage)
    [kept] = await rows_of(stage, LogFileRow)
    assert (kept.name, kept.content == content) == ("план.xlsx", False)

    anya = stage.visitor("Аня")
    await anya.send("сварка")
    assert "Сварка" in anya.screen


async def test_what_goes_out_comes_back_unchanged_and_an_edit_is_shown(stage: Stage) -> None:
    elena = await coordinator(stage)
    await send_file(elena, book(**WHOLE).getvalue())
    await elena.tap("Применить")
    name, exported = await ask_for(elena, "Выгрузить", "Таблица")
    assert name == "Программа 2026-10-12.xlsx"
    assert "Изменений нет" in await send_file(elena, exported, name)
    moved = edited(exported, "Занятия", {"C2": "13.10.2026"})
    shown = await send_file(elena, moved, name)
    assert "Изменится: 1" in shown
    assert "дата: 12.10.2026 → 13.10.2026" in shown
    await elena.tap("Отмена")
    assert "ничего не изменилось" in elena.screen
    (slot,) = [row for row in await rows_of(stage, SlotRow) if row.code == "S1"]
    assert slot.starts_at == moscow("12 10:00")
    assert [action for action, _ in await actions(stage)] == ["imported", "imported", "exported"]


async def test_the_second_of_two_coordinators_is_told_that_the_programme_changed(stage: Stage) -> None:
    elena, oleg = await coordinator(stage), await coordinator(stage, "Олег")
    first = book(venues=[VENUE], workshops=[WORKSHOP], slots=[SLOT]).getvalue()
    second = book(venues=[VENUE], workshops=[WORKSHOP], slots=[{**SLOT, "мест": 7}]).getvalue()
    await send_file(elena, first)
    await send_file(oleg, second)
    await elena.tap("Применить")
    await oleg.tap("Применить")
    assert "Программа изменилась, пока вы смотрели." in oleg.screen
    assert "мест: 12 → 7" in oleg.screen
    assert [row.capacity for row in await rows_of(stage, SlotRow)] == [12]
    await oleg.tap("Применить")
    assert [row.capacity for row in await rows_of(stage, SlotRow)] == [7]


async def test_a_preview_with_many_errors_stays_short_and_the_file_has_them_all(stage: Stage) -> None:
    elena = await coordinator(stage)
    wrong = [
        {**WORKSHOP, "код": f"W{number}", "направление": "рукоделие", "классы": "пятые"}
        for number in range(1, 11)
    ]
    shown = await send_file(elena, book(venues=[VENUE], workshops=wrong).getvalue())
    assert len(shown) <= 1_700
    assert "Ошибки: 20" in shown
    assert "«Мастерские», строка 2, «направление»" in shown
    assert "Всё целиком – в файле ниже." in shown
    [(_, report)] = files(elena)
    assert "«Мастерские», строка 11, «классы»" in report.decode("utf-8-sig")


async def test_a_preview_outlives_a_restart_and_a_double_tap(stage: Stage) -> None:
    elena = await coordinator(stage)
    await send_file(elena, book(venues=[VENUE]).getvalue())
    await stage.restart()
    shown = elena.last
    await elena.tap("Применить", message=shown)
    assert "Новое: 1. Изменено: 0." in elena.screen
    await elena.hack(shown.data("Применить"), shown)
    assert elena.screen == "Этот файл уже записан. Нового в нём нет."
    assert [action for action, _ in await actions(stage)] == ["imported"]


async def test_a_coordinator_of_a_municipality_imports_only_what_is_theirs(stage: Stage) -> None:
    elena = await coordinator(stage, municipality="labinskiy")
    other = {**VENUE, "код": "V2", "муниципалитет": "Анапа"}
    rows = {
        **WHOLE,
        "venues": [VENUE, other],
        "workshops": [WORKSHOP, {**WORKSHOP, "код": "W2", "площадка": "V2"}],
    }
    shown = await send_file(elena, book(**rows).getvalue())
    assert "«Площадки», строка 3, «код»: это не ваш муниципалитет" in shown
    assert "«Форум», строка 2, «код»: форум меняют координаторы всего края." in shown
    assert "Новое: 3" in shown
    await elena.tap("Применить")
    assert [row.code for row in await rows_of(stage, ActivityRow)] == ["W1"]
    (entry,) = await rows_of(stage, LogRow)
    assert entry.municipality_code == "labinskiy"


async def test_a_sheet_of_its_own_comes_as_csv(stage: Stage) -> None:
    elena = await coordinator(stage)
    text = "код;название;муниципалитет;широта;долгота\r\nV1;«УПК»;Лабинский район;44,63604;40,7357\r\n"
    assert "Новое: 1" in await send_file(elena, text.encode("cp1251"), "площадки.csv")
    await elena.tap("Применить")
    assert "Готово" in elena.screen


async def test_a_schedule_of_a_conference_comes_and_goes(stage: Stage) -> None:
    elena = await coordinator(stage)
    shown = await send_file(elena, EXAMPLE.read_bytes(), "schedule.json")
    assert "заведена площадка «democon»" in shown
    assert "Ошибки" not in shown
    await elena.tap("Применить")
    assert "Готово" in elena.news[0]
    name, content = await ask_for(elena, "Выгрузить", "schedule.json")
    assert name == "schedule.json"
    events = [
        event
        for day in json.loads(content)["schedule"]["conference"]["days"]
        for room in day["rooms"].values()
        for event in room
    ]
    assert len(events) == len(await rows_of(stage, SlotRow)) > 20
    assert "https://t.me/stage_bot?start=act_democon-25" in {event["url"] for event in events}
    assert "Изменений нет" in await send_file(elena, content, name)


async def test_a_broken_file_gets_a_sentence(stage: Stage) -> None:
    elena = await coordinator(stage)
    for content, name, expected in (
        (b"%PDF-1.7", "programme.pdf", "Это не таблица Excel"),
        (b"PK\x03\x04" + b"\0" * 99, "programme.xlsx", "Файл повреждён"),
        (b"{", "schedule.json", "Файл .json повреждён"),
        ("а;б\n1;2".encode(), "x.csv", "Не понял, какой это лист"),
    ):
        shown = await send_file(elena, content, name)
        assert "Файл не подошёл" in shown
        assert expected in shown


async def test_a_long_preview_comes_whole_as_a_file(stage: Stage) -> None:
    elena = await coordinator(stage)
    venues = [{**VENUE, "код": f"V{number}", "муниципалитет": "Нет"} for number in range(60)]
    shown = await send_file(elena, book(venues=[VENUE, *venues]).getvalue())
    assert "… и ещё" in shown
    assert len(shown) < 4096
    name, report = files(elena)[-1]
    assert name == "Проверка.txt"
    assert report.decode("utf-8-sig").count("такого муниципалитета нет в крае") == 60


async def test_files_and_buttons_of_coordinators_do_nothing_for_others(stage: Stage) -> None:
    elena = await coordinator(stage)
    await send_file(elena, book(venues=[VENUE]).getvalue())
    apply = elena.last.data("Применить")
    anya = await stage.registered("Аня")
    shown = await send_file(anya, book(venues=[VENUE]).getvalue())
    assert "Применить" not in anya.buttons
    assert "проверен" not in shown
    for data in (apply, "ex", "ext", "exo", "exf:xlsx", "exf:json", "exd", "ros", "rosd:0", "rosm:0"):
        await anya.hack(data)
    for data in ("rosa:labinskiy:0", "rosx:d:20261013", "rosx:m:labinskiy", "rosx:a:1"):
        await anya.hack(data)
    assert files(anya) == []
    assert await actions(stage) == []


async def test_lists_of_participants_are_tables_to_print(stage: Stage) -> None:
    elena = await coordinator(stage, municipality="labinskiy")
    workshop = await stage.workshop("=Сварка")
    slot = await stage.slot(workshop, "13 10:00", code="S1")
    elsewhere = await stage.workshop("Пайка", municipality_code="anapa")
    other = await stage.slot(elsewhere, "13 12:00", code="S2")

    def sign_up(session: Session) -> None:
        for number, name in enumerate(("=1+1", "+7 918", "-Аня", "@Оля")):
            person = town.add_person(
                session, name=name, messenger_user_id=str(5000 + number), municipality_code="labinskiy"
            )
            town.add_booking(session, slot, person, answer="coming" if number == 0 else None)
        silent = town.add_person(session, name="Тайна", messenger_user_id="6000", consent_version=None)
        town.add_booking(session, slot, silent)
        stranger = town.add_person(session, name="Чужой", messenger_user_id="6001")
        town.add_booking(session, other, stranger)
        adult = town.add_person(
            session, name="Яна", role="parent", grade=None, organisation="Школа", messenger_user_id="6002"
        )
        town.add_booking(session, slot, adult, places=2, companions=["Ваня"])

    await stage.write(sign_up)
    for labels in (
        ("По дням", "Завтра"),
        ("По муниципалитетам", "Лабинский", "Весь муниципалитет"),
        ("По муниципалитетам", "Лабинский", "=Сварка"),
    ):
        name, content = await ask_for(elena, "Списки участников", *labels)
        assert name.startswith("uchastniki-")
        page = openpyxl.load_workbook(io.BytesIO(content)).active
        assert page is not None
        lines = [[cell.value for cell in row] for row in page.rows]
        assert lines[0] == ["время", "занятие", "место", "имя", "класс / роль", "мест", "с кем", "ответ"]
        assert [line[3:] for line in lines[1:]] == [
            ["+7 918", "9 класс", 1, None, None],
            ["-Аня", "9 класс", 1, None, None],
            ["=1+1", "9 класс", 1, None, "придёт"],
            ["@Оля", "9 класс", 1, None, None],
            ["имя скрыто", None, 1, None, None],
            ["Яна", "родитель, Школа", 2, "Ваня", None],
        ]
        assert {cell.data_type for row in page.rows for cell in row if isinstance(cell.value, str)} == {"s"}
        assert (page.page_setup.orientation, page.print_title_rows) == ("landscape", "$1:$1")
        assert page.sheet_properties.pageSetUpPr is not None
        assert page.sheet_properties.pageSetUpPr.fitToPage
    assert [action for action, _ in await actions(stage)] == ["exported"] * 3
    await elena.hack("rosx:m:anapa")
    await elena.hack("rosa:anapa:0")
    await elena.hack(f"rosx:a:{elsewhere}")
    assert len(files(elena)) == 3

"""`python -m bot import` and `export` as an operator sees them: words, order, exit status."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import export_programme, import_programme
from bot.texts import Texts
from db.engine import Database
from tests.services.programme_desk import (
    NOW,
    SESSION,
    SLOT,
    VENUE,
    WHOLE,
    WORKSHOP,
    ZONE,
    Desk,
    book,
    new_database,
    sheets_book,
)

TEXTS = Texts.load()


class Operator:
    """Somebody at a terminal, with a database and a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = new_database(folder)
        self.out = ""
        self.err = ""

    def imports(self, file: io.BytesIO | Path, *, dry_run: bool = False) -> int:
        if isinstance(file, Path):
            path = file
        else:
            path = self.folder / "programme.xlsx"
            path.write_bytes(file.getvalue())
        out, err = io.StringIO(), io.StringIO()
        status = import_programme.run(
            self.url, ZONE, TEXTS, path, dry_run=dry_run, now=NOW + timedelta(hours=1), out=out, err=err
        )
        self.out, self.err = out.getvalue(), err.getvalue()
        return status

    def exports(self, path: Path) -> int:
        out, err = io.StringIO(), io.StringIO()
        status = export_programme.run(self.url, ZONE, TEXTS, path, out=out, err=err)
        self.out, self.err = out.getvalue(), err.getvalue()
        return status

    def books(self, slot: str) -> None:
        async def book_place() -> None:
            database = Database(self.url)
            await Desk(database).book_place(slot)
            await database.close()

        asyncio.run(book_place())


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def test_a_first_import_lists_what_is_new(operator: Operator) -> None:
    assert operator.imports(book(**WHOLE)) == 0
    assert operator.out.splitlines() == [
        "Новое: 5",
        "  «Площадки»: 1",
        "    V1 – УПК №1",
        "  «Мастерские»: 1",
        "    W1 – Сварка",
        "  «Занятия»: 1",
        "    S1 – W1, 12.10.2026 10:00",
        "  «Форум»: 1",
        "    F1 – Агродроны",
        "  «О форуме»: 1",
        "    название",
        "Об изменениях никому сообщать не нужно.",
        "Готово: программа загружена.",
    ]
    assert operator.err == ""


def test_changes_read_old_to_new_and_say_who_hears_of_them(operator: Operator) -> None:
    operator.imports(book(**WHOLE))
    operator.books("S1")
    slot = {**SLOT, "начало": "10:30", "кабинет": None}
    assert operator.imports(book(slots=[slot], forum=[{**SESSION, "код": "F2"}]), dry_run=True) == 0
    assert operator.out.splitlines() == [
        "Новое: 1",
        "  «Форум»: 1",
        "    F2 – Агродроны",
        "Изменится: 1",
        "  «Занятия»: S1 – W1, 12.10.2026 10:30",
        "    начало: 10:00 → 10:30",
        "    кабинет: 5 → пусто",
        "Нет в файле (остаётся как было, решать вам): 1",
        "  «Форум»: F1 – Агродроны",
        "Об изменениях узнает 1 человек.",
        "Это только проверка, ничего не изменено.",
    ]


def test_a_dry_run_changes_nothing(operator: Operator) -> None:
    operator.imports(book(**WHOLE), dry_run=True)
    operator.imports(book(**WHOLE))
    assert operator.out.startswith("Новое: 5\n")


def test_the_same_file_again_has_nothing_to_do(operator: Operator) -> None:
    operator.imports(book(**WHOLE))
    assert operator.imports(book(**WHOLE)) == 0
    assert operator.out.splitlines() == [
        "Изменений нет.",
        "Без изменений: 5",
        "Готово: программа загружена.",
    ]


def test_errors_say_sheet_row_column_and_what_is_expected(operator: Operator) -> None:
    file = book(
        venues=[VENUE, {**VENUE, "код": "V2", "муниципалитет": "Лабенский район"}],
        workshops=[WORKSHOP],
        slots=[
            {**SLOT, "дата": "31.02.2026", "начало": "25:00"},
            {**SLOT, "код": "S2", "мастерская": "W2"},
            {**SLOT, "код": "S3", "мест": 0},
        ],
    )
    assert operator.imports(file) == 1
    report = operator.out.splitlines()
    assert report[report.index("Ошибки: 5") :] == [
        "Ошибки: 5",
        (
            "  «Площадки», строка 3, «муниципалитет»: «Лабенский район» – такого муниципалитета нет в крае. "
            "Возможно, вы имели в виду «Лабинский»."
        ),
        "  «Занятия», строка 2, «дата»: «31.02.2026» – не дата. Нужно так: 12.10.2026.",
        "  «Занятия», строка 2, «начало»: «25:00» – не время. Нужно так: 10:00.",
        "  «Занятия», строка 3, «мастерская»: кода «W2» нет на листе «Мастерские». Проверьте код.",
        (
            "  «Занятия», строка 4, «мест»: «0» – не число мест. Нужно целое число от 1 до 100\u00a0000 "
            "или «без ограничений»."
        ),
        "Об изменениях никому сообщать не нужно.",
        "Готово: строки без ошибок загружены. Исправьте остальные и загрузите файл ещё раз.",
    ]


def test_a_file_whose_rows_are_all_wrong_changes_nothing(operator: Operator) -> None:
    assert operator.imports(book(venues=[{**VENUE, "код": "не код"}])) == 2
    assert operator.out.splitlines()[-1] == "Ничего не загружено."


def test_headings_and_sheets_that_are_not_ours_are_told(operator: Operator) -> None:
    file = sheets_book({"Площадки": [["код", "имя"], ["V1", "У"]], "Смета": [[1]]})
    assert operator.imports(file) == 2
    assert operator.out.splitlines() == [
        "Изменений нет.",
        "Обратите внимание: 1",
        "  Лист «Смета» не из программы, он пропущен.",
        "Ошибки: 1",
        (
            "  «Площадки»: не найдены столбцы: название, муниципалитет. "
            "Заголовки должны стоять в первой строке. Лист пропущен."
        ),
        "Ничего не загружено.",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Файл пустой. Сохраните таблицу ещё раз и пришлите снова."),
        (b"plain text", "Это не таблица Excel. Нужен файл .xlsx."),
        (
            b"PK\x03\x04 cut",
            "Файл повреждён. Откройте таблицу, сохраните её как «Книга Excel (.xlsx)» и пришлите снова.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "Файл закрыт паролем. Снимите пароль и сохраните таблицу ещё раз.",
        ),
    ],
    ids=["empty", "text", "cut", "encrypted"],
)
def test_an_unusable_file_gets_one_sentence(operator: Operator, content: bytes, sentence: str) -> None:
    assert operator.imports(io.BytesIO(content)) == 2
    assert (operator.out, operator.err) == ("", sentence + "\n")


def test_a_missing_file_gets_one_sentence(operator: Operator) -> None:
    assert operator.imports(operator.folder / "none.xlsx") == 2
    assert operator.err == "Такого файла нет. Проверьте имя и папку.\n"


def test_long_lists_are_cut_and_large_files_tell_how_far_they_are(operator: Operator) -> None:
    file = book(venues=[{**VENUE, "код": f"V{number}"} for number in range(1500)])
    assert operator.imports(file) == 0
    assert operator.err.splitlines() == ["Читаю «Площадки»: 1000 строк…", "Сверяю с базой…", "Записываю…"]
    assert operator.out.splitlines()[11:14] == [
        "    V9 – УПК №1",
        "    … и ещё 1490",
        "Об изменениях никому сообщать не нужно.",
    ]


def test_every_problem_has_its_words() -> None:
    """Each key is rendered with the arguments that the code gives it; here with all the text needs."""
    keys = [key for key in TEXTS if key.startswith(("import-file-", "import-problem-", "import-warning-"))]
    assert len(keys) > 40
    for key in keys:
        TEXTS.plain(key, **dict.fromkeys(TEXTS.variables(key), "1"))


def test_an_export_is_imported_without_a_change(operator: Operator) -> None:
    operator.imports(book(**WHOLE))
    path = operator.folder / "out.xlsx"
    assert operator.exports(path) == 0
    assert operator.out == f"Сохранено: {path}. В таблице 5 строк.\n"
    assert operator.imports(path) == 0
    assert operator.out.startswith("Изменений нет.\n")


def test_an_export_to_nowhere_gets_one_sentence(operator: Operator) -> None:
    path = operator.folder / "none" / "out.xlsx"
    assert operator.exports(path) == 2
    assert operator.err == f"Сохранить в {path} не получилось: нет такой папки или прав на запись.\n"

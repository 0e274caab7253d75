"""A coordinator invites, the invited accept, roles are seen and taken back, and the log tells it all."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.engine import Session
from db.models import PersonRow, RoleGrantRow
from domain.log import Action
from domain.people import OPERATOR, Role
from handlers.journal.screens import ACTION_KEYS
from sandbox.people import Message
from services import log
from tests.e2e.stage import NOON, TEXTS, Stage, Visitor
from tests.town import LONG_AGO, moscow


async def coordinator(stage: Stage, name: str = "Елена", municipality: str | None = None) -> Visitor:
    return await holder(stage, name, Role.COORDINATOR, municipality)


async def holder(stage: Stage, name: str, role: Role, municipality: str | None) -> Visitor:
    """Somebody registered as a teacher who holds a role."""
    visitor = await stage.registered(name, role="teacher")

    def grant(session: Session) -> None:
        person = session.scalar(select(func.max(PersonRow.id)))
        session.add(
            RoleGrantRow(person_id=person, role=role, municipality_code=municipality, granted_at=LONG_AGO)
        )

    await stage.write(grant)
    return visitor


async def desk(person: Visitor, *labels: str) -> str:
    await person.send("/menu")
    return await person.tap("Координатору", *labels)


def code_in(text: str) -> str:
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text)
    assert found is not None, text
    return found[0]


async def invited(elena: Visitor, whom: str = "Пригласить педагога", *choices: str) -> str:
    """The message to forward."""
    await desk(elena, "Роли", whom, *(choices or ("1 человек", "7 дней", "Весь край")))
    return elena.screen


async def test_an_invitation_by_link_from_making_to_the_log(stage: Stage) -> None:
    elena, olga = await coordinator(stage), await stage.registered("Ольга", role="teacher")
    await desk(elena, "Роли")
    assert elena.screen.startswith("Роли\n\nГде: весь край.")
    await elena.tap("Пригласить педагога")
    assert "Сколько человек смогут его принять?" in elena.screen
    await elena.tap("10 человек")
    assert "Сколько дней действует" in elena.screen
    await elena.tap("7 дней")
    assert elena.buttons[:2] == ["Весь край", "Лабинский"]
    await elena.tap("Лабинский")

    shown, forwarded = elena.news
    assert "Приглашение готово\n\nРоль: педагог. Где: Лабинский.\nОсталось: 10 человек." in shown
    assert "Действует до: пн 19 октября, 12:00." in shown
    assert "Перешлите следующее сообщение" in shown
    link = re.search(r"https://t\.me/stage_bot\?start=inv_\w+", forwarded)
    assert link is not None
    assert link[0] in shown
    assert elena.buttons == []

    await olga.follow(link[0])
    assert "Вас приглашают\n\nРоль: педагог.\nГде: Лабинский.\nКто приглашает: координатор." in olga.screen
    assert "Елена" not in olga.screen
    toast = await olga.toast("Принять")
    assert toast.text == "Роль принята"
    assert "Готово, роль ваша: педагог. Где: Лабинский." in olga.screen
    await olga.send("/profile")
    assert "Роль: Педагог\n" in olga.screen

    await olga.follow(link[0])
    assert "Эта роль у вас уже есть: педагог. Где: Лабинский." in olga.screen
    await desk(elena, "Журнал")
    assert elena.screen == (
        "Журнал\n\n"
        "1. пн 12 октября, 12:00\nОльга\nПринята роль: педагог\nГде: Лабинский\n\n"
        "2. пн 12 октября, 12:00\nЕлена\nСделано приглашение: педагог, на 10 человек, на 7 дней\nГде: Лабинский"
    )


async def test_a_coordinator_is_one_person_whom_the_inviter_has_seen(stage: Stage) -> None:
    elena, vera, anya = await coordinator(stage), await coordinator(stage, "Вера"), stage.visitor("Аня")
    await anya.send("/start")
    text = await invited(elena, "Пригласить координатора", "Весь край")
    assert "Осталось: 1 человек. Действует до: вт 13 октября, 12:00." in elena.news[0]
    code = code_in(text).lower().replace("-", " ")

    elena.listen()
    await anya.send(code)
    assert "Роль: координатор.\nГде: весь край." in anya.screen
    assert "и ещё 365 дней после неё, я храню запись" in anya.screen
    await anya.tap("Принять")
    assert anya.screen.startswith("Для этой роли мне нужны ваше имя и согласие.")
    await stage.tick()
    assert elena.news == [
        (
            "🔑 По вашему приглашению для координатора пришёл человек, который ещё не назвал имя. "
            "Роли у него нет. Если вы посылали ссылку не ему, отзовите приглашение."
        )
    ]

    boris = await stage.registered("Борис", role="teacher")
    await boris.send(code)
    await boris.tap("Принять")
    assert boris.screen.startswith("Готово, осталось подождать")
    await boris.send("/menu")
    assert not any("Координатору" in label for label in boris.buttons)
    assert "воспользовались все" in await anya.send(code)

    await stage.tick()
    await elena.tap("Посмотреть, кто это")
    assert elena.screen.startswith("Борис хочет быть координатором\n\nЖивёт: Лабинский.")
    yes = elena.last.data("Да, это мой человек")
    assert (await vera.hack(yes, vera.last if vera.heard else await started(vera))).alert
    vera.listen()
    assert (await elena.toast("Да, это мой человек")).text == "Теперь это координатор"
    await stage.tick()
    assert vera.news == [
        "🔑 Появился новый координатор: Борис, весь край. Если вы такого не ждали, посмотрите, кто его пригласил."
    ]
    await boris.tap("Координатору")
    assert "Где: все муниципалитеты." in boris.screen
    assert (await elena.hack(yes)).text == "Здесь уже никто не ждёт"


async def started(person: Visitor) -> Message:
    await person.send("/menu")
    return person.last


async def test_who_came_and_is_not_known_gets_nothing(stage: Stage) -> None:
    elena, boris = await coordinator(stage), await stage.registered("Борис", role="teacher")
    code = code_in(await invited(elena, "Пригласить координатора", "Весь край"))
    await boris.send(code)
    await boris.tap("Принять")
    await stage.tick()
    await elena.tap("Посмотреть, кто это")
    assert (await elena.toast("Нет, не подтверждать")).text == "Роль не выдана"
    await stage.tick()
    assert boris.screen.startswith("Координатор не подтвердил приглашение")
    assert "отозвали" in await boris.send(code)


async def test_with_a_role_goes_what_came_from_it(stage: Stage) -> None:
    elena, boris = await coordinator(stage), await coordinator(stage, "Борис")
    code = code_in(await invited(boris, "Пригласить координатора", "Весь край"))
    vera = await stage.registered("Вера", role="teacher")
    await vera.send(code)
    await vera.tap("Принять")
    await stage.tick()
    await boris.tap("Посмотреть, кто это", "Да, это мой человек")
    waiting = code_in(await invited(boris, "Пригласить координатора", "Весь край"))
    gleb = await stage.registered("Глеб", role="teacher")
    await gleb.send(waiting)
    await gleb.tap("Принять")
    await stage.tick()
    yes = boris.last.data("Посмотреть, кто это")

    await desk(elena, "Роли", "Координаторы (3)", "Борис", "Забрать роль")
    assert "По его приглашениям роль есть ещё у 1 человека:\nВера, координатор, весь край" in elena.screen
    await elena.tap("Забрать и у него, и у 1 человека")
    assert elena.buttons[0] == "Елена · весь край"
    assert (await boris.hack(yes)).alert
    for former in (boris, vera):
        await former.send("/menu")
        assert not any("Координатору" in label for label in former.buttons)


async def test_who_the_settings_name_says_their_name_first(tmp_path: Path, template: Path) -> None:
    path = tmp_path / "named.sqlite3"
    shutil.copyfile(template, path)
    stage = Stage(path, coordinators=frozenset({100_001}))
    await stage.open()
    elena = stage.visitor("Елена")
    await elena.send("/start")
    assert "Сначала назовите себя и дайте согласие" in elena.screen
    assert not any("Координатору" in label for label in elena.buttons)
    assert (await elena.hack("ho")).alert
    await stage.settle()
    await stage.close()


def text_of(person: Visitor, message_id: int) -> str:
    found = person.seat.message(message_id)
    assert found is not None
    return found.text


async def test_an_invited_mentor_says_who_they_are_before_they_read_names(stage: Stage) -> None:
    elena, sergey = await coordinator(stage), stage.visitor("Сергей")
    code = code_in(await invited(elena, "Пригласить наставника"))
    await sergey.send(code)
    await sergey.tap("Принять", "Заполнить профиль", "Наставник", "Даю согласие")
    for answer in ("Сергей Иванович", "Краснодар", "Завод «Привод»"):
        await sergey.send(answer)
    await sergey.send(code)
    await sergey.tap("Принять")
    await sergey.send("/profile")
    assert "Роль: Наставник\n" in sergey.screen


async def test_used_up_expired_revoked_and_unknown_each_say_so(stage: Stage) -> None:
    elena, anya, boris = await coordinator(stage), stage.visitor("Аня"), stage.visitor("Борис")
    first = code_in(await invited(elena))
    await anya.send(first)
    await boris.send(first)
    await anya.tap("Принять")
    await boris.tap("Принять")
    assert "воспользовались все" in boris.screen

    second = code_in(await invited(elena, "Пригласить наставника"))
    await desk(elena, "Роли", "Открытые приглашения (1)", "наставник · весь край")
    assert code_in(elena.screen) == second
    await elena.tap("Сообщение для пересылки")
    assert code_in(elena.screen) == second
    await desk(elena, "Роли", "Открытые приглашения (1)", "наставник · весь край")
    toast = await elena.toast("Отозвать приглашение")
    assert (toast.text, elena.screen) == ("Приглашение отозвано", "Открытых приглашений нет.")
    assert "отозвали" in await boris.send(second)

    third = code_in(await invited(elena, "Пригласить педагога", "10 человек", "1 день", "Весь край"))
    await stage.advance(timedelta(days=1))
    assert "Срок приглашения вышел" in await boris.send(third)
    assert "Такого приглашения нет" in await boris.send("ABCD-2345")
    assert "Такого приглашения нет" in await boris.send("/start inv_")


async def test_who_tries_codes_one_after_another_rests_and_even_the_right_one_waits(stage: Stage) -> None:
    elena, mallory = await coordinator(stage), stage.visitor("Мэллори")
    right = code_in(await invited(elena))
    for number in range(2, 7):
        assert "Такого приглашения нет" in await mallory.send(f"ABCD-234{number}")
    for attempt in (right, f"/start inv_{right.replace('-', '')}"):
        assert "Слишком много неверных кодов подряд. Попробуйте снова после 12:10" in await mallory.send(
            attempt
        )
    await mallory.hack(f"ina:{right.replace('-', '')}")
    assert "Слишком много" in mallory.screen
    await mallory.send("сварка")
    assert "ничего не нашлось" in mallory.screen
    await stage.advance(timedelta(minutes=10))
    assert "Вас приглашают" in await mallory.send(right)


async def test_a_word_and_a_number_are_a_search_and_lock_nothing(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    right = code_in(await invited(elena))
    for number in range(2, 9):
        assert "ничего не нашлось" in await anya.send(f"верстак {number}")
        assert "ничего не нашлось" in await anya.send(f"metal 22{number}")
    assert "Вас приглашают" in await anya.send(right.lower())
    for number in range(40):
        await anya.send(f"верст{number + 222}")
    assert "Вас приглашают" not in await anya.send(right.lower()), (
        "guesses are bounded, however they are written"
    )
    assert "Вас приглашают" in await anya.send(right)


async def test_a_code_is_read_even_where_a_name_is_asked_and_a_name_like_a_code_is_a_name(
    stage: Stage,
) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    elena, olga = await coordinator(stage), stage.visitor("Ольга")
    code = code_in(await invited(elena))
    await olga.send("/start act_SV")
    await olga.tap("Записаться", "Родитель", "Даю согласие")
    await olga.send(code)
    assert "Вас приглашают" in olga.screen
    await olga.send("Абвг-Дежз")
    assert "Где вы живёте" in olga.screen


async def test_a_role_is_taken_back_after_a_question_and_counts_at_once(stage: Stage) -> None:
    elena, boris = await coordinator(stage), await coordinator(stage, "Борис")
    await boris.send("/menu")
    assert any("Координатору" in label for label in boris.buttons)
    await desk(elena, "Роли", "Координаторы (2)")
    assert elena.buttons[:2] == ["Борис · весь край", "Елена · весь край"]
    await elena.tap("Борис")
    assert (
        "Роль: координатор. Где: весь край.\nС какого дня: вт 1 сентября.\nКто пригласил: оператор."
        in elena.screen
    )
    await elena.tap("Забрать роль")
    assert elena.screen.startswith("Забрать роль?\n\nБорис, координатор, весь край.")
    question = elena.last
    assert (await elena.toast("Да, забрать")).text == "Роль забрали"
    assert elena.buttons[0] == "Елена · весь край"
    assert (await elena.hack(question.data("Да, забрать"))).text == "Этой роли уже нет"

    toast = await boris.toast("Координатору")
    assert toast.alert
    await boris.send("/menu")
    assert not any("Координатору" in label for label in boris.buttons)
    await desk(elena, "Журнал")
    assert "Елена\nЗабрана роль: координатор, Борис\nГде: весь край" in elena.screen


async def test_the_last_coordinator_of_all_cannot_leave(stage: Stage) -> None:
    elena = await coordinator(stage)
    await desk(elena, "Роли", "Координаторы (1)", "Елена", "Забрать роль")
    toast = await elena.toast("Да, забрать")
    assert (toast.text, toast.alert) == (
        "Это последний координатор всего края. Сначала пригласите другого.",
        True,
    )


async def test_a_coordinator_who_takes_their_own_role_back_is_led_to_the_menu(stage: Stage) -> None:
    elena = await coordinator(stage, municipality="labinskiy")
    await desk(elena, "Роли", "Координаторы (1)", "Елена", "Забрать роль", "Да, забрать")
    assert elena.screen.startswith("Теперь вы не координатор.")
    assert not any("Координатору" in label for label in elena.buttons)


async def test_a_coordinator_of_a_municipality_is_not_asked_where(stage: Stage) -> None:
    await coordinator(stage)
    local = await coordinator(stage, "Марина", "labinskiy")
    await holder(stage, "Чужая", Role.TEACHER, "sochi")
    await holder(stage, "Своя", Role.TEACHER, "labinskiy")
    await desk(local, "Роли")
    assert local.screen.startswith("Роли\n\nГде: Лабинский.")
    assert local.buttons[:3] == ["Педагоги (1)", "Наставники (0)", "Координаторы (1)"]
    await local.tap("Педагоги (1)")
    assert local.buttons[0] == "Своя · Лабинский"
    await desk(local, "Роли", "Пригласить наставника", "1 человек", "1 день")
    assert "Роль: наставник. Где: Лабинский." in local.news[0]
    await desk(local, "Журнал")
    assert "Сделано приглашение: наставник, на 1 человека, на 1 день\nГде: Лабинский" in local.screen


async def test_a_long_list_of_holders_turns_pages(stage: Stage) -> None:
    elena = await coordinator(stage)
    for number in range(10):
        await holder(stage, f"Педагог {number}", Role.TEACHER, "labinskiy")
    await desk(elena, "Роли", "Педагоги (10)")
    assert elena.buttons[-3:] == ["Дальше", "Назад", "В меню"]
    await elena.tap("Дальше")
    assert elena.buttons == ["Педагог 8 · Лабинский", "Педагог 9 · Лабинский", "Раньше", "Назад", "В меню"]
    await elena.hack("hol:teacher:99999")
    assert elena.buttons[0] == "Педагог 0 · Лабинский"


async def test_a_file_of_the_log_comes_back_as_it_was(stage: Stage) -> None:
    def write(session: Session) -> None:
        for number in range(8):
            details: dict[str, Any] = {"subject": f"{number}.xlsx", "municipality": None}
            log.record(session, OPERATOR, Action.IMPORTED, moscow(f"11 1{number}:00"), **details)
        log.record(
            session,
            OPERATOR,
            Action.EXPORTED,
            NOON,
            municipality="sochi",
            subject="список.xlsx",
            file=("список.xlsx", b"PK"),
        )

    await stage.write(write)
    elena = await coordinator(stage)
    await desk(elena, "Журнал")
    assert "Выгружен файл: список.xlsx\nГде: Сочи" in elena.screen
    assert elena.buttons == ["Файл 1", "Дальше", "Назад", "В меню"]
    journal = elena.last
    await elena.tap("Файл 1")
    assert elena.last.file is not None
    assert (elena.last.file.name, elena.last.file.content) == ("список.xlsx", b"PK")
    await elena.toast("Дальше", message=journal)
    assert "7. вс 11 октября, 12:00" in text_of(elena, journal.id)
    assert (await elena.hack("jof:1")).text == "У этой записи нет файла."


@pytest.mark.parametrize("action", Action)
def test_the_log_has_words_for_everything_it_remembers(action: Action) -> None:
    assert TEXTS.plain(ACTION_KEYS + action.replace("_", "-"))

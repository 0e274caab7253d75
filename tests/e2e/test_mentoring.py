"""«Мои занятия»: who comes, who came, being late, not being able to lead."""

from __future__ import annotations

import pytest

from db.engine import Session
from db.models import ActivityMentorRow, RoleGrantRow
from db.queries import people
from domain.people import Address
from tests.e2e.stage import Stage, Visitor
from tests.town import LONG_AGO, moscow


def _given(session: Session, user_id: int, role: str, municipality: str | None, leads: list[int]) -> None:
    found = people.by_address(session, Address("telegram", str(user_id)))
    assert found is not None
    session.add(
        RoleGrantRow(person_id=found[1].id, role=role, municipality_code=municipality, granted_at=LONG_AGO)
    )
    session.add_all(ActivityMentorRow(activity_id=activity, person_id=found[1].id) for activity in leads)


async def mentor(stage: Stage, name: str, *activities: int) -> Visitor:
    visitor = await stage.registered(name, role="mentor")
    await stage.write(_given, visitor.id, "mentor", "labinskiy", list(activities))
    return visitor


async def coordinator(stage: Stage, name: str, municipality: str | None) -> Visitor:
    visitor = await stage.registered(name, role="teacher")
    await stage.write(_given, visitor.id, "coordinator", municipality, [])
    return visitor


async def book(visitor: Visitor, code: str) -> None:
    await visitor.send(f"/start act_{code}")
    await visitor.tap("Записаться")


@pytest.fixture
async def welding(stage: Stage) -> int:
    activity = await stage.workshop("Сварка", code="SV")
    await stage.slot(activity, "13 15:00", capacity=3)
    return activity


async def test_only_a_confirmed_mentor_has_own_slots(stage: Stage, welding: int) -> None:
    claimed = await stage.registered("Пётр", role="mentor")
    await claimed.send("/menu")
    assert "Мои занятия" not in str(claimed.buttons)
    for data in (
        "me:0",
        "mes:1:0",
        "mea:1:0",
        "mec:1:0",
        "mem:1:1:0:0",
        "mel:1",
        "meb:1:10",
        "men:1",
        "mex:1",
    ):
        toast = await claimed.hack(data)
        assert toast.text == "Это может только наставник, которому координатор подтвердил роль."

    other = await mentor(stage, "Олег")
    await other.send("/menu")
    await other.tap("Мои занятия")
    assert "К вам пока не привязано ни одной мастерской." in other.screen
    for data in ("mes:1:0", "mea:1:0", "mec:1:0", "mem:1:1:0:0", "mel:1", "meb:1:10", "men:1", "mex:1"):
        await other.hack(data)
        assert "Это занятие ведёте не вы" in other.screen


async def test_a_mentor_sees_who_comes(stage: Stage, welding: int) -> None:
    sergey = await mentor(stage, "Сергей", welding)
    anya, olga = await stage.registered("Аня"), await stage.registered("Ольга", role="parent")
    boris = await stage.registered("Борис")
    await book(anya, "SV")
    await olga.send("/start act_SV")
    await olga.tap("Записаться", "2", "Имена, кто придёт")
    await olga.send("Маша")
    await book(boris, "SV")
    await boris.tap("В лист ожидания")
    await stage.move_to(moscow("12 18:00"))
    await anya.tap("Приду")

    await sergey.send("/menu")
    await sergey.tap("Мои занятия")
    assert "Мои занятия: Сварка" in sergey.screen
    assert "вт 13 октября, 15:00–16:30 – записано 3 человека, ждут – 1, «приду» – 1" in sergey.screen
    await sergey.tap("завтра в 15:00")
    for words in (
        "Занято мест: 3 из 3",
        "Ответили «приду»: 1",
        "Ждут места: 1",
        "Классы: 9 – 1 чел.",
        "1. Аня, 9 класс – придёт",
        "2. Ольга, родитель, 2 места; с детьми: Маша",
    ):
        assert words in sergey.screen
    assert "Борис" not in sergey.screen
    assert "Отметить" not in str(sergey.buttons)
    assert "Опаздываю" not in str(sergey.buttons)


async def test_attendance_is_one_screen(stage: Stage, welding: int) -> None:
    sergey = await mentor(stage, "Сергей", welding)
    people = [await stage.registered(name) for name in ("Аня", "Борис", "Вера")]
    for person in people:
        await book(person, "SV")
    await stage.move_to(moscow("13 14:30"))
    await sergey.send("/menu")
    await sergey.tap("Мои занятия", "сегодня в 15:00", "Отметить")
    assert "Пришли: 0. Нет: 0. Не отмечены: 3." in sergey.screen
    old = sergey.last
    await sergey.tap("Все пришли")
    assert "Пришли: 3. Нет: 0. Все отмечены." in sergey.screen
    toast = await sergey.toast("Борис")
    assert toast.text == "Отмечено: нет"
    assert "Пришли: 2. Нет: 1. Все отмечены." in sergey.screen
    assert "❌ Борис – нет" in sergey.buttons
    # The first keyboard once more: those marked absent stay absent.
    slot = old.rows[0][0]["callback_data"]
    await sergey.hack(slot)
    assert "Пришли: 2. Нет: 1." in sergey.screen

    await stage.move_to(moscow("15 16:30"))
    toast = await sergey.toast("Борис")
    assert toast.text == "Отмечать можно за полчаса до начала и ещё два дня после занятия."


async def test_a_crowd_is_marked_page_by_page(stage: Stage) -> None:
    activity = await stage.workshop("Сварка", code="SV")
    await stage.slot(activity, "13 15:00", capacity=30)
    sergey = await mentor(stage, "Сергей", activity)
    for number in range(25):
        await book(await stage.registered(f"Гость {number:02}"), "SV")
    await stage.move_to(moscow("13 15:00"))
    await sergey.send("/menu")
    await sergey.tap("Мои занятия", "сегодня в 15:00")
    assert "15. Гость 14" in sergey.screen
    assert "страница 1 из 2" in sergey.screen
    await sergey.tap("Дальше")
    assert "16. Гость 15" in sergey.screen
    await sergey.tap("Отметить", "Все пришли", "Дальше")
    assert [label for label in sergey.buttons if "Гость" in label] == [
        f"✅ Гость {number} – здесь" for number in range(20, 25)
    ]
    await sergey.tap("Гость 24")
    assert "Пришли: 24. Нет: 1." in sergey.screen
    assert "❌ Гость 24 – нет" in sergey.buttons


async def test_a_delay_is_told_at_once_and_once(stage: Stage, welding: int) -> None:
    sergey = await mentor(stage, "Сергей", welding)
    anya = await stage.registered("Аня")
    await book(anya, "SV")
    await stage.move_to(moscow("13 14:45"))
    await sergey.send("/menu")
    await sergey.tap("Мои занятия", "сегодня в 15:00", "Опаздываю")
    assert "Нажмите – и 1 записавшийся сразу узнает." in sergey.screen
    minutes = sergey.last.rows[0][0]["callback_data"]
    anya.listen()
    toast = await sergey.toast("На 10 минут")
    assert toast.text == "Предупреждаю 1 человека"
    assert "Записавшиеся знают, что вы опоздаете на 10 минут." in sergey.screen
    assert len(anya.news) == 1
    assert "Наставник задержится на 10 минут" in anya.screen
    assert "Начало не в 15:00, а примерно в 15:10." in anya.screen

    toast = await sergey.hack(minutes)
    assert toast.text == "Записавшиеся это уже знают"
    assert len(anya.news) == 1
    await sergey.tap("Опаздываю")
    assert [label for label in sergey.buttons if label.startswith("На ")] == ["На 20 минут", "На 30 минут"]
    await sergey.tap("На 30 минут")
    assert len(anya.news) == 2
    assert "примерно в 15:30" in anya.screen
    assert "Опаздываю" not in str(sergey.buttons)


async def test_who_cannot_lead_tells_the_coordinators(stage: Stage, welding: int) -> None:
    sergey = await mentor(stage, "Сергей", welding)
    here, elsewhere = (
        await coordinator(stage, "Елена", "labinskiy"),
        await coordinator(stage, "Инна", "armavir"),
    )
    everywhere = await coordinator(stage, "Юлия", None)
    anya = await stage.registered("Аня")
    await book(anya, "SV")
    for person in (anya, here, elsewhere, everywhere):
        await person.send("/menu")
        person.listen()
    await sergey.send("/menu")
    await sergey.tap("Мои занятия", "завтра в 15:00", "Не смогу провести")
    assert "Координатор узнает и решит" in sergey.screen
    assert here.news == []
    await sergey.show(sergey.seat.send_sticker)
    assert "Напишите причину словами" in sergey.screen
    await sergey.send("Заболел <b>&</b>")
    assert "Причина: Заболел <b>&</b>" in sergey.screen
    await sergey.tap("Отправить координатору")
    assert "Передано: 2 координатора узнают." in sergey.screen
    assert "Решает координатор." in sergey.screen
    for person in (here, everywhere):
        assert len(person.news) == 1
        for words in (
            "Наставник не сможет провести занятие",
            "Записано: 1",
            "Наставник: Сергей",
            "Заболел <b>&</b>",
        ):
            assert words in person.screen
    assert (elsewhere.news, anya.news) == ([], [])
    await here.tap("Открыть занятие")
    assert "Сварка" in here.screen

    await sergey.tap("Назад")
    assert "Координатор знает, что вы не сможете провести занятие." in sergey.screen
    assert "Не смогу провести" not in str(sergey.buttons)
    await sergey.hack("mex:1")
    assert "Координатор это уже знает" in sergey.screen
    assert len(here.news) == 1


async def test_without_a_coordinator_the_mentor_learns_that_nobody_was_told(
    stage: Stage, welding: int
) -> None:
    sergey = await mentor(stage, "Сергей", welding)
    await sergey.send("/menu")
    await sergey.tap("Мои занятия", "завтра в 15:00", "Не смогу провести", "Отправить без причины")
    assert "Передать некому" in sergey.screen

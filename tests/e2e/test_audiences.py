"""A coordinator chooses whom a broadcast is for: in one tap, by conditions, by what was saved; hostile people do not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.middleware import TELEGRAM
from db.engine import Session
from db.models import AudienceRow, BroadcastRow, PersonRow, RoleGrantRow
from db.queries import people
from domain.broadcast import (
    EVERYBODY,
    MOST_ACTIVITIES,
    MOST_SAVED_AUDIENCES,
    Audience,
    Content,
    Group,
    Side,
    Tie,
)
from domain.people import Actor, Address, Role, actor_for
from domain.programme import Track
from handlers.audiences.callbacks import (
    AddSaved,
    AimAt,
    AimAtSaved,
    AskName,
    OpenAudience,
    OpenGroup,
    OpenSaved,
    ReplaceSaved,
    SetActivity,
    SetGrades,
    SetPlace,
    SetRole,
    SetTrack,
    TakeOut,
)
from handlers.audiences.screens import PLACES_ON_PAGE
from services import audiences, broadcasts
from tests import town
from tests.e2e.stage import NOON, Stage, Visitor
from tests.town import MOSCOW

TEACHERS, PUPILS = Group(roles=(Role.TEACHER,)), Group(roles=(Role.STUDENT,))


async def registered(
    stage: Stage, name: str, *granted: Role, where: str | None = None, **values: Any
) -> Visitor:
    visitor = await stage.registered(name, **values)

    def grant(session: Session) -> None:
        person = session.scalar(select(func.max(PersonRow.id)))
        for role in granted:
            row = {"role": role, "municipality_code": where, "granted_at": NOON}
            session.add(RoleGrantRow(person_id=person, **row))

    await stage.write(grant)
    return visitor


async def coordinator(stage: Stage, name: str = "Елена", where: str | None = None) -> Visitor:
    return await registered(stage, name, Role.COORDINATOR, where=where, role="teacher")


async def teacher(stage: Stage, name: str, **values: Any) -> Visitor:
    return await registered(stage, name, Role.TEACHER, role="teacher", **values)


async def actor(stage: Stage, visitor: Visitor) -> Actor:
    found = await stage.read(people.by_address, Address(TELEGRAM, str(visitor.id)))
    assert found is not None
    return actor_for(found[1])


async def draft(stage: Stage, elena: Visitor, *groups: Group, but: Sequence[Group] = ()) -> int:
    """A draft, opened at «Кому»."""
    by = await actor(stage, elena)
    state = await stage.write(broadcasts.begin, by, Content("Привет"), NOON)
    broadcast = state.broadcast.id
    await stage.write(broadcasts.aim_anew, by, broadcast, lambda _: Audience(groups, tuple(but)))
    await elena.send("/menu")
    await elena.hack(OpenAudience(broadcast=broadcast).pack())
    return broadcast


async def chosen(stage: Stage, broadcast: int) -> Audience:
    def read(session: Session) -> Audience:
        return Audience.from_json(session.get_one(BroadcastRow, broadcast).audience)

    return await stage.read(read)


async def send(stage: Stage, elena: Visitor, broadcast: int) -> None:
    by = await actor(stage, elena)
    await stage.write(broadcasts.send, by, broadcast, None, NOON, MOSCOW, ())


# The usual, in one tap.


async def test_teachers_in_one_tap(stage: Stage) -> None:
    elena = await coordinator(stage)
    await teacher(stage, "Ольга")
    await teacher(stage, "Пётр")
    await stage.registered("Аня")
    broadcast = await draft(stage, elena)
    assert elena.screen.startswith("Кому отправить?")
    assert elena.buttons == [
        "Педагоги",
        "Ученики",
        "Родители",
        "Наставники",
        "Все",
        "Собрать по условиям",
        "Назад",
        "В меню",
    ]
    await elena.tap("Педагоги")
    assert elena.screen == (
        "Кому\n\nПедагоги.\n\nПолучат: 2 человека\nБез тех, кто отказался от рассылок, выбрал другие темы или взял паузу."
    )
    assert elena.buttons == [
        "Группа 1: педагоги",
        "Ещё группа",
        "Кроме",
        "Сохранить",
        "Сохранённые",
        "Готово",
        "В меню",
    ]
    assert await chosen(stage, broadcast) == Audience((TEACHERS,))


async def test_everybody_is_said_and_counted(stage: Stage) -> None:
    elena = await coordinator(stage)
    await stage.registered("Аня")
    broadcast = await draft(stage, elena)
    await elena.tap("Все")
    assert elena.screen.startswith("Кому\n\nВсе.\n\nПолучат: 2 человека")
    assert await chosen(stage, broadcast) == Audience((EVERYBODY,))


async def test_a_quick_button_takes_nothing_away(stage: Stage) -> None:
    """An old keyboard, tapped when more was chosen meanwhile."""
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, PUPILS, but=[TEACHERS])
    toast = await elena.hack(AimAt(broadcast=broadcast, role=Role.TEACHER).pack())
    assert toast.text == "Здесь уже выбрано, кому. Уберите лишнюю группу или добавьте ещё одну."
    assert elena.screen.startswith("Кому\n\nУченики, кроме педагогов.")
    assert await chosen(stage, broadcast) == Audience((PUPILS,), (TEACHERS,))


async def test_a_double_tap_on_a_quick_button_is_one(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena)
    data = AimAt(broadcast=broadcast, role=Role.TEACHER).pack()
    target = elena.last
    toasts = await asyncio.gather(*(elena.seat.tap_raw(target, data) for _ in range(3)))
    await stage.settle()
    stage.expect_unmodified()
    assert [(toast.answered, toast.text) for toast in toasts] == [(True, "")] * 3
    assert await chosen(stage, broadcast) == Audience((TEACHERS,))


# By conditions.


async def test_teachers_and_mentors_of_two_municipalities_except_those_booked(stage: Stage) -> None:
    """The whole way, as a coordinator goes it."""
    elena = await coordinator(stage, "Елена")
    await stage.write(lambda session: town.change_person(session, 1, municipality_code="sochi"))
    await teacher(stage, "Ольга")
    booked = await teacher(stage, "Пётр", municipality_code="kurganinskiy")
    await registered(stage, "Иван", Role.MENTOR, role="mentor", municipality_code="kurganinskiy")
    await teacher(stage, "Сочинец", municipality_code="sochi")
    await stage.registered("Аня")
    welding = await stage.workshop("Сварка")
    slot = await stage.slot(welding, "14 10:00")
    found = await stage.read(people.by_address, Address(TELEGRAM, str(booked.id)))
    assert found is not None
    await stage.write(town.add_booking, slot, found[1].id)
    await stage.programme_is_ready()

    broadcast = await draft(stage, elena)
    await elena.tap("Собрать по условиям")
    assert elena.screen.startswith("Новая группа\n\n")
    await elena.tap("Роли", "Педагоги", "Наставники")
    assert "В этой группе: 4 человека." in elena.screen
    assert "✓ Педагоги" in elena.buttons
    assert "✓ Наставники" in elena.buttons
    await elena.tap("Назад")
    assert elena.screen.startswith("Группа 1\n\nПедагоги и наставники.\n\n")
    await elena.tap("Муниципалитеты")
    assert elena.buttons[:4] == [
        "✓ Все муниципалитеты",
        "Курганинский (2)",
        "Лабинский (1)",
        "Сочи (1)",
    ]
    await elena.tap("Курганинский (2)", "Лабинский (1)")
    assert "В этой группе: 3 человека." in elena.screen
    await elena.tap("Назад", "Назад")
    assert elena.screen.startswith(
        "Кому\n\nПедагоги и наставники (Курганинский район, Лабинский район).\n\nПолучат: 3 человека"
    )

    await elena.tap("Кроме")
    assert elena.screen.startswith("Кого исключить?")
    await elena.tap("Записаны на…")
    await elena.send("сварк")
    await elena.tap("Сварка · Лабинск")
    assert "Получат: 2 человека" in elena.screen
    assert "Убрать «Сварка»" in elena.buttons
    await elena.tap("Назад", "Назад")
    assert elena.screen.startswith(
        "Кому\n\nПедагоги и наставники (Курганинский район, Лабинский район), "
        "кроме людей, которые записаны на занятие «Сварка».\n\nПолучат: 2 человека"
    )
    assert elena.buttons[:2] == [
        "Группа 1: педагоги и наставники (Курганинский район…",
        "Кроме: люди, которые записаны на занятие «Сварка»",
    ]
    await elena.tap("Готово")
    assert "Педагоги и наставники (Курганинский район, Лабинский район), кроме людей" in elena.screen
    assert await chosen(stage, broadcast) == Audience(
        (Group(roles=(Role.TEACHER, Role.MENTOR), municipalities=("kurganinskiy", "labinskiy")),),
        (Group(booked=(welding,)),),
    )


async def test_another_group_is_or(stage: Stage) -> None:
    elena = await coordinator(stage)
    await teacher(stage, "Ольга")
    await stage.registered("Аня", grade=9)
    await stage.registered("Боря", grade=4)
    broadcast = await draft(stage, elena, TEACHERS)
    await elena.tap("Ещё группа", "Классы", "5–9 классы")
    assert "✓ 5–9 классы" in elena.buttons
    assert "✓ 7" in elena.buttons
    assert "Получат: 2 человека" in elena.screen
    await elena.tap("✓ 7", "Вуз", "Назад", "Назад")
    assert elena.screen.startswith("Кому\n\nПедагоги, а ещё ученики (5–6 классы, 8–9 классы, вуз).")
    await elena.tap("Группа 1: педагоги", "Убрать группу")
    assert elena.screen.startswith("Кому\n\nУченики (5–6 классы, 8–9 классы, вуз).\n\nПолучат: 1 человек")
    assert elena.buttons[0] == "Группа 1: ученики (5–6 классы, 8–9 классы, вуз)"
    await elena.tap(elena.buttons[0], "Классы", "Любой класс", "Назад")
    assert elena.screen.startswith("Новая группа")
    await elena.tap("Назад")
    assert elena.screen.startswith("Кому отправить?")
    assert (await chosen(stage, broadcast)).is_blank


async def test_tracks_and_interests(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, PUPILS)
    await elena.tap(elena.buttons[0], "Куда записывались", "Агро", "Назад", "Интересы", "Технологии", "Назад")
    assert elena.screen.startswith(
        "Группа 1\n\nУченики, которые записывались по направлению «агро» и интересуются "
        "направлением «технологии»."
    )
    assert await chosen(stage, broadcast) == Audience(
        (Group(roles=(Role.STUDENT,), tracks=(Track.AGRO,), interests=(Track.TECHNOLOGY,)),)
    )
    await elena.tap("✓ Куда записывались", "✓ Агро", "Назад", "✓ Интересы", "✓ Технологии")
    assert await chosen(stage, broadcast) == Audience((PUPILS,))


@pytest.mark.parametrize("tie", list(Tie))
async def test_ties_to_an_activity(stage: Stage, tie: Tie) -> None:
    labels = {
        Tie.BOOKED: "Записаны на…",
        Tie.WAITING: "Ждут места на…",
        Tie.CAME: "Были на…",
        Tie.SILENT: "Не ответили, придут ли",
    }
    elena = await coordinator(stage)
    welding, robots = await stage.workshop("Сварка"), await stage.workshop("Робототехника")
    await stage.programme_is_ready()
    broadcast = await draft(stage, elena, PUPILS)
    await elena.tap(elena.buttons[0], labels[tie])
    assert "Напишите название" in elena.screen
    await elena.send("сварка")
    await elena.tap("Сварка · Лабинск")
    await elena.send("роботы")
    await elena.tap("Робототехника · Лабинск")
    group = Group(roles=(Role.STUDENT,)).with_tied(tie, (welding, robots))
    assert await chosen(stage, broadcast) == Audience((group,))
    await elena.tap("Убрать «Сварка»")
    left = Group(roles=(Role.STUDENT,)).with_tied(tie, (robots,))
    assert await chosen(stage, broadcast) == Audience((left,))


async def test_words_that_find_nothing_are_asked_for_again(stage: Stage) -> None:
    elena = await coordinator(stage)
    await stage.workshop("Сварка")
    await stage.programme_is_ready()
    broadcast = await draft(stage, elena, PUPILS)
    await elena.tap(elena.buttons[0], "Были на…")
    await elena.send("ъъъъ <b>")
    assert "По словам «ъъъъ <b>» ничего не нашли." in elena.screen
    await elena.send("сварка")
    assert "Сварка · Лабинск" in elena.buttons
    assert await chosen(stage, broadcast) == Audience((PUPILS,))


async def test_a_municipality_is_found_by_the_beginning_of_its_name(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, PUPILS)
    await elena.tap(elena.buttons[0], "Муниципалитеты")
    await elena.send("усть")
    await elena.tap("Усть-Лабинский (0)")
    assert "Выбрано: Ученики (Усть-Лабинский район)." in elena.screen
    assert "Ученики (Усть-Лабинский район)" in await elena.tap("Назад")
    await elena.tap("✓ Муниципалитеты")
    await elena.send("Атлантида")
    assert "Не нашли муниципалитет «Атлантида»." in elena.screen
    await elena.tap("Весь список")
    for _ in range(44 // PLACES_ON_PAGE):
        await elena.tap("Дальше")
    await elena.tap("✓ Усть-Лабинский (0)")
    assert await chosen(stage, broadcast) == Audience((PUPILS,))


async def test_all_municipalities_again(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, Group(roles=(Role.STUDENT,), municipalities=("sochi", "anapa")))
    await elena.tap(elena.buttons[0], "✓ Муниципалитеты", "Все муниципалитеты")
    assert "✓ Все муниципалитеты" in elena.buttons
    assert await chosen(stage, broadcast) == Audience((PUPILS,))


async def test_who_has_not_confirmed_is_named_and_can_be_let_go(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, Group(roles=(Role.STUDENT,), unread=(1,)))
    assert "Ученики, которые не подтвердили прошлую рассылку" in elena.screen
    assert "Сейчас под эти условия не подходит никто." in elena.screen
    await elena.tap(elena.buttons[0], "Убрать «не подтвердили»")
    assert await chosen(stage, broadcast) == Audience((PUPILS,))


# Taps that come twice, late, or together.


async def test_double_taps_say_the_same_again(stage: Stage) -> None:
    elena = await coordinator(stage)
    activity = await stage.workshop("Сварка")
    broadcast = await draft(stage, elena, PUPILS)
    at: dict[str, Any] = {"broadcast": broadcast, "side": Side.ADDED, "number": 1}
    wanted = [
        SetRole(**at, role=Role.TEACHER, on=True),
        SetPlace(**at, place="sochi", on=True),
        SetGrades(**at, low=1, high=4, on=True),
        SetTrack(**at, liked=True, track=Track.AGRO, on=True),
        SetActivity(**at, tie=Tie.CAME, activity=activity, on=True),
    ]
    for each in wanted:
        await elena.hack(each.pack())
    once = await chosen(stage, broadcast)
    assert len(once.groups) == 2
    for each in wanted:
        await elena.hack(each.pack())
    assert await chosen(stage, broadcast) == once
    for _ in range(2):
        await elena.hack(TakeOut(**{**at, "number": 0}).pack())
    assert await chosen(stage, broadcast) == Audience((Group(), once.groups[1]))
    await elena.hack(OpenGroup(**{**at, "number": 1}).pack())
    assert elena.screen.startswith("Группа 1\n\n")


async def test_taps_on_different_buttons_at_once_all_count(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, Group(grades=(9,)))
    at: dict[str, Any] = {"broadcast": broadcast, "side": Side.ADDED, "number": 0}
    target = elena.last
    taps = [SetRole(**at, role=role, on=True).pack() for role in Role]
    await asyncio.gather(*(elena.seat.tap_raw(target, data) for data in taps))
    await stage.settle()
    stage.expect_unmodified()
    assert await chosen(stage, broadcast) == Audience((Group(roles=tuple(Role), grades=(9,)),))


async def test_a_condition_has_room_for_a_few_activities(stage: Stage) -> None:
    elena = await coordinator(stage)
    known = [await stage.workshop(f"Сварка {number}") for number in range(MOST_ACTIVITIES + 1)]
    broadcast = await draft(stage, elena, Group(booked=tuple(known[:MOST_ACTIVITIES])))
    one_more = SetActivity(
        broadcast=broadcast, side=Side.ADDED, number=0, tie=Tie.BOOKED, activity=known[-1], on=True
    )
    toast = await elena.hack(one_more.pack())
    assert toast.text == "Больше занятий сюда не добавить. Создайте ещё одну группу."
    assert await chosen(stage, broadcast) == Audience((Group(booked=tuple(known[:MOST_ACTIVITIES])),))


async def test_old_keyboards_of_what_was_sent_say_so(stage: Stage) -> None:
    elena = await coordinator(stage)
    await stage.registered("Аня")
    broadcast = await draft(stage, elena, PUPILS)
    await elena.tap(elena.buttons[0], "Муниципалитеты")
    await send(stage, elena, broadcast)
    before = await chosen(stage, broadcast)
    sentence = "Рассылка уже изменилась. Откройте её в списке и посмотрите, что с ней сейчас."
    await elena.send("Сочи")
    assert elena.screen == sentence
    at: dict[str, Any] = {"broadcast": broadcast, "side": Side.ADDED, "number": 0}
    for each in (
        OpenAudience(broadcast=broadcast),
        AimAt(broadcast=broadcast),
        SetRole(**at, role=Role.TEACHER, on=True),
        TakeOut(**at),
        AskName(broadcast=broadcast),
    ):
        await elena.send("/menu")
        await elena.hack(each.pack())
        assert elena.screen == sentence, each
    assert await chosen(stage, broadcast) == before
    await elena.send("/menu")
    await elena.hack(OpenAudience(broadcast=99).pack())
    assert elena.screen == "Такой рассылки нет или она не ваша."


# Saved audiences.


async def save(elena: Visitor, name: str) -> None:
    await elena.tap("Сохранить")
    await elena.send(name)


async def test_a_saved_audience_is_there_in_one_tap(stage: Stage) -> None:
    elena = await coordinator(stage)
    await draft(stage, elena, Group(roles=(Role.TEACHER,), municipalities=("labinskiy",)))
    await elena.tap("Сохранить")
    assert "Педагоги (Лабинский район)." in elena.screen
    await elena.send("Педагоги  Лабинска")
    assert elena.screen.startswith("Сохранено: «Педагоги Лабинска».\n\nКому\n\nПедагоги (Лабинский район).")
    another = await draft(stage, elena)
    assert "Педагоги Лабинска" in elena.buttons
    await elena.tap("Педагоги Лабинска")
    assert elena.screen.startswith("Кому\n\nПедагоги (Лабинский район).")
    assert await chosen(stage, another) == Audience(
        (Group(roles=(Role.TEACHER,), municipalities=("labinskiy",)),)
    )


async def test_a_name_that_will_not_do_is_asked_for_again(stage: Stage) -> None:
    elena = await coordinator(stage)
    await draft(stage, elena, TEACHERS)
    await elena.tap("Сохранить")
    await elena.send("я" * 81)
    assert elena.screen.startswith("Название длиннее 80 знаков. Напишите короче.")
    await elena.send("\N{ZERO WIDTH SPACE}")
    assert elena.screen.startswith("Название должно быть из слов, без ссылок.")
    await elena.send("я" * 80)
    assert elena.screen.startswith("Сохранено: ")


async def test_the_same_name_replaces_after_a_notice(stage: Stage) -> None:
    elena = await coordinator(stage)
    await draft(stage, elena, TEACHERS)
    await save(elena, "Наши")
    await draft(stage, elena, PUPILS)
    await save(elena, "НАШИ")
    assert elena.screen == (
        "«Наши» уже есть\n\nСейчас там: Педагоги.\n\nЗаменить на новое? Или напишите другое название."
    )
    await elena.tap("Заменить")
    await draft(stage, elena)
    await elena.tap("Сохранённые", "Наши")
    assert elena.screen.startswith("Наши\n\nУченики.")
    assert "Выбрать" in elena.buttons

    await draft(stage, elena, TEACHERS)
    await save(elena, "наши")
    await elena.send("Другие")
    assert elena.screen.startswith("Сохранено: «Другие».")


async def test_saved_audiences_are_joined_or_put_instead(stage: Stage) -> None:
    elena = await coordinator(stage)
    await stage.registered("Аня")
    await draft(stage, elena, PUPILS)
    await save(elena, "Ученики края")
    broadcast = await draft(stage, elena, Group(municipalities=("labinskiy",)), but=[TEACHERS])
    await elena.tap("Сохранённые", "Ученики края")
    assert "Выбрать вместо того, что есть, или добавить?" in elena.screen
    data = elena.last
    await elena.tap("Добавить")
    joined = Audience((Group(municipalities=("labinskiy",)), PUPILS), (TEACHERS,))
    assert await chosen(stage, broadcast) == joined
    assert "Получат: 2 человека" in elena.screen
    saved = await stage.read(lambda session: session.scalar(select(AudienceRow.id)) or 0)
    await elena.hack(AddSaved(broadcast=broadcast, saved=saved).pack(), data)
    assert await chosen(stage, broadcast) == joined
    await elena.tap("Сохранённые", "Ученики края", "Выбрать вместо")
    assert await chosen(stage, broadcast) == Audience((PUPILS,))


async def test_a_saved_audience_is_deleted_after_a_question(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, TEACHERS)
    await save(elena, "Наши")
    await elena.tap("Сохранённые", "Наши", "Удалить из сохранённых")
    assert elena.screen.startswith("Удалить «Наши» из сохранённых?")
    await elena.tap("Назад", "Удалить из сохранённых", "Да, удалить")
    assert elena.screen == "Сохранённых пока нет. Выберите, кому отправить, и нажмите «Сохранить»."
    for each in (
        OpenSaved(broadcast=broadcast, saved=1),
        AimAtSaved(broadcast=broadcast, saved=1, over=True),
        AddSaved(broadcast=broadcast, saved=1),
        ReplaceSaved(broadcast=broadcast, saved=1),
    ):
        toast = await elena.hack(each.pack())
        assert toast.text == "Этой сохранённой аудитории уже нет.", each
    assert await chosen(stage, broadcast) == Audience((TEACHERS,))


async def test_too_many_groups_or_saved_audiences_are_said(stage: Stage) -> None:
    elena = await coordinator(stage)
    grades = [Group(grades=(grade,)) for grade in range(1, 6)]
    await draft(stage, elena, TEACHERS)
    by = await actor(stage, elena)
    broadcast = (await stage.write(broadcasts.begin, by, Content("Привет"), NOON)).broadcast.id
    await stage.write(broadcasts.aim_anew, by, broadcast, lambda _: Audience((EVERYBODY,)))
    for number in range(MOST_SAVED_AUDIENCES):
        await stage.write(audiences.save, by, broadcast, f"Список {number:02}", NOON)
    await save(elena, "Ещё")
    assert elena.screen.startswith("Сохранённых уже очень много. Удалите одну и попробуйте снова.")
    full = await draft(stage, elena, *grades)
    await elena.tap("Сохранённые", "Дальше", "Раньше", "Список 00")
    toast = await elena.toast("Добавить")
    assert toast.text == "Больше групп добавить нельзя. Уберите одну или отправьте ещё одну рассылку."
    assert await chosen(stage, full) == Audience(tuple(grades))


async def test_nobody_is_not_saved(stage: Stage) -> None:
    elena = await coordinator(stage)
    broadcast = await draft(stage, elena, but=[TEACHERS])
    assert elena.screen.startswith("Кому\n\nПока никто не выбран.")
    assert "Сохранить" not in elena.buttons
    toast = await elena.hack(AskName(broadcast=broadcast).pack())
    assert toast.text == "Сначала выберите, кому отправить."
    await draft(stage, elena, PUPILS)
    await elena.tap("Сохранить")
    # Taken out in another window of the same account.
    await stage.write(broadcasts.aim, await actor(stage, elena), broadcast + 1, Audience(), NOON)
    await elena.send("Никто")
    assert elena.screen.startswith("Сначала выберите, кому отправить.\n\nКому отправить?")


async def test_saved_audiences_are_in_ones_own_data(stage: Stage) -> None:
    elena, boris = await coordinator(stage), await coordinator(stage, "Борис")
    await draft(stage, elena, TEACHERS)
    await save(elena, "Педагоги края")
    for person, listed in ((elena, True), (boris, False)):
        await person.send("/menu")
        await person.tap("Профиль", "Мои данные")
        [file] = [message.file for message in person.seat.messages if message.from_bot and message.file]
        text = file.content.decode()
        heading = "Аудитории, которые вы сохранили\n"
        assert (f"{heading}Название: Педагоги края;" in text, heading in text) == (listed, listed)


# Who may choose, and where.


async def test_a_coordinator_of_a_municipality_sees_and_reaches_only_it(stage: Stage) -> None:
    elena = await coordinator(stage, where="sochi")
    await stage.registered("Аня")
    await stage.registered("Соня", municipality_code="sochi")
    await draft(stage, elena)
    assert elena.screen.endswith("Только ваши муниципалитеты: Сочи.")
    await elena.tap("Ученики")
    assert "Получат: 1 человек" in elena.screen
    assert elena.screen.endswith("Только ваши муниципалитеты: Сочи.")
    await elena.tap(elena.buttons[0], "Муниципалитеты")
    assert elena.buttons == ["✓ Все ваши муниципалитеты", "Сочи (1)", "Назад", "В меню"]
    await elena.send("Лабинск")
    assert "Не нашли муниципалитет «Лабинск»." in elena.screen


async def test_the_draft_and_the_saved_audiences_of_another_are_not_there(stage: Stage) -> None:
    elena, boris = await coordinator(stage), await coordinator(stage, "Борис", where="sochi")
    broadcast = await draft(stage, elena, TEACHERS)
    await save(elena, "Тайные")
    own = await draft(stage, boris, PUPILS)
    await boris.hack(OpenAudience(broadcast=broadcast).pack())
    assert boris.screen == "Такой рассылки нет или она не ваша."
    for each in (
        OpenSaved(broadcast=own, saved=1),
        AimAtSaved(broadcast=own, saved=1, over=True),
        AddSaved(broadcast=own, saved=1),
        ReplaceSaved(broadcast=own, saved=1),
    ):
        await boris.hack(each.pack())
    at: dict[str, Any] = {"broadcast": broadcast, "side": Side.ADDED, "number": 0}
    await boris.hack(SetRole(**at, role=Role.PARENT, on=True).pack())
    await boris.hack(TakeOut(**at).pack())
    assert await chosen(stage, broadcast) == Audience((TEACHERS,))
    assert await chosen(stage, own) == Audience((PUPILS,))
    assert not any("Тайные" in text for text in boris.heard)


async def test_a_pupil_is_refused(stage: Stage) -> None:
    elena, anya = await coordinator(stage), await stage.registered("Аня")
    broadcast = await draft(stage, elena, TEACHERS)
    await anya.send("/menu")
    at: dict[str, Any] = {"broadcast": broadcast, "side": Side.ADDED, "number": 0}
    for each in (
        OpenAudience(broadcast=broadcast),
        OpenGroup(**at),
        TakeOut(**at),
        AimAt(broadcast=broadcast),
    ):
        toast = await anya.hack(each.pack())
        assert toast.text is not None
        assert toast.text.startswith("Это может только координатор."), each
    assert await chosen(stage, broadcast) == Audience((TEACHERS,))

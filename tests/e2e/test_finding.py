"""Lists, filters, distance, wishes, the forum's programme, inline mode."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from db.engine import Session
from db.models import PersonRow
from tests.e2e.stage import BOT_NAME, Stage
from tests.services.programme_desk import SLOT, VENUE, WORKSHOP, Desk, book
from tests.town import moscow


async def _three_workshops(stage: Stage) -> None:
    welding = await stage.workshop(
        "Сварка",
        track="engineering",
        grade_from=7,
        grade_to=9,
        latitude=44.63,
        longitude=40.73,
        access=",lift,",
    )
    await stage.slot(welding, "13 10:00", capacity=1)
    drones = await stage.workshop(
        "Дроны",
        track="agro",
        municipality_code="krasnodar",
        latitude=45.04,
        longitude=38.98,
        access=",lift,toilet,",
    )
    await stage.slot(drones, "14 10:00")
    baking = await stage.workshop(
        "Хлеб", track="agro", municipality_code="eyskiy", grade_from=10, grade_to=11
    )
    await stage.slot(baking, "15 10:00")
    await stage.programme_is_ready()


def _titles(screen: str) -> list[str]:
    return [line.partition(". ")[2] for line in screen.splitlines() if line[:1].isdigit() and ". " in line]


async def test_filters_combine_are_remembered_and_loosen(stage: Stage) -> None:
    await _three_workshops(stage)
    anya = await stage.registered("Аня")
    await anya.send("/workshops")
    await anya.tap("Муниципалитет")
    assert [label for label in anya.buttons if "(1)" in label] == [
        "Ейский (1)",
        "Краснодар (1)",
        "Лабинский (1)",
    ]
    assert anya.buttons.index("Лабинский (1)") < 3
    await anya.tap("Назад", "Направление", "агро")
    assert _titles(anya.screen) == ["Дроны", "Хлеб"]
    await anya.tap("Фильтры", "Класс", "9")
    assert _titles(anya.screen) == ["Дроны"]
    assert "Выбрано: агро, 9 класс" in anya.screen
    await anya.tap("Фильтры", "Доступная среда", "лифт", "туалет")
    assert "✓ туалет – убрать" in anya.buttons
    await anya.tap("Показать")
    assert _titles(anya.screen) == ["Дроны"]
    await stage.restart()
    await anya.send("/workshops")
    assert "Выбрано: агро, 9 класс, лифт, туалет" in anya.screen
    await anya.tap("Дата")
    assert "ср 14 октября" in anya.buttons
    await anya.tap("Назад", "Муниципалитет", "Дальше", "Лабинский (0)")
    assert "Ничего не нашлось." in anya.screen
    assert "Лабинский, агро, 9 класс" in anya.screen
    await anya.tap("Без фильтров: 3")
    assert _titles(anya.screen) == ["Сварка", "Дроны", "Хлеб"]


async def test_only_free_places_leaves_out_what_is_full(stage: Stage) -> None:
    await _three_workshops(stage)
    anya, boris = await stage.registered("Аня"), stage.visitor("Борис")
    await anya.send("/start act_W1")
    await anya.tap("Записаться")
    await boris.send("/workshops")
    await boris.tap("Показать")
    assert "мест нет" in boris.screen
    await boris.tap("Фильтры", "Только со свободными местами")
    if "Сварка" not in boris.screen and "1." not in boris.screen:
        await boris.tap("Показать")
    assert _titles(boris.screen) == ["Дроны", "Хлеб"]


async def test_near_me_sorts_by_distance_and_says_kilometres(stage: Stage) -> None:
    await _three_workshops(stage)
    anya = stage.visitor("Аня")
    await anya.send("/workshops")
    await anya.tap("Рядом со мной")
    assert anya.seat.keyboard == [["📍 Отправить, где я"]]
    await anya.locate(45.03, 38.97)
    assert _titles(anya.screen) == ["Дроны", "Сварка", "Хлеб"]
    assert "Краснодар, 1.4 км" in anya.screen or "Краснодар, 1,4 км" in anya.screen
    assert anya.seat.keyboard == []
    kept = await stage.read(lambda session: list(session.scalars(select(PersonRow.filters))))
    assert kept == [{}], "where a stranger stands is in no table"


async def test_near_me_from_the_own_municipality_needs_no_location(stage: Stage) -> None:
    await _three_workshops(stage)
    anya = await stage.registered("Аня")
    await anya.send("/workshops")
    await anya.tap("Рядом со мной", "От моего муниципалитета")
    assert _titles(anya.screen)[0] == "Сварка"


async def test_a_wish_is_told_once_when_an_import_makes_it_true(stage: Stage) -> None:
    anya = await stage.registered("Аня")
    await anya.send("сварщики лабинск")
    assert "ничего не нашлось" in anya.screen
    toast = await anya.toast("Сообщить, когда появится")
    assert toast.text == "Сообщу, когда появится"
    await anya.send("/menu")
    anya.listen()
    await stage.tick()
    assert anya.news == []

    desk = Desk(stage.database)
    venue = {**VENUE, "муниципалитет": "Лабинский"}
    await desk.apply(
        book(venues=[venue], workshops=[WORKSHOP], slots=[{**SLOT, "дата": "20.10.2026"}]), stage.clock.now()
    )
    await stage.tick()
    assert len(anya.news) == 1
    assert "Появилось то, что вы ждали: «Сварка»" in anya.screen
    await stage.tick()
    assert len(anya.news) == 1
    await anya.tap("Посмотреть")
    assert "вт 20 октября, 10:00–11:30" in anya.screen


async def _forum(stage: Stage) -> None:
    hall = {"kind": "forum", "format": "lecture", "track": "agro"}
    for number, when in enumerate(("12 11:30", "12 12:30", "12 15:00", "13 10:00", "13 10:30")):
        track = "agro" if number % 2 else "engineering"
        session = await stage.workshop(f"Сессия {number}", code=f"F{number}", **{**hall, "track": track})
        await stage.slot(session, when, capacity=None, room=f"Зал {number}")


async def test_the_programme_by_day_by_track_now_and_my_day(stage: Stage) -> None:
    await _forum(stage)
    anya = await stage.registered("Аня")
    await anya.send("/programme")
    assert anya.buttons[:2] == ["сегодня", "завтра"]
    await anya.tap("завтра")
    assert "завтра · 2 события" in anya.screen
    assert _titles(anya.screen) == ["10:00–11:30 · Сессия 3", "10:30–12:00 · Сессия 4"]
    await anya.tap("По направлению", "агро")
    assert _titles(anya.screen) == ["10:00–11:30 · Сессия 3"]
    await anya.tap("1. Сессия 3", "Записаться")
    assert "Вы записаны" in anya.screen

    await anya.send("/programme")
    await anya.tap("завтра")
    assert "Зал 3 · агро" in anya.screen
    assert "вы записаны" in anya.screen
    assert "пересекается с «Сессия 3»" in anya.screen
    await anya.tap("2. Сессия 4")
    await anya.tap("Назад")
    assert "завтра · 2 события" in anya.screen
    await anya.tap("Мой день")
    assert "10:00–11:30 · Сессия 3" in anya.screen
    await anya.tap("сегодня")
    assert "у вас пока нет записей" in anya.screen
    await anya.tap("Назад", "Сейчас и скоро")
    assert _titles(anya.screen) == ["11:30–13:00 · Сессия 0", "12:30–14:00 · Сессия 1"]
    assert "идёт сейчас" in anya.screen
    await stage.move_to(moscow("12 22:00"))
    await anya.tap("Назад", "Сейчас и скоро")
    assert "ничего нет" in anya.screen
    await anya.tap("В меню")
    assert "что ищем" in anya.screen


async def test_a_long_day_says_which_page_it_is(stage: Stage) -> None:
    for number in range(6):
        session = await stage.workshop(f"Сессия {number}", kind="forum", format="lecture")
        await stage.slot(session, "13 10:00")
    anya = stage.visitor("Аня")
    await anya.send("/programme")
    assert (await anya.tap("завтра")).startswith("завтра · 6 событий\nСтраница 1 из 2\n\n1. ")


async def test_my_day_says_the_place_in_the_waiting_list(stage: Stage) -> None:
    session = await stage.workshop("Лекция", kind="forum", format="lecture", code="LE")
    await stage.slot(session, "13 10:00", capacity=1)
    boris, anya = await stage.registered("Борис"), await stage.registered("Аня")
    for person in (boris, anya):
        await person.send("/start act_LE")
        await person.tap("Записаться")
    await anya.tap("В лист ожидания")
    await anya.send("/programme")
    assert "лист ожидания, ваш номер 1" in await anya.tap("Мой день")


async def test_a_page_past_the_end_of_the_programme_is_the_last_one(stage: Stage) -> None:
    await _forum(stage)
    anya = stage.visitor("Аня")
    await anya.send("/programme")
    await anya.hack("fp:d1--9999")
    assert _titles(anya.screen) == ["10:00–11:30 · Сессия 3", "10:30–12:00 · Сессия 4"]
    await anya.hack("fp:n9999")
    assert _titles(anya.screen) == ["11:30–13:00 · Сессия 0", "12:30–14:00 · Сессия 1"]


async def test_inline_cards_lead_into_the_bot(stage: Stage) -> None:
    welding = await stage.workshop("Сварка <b> & «мангал»", code="SV", description="Свариваем <i>всё</i>")
    await stage.slot(welding, "13 10:00")
    await stage.programme_is_ready()
    anya, boris = stage.visitor("Аня"), stage.visitor("Борис")
    for query in ("сварщики", "SV", ""):
        answer = await anya.inline(query)
        assert [result["title"] for result in answer.results] == ["Сварка <b> & «мангал»"], query
    assert (await anya.inline("ыфвапролдж")).results == []
    assert (await anya.inline("сварка", "999999999999999999999")).results == []
    # Of more letters than a code can have.
    assert (await anya.inline("ы" * 41)).results == []
    group = stage.sandbox.group("Класс", members=[anya.seat, boris.seat])
    await anya.inline("сварщики")
    posted = await anya.seat.within(group).choose("SV", "сварщики")
    assert "Сварка <b> & «мангал»" in posted.text
    link = posted.button("Открыть и записаться")["url"]
    assert link == f"https://t.me/{BOT_NAME}?start=act_SV"
    await boris.follow(link)
    assert boris.screen.startswith("Сварка <b> & «мангал»")
    await stage.settle()


async def test_pages_turn_and_lead_back_to_the_page_one_came_from(stage: Stage) -> None:
    for number in range(12):
        await stage.slot(await stage.workshop(f"Мастерская {number:02}"), f"{13 + number} 10:00")
    anya = stage.visitor("Аня")
    await anya.send("/workshops")
    await anya.tap("Показать", "Дальше", "Дальше")
    assert "Страница 3 из 3" in anya.screen
    assert _titles(anya.screen) == ["Мастерская 10", "Мастерская 11"]
    await anya.tap("2. Мастерская 11", "Назад")
    assert "Страница 3 из 3" in anya.screen
    await anya.tap("Раньше")
    assert "Страница 2 из 3" in anya.screen


async def test_what_has_begun_is_not_offered_any_more(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "12 13:00")
    anya = stage.visitor("Аня")
    await stage.advance(timedelta(hours=2))
    await anya.send("/start act_SV")
    assert "Новых занятий пока нет." in anya.screen
    await anya.send("/workshops")
    await anya.tap("Показать")
    assert "Ничего не нашлось" in anya.screen


async def test_what_a_stranger_searches_for_is_in_no_table(stage: Stage) -> None:
    await _three_workshops(stage)
    anya = stage.visitor("Аня")
    await anya.send("секретов петя")
    await anya.send("/workshops")
    await anya.tap("Направление", "агро")
    assert "Выбрано: агро" in anya.screen

    def kept(session: Session) -> list[str]:
        return [str(filters) for filters in session.scalars(select(PersonRow.filters))]

    assert await stage.read(kept) == ["{}"]
    await anya.tap("Фильтры")
    await anya.send("дирижабль")
    await anya.tap("Сообщить, когда появится")
    assert anya.screen.startswith("Кто вы?")

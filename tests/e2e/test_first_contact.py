"""A stranger arrives: the first useful screen, the first card, the first sign-up."""

from __future__ import annotations

from tests.e2e.stage import BOT_NAME, Stage


async def test_a_stranger_reaches_the_list_in_two_taps_without_a_form(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка"), "13 10:00")
    anya = stage.visitor("Аня")

    await anya.send("/start")
    assert "Мастерская" not in anya.screen
    assert "Здравствуйте!" in anya.screen
    await anya.tap("Мастерские УПК")
    await anya.tap("Показать 1")

    assert "Нашлась 1 мастерская" in anya.screen
    assert "1. Сварка\nвт 13 октября, 10:00–11:30\nЛабинск · 10 мест" in anya.screen


async def test_a_misspelt_search_leads_to_a_card_and_the_sign_up_goes_on_after_the_registration(
    stage: Stage,
) -> None:
    workshop = await stage.workshop("Робототехника", bring="сменная обувь")
    await stage.slot(workshop, "13 10:00")
    await stage.programme_is_ready()
    anya = stage.visitor("Аня")

    await anya.send("робототехнка")
    assert "нашлось" in anya.screen
    await anya.tap("1. Робототехника")
    assert "вт 13 октября, 10:00–11:30" in anya.screen
    card = anya.screen
    await anya.tap("Записаться")
    question = anya.screen
    assert question.startswith("Кто вы?")
    assert anya.buttons[:5] == [
        "Ученик или студент, мне есть 14",
        "Мне меньше 14",
        "Педагог",
        "Наставник",
        "Родитель",
    ]
    assert await anya.tap("Назад") == card
    await anya.tap("Записаться")
    assert await anya.send("ученица") == f"Сейчас нужно нажать кнопку.\n\n{question}"
    assert len(anya.news) == 1
    await anya.tap("Ученик", "Полный текст")
    assert "Согласие на обработку персональных данных" in anya.screen
    await anya.tap("Коротко", "Даю согласие")
    assert "Как вас зовут?" in anya.screen
    await anya.send("Аня Петрова")
    assert "Где вы живёте или учитесь?" in anya.screen
    await anya.send("Лаби")
    assert "В каком вы классе?" in anya.screen
    await anya.tap("9")

    assert "✅ Вы записаны\n\nРобототехника\nвт 13 октября, 10:00–11:30" in anya.screen
    assert "сменная обувь" in anya.screen
    assert anya.buttons == ["📅 В календарь", "Отменить запись", "📌 Мои записи", "В меню"]


async def test_a_poster_opens_its_card(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV-1"), "13 10:00")
    anya = stage.visitor("Аня")

    await anya.follow(f"https://t.me/{BOT_NAME}?start=act_SV-1")
    assert anya.screen.startswith("Сварка\n\nмастерская · технологии")
    await anya.tap("Записаться", "Родитель", "Даю согласие")
    await anya.send("Ольга Ивановна")
    await anya.send("краснодар")
    await anya.send("Школа № 5")

    assert "Сколько человек будет заниматься?" in anya.screen
    await anya.tap("2")
    assert "За вами 2 места." in anya.screen


async def test_a_poster_of_something_that_is_gone_shows_a_way_on(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    await anya.follow(f"https://t.me/{BOT_NAME}?start=act_GONE")
    assert "Такого занятия в программе нет" in anya.screen
    await anya.tap("Мастерские УПК")
    assert "Ничего не нашлось" in anya.screen


async def test_of_a_child_under_fourteen_nothing_is_kept(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    kirill = stage.visitor("Кирилл Невидимкин")

    await kirill.send("/start act_SV")
    await kirill.tap("Записаться", "Мне меньше 14")

    explained, forwarded = kirill.news[-2:]
    assert "нужен взрослый" in explained
    await kirill.tap("О занятии", message=kirill.seat.messages[-2])
    assert kirill.seat.messages[-2].text.startswith("Сварка\n\nмастерская")
    assert "Запишите меня, пожалуйста: https://t.me/stage_bot?start=act_SV" in forwarded
    await stage.stop()
    kept = b"".join(path.read_bytes() for path in stage.path.parent.iterdir())
    await stage.start()
    assert "Невидимкин".encode() not in kept

    mother = await stage.registered("Ольга", role="parent")
    await mother.follow("https://t.me/stage_bot?start=act_SV")
    await mother.tap("Записаться", "1")
    assert "Вы записаны" in mother.screen


async def test_people_with_the_same_name_are_two_people(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=2)
    first, second = stage.visitor("Аня"), stage.namesake("Аня")
    for anya in (first, second):
        await anya.send("/start act_SV")
        await anya.tap("Записаться", "Ученик", "Даю согласие")
        await anya.send("Аня Петрова")
        await anya.tap("Анапа", "9")
        assert "Вы записаны" in anya.screen
    await first.tap("Отменить запись", "Да, отменить")
    await second.send("/my")
    assert "Сварка" in second.screen
    await first.send("/my")
    assert "Записей пока нет" in first.screen

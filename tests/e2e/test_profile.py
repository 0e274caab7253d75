"""The profile: every answer can be changed, seen, taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db.engine import Session
from db.models import BookingRow, DeliveryRow, PersonRow, WatchRow
from tests.e2e.stage import Stage
from tests.town import moscow


async def test_back_from_the_consent_leads_to_where_it_was_asked(stage: Stage) -> None:
    anya = stage.visitor("Аня")
    empty = await anya.send("/profile")
    assert await anya.tap("Заполнить профиль", "Назад") == empty


async def test_every_answer_can_be_changed(stage: Stage) -> None:
    anya = await stage.registered("Аня")
    await anya.send("/profile")
    assert "Имя: Аня\nРоль: Ученик\nМуниципалитет: Лабинский\nКласс: 9" in anya.screen
    await anya.tap("Имя")
    await anya.send("Анна Петрова")
    assert "Готово, записал." in anya.screen
    await anya.tap("Профиль", "Муниципалитет")
    await anya.send("ейс")
    await anya.tap("Профиль", "Класс", "СПО")
    await anya.tap("Профиль")
    assert "Имя: Анна Петрова\nРоль: Ученик\nМуниципалитет: Ейский\nУчёба: СПО" in anya.screen
    await anya.tap("Роль", "Педагог")
    assert "Где вы работаете?" in anya.screen
    await anya.send("Лицей № 1")
    await anya.tap("Профиль")
    assert "Роль: Педагог (подтвердит координатор)" in anya.screen
    assert "Организация: Лицей № 1" in anya.screen
    await anya.tap("Муниципалитет", "Определить по месту")
    await anya.tap("Отправить, где я")
    await stage.settle()
    assert "Ближе всего: Краснодар." in anya.heard[-2]
    await anya.send("/profile")
    assert "Муниципалитет: Краснодар" in anya.screen


async def test_back_and_menu_lead_out_of_every_question_unchanged(stage: Stage) -> None:
    anya = await stage.registered("Аня")
    await anya.send("/profile")
    before = anya.screen
    for field in ("Роль", "Имя", "Муниципалитет", "Класс"):
        await anya.tap(field, "Назад")
        assert "Ничего не изменилось." in anya.screen
        await anya.tap("Профиль", field, "В меню")
        assert "что ищем" in anya.screen
        await anya.tap("Профиль")
        assert anya.screen == before


async def test_back_goes_question_by_question_through_the_registration(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    anya = stage.visitor("Аня")
    for begin in (("/start act_SV", "Записаться"), ("/profile", "Заполнить профиль")):
        await anya.send(begin[0])
        await anya.tap(begin[1], "Ученик", "Даю согласие")
        await anya.send("Аня")
        await anya.tap("Анапа")
        assert "В каком вы классе?" in anya.screen
        await anya.tap("Назад")
        assert "Где вы живёте" in anya.screen
        await anya.tap("Назад")
        assert "Как вас зовут?" in anya.screen
        await anya.tap("Назад")
        assert "Можно сохранить ваши ответы?" in anya.screen
        await anya.tap("Назад")
        assert "Кто вы?" in anya.screen
        await anya.tap("В меню")
    assert await stage.read(lambda session: session.scalars(select(PersonRow.name)).all()) == [None]


async def test_my_data_holds_everything_and_only_ones_own(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00")
    await stage.slot(await stage.workshop("Секретная", code="SE"), "13 10:00")
    other = await stage.registered("Чужая Тайна", role="parent", organisation="Чужая школа")
    await other.send("/start act_SE")
    await other.tap("Записаться", "1")
    await other.send("чужой поиск")
    olga = await stage.registered("Ольга <b>", role="parent", organisation="Школа & Ко")
    await olga.send("/start act_SV")
    await olga.tap("Записаться", "2", "Имена, кто придёт")
    await olga.send("Маша, Петя")
    await olga.send("дроны")
    await olga.tap("Сообщить, когда появится")
    await stage.move_to(moscow("12 18:00"))

    await olga.send("/profile")
    await olga.toast("Мои данные")
    file = olga.last.file
    assert file is not None
    assert file.name == "moi-dannye.txt"
    text = file.content.decode("utf-8-sig")
    for part in (
        str(olga.id),
        "Имя: Ольга <b>",
        "Роль: Родитель",
        "Муниципалитет: Лабинский",
        "Организация: Школа & Ко",
        "Согласие: ",
        "Занятие: вт 13 октября, 10:00–11:30 – Сварка; Мест: 2; Кто с вами: Маша, Петя; Состояние: вы записаны",
        "Что: напоминание; Пора было: пн 12 октября, 18:00; Состояние: ушло",
        "дроны",
    ):
        assert part in text, part
    assert "ужая" not in text
    assert "чужой" not in text
    assert "Секретная" not in text


async def test_withdrawing_consent_takes_two_taps_and_leaves_only_the_address(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=1)
    anya, boris = await stage.registered("Аня"), await stage.registered("Борис")
    for person in (anya, boris):
        await person.send("/start act_SV")
        await person.tap("Записаться")
    await boris.tap("В лист ожидания")
    boris.listen()
    await anya.send("/profile")
    await anya.tap("Отозвать согласие", "Да, отозвать")
    assert "Согласие отозвано" in anya.screen
    assert "Для вас освободилось место" in boris.screen

    def kept(session: Session) -> Any:
        row = session.scalars(select(PersonRow).where(PersonRow.messenger_user_id == str(anya.id))).one()
        return (row.name, row.role, row.municipality_code, row.grade, row.organisation, row.consent_at)

    assert await stage.read(kept) == (None,) * 6
    await anya.send("/profile")
    assert "Профиль пуст" in anya.screen
    await anya.send("/start act_SV")
    await anya.tap("Записаться")
    assert "Кто вы?" in anya.screen


async def test_delete_me_leaves_nothing_and_the_waiting_list_moves(stage: Stage) -> None:
    await stage.slot(await stage.workshop("Сварка", code="SV"), "13 10:00", capacity=1)
    anya, boris = await stage.registered("Аня"), await stage.registered("Борис")
    for person in (anya, boris):
        await person.send("/start act_SV")
        await person.tap("Записаться")
    await boris.tap("В лист ожидания")
    await anya.send("редкое слово")
    await anya.tap("Сообщить, когда появится")
    await stage.move_to(moscow("12 18:00"))
    boris.listen()
    await anya.send("/profile")
    await anya.tap("Удалить меня")
    assert anya.buttons == ["Да, удалить всё", "Назад", "В меню"]
    assert "Удалить всё о вас?" in anya.screen
    await anya.tap("Назад", "Удалить меня", "Да, удалить всё")
    assert "Всё о вас удалено." in anya.screen
    assert "Для вас освободилось место" in boris.screen

    def left(session: Session) -> Any:
        people = session.scalars(select(PersonRow.messenger_user_id)).all()
        wishes = session.scalars(select(WatchRow.id)).all()
        bookings = session.scalars(select(BookingRow.status)).all()
        messages = session.scalars(select(DeliveryRow.kind)).all()
        return people, wishes, bookings, messages

    assert await stage.read(left) == ([str(boris.id)], [], ["booked"], ["promoted"])
    anya.listen()
    await stage.move_to(moscow("13 09:00"))
    assert anya.news == []
    await anya.tap("В меню")
    assert "Главное меню" in anya.screen

"""A teacher gets announcements: reads, confirms, replies, chooses when and about what, reads those of a day at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from db.engine import Session
from db.models import AnnouncementChoiceRow, BroadcastRow, DeliveryRow, PersonRow, RoleGrantRow
from db.queries import people
from domain.announcement import Pace
from domain.broadcast import Audience, Content
from domain.delivery import Media
from domain.editing import Edit, EditKind
from domain.people import Actor, Role, actor_for
from services import announcements, broadcasts, editing
from tests import town
from tests.e2e.stage import NOON, Stage, Visitor
from tests.e2e.test_broadcasts import TEACHERS, aimed, boss
from tests.e2e.test_roles import holder
from tests.town import MOSCOW, moscow

SENT_ON = "Вопрос у координатора. Ответ придёт сюда, обычно в течение дня."
NOT_YOURS = "Такого объявления у вас нет."
RECALLED = "Это объявление отозвали: оно больше не действует. Делать ничего не нужно."


async def person_of(stage: Stage, visitor: Visitor) -> Actor:
    def read(session: Session) -> Actor:
        id_ = session.scalars(
            select(PersonRow.id).where(PersonRow.messenger_user_id == str(visitor.id))
        ).one()
        person = people.by_id(session, id_)
        assert person is not None
        return actor_for(person)

    return await stage.read(read)


async def teacher(stage: Stage, name: str = "Ольга", pace: Pace = Pace.AT_ONCE) -> Visitor:
    visitor = await holder(stage, name, Role.TEACHER, None)
    if pace is not Pace.AT_ONCE:
        actor = await person_of(stage, visitor)
        await stage.write(announcements.choose_pace, actor, pace, stage.clock.now())
    return visitor


async def announced(
    stage: Stage,
    elena: Visitor,
    text: str,
    audience: Audience = TEACHERS,
    *,
    urgent: str = "",
    **values: Any,
) -> int:
    """Sent to an audience and, to whoever gets it now, delivered; its id."""
    actor, now = await person_of(stage, elena), stage.clock.now()
    broadcast_id = (await stage.write(broadcasts.begin, actor, Content(text, **values), now)).broadcast.id
    await stage.write(broadcasts.aim, actor, broadcast_id, audience, now)
    if urgent:
        await stage.write(broadcasts.call_urgent, actor, broadcast_id, urgent, now)
    await stage.write(broadcasts.send, actor, broadcast_id, None, now, MOSCOW, ())
    await stage.tick()
    return broadcast_id


async def corrected(stage: Stage, elena: Visitor, broadcast_id: int, text: str) -> None:
    actor = await person_of(stage, elena)
    now = stage.clock.now()
    draft = await stage.write(broadcasts.correct, actor, broadcast_id, Content(text), now)
    await stage.write(broadcasts.send, actor, draft.broadcast.id, None, now, MOSCOW, ())
    await stage.tick()


async def recalled(stage: Stage, elena: Visitor, broadcast_id: int) -> None:
    actor = await person_of(stage, elena)
    await stage.write(broadcasts.recall, actor, broadcast_id, stage.clock.now())
    await stage.tick()


async def read_by(stage: Stage, broadcast_id: int) -> list[str]:
    """Names of those who have confirmed it."""
    return await stage.read(
        lambda session: list(
            session.scalars(
                select(PersonRow.name)
                .join(DeliveryRow, DeliveryRow.person_id == PersonRow.id)
                .where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.read_at.is_not(None))
                .order_by(PersonRow.name)
            )
        )
    )


# One announcement


async def test_a_photo_with_bold_words_is_confirmed_and_answered_with_a_question(stage: Stage) -> None:
    elena, olga, igor = await boss(stage), await teacher(stage), await teacher(stage, "Игорь")
    await elena.send("/menu")
    await elena.tap("Координатору", "Новая рассылка")
    caption = "👋 {имя}, сбор в **пятницу** 🦊, __каб. 5__"
    await elena.show(lambda: elena.seat.send_photo(caption=caption))
    broadcast_id = await aimed(stage)
    await elena.tap("Подтверждение: нет", "Отправить", "Отправить сейчас")

    assert olga.heard == ["👋 Ольга, сбор в пятницу 🦊, каб. 5"]
    assert igor.heard == ["👋 Игорь, сбор в пятницу 🦊, каб. 5"]
    message = olga.last
    assert message.file is not None
    words = {entity["type"]: covered(message.text, entity) for entity in message.entities}
    assert words == {"bold": "пятницу", "italic": "каб. 5"}
    assert message.buttons == [["Ознакомлен(а)"]]

    for label in ("Ознакомлен(а)", "✓ Отмечено: ознакомлен(а)"):
        toast = await olga.toast(label)
        assert (toast.text, toast.alert) == ("Спасибо, отмечено", False)
        assert olga.last.buttons == [["✓ Отмечено: ознакомлен(а)"]]
        assert (olga.last.text, olga.last.entities) == (message.text, message.entities)
        assert olga.last.file is not None
    assert await read_by(stage, broadcast_id) == ["Ольга"]
    assert igor.last.buttons == [["Ознакомлен(а)"]]

    await igor.show(lambda: igor.seat.send("А если в пятницу не смогу?", reply_to=igor.last))
    assert SENT_ON in igor.screen
    told = elena.news[-1]
    assert "А если в пятницу не смогу?" in told
    assert "👋 Игорь, сбор в пятницу 🦊, каб. 5" in told
    await elena.tap("Ответить")
    await elena.send("Запись пришлём")
    assert "Запись пришлём" in igor.screen


async def test_the_author_hears_of_a_reply_where_they_are_a_coordinator_still(stage: Stage) -> None:
    elena, vera = await boss(stage, "Елена", "labinskiy"), await boss(stage, "Вера", "eyskiy")
    olga = await teacher(stage)
    await announced(stage, elena, "Сбор в пятницу")
    await olga.show(lambda: olga.seat.send("Во сколько?", reply_to=olga.last))
    assert "Во сколько?" in elena.news[-1]
    assert "Сбор в пятницу" in elena.news[-1]
    assert vera.heard == []
    revoke = update(RoleGrantRow).where(RoleGrantRow.role == Role.COORDINATOR).values(revoked_at=NOON)
    await stage.write(lambda session: session.execute(revoke))
    elena.listen()
    await olga.show(lambda: olga.seat.send("А где?", reply_to=olga.seat.messages[0]))
    assert SENT_ON in olga.screen
    assert elena.news == []


def covered(text: str, entity: dict[str, Any]) -> str:
    units = text.encode("utf-16-le")
    return units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


async def test_the_button_opens_the_activity_below(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage)
    activity = await stage.workshop("Сварка")
    await stage.slot(activity, "14 10:00")
    await announced(stage, elena, "Приходите", activity_id=activity, wants_receipt=True)
    assert olga.last.buttons == [["Открыть «Сварка»"], ["Ознакомлен(а)"]]
    await olga.tap("Открыть «Сварка»")
    assert olga.heard[0] == "Приходите"
    assert olga.screen.startswith("Сварка")
    await olga.tap("Записаться")
    await olga.tap("Ознакомлен(а)", message=olga.seat.messages[0])
    assert olga.seat.messages[0].buttons == [["Открыть «Сварка»"], ["✓ Отмечено: ознакомлен(а)"]]


async def test_everybody_reads_their_own_name_and_booking(stage: Stage) -> None:
    elena = await boss(stage)
    readers = [await teacher(stage, name) for name in ("Ольга", "Игорь", "Пётр")]
    for reader, title, when in ((readers[0], "Сварка", "13 10:00"), (readers[1], "Дроны", "14 15:00")):
        slot = await stage.slot(await stage.workshop(title), when)
        actor = await person_of(stage, reader)
        await stage.write(town.add_booking, slot, actor.person_id)
    await announced(stage, elena, "{Имя}, вы записаны: {запись}. Спасибо, {имя} {фамилия}!")
    assert [reader.heard for reader in readers] == [
        ["Ольга, вы записаны: Сварка, вт 13 октября, 10:00–11:30. Спасибо, Ольга {фамилия}!"],
        ["Игорь, вы записаны: Дроны, ср 14 октября, 15:00–16:30. Спасибо, Игорь {фамилия}!"],
        ["Пётр, вы записаны: ваше занятие. Спасибо, Пётр {фамилия}!"],
    ]


async def test_a_correction_keeps_the_name_and_the_mark(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage)
    broadcast_id = await announced(stage, elena, "{имя}, в пятницу", wants_receipt=True)
    await olga.tap("Ознакомлен(а)")
    await corrected(stage, elena, broadcast_id, "{имя}, в субботу")
    assert olga.heard == ["Ольга, в субботу"]
    assert olga.buttons == ["✓ Отмечено: ознакомлен(а)"]


async def test_an_old_keyboard_after_a_recall_says_that_it_was_recalled(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage)
    broadcast_id = await announced(stage, elena, "Сбор в пятницу", wants_receipt=True)
    old = olga.last
    await recalled(stage, elena, broadcast_id)
    assert olga.heard == []
    await olga.send("/menu")
    for data in (f"ank:{broadcast_id}", f"ano:{broadcast_id}"):
        toast = await olga.hack(data, olga.last)
        assert (toast.text, toast.alert) == (RECALLED, True)
    assert await read_by(stage, broadcast_id) == []
    assert old.buttons == [["Ознакомлен(а)"]]


async def test_what_was_sent_to_others_is_nobody_elses(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage)
    anya = await stage.registered("Аня")
    broadcast_id = await announced(stage, elena, "Тайна педагогов", wants_receipt=True)
    await anya.send("/menu")
    for id_ in (broadcast_id, broadcast_id + 1, 2**31 - 1):
        for prefix in ("ank", "ano"):
            toast = await anya.hack(f"{prefix}:{id_}")
            assert (toast.text, toast.alert) == (NOT_YOURS, True)
    await anya.hack("anl:0:0:")
    assert "Объявлений пока не было." in anya.screen
    assert "Тайна" not in "".join(anya.heard)
    assert await read_by(stage, broadcast_id) == []
    assert olga.heard == ["Тайна педагогов"]


# Choosing


async def test_how_they_come_is_chosen_from_the_reminders_and_the_profile(stage: Stage) -> None:
    olga = await teacher(stage)
    await olga.send("/reminders")
    await olga.tap("Объявления")
    assert olga.screen == (
        "📣 Объявления\n\n"
        "Это новости от координаторов: что нового, куда зовут, какие сроки. "
        "Они приходят всем, кто дал согласие, и педагогам тоже.\n\n"
        "Сейчас: приходят сразу. Ночью не тревожим, если это не срочно.\n\n"
        "Темы: все. То, что касается всех, придёт при любой теме.\n\n"
        "О переносе и отмене ваших занятий я напишу в любом случае."
    )
    assert olga.buttons == [
        "✓ Сразу",
        "Раз в день в 18:00",
        "Не присылать",
        "✓ Все темы",
        "Технологии",
        "Инженерия",
        "Агро",
        "Предпринимательство",
        "Что приходило",
        "Назад",
        "В меню",
    ]
    for _ in range(2):
        toast = await olga.toast("Раз в день в 18:00")
        assert toast.text == "Объявления будут приходить раз в день в 18:00"
        assert "приходят раз в день, в 18:00, одним сообщением. Срочные – сразу." in olga.screen
    await olga.tap("Агро", "Технологии")
    assert "Темы: технологии, агро." in olga.screen
    assert "✓ Агро" in olga.buttons
    assert "Все темы" in olga.buttons
    await olga.tap("✓ Агро")
    toast = await olga.toast("✓ Технологии")
    assert toast.text == "Темы: все"
    await olga.tap("Не присылать")
    assert "Сейчас: не приходят, даже срочные." in olga.screen
    assert "Темы" not in olga.screen
    assert "Агро" not in olga.buttons
    await olga.tap("Назад")
    assert olga.screen.startswith("Напоминания")

    await olga.send("/profile")
    await olga.tap("Объявления", "Сразу", "Что приходило", "Назад", "Назад")
    assert olga.screen.startswith("Профиль")


async def test_whoever_wants_none_gets_none_but_the_changes_of_their_bookings(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.NEVER)
    igor = await teacher(stage, "Игорь")
    activity = await stage.workshop("Сварка")
    slot = await stage.slot(activity, "14 10:00")
    actor = await person_of(stage, olga)
    await stage.write(town.add_booking, slot, actor.person_id)
    await announced(stage, elena, "Новости", urgent="авария")
    assert olga.heard == []
    assert igor.heard == ["Новости"]
    coordinator, now = await person_of(stage, elena), stage.clock.now()
    edit = Edit(EditKind.CANCEL, activity, slot, {"cancel_reason": ""})
    seen = await stage.read(editing.preview, coordinator, edit, now, MOSCOW)
    await stage.write(editing.apply, coordinator, edit, seen.mark, now, MOSCOW)
    await stage.move_to(moscow("12 12:15"))
    assert "Занятие отменено: Сварка" in olga.screen


async def test_a_pause_says_that_announcements_are_lost_and_they_are(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage)
    await olga.send("/reminders")
    toast = await olga.toast("Пауза до завтра")
    assert toast.text == "Пауза до вт 13 октября. Объявления за это время не придут и потом"
    await olga.tap("Объявления")
    assert (
        "⏸ Пауза до вт 13 октября. До этого дня объявлений не будет, и потом я их не пришлю." in olga.screen
    )
    await teacher(stage, "Игорь")
    await announced(stage, elena, "Во время паузы")
    await stage.move_to(moscow("13 12:00"))
    await announced(stage, elena, "После паузы")
    assert olga.heard[1:] == ["После паузы"]


async def test_who_has_not_consented_is_told_when_they_begin(stage: Stage) -> None:
    guest = stage.visitor("Гость")
    await guest.send("/reminders")
    await guest.tap("Объявления")
    assert "Пока вы не дали согласие, объявления не приходят." in guest.screen


@pytest.mark.parametrize("data", ["anh:often:", "ant:magic:1:", "anw:z", "anl:99999:0:"])
async def test_choices_that_no_button_offers_change_nothing(stage: Stage, data: str) -> None:
    olga = await teacher(stage)
    await olga.send("/menu")
    await olga.hack(data)
    assert "📣" in olga.screen
    assert await stage.read(lambda session: session.scalars(select(AnnouncementChoiceRow)).all()) == []


# The digest


async def digest(stage: Stage, elena: Visitor, *said: str, **values: Any) -> list[int]:
    """Announcements of one day, delivered in the evening; their ids."""
    ids = [await announced(stage, elena, text, **values) for text in said]
    await stage.move_to(moscow("12 18:00"))
    return ids


async def test_a_digest_lists_the_day_and_opens_each_in_full(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.DAILY)
    igor = await teacher(stage, "Игорь")
    photo = await uploaded(stage, elena)
    first = await announced(
        stage,
        elena,
        "{имя}, сбор в пятницу",
        entities=({"type": "bold", "offset": 15, "length": 7},),
        media=(photo,),
        wants_receipt=True,
    )
    second = await announced(stage, elena, "Второе")
    assert olga.heard == []
    await stage.move_to(moscow("12 18:00"))
    assert olga.screen == (
        "📣 Объявления за день: 2\n\n"
        "1. Второе\nЕлена, пн 12 октября, 12:00\n\n"
        "2. Ольга, сбор в пятницу\nЕлена, пн 12 октября, 12:00"
    )
    assert olga.buttons == ["Читать: Второе", "Читать: Ольга, сбор в пятницу", "В меню"]
    listed = olga.last

    await corrected(stage, elena, first, "{имя}, сбор в субботу")
    assert olga.heard == [listed.text], "a digest stays as it was"
    await olga.tap("Читать: Ольга, сбор в пятницу", message=listed)
    assert olga.screen == "Ольга, сбор в субботу"
    assert olga.last.file is not None
    opened = olga.last
    await olga.tap("Ознакомлен(а)", message=opened)
    assert olga.last.buttons == [["✓ Отмечено: ознакомлен(а)"]]
    assert await read_by(stage, first) == ["Ольга"]
    await olga.tap("Читать: Ольга, сбор в пятницу", message=listed)
    assert olga.last.buttons == [["✓ Отмечено: ознакомлен(а)"]]

    await corrected(stage, elena, first, "{имя}, сбор в воскресенье")
    assert "Ольга, сбор в воскресенье" in olga.heard
    await recalled(stage, elena, second)
    assert "Второе" not in igor.heard
    toast = await olga.toast("Читать: Второе", message=listed)
    assert (toast.text, toast.alert) == (RECALLED, True)
    assert olga.heard[0] == listed.text


async def uploaded(stage: Stage, elena: Visitor) -> Media:
    """A photo that the messenger knows, from a draft that is thrown away."""
    await elena.send("/menu")
    await elena.tap("Координатору", "Новая рассылка")
    await elena.show(lambda: elena.seat.send_photo(caption="Черновик"))

    def file_id(session: Session) -> str:
        row = session.scalars(select(BroadcastRow).order_by(BroadcastRow.id.desc())).first()
        assert row is not None
        return str(row.media[0]["file_id"])

    return Media("photo", await stage.read(file_id))


async def test_replies_to_a_digest_and_to_what_was_opened_are_questions(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.DAILY)
    await digest(stage, elena, "Сбор в пятницу", "Второе")
    listed = olga.last
    for _ in range(2):
        await olga.tap("Читать: Сбор в пятницу", message=listed)
        await olga.show(lambda: olga.seat.send("А где?", reply_to=olga.last))
        assert SENT_ON in olga.screen
        assert "Сбор в пятницу" in elena.screen
    await olga.show(lambda: olga.seat.send("А когда?", reply_to=listed))
    assert SENT_ON in olga.screen
    assert "Объявления за день: 2" in elena.screen


async def test_a_long_digest_counts_the_rest_and_shows_it_below(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.DAILY)
    await digest(stage, elena, *(f"Новость {number}" for number in range(1, 12)))
    assert olga.screen.startswith("📣 Объявления за день: 11\n\n1. Новость 11")
    assert olga.screen.endswith("8. Новость 4\nЕлена, пн 12 октября, 12:00\n\nИ ещё 3 объявления.")
    listed = olga.last
    await olga.tap("Ещё")
    assert olga.heard[0] == listed.text
    assert olga.screen.startswith("📣 Что приходило\n\n9. Новость 3")
    assert olga.buttons[:3] == ["Читать: Новость 3", "Читать: Новость 2", "Читать: Новость 1"]
    await olga.tap("Читать: Новость 2")
    assert olga.screen == "Новость 2"


async def test_what_is_urgent_does_not_wait_for_the_digest(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.DAILY)
    await announced(stage, elena, "Обычное")
    await announced(stage, elena, "Срочное", urgent="авария")
    assert olga.heard == ["Срочное"]
    await stage.move_to(moscow("12 18:00"))
    assert olga.heard == ["Срочное", "Обычное"]


async def test_a_restart_between_loses_nothing_of_the_digest(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.DAILY)
    for text in ("Раз", "Два"):
        await announced(stage, elena, text)
    await stage.restart()
    await stage.move_to(moscow("12 18:30"))
    assert len(olga.heard) == 1
    assert "Объявления за день: 2" in olga.heard[0]


# What is kept


async def test_my_data_names_what_came_by_its_beginning_only(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.DAILY)
    igor = await teacher(stage, "Игорь")
    text = "{имя}, " + "подробности " * 20
    broadcast_id = await announced(stage, elena, text, wants_receipt=True)
    await igor.tap("Ознакомлен(а)")
    await igor.send("/profile")
    await igor.toast("Мои данные")
    data = file_text(igor)
    assert "Объявления: сразу; темы: все. Пришли:" in data
    assert "пн 12 октября, 12:00 – Игорь, подробности" in data
    assert "…; отмечено «Ознакомлен(а)» пн 12 октября, 12:00" in data
    assert "Ольга" not in data
    assert "подробности " * 10 not in data
    await olga.send("/profile")
    await olga.toast("Мои данные")
    assert file_text(olga).endswith("Объявления: раз в день в 18:00; темы: все. Пришли:\n")
    assert await read_by(stage, broadcast_id) == ["Игорь"]


def file_text(person: Visitor) -> str:
    assert person.last.file is not None
    return person.last.file.content.decode("utf-8-sig")


async def test_delete_me_deletes_the_choice_and_what_waits(stage: Stage) -> None:
    elena, olga = await boss(stage), await teacher(stage, pace=Pace.DAILY)
    await announced(stage, elena, "Раз")
    await olga.send("/profile")
    await olga.tap("Удалить меня", "Да, удалить всё")

    def left(session: Session) -> tuple[int, int]:
        return (
            len(session.scalars(select(AnnouncementChoiceRow)).all()),
            len(session.scalars(select(DeliveryRow)).all()),
        )

    assert await stage.read(left) == (0, 0)
    olga.listen()
    await stage.move_to(moscow("12 18:00"))
    assert olga.news == []

"""«Мои данные»: whatever is planted about a person is in the file, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.engine import Session
from db.models import (
    ActivityMentorRow,
    AudienceRow,
    BroadcastRow,
    ConsentTextRow,
    DeliveryRow,
    EditRow,
    InviteRow,
    LogRow,
    PersonRow,
    QuestionMessageRow,
    QuestionRow,
    RoleGrantRow,
    WatchRow,
)
from db.queries import dossier, people
from domain.broadcast import Audience, Group
from domain.finding import Filters
from domain.people import Role, actor_for
from handlers.profile.callbacks import SendMyData
from services.registration import delete_me, withdraw_consent
from tests import town
from tests.e2e.stage import NOON, Stage
from tests.town import MOSCOW, moscow

MARKS = (
    "Школа-знак",
    "Роль: наставник; Где: Армавир; Дана: чт 1 октября, 10:00; Кто дал: Зовущая",
    "Роль: координатор; Где: Анапа",
    "Код: CODEMRK2",
    "Черновик-знак",
    "Название: Аудитория-знак; Кто в ней: Педагоги",
    "О чём: Тема-знак",
    "Пишет координатор: нет; Текст: Вопрос-знак; Приложено: фото; Номер файла в Telegram: FILEMARK",
    "Пишет координатор: да; Текст: Ответ-знак",
    "Что сделано: Загружена программа; С чем: Журнал-знак",
    "Что сделано: Вопросы больше не принимаются",
    "Что: наставник опаздывает; Пора было: пн 12 октября, 12:00; Состояние: не ушло; Подробности: Груз-знак",
    "Ответ Telegram: ERRORMARK",
    "Мастерская или событие: Ведёт-знак",
    "Было: Правка-знак",
    "Что ищете: Поиск: Желание-знак",
    "Кто с вами: Малыш",
    "Вы ответили: приду",
    "Координатор не принимает вопросы с: пн 12 октября, 12:00",
    "Когда я узнал, что вам меньше 14: пн 12 октября, 12:00",
    "Отпечаток текста (SHA-256): отпечаток; Текст: Согласие-знак",
    "Telegram",
)
OTHERS = ("Чужая болезнь", "Чужой вопрос")


def plant(session: Session, me: int) -> None:
    """Rows of every table that may say something of a person, with marks in them."""
    boss = town.add_person(session, name="Зовущая", role="teacher")
    for role, where, day in (("mentor", "armavir", "1 10:00"), ("coordinator", "anapa", "2 10:00")):
        session.add(
            RoleGrantRow(
                person_id=me, role=role, municipality_code=where, granted_at=moscow(day), granted_by=boss
            )
        )
    invite = {"code": "CODEMRK2", "role": "mentor", "uses_left": 1, "expires_at": moscow("20 10:00")}
    session.add(InviteRow(**invite, created_by=me, created_at=NOON))
    session.add(BroadcastRow(author_id=me, status="draft", text="Черновик-знак", created_at=NOON))
    meant = Audience((Group(roles=(Role.TEACHER,)),)).to_json()
    session.add(AudienceRow(owner_id=me, name="Аудитория-знак", definition=meant, created_at=NOON))
    mine = QuestionRow(person_id=me, importance="usual", status="answered", about="Тема-знак", asked_at=NOON)
    other = QuestionRow(person_id=boss, importance="usual", status="open", asked_at=NOON)
    session.add_all([mine, other])
    session.flush()
    turns = (
        (mine, me, False, "Вопрос-знак", "photo", "FILEMARK"),
        (mine, boss, True, "Ответ-знак", None, None),
        (other, boss, False, "Чужой вопрос", None, None),
    )
    for question, author, answers, text, kind, file in turns:
        session.add(
            QuestionMessageRow(
                question_id=question.id,
                author_id=author,
                from_coordinator=answers,
                text=text,
                file_kind=kind,
                file_id=file,
                at=NOON,
            )
        )
    session.add(LogRow(at=NOON, actor_id=me, action="imported", subject="Журнал-знак", details={}))
    session.add(LogRow(at=NOON, actor_id=boss, action="questions_refused", details={"person_id": me}))
    owed = (
        ("late", {"minutes": 7, "note": "Груз-знак"}),
        ("cannot_lead", {"reason": "Чужая болезнь"}),
    )
    for kind, payload in owed:
        session.add(
            DeliveryRow(
                dedup_key=kind,
                kind=kind,
                person_id=me,
                payload=payload,
                priority=1,
                due_at=NOON,
                status="failed",
                error="ERRORMARK",
            )
        )
    activity = town.add_activity(session, "Ведёт-знак")
    slot = town.add_slot(session, activity, moscow("13 10:00"))
    session.add(ActivityMentorRow(activity_id=activity, person_id=me))
    session.add(
        EditRow(
            kind="room",
            activity_id=activity,
            slot_id=slot,
            author_id=me,
            before={"room": "Правка-знак"},
            after={},
            told_slots=[],
            made_at=NOON,
            settles_at=NOON + timedelta(days=1),
        )
    )
    wish = Filters(query="Желание-знак").to_json()
    session.add(WatchRow(person_id=me, wish_key="w", wish=wish, created_at=NOON))
    town.add_booking(session, slot, me, companions=["Малыш"], answer="coming")
    session.add(ConsentTextRow(digest="отпечаток", version="1", text="Согласие-знак", agreed_first_at=NOON))
    session.flush()
    person = session.get_one(PersonRow, me)
    person.consent_digest = "отпечаток"
    person.questions_refused_at = person.young_at = NOON


async def test_every_mark_is_in_the_file_in_words(stage: Stage) -> None:
    olga = await stage.registered("Ольга", role="teacher", organisation="Школа-знак")
    me = await stage.read(lambda session: session.scalar(select(PersonRow.id)))
    assert me is not None
    await stage.write(lambda session: plant(session, me))
    await olga.send("/profile")
    await olga.hack(SendMyData().pack())
    await stage.settle()
    file = next(message.file for message in reversed(olga.seat.messages) if message.file)
    text = file.content.decode("utf-8-sig")
    assert [mark for mark in MARKS if mark not in text] == [], text
    assert [mark for mark in OTHERS if mark in text] == []


RECORD = {"person", "role", "invite", "log", "about", "edit"}
"""What is left for a year of somebody who held a staff role: the role, and what they did in it. Invitations are dead."""


@pytest.mark.parametrize("leave", [delete_me, withdraw_consent])
async def test_of_whoever_leaves_only_the_record_of_the_role_is_left(
    stage: Stage, leave: Callable[..., object]
) -> None:
    await stage.registered("Ольга", role="teacher", organisation="Школа-знак")
    person = await stage.read(
        lambda session: people.by_id(session, session.scalars(select(PersonRow.id)).one())
    )
    assert person is not None
    await stage.write(lambda session: plant(session, person.id))
    before = await stage.read(dossier.records, person.id, person.address)
    assert {each.part for each in before} > RECORD
    await stage.write(leave, actor_for(person), stage.clock.now(), MOSCOW)
    after = await stage.read(dossier.records, person.id, person.address)
    assert {each.part for each in after} <= RECORD, [each for each in after if each.part not in RECORD]

"""A small town in which every kind of message can be owed, each for a good reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from db.engine import Session
from db.models import (
    ActivityMentorRow,
    BookingRow,
    BroadcastRow,
    InviteRow,
    QuestionMessageRow,
    QuestionRow,
    RoleGrantRow,
)
from domain.booking import BookingStatus
from domain.delivery import DeliveryKind, Owed
from domain.delivery_rules import RULES
from domain.payloads import (
    Answered,
    CannotLead,
    Found,
    Late,
    LateScreen,
    LetGo,
    Lost,
    OfGrant,
    OfInvitation,
    OfMessage,
    OfTurn,
    Reminder,
    ToConfirm,
)
from services.deliveries import owe
from services.notices import slots_edited, snapshot
from tests.town import LONG_AGO, add_activity, add_booking, add_person, add_slot, change_slot, moscow

NOW = moscow("14 08:00")
START = moscow("14 10:00")
PUPIL, MENTOR, AUTHOR = "Тайнова Дочь", "Железнов Пётр", "Первых Елена"
SENT = [kind for kind in DeliveryKind if RULES[kind].sent]
STATUS = {
    DeliveryKind.OFFER: BookingStatus.OFFERED,
    DeliveryKind.OFFER_LAPSED: BookingStatus.LAPSED,
    DeliveryKind.PASSED_OVER: BookingStatus.WAITING,
}
BROADCAST_STATUS = {DeliveryKind.TO_CONFIRM: "unconfirmed", DeliveryKind.HANDED_OVER: "held"}
TO_AUTHOR = (DeliveryKind.CONFIRMED, DeliveryKind.SENT_BACK, DeliveryKind.GREW)


@dataclass(frozen=True)
class Town:
    pupil: int
    mentor: int
    author: int
    coordinator: int
    """Of all, like the author, and long enough to let a broadcast go."""
    slot: int
    booking: int
    broadcast: int
    question: int


def found_town(session: Session, kind: DeliveryKind) -> Town:
    """With a booking, a question and a broadcast in the state in which ``kind`` is owed."""
    pupil = add_person(session, name=PUPIL, municipality_code="sochi")
    mentor = add_person(session, name=MENTOR, role="mentor", grade=None, organisation="Завод")
    author, coordinator = (
        add_person(session, name=name, role="teacher", grade=None, organisation="УПК")
        for name in (AUTHOR, "Вторых Вера")
    )
    for person in (author, coordinator):
        session.add(RoleGrantRow(person_id=person, role="coordinator", granted_at=LONG_AGO))
    activity = add_activity(session)
    session.add(ActivityMentorRow(activity_id=activity, person_id=mentor))
    slot = add_slot(session, activity, START)
    more: dict[DeliveryKind, dict[str, Any]] = {
        DeliveryKind.OFFER: {"offer_expires_at": moscow("14 09:30")},
        DeliveryKind.PASSED_OVER: {"passed_over": "late"},
    }
    booking = add_booking(
        session, slot, pupil, status=STATUS.get(kind, BookingStatus.BOOKED), **more.get(kind, {})
    )
    broadcast = BroadcastRow(
        author_id=author,
        status=BROADCAST_STATUS.get(kind, "sending"),
        text="Сбор в субботу",
        urgent_reason="Ливень",
        created_at=LONG_AGO,
        started_at=None if kind is DeliveryKind.TO_CONFIRM else LONG_AGO,
        is_open=kind is not DeliveryKind.TO_CONFIRM,
    )
    question = QuestionRow(
        person_id=pupil, municipality_code="sochi", importance="urgent", status="open", asked_at=LONG_AGO
    )
    invitation = InviteRow(
        code="ABCDEFGH",
        role="coordinator",
        created_by=coordinator,
        created_at=LONG_AGO,
        expires_at=moscow("20 10:00"),
        uses_left=1,
    )
    session.add_all([broadcast, question, invitation])
    session.flush()
    for author_id, ours, said in ((pupil, False, "Можно с братом?"), (coordinator, True, "Можно.")):
        session.add(
            QuestionMessageRow(
                question_id=question.id, author_id=author_id, from_coordinator=ours, text=said, at=LONG_AGO
            )
        )
    session.flush()
    return Town(pupil, mentor, author, coordinator, slot, booking, broadcast.id, question.id)


def owe_one(session: Session, kind: DeliveryKind, town: Town, due_at: datetime = NOW) -> None:
    """Owe a message of this kind to whom it is for."""
    rule, values = RULES[kind], dict[str, Any]()
    if rule.about_booking:
        values["booking_id"] = town.booking
    if kind in (DeliveryKind.QUESTION, DeliveryKind.ANSWER, DeliveryKind.LOST_ANSWER):
        values["question_id"] = town.question
    if kind in (
        DeliveryKind.BROADCAST,
        DeliveryKind.CORRECTION,
        DeliveryKind.RECALL,
        DeliveryKind.TO_CONFIRM,
        DeliveryKind.HANDED_OVER,
        *TO_AUTHOR,
    ):
        values["broadcast_id"] = town.broadcast
    reader = town.pupil if rule.reader == "self" else town.author if kind in TO_AUTHOR else town.coordinator
    payload = {
        Reminder: Reminder(8, START),
        Late: Late(20, START),
        CannotLead: CannotLead(town.slot, START, town.mentor, "Заболел"),
        Found: Found(1, 1),
        OfMessage: OfMessage(7),
        ToConfirm: ToConfirm(600, 0),
        OfTurn: OfTurn(),
        Lost: Lost(blocked=True),
        OfInvitation: OfInvitation(1, stranger=True),
        OfGrant: OfGrant(1),
        Answered: Answered(given=True),
        LateScreen: LateScreen("Меню"),
        LetGo: LetGo(2),
    }
    chosen = payload.get(rule.payload)
    if chosen is not None:
        values["payload"] = chosen
    about = f"cannot_lead:{town.mentor}:1:x" if kind is DeliveryKind.CANNOT_LEAD else f"{kind}:1"
    if kind in (DeliveryKind.MOVED, DeliveryKind.CANCELLED):
        edit_slot(
            session, town, **({"room": "каб. 77"} if kind is DeliveryKind.MOVED else {"cancelled_at": NOW})
        )
    owe(session, [Owed(f"{about}:{reader}", kind, reader, due_at, **values)])


def edit_slot(session: Session, town: Town, **values: Any) -> None:
    """An edit as coordinators make it: what people read of the slot before is known."""
    befores = list(snapshot(session, [town.slot]).values())
    change_slot(session, town.slot, sequence=befores[0].sequence + 1, **values)
    session.flush()
    slots_edited(session, befores, NOW)


def end_roles(session: Session, person: int) -> None:
    session.execute(update(RoleGrantRow).where(RoleGrantRow.person_id == person).values(revoked_at=NOW))


def end_booking(session: Session, town: Town) -> None:
    session.execute(update(BookingRow).where(BookingRow.id == town.booking).values(status="cancelled"))

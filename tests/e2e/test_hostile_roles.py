"""Hostile people of every role press every button there is with the numbers and codes of others.

Whoever lacks the right changes nothing that is not their own and reads no name, list or file of others. Buttons are
found by importing every feature, tables by reading the models: what is added later is walked by itself.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import random
import types
import typing
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import func, select

from bot.application import COMMANDS
from bot.middleware import TELEGRAM
from db.engine import Session
from db.models import (
    ActivityMentorRow,
    AnnouncementChoiceRow,
    AudienceRow,
    Base,
    BroadcastRow,
    DeliveryRow,
    EditRow,
    FormStateRow,
    ForumFactRow,
    InviteRow,
    PersonRow,
    QuestionMessageRow,
    QuestionRow,
    QuestionTopicRow,
    RoleGrantRow,
    SavedAnswerRow,
    SlotChangeRow,
    SlotVersionRow,
    TopicMessageRow,
    WatchRow,
)
from db.queries import notices, people
from demo.consents import agreed
from domain.booking import BookingStatus
from domain.broadcast import Status as Broadcast
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.editing import EditKind
from domain.log import Action
from domain.people import Address, Role, actor_for
from domain.question import Importance
from domain.question import Status as QuestionStatus
from services import log
from tests import town
from tests.e2e.stage import NOON, PATIENCE, Stage, Visitor
from tests.every_callback import every_callback
from tests.town import moscow

HERE, ELSEWHERE = "labinskiy", "armavir"
"""Where the people live whose rows are tried, and where the hostile coordinator has rights."""
SECRETS = ("Тайн", "TAYN")
"""In every name, file, reason and code that is nobody else's business."""
IDS = 9
"""Rows of every kind have numbers from 1 to less than this."""
TRIES = 12
"""Buttons of one kind that each person presses."""
LONGEST_DATA = 64
CLOCKWORK = {"watermark"}
"""What the bot itself moves on while somebody taps."""
ANYBODYS = {
    "announcement_choice",
    "booking",
    "delivery",
    "form_state",
    "person",
    "question",
    "question_message",
    "watch",
}
"""Tables in which everybody has rows of their own; in all others a right writes, within its municipality."""
PROGRAMME = {"activity", "municipality", "slot", "venue"}
"""What everybody's rows may refer to."""

Key = tuple[str, tuple[Any, ...]]
Dump = dict[Key, dict[str, Any]]


# The world of others.


NAMES = ("Тайна Главная", "Тайнов Наставник", "Тайнова Мама", "Тайнова Учитель", "Тайнова Местная")


class Others:
    """People of Лабинск and everything that is theirs, ``IDS - 1`` of each where numbers are guessed."""

    def __init__(self, session: Session, ids: Iterable[int]) -> None:
        """``ids`` in the messenger, of each of ``NAMES``."""
        self.session = session
        self.known = dict(zip(NAMES, ids, strict=True))
        self.head = self.person("Тайна Главная", Role.TEACHER, Role.COORDINATOR, None)
        self.mentor = self.person("Тайнов Наставник", Role.MENTOR, Role.MENTOR, HERE)
        self.parent = self.person("Тайнова Мама", Role.PARENT)
        self.teacher = self.person("Тайнова Учитель", Role.TEACHER, Role.TEACHER, HERE)
        self.person("Тайнова Местная", Role.TEACHER, Role.COORDINATOR, HERE)
        for number, status in enumerate(
            (BookingStatus.BOOKED, BookingStatus.WAITING, BookingStatus.OFFERED, BookingStatus.CANCELLED)
        ):
            self.activity(number, status)
        for number in range(1, IDS):
            self.question(number)
            self.broadcast(number)
            self.log(number)
        session.add(AnnouncementChoiceRow(person_id=self.parent, tracks=["agro"]))
        session.add(SavedAnswerRow(title="Тайный ответ", text="Тайный текст", created_at=NOON))
        session.add(ForumFactRow(key="название", value="Форум", position=1))
        session.add(WatchRow(person_id=self.parent, wish_key="w", wish={"query": "Тайна"}, created_at=NOON))
        session.add(
            FormStateRow(
                key="telegram:1:2", state="RegistrationForm:name", data={"n": "Тайна"}, updated_at=NOON
            )
        )

    def person(self, name: str, says: Role, granted: Role | None = None, where: str | None = None) -> int:
        person = town.add_person(
            self.session,
            messenger_user_id=str(self.known[name]),
            name=name,
            role=says,
            grade=None,
            organisation="Тайнопром",
            municipality_code=HERE,
            seen_at=NOON,
        )
        if granted is not None:
            grant = RoleGrantRow(person_id=person, role=granted, municipality_code=where, granted_at=NOON)
            self.session.add(grant)
            self.session.flush()
        return person

    def activity(self, number: int, status: BookingStatus) -> None:
        """Led by the mentor; one slot to come, one that is on now: for attendance and «Опаздываю»."""
        session = self.session
        venue = town.add_venue(session, municipality_code=HERE)
        activity = town.add_activity(session, f"Мастерская {number}", venue_id=venue)
        session.add(ActivityMentorRow(activity_id=activity, person_id=self.mentor))
        offered = {"offer_expires_at": moscow("19 10:00")} if status is BookingStatus.OFFERED else {}
        for start, held, more in (
            (moscow(f"{20 + number} 10:00"), status, offered),
            (moscow("12 11:30"), BookingStatus.BOOKED, {}),
        ):
            slot = town.add_slot(session, activity, start, capacity=6, code=f"S{number}-{start.day}")
            if held is BookingStatus.WAITING:
                town.add_booking(session, slot, self.teacher, places=6)
            if held is BookingStatus.OFFERED:
                # Without a booking at that hour the offer would come true by itself.
                other = town.add_slot(session, activity, start, capacity=6, code=f"S{number}-clash")
                town.add_booking(session, other, self.parent, places=2)
            names = ["Тайный Ребёнок"]
            booking = town.add_booking(
                session, slot, self.parent, status=held, places=2, companions=names, **more
            )
            self.edited(activity, slot)
            session.add(
                DeliveryRow(
                    dedup_key=f"tain:{booking}",
                    kind=DeliveryKind.REMINDER,
                    person_id=self.parent,
                    booking_id=booking,
                    payload={},
                    priority=1,
                    due_at=NOON,
                    status=DeliveryStatus.SENT,
                    sent_at=NOON,
                )
            )
        for role, letter in ((Role.TEACHER, "T"), (Role.COORDINATOR, "K")):
            session.add(
                InviteRow(
                    code=f"TAYN{letter}23{number + 2}",
                    role=role,
                    municipality_code=HERE if number % 2 else None,
                    uses_left=10,
                    expires_at=NOON + timedelta(days=7),
                    created_by=self.head,
                    created_at=NOON,
                )
            )

    def edited(self, activity: int, slot: int) -> None:
        """The room was changed a moment ago, and nobody has read of it yet."""
        settles = NOON + timedelta(days=1)
        self.session.add(SlotVersionRow(slot_id=slot, sequence=-1, snapshot=self.read_as(slot)))
        self.session.add(
            SlotChangeRow(slot_id=slot, first_edit_at=NOON, last_edit_at=NOON, settles_at=settles)
        )
        self.session.add(
            EditRow(
                kind=EditKind.ROOM,
                activity_id=activity,
                slot_id=slot,
                author_id=self.head,
                before={"room": "Тайная"},
                after={"room": "каб. 5"},
                told_slots=[slot],
                made_at=NOON,
                settles_at=settles,
            )
        )

    def read_as(self, slot: int) -> dict[str, Any]:
        self.session.flush()
        return notices.snapshots(self.session, {slot})[slot].to_json() | {"room": "Тайная"}

    def broadcast(self, number: int) -> None:
        """In a state in which the bot sends nothing by itself."""
        resting = (Broadcast.DRAFT, Broadcast.UNCONFIRMED, Broadcast.PAUSED, Broadcast.DONE)
        aimed = {"groups": [{"municipalities": [HERE]}]}
        self.session.add(
            BroadcastRow(
                author_id=self.head,
                status=resting[number % len(resting)],
                text="Тайная рассылка",
                audience=aimed,
                created_at=NOON,
            )
        )
        self.session.add(
            AudienceRow(owner_id=self.head, name=f"Тайные {number}", definition=aimed, created_at=NOON)
        )

    def question(self, number: int) -> None:
        statuses = list(QuestionStatus)
        row = QuestionRow(
            person_id=self.parent,
            municipality_code=HERE if number % 2 else None,
            importance=Importance.URGENT,
            status=statuses[number % len(statuses)],
            taken_by=self.head if number % 2 else None,
            asked_at=NOON,
        )
        self.session.add(row)
        self.session.flush()
        self.session.add(
            QuestionMessageRow(
                question_id=row.id,
                author_id=self.parent,
                from_coordinator=False,
                text="Тайный вопрос",
                at=NOON,
            )
        )
        topic = QuestionTopicRow(question_id=row.id, messenger="telegram", group_id="-1001", thread_id=number)
        self.session.add(topic)
        self.session.flush()
        self.session.add(TopicMessageRow(topic_id=topic.id, message_id=9_000 + number))

    def log(self, number: int) -> None:
        head = people.by_id(self.session, self.head)
        assert head is not None
        name = f"Тайный список {number}.xlsx"
        log.record(
            self.session,
            actor_for(head),
            Action.IMPORTED,
            NOON,
            municipality=HERE if number % 2 else None,
            subject=name,
            file=(name, "Тайное содержание".encode()),
        )


NOT_FILLED = {
    "municipality": "reference data",
    "watermark": "the bot's own",
}


async def test_others_have_rows_in_every_table(stage: Stage) -> None:
    """A new table gets rows in ``Others``: a walk past an empty one proves nothing."""
    await stage.write(Others, range(7001, 7001 + len(NAMES)))
    filled = {table for table, _ in await stage.read(dump)}
    assert Base.metadata.tables.keys() - filled - NOT_FILLED.keys() == set()


# Those who try.


@dataclass(frozen=True)
class Hostile:
    """Somebody, and the municipality where they hold rights (None: nowhere). ``ended``: the role was taken back."""

    says: Role | None
    granted: tuple[Role, str | None] | None = None
    ended: bool = False

    @property
    def rights_in(self) -> str | None:
        if self.ended or not self.granted or self.granted[0] is not Role.COORDINATOR:
            return None
        return self.granted[1]

    def arrive(self, session: Session, user_id: int) -> None:
        """The person as they were before they deleted themselves or gave everything up."""
        row = session.scalars(select(PersonRow).where(PersonRow.messenger_user_id == str(user_id))).first()
        person = (
            row.id if row else town.add_person(session, messenger_user_id=str(user_id), name=None, role=None)
        )
        pupil = self.says is Role.STUDENT
        town.change_person(
            session,
            person,
            role=self.says,
            name=self.says and "Мэллори",
            grade=9 if pupil else None,
            organisation="Школа № 1" if self.says and not pupil else None,
            municipality_code=self.says and ELSEWHERE,
            **(agreed(session, NOON) if self.says else town.DISAGREED),
            seen_at=NOON,
        )
        held = session.scalar(select(func.count(RoleGrantRow.id)).where(RoleGrantRow.person_id == person))
        if self.granted and not held:
            role, where = self.granted
            # Nothing that the bot does is dated so: it is told from a role that they got by pressing.
            start = RoleGrantRow(
                person_id=person,
                role=role,
                municipality_code=where,
                granted_at=town.LONG_AGO,
                revoked_at=NOON if self.ended else None,
            )
            session.add(start)


HOSTILE = {
    "stranger": Hostile(None),
    "pupil": Hostile(Role.STUDENT),
    "unconfirmed teacher": Hostile(Role.TEACHER),
    "mentor of other activities": Hostile(Role.MENTOR, (Role.MENTOR, HERE)),
    "coordinator of another municipality": Hostile(Role.TEACHER, (Role.COORDINATOR, ELSEWHERE)),
    "former coordinator of all": Hostile(Role.TEACHER, (Role.COORDINATOR, None), ended=True),
}


# What they press.


def candidates(annotation: Any) -> list[Any]:
    """Plausible values of a field: numbers that rows have, words that screens use."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return candidates(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [
            value for one in typing.get_args(annotation) if one is not type(None) for value in candidates(one)
        ]
    if origin is typing.Literal:
        return list(typing.get_args(annotation))
    if annotation is bool:
        return [True, False]
    if annotation is int:
        return [*range(1, IDS), 0, 20]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return list(annotation)
    words = ["", HERE, ELSEWHERE, "W1", "S1", "1", "all", "teacher", "coordinator", "2026-10-20", "20261020"]
    return [*words, "time", "room", "capacity", "places", "text", "cancel", "yes", "activity", "day", "10:00"]


def presses(kind: type[CallbackData], choice: random.Random) -> Iterator[str]:
    """Callback data of one kind: every value of its first field at least once, the others at random."""
    fields = {name: candidates(field.annotation) for name, field in kind.model_fields.items()}
    if not fields:
        yield f"{kind.__prefix__}"
        return
    first, *others = fields.values()
    for value in itertools.islice(itertools.cycle(first), max(TRIES, len(first))):
        values = [value, *(choice.choice(other) for other in others)]
        packed = kind.__separator__.join([kind.__prefix__, *map(_written, values)])
        if len(packed.encode()) <= LONGEST_DATA:
            yield packed


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return str(value.value if isinstance(value, Enum) else value)


async def walk(stage: Stage, mallory: Visitor, hostile: Hostile) -> None:
    """Every button, and after each kind of button a text and a file, for what it may have opened."""
    choice = random.Random(12)
    form = stage.application.dispatcher.fsm.get_context(stage.application.bot, mallory.id, mallory.id)
    for kind in every_callback():
        await stage.write(hostile.arrive, mallory.id)
        stage.application.actors.forget(Address(TELEGRAM, str(mallory.id)))
        await mallory.send("/menu")
        target = mallory.last
        data = list(dict.fromkeys(presses(kind, choice)))
        toasts = await asyncio.gather(*(mallory.seat.tap_raw(target, one, timeout=PATIENCE) for one in data))
        assert [one for one, toast in zip(data, toasts, strict=True) if not toast.answered] == []
        await stage.settle()
        for typed in ("5", "13.10.2026 10:00", "Мастерская"):
            if await form.get_state() is not None:
                await mallory.send(typed)
    for command in (
        *COMMANDS,
        "start",
        "start act_W1",
        "start inv_TAYN",
        "start inv_ABCD2345",
        "roles",
        "log",
        "admin",
    ):
        await mallory.send(f"/{command}")
    await mallory.show(lambda: mallory.seat.send_document(b"PK\x03\x04", "programme.xlsx"))
    for query in ("", "Тайн", "Мастерская"):
        await mallory.inline(query)
    stage.expect_unmodified()


# What came of it.


def dump(session: Session) -> Dump:
    """Every row of every table that people fill."""
    found: Dump = {}
    for table in Base.metadata.sorted_tables:
        if table.name in CLOCKWORK:
            continue
        keys = [column.name for column in table.primary_key.columns]
        for row in session.execute(select(table)).mappings():
            found[table.name, tuple(row[key] for key in keys)] = dict(row)
    return found


def owned(found: Dump, user_id: int) -> set[Key]:
    """The person's row, their forms, and whatever refers to what is theirs."""
    own = {
        key for key, row in found.items() if key[0] == "person" and row["messenger_user_id"] == str(user_id)
    }
    own |= {key for key in found if key[0] == "form_state" and str(user_id) in key[1][0].split(":")}
    while True:
        more = {
            key
            for key, row in found.items()
            if key not in own and any((table, (row[column],)) in own for column, table in references(key[0]))
        }
        if not more:
            return own
        own |= more


def of_others(found: Dump, user_id: int) -> Dump:
    """What is not theirs; the places that their own bookings take are taken off the counters of a slot."""
    own = owned(found, user_id)
    others = {key: dict(row) for key, row in found.items() if key not in own}
    for key in own:
        if key[0] != "booking":
            continue
        booking = found[key]
        slot = others["slot", (booking["slot_id"],)]
        if BookingStatus(booking["status"]).holds_place:
            slot["taken"] -= booking["places"]
        elif booking["status"] == BookingStatus.WAITING:
            slot["waiting"] -= booking["places"]
    return others


def harm(before: Dump, after: Dump, user_id: int, rights_in: str | None) -> list[str]:
    """What changed that is not theirs to change."""
    untouched, now = of_others(before, user_id), of_others(after, user_id)
    found = [f"{key} is gone" for key in untouched.keys() - now.keys()]
    found += [
        f"{key}: {name} {untouched[key][name]!r} → {row[name]!r}"
        for key, row in now.items()
        if key in untouched
        for name in row
        if row[name] != untouched[key][name]
    ]
    new = {
        key: after[key] for key in after.keys() - before.keys() if not _of_arrival(key, after[key], user_id)
    }
    found += [f"{key} is new: {row}" for key, row in new.items() if not _harmless(key, row, now, rights_in)]
    return sorted(found)


def _of_arrival(key: Key, row: dict[str, Any], user_id: int) -> bool:
    """They themselves and the role they had from the start, once more after they had deleted themselves."""
    if key[0] == "person":
        return bool(row["messenger_user_id"] == str(user_id))
    if key[0] == "log_entry" and row["action"] == "role_revoked":
        return bool(row["details"].get("person_id") == row["actor_id"])  # They gave it up themselves.
    if key[0] == "delivery" and row["kind"] == "group_to_tidy":
        return True  # Coordinators hear whom to take out of their group.
    return key[0] == "role_grant" and row["granted_at"] == town.LONG_AGO


def _harmless(key: Key, row: dict[str, Any], others: Dump, rights_in: str | None) -> bool:
    """A new row of their own, or of their own municipality, that refers to nobody and nothing of others."""
    referred = {
        (table, (row[column],))
        for column, table in references(key[0])
        if row[column] is not None and table not in PROGRAMME
    }
    if key[0] not in ANYBODYS:
        where = row.get("municipality_code", rights_in)
        return rights_in is not None and where == rights_in and not referred & others.keys()
    if key[0] == "delivery" and row["question_id"] is not None:
        # Whoever asks a question writes to coordinators.
        return ("question", (row["question_id"],)) not in others
    return key not in others and not referred & others.keys()


def references(table: str) -> list[tuple[str, str]]:
    """Columns that refer to a row, and of which table."""
    columns = Base.metadata.tables[table].columns
    return [(column.name, fk.column.table.name) for column in columns for fk in column.foreign_keys]


def leaks(stage: Stage, mallory: Visitor, after: int) -> list[str]:
    """Requests of the bot since then, and files it sent, that hold a secret of others."""
    others = {visitor.id for visitor in map(stage.visitor, NAMES)}
    said = [
        repr(call)
        for call in stage.sandbox.calls(after=after)
        if call.chat_id not in others and any(secret in repr(call.params) for secret in SECRETS)
    ]
    files = [message.file for message in mallory.seat.messages if message.from_bot and message.file]
    return said + [
        f"file {file.name}" for file in files if any(secret in _words(file.content) for secret in SECRETS)
    ]


def _words(content: bytes) -> str:
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace")


async def attempt(stage: Stage, hostile: Hostile) -> tuple[list[str], list[str]]:
    """Harm done and secrets read by a walk."""
    ids = [stage.visitor(name, known=True).id for name in NAMES]
    await stage.write(Others, ids)
    mallory = stage.visitor("Мэллори", known=True)
    await stage.write(hostile.arrive, mallory.id)
    await mallory.send("/start")
    before, seen = await stage.read(dump), stage.sandbox.calls()[-1].n
    await walk(stage, mallory, hostile)
    after = await stage.read(dump)
    return harm(before, after, mallory.id, hostile.rights_in), leaks(stage, mallory, seen)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
async def test_nobody_without_the_right_changes_or_reads_what_is_others(
    stage: Stage, hostile: Hostile
) -> None:
    harmed, read = await attempt(stage, hostile)
    assert harmed == [], "\n" + "\n".join(harmed)
    assert read == [], "\n" + "\n".join(read)


@pytest.mark.xfail(reason="roles are taken back through a screen that the walk does not reach yet")
async def test_the_same_walk_of_a_coordinator_of_all_finds_and_changes_a_lot(stage: Stage) -> None:
    """Else the walk above would prove nothing."""
    harmed, read = await attempt(stage, Hostile(Role.TEACHER, (Role.COORDINATOR, None)))
    changed = {line.split("'")[1] for line in harmed}
    assert {"role_grant", "invite", "log_entry"} <= changed
    assert {line.split()[0] if line[0] != "<" else line.split()[1] for line in read} >= {
        "editMessageText",
        "file",
        "sendMessage",
    }

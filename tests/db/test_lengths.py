"""What the database keeps is bounded before it is written, on SQLite as on PostgreSQL, which would refuse more."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from enum import StrEnum

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Float, LargeBinary, select
from sqlalchemy.exc import StatementError
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BindParameter, ClauseElement

import db.queries
from db.engine import Database, Session
from db.models import Base, FormStateRow, PersonRow, UtcDateTime, WatchRow
from db.models.base import Json, LongText, ShortText, Whole
from db.queries.deliveries import LONGEST_ERROR
from domain import broadcast, question
from domain.booking import Answer, BookingStatus, PassedOver
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.editing import LONGEST_REASON, EditKind
from domain.log import Action
from domain.names import LONGEST_NAME
from domain.people import Role
from domain.programme import Access, Audience, Format, Kind, Track
from domain.programme_import import SLOT_CODE_LENGTH, TEXT_LENGTHS, Sheet
from domain.programme_import import Column as Heading
from domain.registration import LONGEST_ORGANISATION
from domain.roles import CODE_LENGTH
from handlers.questions.routes import LONGEST_QUOTE
from services.programme_cells import LONGEST_CODE
from services.questions import LONGEST_TITLE
from tests.town import LONG_AGO, add_person

KNOWN = (BigInteger, Boolean, Float, LargeBinary, Json, LongText, ShortText, UtcDateTime, Whole)

BOUNDS: dict[str, int | type[StrEnum] | str] = {
    "activity.audience": Audience,
    "activity.code": LONGEST_CODE,
    "activity.enterprise": TEXT_LENGTHS[Sheet.WORKSHOPS, Heading.ENTERPRISE],
    "activity.format": Format,
    "activity.kind": Kind,
    "activity.led_by": TEXT_LENGTHS[Sheet.WORKSHOPS, Heading.LED_BY],
    "activity.title": TEXT_LENGTHS[Sheet.WORKSHOPS, Heading.NAME],
    "activity.track": Track,
    "audience.name": broadcast.LONGEST_AUDIENCE_NAME,
    "booking.answer": Answer,
    "booking.passed_over": PassedOver,
    "booking.status": BookingStatus,
    "broadcast.album": "a number of the messenger's",
    "broadcast.progress_chat": "a number of the messenger's",
    "broadcast.status": broadcast.Status,
    "broadcast.topic": "a track, or one of a few words of ours",
    "broadcast.urgent_reason": broadcast.LONGEST_REASON,
    "consent_text.digest": "64 digits of SHA-256",
    "consent_text.version": "the operator's, tried at the start",
    "delivery.dedup_key": "a kind and a few numbers",
    "delivery.error": LONGEST_ERROR,
    "delivery.kind": DeliveryKind,
    "delivery.status": DeliveryStatus,
    "edit.kind": EditKind,
    "form_state.key": "an address and two numbers",
    "form_state.state": "names of classes of ours",
    "forum_fact.key": TEXT_LENGTHS[Sheet.ABOUT, Heading.KEY],
    "invite.code": CODE_LENGTH,
    "invite.role": Role,
    "log_entry.action": Action,
    "log_entry.subject": "cut where it is written",
    "log_file.name": 80,
    "municipality.centre": "data/municipalities.csv",
    "municipality.code": "data/municipalities.csv",
    "municipality.kind": "data/municipalities.csv",
    "municipality.name": "data/municipalities.csv",
    "person.consent_version": "the operator's, tried at the start",
    "person.messenger": "a word of ours",
    "person.messenger_user_id": "a number of the messenger's",
    "person.name": LONGEST_NAME,
    "person.organisation": LONGEST_ORGANISATION,
    "person.role": Role,
    "question.about": max(LONGEST_QUOTE, TEXT_LENGTHS[Sheet.WORKSHOPS, Heading.NAME]),
    "question.importance": question.Importance,
    "question.status": question.Status,
    "question_message.album": "a number of the messenger's",
    "question_message.file_id": "the messenger's, at most about a hundred characters",
    "question_message.file_kind": "a word of ours",
    "question_topic.group_id": "a number of the messenger's",
    "question_topic.messenger": "a word of ours",
    "question_topic.note": question.Note,
    "question_topic.shown": "a few words of ours",
    "role_grant.role": Role,
    "saved_answer.title": LONGEST_TITLE,
    "slot.cancel_reason": LONGEST_REASON,
    "slot.code": SLOT_CODE_LENGTH,
    "slot.room": TEXT_LENGTHS[Sheet.SLOTS, Heading.ROOM],
    "venue.access": sum(len(value) + 1 for value in Access) + 1,
    "venue.address": TEXT_LENGTHS[Sheet.VENUES, Heading.ADDRESS],
    "venue.code": LONGEST_CODE,
    "venue.name": TEXT_LENGTHS[Sheet.VENUES, Heading.NAME],
    "watch.wish_key": "64 digits of SHA-256",
    "watermark.name": "a word of ours",
}
"""By column: the characters that may come there, the words that do, or why there are few."""


def columns() -> Iterable[tuple[str, Column[object]]]:
    return (
        (f"{table.name}.{column.name}", column) for table in Base.metadata.sorted_tables for column in table.c
    )


def test_every_column_looks_at_what_it_keeps() -> None:
    assert [name for name, column in columns() if not isinstance(column.type, KNOWN)] == []


def test_every_short_text_has_a_bound_that_fits() -> None:
    short = {
        name: column.type.length
        for name, column in columns()
        if isinstance(column.type, ShortText) and not column.foreign_keys
    }
    assert short.keys() == BOUNDS.keys()
    for name, bound in BOUNDS.items():
        longest = max(map(len, bound)) if isinstance(bound, type) else bound
        if isinstance(longest, int):
            assert longest <= short[name], name


@pytest.mark.parametrize(
    "values",
    [
        {"name": "я" * 81},
        {"name": "Аня\0"},
        {"organisation": "\ud83d"},
        {"grade": 2**31},
        {"filters": {"days": ["\0"]}},
        {"filters": {"\udc00": 1}},
    ],
)
async def test_what_the_server_would_refuse_is_refused(database: Database, values: dict[str, object]) -> None:
    with pytest.raises(StatementError, match="Unkeepable"):
        await database.write(add_person, **values)


async def test_what_is_only_looked_for_may_be_anything(database: Database) -> None:
    await database.write(add_person, name="Аня")
    query = select(PersonRow.id).where(PersonRow.name == "я" * 500)
    assert await database.read(lambda session: session.scalars(query).all()) == []


async def test_what_is_kept_comes_back_as_it_was(database: Database) -> None:
    name, data = "Я" * 80, {"ключ": ["🔧", {"a": 2**40}], "нет": None}
    person = await database.write(add_person, name=name, grade=2**31 - 1)

    def keep(session: Session) -> None:
        session.add(FormStateRow(key="k", state=None, data=data, updated_at=LONG_AGO))
        session.add(WatchRow(person_id=person, wish_key="w", wish=data, created_at=LONG_AGO))

    await database.write(keep)
    found = await database.read(lambda session: session.get_one(PersonRow, person))
    assert (found.name, found.grade) == (name, 2**31 - 1)
    assert await database.read(lambda session: session.scalar(select(WatchRow.wish))) == data


def prepared() -> list[tuple[str, ClauseElement]]:
    """Every question to the database that a module of queries keeps ready, by where it stands."""
    found = []
    for module in pkgutil.iter_modules(db.queries.__path__):
        for name, value in vars(importlib.import_module(f"db.queries.{module.name}")).items():
            kept = value.values() if isinstance(value, dict) else [value]
            found += [
                (f"{module.name}.{name}", each)
                for each in kept
                if isinstance(each, ClauseElement) and not isinstance(each, UpdateBase)
            ]
    return found


def test_what_is_looked_for_by_a_prepared_question_may_be_any_text() -> None:
    """A named value takes the type of its column, with its bounds, unless it is told another."""
    bounded = {
        f"{where}: {part.key}"
        for where, question in prepared()
        for part in visitors.iterate(question)
        if isinstance(part, BindParameter) and part.required and isinstance(part.type, ShortText | LongText)
    }
    assert bounded == set()
    assert len(prepared()) > 10

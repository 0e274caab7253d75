"""«Мои данные» follow the models: whatever names a person is shown, or says why not."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from db.models import Base, PersonRow
from db.queries import dossier
from domain.booking import Answer, BookingStatus, PassedOver
from domain.broadcast import Status as BroadcastStatus
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.editing import EditKind
from domain.log import Action
from domain.people import Role
from domain.programme import Track
from domain.question import Importance
from domain.question import Status as QuestionStatus
from handlers.profile.dossier import COLUMN_KEYS, PART_KEYS, WORDS

LOCALES = Path(__file__).parents[2] / "locales" / "ru"
KEYS = {
    found[1]
    for file in LOCALES.glob("*.ftl")
    for found in re.finditer(r"^([a-z][a-z0-9-]*) =", file.read_text(encoding="utf-8"), re.MULTILINE)
}
SAID_OTHERWISE = {"announcement_choice.person_id"}
"""Said above the announcements that came."""
VALUES: dict[str, type[StrEnum]] = {
    "role_grant.role": Role,
    "invite.role": Role,
    "booking.status": BookingStatus,
    "booking.answer": Answer,
    "booking.passed_over": PassedOver,
    "question.status": QuestionStatus,
    "question.importance": Importance,
    "broadcast.status": BroadcastStatus,
    "broadcast.topic": Track,
    "edit.kind": EditKind,
    "log_entry.action": Action,
    "delivery.kind": DeliveryKind,
    "delivery.status": DeliveryStatus,
}


def naming_people() -> set[str]:
    return {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is PersonRow.__table__.c.id
    }


def test_every_column_that_names_a_person_is_followed() -> None:
    assert naming_people() - dossier.links() - SAID_OTHERWISE == set()


def test_every_column_of_every_table_is_shown_or_says_why_not() -> None:
    silent = {}
    for table in dossier.tables():
        if table.name not in dossier.TABLES_NOT_SHOWN:
            _, hidden = dossier.COLUMNS_NOT_SHOWN.get(table.name, ("", frozenset()))
            silent[table.name] = {column.key for column in table.columns} ^ (dossier.shown(table) | hidden)
    assert {name: columns for name, columns in silent.items() if columns} == {}


def test_a_table_that_names_people_is_read() -> None:
    people = {name.partition(".")[0] for name in naming_people()}
    assert people & set(dossier.TABLES_NOT_SHOWN) == set()


def test_every_part_and_column_has_its_words() -> None:
    needed = {PART_KEYS + part.name for part in dossier.PARTS}
    needed |= {COLUMN_KEYS + each.key.replace("_", "-") for part in dossier.PARTS for each in part.columns}
    assert needed - KEYS == set()


@pytest.mark.parametrize("column", WORDS)
def test_no_word_of_the_code_is_shown(column: str) -> None:
    values = [value.value for value in VALUES[column]] if column in VALUES else ["photo", "document"]
    assert {WORDS[column] + value.replace("_", "-") for value in values} - KEYS == set()

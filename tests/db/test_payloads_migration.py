"""The step to payloads that hold ids: names that stood in messages owed or sent are gone from every cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from db.migrate import migration_engine, upgrade
from domain.delivery import DeliveryKind
from domain.delivery_rules import payload_of
from tests.domain.test_payloads import OF_EARLIER_RELEASES
from tests.every_cell import cells_with

BEFORE = "0011"


def owed(connection: Connection) -> None:
    person = (
        "INSERT INTO person (id, messenger, messenger_user_id, reminders, filters, created_at, seen_at)"
        " VALUES (1, 'telegram', '1', 0, '{}', '2026-10-12 09:00:00', '2026-10-12 09:00:00')"
    )
    connection.execute(text(person))
    for number, (kind, payload) in enumerate(OF_EARLIER_RELEASES.items()):
        connection.execute(
            text(
                "INSERT INTO delivery (dedup_key, kind, person_id, payload, priority, due_at, status, attempts)"
                " VALUES (:key, :kind, 1, :payload, 1, '2026-10-12 09:00:00', 'pending', 0)"
            ),
            {"key": f"{kind}:33:{number}", "kind": kind.value, "payload": json.dumps(payload)},
        )


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    upgrade(url, BEFORE)
    engine = migration_engine(url)
    with engine.begin() as connection:
        owed(connection)
    engine.dispose()
    upgrade(url)
    return url


def test_names_are_gone_and_every_row_can_be_read(url: str) -> None:
    engine = migration_engine(url)
    with Session(engine) as session:
        words = ("Аня", "Елена", "Сергей", "Сбор в субботу", "Где?", "Здесь")
        assert cells_with(session, *words) == []
        rows = session.execute(text("SELECT kind, payload FROM delivery")).all()
    engine.dispose()
    assert len(rows) == len(OF_EARLIER_RELEASES)
    read = {DeliveryKind(kind): payload_of(DeliveryKind(kind), json.loads(payload)) for kind, payload in rows}
    for kind, payload in OF_EARLIER_RELEASES.items():
        known = {
            name: value for name, value in payload_of(kind, payload).to_json().items() if name != "mentor_id"
        }
        assert read[kind].to_json().items() >= known.items()
    assert read[DeliveryKind.CANNOT_LEAD].to_json()["mentor_id"] == 33

"""Every kind of message, judged at the moment it leaves: by the world, the right and the consent of that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.application import LETTERS
from db.engine import Database, Session
from db.models import DeliveryRow, PersonRow
from domain.delivery import DeliveryKind
from domain.delivery_rules import RULES, Night, Reader
from domain.letters import Letter
from handlers.notices.letters import LetterWriter
from services.deliveries import claim
from tests.handlers.previews import TEXTS
from tests.services.every_letter import (
    AUTHOR,
    MENTOR,
    NOW,
    PUPIL,
    SENT,
    TO_AUTHOR,
    Town,
    edit_slot,
    end_booking,
    end_roles,
    found_town,
    owe_one,
)
from tests.town import MOSCOW, change_person, moscow

STAFF = [kind for kind in SENT if RULES[kind].reader is Reader.COORDINATOR]
TELLING = [kind for kind in SENT if RULES[kind].tells_place]
ABOUT_BOOKING = [kind for kind in SENT if RULES[kind].about_booking]
WRITER = LetterWriter(TEXTS, MOSCOW, "bot", more=LETTERS)

Happening = Callable[[Session, Town], None]


async def sent(
    database: Database, kind: DeliveryKind, happening: Happening | None = None, now: datetime = NOW
) -> tuple[list[Letter], list[str]]:
    """The letters of a message of this kind after something has happened, and what became of the rows."""

    def owed(session: Session) -> None:
        town = found_town(session, kind)
        owe_one(session, kind, town, now)
        session.flush()
        if happening is not None:
            happening(session, town)

    await database.write(owed)
    batch = await database.write(claim, now, MOSCOW, 50)
    rows = await database.read(
        lambda session: list(session.scalars(select(DeliveryRow.status).order_by(DeliveryRow.id)))
    )
    return list(batch.letters), rows


def said(letters: list[Letter]) -> str:
    return "\n".join(WRITER(letter, NOW).text for letter in letters)


@pytest.mark.parametrize("kind", SENT)
async def test_it_goes_out_and_can_be_written(database: Database, kind: DeliveryKind) -> None:
    letters, rows = await sent(database, kind)
    assert (len(letters), rows) == (1, ["sending"])
    assert said(letters) or kind is DeliveryKind.RECALL


@pytest.mark.parametrize("kind", SENT)
async def test_who_cannot_be_written_to_gets_nothing(database: Database, kind: DeliveryKind) -> None:
    def blocked(session: Session, _town: Town) -> None:
        session.execute(update(PersonRow).values(unreachable_at=NOW))

    assert await sent(database, kind, blocked) == ([], ["unreachable"])


@pytest.mark.parametrize("kind", [kind for kind in SENT if fields(RULES[kind].payload)])
async def test_a_broken_one_fails_alone(database: Database, kind: DeliveryKind) -> None:
    def broken(session: Session, town: Town) -> None:
        session.execute(
            update(DeliveryRow).values(
                payload={name: [[]] for name in [each.name for each in fields(RULES[kind].payload)]}
            )
        )
        owe_one(session, DeliveryKind.OPEN_QUESTIONS, town, NOW)

    letters, rows = await sent(database, kind, broken)
    assert [letter.kind for letter in letters] == [DeliveryKind.OPEN_QUESTIONS]
    assert rows == ["failed", "sending"]


@pytest.mark.parametrize("kind", STAFF)
async def test_who_is_no_coordinator_any_more_gets_nothing_of_one(
    database: Database, kind: DeliveryKind
) -> None:
    def role_ends(session: Session, town: Town) -> None:
        end_roles(session, town.author if kind in TO_AUTHOR else town.coordinator)

    letters, rows = await sent(database, kind, role_ends)
    assert rows[0] == "obsolete"
    heirs = {letter.reader.name for letter in letters}
    assert heirs == ({AUTHOR} if kind in (DeliveryKind.QUESTION, DeliveryKind.CANNOT_LEAD) else set())


@pytest.mark.parametrize("kind", [DeliveryKind.QUESTION, DeliveryKind.CANNOT_LEAD])
async def test_it_goes_to_whoever_may_read_it_instead_and_once(
    database: Database, kind: DeliveryKind
) -> None:
    who: list[int] = []

    def role_ends(session: Session, town: Town) -> None:
        end_roles(session, town.coordinator)
        who.append(town.author)

    letters, _ = await sent(database, kind, role_ends)
    assert [(letter.kind, letter.reader.person_id) for letter in letters] == [(kind, who[0])]
    assert (await database.write(claim, NOW + timedelta(minutes=1), MOSCOW, 50)).letters == ()


@pytest.mark.parametrize("kind", ABOUT_BOOKING)
async def test_of_a_booking_that_is_over_nothing_is_said(database: Database, kind: DeliveryKind) -> None:
    letters, rows = await sent(database, kind, end_booking)
    assert (letters, rows) == ([], ["obsolete"])


@pytest.mark.parametrize("kind", [kind for kind in ABOUT_BOOKING if kind is not DeliveryKind.CANCELLED])
async def test_nobody_is_told_to_come_to_what_is_cancelled(database: Database, kind: DeliveryKind) -> None:
    letters, rows = await sent(
        database, kind, lambda session, town: edit_slot(session, town, cancelled_at=NOW)
    )
    assert (letters, rows) == ([], ["obsolete"])


@pytest.mark.parametrize("kind", [kind for kind in TELLING if kind is not DeliveryKind.CANCELLED])
async def test_a_letter_that_says_where_says_where_it_was(database: Database, kind: DeliveryKind) -> None:
    letters, _ = await sent(database, kind, lambda session, town: edit_slot(session, town, room="каб. 78"))
    words = said(letters)
    assert "каб. 5" in words
    assert "каб. 78" in words


@pytest.mark.parametrize("kind", SENT)
async def test_a_name_goes_out_only_with_its_consent(database: Database, kind: DeliveryKind) -> None:
    """Whatever was owed before: names are those of this moment."""

    def withdrawn(session: Session, town: Town) -> None:
        for person in (town.pupil, town.mentor, town.author):
            change_person(session, person, consent_version=None)

    letters, _ = await sent(database, kind, withdrawn)
    assert not {name for name in (PUPIL, MENTOR, AUTHOR) if name in said(letters)}


@pytest.mark.parametrize("kind", [DeliveryKind.QUESTION, DeliveryKind.CANNOT_LEAD, DeliveryKind.TO_CONFIRM])
async def test_who_has_another_name_is_called_by_it(database: Database, kind: DeliveryKind) -> None:
    def renamed(session: Session, town: Town) -> None:
        for person in (town.pupil, town.mentor, town.author):
            change_person(session, person, name="Иванова Анна")

    letters, _ = await sent(database, kind, renamed)
    assert "Иванова Анна" in said(letters)


@pytest.mark.parametrize("kind", SENT)
async def test_the_night_holds_what_can_wait(database: Database, kind: DeliveryKind) -> None:
    """At 23:00, for a slot in two days and a matter that nobody called urgent."""
    night, start = moscow("11 23:00"), moscow("14 10:00")

    def nothing_urgent(session: Session, town: Town) -> None:
        session.execute(update(DeliveryRow).values(due_at=night - timedelta(minutes=1)))
        change = "UPDATE question SET importance = 'usual'", "UPDATE broadcast SET urgent_reason = ''"
        for statement in change:
            session.connection().exec_driver_sql(statement)

    assert start - night > timedelta(hours=12)
    letters, rows = await sent(database, kind, nothing_urgent, night)
    passes = RULES[kind].night is Night.PASSES
    assert (len(letters), rows) == ((1, ["sending"]) if passes else (0, ["pending"]))
    if not passes:
        morning = await database.write(claim, moscow("12 08:00"), MOSCOW, 50)
        assert [letter.kind for letter in morning.letters] == [kind]

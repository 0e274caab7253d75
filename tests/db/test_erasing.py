"""What is deleted is gone from the file and from its log at once, and comes back with no copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.engine import Database, Session
from db.erasing import Departures, erase_traces
from db.models import BookingRow
from db.queries import booking as bookings
from db.queries import forms, people
from domain.consent import ConsentText
from domain.people import Address, Role
from domain.registration import Draft
from services.registration import register
from tests.services.desk import actor_of
from tests.town import add_activity, add_booking, add_person, add_slot, change_person, moscow

NAME = "Уникальнова Алиса"
TYPED = "Uniqueova"
"""JSON would escape other letters."""
LEFT = moscow("12 12:00")
DRAFT = Draft(consent=True, role=Role.STUDENT, old_enough=True, municipality="sochi", grade=9)
CONSENT = ConsentText("yes")
ADDRESS = Address("telegram", "77")


@pytest.fixture
def file(database_url: str) -> Path:
    if not database_url.startswith("sqlite"):
        pytest.skip("a server looks after its files itself")
    return Path(database_url.removeprefix("sqlite:///"))


def on_disk(file: Path, word: str = NAME) -> list[str]:
    """Names of the files beside the database in which the word stands."""
    return [path.name for path in sorted(file.parent.iterdir()) if word.encode() in path.read_bytes()]


def clear(session: Session, person: int) -> None:
    change_person(session, person, name=None)
    erase_traces(session)


async def test_a_deleted_person_is_gone_from_every_file(database: Database, file: Path) -> None:
    person = await database.write(add_person, name=NAME)
    assert on_disk(file) != []
    await database.write(people.delete_person, person, LEFT)
    assert on_disk(file) == []


async def test_so_is_what_was_overwritten(database: Database, file: Path) -> None:
    person = await database.write(add_person, name=NAME)
    await database.write(clear, person)
    assert on_disk(file) == []


def a_form(session: Session, _person: int, typed: str | None) -> None:
    if typed is None:
        forms.delete_form(session, "k")
    else:
        forms.save_form(session, "k", "s", {"name": typed}, LEFT, typed=True)


def a_companion(session: Session, person: int, typed: str | None) -> None:
    if typed is None:
        [booking] = session.scalars(select(BookingRow.id))
        bookings.update_booking(session, booking, companions=[])
    else:
        slot = add_slot(session, add_activity(session), LEFT)
        add_booking(session, slot, person, companions=[typed])


def ones_own_name(session: Session, person: int, typed: str | None) -> None:
    actor = actor_of(session, person)
    register(session, actor, replace(DRAFT, name=typed or "Оля"), CONSENT, LEFT)


@pytest.mark.parametrize("act", [a_form, a_companion, ones_own_name])
async def test_so_is_what_a_person_typed_and_took_back(
    database: Database, file: Path, act: Callable[[Session, int, str | None], None]
) -> None:
    person = await database.write(add_person)
    await database.write(act, person, TYPED)
    assert on_disk(file, TYPED) != []
    await database.write(act, person, None)
    assert on_disk(file, TYPED) == []


async def test_a_reader_holds_up_the_erasing_until_the_next_commit_and_nobody_else(
    database: Database, file: Path
) -> None:
    person = await database.write(add_person, name=NAME)
    other = Database(database.url)
    with other.engines[0].connect() as reading:
        reading.exec_driver_sql("SELECT * FROM person").all()
        await database.write(people.delete_person, person, LEFT)
        assert on_disk(file) != []
    await database.write(add_person)
    assert on_disk(file) == []
    await other.close()


def test_the_list_of_those_who_left_names_nobody(file: Path) -> None:
    departures = Departures(file)
    assert departures.left() == {}
    departures.note([(ADDRESS, LEFT)])
    assert departures.left() == {departures.hashed(ADDRESS): LEFT}
    kept = [path for path in file.parent.iterdir() if ".departed" in path.name]
    assert sorted(oct(path.stat().st_mode & 0o777) for path in kept) == ["0o600", "0o600"]
    assert "77" not in {word for path in kept for word in path.read_text(encoding="ascii").split()}


def test_another_key_gives_other_hashes(file: Path, tmp_path: Path) -> None:
    assert Departures(file).hashed(ADDRESS) != Departures(tmp_path / "other").hashed(ADDRESS)


def test_who_left_long_ago_is_forgotten_and_the_last_time_counts(file: Path) -> None:
    departures, later = Departures(file), LEFT + timedelta(days=20)
    departures.note([(ADDRESS, LEFT), (Address("telegram", "78"), LEFT)])
    departures.note([(ADDRESS, later)])
    departures.forget(LEFT + timedelta(days=1))
    assert departures.left() == {departures.hashed(ADDRESS): later}


def test_a_line_that_a_power_cut_left_unfinished_names_nobody(file: Path) -> None:
    departures = Departures(file)
    departures.note([(ADDRESS, LEFT)])
    with Path(f"{file}.departed").open("a", encoding="ascii") as torn:
        torn.write("2026-10-1")
    assert departures.left() == {departures.hashed(ADDRESS): LEFT}

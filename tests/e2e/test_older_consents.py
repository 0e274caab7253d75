"""People of an older release, and of another operator: what they have stays, and the next act asks for the new text."""

from __future__ import annotations

from sqlalchemy import select

from db.engine import Session
from db.models import BookingRow, ConsentTextRow, PersonRow
from domain.consent import CONSENT_VERSION, Operator
from tests import town
from tests.e2e.stage import Stage
from tests.town import moscow

OLDER = "2026-11"
ASKED = "Можно сохранить ваши ответы?"


async def booked_before(stage: Stage, **values: object) -> None:
    """Аня, registered and booked under the text of an older release."""
    workshop = await stage.workshop("Сварка", code="SV")
    slot = await stage.slot(workshop, "13 10:00")
    await stage.registered("Аня", consent_version=OLDER, **values)

    def book(session: Session) -> None:
        person = session.scalars(select(PersonRow.id)).one()
        town.add_booking(session, slot, person)

    await stage.write(book)


async def statuses(stage: Stage) -> list[str]:
    return await stage.read(lambda session: list(session.scalars(select(BookingRow.status))))


async def test_bookings_and_reminders_go_on_and_the_next_booking_asks(stage: Stage) -> None:
    await booked_before(stage)
    anya = stage.visitor("Аня", known=True)
    await stage.slot(await stage.workshop("Пайка", code="PA"), "14 10:00")
    await stage.slot(await stage.workshop("Литьё", code="LI"), "15 10:00")
    await stage.move_to(moscow("12 18:00"))
    assert "Сварка" in anya.heard[-1], "a reminder asks for nothing"
    await anya.send("/my")
    assert "Сварка" in anya.screen

    await anya.send("/start act_PA")
    await anya.tap("Записаться")
    assert ASKED in anya.screen
    assert await statuses(stage) == ["booked"]
    await anya.tap("Даю согласие")
    assert await statuses(stage) == ["booked", "booked"]

    stage.operator = Operator("Движение", "Краснодар", "data@example.org")
    await stage.restart()
    await anya.send("/start act_LI")
    await anya.tap("Записаться")
    assert ASKED in anya.screen
    await anya.tap("Даю согласие")
    assert await statuses(stage) == ["booked"] * 3
    texts = await stage.read(lambda session: session.scalars(select(ConsentTextRow)).all())
    assert {text.version for text in texts} == {CONSENT_VERSION}
    assert sorted("data@example.org" in text.text for text in texts) == [False, True]


async def test_a_young_pupil_of_an_older_release_is_told_and_everything_goes(stage: Stage) -> None:
    await booked_before(stage, grade=5)
    anya = stage.visitor("Аня", known=True)
    await stage.slot(await stage.workshop("Пайка", code="PA"), "14 10:00")
    await anya.send("/start act_PA")
    await anya.tap("Записаться", "Даю согласие")
    assert "вас записывает родитель или педагог" in anya.seat.messages[-2].text
    assert await statuses(stage) == []
    assert await stage.read(lambda session: session.scalars(select(PersonRow.name)).all()) == [None]


async def test_the_family_of_a_young_pupil_of_an_older_release_is_told_once(stage: Stage) -> None:
    await booked_before(stage, grade=5)
    anya = stage.visitor("Аня", known=True)
    await anya.send("/my")
    assert "Сварка" in anya.screen
    await stage.restart()
    await stage.tick()
    letters = [said for said in anya.heard if "записывает взрослый" in said]
    assert len(letters) == 1
    assert "отменена 1 запись" in letters[0]
    assert "Аня" not in letters[0]
    assert await statuses(stage) == []
    assert await stage.read(lambda session: session.scalars(select(PersonRow.name)).all()) == [None]
    await stage.application.scheduler.kick("clean_up")
    await stage.tick()
    assert len([said for said in anya.heard if "записывает взрослый" in said]) == 1
    await anya.send("/my")
    assert "Сварка" not in anya.screen


async def test_at_night_it_does_not_wait_for_a_restart(stage: Stage) -> None:
    await booked_before(stage, grade=6)
    anya = stage.visitor("Аня", known=True)
    await anya.send("/my")
    await stage.application.scheduler.kick("clean_up")
    await anya.send("/my")
    assert "Сварка" not in anya.screen
    await stage.tick()
    assert any("записывает взрослый" in said for said in anya.heard)


async def test_a_consent_to_no_known_text_is_asked_for_anew(stage: Stage) -> None:
    """Of today's version, from before texts were kept: nobody can prove which words it meant."""
    anya = await stage.registered("Аня", consent_version=CONSENT_VERSION)
    await stage.slot(await stage.workshop("Пайка", code="PA"), "14 10:00")
    await anya.send("/start act_PA")
    await anya.tap("Записаться")
    assert ASKED in anya.screen
    await anya.tap("Даю согласие")
    assert await statuses(stage) == ["booked"]

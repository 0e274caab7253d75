"""The sending loop: once each, nothing lost, whatever the messenger answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.outbox import IN_FLIGHT, Outbox
from bot.texts import Texts
from db.engine import Database, Session
from domain.delivery import DeliveryKind, Lane, Outgoing, Owed, Refused, Retry, SendResult, Sent, Unreachable
from domain.letters import Letter
from domain.payloads import Found
from domain.people import Address
from handlers.notices.letters import LetterWriter
from services.deliveries import owe
from tests.town import (
    MOSCOW,
    add_activity,
    add_booking,
    add_person,
    add_slot,
    change_person,
    deliveries,
    moscow,
)

EVENING = moscow("19 18:00")


class HandClock:
    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


class RecordingSender:
    """Keeps what it was given; answers as told, after a turn of the loop, or when the gate opens."""

    def __init__(self, answer: Callable[[str], SendResult] | None = None) -> None:
        self.sent: list[tuple[str, Outgoing, Lane]] = []
        self.answer = answer or (lambda _: Sent(len(self.sent)))
        self.gate: asyncio.Event | None = None
        self.at_once = 0
        self.most_at_once = 0
        self.people_at_once: set[str] = set()

    async def send(self, to: Address, message: Outgoing, lane: Lane) -> SendResult:
        assert to.user_id not in self.people_at_once, "two messages to one person at once"
        self.people_at_once.add(to.user_id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (self.gate.wait() if self.gate else asyncio.sleep(0))
            result = self.answer(to.user_id)
            self.sent.append((to.user_id, message, lane))
            return result
        finally:
            self.at_once -= 1
            self.people_at_once.discard(to.user_id)

    def withhold(self, broadcast_id: int) -> int:
        """What it was given has left."""
        return 0


def title_only(letter: Letter, now: datetime) -> Outgoing:
    return Outgoing(f"{letter.kind} {now:%H:%M}")


def crowd(session: Session, /, count: int) -> None:
    """People booked for the twentieth at 15:00, whose reminder comes due at 18:00 the evening before."""
    slot = add_slot(session, add_activity(session), moscow("20 15:00"), capacity=None)
    for _ in range(count):
        add_booking(session, slot, add_person(session))


def broadcast(session: Session, /, count: int, person: int | None = None) -> None:
    found = Found(add_activity(session), 1)
    owe(
        session,
        [
            Owed(
                f"b{number}",
                DeliveryKind.WATCH,
                person or add_person(session),
                EVENING,
                lane=Lane.BROADCAST,
                payload=found,
            )
            for number in range(count)
        ],
    )


def watch(session: Session, key: str, person: int) -> None:
    found = Found(add_activity(session), 1)
    owe(session, [Owed(key, DeliveryKind.WATCH, person, EVENING, payload=found)])


async def statuses(database: Database) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in await database.read(deliveries):
        counted[row.status] = counted.get(row.status, 0) + 1
    return counted


@pytest.fixture
def clock() -> HandClock:
    return HandClock(moscow("19 17:00"))


@pytest.fixture
def sender() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
async def outbox(database: Database, sender: RecordingSender, clock: HandClock) -> Outbox:
    return Outbox(database, sender, clock, title_only, MOSCOW)


async def run(outbox: Outbox) -> None:
    await outbox.tick()
    await outbox.idle()


async def test_reminders_leave_when_they_come_due_and_only_once(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(crowd, 30)
    await run(outbox)
    assert sender.sent == []
    clock.moment = EVENING
    await run(outbox)
    await run(outbox)
    assert len(sender.sent) == 30
    assert {lane for _, _, lane in sender.sent} == {Lane.REMINDER}
    assert await statuses(database) == {"sent": 30}


async def test_the_slots_in_flight_are_refilled_and_never_more_than_promised(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(broadcast, 200)
    clock.moment = EVENING
    await run(outbox)
    assert len(sender.sent) == 200
    assert sender.most_at_once == IN_FLIGHT


async def test_one_person_gets_one_message_at_a_time_and_holds_up_nobody(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    person = await database.write(add_person)
    await database.write(broadcast, 5, person)
    clock.moment = EVENING
    await run(outbox)
    assert [to for to, _, _ in sender.sent] == ["1001"] * 5


async def test_a_kick_looks_at_once(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    clock.moment = EVENING
    await database.write(broadcast, 1)
    outbox.kick()
    outbox.kick()
    await outbox.idle()
    assert len(sender.sent) == 1


async def test_a_kick_during_a_delivery_is_not_forgotten(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    clock.moment = EVENING
    sender.gate = asyncio.Event()
    person = await database.write(add_person)
    await database.write(watch, "first", person)
    await outbox.tick()
    while not sender.at_once:
        await asyncio.sleep(0.001)
    other = await database.write(add_person)
    await database.write(watch, "second", other)
    outbox.kick()
    sender.gate.set()
    await outbox.idle()
    assert len(sender.sent) == 2


async def test_whoever_blocked_the_bot_is_left_alone_until_they_come_back(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    lost: list[Address] = []
    outbox = Outbox(database, sender, clock, title_only, MOSCOW, on_lost=lost.append)
    sender.answer = lambda _: Unreachable("bot was blocked by the user")
    person = await database.write(add_person)
    await database.write(broadcast, 3, person)
    clock.moment = EVENING
    await run(outbox)
    assert lost[0] == Address("telegram", "1001")
    assert await statuses(database) == {"unreachable": 3}
    sender.sent.clear()
    sender.answer = lambda _: Sent(1)
    await database.write(watch, "later", person)
    await run(outbox)
    assert sender.sent == []
    await database.write(change_person, person, unreachable_at=None)
    await database.write(watch, "back", person)
    await run(outbox)
    assert len(sender.sent) == 1


async def test_what_the_messenger_will_never_take_is_recorded_and_not_repeated(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    sender.answer = lambda _: Refused("can't parse entities")
    await database.write(broadcast, 2)
    clock.moment = EVENING
    await run(outbox)
    clock.moment += timedelta(hours=1)
    await run(outbox)
    assert len(sender.sent) == 2
    assert [row.error for row in await database.read(deliveries)] == ["can't parse entities"] * 2


async def test_trouble_on_the_way_is_retried_later_until_it_is_too_late(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(crowd, 1)
    await run(outbox)
    sender.answer = lambda _: Retry("timeout")
    clock.moment = EVENING
    await run(outbox)
    await run(outbox)
    assert len(sender.sent) == 1
    clock.moment += timedelta(seconds=5)
    await run(outbox)
    assert len(sender.sent) == 2
    sender.answer = lambda _: Sent(9)
    clock.moment += timedelta(seconds=10)
    await run(outbox)
    [row] = await database.read(deliveries)
    assert (row.status, row.attempts, row.message_id) == ("sent", 3, 9)


async def test_a_reminder_that_could_not_be_sent_in_time_expires(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(crowd, 1)
    await run(outbox)
    sender.answer = lambda _: Retry("timeout")
    clock.moment = moscow("20 14:59")
    await run(outbox)
    clock.moment = moscow("20 15:01")
    await run(outbox)
    assert await statuses(database) == {"obsolete": 1, "expired": 1}


async def test_a_letter_that_cannot_be_written_stops_nobody_elses(
    database: Database, sender: RecordingSender, clock: HandClock
) -> None:
    def picky(letter: Letter, now: datetime) -> Outgoing:
        if letter.reader.address.user_id == "1001":
            raise KeyError(letter.kind)
        return Outgoing("fine")

    outbox = Outbox(database, sender, clock, picky, MOSCOW)
    await database.write(broadcast, 3)
    clock.moment = EVENING
    await run(outbox)
    assert await statuses(database) == {"failed": 1, "sent": 2}


async def test_a_sender_that_breaks_its_promise_loses_nothing(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    def broken(_: str) -> SendResult:
        raise RuntimeError("a mistake of ours")

    sender.answer = broken
    await database.write(broadcast, 2)
    clock.moment = EVENING
    await run(outbox)
    assert await statuses(database) == {"pending": 2}
    sender.answer = lambda _: Sent(1)
    clock.moment += timedelta(seconds=5)
    await run(outbox)
    assert await statuses(database) == {"sent": 2}


async def test_a_stop_finishes_what_is_in_hand_and_hands_back_the_rest(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    sender.gate = asyncio.Event()
    await database.write(broadcast, 40)
    clock.moment = EVENING
    await outbox.tick()
    while sender.at_once < IN_FLIGHT:
        await asyncio.sleep(0.001)
    stopping = asyncio.create_task(outbox.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    sender.gate.set()
    await stopping
    assert len(sender.sent) == IN_FLIGHT
    assert await statuses(database) == {"sent": IN_FLIGHT, "pending": 40 - IN_FLIGHT}
    outbox.kick()
    await outbox.tick()
    await outbox.idle()
    assert len(sender.sent) == IN_FLIGHT


async def test_after_a_crash_the_next_start_takes_up_what_was_in_flight(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    sender.gate = asyncio.Event()
    await database.write(broadcast, 3)
    clock.moment = EVENING
    await outbox.tick()
    while sender.at_once < 3:
        await asyncio.sleep(0.001)
    successor_sender = RecordingSender()
    successor = Outbox(database, successor_sender, clock, title_only, MOSCOW)
    assert await successor.start() == 3
    await run(successor)
    assert len(successor_sender.sent) == 3
    sender.gate.set()
    await outbox.stop()


async def test_a_database_that_fails_for_a_moment_doubles_nothing(
    database: Database,
    outbox: Outbox,
    sender: RecordingSender,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await database.write(broadcast, 3)
    clock.moment = EVENING

    def no_room(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("bot.outbox.mark", no_room)
        await run(outbox)
        assert await statuses(database) == {"sending": 3}
    await run(outbox)
    assert len(sender.sent) == 3
    assert await statuses(database) == {"sent": 3}


async def test_a_reminder_leaves_in_words_with_its_buttons(
    database: Database, sender: RecordingSender, clock: HandClock
) -> None:
    outbox = Outbox(database, sender, clock, LetterWriter(Texts.load(), MOSCOW), MOSCOW)
    await database.write(crowd, 1)
    await run(outbox)
    clock.moment = EVENING
    await run(outbox)
    [(_, message, _)] = sender.sent
    assert message.text == (
        "⏰ <b>Напоминание: завтра в 15:00</b>\n\n"
        "<b>Сварка</b>\n"
        "вт 20 октября, 15:00–16:30\n"
        "<b>Где:</b> Абинск, УПК № 1, ул. Мира, 1, каб. 5\n"
        "<b>Взять с собой:</b> Удобная одежда\n\n"
        "Придёте? Если планы изменились, нажмите «Не приду»: место достанется тому, кто ждёт."
    )
    assert message.rows == (
        (("✅ Приду", "rc:1:0"), ("❌ Не приду", "rn:1:0")),
        (("📌 Мои записи", "my:0"),),
    )

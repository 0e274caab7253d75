"""What became of a message: known, unknown, given up; nothing is in hand for ever and nothing repeated for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.limits import UNLIMITED
from bot.outbox import OUTAGE, Outbox
from bot.pacer import Pacer
from bot.sender import TelegramSender
from db.engine import Database, Session
from db.models import DeliveryRow
from domain import delivery as rules
from domain.delivery import (
    IN_DOUBT,
    DeliveryKind,
    DeliveryStatus,
    Lane,
    Outgoing,
    Owed,
    Retry,
    SendResult,
    Sent,
    Unknown,
)
from domain.payloads import Found
from domain.people import Address
from services import deliveries as service
from services.deliveries import LEASE, owe
from tests.bot.strict_server import StrictServer, running
from tests.bot.test_outbox import EVENING, HandClock, RecordingSender, broadcast, run, title_only
from tests.bot.test_sender import connect
from tests.town import MOSCOW, add_activity, add_person, deliveries


@pytest.fixture
def clock() -> HandClock:
    return HandClock(EVENING)


@pytest.fixture
def sender() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
async def outbox(database: Database, sender: RecordingSender, clock: HandClock) -> Outbox:
    outbox = Outbox(database, sender, clock, title_only, MOSCOW)
    await outbox.tick()
    return outbox


def always(result: SendResult) -> Any:
    return lambda _: result


async def rows(database: Database) -> list[tuple[str, int, str | None]]:
    return [(row.status, row.attempts, row.error) for row in await database.read(deliveries)]


async def test_what_may_have_arrived_is_sent_once_more_and_no_more(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(broadcast, 1)
    sender.answer = always(Unknown("reset"))
    for _ in range(5):
        await run(outbox)
        clock.moment += timedelta(minutes=11)
    assert len(sender.sent) == 2
    assert await rows(database) == [(DeliveryStatus.DOUBTFUL, 2, "reset")]


async def test_what_came_twice_perhaps_is_named_so(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(broadcast, 1)
    sender.answer = always(Unknown("reset"))
    await run(outbox)
    sender.answer = always(Sent(5))
    clock.moment += timedelta(minutes=11)
    await run(outbox)
    assert await rows(database) == [(DeliveryStatus.SENT, 2, IN_DOUBT)]


async def test_every_repetition_has_an_end(
    database: Database,
    outbox: Outbox,
    sender: RecordingSender,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "MOST_ATTEMPTS", 6)
    await database.write(broadcast, 1)
    sender.answer = always(Retry("Internal Server Error"))
    for _ in range(10):
        await run(outbox)
        clock.moment += timedelta(minutes=11)
    assert len(sender.sent) == 6
    assert await rows(database) == [(DeliveryStatus.FAILED, 6, "Internal Server Error")]


def test_an_outage_of_a_day_gives_nothing_up() -> None:
    waited = sum((rules.pause_after(n) for n in range(1, rules.MOST_ATTEMPTS)), timedelta())
    assert waited > timedelta(days=1)


async def test_after_an_outage_the_first_that_arrives_makes_all_due(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(broadcast, 30)
    sender.answer = always(Retry("Bad Gateway"))
    for _ in range(12):
        await run(outbox)
        clock.moment += timedelta(minutes=10)
    sender.sent.clear()
    await run(outbox)
    waiting = [row.due_at for row in await database.read(deliveries)]
    assert min(waiting) > clock.moment, "all of them have their pause"
    sender.answer = always(Sent(5))
    await database.write(_one_more, clock)
    await run(outbox)
    assert {status for status, _, _ in await rows(database)} == {DeliveryStatus.SENT}


async def test_one_that_fails_among_many_that_arrive_keeps_its_pauses(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock
) -> None:
    await database.write(broadcast, 3)
    sender.answer = lambda to: Retry("odd") if to == "1001" else Sent(5)
    for _ in range(4):
        await run(outbox)
        await database.write(_one_more, clock)
        clock.moment += timedelta(seconds=1)
        assert timedelta(seconds=4) < OUTAGE
    assert [to for to, _, _ in sender.sent].count("1001") == 1


@pytest.mark.parametrize("claimed", [None, timedelta(minutes=9)])
async def test_what_is_in_nobodys_hand_is_owed_again(
    database: Database, outbox: Outbox, sender: RecordingSender, clock: HandClock, claimed: timedelta | None
) -> None:
    await database.write(broadcast, 1)
    at = None if claimed is None else clock.moment - claimed
    await database.write(_lose_sight, at)
    await run(outbox)
    assert sender.sent == []
    clock.moment += LEASE
    await run(outbox)
    assert len(sender.sent) == 1


async def test_a_letter_that_cannot_be_followed_up_stops_no_other_and_goes_once(
    database: Database,
    outbox: Outbox,
    sender: RecordingSender,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("starts_at")

    await database.write(broadcast, 3)
    monkeypatch.setattr(service, "_follow", broken)
    await run(outbox)
    await run(outbox)
    assert len(sender.sent) == 3
    assert {status for status, _, _ in await rows(database)} == {DeliveryStatus.SENT}


class OddServer(StrictServer):
    """Accepts everything, and says so in words that no library knows."""

    def take(self, method: str, form: Mapping[str, Any], now: float) -> web.Response:
        del method, form, now
        return web.json_response({"ok": True, "result": {"message_id": 77}})


async def test_an_acceptance_in_odd_words_is_one() -> None:
    async with running(OddServer()) as server:
        bot, _ = connect(server.url)
        pacer = Pacer(UNLIMITED)
        sent = await TelegramSender(bot, pacer).send(Address("telegram", "1"), Outgoing("x"), Lane.REMINDER)
        await bot.session.close()
    assert sent == Sent(77)


def _one_more(session: Session, clock: HandClock) -> None:
    person = add_person(session)
    found = Found(add_activity(session), 1)
    owe(session, [Owed(f"more {person}", DeliveryKind.WATCH, person, clock.moment, payload=found)])


def _lose_sight(session: Session, claimed_at: Any) -> None:
    for row in session.query(DeliveryRow):
        row.status, row.claimed_at = DeliveryStatus.SENDING, claimed_at

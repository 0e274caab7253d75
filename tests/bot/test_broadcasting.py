"""Broadcasts over real HTTP: halted at once, counted right whatever goes wrong, nobody twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.limits import Limits
from bot.outbox import IN_FLIGHT
from db.engine import Database
from domain.broadcast import Content, Count
from domain.delivery import Media
from sandbox.server import Sandbox
from services import broadcasts
from tests.bot.announcing import Announcer, announcing
from tests.services.newsroom import Newsroom
from tests.town import HandClock

PEOPLE = 60
TEACHER = "Педагог"
FIRST = 1002
"""The messenger's id of the first teacher: the coordinator came before."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(accept_unknown=True)
    async with sandbox.running():
        yield sandbox


@pytest.fixture
async def newsroom(database: Database, clock: HandClock) -> Newsroom:
    return Newsroom(database, clock)


@pytest.fixture
async def head(newsroom: Newsroom) -> int:
    return await newsroom.coordinator()


@pytest.fixture
async def announcer(newsroom: Newsroom, sandbox: Sandbox, head: int) -> AsyncIterator[Announcer]:
    await newsroom.teachers(PEOPLE)
    for number in range(FIRST, FIRST + PEOPLE):
        sandbox.new_person(TEACHER, id=number, known=True)
    async with announcing(newsroom, sandbox) as announcer:
        yield announcer


def once(announcer: Announcer) -> int:
    """How many people got it; nobody twice."""
    got = announcer.received()
    assert set(got.values()) <= {1}
    return len(got)


# halting


async def halt(announcer: Announcer, head: int, broadcast: int, step: str) -> None:
    """What a button does: it is written, and the outbox is told."""
    await announcer.newsroom.do(getattr(broadcasts, step), head, broadcast)
    await announcer.outbox.halt(broadcast)


@pytest.mark.parametrize(("step", "rest"), [("pause", "left"), ("stop", "dropped")])
async def test_a_halt_takes_effect_at_once_even_on_what_waits_for_its_turn(
    newsroom: Newsroom, sandbox: Sandbox, head: int, step: str, rest: str
) -> None:
    """At the real pace, with everything that may be in flight in the pacer's queue."""
    await newsroom.teachers(PEOPLE)
    async with announcing(newsroom, sandbox, Limits()) as announcer:
        broadcast = await newsroom.sent(head)
        await announcer.outbox.tick()
        while sandbox.count("sendMessage") < 3:
            await asyncio.sleep(0.002)
        assert announcer.pacer.waiting >= IN_FLIGHT // 2
        await halt(announcer, head, broadcast, step)
        halted = sandbox.count("sendMessage")
        assert announcer.pacer.waiting == 0
        await announcer.outbox.idle()
        sent = sandbox.count("sendMessage")
        assert sent - halted <= 1
        await newsroom.tick()
        counted = await newsroom.count(head, broadcast)
        assert counted == Count(**{"sent": sent, rest: PEOPLE - sent})


async def test_a_halt_does_not_wait_for_a_silence_that_telegram_asked_for(
    newsroom: Newsroom, announcer: Announcer, head: int
) -> None:
    broadcast = await newsroom.sent(head)
    announcer.sandbox.faults.add("sendMessage", status=429, retry_after=50, times=2)
    await announcer.outbox.tick()
    while not announcer.pacer.waiting:
        await asyncio.sleep(0.002)
    await halt(announcer, head, broadcast, "pause")
    await announcer.outbox.idle()
    sent = once(announcer)
    assert await newsroom.count(head, broadcast) == Count(sent=sent, left=PEOPLE - sent)


async def test_whoever_forgets_to_tell_the_outbox_is_noticed_by_the_next_tick(
    newsroom: Newsroom, sandbox: Sandbox, head: int
) -> None:
    await newsroom.teachers(PEOPLE)
    async with announcing(newsroom, sandbox, Limits()) as announcer:
        broadcast = await newsroom.sent(head)
        await announcer.outbox.tick()
        while sandbox.count("sendMessage") < 3:
            await asyncio.sleep(0.002)
        await newsroom.do(broadcasts.pause, head, broadcast)
        await announcer.outbox.tick()
        assert announcer.pacer.waiting == 0
        await announcer.outbox.idle()
        assert (await newsroom.count(head, broadcast)).left == PEOPLE - once(announcer)


async def test_what_was_claimed_while_it_was_halted_is_handed_back(
    newsroom: Newsroom, announcer: Announcer, head: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim was under way and had not seen the pause, which is told to the outbox before the claim returns."""
    broadcast = await newsroom.sent(head)
    write = newsroom.database.write
    claims = 0

    async def slowly(fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        nonlocal claims
        result = await write(fn, *args, **kwargs)
        if fn.__name__ == "claim" and not claims:
            claims += 1
            await newsroom_write_pause()
            await announcer.outbox.halt(broadcast)
        return result

    async def newsroom_write_pause() -> None:
        actor = await newsroom.actor(head)
        await write(broadcasts.pause, actor, broadcast, newsroom.now)

    monkeypatch.setattr(announcer.outbox._database, "write", slowly)
    await announcer.run()
    assert claims == 1
    assert once(announcer) == 0
    assert await newsroom.count(head, broadcast) == Count(left=PEOPLE)


async def test_after_a_pause_it_goes_on_with_those_it_was_taken_from(
    newsroom: Newsroom, announcer: Announcer, head: int
) -> None:
    broadcast = await newsroom.sent(head)
    await newsroom.mark(await newsroom.take(to_many=3))
    await halt(announcer, head, broadcast, "pause")
    await announcer.run()
    assert once(announcer) == 0
    await newsroom.do(broadcasts.resume, head, broadcast)
    await announcer.run()
    assert once(announcer) == PEOPLE - 3
    await announcer.run()
    assert await newsroom.status(head, broadcast) == "done"


# corrections and recalls


async def test_stopped_corrected_resumed_everybody_reads_the_last_text(
    newsroom: Newsroom, announcer: Announcer, head: int
) -> None:
    broadcast = await newsroom.sent(head)
    await announcer.outbox.tick()
    while announcer.sandbox.count("sendMessage") < 20:
        await asyncio.sleep(0)
    await halt(announcer, head, broadcast, "stop")
    await newsroom.correct(head, broadcast, Content("Семинар в 16:00"))
    await newsroom.do(broadcasts.resume, head, broadcast)
    await announcer.run()
    assert once(announcer) == PEOPLE
    assert texts(announcer) == ["Семинар в 16:00"] * PEOPLE
    state = await newsroom.state(head, broadcast)
    assert (state.count.sent, state.correction.left, state.correction.failed) == (PEOPLE, 0, 0)


def texts(announcer: Announcer) -> list[str]:
    """What stands in everybody's chat with the bot."""
    return [
        message.text
        for number in range(FIRST, FIRST + PEOPLE)
        for message in announcer.sandbox.person(TEACHER, id=number).messages
    ]


async def test_a_recall_deletes_albums_whole(newsroom: Newsroom, announcer: Announcer, head: int) -> None:
    files = [announcer.sandbox.world.files.add(name.encode(), f"{name}.jpg").file_id for name in "ab"]
    content = Content("Фото", media=tuple(Media("photo", file_id) for file_id in files))
    broadcast = await newsroom.sent(head, content=content)
    await announcer.run()
    assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE)
    assert len(texts(announcer)) == 2 * PEOPLE
    await newsroom.correct(head, broadcast, Content("Снимки"))
    await announcer.run()
    assert set(texts(announcer)) == {"Снимки", ""}
    await halt(announcer, head, broadcast, "recall")
    await announcer.run()
    assert texts(announcer) == []
    assert (await newsroom.state(head, broadcast)).recall == Count(sent=PEOPLE)


# trouble


async def test_429_with_long_waits(newsroom: Newsroom, announcer: Announcer, head: int) -> None:
    """Two chats within a second: it was the bot's limit, and everything is silent for as long as was asked for."""
    broadcast = await newsroom.sent(head)
    announcer.sandbox.faults.add("sendMessage", status=429, retry_after=300, times=2)
    announcer.sandbox.faults.add("sendMessage", status=429, retry_after=40, times=5)
    await announcer.outbox.tick()
    while announcer.sandbox.count("sendMessage", 429) < 2:
        await asyncio.sleep(0.002)
    for _ in range(40):
        newsroom.clock.advance(seconds=10)
        announcer.timers.advance(10)
        await announcer.outbox.tick()
        await asyncio.sleep(0.01)
    await announcer.settled(head, broadcast)
    assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE)
    assert once(announcer) == PEOPLE
    assert announcer.sandbox.count("sendMessage", 429) == 7


async def test_403_some_have_blocked_the_bot(newsroom: Newsroom, announcer: Announcer, head: int) -> None:
    for number in range(5):
        announcer.sandbox.faults.add("sendMessage", chat=FIRST + number, status=403)
    broadcast = await newsroom.sent(head)
    await announcer.run()
    assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE - 5, unreachable=5)
    lines = await newsroom.do(broadcasts.report, head, broadcast)
    assert {line.error for line in lines if line.status == "unreachable"} == {
        "Forbidden: bot was blocked by the user"
    }
    second = await newsroom.draft(head)
    assert (await newsroom.state(head, second)).meant == PEOPLE - 5


async def test_400_for_one_recipient(newsroom: Newsroom, announcer: Announcer, head: int) -> None:
    announcer.sandbox.faults.add(
        "sendMessage", chat=FIRST, status=400, description="Bad Request: can't parse entities"
    )
    broadcast = await newsroom.sent(head)
    await announcer.run()
    await announcer.later(600, step=60)
    assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE - 1, failed=1)
    assert announcer.sandbox.count("sendMessage") == PEOPLE - 1


async def test_5xx_for_a_minute(newsroom: Newsroom, announcer: Announcer, head: int) -> None:
    broadcast = await newsroom.sent(head)
    outage = announcer.sandbox.faults.add("sendMessage", status=502, times=0)
    await announcer.run()
    await announcer.later(60)
    assert await newsroom.count(head, broadcast) == Count(left=PEOPLE)
    tried = announcer.sandbox.count("sendMessage", 502)
    assert tried <= IN_FLIGHT + 5
    announcer.sandbox.faults.remove(outage.id)
    assert await announcer.settled(head, broadcast) <= 60
    assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE)
    assert once(announcer) == PEOPLE


async def test_a_dead_network_for_five_minutes(newsroom: Newsroom, head: int) -> None:
    """Nobody is there to connect to: nothing was sent, nothing is in doubt."""
    await newsroom.teachers(PEOPLE)
    sandbox = Sandbox(accept_unknown=True)
    async with sandbox.running():
        port = int(sandbox.url.rpartition(":")[2])
        before = announcing(newsroom, sandbox)
        announcer = await before.__aenter__()
        broadcast = await newsroom.sent(head)
        await announcer.outbox.tick()
        while sandbox.count("sendMessage") < 20:
            await asyncio.sleep(0)
        await halt(announcer, head, broadcast, "pause")
        await announcer.outbox.idle()
    await newsroom.do(broadcasts.resume, head, broadcast)
    sent = (await newsroom.count(head, broadcast)).sent
    await announcer.later(300)
    assert await newsroom.count(head, broadcast) == Count(sent=sent, left=PEOPLE - sent)
    async with sandbox.running(port):
        assert await announcer.settled(head, broadcast) <= 60
        assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE)
        assert once(announcer) == PEOPLE
        await before.__aexit__(None, None, None)


@pytest.mark.parametrize("after", [False, True])
async def test_the_server_closes_one_connection_in_the_middle(
    newsroom: Newsroom, announcer: Announcer, head: int, after: bool
) -> None:
    """Whether the message had arrived by then nobody knows: it is named, and not sent again."""
    announcer.sandbox.faults.add("sendMessage", chat=FIRST + 7, drop=True, after=after)
    broadcast = await newsroom.sent(head)
    await announcer.run()
    await announcer.settled(head, broadcast)
    assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE - 1, doubtful=1)
    assert once(announcer) == PEOPLE
    lines = await newsroom.do(broadcasts.report, head, broadcast)
    assert [line.error for line in lines if line.status == "doubtful"] == ["ServerDisconnectedError"]


async def test_the_server_closes_every_connection_for_a_minute(
    newsroom: Newsroom, announcer: Announcer, head: int
) -> None:
    """In doubt are those that were on their way when it began, and one for each try whether it is over."""
    broadcast = await newsroom.sent(head)
    outage = announcer.sandbox.faults.add("sendMessage", drop=True, after=True, times=0)
    await announcer.run()
    await announcer.later(60)
    announcer.sandbox.faults.remove(outage.id)
    await announcer.settled(head, broadcast)
    counted = await newsroom.count(head, broadcast)
    assert counted.doubtful <= IN_FLIGHT + 4
    assert counted == Count(sent=PEOPLE - counted.doubtful, doubtful=counted.doubtful)
    assert once(announcer) == PEOPLE


async def test_an_answer_that_never_comes(newsroom: Newsroom, announcer: Announcer, head: int) -> None:
    bot_session = announcer.outbox._sender._bot.session  # type: ignore[attr-defined]
    bot_session.timeout = 0.2
    announcer.sandbox.faults.add("sendMessage", chat=FIRST, delay=1.0)
    broadcast = await newsroom.sent(head)
    began = time.monotonic()
    await announcer.run()
    assert time.monotonic() - began < 5
    await announcer.settled(head, broadcast)
    assert await newsroom.count(head, broadcast) == Count(sent=PEOPLE - 1, doubtful=1)

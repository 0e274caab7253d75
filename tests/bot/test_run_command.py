"""``python -m bot run`` and a token that the messenger does not know."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot import polling
from bot.commands import run
from bot.settings import Settings
from bot.texts import Texts
from db.migrate import upgrade
from sandbox.server import Sandbox

WORDS = "Telegram не принимает BOT_TOKEN. Проверьте его в .env: его выдаёт @BotFather.\n"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    upgrade(url)
    return url


def settings(database_url: str, api_url: str) -> Settings:
    return Settings.model_construct(
        bot_token=SecretStr("1:demo"),
        telegram_api_url=api_url,
        database_url=database_url,
        coordinator_ids=frozenset(),
        coordinators_chat=None,
        timezone=ZoneInfo("Europe/Moscow"),
    )


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
def test_a_refused_token_ends_the_process_with_one_line(
    method: str,
    status: int,
    database_url: str,
    texts: Texts,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(polling, "PAUSES", (0.01,))

    async def beside_a_server(given: Settings, texts: Texts, stopped: asyncio.Event) -> None:
        sandbox = Sandbox()
        async with sandbox.running() as url:
            sandbox.faults.add(method, status=status, times=0)
            async with asyncio.timeout(10):
                await started(given.model_copy(update={"telegram_api_url": url}), texts, stopped)

    started = run._run
    monkeypatch.setattr(run, "_run", beside_a_server)
    assert run.run(settings(database_url, ""), texts) == run.WRONG_TOKEN
    assert capsys.readouterr().err.endswith(WORDS)


async def test_a_start_in_the_middle_of_an_outage_goes_on_when_it_is_over(
    database_url: str, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "RETRY_SECONDS", 0.01)
    sandbox = Sandbox()
    async with sandbox.running() as url:
        for trouble in (
            {"status": 502},
            {"status": 429, "retry_after": 1},
            {"unreadable": True},
            {"drop": True},
        ):
            sandbox.faults.add("getMe", **trouble)
            sandbox.faults.add("setMyCommands", **trouble)
        anya = sandbox.person("Anya", known=True)
        running = asyncio.create_task(run._run(settings(database_url, url), texts, asyncio.Event()))
        await anya.send("/start")
        async with asyncio.timeout(10):
            while not (anya.messages[-1].from_bot and sandbox.count("setMyShortDescription")):
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

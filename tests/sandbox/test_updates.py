"""Updates by long poll and by webhook."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramConflictError
from aiogram.methods import SendMessage
from aiogram.types import BufferedInputFile, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from sandbox.server import Sandbox


async def test_updates_come_until_they_are_confirmed(sandbox: Sandbox, bot: Bot) -> None:
    anya = sandbox.person("Anya")
    for text in "abc":
        await anya.send(text)
    first = await bot.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["a", "b"]
    again = await bot.get_updates()
    assert [update.update_id for update in again] == [1, 2, 3]
    rest = await bot.get_updates(offset=3)
    assert [update.update_id for update in rest] == [3]
    assert await bot.get_updates(offset=4) == []


async def test_an_update_is_a_copy_of_its_moment(sandbox: Sandbox, bot: Bot) -> None:
    anya = sandbox.person("Anya")
    message = await anya.send("before")
    await anya.edit(message, "after")
    sent, edited = await bot.get_updates()
    assert sent.message is not None
    assert edited.edited_message is not None
    assert (sent.message.text, edited.edited_message.text) == ("before", "after")


async def test_a_poll_waits_for_the_first_update(sandbox: Sandbox, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await sandbox.polled()
    await sandbox.person("Anya").send("here")
    assert [update.message.text for update in await poll if update.message] == ["here"]


async def test_a_second_poll_ends_the_first(sandbox: Sandbox, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await sandbox.polled()
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    await sandbox.person("Anya").send("here")
    assert len(await second) == 1


async def test_only_wanted_kinds_come(sandbox: Sandbox, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])
    anya = sandbox.person("Anya")
    await anya.send("x")
    await anya.block()
    assert [update.event_type for update in await bot.get_updates()] == ["my_chat_member"]


async def test_update_ids_go_on_after_a_reset(sandbox: Sandbox, bot: Bot) -> None:
    await sandbox.person("Anya").send("x")
    sandbox.reset()
    assert await bot.get_updates() == []
    await sandbox.person("Anya").send("y")
    assert [update.update_id for update in await bot.get_updates()] == [2]


class Site:
    """A bot that is reached by webhook, on a port of its own."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot, *, background: bool) -> None:
        application = web.Application()
        handler = SimpleRequestHandler(
            dispatcher, bot, secret_token="secret", handle_in_background=background
        )
        handler.register(application, "/hook")
        self._runner = web.AppRunner(application)

    async def __aenter__(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


@pytest.mark.parametrize("background", [True, False])
async def test_a_webhook_gets_updates_and_may_answer_with_a_request(
    sandbox: Sandbox, bot: Bot, background: bool
) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> SendMessage:
        return message.answer(f"You said {message.text}")

    async with Site(dispatcher, bot, background=background) as url:
        await bot.set_webhook(url, secret_token="secret", allowed_updates=["message"])
        with pytest.raises(TelegramConflictError, match="webhook is active"):
            await bot.get_updates()
        anya = sandbox.person("Anya")
        await anya.send("hi")
        assert (await anya.expect("You said")).text == "You said hi"
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.last_error_message) == (url, 0, None)
        await bot.delete_webhook()
    await anya.send("again")
    assert len(await bot.get_updates()) == 1


async def test_a_webhook_with_another_secret_is_refused_and_told(sandbox: Sandbox, bot: Bot) -> None:
    async with Site(Dispatcher(), bot, background=True) as url:
        await bot.set_webhook(url, secret_token="other")
        await sandbox.person("Anya").send("hi")
        while (info := await bot.get_webhook_info()).last_error_message is None:
            await sandbox.world.changed.wait(1)
        assert "401" in info.last_error_message
        assert info.pending_update_count == 1


async def test_files_go_both_ways(sandbox: Sandbox, bot: Bot) -> None:
    anya = sandbox.person("Anya")
    await anya.send_document(b"from a person", "программа.xlsx", caption="look")
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert message.document is not None
    assert (message.document.file_name, message.caption) == ("программа.xlsx", "look")
    content = await bot.download(message.document)
    assert content is not None
    assert content.read() == b"from a person"

    await bot.send_document(
        anya.id, BufferedInputFile(b"from the bot", "мои данные.json"), caption="<b>Yours</b>"
    )
    file = anya.last.file
    assert file is not None
    assert (file.content, file.name, file.mime) == (b"from the bot", "мои данные.json", "application/json")
    assert anya.last.text == "Yours"
    await bot.send_document(anya.id, file.file_id)
    assert anya.last.file == file
    with pytest.raises(aiohttp.ClientResponseError, match="404"):
        await bot.download_file("documents/nothing")


async def test_a_form_a_query_and_json_say_the_same(sandbox: Sandbox) -> None:
    anya = sandbox.person("Anya", known=True)
    values = {"chat_id": str(anya.id), "text": "x"}
    url = f"{sandbox.url}/bot1:demo/sendMessage"
    form = aiohttp.FormData(values)
    multipart = aiohttp.FormData(values, default_to_multipart=True)
    async with aiohttp.ClientSession() as session:
        for request in (
            session.get(url, params=values),
            session.post(url, data=form),
            session.post(url, data=multipart),
            session.post(url, json={"chat_id": anya.id, "text": "x"}),
        ):
            async with request as answer:
                assert (await answer.json())["result"]["text"] == "x"
    assert len(anya.messages) == 4

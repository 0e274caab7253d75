"""The control API as CONTROL.md tells it, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.filters import Command
from aiogram.types import BotCommand, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from sandbox.people import ONE_PIXEL
from sandbox.server import Action, Sandbox
from sandbox.wire import Json
from tests.sandbox.conftest import polling


class Client:
    """Speaks to the control API."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def get(self, path: str, status: int = 200) -> Any:
        async with self.session.get(f"/control/{path}") as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def post(self, path: str, status: int = 200, /, **body: Any) -> Any:
        body = {key.removesuffix("_"): value for key, value in body.items()}
        async with self.session.post(f"/control/{path}", json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def delete(self, path: str, status: int = 200) -> Any:
        async with self.session.delete(f"/control/{path}") as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession(sandbox.url) as session:
        yield Client(session)


def menu_bot() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(Command("start"))
    async def start(message: Message) -> None:
        rows = [
            [InlineKeyboardButton(text="✅ Yes", callback_data="yes")],
            [InlineKeyboardButton(text="Site", url="https://a.ru")],
        ]
        await message.answer("Menu", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))

    @dispatcher.callback_query()
    async def answer(callback: CallbackQuery) -> None:
        await callback.answer(f"got {callback.data}")

    return dispatcher


async def chat_with(client: Client, chat: int, version: int, count: int) -> Json:
    """The chat once it has so many messages, by long poll."""
    while True:
        seen: Json = await client.get(f"chats/{chat}?version={version}&wait=5")
        if len(seen["messages"]) >= count:
            return seen
        version = seen["version"]


async def test_a_newcomer_writes_taps_and_reads(sandbox: Sandbox, client: Client) -> None:
    async with polling(sandbox, menu_bot()):
        guest = await client.post("people", first_name="Guest", note="pupil")
        chat = f"chats/{guest['id']}"
        sent = await client.post(f"{chat}/text", text="/start")
        assert (sent["text"], sent["from_bot"], sent["deleted"]) == ("/start", False, False)
        seen = await chat_with(client, guest["id"], 0, 2)
        menu = seen["messages"][1]
        assert (menu["text"], menu["from_bot"]) == ("Menu", True)
        got = {"answered": True, "text": "got yes", "alert": False, "url": ""}
        for place in ({"row": 0, "column": 0}, {"data": "yes"}, {"text": "Yes"}):
            assert await client.post(f"{chat}/tap", message_id=menu["message_id"], **place) == got
        link = await client.post(f"{chat}/tap", message_id=menu["message_id"], text="Site")
        assert link["url"] == "https://a.ru"
        raw = await client.post(f"{chat}/tap_raw", message_id=menu["message_id"], data="hack")
        assert raw["text"] == "got hack"
        seen = await client.get(chat)
        assert [toast["text"] for toast in seen["toasts"]] == ["got yes"] * 3 + ["got hack"]
        people = await client.get("people")
        assert [(person["first_name"], person["last_text"], person["unread"]) for person in people] == [
            ("Guest", "Menu", 0)
        ]


@pytest.mark.parametrize(
    "place", [{"row": 5, "column": 0}, {"row": -1, "column": 0}, {"data": "no"}, {"text": "No"}]
)
async def test_a_button_that_is_not_there_is_not_found(sandbox: Sandbox, client: Client, place: Json) -> None:
    anya = sandbox.person("Anya")
    message = await anya.send("x")
    error = await client.post(f"chats/{anya.id}/tap", 404, message_id=message.id, **place)
    assert error == {"error": f"no such button under message {message.id}"}


async def test_a_long_poll_answers_at_the_change(sandbox: Sandbox, client: Client) -> None:
    anya = sandbox.person("Anya")
    before = (await client.get(f"chats/{anya.id}"))["version"]
    poll = asyncio.create_task(client.get(f"chats/{anya.id}?version={before}&wait=25"))
    await asyncio.sleep(0)
    await anya.send("news")
    assert [message["text"] for message in (await poll)["messages"]] == ["news"]


async def test_people_share_edit_forward_and_block(sandbox: Sandbox, client: Client, bot: Bot) -> None:
    anya, boris = sandbox.person("Anya"), sandbox.person("Boris")
    chat = f"chats/{anya.id}"
    text = await client.post(f"{chat}/text", text="first")
    reply = await client.post(f"{chat}/text", text="second", reply_to=text["message_id"])
    assert reply["reply_to_message"]["text"] == "first"
    edited = await client.post(f"{chat}/edit", message_id=text["message_id"], text="changed")
    assert (edited["text"], "edit_date" in edited) == ("changed", True)
    assert (await client.post(f"{chat}/contact", phone="+7918"))["contact"]["phone_number"] == "+7918"
    place = await client.post(f"{chat}/location", latitude=45.0, longitude=39.0)
    assert place["location"] == {"latitude": 45.0, "longitude": 39.0}
    forwarded = await client.post(
        f"chats/{boris.id}/forward", message_id=text["message_id"], from_chat=anya.id
    )
    assert forwarded["forward_origin"]["sender_user"]["first_name"] == "Anya"
    await client.post(f"{chat}/block")
    assert (await client.get("people"))[0]["blocked"]
    await client.post(f"{chat}/unblock")
    started = await client.post(f"{chat}/follow", url="https://t.me/demo_bot?start=x")
    assert started["text"] == "/start x"
    kinds = [update.event_type for update in await bot.get_updates()]
    assert kinds.count("my_chat_member") == 2


async def test_files_go_up_and_down(sandbox: Sandbox, client: Client) -> None:
    anya = sandbox.person("Anya")
    for kind, name, content in (("photo", "a.png", ONE_PIXEL), ("document", "таблица.xlsx", b"xlsx")):
        form = aiohttp.FormData({"as": kind, "caption": "look"}, quote_fields=False)
        form.add_field("file", content, filename=name)
        async with client.session.post(f"/control/chats/{anya.id}/file", data=form) as answer:
            message = await answer.json()
        assert message["caption"] == "look"
        card = message[kind][-1] if kind == "photo" else message[kind]
        async with client.session.get(f"/control/files/{card['file_id']}") as answer:
            assert await answer.read() == content
            assert answer.content_disposition is not None
            assert answer.content_disposition.filename == name
    await client.get("files/none", 404)


async def test_the_bot_its_commands_and_calls(sandbox: Sandbox, client: Client, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="menu", description="Menu")])
    shown = await client.get("bot")
    assert shown == {
        "first_name": "Demo bot",
        "username": "demo_bot",
        "title": "Demo",
        "commands": [{"command": "menu", "description": "Menu"}],
        "commands_for": {},
    }
    calls = await client.get("calls?method=setMyCommands")
    assert [(call["n"], call["method"], call["status"]) for call in calls["calls"]] == [
        (1, "setMyCommands", 200)
    ]
    assert (await client.get(f"calls?after={calls['last']}"))["calls"] == []


async def test_faults_and_limits(sandbox: Sandbox, client: Client) -> None:
    fault = await client.post("faults", method="sendMessage", status=429, retry_after=2, times=0)
    assert [known.id for known in sandbox.faults] == [fault["id"]]
    await client.delete(f"faults/{fault['id']}")
    await client.delete(f"faults/{fault['id']}", 404)
    await client.post("faults", status=500)
    await client.delete("faults")
    assert list(sandbox.faults) == []
    await client.post("faults", 400, colour="red")
    await client.post("limits", per_second=30, per_chat_per_second=1, round_trip=0.01, jitter=0.01)
    await client.post("limits")


async def test_groups(sandbox: Sandbox, client: Client, bot: Bot) -> None:
    anya, boris = sandbox.person("Anya"), sandbox.person("Boris")
    group = await client.post("groups", title="Team", topics=True, members=[anya.id, boris.id])
    topic = await bot.create_forum_topic(group["id"], "One")
    sent = await client.post(
        f"chats/{group['id']}/text", text="hi", from_=boris.id, thread=topic.message_thread_id
    )
    assert (sent["from"]["first_name"], sent["message_thread_id"]) == ("Boris", topic.message_thread_id)
    listed = await client.get("groups")
    assert [(known["title"], known["members"]) for known in listed] == [("Team", [anya.id, boris.id])]
    assert [known["name"] for known in listed[0]["topics"]] == ["One"]


async def test_the_host_program_adds_its_actions() -> None:
    hours = 0

    async def forward() -> str:
        nonlocal hours
        hours += 1
        return f"moved to {hours}"

    sandbox = Sandbox(actions=[Action("hour", "+1 h", forward)], status=lambda: f"{hours} h")
    async with sandbox.running() as url, aiohttp.ClientSession(url) as session:
        client = Client(session)
        assert await client.get("actions") == {"status": "0 h", "actions": [{"id": "hour", "label": "+1 h"}]}
        assert await client.post("actions/hour") == {"status": "1 h", "message": "moved to 1"}
        await client.post("actions/other", 404)


async def test_a_reset_forgets_people(sandbox: Sandbox, client: Client) -> None:
    sandbox.person("Anya")
    await client.post("reset")
    assert await client.get("people") == []


STRANGERS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://127.0.0.1"},
    {"Host": "evil.example"},
    {"Host": "127.0.0.1"},
    {"Host": "127.0.0.1.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def every_route(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Each with something in the place of its variables; none is left out."""
    names = {"token": sandbox.token, "method": "getMe", "path": "index.html"}
    found = []
    for route in sandbox._application().router.routes():
        info = route.resource.get_info() if route.resource is not None else {}
        path = str(info.get("path") or info["formatter"])
        for name in ("chat", "id", "file_id"):
            path = path.replace(f"{{{name}}}", "1")
        found.append(("GET" if route.method == "*" else route.method, path.format(**names)))
    return found


@pytest.mark.parametrize("headers", STRANGERS)
async def test_no_route_answers_the_page_of_another_site(
    sandbox: Sandbox, client: Client, headers: dict[str, str]
) -> None:
    before = sandbox.world.people.copy()
    walked = every_route(sandbox)
    assert {"/bot1:demo/getMe", "/file/bot1:demo/index.html", "/control/people", "/"} <= {
        p for _, p in walked
    }
    for verb, path in walked:
        if path == "/" and "Sec-Fetch-Site" in headers:
            continue  # Whoever follows a link sees the page, and it does nothing by itself.
        async with client.session.request(verb, path, headers=headers) as answer:
            assert (verb, path, answer.status) == (verb, path, 403)
    assert sandbox.world.people == before
    assert sandbox.calls() == []


async def test_its_own_page_and_programs_of_this_machine_are_answered(
    sandbox: Sandbox, client: Client
) -> None:
    port = sandbox.url.rpartition(":")[2]
    for headers in (
        {},
        {"Origin": sandbox.url, "Sec-Fetch-Site": "same-origin"},
        {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"},
    ):
        for path in ("/control/people", "/bot1:demo/getMe", "/"):
            async with client.session.get(path, headers=headers) as answer:
                assert answer.status == 200


async def test_without_webhooks_nothing_else_is_ever_asked() -> None:
    server = Sandbox()
    async with server.running() as url, aiohttp.ClientSession(url) as session:
        target = {"url": "http://127.0.0.1:1/shutdown"}
        async with session.post("/bot1:demo/setWebhook", data=target) as answer:
            assert answer.status == 400
        async with session.post("/bot1:demo/getWebhookInfo") as answer:
            assert (await answer.json())["result"]["url"] == ""
        async with session.post("/bot1:demo/deleteWebhook") as answer:
            assert answer.status == 200


async def test_what_is_wrong_is_told_in_a_sentence(sandbox: Sandbox, client: Client) -> None:
    anya = sandbox.person("Anya")
    assert await client.post("chats/5/text", 404, text="x") == {"error": "no chat 5"}
    assert await client.post(f"chats/{anya.id}/text", 400) == {"error": "text is missing"}
    assert await client.post(f"chats/{anya.id}/text", 400, text=" ") == {
        "error": "an empty message cannot be sent"
    }
    async with client.session.post("/control/people", data=b"{") as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "the body is not JSON"})


async def test_the_page_is_served_and_nothing_above_it(client: Client) -> None:
    async with client.session.get("/") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
    async with client.session.get("/page/..%2Fserver.py") as answer:
        assert answer.status == 404

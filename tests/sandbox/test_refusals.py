"""What Telegram refuses is refused, in its words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramUnauthorizedError
from aiogram.methods import SendMessage
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from sandbox.server import Person, Sandbox
from tests.sandbox.conftest import connect


@pytest.fixture
def anya(sandbox: Sandbox) -> Person:
    return sandbox.person("Anya", known=True)


def one_button(**action: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="A button", **action)]])


Attempt = Callable[[Bot, int], Awaitable[Any]]

LONG_DATA = one_button(callback_data="я" * 33)
NO_LINK = one_button(url="no link")
MISSPELT = one_button(callback_data="x", data="x")
FILE = BufferedInputFile(b"x", "a.txt")

ATTEMPTS: list[tuple[str, Attempt]] = [
    ("message text is empty", lambda bot, chat: bot.send_message(chat, "")),
    ("message text is empty", lambda bot, chat: bot.send_message(chat, " \n ")),
    ("message text is empty", lambda bot, chat: bot.send_message(chat, "<b></b>")),
    ("message is too long", lambda bot, chat: bot.send_message(chat, "x" * 4097)),
    ("chat not found", lambda bot, _: bot.send_message(42, "x")),
    ("chat not found", lambda bot, _: bot.send_message("@nobody", "x")),
    ("BUTTON_DATA_INVALID", lambda bot, chat: bot.send_message(chat, "x", reply_markup=LONG_DATA)),
    ("Text buttons are unallowed", lambda bot, chat: bot.send_message(chat, "x", reply_markup=one_button())),
    ("Wrong HTTP URL", lambda bot, chat: bot.send_message(chat, "x", reply_markup=NO_LINK)),
    ("reply markup is too long", lambda bot, chat: bot.send_message(
        chat, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=one_button(callback_data="x").inline_keyboard * 101))),
    ("can't parse entities: Unsupported start tag", lambda bot, chat: bot.send_message(chat, "<font>x</font>")),
    ("can't parse entities: Can't find end tag", lambda bot, chat: bot.send_message(chat, "<b>x")),
    ("can't parse entities: Unmatched end tag", lambda bot, chat: bot.send_message(chat, "<b><i>x</b></i>")),
    ("can't parse entities: Unexpected end tag", lambda bot, chat: bot.send_message(chat, "x</b>")),
    ("can't parse entities: Unsupported start tag", lambda bot, chat: bot.send_message(chat, "2 < 3 > 1")),
    ("message caption is too long", lambda bot, chat: bot.send_document(chat, FILE, caption="x" * 1025)),
    ("file must be non-empty", lambda bot, chat: bot.send_document(chat, BufferedInputFile(b"", "a.txt"))),
    ("IMAGE_PROCESS_FAILED", lambda bot, chat: bot.send_photo(chat, FILE)),
    ("wrong file identifier", lambda bot, chat: bot.send_photo(chat, "nothing")),
    ("invalid file_id", lambda bot, _: bot.get_file("nothing")),
    ("wrong latitude or longitude", lambda bot, chat: bot.send_location(chat, 200.0, 0.5)),
    ("message to edit not found", lambda bot, chat: bot.edit_message_text("x", chat_id=chat, message_id=999)),
    ("message to delete not found", lambda bot, chat: bot.delete_message(chat, 999)),
    ("message to copy not found", lambda bot, chat: bot.copy_message(chat, chat, 999)),
    ("message to forward not found", lambda bot, chat: bot.forward_message(chat, chat, 999)),
    ("message to be replied not found", lambda bot, chat: bot.send_message(chat, "x", reply_to_message_id=999)),
    ("message thread not found", lambda bot, chat: bot.send_message(chat, "x", message_thread_id=5)),
    ("query ID is invalid", lambda bot, _: bot.answer_callback_query("1")),
    ("BOT_COMMAND_INVALID", lambda bot, _: bot.set_my_commands([BotCommand(command="Меню", description="x")])),
    ("chat not found", lambda bot, _: bot.set_my_commands(
        [BotCommand(command="a", description="x")], scope=BotCommandScopeChat(chat_id=42))),
    ("An HTTPS URL must be provided", lambda bot, _: bot.set_webhook("http://example.org/")),
    ("unknown parameter", lambda bot, chat: bot(SendMessage(chat_id=chat, text="x", keyboard="x"))),
    ("unknown field", lambda bot, chat: bot.send_message(chat, "x", reply_markup=MISSPELT)),
]  # fmt: skip


@pytest.mark.parametrize(("words", "attempt"), ATTEMPTS)
async def test_it_is_refused(bot: Bot, anya: Person, words: str, attempt: Attempt) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await attempt(bot, anya.id)
    assert anya.messages == []


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, anya: Person) -> None:
    sent = await bot.send_message(anya.id, "<b>x</b>", reply_markup=one_button(callback_data="x"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_text("<b>x</b>", reply_markup=one_button(callback_data="x"))
    await sent.edit_text("<b>x</b>")
    assert anya.buttons == [], "without reply_markup the keyboard goes"


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: Bot, anya: Person) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]])
    sent = await bot.send_message(anya.id, "x", reply_markup=keyboard)
    assert anya.keyboard == [["Yes"]]
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await sent.edit_text("y")


async def test_a_persons_message_cannot_be_edited(bot: Bot, anya: Person) -> None:
    theirs = await anya.send("mine")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("yours", chat_id=anya.id, message_id=theirs.id)


async def test_who_never_wrote_cannot_be_written_to(sandbox: Sandbox, bot: Bot) -> None:
    stranger = sandbox.person("Stranger")
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await bot.send_message(stranger.id, "x")
    await stranger.send("/start")
    await bot.send_message(stranger.id, "x")


async def test_who_blocked_the_bot_cannot_be_written_to(bot: Bot, anya: Person) -> None:
    await anya.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(anya.id, "x")
    await anya.unblock()
    await bot.send_message(anya.id, "x")
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]


async def test_a_tap_is_answered_once(bot: Bot, anya: Person) -> None:
    sent = await bot.send_message(anya.id, "x", reply_markup=one_button(callback_data="x"))
    assert not (await anya.tap("A button", timeout=0.01)).answered
    assert sent.message_id == anya.last.id
    query = (await bot.get_updates())[0].callback_query
    assert query is not None
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query.id, "x" * 201)
    await bot.answer_callback_query(query.id, "once")
    with pytest.raises(TelegramBadRequest, match="query ID is invalid"):
        await bot.answer_callback_query(query.id, "twice")


async def test_another_token_is_refused(sandbox: Sandbox) -> None:
    url = sandbox.url
    other = Sandbox("2:other")
    other.url = url
    bot = connect(other)
    with pytest.raises(TelegramUnauthorizedError):
        await bot.get_me()
    await bot.session.close()


@pytest.mark.parametrize(
    "spelling",
    [
        "1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
        " 1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0\n",
        "12345:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
        "bot1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
        "1234567890%3AAAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
        "1234567890: AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
        "1234567890:AAHdqTcvCH1vGWJx\u200bfSeofSAs0K5PALDsaw0",
        '"1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"',
    ],
)
def test_a_real_token_is_not_taken_however_it_is_spelt(spelling: str) -> None:
    with pytest.raises(ValueError, match="real token"):
        Sandbox(spelling)


@pytest.mark.parametrize("nonsense", ["", "demo", "1:", ":demo", "1:two words", "1:demo/../x"])
def test_what_is_no_token_is_not_taken(nonsense: str) -> None:
    with pytest.raises(ValueError, match="made-up"):
        Sandbox(nonsense)


def test_blanks_around_a_token_do_not_belong_to_it() -> None:
    assert Sandbox(" 1:demo\n").token == "1:demo"


async def test_an_unknown_method_is_not_found(sandbox: Sandbox) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{sandbox.url}/bot1:demo/sendMassage") as answer,
    ):
        assert answer.status == 404
        assert await answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_broken_unicode_is_refused(sandbox: Sandbox, anya: Person) -> None:
    body = {"chat_id": anya.id, "text": "\ud83d"}
    async with aiohttp.ClientSession() as session:
        url = f"{sandbox.url}/bot1:demo/sendMessage"
        async with session.post(url, json=body) as answer:
            assert (await answer.json())["description"] == "Bad Request: strings must be encoded in UTF-8"

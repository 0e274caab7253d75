"""A person and a real bot talk to each other."""

from __future__ import annotations

import pytest
from aiogram import Dispatcher, F
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from sandbox.server import Sandbox, Toast
from tests.sandbox.conftest import polling


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)] for text, data in buttons]
    )


def counter() -> Dispatcher:
    """A bot with a menu and a counter."""
    dispatcher = Dispatcher()

    @dispatcher.message(Command("start"))
    async def start(message: Message) -> None:
        await message.answer(
            "<b>Menu</b>", reply_markup=keyboard(("📚 Count", "count"), ("Silence", "silence"))
        )

    @dispatcher.callback_query(F.data == "count")
    async def count(callback: CallbackQuery) -> None:
        await callback.answer("Counted", show_alert=True)
        assert isinstance(callback.message, Message)
        await callback.message.edit_text("One", reply_markup=keyboard(("📚 Count", "count2")))

    @dispatcher.message(F.text)
    async def echo(message: Message) -> None:
        await message.answer(f"You said {message.text}")

    return dispatcher


async def test_a_person_writes_and_taps(sandbox: Sandbox) -> None:
    async with polling(sandbox, counter()):
        anya = sandbox.person("Anya")
        await anya.send("/start")
        menu = await anya.expect("Menu")
        assert menu.buttons == [["📚 Count"], ["Silence"]]
        assert menu.entities == [{"type": "bold", "offset": 0, "length": 4}]

        toast = await anya.tap("Count")
        assert toast == Toast(answered=True, text="Counted", alert=True)
        edited = await anya.expect("One")
        assert edited.id == menu.id
        assert anya.screen == "One"

        await anya.send("hello")
        await anya.expect("You said hello")
        assert [message.text for message in anya.messages] == ["/start", "One", "hello", "You said hello"]


async def test_a_tap_without_an_answer_is_told(sandbox: Sandbox) -> None:
    async with polling(sandbox, counter()):
        anya = sandbox.person("Anya")
        await anya.send("/start")
        await anya.expect("Menu")
        assert await anya.tap("Silence", timeout=0.05) == Toast(answered=False)


async def test_idle_waits_for_the_bot(sandbox: Sandbox) -> None:
    async with polling(sandbox, counter()):
        people = [sandbox.person(f"Person {n}") for n in range(20)]
        for person in people:
            for _ in range(15):
                await person.send("hi")
        await sandbox.idle()
        assert [person.screen for person in people] == ["You said hi"] * 20
        assert sandbox.count("sendMessage") == 300


async def test_idle_waits_while_the_host_says_that_it_is_busy(sandbox: Sandbox) -> None:
    sandbox.busy = lambda: True
    with pytest.raises(TimeoutError, match="still at work"):
        await sandbox.idle(timeout=0.1)


async def test_an_expectation_that_fails_shows_the_screen(sandbox: Sandbox) -> None:
    async with polling(sandbox, counter()):
        anya = sandbox.person("Anya")
        await anya.send("/start")
        await anya.expect("Menu")
        with pytest.raises(AssertionError, match="screen: 'Menu'"):
            await anya.expect("Nothing of the kind", timeout=0.05)
        with pytest.raises(AssertionError, match="no button 'Fly'"):
            await anya.tap("Fly")

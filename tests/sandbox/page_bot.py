"""A small bot that shows everything the chat page can draw."""

from __future__ import annotations

import asyncio

from aiogram import Bot, Dispatcher, F
from aiogram.filters import Command, CommandObject
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)

# A picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
RICH = (
    "🏭🌾 <b>Сварка</b>, <i>курсив</i>, <u>черта</u>, <s>зачёркнуто</s>, <code>код</code> 👩‍🔧 "
    "<tg-spoiler>секрет</tg-spoiler>\n<pre>строка\nещё строка</pre>\n<blockquote>цитата</blockquote>\n"
    '<a href="https://t.me/demo_bot?start=act_W1">Карточка</a>, &lt;script&gt;window.hacked = 1&lt;/script&gt;'
)


def menu_bot(released: asyncio.Event) -> Dispatcher:
    """A bot that shows everything the page can draw; «Ждать» is answered when ``released`` is set."""
    dispatcher = Dispatcher()

    @dispatcher.message(Command("start"))
    async def start(message: Message, command: CommandObject) -> None:
        rows = [
            [InlineKeyboardButton(text="Подсказка", callback_data="toast")],
            [InlineKeyboardButton(text="Окно", callback_data="alert")],
            [InlineKeyboardButton(text="Дальше", callback_data="edit:1")],
            [InlineKeyboardButton(text="Ждать", callback_data="wait")],
            [
                InlineKeyboardButton(text="Открыть", url="https://t.me/demo_bot?start=act_W2"),
                InlineKeyboardButton(text="Поделиться", switch_inline_query="сварка"),
                InlineKeyboardButton(text="Код", copy_text=CopyTextButton(text="W-1")),
            ],
        ]
        share = "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fdemo_bot%3Fstart%3Dact_W3&text=Смотри"
        rows.append([InlineKeyboardButton(text="Позвать", url=share)])
        markup = InlineKeyboardMarkup(inline_keyboard=rows)
        await message.answer(f"Меню {command.args or ''}".strip(), reply_markup=markup)

    @dispatcher.callback_query(F.data == "toast")
    async def toast(query: CallbackQuery) -> None:
        await query.answer("Место за вами")

    @dispatcher.callback_query(F.data == "alert")
    async def alert(query: CallbackQuery) -> None:
        await query.answer("Мест больше нет", show_alert=True)

    @dispatcher.callback_query(F.data == "wait")
    async def wait(query: CallbackQuery) -> None:
        await released.wait()
        await query.answer("Дождались")

    @dispatcher.callback_query(F.data.startswith("edit:"))
    async def edit(query: CallbackQuery) -> None:
        page = int(str(query.data).removeprefix("edit:"))
        rows = [[InlineKeyboardButton(text="Дальше", callback_data=f"edit:{page + 1}")]]
        assert isinstance(query.message, Message)
        await query.message.edit_text(
            f"Страница {page}", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows)
        )
        await query.answer()

    add_talk(dispatcher)
    return dispatcher


def add_talk(dispatcher: Dispatcher) -> None:
    """Commands that show one thing each, and answers to what people send."""

    @dispatcher.message(Command("rich"))
    async def rich(message: Message) -> None:
        await message.answer(RICH)

    @dispatcher.message(Command("keys"))
    async def keys(message: Message) -> None:
        rows = [
            [
                KeyboardButton(text="Где я", request_location=True),
                KeyboardButton(text="Мой номер", request_contact=True),
            ],
            [KeyboardButton(text="Ученик")],
        ]
        await message.answer(
            "Выберите", reply_markup=ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True)
        )

    @dispatcher.message(Command("media"))
    async def media(message: Message) -> None:
        await message.answer_photo(BufferedInputFile(PIXEL, "pixel.png"), caption="Схема прохода")
        await message.answer_document(BufferedInputFile(b"x" * 2048, "запись.ics"))
        await message.answer_venue(44.636, 40.736, "УПК «Лабинский»", "ул. Примерная, 5")

    @dispatcher.message(Command("think"))
    async def think(message: Message, bot: Bot) -> None:
        await bot.send_chat_action(message.chat.id, "typing")

    @dispatcher.message(Command("gone"))
    async def gone(message: Message) -> None:
        await (await message.answer("Это исчезнет")).delete()

    @dispatcher.message(F.location)
    async def location(message: Message) -> None:
        assert message.location
        await message.answer(f"Широта {message.location.latitude}")

    @dispatcher.message(F.contact)
    async def contact(message: Message) -> None:
        assert message.contact
        await message.answer(f"Номер {message.contact.phone_number}")

    @dispatcher.message(F.document)
    async def document(message: Message) -> None:
        assert message.document
        await message.answer(f"Файл {message.document.file_name}, подпись {message.caption}")

    @dispatcher.inline_query()
    async def inline(query: InlineQuery) -> None:
        content = InputTextMessageContent(message_text=f"Карточка: {query.query}")
        article = InlineQueryResultArticle(
            id="1",
            title=f"Нашлось: {query.query}",
            description="Лабинск, 5 мест",
            input_message_content=content,
        )
        await query.answer([article], cache_time=0)

    @dispatcher.edited_message()
    async def edited(message: Message) -> None:
        await message.answer(f"Исправлено: {message.text}")

    @dispatcher.message()
    async def echo(message: Message) -> None:
        answered = f" в ответ на {message.reply_to_message.text}" if message.reply_to_message else ""
        kind = "Переслано" if message.forward_origin else "Сказано"
        await message.answer(f"{kind}{answered}: {message.text}", parse_mode=None)

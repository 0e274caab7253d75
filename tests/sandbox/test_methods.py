"""Methods with behaviour: messages of all kinds, groups and topics, commands, inline mode."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BufferedInputFile,
    CallbackQuery,
    ChosenInlineResult,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputMediaDocument,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    MessageOriginUser,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from sandbox.methods.profile import commands_for
from sandbox.people import ONE_PIXEL
from sandbox.refusal import Impossible
from sandbox.server import Person, Sandbox
from tests.sandbox.conftest import polling

PICTURE = BufferedInputFile(ONE_PIXEL, "picture.png")


@pytest.fixture
def anya(sandbox: Sandbox) -> Person:
    return sandbox.person("Anya", known=True)


async def test_a_place_on_the_map(bot: Bot, anya: Person) -> None:
    sent = await bot.send_venue(anya.id, 45.04, 38.97, "Workshop", "Red street 1")
    assert sent.venue is not None
    assert (sent.venue.title, sent.venue.location.latitude) == ("Workshop", 45.04)


async def test_photos_albums_and_their_captions(bot: Bot, anya: Person) -> None:
    photo = await bot.send_photo(anya.id, PICTURE, caption="<i>one</i>")
    assert photo.photo is not None
    assert (photo.photo[-1].width, photo.caption) == (1, "one")
    await photo.edit_caption(caption="two")
    assert anya.last.text == "two"
    await photo.edit_media(InputMediaDocument(media=BufferedInputFile(b"x", "a.txt"), caption="three"))
    assert anya.last.file is not None
    assert (anya.last.file.name, anya.last.text) == ("a.txt", "three")
    album = await bot.send_media_group(
        anya.id,
        [InputMediaPhoto(media=PICTURE, caption="first"), InputMediaPhoto(media=photo.photo[-1].file_id)],
    )
    assert len({message.media_group_id for message in album}) == 1
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await album[0].edit_text("x")
    await bot.send_sticker(anya.id, PICTURE)
    await bot.send_contact(anya.id, "+7", "Boris")
    assert (await bot.send_dice(anya.id)).dice is not None
    poll = await bot.send_poll(anya.id, "Which?", ["a", "b"])
    assert (await bot.stop_poll(anya.id, poll.message_id)).is_closed


async def test_copies_and_forwards(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    boris = sandbox.person("Boris", known=True)
    question = await anya.send("a question")
    await bot.forward_message(boris.id, anya.id, question.id)
    assert boris.last.raw["forward_origin"]["sender_user"]["first_name"] == "Anya"
    await bot.copy_message(boris.id, anya.id, question.id)
    assert (boris.last.text, "forward_origin" in boris.last.raw) == ("a question", False)
    photo = await bot.send_photo(anya.id, PICTURE, caption="old")
    await bot.copy_message(boris.id, anya.id, photo.message_id, caption="new")
    assert boris.last.text == "new"
    ids = [question.id, photo.message_id]
    assert len(await bot.copy_messages(boris.id, anya.id, ids)) == 2
    assert len(await bot.forward_messages(boris.id, anya.id, ids)) == 2
    assert "forward_origin" in boris.last.raw
    secret = await bot.send_message(anya.id, "secret", protect_content=True)
    with pytest.raises(TelegramBadRequest, match="can't be forwarded"):
        await bot.forward_message(boris.id, anya.id, secret.message_id)


async def test_a_person_forwards_a_card_without_its_buttons(bot: Bot, sandbox: Sandbox, anya: Person) -> None:
    button = InlineKeyboardButton(text="Tap", callback_data="x")
    await bot.send_message(anya.id, "card", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    boris = sandbox.person("Boris")
    forwarded = await boris.forward(anya.last)
    assert forwarded.buttons == []
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert isinstance(message.forward_origin, MessageOriginUser)
    assert message.forward_origin.sender_user.is_bot


async def test_replies_pins_reactions_and_deletions(bot: Bot, anya: Person) -> None:
    question = await anya.send("question")
    answer = await bot.send_message(anya.id, "answer", reply_to_message_id=question.id)
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "question"
    await bot.set_message_reaction(anya.id, question.id, [ReactionTypeEmoji(emoji="👍")])
    await answer.pin()
    assert (await bot.get_chat(anya.id)).pinned_message is not None
    await answer.unpin()
    await bot.delete_messages(anya.id, [answer.message_id, 999])
    assert anya.message(answer.message_id) is None
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await answer.edit_text("x")


async def test_old_messages_cannot_be_deleted() -> None:
    moment = [1_000_000.0]
    sandbox = Sandbox(now=lambda: moment[0])
    async with sandbox.running() as url:
        del url
        anya = sandbox.person("Anya", known=True)
        async with polling(sandbox, Dispatcher()) as bot:
            sent = await bot.send_message(anya.id, "x")
            moment[0] += 48 * 3600 + 1
            with pytest.raises(TelegramBadRequest, match="can't be deleted for everyone"):
                await sent.delete()


async def test_a_reply_keyboard_shares_what_it_asks_for(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    keyboard = ReplyKeyboardMarkup(
        keyboard=[
            [KeyboardButton(text="📍 Where I am", request_location=True)],
            [KeyboardButton(text="My number", request_contact=True), KeyboardButton(text="Just text")],
        ]
    )
    await bot.send_message(anya.id, "x", reply_markup=keyboard)
    for words in ("Where I am", "My number", "Just text"):
        await anya.tap(words)
    messages = [update.message for update in await bot.get_updates()]
    assert [message.content_type for message in messages if message] == ["location", "contact", "text"]
    await bot.send_message(anya.id, "x", reply_markup=ReplyKeyboardRemove())
    assert anya.keyboard == []


async def test_a_group_with_topics(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    boris = sandbox.person("Boris")
    group = sandbox.group("Coordinators", topics=True, members=[anya, boris])
    joined = (await bot.get_updates())[0].my_chat_member
    assert joined is not None
    assert joined.new_chat_member.status == "administrator"

    topic = await bot.create_forum_topic(group.id, "Questions of Anya")
    assert group.topics == {topic.message_thread_id: "Questions of Anya"}
    await bot.send_message(group.id, "a question", message_thread_id=topic.message_thread_id)
    seat = boris.within(group, topic.message_thread_id)
    assert seat.screen == "a question"
    await seat.send("an answer", reply_to=seat.last)
    message = (await bot.get_updates(offset=2))[0].message
    assert message is not None
    assert (message.message_thread_id, message.is_topic_message) == (topic.message_thread_id, True)
    assert message.from_user is not None
    assert (message.from_user.first_name, message.chat.is_forum) == ("Boris", True)

    await bot.close_forum_topic(group.id, topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(group.id, "late", message_thread_id=topic.message_thread_id)
    await bot.reopen_forum_topic(group.id, topic.message_thread_id)
    await bot.edit_forum_topic(group.id, topic.message_thread_id, name="Other")
    await bot.delete_forum_topic(group.id, topic.message_thread_id)
    assert group.topics == {}
    assert (await bot.get_chat_member(group.id, anya.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, boris.id)).status == "member"
    assert await bot.get_chat_member_count(group.id) == 3
    group.remove_bot(anya)
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_a_channel_posts(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    channel = sandbox.channel("News", members=[anya])
    await channel.post("hello")
    post = (await bot.get_updates(offset=2))[0].channel_post
    assert post is not None
    assert (post.text, post.chat.type, post.from_user) == ("hello", "channel", None)


async def test_commands_by_scope_and_language(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    await bot.set_my_commands([BotCommand(command="start", description="Start")])
    menu = [BotCommand(command="menu", description="Меню")]
    await bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code="ru")
    await bot.set_my_commands(
        [BotCommand(command="admin", description="x")], scope=BotCommandScopeChat(chat_id=anya.id)
    )
    seen = [
        [command["command"] for command in commands_for(sandbox.world, chat, language)]
        for chat, language in ((0, "ru"), (0, "en"), (anya.id, "ru"))
    ]
    assert seen == [["menu"], ["start"], ["admin"]]
    await bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="ru")
    assert await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="ru") == []
    assert [command["command"] for command in commands_for(sandbox.world)] == ["start"]


async def test_what_a_bot_says_of_itself(bot: Bot) -> None:
    assert (await bot.get_me()).username == "demo_bot"
    await bot.set_my_description("About", language_code="ru")
    await bot.set_my_short_description("Short")
    assert (await bot.get_my_description(language_code="ru")).description == "About"
    assert (await bot.get_my_short_description(language_code="ru")).short_description == "Short"
    assert (await bot.get_my_name()).name == "Demo bot"
    assert (await bot.get_chat_menu_button()).type == "commands"


def inline_bot() -> tuple[Dispatcher, list[ChosenInlineResult]]:
    """Offers one card with a button; remembers what was chosen; changes a chosen card at a tap."""
    dispatcher = Dispatcher()
    chosen: list[ChosenInlineResult] = []

    @dispatcher.inline_query()
    async def offer(query: InlineQuery) -> None:
        button = InlineKeyboardButton(text="Tap", callback_data="tap")
        card = InlineQueryResultArticle(
            id="1",
            title=query.query,
            input_message_content=InputTextMessageContent(message_text=f"<b>{query.query}</b>"),
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        )
        await query.answer(
            [card], next_offset="20", button=InlineQueryResultsButton(text="Open", start_parameter="a_1")
        )

    @dispatcher.chosen_inline_result()
    async def remember(result: ChosenInlineResult) -> None:
        chosen.append(result)

    @dispatcher.callback_query()
    async def change(callback: CallbackQuery, bot: Bot) -> None:
        await callback.answer()
        await bot.edit_message_text("changed", inline_message_id=callback.inline_message_id)

    @dispatcher.message()
    async def ignore(message: Message) -> None:
        assert message.via_bot is None or message.text == "welding"

    return dispatcher, chosen


async def test_inline_mode(sandbox: Sandbox, anya: Person) -> None:
    dispatcher, chosen = inline_bot()
    async with polling(sandbox, dispatcher):
        answer = await anya.inline("welding")
        assert [result["title"] for result in answer.results] == ["welding"]
        assert (answer.next_offset, answer.button) == ("20", {"text": "Open", "start_parameter": "a_1"})
        message = await anya.choose("1", "welding")
        assert (message.text, message.raw["via_bot"]["username"]) == ("welding", "demo_bot")
        toast = await anya.tap("Tap")
        assert toast.answered
        await sandbox.idle()
        changed = anya.message(message.id)
        assert changed is not None
        assert changed.text == "changed"
        assert [result.query for result in chosen] == ["welding"]


async def test_links_to_the_bot_start_it(bot: Bot, anya: Person) -> None:
    message = await anya.follow("https://t.me/demo_bot?start=act_7")
    assert message.text == "/start act_7"
    with pytest.raises(Impossible):
        await anya.follow("https://t.me/other_bot?start=act_7")


async def test_typing_is_seen_until_the_message_comes(sandbox: Sandbox, bot: Bot, anya: Person) -> None:
    chat = sandbox.world.chats[anya.id]
    await bot.send_chat_action(anya.id, "typing")
    assert chat.typing_until > asyncio.get_running_loop().time()
    await bot.send_message(anya.id, "x")
    assert chat.typing_until == 0


async def test_message_ids_of_private_chats_are_one_sequence_and_a_groups_its_own(
    sandbox: Sandbox, bot: Bot, anya: Person
) -> None:
    boris = sandbox.person("Boris", known=True)
    group = sandbox.group("Group", members=[anya])
    sent = [await bot.send_message(chat, "x") for chat in (anya.id, boris.id, group.id, anya.id)]
    assert [message.message_id for message in sent] == [1, 2, 1, 3]

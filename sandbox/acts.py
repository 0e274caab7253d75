"""What people do: each act changes the chat and queues the update that tells the bot."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from sandbox.decode import Upload
from sandbox.keyboards import buttons, find_button
from sandbox.membership import Membership
from sandbox.methods.chats import person_as_member
from sandbox.methods.media import album_mark, described, store
from sandbox.methods.messages import content_of, origin_of
from sandbox.methods.queries import inline_content
from sandbox.methods.topics import add_topic
from sandbox.refusal import Impossible
from sandbox.state import Chat, World
from sandbox.typed import as_typed
from sandbox.wire import Json

ANSWER_SECONDS = 10.0
LARGEST_ALBUM = 10
ANONYMOUS_ADMIN = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
ANONYMOUS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""Whom Telegram names as the sender where it hides who it was."""
_START_LINK = re.compile(r"(?:https?://)?t\.me/(?P<bot>\w+)/?\?start(?:group)?=(?P<payload>[\w-]*)$")


@dataclass(frozen=True, slots=True)
class Toast:
    """What came of a tap: the bot's answer to it, or ``answered=False`` when none came in time."""

    answered: bool
    text: str = ""
    alert: bool = False
    url: str = ""

    def as_json(self) -> Json:
        return {"answered": self.answered, "text": self.text, "alert": self.alert, "url": self.url}


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What the bot answered to an inline query."""

    results: list[Json]
    next_offset: str = ""
    button: Json | None = None


class Acts(Membership):
    """Acts of people in the chats of one world. ``person`` is whose act it is, ``chat`` is where."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._results: dict[tuple[int, str], Json] = {}

    def place(self, chat_id: int, person: int | None = None) -> tuple[Chat, int]:
        """A chat and who acts in it: in a private chat its owner, in a group who is named or its first member."""
        chat = self._world.chats.get(chat_id)
        if chat is None:
            raise Impossible(f"no chat {chat_id}")
        if chat.is_private:
            return chat, chat.id
        actor = person if person is not None else (chat.members[0] if chat.members else 0)
        if actor not in self._world.people:
            raise Impossible(f"no person {actor}")
        return chat, actor

    def _say(self, chat: Chat, person: int, content: Json, thread: int | None = None) -> Json:
        if thread:
            if thread not in chat.topics:
                raise Impossible(f"no topic {thread}")
            content = {**content, "message_thread_id": thread, "is_topic_message": True}
        if chat.is_private and chat.blocked:
            self.unblock(chat)
        chat.known = True
        message = self._world.post(chat, self._world.people[person], content)
        if chat.with_bot:
            self._world.updates.push("message", message)
        return message

    def text(
        self, chat: Chat, person: int, text: str, reply_to: int | None = None, thread: int | None = None
    ) -> Json:
        """A text message; commands, links and typed ``**marks**`` become what Telegram makes of them."""
        shown, entities = as_typed(text)
        if not shown:
            raise Impossible("an empty message cannot be sent", 400)
        content: Json = {"text": shown}
        if entities:
            content["entities"] = entities
        if reply_to is not None:
            replied = self._message(chat, reply_to)
            replied.pop("reply_to_message", None)
            content["reply_to_message"] = replied
        keyboard = chat.reply_keyboard
        if keyboard and keyboard.get("one_time_keyboard") and find_button(keyboard["keyboard"], shown):
            chat.reply_keyboard = None
        return self._say(chat, person, content, thread)

    def nameless(self, chat: Chat, text: str, thread: int | None, speaks_for: Chat) -> Json:
        """In a group, in its own name as an anonymous administrator, or in the name of a channel."""
        sender = ANONYMOUS_ADMIN if speaks_for is chat else ANONYMOUS_CHANNEL
        content: Json = {"text": text, "sender_chat": speaks_for.card}
        if thread is not None:
            content |= {"message_thread_id": thread, "is_topic_message": True}
        message = self._world.post(chat, sender, content)
        self._world.updates.push("message", message)
        return message

    def post_in_channel(self, chat: Chat, text: str) -> Json:
        shown, entities = as_typed(text)
        content: Json = {"text": shown, "entities": entities} if entities else {"text": shown}
        message = self._world.post(chat, None, content)
        self._world.updates.push("channel_post", message)
        return message

    def _message(self, chat: Chat, message_id: int) -> Json:
        message = chat.message(message_id)
        if message is None:
            raise Impossible(f"no message {message_id} in chat {chat.id}")
        return message

    # taps

    def button(
        self,
        chat: Chat,
        message_id: int,
        *,
        row: int | None = None,
        column: int | None = None,
        data: str | None = None,
        text: str | None = None,
    ) -> Json:
        """A button that is really there, by its place, its data or its words."""
        rows: list[list[Json]] = (
            self._message(chat, message_id).get("reply_markup", {}).get("inline_keyboard", [])
        )
        if text is not None:
            found = find_button(rows, text)
        elif data is not None:
            found = next((button for button in buttons(rows) if button.get("callback_data") == data), None)
        else:
            try:
                found = rows[row or 0][column or 0] if (row or 0) >= 0 and (column or 0) >= 0 else None
            except IndexError:
                found = None
        if found is None:
            raise Impossible(f"no such button under message {message_id}")
        return found

    async def tap(
        self, chat: Chat, person: int, message_id: int, button: Json, seconds: float = ANSWER_SECONDS
    ) -> Toast:
        """Taps an inline button and waits for the bot's answer; a link only tells where it leads."""
        if "callback_data" not in button:
            link = button.get("url") or button.get("web_app", {}).get("url", "")
            return Toast(answered=True, url=link)
        return await self.tap_raw(chat, person, message_id, button["callback_data"], seconds)

    async def tap_raw(
        self, chat: Chat, person: int, message_id: int, data: str, seconds: float = ANSWER_SECONDS
    ) -> Toast:
        """Sends any callback data, as a hostile client can, and waits for the bot's answer."""
        query = self._world.open_query(person, chat.id)
        callback: Json = {
            "id": query.id,
            "from": self._world.people[person],
            "chat_instance": str(chat.id),
            "data": data,
        }
        message = chat.message(message_id)
        inline_id = f"inline-{chat.id}-{message_id}"
        if inline_id in self._world.inline_messages:
            callback["inline_message_id"] = inline_id
        else:
            gone: Json = {"chat": chat.card, "message_id": message_id, "date": 0}
            callback["message"] = message if message is not None else gone
        self._world.updates.push("callback_query", callback)
        try:
            answer = await asyncio.wait_for(asyncio.shield(query.answered), seconds)
        except TimeoutError:
            return Toast(answered=False)
        return Toast(answered=True, **answer)

    # other messages

    def contact(self, chat: Chat, person: int, phone: str = "+79180000000") -> Json:
        user = self._world.people[person]
        contact = {"phone_number": phone, "first_name": user["first_name"], "user_id": person}
        self._one_time_used(chat)
        return self._say(chat, person, {"contact": contact})

    def location(self, chat: Chat, person: int, latitude: float, longitude: float) -> Json:
        self._one_time_used(chat)
        return self._say(chat, person, {"location": {"latitude": latitude, "longitude": longitude}})

    def web_app_data(self, chat: Chat, person: int, button_text: str, data: str) -> Json:
        return self._say(chat, person, {"web_app_data": {"button_text": button_text, "data": data}})

    @staticmethod
    def _one_time_used(chat: Chat) -> None:
        if chat.reply_keyboard and chat.reply_keyboard.get("one_time_keyboard"):
            chat.reply_keyboard = None

    def file(
        self, chat: Chat, person: int, kind: str, upload: Upload, caption: str = "", thread: int | None = None
    ) -> Json:
        """A photo, document, sticker, voice message and so on."""
        return self.album(chat, person, kind, [upload], caption, thread)[0]

    def album(
        self,
        chat: Chat,
        person: int,
        kind: str,
        uploads: list[Upload],
        caption: str = "",
        thread: int | None = None,
    ) -> list[Json]:
        """Several photos or documents together: a message each, the caption under the first."""
        if not 1 <= len(uploads) <= LARGEST_ALBUM:
            raise Impossible(f"an album has at most {LARGEST_ALBUM} files", 400)
        contents = [described(kind, store(self._world, kind, upload), {}) for upload in uploads]
        if caption:
            contents[0]["caption"], entities = as_typed(caption)
            if entities:
                contents[0]["caption_entities"] = entities
        if len(contents) > 1:
            contents = [{**content, "media_group_id": album_mark(contents[0])} for content in contents]
        return [self._say(chat, person, content, thread) for content in contents]

    def forward(self, chat: Chat, person: int, source: Chat, message_id: int) -> Json:
        """Forwards a message; its callback buttons stay behind, links go along."""
        message = self._message(source, message_id)
        if message.get("has_protected_content"):
            raise Impossible("the message is protected from forwarding", 400)
        content = {**content_of(message), "forward_origin": origin_of(message)}
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        if rows and all("url" in button for button in buttons(rows)):
            content["reply_markup"] = {"inline_keyboard": rows}
        return self._say(chat, person, content)

    def forward_nameless(self, chat: Chat, person: int, text: str) -> Json:
        """Telegram sends no name of whoever hid it long ago, although its reference says that there is one."""
        origin = {"type": "hidden_user", "date": 0}
        return self._say(chat, person, {"text": text, "forward_origin": origin})

    def edit(self, chat: Chat, person: int, message_id: int, text: str) -> Json:
        """Changes a person's own message."""
        message = self._message(chat, message_id)
        if message.get("from", {}).get("id") != person or "text" not in message:
            raise Impossible("only one's own text can be edited", 400)
        shown, entities = as_typed(text)
        message["text"] = shown
        message.pop("entities", None)
        if entities:
            message["entities"] = entities
        message["edit_date"] = int(self._world.now())
        self._world.keep(chat, message)
        self._world.updates.push("edited_message", message)
        return message

    def react(self, chat: Chat, person: int, message_id: int, emoji: str) -> None:
        """Puts a reaction; the bot hears of it only if it asked for ``message_reaction``."""
        self._message(chat, message_id)
        change = {
            "chat": chat.card,
            "message_id": message_id,
            "user": self._world.people[person],
            "date": int(self._world.now()),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}],
        }
        self._world.updates.push("message_reaction", change)

    # membership, as far as it is said in the chat

    def join(self, chat: Chat, person: int) -> None:
        """A person comes into a group."""
        old = person_as_member(self._world, chat, person)
        chat.members.append(person)
        user = self._world.people[person]
        change = {
            "chat": chat.card,
            "from": user,
            "date": int(self._world.now()),
            "old_chat_member": old,
            "new_chat_member": person_as_member(self._world, chat, person),
        }
        self._world.updates.push("chat_member", change)
        self._say(chat, person, {"new_chat_members": [user]})

    def new_topic(self, chat: Chat, person: int, name: str) -> int:
        """A person makes a topic in a forum group; returns its id."""
        topic = add_topic(self._world, chat, self._world.people[person], name)
        message = chat.message(topic["message_thread_id"])
        self._world.updates.push("message", message)
        return int(topic["message_thread_id"])

    # inline mode

    async def inline(
        self, person: int, query: str, offset: str = "", seconds: float = ANSWER_SECONDS
    ) -> InlineAnswer:
        """Types ``@bot query`` in some chat and waits for the results."""
        if person not in self._world.people:
            raise Impossible(f"no person {person}")
        opened = self._world.open_query(person, person)
        inline_query = {
            "id": opened.id,
            "from": self._world.people[person],
            "query": query,
            "offset": offset,
            "chat_type": "private",
        }
        self._world.updates.push("inline_query", inline_query)
        try:
            answer = await asyncio.wait_for(asyncio.shield(opened.answered), seconds)
        except TimeoutError:
            raise Impossible("the bot did not answer the inline query", 504) from None
        for result in answer["results"]:
            self._results[person, result["id"]] = result
        return InlineAnswer(answer["results"], answer["next_offset"], answer.get("button"))

    def choose(self, person: int, chat: Chat, result_id: str, query: str = "") -> Json:
        """Sends a result of an inline query into the chat. The bot sees the message only where it is itself."""
        result = self._results.get((person, result_id))
        if result is None:
            raise Impossible(f"no inline result {result_id}")
        content = {**inline_content(self._world, result), "via_bot": self._world.bot}
        markup = result.get("reply_markup")
        if markup:
            content["reply_markup"] = markup
        message = self._world.post(chat, self._world.people[person], content)
        chosen: Json = {"result_id": result_id, "from": self._world.people[person], "query": query}
        if markup:
            chosen["inline_message_id"] = self._world.inline_message_id(chat, message["message_id"])
        self._world.updates.push("chosen_inline_result", chosen)
        chat.known = True
        self._world.updates.push("message", message)
        return message

    # links

    def follow(self, person: int, url: str) -> Json:
        """Opens a ``t.me/<bot>?start=…`` link: the person sends ``/start …`` to the bot."""
        found = _START_LINK.match(url)
        if found is None or found["bot"].lower() != str(self._world.bot["username"]).lower():
            raise Impossible(f"{url} does not open this bot", 400)
        payload = found["payload"]
        return self.text(self._world.chats[person], person, f"/start {payload}".strip())

"""Everything the server knows: people, chats, messages, updates, files. In memory, capped."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.calls import CallLog
from sandbox.files import FileStore
from sandbox.pulse import Pulse
from sandbox.refusal import bad_request, forbidden
from sandbox.updates import UpdateQueue
from sandbox.wire import Json, dump, load

FIRST_PERSON = 100_001
FIRST_GROUP = -1_001_000_000_001
MESSAGES_PER_CHAT = 300
TYPING_SECONDS = 5.0


@dataclass(slots=True)
class Toast:
    """What a person saw after a tap."""

    id: int
    text: str
    alert: bool


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's), a group or a channel."""

    id: int
    card: Json
    """Telegram's Chat JSON, as it stands in messages."""
    members: list[int]
    known: bool = True
    """Whether the person has written to the bot: before that it may not write to them."""
    blocked: bool = False
    with_bot: bool = True
    messages: dict[int, bytes] = field(default_factory=dict)
    """Message JSON by id, oldest first; bytes, so that nobody changes history."""
    touched: dict[int, int] = field(default_factory=dict)
    """The chat's version at which a message was last new or changed."""
    deleted: set[int] = field(default_factory=set)
    uneditable: set[int] = field(default_factory=set)
    """The bot's messages that carry a reply keyboard: Telegram lets nobody edit them."""
    topics: dict[int, Json] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    last_id: int = 0
    version: int = 0
    unread: int = 0
    last_text: str = ""
    last_at: int = 0
    typing_until: float = 0.0
    toasts: deque[Toast] = field(default_factory=lambda: deque(maxlen=5))
    reply_keyboard: Json | None = None
    changed: Pulse = field(default_factory=Pulse)

    @property
    def is_private(self) -> bool:
        return self.id > 0

    def touch(self) -> None:
        """Something in the chat is new: its version grows and those who watch it wake."""
        self.version += 1
        self.changed.fire()

    def message(self, message_id: int) -> Json | None:
        """A fresh copy of a message that is there and not deleted."""
        data = self.messages.get(message_id)
        return None if data is None or message_id in self.deleted else load(data)

    def newest_first(self) -> Iterator[Json]:
        """Messages that are not deleted."""
        for message_id in reversed(tuple(self.messages)):
            if message_id not in self.deleted:
                yield load(self.messages[message_id])


@dataclass(slots=True)
class Query:
    """A tap or an inline query that waits for the bot's answer."""

    id: str
    person: int
    chat: int
    answered: asyncio.Future[Json]


class World:
    """The state, and the few changes to it that keep its parts in step."""

    def __init__(
        self,
        bot: Json,
        now: Callable[[], float],
        history: int,
        accept_unknown: bool = False,
        unseen: range = range(0),
    ) -> None:
        self.bot = bot
        self.now = now
        """Unix time in seconds that messages are dated with."""
        self.accept_unknown = accept_unknown
        self.unseen = unseen
        """Ids of people whom nobody can be: they are there for the bot to write to."""
        self.changed = Pulse()
        """Fires when updates or requests come and go."""
        self.updates = UpdateQueue(self.changed)
        self.calls = CallLog(history)
        self._history = history
        self._last_query = 0
        self._last_person = FIRST_PERSON - 1
        self._last_group = FIRST_GROUP + 1
        self._last_toast = 0
        self._last_private_message = 0
        self.settings: dict[str, Any] = {}
        """What setMy… methods stored, by a key of their own."""
        self.webhook: Json = {}
        self._forget()

    def _forget(self) -> None:
        self.people: dict[int, Json] = {}
        self.notes: dict[int, str] = {}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.queries: dict[str, Query] = {}
        self.inline_messages: dict[str, tuple[int, int]] = {}
        self._order: deque[tuple[Chat, int]] = deque()

    def reset(self) -> None:
        """Forgets people, chats, files, calls and waiting updates. Ids of everything go on."""
        watching = list(self.chats.values())
        self._forget()
        self.calls.clear()
        self.updates.clear()
        for chat in watching:
            chat.touch()

    # people and chats

    def add_person(
        self, first_name: str, *, person_id: int | None = None, username: str = "", note: str = "",
        language: str = "ru", known: bool = False,
    ) -> Json:  # fmt: skip
        if person_id is None:
            person_id = self._free_person_id()
        user: Json = {"id": person_id, "is_bot": False, "first_name": first_name, "language_code": language}
        if username:
            user["username"] = username
        self.people[person_id] = user
        self.notes[person_id] = note
        card: Json = {"id": person_id, "type": "private", "first_name": first_name}
        if username:
            card["username"] = username
        self.chats[person_id] = Chat(person_id, card, [person_id], known=known)
        return user

    def _free_person_id(self) -> int:
        self._last_person += 1
        while self._last_person in self.people:
            self._last_person += 1
        return self._last_person

    def add_group(self, title: str, kind: str, members: list[int], *, topics: bool = False) -> Chat:
        """A supergroup or a channel with the bot in it as an administrator."""
        self._last_group -= 1
        card: Json = {"id": self._last_group, "type": kind, "title": title}
        if topics:
            card["is_forum"] = True
        chat = Chat(self._last_group, card, list(members))
        self.chats[chat.id] = chat
        return chat

    def chat(self, chat_id: int | str) -> Chat:
        """The chat of an id or an @username; refuses an unknown one."""
        if isinstance(chat_id, str):
            for chat in self.chats.values():
                if chat_id.startswith("@") and chat.card.get("username") == chat_id[1:]:
                    return chat
            raise bad_request("chat not found")
        found = self.chats.get(chat_id)
        if found is None and (chat_id in self.unseen or (self.accept_unknown and chat_id > 0)):
            self.add_person(f"№ {chat_id}", person_id=chat_id, known=True)
            found = self.chats[chat_id]
        if found is None:
            raise bad_request("chat not found")
        return found

    def writable(self, chat_id: int | str) -> Chat:
        """A chat the bot may write to; refuses as Telegram does when it may not."""
        chat = self.chat(chat_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.known:
            raise forbidden("bot can't initiate conversation with a user")
        if not chat.with_bot:
            raise forbidden(f"bot was kicked from the {chat.card['type']} chat")
        return chat

    # messages

    def post(self, chat: Chat, sender: Json | None, content: Json) -> Json:
        """A new message in the chat; returns it."""
        message: Json = {"message_id": self._message_id(chat), "date": int(self.now()), "chat": chat.card}
        if sender is not None:
            message["from"] = sender
        if chat.card["type"] == "channel":
            message["sender_chat"] = chat.card
        message.update(content)
        self.keep(chat, message)
        chat.last_text = summary(message)
        chat.last_at = message["date"]
        if sender is self.bot:
            chat.unread += 1
            chat.typing_until = 0.0
        return message

    def _message_id(self, chat: Chat) -> int:
        # private chats share one sequence and supergroups have their own, as in Telegram
        if chat.is_private:
            self._last_private_message += 1
            return self._last_private_message
        chat.last_id += 1
        return chat.last_id

    def keep(self, chat: Chat, message: Json) -> bytes:
        """Stores a new or changed message; the oldest messages go when there are too many."""
        message_id: int = message["message_id"]
        data = dump(message)
        if message_id not in chat.messages:
            self._order.append((chat, message_id))
            if len(chat.messages) >= MESSAGES_PER_CHAT:
                self._drop(chat, next(iter(chat.messages)))
            if len(self._order) > self._history:
                self._drop(*self._order.popleft())
        chat.messages[message_id] = data
        chat.touched[message_id] = chat.version + 1
        chat.touch()
        return data

    @staticmethod
    def _drop(chat: Chat, message_id: int) -> None:
        chat.messages.pop(message_id, None)
        chat.touched.pop(message_id, None)
        chat.deleted.discard(message_id)
        chat.uneditable.discard(message_id)

    def delete(self, chat: Chat, message_id: int) -> None:
        chat.deleted.add(message_id)
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        chat.touched[message_id] = chat.version + 1
        chat.touch()

    # queries

    def open_query(self, person: int, chat: int) -> Query:
        """A new query; the bot answers it once."""
        self._last_query += 1
        query = Query(f"{self._last_query:019}", person, chat, asyncio.get_running_loop().create_future())
        self.queries[query.id] = query
        if len(self.queries) > self._history:
            del self.queries[next(iter(self.queries))]
        return query

    def close_query(self, query_id: str, answer: Json) -> Query:
        """Hands the bot's answer to whoever waits; refuses an unknown query and one that was answered."""
        query = self.queries.pop(query_id, None)
        if query is None:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if not query.answered.done():
            query.answered.set_result(answer)
        return query

    def toast(self, chat_id: int, text: str, *, alert: bool) -> None:
        chat = self.chats.get(chat_id)
        if chat is not None and text:
            self._last_toast += 1
            chat.toasts.append(Toast(self._last_toast, text, alert))
            chat.touch()

    def inline_message_id(self, chat: Chat, message_id: int) -> str:
        key = f"inline-{chat.id}-{message_id}"
        self.inline_messages[key] = (chat.id, message_id)
        return key


def summary(message: Json) -> str:
    """One line about a message, for lists of chats."""
    text = message.get("text") or message.get("caption")
    if text:
        return str(text).replace("\n", " ")[:100]
    venue, document = message.get("venue"), message.get("document")
    if venue:
        return str(venue["title"])
    if document:
        return str(document.get("file_name", ""))
    return ""

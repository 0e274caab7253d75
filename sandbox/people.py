"""People in a test: they write, tap and read as at a telephone.

anya = sandbox.person("Anya")
await anya.send("/start")
await anya.expect("Welcome")
toast = await anya.tap("Sign up")
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.acts import ANSWER_SECONDS, Acts, InlineAnswer, Toast
from sandbox.decode import Upload
from sandbox.files import StoredFile
from sandbox.keyboards import find_button
from sandbox.refusal import Impossible
from sandbox.state import Chat, World
from sandbox.wire import Json, load

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXPECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was when it was read."""

    raw: Json
    """Telegram's Message JSON."""
    from_bot: bool
    file: StoredFile | None = None
    """The document, picture, voice … in it."""

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def chat_id(self) -> int:
        return int(self.raw["chat"]["id"])

    @property
    def text(self) -> str:
        """The text or the caption."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def entities(self) -> list[Json]:
        return list(self.raw.get("entities") or self.raw.get("caption_entities") or [])

    @property
    def rows(self) -> list[list[Json]]:
        """Inline buttons as Telegram's JSON."""
        rows: list[list[Json]] = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[list[str]]:
        """Words of the inline buttons, row by row."""
        return [[str(button["text"]) for button in row] for row in self.rows]

    @property
    def thread(self) -> int | None:
        """The topic it is in."""
        return self.raw.get("message_thread_id")

    def button(self, text: str) -> Json:
        """The inline button with these words."""
        found = find_button(self.rows, text)
        if found is None:
            raise AssertionError(f"no button {text!r} among {self.buttons}")
        return found

    def data(self, text: str) -> str:
        """The callback data behind the button with these words."""
        return str(self.button(text)["callback_data"])

    def __contains__(self, part: str) -> bool:
        return part in self.text


class Seat:
    """A person at one chat: the private one with the bot, or a group."""

    def __init__(self, world: World, acts: Acts, chat: Chat, person: int, thread: int | None = None) -> None:
        self._world = world
        self._acts = acts
        self._chat = chat
        self._person = person
        self._thread = thread
        self._mark = chat.version

    @property
    def chat_id(self) -> int:
        return self._chat.id

    def _read(self, raw: Json) -> Message:
        sender = raw.get("from")
        return Message(raw, sender is not None and sender["id"] == self._world.bot["id"], self._file(raw))

    def _file(self, raw: Json) -> StoredFile | None:
        for kind in ("document", "photo", "video", "audio", "voice", "sticker", "animation", "video_note"):
            card: Any = raw.get(kind)
            if card:
                return self._world.files.find((card[-1] if isinstance(card, list) else card)["file_id"])
        return None

    def _new(self, raw: Json) -> Message:
        """Remembers that what comes from now on comes after this act."""
        self._mark = self._chat.version
        return self._read(raw)

    # reading

    @property
    def messages(self) -> list[Message]:
        """All messages of the chat that are there, oldest first."""
        return [self._read(raw) for raw in self._chat.newest_first()][::-1]

    def _from_bot(self) -> Iterator[Message]:
        for raw in self._chat.newest_first():
            message = self._read(raw)
            if message.from_bot and (self._thread is None or message.thread == self._thread):
                yield message

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        for message in self._from_bot():
            return message
        raise AssertionError("the bot has sent nothing")

    @property
    def screen(self) -> str:
        """Text of the newest message of the bot, empty when there is none."""
        return next((message.text for message in self._from_bot()), "")

    @property
    def buttons(self) -> list[list[str]]:
        """Words of the inline buttons under the newest message of the bot, row by row."""
        return next((message.buttons for message in self._from_bot()), [])

    @property
    def keyboard(self) -> list[list[str]]:
        """Words of the reply keyboard, row by row; empty when there is none."""
        rows = (self._chat.reply_keyboard or {}).get("keyboard", [])
        return [[str(button["text"]) for button in row] for row in rows]

    @property
    def news(self) -> list[Message]:
        """Messages of the bot that are new or changed since the last act of this person, oldest first."""
        fresh = [message for message in self._from_bot() if self._chat.touched[message.id] > self._mark]
        return fresh[::-1]

    def message(self, message_id: int) -> Message | None:
        """The message as it is now, None when it is deleted."""
        raw = self._chat.message(message_id)
        return None if raw is None else self._read(raw)

    async def expect(self, part: str = "", timeout: float = _EXPECT_SECONDS) -> Message:  # noqa: ASYNC109
        """The newest message of the bot since this person's last act that contains the part; waits for it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while True:
            for message in reversed(self.news):
                if part in message.text:
                    return message
            if not await self._chat.changed.wait(end - loop.time()):
                raise AssertionError(f"no {part!r} in {timeout} s; new: {[m.text for m in self.news]}; "
                                     f"screen: {self.screen!r}")  # fmt: skip

    # acting

    async def send(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Sends a text and waits for nothing."""
        replied = None if reply_to is None else reply_to.id
        return self._new(self._acts.text(self._chat, self._person, text, replied, self._thread))

    async def tap(
        self,
        text: str,
        *,
        message: Message | None = None,
        timeout: float = ANSWER_SECONDS,  # noqa: ASYNC109
    ) -> Toast:
        """Taps the button with these words under the given message, else under the newest that has one.

        Signs before the words do not matter; without an equal button one that contains the words will do. Waits for
        the bot's answer. A button of the reply keyboard sends its text, the contact or the location.
        """
        found, button = self._find(text, message)
        self._mark = self._chat.version
        if found is None:
            self._press(button)
            return Toast(answered=True)
        return await self._acts.tap(self._chat, self._person, found.id, button, timeout)

    def _find(self, text: str, message: Message | None) -> tuple[Message | None, Json]:
        if message is not None:
            now = self.message(message.id)
            if now is None:
                raise AssertionError(f"message {message.id} is gone")
            return now, now.button(text)
        for raw in self._chat.newest_first():
            found = find_button(raw.get("reply_markup", {}).get("inline_keyboard", []), text)
            if found is not None:
                return self._read(raw), found
        found = find_button((self._chat.reply_keyboard or {}).get("keyboard", []), text)
        if found is None:
            raise AssertionError(f"no button {text!r}; under the newest message are {self.buttons}, "
                                 f"on the keyboard {self.keyboard}; screen: {self.screen!r}")  # fmt: skip
        return None, found

    def _press(self, button: Json) -> None:
        if button.get("request_contact"):
            self._new(self._acts.contact(self._chat, self._person))
        elif button.get("request_location"):
            self._new(self._acts.location(self._chat, self._person, 45.0355, 38.9753))
        else:
            self._new(self._acts.text(self._chat, self._person, button["text"], None, self._thread))

    async def tap_raw(
        self,
        message: Message | int,
        data: str,
        *,
        timeout: float = ANSWER_SECONDS,  # noqa: ASYNC109
    ) -> Toast:
        """Sends any callback data for a message, as a hostile client can."""
        self._mark = self._chat.version
        message_id = message if isinstance(message, int) else message.id
        return await self._acts.tap_raw(self._chat, self._person, message_id, data, timeout)

    async def send_location(self, latitude: float, longitude: float) -> Message:
        return self._new(self._acts.location(self._chat, self._person, latitude, longitude))

    async def send_contact(self, phone: str = "+79180000000") -> Message:
        return self._new(self._acts.contact(self._chat, self._person, phone))

    async def send_document(self, content: bytes, name: str, caption: str = "") -> Message:
        return self._send_file("document", content, name, caption)

    async def send_photo(self, content: bytes = b"", caption: str = "") -> Message:
        return self._send_file("photo", content or ONE_PIXEL, "photo.png", caption)

    async def send_album(
        self, contents: list[bytes], kind: str = "photo", caption: str = ""
    ) -> list[Message]:
        """Several photos or documents at once."""
        uploads = [Upload(f"{number}.png", "", content) for number, content in enumerate(contents, start=1)]
        album = self._acts.album(self._chat, self._person, kind, uploads, caption, self._thread)
        return [self._new(raw) for raw in album]

    async def send_sticker(self, content: bytes = b"") -> Message:
        return self._send_file("sticker", content or ONE_PIXEL, "sticker.webp", "")

    async def send_voice(self, content: bytes = b"OggS") -> Message:
        return self._send_file("voice", content, "voice.ogg", "")

    def _send_file(self, kind: str, content: bytes, name: str, caption: str) -> Message:
        upload = Upload(name, "", content)
        return self._new(self._acts.file(self._chat, self._person, kind, upload, caption, self._thread))

    async def send_web_app_data(self, button_text: str, data: str) -> Message:
        return self._new(self._acts.web_app_data(self._chat, self._person, button_text, data))

    async def forward(self, message: Message) -> Message:
        """Forwards a message of any chat into this one."""
        source = self._world.chats[message.chat_id]
        return self._new(self._acts.forward(self._chat, self._person, source, message.id))

    async def forward_nameless(self, text: str) -> Message:
        """Forwards an old message of somebody without a name, which libraries of models cannot read."""
        return self._new(self._acts.forward_nameless(self._chat, self._person, text))

    async def edit(self, message: Message, text: str) -> Message:
        """Changes the person's own message."""
        return self._new(self._acts.edit(self._chat, self._person, message.id, text))

    async def react(self, message: Message, emoji: str) -> None:
        self._acts.react(self._chat, self._person, message.id, emoji)

    async def choose(self, result_id: str, query: str = "") -> Message:
        """Sends a result of the last inline query into this chat."""
        return self._new(self._acts.choose(self._person, self._chat, result_id, query))


class Person(Seat):
    """A person and their private chat with the bot."""

    def __init__(self, world: World, acts: Acts, user: Json) -> None:
        super().__init__(world, acts, world.chats[user["id"]], user["id"])
        self.user = user

    @property
    def id(self) -> int:
        return self._person

    @property
    def name(self) -> str:
        return str(self.user["first_name"])

    def within(self, group: Group, thread: int | None = None) -> Seat:
        """The same person in a group, in one of its topics."""
        return Seat(self._world, self._acts, group.chat, self._person, thread)

    async def inline(self, query: str, offset: str = "") -> InlineAnswer:
        """Types ``@bot query`` and waits for the results."""
        return await self._acts.inline(self._person, query, offset)

    async def follow(self, url: str) -> Message:
        """Opens a ``t.me/<bot>?start=…`` link."""
        return self._new(self._acts.follow(self._person, url))

    async def block(self, *, unheard: bool = False) -> None:
        """Stops the bot. ``unheard``: the bot is not told, as when it was away for more than a day."""
        self._acts.block(self._chat, unheard=unheard)

    async def unblock(self) -> None:
        self._acts.unblock(self._chat)


class Group:
    """A group or a channel with the bot in it."""

    def __init__(self, world: World, acts: Acts, chat: Chat) -> None:
        self._world = world
        self._acts = acts
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def topics(self) -> dict[int, str]:
        """Names of the topics by their ids."""
        return {thread: str(topic["name"]) for thread, topic in self.chat.topics.items()}

    @property
    def messages(self) -> list[Message]:
        """All messages that are there, oldest first."""
        found = [load(data) for number, data in self.chat.messages.items() if number not in self.chat.deleted]
        bot = self._world.bot["id"]
        return [Message(raw, raw.get("from", {}).get("id") == bot) for raw in found]

    def new_topic(self, person: Person, name: str) -> int:
        """A person makes a topic; returns its id."""
        return self._acts.new_topic(self.chat, person.id, name)

    def join(self, person: Person) -> None:
        self._acts.join(self.chat, person.id)

    def remove_bot(self, person: Person) -> None:
        self._acts.remove_bot(self.chat, person.id)

    async def say_namelessly(
        self, text: str, thread: int | None = None, speaks_for: Group | None = None
    ) -> Message:
        """An administrator writes anonymously, or in the name of a channel."""
        speaker = self.chat if speaks_for is None else speaks_for.chat
        return Message(self._acts.nameless(self.chat, text, thread, speaker), from_bot=False)

    async def post(self, text: str) -> Message:
        """A post in a channel."""
        return Message(self._acts.post_in_channel(self.chat, text), from_bot=False)


ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""The smallest PNG."""

__all__ = ["Group", "Impossible", "InlineAnswer", "Message", "Person", "Seat", "Toast"]
